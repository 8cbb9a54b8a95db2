"""The race measures both sides alike: the same recipe, batches and first weights; a small one is run here."""
import time
from dataclasses import replace

import numpy as np
import pytest

from benchmarks import race


@pytest.fixture
def small(monkeypatch):
    """A race over 60 images a set, one epoch."""
    generator = np.random.default_rng(0)
    images = generator.random((60, 28, 28, 1), dtype=np.float32)
    labels = np.eye(10, dtype=np.float32)[generator.integers(0, 10, 60)]
    monkeypatch.setattr(race, "load_images", lambda: [(images, labels)] * 3)
    monkeypatch.setattr(race, "EXPERIMENT", replace(race.EXPERIMENT, epochs=1, batch_size=10))
    monkeypatch.setattr(race, "EVERY", 2)


@pytest.mark.parametrize("side", race.SIDES)
def test_a_side_says_when_it_was_how_good(side, small):
    if side == "pytorch":
        pytest.importorskip("torch")
    result = race.run(side, 0, time.time() - 100)
    seconds = [result["started"], *(second for second, _ in result["curve"]), result["total"]]
    assert len(result["curve"]) == 3 and seconds == sorted(seconds) and 100 < seconds[0] and seconds[-1] < 200
    assert 0 <= result["test"] <= 100 and result["test"] == result["curve"][-1][1]  # here the sets are the same


def test_both_sides_learn_the_same(small):
    pytest.importorskip("torch")
    ours, theirs = (race.run(side, 0, time.time()) for side in race.SIDES)
    np.testing.assert_allclose([percent for _, percent in ours["curve"]],
                               [percent for _, percent in theirs["curve"]], atol=2 * 100 / 60)


def test_the_clock_stands_still_while_it_is_told_to():
    clock = race.Clock(time.time())
    assert clock.stand_still(lambda seconds: time.sleep(seconds) or "slept", 0.3) == "slept"
    assert 0 <= clock() < 0.3


def test_table_has_medians_and_ratios_within_a_round():
    def result(factor):
        return {"started": 0.5 * factor, "curve": [(2 * factor, 98.2), (4 * factor, 98.6), (5 * factor, 98.4)],
                "total": 8 * factor, "test": 99.123}

    results = {"ours": [result(1), result(2), result(1)], "pytorch": [result(2), result(8), result(2)]}
    heads, rows = race.table(results, [9, 18, 9])
    assert heads == ["", "ours", "PyTorch", "ours / PyTorch"]
    assert rows[:3] == [["start-up (s)", 0.5, 1.0, 0.5], ["98 % of validation images (s)", 2, 4, 0.5],
                        ["98.5 % of validation images (s)", 4, 8, 0.5]]
    assert np.isnan(rows[3][1:]).all()  # nobody gets to 99 %
    assert rows[4:] == [["start to test accuracy (s)", 8, 16, 0.5], ["`python mnist_test.py` (s)", 9, "", 9 / 16],
                        ["test accuracy (%)", *["99.12, 99.12, 99.12"] * 2, ""]]


def test_without_pytorch_there_is_no_race(monkeypatch):
    monkeypatch.setattr(race, "torch_version", lambda python: "")
    monkeypatch.setattr(race, "start_run", lambda *run: pytest.fail("too late"))
    monkeypatch.setattr("sys.argv", ["race"])
    with pytest.raises(SystemExit, match="pip install -r benchmarks/requirements.txt"):
        race.main()
