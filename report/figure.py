"""A comparison's figure shows its outcomes in panels, each line with its mean and its range over the seeds.

A panel is a function (axes, outcomes, style); the functions here make them.
"""
import numpy as np

from inspection.loss_curve import figure_class
from nn.ops.tiles import ceil_div
from report.measurement import VALIDATION
from report.table import grouped, heading

COLORS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000", "#999999")  # Okabe & Ito (2008)
DASHES = ("-", "--", "-.", ":")
MARKERS = "os^Dv<>P"
PANEL = (4.2, 3.3)  # inches; two of them, in letters of 10 points, are still readable across a printed page
IN_A_ROW = 2
WIDE = 25  # letters of a label, of which there is room for two side by side


def draw(comparison, outcomes):
    """matplotlib's Figure with all panels, and one legend, in the place of a panel that is free, or below them."""
    down = ceil_div(len(comparison.panels), IN_A_ROW)
    figure = figure_class()(figsize=(PANEL[0] * IN_A_ROW, PANEL[1] * down + 0.8), layout="constrained")
    style, legend = Style(), {}
    for place, panel in enumerate(comparison.panels, 1):
        axes = figure.add_subplot(down, IN_A_ROW, place)
        panel(axes, outcomes, style)
        _show_something(axes)
        axes.grid(alpha=0.3)
        lines, labels = axes.get_legend_handles_labels()
        legend.update({label: line for line, label in zip(lines, labels) if label not in legend})
    figure.suptitle(comparison.title)
    if len(comparison.panels) < down * IN_A_ROW:
        free = figure.add_subplot(down, IN_A_ROW, down * IN_A_ROW)
        free.axis("off")
        free.legend(legend.values(), legend.keys(), loc="center", frameon=False)
    elif legend:
        figure.legend(legend.values(), legend.keys(), loc="outside lower center",
                      ncols=4 if max(map(len, legend)) < WIDE else 2)
    return figure


class Style:
    """style(label) -> colour, dashes and marker, the same each time; no two lines have colour and dashes in common."""

    def __init__(self):
        self.labels = []

    def __call__(self, label):
        if label not in self.labels:
            self.labels.append(label)
        k = self.labels.index(label)
        return {"color": COLORS[k % len(COLORS)], "linestyle": DASHES[(k + k // len(COLORS)) % len(DASHES)],
                "marker": MARKERS[k % len(MARKERS)], "markersize": 4, "label": label}


def losses(window=20, where=None, by=None, **limits):
    """The training loss at each iteration, as the median of the last `window`, which a few large ones do not move.

    where: label of what varies -> the only value drawn here. by: the names of what tells the lines apart. limits: of
    the axes, as `axes.set` has them.
    """
    def panel(axes, outcomes, style):
        for label, group in _lines(outcomes, where, by):
            curves = [running_median(outcome.losses, window) for outcome in group]
            n = min(map(len, curves))  # one that diverged is shorter
            _band(axes, np.arange(n), [curve[:n] for curve in curves], {**style(label), "marker": ""})
        ylabel = f"training loss, median of {window}" if window > 1 else "training loss"
        axes.set(**{"xlabel": "iteration", "ylabel": ylabel, "title": _title(where), **limits})
    return panel


def running_median(values, window):
    """The median of the last `window` values, or of all where there are fewer, at each place."""
    return [np.median(values[max(0, k + 1 - window):k + 1]) for k in range(len(values))]


def curve(name, ylabel, x="iteration", where=None, by=None, **limits):
    """What was observed under this name, over the iterations, the epochs or the seconds of training until then."""
    def panel(axes, outcomes, style):
        for label, group in _lines(outcomes, where, by):
            n = min(len(outcome.observations) for outcome in group)
            some = [outcome.observations[:n] for outcome in group]
            places = np.mean([_places(outcome, x)[:n] for outcome in group], axis=0)
            curves = [[numbers[name] for _, _, numbers in observations] for observations in some]
            _band(axes, places, curves, style(label))
        xlabel = "seconds of training, on one core" if x == "seconds" else x
        axes.set(**{"xlabel": xlabel, "ylabel": ylabel, "title": _title(where), **limits})
    return panel


def _places(outcome, x):
    """Where on the axis "iteration", "epochs" or "seconds" each observation is."""
    if x == "seconds":
        return [seconds for _, seconds, _ in outcome.observations]
    made = outcome.facts["made"]
    epoch = made["sizes"][0] / int(made["batch_size"]) if x == "epochs" else 1
    return [iteration / epoch for iteration, _, _ in outcome.observations]


def against(name, measurement=VALIDATION, where=None, xscale="log", **limits):
    """A Measurement of each run over the number that varies under this name; a dotted line where one diverged."""
    def panel(axes, outcomes, style):
        others = [other for other in outcomes[0].facts["labels"] if other != name]
        for label, group in _lines(outcomes, where, others):
            places = grouped(group, [name])
            numbers = [[measurement.of(outcome) for outcome in place] for place in places.values()]
            _band(axes, [place for place, in places], np.transpose(numbers), style(label))
            for (place,), some in places.items():
                if any(outcome.facts["diverged"] for outcome in some):
                    axes.axvline(place, color=style(label)["color"], linestyle=":", label=f"{label}: diverged")
        axes.set(**{"xlabel": heading(name), "ylabel": measurement.heading, "title": _title(where), **limits})
        axes.set_xscale(xscale)
        numbers = sorted({outcome.facts["labels"][name] for outcome in outcomes})
        if numbers[-1] < 100 * numbers[0]:  # there are no two powers of 10 to write below the axis
            axes.set_xticks(numbers, [f"{number:g}" for number in numbers])
            axes.minorticks_off()
    return panel


def bars(measurement, where=None, document=None, **limits):
    """A Measurement of each run, as bars; and what a course document has for it, as a line across."""
    def panel(axes, outcomes, style):
        labels, groups = zip(*_lines(outcomes, where, None))
        means, ranges = _ranges(groups, measurement)
        axes.barh(range(len(groups)), means, xerr=ranges, capsize=2, color=COLORS[0], ecolor="#444444",
                  tick_label=labels)
        if document is not None:
            axes.axvline(document, color=COLORS[1], linestyle="--", label="the document's")
        axes.set(**{"title": _title(where), "xlabel": measurement.heading, **limits})
        axes.invert_yaxis()
    return panel


def over(x, y=VALIDATION, xscale="log", **limits):
    """One Measurement over another: a point for each run, with its range over the seeds."""
    def panel(axes, outcomes, style):
        for label, group in _lines(outcomes, None, None):
            mean, ranges = _ranges([group], y)
            axes.errorbar([x.of(group[0])], mean, yerr=ranges, capsize=3,
                          **{**style(label), "linestyle": "", "markersize": 7})
        axes.set(**{"xlabel": x.heading, "ylabel": y.heading, "xscale": xscale, **limits})
    return panel


def points(name, measurement=VALIDATION, xscale="log", **limits):
    """A Measurement of each run over the number that varies under this name, whatever else varies: a point a run."""
    def panel(axes, outcomes, style):
        runs = grouped(outcomes, list(outcomes[0].facts["labels"])).values()
        means, ranges = _ranges(runs, measurement)
        axes.errorbar([group[0].facts["labels"][name] for group in runs], means, yerr=ranges, fmt="o", markersize=4,
                      color=COLORS[0], ecolor="#888888", capsize=2)
        axes.set(**{"xlabel": heading(name), "ylabel": measurement.heading, "xscale": xscale, **limits})
    return panel


def histograms(title, arrays, low, high, bins=20):
    """How numbers are distributed, layer by layer from left to right. arrays() -> {label: an array for each layer}.

    Each cell goes from low to high, and what lies beyond is in its outermost bars; its highest bar fills it. The number
    in it is the standard deviation.
    """
    def panel(axes, outcomes, style):
        rows, edges = arrays(), np.linspace(0, 0.9, bins + 1)
        for y, layers in enumerate(rows.values()):
            for x, array in enumerate(layers):
                counts, _ = np.histogram(np.clip(array, low, high), bins, (low, high))
                axes.stairs(y + 0.9 - 0.6 * counts / counts.max(), x + edges, baseline=y + 0.9, fill=True,
                            color=COLORS[0])
                axes.text(x + 0.45, y + 0.24, format(array.std(), ",.0f" if array.std() > 10 else ".2g"), ha="center",
                          fontsize=7)
        axes.set_xticks(np.arange(len(layers)) + 0.45, np.arange(len(layers)) + 1)
        axes.set_yticks(np.arange(len(rows)) + 0.5, rows)
        axes.set(title=f"{title}: activations from {low} to {high}", xlabel="hidden layer", ylim=(len(rows), 0))
    return panel


def _ranges(groups, measurement):
    """The mean of a Measurement over each group of outcomes, and how far below and above it the numbers reach."""
    numbers = [[measurement.of(outcome) for outcome in group] for group in groups]
    means = np.array([np.mean(some) for some in numbers])
    return means, [means - [min(some) for some in numbers], [max(some) for some in numbers] - means]


def _lines(outcomes, where, by):
    """(label, the outcomes) of each line that is drawn."""
    where = where or {}
    chosen = [outcome for outcome in outcomes
              if all(outcome.facts["labels"][name] == label for name, label in where.items())]
    names = by or [name for name in outcomes[0].facts["labels"] if name not in where]
    for labels, group in grouped(chosen, names).items():
        yield ", ".join(map(_named, names, labels)), group


def _named(name, label):
    return f"{heading(name)} {label}" if isinstance(label, (int, float)) else str(label)


def _show_something(axes):
    """Let go of a panel's limits if all that is drawn lies outside, as what --quick comes to may."""
    low, high = axes.get_ylim()
    if axes.lines and not any(np.any((low <= line.get_ydata()) & (line.get_ydata() <= high)) for line in axes.lines):
        axes.autoscale(axis="y")


def _title(where):
    return ", ".join(_named(name, label) for name, label in (where or {}).items())


def _band(axes, x, curves, style):
    """The mean of the curves, and a band from the smallest to the largest. A curve that has no number has no point."""
    curves = np.ma.masked_invalid(curves)
    axes.plot(x, curves.mean(axis=0), **style)
    axes.fill_between(x, curves.min(axis=0), curves.max(axis=0), color=style["color"], alpha=0.15, linewidth=0)
