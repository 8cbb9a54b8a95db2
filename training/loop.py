"""Training shows a network all images, batch by batch, epoch after epoch; evaluation counts what it then gets right."""
import sys
import time
from dataclasses import dataclass, field
from itertools import islice
from typing import Optional

import numpy as np

from nn.checks.data import check_sets
from nn.checks.settings import check_counts, check_functions
from nn.loss import NoAccuracy, largest_is_right
from nn.ops.tiles import ceil_div
from training.diagnosis import diagnosis
from training.stopping import Stop

DIAGNOSED = 50  # images that tell what is wrong with a network that has learned nothing
ADVICE = """Look at, in this order:
  - the learning rate: ten times smaller if the loss grows or is nan, up to ten times larger if it does not move (--lr)
  - the first weights: nn.initializer.he for ReLU, xavier for sigmoid and tanh; their scale depends on kh*kw*C_in
  - the data: images 0..1, labels one-hot; and the last layer: linear, as wide as there are classes
  - a layer of your own: check its gradient with nn.gradient_check.check_gradients"""


@dataclass
class History:
    """What happened in training.

    losses: of each iteration. accuracies: name of a watched set -> (iteration, accuracy in %) after each epoch, if the
    loss has an accuracy. diverged: whether the loss became nan or inf. order: the order (N,) of the images in the epoch
    that has begun, None between two epochs.
    """

    losses: list = field(default_factory=list)
    accuracies: dict = field(default_factory=dict)
    diverged: bool = False
    order: Optional[np.ndarray] = None


def batches(X, Y, size, order=None):
    """All of X and Y once, in `order` (if left out, a new random one), `size` at a time; the last has what is left.

    A rest of one image joins the batch before it, because batch normalisation cannot do anything with one alone.
    """
    if len(X) != len(Y):
        raise ValueError(f"there are {len(X)} images, but {len(Y)} labels: give each image its label")
    order = np.random.permutation(len(X)) if order is None else order
    for chosen in np.split(order, size * np.arange(1, batch_count(len(X), size))):
        yield X[chosen], Y[chosen]


def batch_count(n, size):
    """How many `batches` of `size` images `n` images make."""
    rest_joins = n % size == 1 and n > size
    return ceil_div(n, size) - rest_joins


def step_count(n, size, epochs, iterations=None):
    """How many steps `epochs` epochs of `n` images take, or `iterations`, if that is fewer."""
    return min(epochs * batch_count(n, size), iterations or epochs * batch_count(n, size))


def train(net, train_set, watched, epochs=10, batch_size=50, schedule=None, augment=None, iterations=None,
          history=None, keep=None):
    """Train `net` on train_set = (X, Y) and print how it goes. Returns a History.

    watched: name -> (X, Y), the sets to evaluate after each epoch, such as {"validation": validation_set}.
    schedule: a function iteration -> learning rate that sets net.lr before each step. augment: a function that changes
    a batch of images. iterations: stop after so many, in the middle of an epoch. Ctrl-C stops, too, and so does a loss
    that is nan or inf: what was reached until then is returned. Raises ValueError or TypeError, before the first step,
    for a set or a setting that cannot be used.
    history: of a training that goes on where it stopped; it grows while the training runs. keep: a function of net and
    history that writes down what was reached, called between two steps, before each epoch and at the end.
    """
    check_counts(epochs=epochs, batch_size=batch_size, iterations=iterations)
    check_functions(schedule=schedule, augment=augment, keep=keep)
    if not isinstance(watched, dict):
        raise TypeError(f"watched must be a dict, name -> (X, Y), but is a {type(watched).__name__}: write "
                        f'{{"validation": validation_set}}')
    train_set, *others = check_sets(net.loss, [("training", train_set), *watched.items()])
    watched, history = dict(zip(watched, others)), History() if history is None else history
    per_epoch = batch_count(len(train_set[0]), batch_size)
    total = step_count(len(train_set[0]), batch_size, epochs, iterations)
    pace = _Pace(len(history.losses), total, batch_size)
    try:
        with Stop() as stop:
            while len(history.losses) < total and not (history.diverged or stop.asked):
                _keep(keep, net, history)
                epoch = f"{len(history.losses) // per_epoch + 1}/{epochs}"
                left = _batches_left(history, *train_set, batch_size, total)
                if _learn(net, left, history, schedule, augment, stop, f"epoch : {epoch}", pace):
                    history.order = None
                    _evaluate_epoch(net, watched, history, f"Epoch {epoch}")
            _keep(keep, net, history)
    except KeyboardInterrupt:
        stop.asked = True
    if stop.asked:
        print(f"\nStopped after {len(history.losses)} iterations.")
    _remark_on_guessing(net, train_set, history.losses)
    return history


def _learn(net, left, history, schedule, augment, stop, epoch, pace):
    """Show the network the batches that are left in an epoch. Returns whether it has seen all of them."""
    for X, Y in left:
        if stop.asked:
            return False
        if schedule is not None:
            net.lr = schedule(len(history.losses))
        batch = X if augment is None else augment(X), Y
        history.losses.append(net.train_step(batch))
        _print_iteration(history.losses, epoch, pace)
        if not np.isfinite(history.losses[-1]):
            history.diverged = True
            _print_diverged(net, batch, history.losses)
            return False
    return True


def evaluate(net, X, Y):
    """(mean loss, accuracy in %) of `net` on X (N, ...), Y (N, K). The accuracy is None where the loss has none."""
    output, Y = _answers(net, X, Y)
    loss = float(np.sum(net.loss.compute(output, Y)))
    try:
        return loss, _percentage(net.loss, output, Y)
    except NoAccuracy:
        return loss, None


def accuracy(net, X, Y):
    """Percentage of the images X (N, ...) that `net` gets right, as its loss has it: mostly, the label Y (N, K) of 1
    is where the largest output is. Raises NoAccuracy, a ValueError, if these labels are no classes."""
    return _percentage(net.loss, *_answers(net, X, Y))


def guessing(loss, Y):
    """What it costs to give every image the same answer, for labels Y (N, K); None if the loss does not say."""
    return float(np.sum(loss.guessing(Y))) if hasattr(loss, "guessing") else None


def print_accuracy(net, X, Y):
    """Print the course's last lines: that training has ended, and the accuracy (or, where there is none, the loss).

    Raises FloatingPointError if the loss over the test set X, Y is nan or inf: then the largest output means nothing.
    """
    print("#### 학습 종료 #####")
    print("Calculate accuracy over all test set (시간 소요)")
    loss, percent = evaluate(net, X, Y)
    if not np.isfinite(loss):
        raise FloatingPointError(f"there is no accuracy, because the loss over the test set is {loss}")
    print(f"Loss over all test set {loss:f}" if percent is None else f"Accuracy over all test set {percent:.2f}")


def _answers(net, X, Y):
    """The outputs for the images of a set, whose labels were looked at first, and the labels as an array."""
    [(X, Y)] = check_sets(net.loss, [("given", (X, Y))])
    return net.forward(X), Y


def _percentage(loss, output, Y):
    return 100.0 * float(np.mean(getattr(loss, "right", largest_is_right)(output, Y)))


def _keep(keep, net, history):
    """A training that diverged has nothing worth keeping; one that cannot be kept, on a full disk, goes on."""
    if keep is None or history.diverged:
        return
    try:
        keep(net, history)
    except OSError as error:
        print(f"error: what was reached could not be kept: {error}", file=sys.stderr, flush=True)


def _batches_left(history, X, Y, size, total):
    """The batches that the epoch still has to show, of `total` in all epochs. A new epoch draws its order first."""
    done = len(history.losses)
    place = done % batch_count(len(X), size)
    if place == 0:
        history.order = np.random.permutation(len(X))
    return islice(batches(X, Y, size, history.order), place, place + total - done)


def _print_iteration(losses, epoch, pace):
    """The course's line, after every tenth iteration."""
    iteration = len(losses) - 1
    if iteration % 10 == 0:
        print(f"Iteration: {iteration}, loss : {losses[-1]:f}, {epoch}, {pace(len(losses))}", flush=True)


def _print_diverged(net, batch, losses):
    why = diagnosis(net, batch, losses, guessing(net.loss, batch[1]))
    print(f"The loss is {losses[-1]} at iteration {len(losses) - 1}: training stops. {why}\n{ADVICE}")


class _Pace:
    """How many images a second so far, and how long the rest of the `total` steps takes at this pace."""

    def __init__(self, begun, total, batch_size):
        self.begun, self.total, self.batch_size, self.start = begun, total, batch_size, time.perf_counter()

    def __call__(self, done):
        a_step = (time.perf_counter() - self.start) / (done - self.begun)
        minutes, left = divmod(round(a_step * (self.total - done)), 60)
        return f"{self.batch_size / a_step:.0f} images/s, {minutes}:{left:02d} left"


def _evaluate_epoch(net, watched, history, line):
    for name, (X, Y) in watched.items():
        loss, percent = evaluate(net, X, Y)
        line += f", {name} loss : {loss:f}"
        if percent is not None:
            history.accuracies.setdefault(name, []).append((len(history.losses), percent))
            line += f", {name} accuracy : {percent:.2f}"
    print(line, flush=True)


def _remark_on_guessing(net, train_set, losses):
    """Say so if the last 20 of at least 100 losses are no better than those of always giving the same answer."""
    X, Y = train_set
    costs = guessing(net.loss, Y)
    if len(losses) >= 100 and costs is not None and np.mean(losses[-20:]) > 0.98 * costs:
        why = diagnosis(net, (X[:DIAGNOSED], Y[:DIAGNOSED]), losses, costs)
        print(f"After {len(losses)} iterations the network is no better than guessing: the loss is "
              f"{np.mean(losses[-20:]):.4f}, and giving each image the same answer costs {costs:.4f}. {why}\n{ADVICE}")
