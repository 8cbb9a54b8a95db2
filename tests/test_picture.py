"""The picture shows the losses, their running mean and the accuracies, and is saved with a screen and without one."""
import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.figure import Figure

from training.loop import History
from training.picture import draw_history, running_mean

LOSSES = [2.0, 1.0, 0.5, 0.25, 0.2]
ACCURACIES = {"training": [(2, 85.0), (5, 95.0)], "validation": [(2, 80.0), (5, 90.0)]}
STARTS = {"png": b"\x89PNG\r\n", "pdf": b"%PDF", "svg": b"<?xml", "jpg": b"\xff\xd8"}


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
