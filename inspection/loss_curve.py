"""The loss curve shows whether, how fast and how steadily a network learns."""
import os
import sys
from contextlib import suppress
from pathlib import Path

import numpy as np

from nn.files.atomic import atomic_write

SIZE = (9, 5)  # inches
FILE_BACKENDS = {"agg", "cairo", "pdf", "pgf", "ps", "svg", "template"}  # matplotlib's without a window


def draw_history(history, path, title=""):
    """Draw a History: each iteration's loss with its running mean, and the accuracy after each epoch.

    It is saved at `path`, whose ending (.png, .pdf, .svg, .jpg) says the format. Where there is a screen, it is shown,
    too.
    """
    figure = figure_class()(figsize=SIZE, layout="constrained")
    _draw(history, figure, title)
    atomic_write(path, lambda file: figure.savefig(file, format=Path(path).suffix[1:], dpi=120))
    print(f"Loss curve: {path}", flush=True)
    _show(history, title)


def figure_class():
    """matplotlib's Figure, which draws into files whether or not there is a screen. Raises ImportError if it cannot.

    It is imported here, because that takes as long as to load the data.
    """
    if "matplotlib" not in sys.modules:
        _import_matplotlib()
    from matplotlib.figure import Figure
    return Figure


def running_mean(values, window):
    """(positions, means) of the last `window` values, or of all where there are fewer."""
    sums = np.cumsum([0.0, *values])
    last = np.arange(1, len(values) + 1)
    first = np.maximum(last - window, 0)
    return last - 1, (sums[last] - sums[first]) / (last - first)


def _import_matplotlib():
    """Import it even where the environment names a backend for screens that does not exist or does not work here.

    A notebook hands the name of its own on to the programs that it starts.
    """
    backend = os.environ.pop("MPLBACKEND", None)
    try:
        import matplotlib
    finally:
        if backend is not None:
            os.environ["MPLBACKEND"] = backend
    if backend:
        with suppress(ValueError):  # there is no such backend: matplotlib takes the one that it finds
            matplotlib.rcParams["backend"] = backend


def _draw(history, figure, title):
    left = figure.subplots()
    losses = np.asarray(history.losses, np.float64)
    marker = "o" if len(losses) == 1 else None  # a line through one point is invisible
    left.plot(losses, marker=marker, color="tab:blue", alpha=0.25, linewidth=0.8, label="loss of each batch")
    window = max(1, min(50, len(losses) // 10))
    left.plot(*running_mean(history.losses, window), marker=marker, color="tab:blue", label="loss, running mean")
    left.set(xlabel="iteration", ylabel="loss", title=title)
    left.grid(alpha=0.3)
    _scale(left, losses)
    lines = list(left.get_lines())
    if history.accuracies:
        right = left.twinx()
        for k, (name, points) in enumerate(history.accuracies.items(), start=1):
            right.plot(*zip(*points), "o-", color=f"C{k}", label=f"{name} accuracy", clip_on=False)
        right.set_ylabel("accuracy (%)")
        right.set_ylim(top=100.0)
        lines += right.get_lines()
    figure.legend(lines, [line.get_label() for line in lines], loc="outside lower center", ncols=min(len(lines), 4))


def _scale(axes, losses):
    """Losses that fall to a third or less are shown by their ratios, on a logarithmic axis of plain numbers."""
    from matplotlib.ticker import LogLocator, MaxNLocator, NullLocator, StrMethodFormatter

    axes.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
    positive = losses[np.isfinite(losses) & (losses > 0)]
    if len(positive) and positive.max() > 3 * positive.min():
        axes.set_yscale("log")
        few_decades = positive.max() < 1000 * positive.min()
        axes.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)) if few_decades else LogLocator())
        axes.yaxis.set_major_formatter(StrMethodFormatter("{x:g}"))
        axes.yaxis.set_minor_locator(NullLocator())


def _show(history, title):
    """Show the curve in a window, where there is a screen and a backend that works with it."""
    try:
        import matplotlib.pyplot as plt

        if plt.get_backend().lower() in FILE_BACKENDS:  # what matplotlib falls back on where there is no screen
            return
        figure = plt.figure(figsize=SIZE, layout="constrained")
        _draw(history, figure, title)
        plt.show()
        plt.close(figure)
    except Exception as error:  # each backend has its own ways to fail, and the curve is in its file already
        print(f"The loss curve is not shown in a window: {error}")
