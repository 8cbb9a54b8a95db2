"""The loss curve can be read, shows losses, running mean and accuracies, and is saved with a screen and without."""
import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.figure import Figure

from inspection.loss_curve import draw_history, running_mean
from training.loop import History

LOSSES = [2.0, 1.0, 0.5, 0.25, 0.2]
ACCURACIES = {"training": [(2, 85.0), (5, 95.0)], "validation": [(2, 80.0), (5, 90.0)]}
STARTS = {"png": b"\x89PNG\r\n", "pdf": b"%PDF", "svg": b"<?xml", "jpg": b"\xff\xd8"}


@pytest.fixture
def axes(tmp_path, monkeypatch):
    """A function of a History: the left and the right axes of its figure."""
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


@pytest.mark.parametrize("ending", STARTS)
def test_picture_is_written_in_the_format_of_its_name(ending, tmp_path):
    draw_history(History(LOSSES, ACCURACIES), tmp_path / f"curve.{ending}", "title")
    content = (tmp_path / f"curve.{ending}").read_bytes()
    assert content.startswith(STARTS[ending]) and len(content) > 5000


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("losses", [[], [2.0], [2.0, float("nan")], [float("inf")]])
def test_picture_of_a_short_or_failed_training_is_written(losses, tmp_path):
    draw_history(History(losses), tmp_path / "curve.png")
    assert (tmp_path / "curve.png").stat().st_size > 5000


def test_curves_are_the_losses_their_running_mean_and_the_accuracy(tmp_path, monkeypatch):
    figures = []
    monkeypatch.setattr(Figure, "savefig", lambda figure, file, **more: figures.append(figure))
    draw_history(History(LOSSES, ACCURACIES), tmp_path / "curve.png", "my network")
    left, right = figures[0].axes
    curves = [np.column_stack(line.get_data()).tolist() for axis in (left, right) for line in axis.get_lines()]
    assert curves[0] == [[k, loss] for k, loss in enumerate(LOSSES)]
    assert curves[1] == np.column_stack(running_mean(LOSSES, 1)).tolist()
    assert curves[2:] == [[[2, 85], [5, 95]], [[2, 80], [5, 90]]]
    assert left.get_title() == "my network" and [text.get_text() for text in figures[0].legends[0].get_texts()] == [
        "loss of each batch", "loss, running mean", "training accuracy", "validation accuracy"]


@pytest.mark.parametrize("n, window", [(9, 1), (60, 6), (900, 50)])
def test_the_mean_runs_over_a_tenth_of_the_losses_or_fifty(n, window, tmp_path, monkeypatch):
    figures, losses = [], np.random.random(n).tolist()
    monkeypatch.setattr(Figure, "savefig", lambda figure, file, **more: figures.append(figure))
    draw_history(History(losses), tmp_path / "curve.png")
    _, mean = figures[0].axes[0].get_lines()
    np.testing.assert_array_equal(mean.get_data(), running_mean(losses, window))


@pytest.mark.parametrize("low", [0.5, 1e-2, 1e-5, 1e-30])
def test_each_loss_axis_has_a_few_numbers(low, tmp_path, monkeypatch):
    figures = []
    monkeypatch.setattr(Figure, "savefig", lambda figure, file, **more: figures.append(figure))
    draw_history(History(np.geomspace(low, 2.5, 20).tolist()), tmp_path / "curve.png")
    axis = figures[0].axes[0].yaxis
    first, last = axis.get_view_interval()
    assert 2 <= sum(first <= place <= last for place in axis.get_majorticklocs()) <= 13


@pytest.mark.parametrize("backend, shown", [("agg", 0), ("Agg", 0), ("TkAgg", 1), ("QtAgg", 1)])
def test_picture_is_shown_where_there_is_a_screen(backend, shown, tmp_path, monkeypatch):
    calls = []
    monkeypatch.setattr(plt, "show", lambda: calls.append(1))
    monkeypatch.setattr(plt, "get_backend", lambda: backend)
    draw_history(History(LOSSES), tmp_path / "curve.png")
    assert len(calls) == shown and plt.get_fignums() == []


@pytest.mark.parametrize("n, window", [(5, 2), (5, 5), (3, 50), (120, 50), (0, 4)])
def test_running_mean_is_that_of_the_last_values(n, window):
    values = np.random.normal(size=n).tolist()
    positions, means = running_mean(values, window)
    assert list(positions) == list(range(n))
    np.testing.assert_allclose(means, [np.mean(values[max(k - window + 1, 0):k + 1]) for k in range(n)])
