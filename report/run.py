"""A run is done once: it is trained with its seed, looked at on the way, and its record kept for the next time."""
import re
import warnings
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from time import process_time

import numpy as np

from inspection.summary import Summary
from report.making import made_of
from report.observed import Observed
from report.outcome import Outcome, read
from training.loop import accuracy


def record_file(folder, name, run, seed):
    """Where the record of a run of the comparison `name` is kept."""
    label = re.sub(r"[^\w.+-]+", "_", "-".join(map(str, run.labels.values())))
    return Path(folder) / name / f"{label}-seed{seed}.csv"


def outcome(comparison, run, seed, path):
    """The Outcome of one run with one seed: from its record at `path`, if that is of this run, or from training."""
    sets = comparison.sets(run)
    np.random.seed(seed)
    layers = run.experiment.layers()
    steps = run.experiment.steps(len(sets[0][0]))
    looks = [comparison.looks_every(steps), *comparison.watched]
    made = made_of(run.experiment, layers, sets, looks)
    try:
        found = read(path)
        if found.facts["made"] == made:
            return found
    except (OSError, ValueError, KeyError):  # there is none, or it is damaged
        pass
    trained = _train(comparison, run.experiment, layers, sets, looks[0])
    trained.facts.update(labels=run.labels, seed=seed, made=made)
    trained.write(path)
    return trained


def _train(comparison, experiment, layers, sets, every):
    training, validation, test = sets
    start = process_time()
    net = Observed(layers, experiment.lr, experiment.loss, lambda net: _look(comparison, net, sets), every)
    rows = Summary(net, training[0].shape[1:]).rows
    size = {what: sum(getattr(row, what) for row in rows) for what in ("weights", "multiplications")}
    with redirect_stdout(StringIO()), warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        history = experiment.train(net, training, validation)
        if not history.diverged and len(history.losses) < experiment.steps(len(training[0])):
            raise KeyboardInterrupt
        net.look()
        right = float("nan") if history.diverged else accuracy(net, *test)
    return Outcome(history.losses, net.looks, {"test": right, "diverged": history.diverged, **size,
                                               "took": process_time() - start})


def _look(comparison, net, sets):
    numbers = {"validation": accuracy(net, *sets[1])}
    numbers.update({name: float(look(net, *sets)) for name, look in comparison.watched.items()})
    return numbers
