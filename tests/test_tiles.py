"""The tiles of a batch's work cover its rows, each once and in order, none larger than a tile unless a row is."""
import pytest

import nn.ops.tiles
from nn.ops.threads import share_out


@pytest.mark.parametrize("n, row_bytes, lengths", [
    (8, 40, [2, 2, 2, 2]), (7, 40, [1, 2, 2, 2]), (5, 40, [1, 1, 1, 2]), (9, 40, [1, 1, 1, 1, 1, 1, 1, 2]),
    (4, 50, [1, 1, 1, 1]), (3, 100, [1, 1, 1]), (2, 101, [1, 1]), (3, 10, [1, 1, 1]), (2, 10, [2]), (3, 1, [3]),
    (2, 0, [2])])
def test_tiles_of_a_hundred_bytes(n, row_bytes, lengths, monkeypatch):
    monkeypatch.setattr(nn.ops.tiles, "TILE_BYTES", 100)
    slices = nn.ops.tiles.tiles(n, row_bytes)
    assert [len(range(n)[tile]) for tile in slices] == lengths
    assert [k for tile in slices for k in range(n)[tile]] == list(range(n))


def test_work_is_done_for_each_tile_and_its_results_come_in_order(monkeypatch):
    monkeypatch.setattr(nn.ops.tiles, "TILE_BYTES", 100)
    found = share_out(lambda tile: (tile.start, tile.stop), nn.ops.tiles.tiles(5, 40))
    assert found == [(0, 1), (1, 2), (2, 3), (3, 5)]


@pytest.mark.parametrize("a, b, up", [(7, 2, 4), (6, 2, 3), (1, 3, 1), (0, 3, 0)])
def test_ceil_div_rounds_up(a, b, up):
    assert nn.ops.tiles.ceil_div(a, b) == up
