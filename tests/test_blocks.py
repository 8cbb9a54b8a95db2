"""Blocks cover a batch, each image once and in order, and keep to their size where one image does."""
import pytest

import nn.blocks


@pytest.mark.parametrize("n, image_bytes, lengths", [
    (7, 40, [2, 2, 2, 1]), (4, 50, [2, 2]), (3, 100, [1, 1, 1]), (2, 101, [1, 1]), (3, 1, [3]), (2, 0, [2])])
def test_blocks_of_a_hundred_bytes(n, image_bytes, lengths, monkeypatch):
    monkeypatch.setattr(nn.blocks, "BLOCK_BYTES", 100)
    slices = nn.blocks.blocks(n, image_bytes)
    assert [len(range(n)[images]) for images in slices] == lengths
    assert [k for images in slices for k in range(n)[images]] == list(range(n))
