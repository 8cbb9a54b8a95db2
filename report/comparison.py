"""A comparison trains one experiment again and again, each time with something else about it changed."""
from dataclasses import dataclass, field, fields, replace
from functools import lru_cache, partial
from itertools import product, zip_longest
from pathlib import Path
from typing import Callable, Optional

from readers.mnist import load_images
from training.experiment import Experiment

RUNS = Path(__file__).resolve().parents[1] / "runs"  # where records, figures and tables are kept
SETTINGS = {setting.name for setting in fields(Experiment)}
OBSERVATIONS = 10  # of a network while it is trained, if a comparison does not say otherwise


@dataclass(frozen=True)
class Run:
    """One of a comparison's trainings. labels: name of what varies -> how this run's value of it is called.

    data: a function of the three sets (training, validation, test) that returns what this run has in their place.
    """

    labels: dict
    experiment: Experiment
    data: Optional[Callable] = None


@dataclass(frozen=True)
class Comparison:
    """`base` is trained with each combination of the values of what varies, and that once for each seed.

    varied: name -> values, as a list, or as a dict (label -> value) where the value would not tell. The name is a
    setting of `Experiment`, a parameter of base.make_layers, or `data` (see Run). A tuple of names varies together:
    ("lr", "width"): [(0.1, 20), (0.01, 50)], or {"fast": (0.1, 20), ...}, where a label may be a tuple, too.
    panels: of the figure, a list of functions of `report.figure`. table: a function of `report.table`.
    observed: name -> function of (net, training, validation, test set) -> a number that is taken down now and then.
    every: after so many iterations; if left out, a tenth of the training.
    images, validated, tested: how many images to train with, to validate with, and to test on; None is all. limit:
    iterations of any run at most. documents: labels, joined by ", " -> what a course document has there. load: reads
    the sets. seeds: how often each run is done, if the command does not say: five or more where a conclusion rests on
    a small difference. only_named: it takes long, so a command that asks for all does without it.
    """

    title: str
    base: Experiment
    varied: dict
    panels: list
    table: Callable
    observed: dict = field(default_factory=dict)
    every: Optional[int] = None
    images: Optional[int] = None
    validated: int = 2000
    tested: Optional[int] = None
    limit: Optional[int] = None
    documents: dict = field(default_factory=dict)
    load: Callable = load_images
    seeds: int = 3
    only_named: bool = False

    def runs(self):
        """A list of Run, the last thing in `varied` changing fastest."""
        return [self._run(dict(pair for pairs in combination for pair in pairs))
                for combination in product(*(_values(*item) for item in self.varied.items()))]

    def varied_names(self):
        """The names of what varies, one after the other."""
        return list(self.runs()[0].labels)

    def quick(self):
        """The same on few images, for a few iterations: it tells whether all of it works, and nothing else."""
        return replace(self, limit=6, images=600, validated=200, tested=200, every=2, seeds=1)

    def sets(self, run):
        """The training, validation and test set of a run."""
        training, validation, test = loaded(self.load)
        sets = _first(training, self.images), _first(validation, self.validated), _first(test, self.tested)
        return sets if run.data is None else run.data(*sets)

    def observed_every(self, steps):
        return self.every or max(1, steps // OBSERVATIONS)

    def _run(self, values):
        """values: name -> (label, value)."""
        changed = {name: value for name, (_, value) in values.items()}
        data = changed.pop("data", None)
        settings = {name: changed.pop(name) for name in SETTINGS & changed.keys()}
        experiment = replace(self.base, **settings)
        if changed:
            experiment = replace(experiment, make_layers=partial(experiment.make_layers, **changed))
        if self.limit is not None:
            experiment = replace(experiment, iterations=min(self.limit, experiment.iterations or self.limit))
        return Run({name: label for name, (label, _) in values.items() if label is not None}, experiment, data)


@lru_cache(maxsize=1)
def loaded(load):
    """load(), read once for all runs that follow one another."""
    return load()


def _values(names, values):
    """For each value a list of (name, (label, value)); it is longer than one where names vary together.

    A name without a label of its own has the label None.
    """
    labelled = values.items() if isinstance(values, dict) else zip(values, values)
    if not isinstance(names, tuple):
        return [[(names, pair)] for pair in labelled]
    return [[(name, pair) for name, *pair in zip_longest(names, label if isinstance(label, tuple) else (label,), value)]
            for label, value in labelled]


def _first(pair, n):
    images, labels = pair
    return images[:n], labels[:n]
