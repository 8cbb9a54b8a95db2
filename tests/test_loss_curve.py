"""The loss curve can be read: nothing in it is empty, its ticks are plain numbers, and accuracies end at 100."""
import numpy as np
import pytest
from matplotlib.figure import Figure

from training.loop import History
from training.picture import draw_history


@pytest.fixture
def axes(tmp_path, monkeypatch):
    """A function of a History: the left and the right axes of its picture."""
    def draw(history):
        figures = []
        monkeypatch.setattr(Figure, "savefig", lambda figure, file, **more: figures.append(figure))
        draw_history(history, tmp_path / "curve.png")
        figures[0].draw_without_rendering()
        return figures[0].axes
    return draw


def ticks(axis):
    low, high = sorted(axis.get_view_interval())
    return [label.get_text() for place, label in zip(axis.get_majorticklocs(), axis.get_majorticklabels())
            if low <= place <= high], [label.get_text() for label in axis.get_minorticklabels() if label.get_text()]


@pytest.mark.parametrize("losses, shown", [
    ([2.34], ["2.35"]), (list(np.linspace(2.34, 2.30, 50)), ["2.305", "2.325"]),
    (list(np.geomspace(2.3, 0.02, 200)), ["0.02", "0.05", "0.1", "0.2", "0.5", "1", "2"]),
    (list(np.geomspace(400, 90, 200)), ["100", "200"])])
def test_ticks_are_plain_numbers(losses, shown, axes):
    major, minor = ticks(axes(History(losses))[0].yaxis)
    assert minor == [] and {*shown} <= {*major} and all("^" not in tick and "times" not in tick for tick in major)


def test_one_iteration_is_a_point_that_can_be_seen(axes):
    left = axes(History([2.34]))[0]
    assert [line.get_marker() for line in left.get_lines()] == ["o", "o"]
    assert [float(tick) for tick in ticks(left.xaxis)[0]] == [0]
    assert axes(History([2.34, 2.0]))[0].get_lines()[0].get_marker() == "None"


@pytest.mark.parametrize("percents", [[12.0], [95.0, 99.9], [100.0, 100.0]])
def test_accuracies_end_at_100(percents, axes):
    points = list(enumerate(percents, start=1))
    _, right = axes(History([2.0, 1.0], {"validation": points}))
    assert right.get_ylim()[1] == 100.0 and right.get_ylim()[0] <= min(percents)
    assert not right.get_lines()[0].get_clip_on()  # a point at 100 is seen as a whole


@pytest.mark.parametrize("n", [1, 3, 7])
def test_any_number_of_watched_sets_is_drawn_each_in_its_colour(n, axes):
    watched = {f"set {k}": [(1, 50.0 + k), (2, 60.0 + k)] for k in range(n)}
    left, right = axes(History([2.0, 1.0], watched))
    colours = [line.get_color() for line in right.get_lines()]
    assert len(colours) == len({*colours}) == n and left.get_lines()[0].get_color() not in colours
