"""A random search draws settings by chance; a figure of what came of them shows which setting mattered."""
import numpy as np

from examples.fully_connected import plain
from report.comparison import Comparison
from report.figure import points
from report.measurement import TEST, VALIDATION
from report.table import grouped, heading
from training.experiment import Experiment

DRAWS = 40
RANGES = {"lr": (1e-4, 0.3), "width": (8, 512), "weight_decay": (1e-6, 0.1)}  # each drawn evenly on a log scale


def draws():
    """A list of (lr, width, weight decay), two digits each."""
    generator = np.random.default_rng(0)
    logs = [generator.uniform(np.log(low), np.log(high), DRAWS) for low, high in RANGES.values()]
    return [(float(f"{lr:.1e}"), int(float(f"{width:.1e}")), float(f"{decay:.1e}"))
            for lr, width, decay in zip(*np.exp(logs))]


def one_hidden(activation, optimizer, width):
    return plain(activation, optimizer, (784, width, 10))


def mean(outcomes):
    return np.mean([VALIDATION.of(outcome) for outcome in outcomes])


def explained(outcomes, name):
    """The share in % of the variance of the validation accuracy that a parabola over the setting's logarithm explains.

    It is adjusted for its two parameters, which explain some of what is mere chance, too.
    """
    runs = grouped(outcomes, [name, "lr", "width", "weight_decay"])
    x = np.log([labels[0] for labels in runs])
    y = np.array([mean(group) for group in runs.values()])
    rest = y - np.polyval(np.polyfit(x, y, 2), x)
    return 100 * (1 - np.mean(rest ** 2) / np.var(y) * (len(y) - 1) / (len(y) - 3))


def table(comparison, outcomes):
    """What each setting explains, and the settings of the three best and the worst."""
    yield ["", *map(heading, RANGES), VALIDATION.heading, TEST.heading]
    yield ["variance explained, %", *(f"{max(0, explained(outcomes, name)):.0f}" for name in RANGES), "", ""]
    runs = sorted(grouped(outcomes, list(RANGES)).items(), key=lambda run: -mean(run[1]))
    for place, (settings, group) in (("best", runs[0]), ("second", runs[1]), ("third", runs[2]), ("worst", runs[-1])):
        yield [place, *map(str, settings), VALIDATION.text(group), TEST.text(group)]


SEARCH = Comparison(
    title=f"A random search: {DRAWS} draws of learning rate, width and weight decay (Adam, 500 iterations)",
    base=Experiment(one_hidden, iterations=500),
    varied={tuple(RANGES): [*draws()]},
    panels=[points(name) for name in RANGES],
    table=table)
