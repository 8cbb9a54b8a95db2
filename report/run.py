"""A run is one training of a comparison, with one seed; it is done once, and its record keeps what came of it."""
import csv
import io
import json
import re
import warnings
import zlib
from copy import deepcopy
from dataclasses import dataclass, fields
from pathlib import Path
from time import process_time

import numpy as np

from inspection.summary import Summary
from nn.files.atomic import atomic_write
from nn.metrics import accuracy
from nn.network import Network
from report import conditions
from training.callbacks import Callback
from training.loop import train


@dataclass
class Outcome:
    """What a run came to.

    losses: of each iteration. observations: (iteration, seconds of training until then, name -> number), the last one
    after the last iteration; among the names is "validation", the accuracy in %. facts: what holds for the run as a
    whole: "labels", "seed", "made" (what it was made of), "test" (the accuracy in %), "diverged", "weights" (how many
    numbers are trained), "multiplications" (for one image), "took" (seconds of a processor), "conditions" (a text).
    recorded: whether it was read from a record.
    """

    losses: list
    observations: list
    facts: dict
    recorded: bool = False

    def write(self, path):
        """The record: a line of facts, then iteration, loss, and what was observed, where something was."""
        names = list(self.observations[0][2])
        observed = {iteration: [f"{seconds:.4f}", *(numbers[name] for name in names)]
                    for iteration, seconds, numbers in self.observations}
        text = io.StringIO()
        text.write(f"# {json.dumps(self.facts)}\n")
        lines = csv.writer(text, lineterminator="\n")
        lines.writerow(["iteration", "loss", "seconds", *names])
        for iteration, loss in enumerate([*self.losses, ""]):  # the last observation comes after the last loss
            lines.writerow([iteration, loss, *observed.get(iteration, [])])
        path.parent.mkdir(parents=True, exist_ok=True)
        atomic_write(path, lambda file: file.write(text.getvalue().encode()))


def read(path):
    """The Outcome that `write` wrote. Raises OSError or ValueError if there is none that can be read."""
    with open(path, encoding="utf-8") as file:
        facts = json.loads(file.readline().lstrip("# "))
        heading, *lines = csv.reader(file)
    observations = [(int(line[0]), float(line[2]), dict(zip(heading[3:], map(float, line[3:])))) for line in lines
                    if len(line) > 2]
    losses = [float(line[1]) for line in lines if line[1]]
    if not observations or observations[-1][0] != len(losses):
        raise ValueError(f"{path} ends early: it has {len(losses)} iterations, but nothing observed after the last one")
    return Outcome(losses, observations, facts, recorded=True)


def record_file(folder, name, run, seed):
    """Where the record of a run of the comparison `name` is kept."""
    label = re.sub(r"[^\w.+-]+", "_", "-".join(map(str, run.labels.values())))
    return Path(folder) / name / f"{label}-seed{seed}.csv"


def outcome(comparison, run, seed, path):
    """The Outcome of one run with one seed: from its record at `path`, if that is of this run, or from training.

    Raises RuntimeError, and leaves no record, if the training is stopped.
    """
    sets = comparison.sets(run)
    np.random.seed(seed)
    layers = run.experiment.layers()
    every = comparison.observed_every(run.experiment.steps(len(sets[0][0])))
    sources = [f"{name} {conditions.source(number)}" for name, number in comparison.observed.items()]
    made = made_of(run.experiment, layers, sets, [every, *sources])
    try:
        found = read(path)
        if found.facts["made"] == made and found.facts["conditions"]:
            return found
    except (OSError, ValueError, KeyError):  # there is none, or it is damaged, or from before conditions were noted
        pass
    trained = _train(comparison, run.experiment, layers, sets, every)
    trained.facts.update(labels=run.labels, seed=seed, made=made, conditions=conditions.text(made["code"]))
    trained.write(path)
    return trained


class Observations(Callback):
    """Takes down observe(net), which is a dict (name -> number), before each `every`th step and at the end.

    taken: (iteration, seconds, numbers) of each time. seconds: what all steps until then have taken, as time of the
    processor, so that other programs at work make no difference.
    """

    def __init__(self, observe, every):
        self.observe, self.every, self.seconds, self.taken = observe, every, 0.0, []

    def on_batch_begin(self, training):
        if len(training.history.losses) % self.every == 0:
            self.on_train_end(training)
        self.start = process_time()

    def on_batch_end(self, training):
        self.seconds += process_time() - self.start

    def on_train_end(self, training):
        self.taken.append((len(training.history.losses), self.seconds, self.observe(training.net)))


def _train(comparison, experiment, layers, sets, every):
    training_set, validation_set, test_set = sets
    start, n = process_time(), len(training_set[0])

    def observe(net):
        numbers = {name: float(number(net, *sets)) for name, number in comparison.observed.items()}
        return {"validation": accuracy(net, *validation_set), **numbers}

    net, observations = Network(layers, experiment.lr, experiment.loss), Observations(observe, every)
    rows = Summary(net, training_set[0].shape[1:]).rows
    size = {what: sum(getattr(row, what) for row in rows) for what in ("weights", "multiplications")}
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        history = train(net, training_set, experiment.epochs, experiment.batch_size,
                        schedule=experiment.learning_rates(n), augment=deepcopy(experiment.augment),
                        iterations=experiment.iterations, callbacks=[observations], verbose=False)
        if not history.diverged and len(history.losses) < experiment.steps(n):
            raise RuntimeError("the training was stopped, so there is no outcome to record")
        right = float("nan") if history.diverged else accuracy(net, *test_set)
    return Outcome(history.losses, observations.taken, {"test": right, "diverged": history.diverged, **size,
                                                        "took": process_time() - start})


def made_of(experiment, layers, sets, observed):
    """What a run is made of, as texts: two runs with the same ones come to the same end, so one record serves both.

    The settings, a checksum of the layers with their first weights, of the data, and of the code that trains.
    """
    settings = {setting.name: described(getattr(experiment, setting.name)) for setting in fields(experiment)
                if setting.name != "make_layers"}
    some = [array[:100] for pair in sets for array in pair]
    return {**settings, "layers": conditions.checksum(described(layers)), "data": conditions.checksum(described(some)),
            "sizes": [len(images) for images, _ in sets], "observed": observed, "code": conditions.code(layers),
            "numpy": np.__version__}


def described(value):
    """A text that is the same for two objects if they are of the same kind and hold the same values."""
    if isinstance(value, np.ndarray):
        return f"{value.dtype}{value.shape}{zlib.crc32(np.ascontiguousarray(value).tobytes()):08x}"
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(map(described, value))}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{key}: {described(value[key])}' for key in value)}}}"
    if isinstance(value, type) or not hasattr(value, "__dict__"):
        return repr(value)
    return getattr(value, "__qualname__", None) or f"{type(value).__qualname__}{described(vars(value))}"
