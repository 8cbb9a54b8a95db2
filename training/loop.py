"""The training loop shows a network all images, batch by batch, epoch after epoch, and tells callbacks how it goes."""
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice
from typing import Optional

import numpy as np

from nn.checks.calls import check_network, shown, usage
from nn.checks.data import check_sets
from nn.checks.settings import check_counts, check_functions, count
from nn.metrics import evaluate
from nn.ops.process import at_work
from nn.ops.tiles import ceil_div
from training.callbacks import Callback, Diagnosis, Progress, check_callbacks
from training.program import Stop


@dataclass
class History:
    """What happened in training.

    losses: of each iteration. accuracies: name of a set -> (iteration, accuracy in %) after each epoch, if the loss has
    an accuracy. diverged: whether the loss became nan or inf: of a step, or after the last one, of its batch or of a
    Validation. order: the order (N,) of the images in the epoch that has begun, None between two epochs. unkept:
    whether the last checkpoint could not be written. diagnosis: what `Diagnosis` has said of a training that failed.
    """

    losses: list = field(default_factory=list)
    accuracies: dict = field(default_factory=dict)
    diverged: bool = False
    order: Optional[np.ndarray] = None
    unkept: bool = False
    diagnosis: str = ""

    def keep_accuracy(self, name, percent):
        """Note a set's accuracy after the last step until now. None is left out, and nan, which no curve can show."""
        if percent is not None and np.isfinite(percent):
            self.accuracies.setdefault(name, []).append((len(self.losses), percent))


class Training:
    """A training that is under way, as callbacks see it.

    net; train_set = (X, Y); epochs, batch_size; total: the steps of all epochs; history: until now; callbacks: all of
    them. epoch: the number of this one, from 1. batch: what this step shows the network, (X, Y). evaluations: of this
    epoch, name of a set -> (loss, accuracy in % or None). stop(): end before the next step, as a first Ctrl-C does;
    stop.asked: whether it is to end. interrupted: whether a second Ctrl-C broke off a step.
    """

    def __init__(self, net, train_set, epochs, batch_size, iterations, history, callbacks, stop):
        self.net, self.train_set, self.epochs, self.batch_size = net, train_set, epochs, batch_size
        self.total = step_count(len(train_set[0]), batch_size, epochs, iterations)
        self.history, self.callbacks, self.stop = history, callbacks, stop
        self.epoch, self.batch, self.evaluations, self.interrupted = 0, None, {}, False

    @property
    def intact(self):
        """Whether the network is as a step left it: the loss is a number, and no step was broken off."""
        return not (self.history.diverged or self.interrupted)

    def tell(self, hook):
        """Call this hook of each callback."""
        for callback in self.callbacks:
            getattr(callback, hook)(self)


@usage("batches(X, Y, 50)")
def batches(X, Y, size, order=None):
    """All of X and Y once, in `order` (if left out, a new random one), `size` at a time; the last has what is left.

    A rest of one image joins the batch before it, because batch normalisation cannot do anything with one alone.
    """
    count("batches", "size", size)
    if len(X) != len(Y):
        n = min(len(X), len(Y))
        raise ValueError(f"batches: there are {len(X)} images, but {len(Y)} labels: give each image its label; they "
                         f"must be as many: if the first ones belong together, write batches(X[:{n}], Y[:{n}], {size})")
    order = np.random.permutation(len(X)) if order is None else order
    for chosen in np.split(order, [size * k for k in range(1, batch_count(len(X), size))]):
        yield X[chosen], Y[chosen]


def batch_count(n, size):
    """How many `batches` of `size` images `n` images make."""
    rest_joins = n % size == 1 and n > size
    return ceil_div(n, size) - rest_joins


def step_count(n, size, epochs, iterations=None):
    """How many steps `epochs` epochs of `n` images take, or `iterations`, if that is fewer."""
    return min(epochs * batch_count(n, size), iterations or epochs * batch_count(n, size))


@usage("train(net, train_set, callbacks=[Validation(validation_set)])")
def train(net, train_set, epochs=10, batch_size=50, schedule=None, augment=None, iterations=None, history=None,
          callbacks=(), verbose=True, print_every=10):
    """Train `net` on train_set = (X, Y). Returns a History.

    schedule: a function iteration -> learning rate that sets net.lr before each step. augment: a function that changes
    a batch of images at random; one that is a Callback, too, is told how it goes. iterations: where to stop, if in the
    middle of an epoch. history: of a training that goes on where it stopped; it grows while the training runs.
    callbacks: what is told how it goes, such as [Validation(validation_set)]. verbose: whether Progress and Diagnosis
    are among them, which print; False is silence. print_every: Progress's.

    Ctrl-C stops, too, and so does a loss that is nan or inf: what was reached until then is returned. Raises ValueError
    or TypeError, before the first step, for a set or a setting that cannot be used.
    """
    check_network(net, "train(net, (X, Y))")
    _check_sets_place(train_set, epochs)
    check_counts(epochs=epochs, batch_size=batch_size, iterations=iterations)
    check_functions(schedule=schedule, augment=augment)
    if not isinstance(verbose, (bool, int)):
        raise TypeError(f"train: verbose must be True or False, but is {shown(verbose)}: write verbose=False")
    if not isinstance(history, (History, type(None))):
        raise TypeError(f"train: history must be what train returned, but is {shown(history)}: leave history out")
    check_callbacks(callbacks)
    [train_set] = check_sets(net.loss, [("training", train_set)])
    history = History() if history is None else history
    augmentations = getattr(augment, "augmentations", [augment])
    callbacks = [*callbacks, *[each for each in augmentations if isinstance(each, Callback)],
                 *([Progress(print_every), Diagnosis()] if verbose else [])]
    with Stop() as stop, at_work():
        training = Training(net, train_set, epochs, batch_size, iterations, history, callbacks, stop)
        try:
            training.tell("on_train_begin")
            while len(history.losses) < training.total and training.intact and not stop.asked:
                _train_epoch(training, schedule, augment)
            history.diverged = history.diverged or _last_step_failed(training)
        except KeyboardInterrupt:
            training.interrupted = stop.asked = True
        for callback in callbacks:
            with suppress(KeyboardInterrupt):  # it costs this callback's last word, and not what was reached
                callback.on_train_end(training)
    return history


def _check_sets_place(train_set, epochs):
    """TypeError for a set of data where none belongs."""
    if isinstance(train_set, np.ndarray):
        raise TypeError("train takes a pair (images, labels) as its second argument, but was given an array: write "
                        "train(net, (X, Y))")
    if isinstance(epochs, (dict, tuple, list, np.ndarray)):
        raise TypeError("the third argument of train must be the number of epochs, but is a set; one to evaluate after "
                        "each is a callback: write train(net, train_set, callbacks=[Validation(validation_set)])")


def _last_step_failed(training):
    """Whether it made the loss of its own batch nan or inf; what it returned is the loss from before it."""
    if training.batch is None:
        return False
    with np.errstate(all="ignore"):
        loss, _ = evaluate(training.net, *training.batch)
    return not np.isfinite(loss)


def _train_epoch(training, schedule, augment):
    """Show the network the batches that are left in this epoch, up to a stop or a loss that is no number."""
    net, history = training.net, training.history
    training.epoch = len(history.losses) // batch_count(len(training.train_set[0]), training.batch_size) + 1
    training.evaluations = {}
    training.tell("on_epoch_begin")
    for X, Y in _batches_left(training):
        if training.stop.asked:
            return
        if schedule is not None:
            net.lr = schedule(len(history.losses))
        training.batch = X if augment is None else augment(X), Y
        training.tell("on_batch_begin")
        history.losses.append(net.train_step(training.batch))
        history.diverged = not np.isfinite(history.losses[-1])
        training.tell("on_batch_end")
        if history.diverged:
            return
    history.order = None
    training.tell("on_epoch_end")


def _batches_left(training):
    """The batches that the epoch still has to show, of those of all epochs. A new epoch draws its order first."""
    (X, Y), size, history = training.train_set, training.batch_size, training.history
    done, count = len(history.losses), batch_count(len(X), size)
    place = done % count
    if history.order is None:
        history.order = np.random.permutation(len(X))
    return islice(batches(X, Y, size, history.order), place, min(count, place + training.total - done))
