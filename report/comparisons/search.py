"""A random search draws settings by chance; a figure of what came of them shows which setting mattered."""
import numpy as np

from examples.fully_connected import plain
from report.comparison import Comparison
from report.figure import points
from report.measurement import TEST, VALIDATION
from report.table import heading
from training.experiment import Experiment

DRAWS, SEARCHES = 40, 3
GOOD = 80  # % of the validation images: a draw below it has not learned
RANGES = {"lr": (1e-4, 0.3), "width": (8, 512), "weight_decay": (1e-6, 0.1)}  # each drawn evenly on a log scale


def draws():
    """A list of (lr, width, weight decay), two digits each: those of each search, one search after the other."""
    found = []
    for seed in range(SEARCHES):
        generator = np.random.default_rng(seed)
        logs = [generator.uniform(np.log(low), np.log(high), DRAWS) for low, high in RANGES.values()]
        found += [(float(f"{lr:.1e}"), int(float(f"{width:.1e}")), float(f"{decay:.1e}"))
                  for lr, width, decay in zip(*np.exp(logs))]
    return found


def one_hidden(activation, optimizer, width):
    return plain(activation, optimizer, (784, width, 10))


def explained(outcomes, name):
    """The share in % of the variance of the validation accuracy that a parabola over the setting's logarithm explains.

    It is adjusted for its two parameters, which explain some of what is mere chance, too.
    """
    x = np.log([outcome.facts["labels"][name] for outcome in outcomes])
    y = np.array([VALIDATION.of(outcome) for outcome in outcomes])
    rest = y - np.polyval(np.polyfit(x, y, 2), x)
    return 100 * (1 - np.mean(rest ** 2) / np.var(y) * (len(y) - 1) / (len(y) - 3))


def table(comparison, outcomes):
    """What each setting explains in each search, of all draws and of the good ones, and the best three of all draws."""
    yield ["", "draws", *map(heading, RANGES), VALIDATION.heading, TEST.heading]
    searches = [outcomes[k * DRAWS:(k + 1) * DRAWS] for k in range(SEARCHES)]
    for what, kept in (("explained, %", 0), (f"explained above {GOOD} %, %", GOOD)):
        for number, search in enumerate(searches, 1):
            some = [outcome for outcome in search if VALIDATION.of(outcome) >= kept]
            shares = [f"{max(0, explained(some, name)):.0f}" if len(some) > 3 else "" for name in RANGES]
            yield [f"search {number}: {what}", str(len(some)), *shares, "", ""]
    best = sorted(outcomes, key=lambda outcome: -VALIDATION.of(outcome))
    for place, outcome in zip(("best", "second", "third"), best):
        yield [place, "", *(str(outcome.facts["labels"][name]) for name in RANGES), VALIDATION.text([outcome]),
               TEST.text([outcome])]


SEARCH = Comparison(
    title=f"{SEARCHES} random searches: {DRAWS} draws each of learning rate, width and weight decay (Adam, 300 steps)",
    base=Experiment(one_hidden, iterations=300),
    varied={tuple(RANGES): draws()},
    panels=[points(name, ylim=(0, 100)) for name in RANGES] + [points("width", ylim=(90, 97))],
    table=table,
    seeds=1)
