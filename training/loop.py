"""Training shows a network all images, batch by batch, epoch after epoch; evaluation counts what it then gets right."""
import time
from dataclasses import dataclass, field
from itertools import islice

import numpy as np

from nn.loss import NoAccuracy, largest_is_right
from nn.ops.blocks import ceil_div
from training.checks import check_counts, check_functions, check_sets

ADVICE = """Look at, in this order:
  - the learning rate: ten times smaller if the loss grows or is nan, up to ten times larger if it does not move (--lr)
  - the first weights: nn.initializer.he for ReLU, xavier for sigmoid and tanh; their scale depends on kh*kw*C_in
  - the data: images 0..1, labels one-hot; and the last layer: linear, as wide as there are classes
  - a layer of your own: check its gradient with nn.gradient_check.check_gradients"""


@dataclass
class History:
    """What happened in training.

    losses: of each iteration. accuracies: name of a watched set -> (iteration, accuracy in %) after each epoch, if the
    loss has an accuracy. diverged: whether the loss became nan or inf.
    """

    losses: list = field(default_factory=list)
    accuracies: dict = field(default_factory=dict)
    diverged: bool = False


def batches(X, Y, size):
    """All of X and Y once, in a new random order, `size` at a time; the last batch has what is left.

    A rest of one image joins the batch before it, because batch normalisation cannot do anything with one alone.
    """
    order = np.random.permutation(len(X))
    for chosen in np.split(order, size * np.arange(1, batch_count(len(X), size))):
        yield X[chosen], Y[chosen]


def batch_count(n, size):
    """How many `batches` of `size` images `n` images make."""
    rest_joins = n % size == 1 and n > size
    return ceil_div(n, size) - rest_joins


def train(net, train_set, watched, epochs=10, batch_size=50, schedule=None, augment=None, iterations=None):
    """Train `net` on train_set = (X, Y) and print how it goes. Returns a History.

    watched: name -> (X, Y), the sets to evaluate after each epoch, such as {"validation": validation_set}.
    schedule: a function iteration -> learning rate that sets net.lr before each step. augment: a function that changes
    a batch of images. iterations: stop after so many, in the middle of an epoch. Ctrl-C stops, too, and so does a loss
    that is nan or inf: what was reached until then is returned. Raises ValueError or TypeError, before the first step,
    for a set or a setting that cannot be used.
    """
    check_counts(epochs=epochs, batch_size=batch_size, iterations=iterations)
    check_functions(schedule=schedule, augment=augment)
    train_set, *others = check_sets(net.loss, [("training", train_set), *watched.items()])
    watched, history = dict(zip(watched, others)), History()
    per_epoch = batch_count(len(train_set[0]), batch_size)
    total = min(epochs * per_epoch, iterations or epochs * per_epoch)
    start = time.perf_counter()
    try:
        for epoch in range(1, ceil_div(total, per_epoch) + 1):
            for X, Y in islice(batches(*train_set, batch_size), total - len(history.losses)):
                if schedule is not None:
                    net.lr = schedule(len(history.losses))
                history.losses.append(net.train_step((X if augment is None else augment(X), Y)))
                pace = _pace(len(history.losses), total, time.perf_counter() - start, batch_size)
                _print_iteration(history.losses, f"epoch : {epoch}/{epochs}, {pace}")
                if not np.isfinite(history.losses[-1]):
                    history.diverged = True
                    return history
            _evaluate_epoch(net, watched, history, f"Epoch {epoch}/{epochs}")
    except KeyboardInterrupt:
        print(f"\nStopped after {len(history.losses)} iterations.")
    _remark_on_guessing(history.losses, net.loss, train_set[1])
    return history


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


def _print_iteration(losses, line):
    """The course's line after every tenth iteration, and advice where the loss is no number."""
    iteration, loss = len(losses) - 1, losses[-1]
    if iteration % 10 == 0:
        print(f"Iteration: {iteration}, loss : {loss:f}, {line}", flush=True)
    if not np.isfinite(loss):
        print(f"The loss is {loss} at iteration {iteration}: training stops. {ADVICE}")


def _pace(done, total, seconds, batch_size):
    """How many images a second so far, and how long the rest of the `total` steps takes at this pace."""
    a_step = seconds / done
    minutes, left = divmod(round(a_step * (total - done)), 60)
    return f"{batch_size / a_step:.0f} images/s, {minutes}:{left:02d} left"


def _evaluate_epoch(net, watched, history, line):
    for name, (X, Y) in watched.items():
        loss, percent = evaluate(net, X, Y)
        line += f", {name} loss : {loss:f}"
        if percent is not None:
            history.accuracies.setdefault(name, []).append((len(history.losses), percent))
            line += f", {name} accuracy : {percent:.2f}"
    print(line, flush=True)


def _remark_on_guessing(losses, loss, Y):
    """Say so if the last 20 of at least 100 losses are no better than those of always giving the same answer."""
    if len(losses) >= 100 and hasattr(loss, "guessing"):
        reached, guessing = np.mean(losses[-20:]), float(np.sum(loss.guessing(Y)))
        if reached > 0.98 * guessing:
            print(f"After {len(losses)} iterations the network is no better than guessing: the loss is {reached:.4f}, "
                  f"and giving each image the same answer costs {guessing:.4f}. {ADVICE}")
