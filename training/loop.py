"""Training shows a network all images, batch by batch, epoch after epoch; evaluation counts what it then gets right."""
import time
from dataclasses import dataclass, field
from itertools import islice

import numpy as np

from nn.ops.blocks import ceil_div

ADVICE = """Look at, in this order:
  - the learning rate: ten times smaller if the loss grows or is nan, up to ten times larger if it does not move (--lr)
  - the first weights: nn.initializer.he for ReLU, xavier for sigmoid and tanh; their scale depends on kh*kw*C_in
  - the data: images 0..1, labels one-hot; and the last layer: linear, as wide as there are classes
  - a layer of your own: check its gradient with nn.gradient_check.check_gradients"""


@dataclass
class History:
    """What happened in training.

    losses: of each iteration. accuracies: name of a watched set -> (iteration, accuracy in %) after each epoch.
    diverged: whether the loss became nan or inf.
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
    joins = n % size == 1 and n > size > 1
    return ceil_div(n, size) - joins


def train(net, train_set, watched, epochs=10, batch_size=50, schedule=None, augment=None, iterations=None):
    """Train `net` on train_set = (X, Y) and print how it goes. Returns a History.

    watched: name -> (X, Y), the sets to evaluate after each epoch, such as {"validation": validation_set}.
    schedule: a function iteration -> learning rate that sets net.lr before each step. augment: a function that changes
    a batch of images. iterations: stop after so many, in the middle of an epoch. Ctrl-C stops, too, and so does a loss
    that is nan or inf: what was reached until then is returned.
    """
    history = History()
    per_epoch = batch_count(len(train_set[0]), batch_size)
    total = min(epochs * per_epoch, iterations or epochs * per_epoch)
    start = time.perf_counter()
    try:
        for epoch in range(1, ceil_div(total, per_epoch) + 1):
            for X, Y in islice(batches(*train_set, batch_size), total - len(history.losses)):
                iteration = len(history.losses)
                if schedule is not None:
                    net.lr = schedule(iteration)
                loss = net.train_step((X if augment is None else augment(X), Y))
                history.losses.append(loss)
                if iteration % 10 == 0:
                    print(f"Iteration: {iteration}, loss : {loss:f}, epoch : {epoch}/{epochs}, "
                          + _pace(iteration + 1, total, time.perf_counter() - start, batch_size), flush=True)
                if not np.isfinite(loss):
                    print(f"The loss is {loss} at iteration {iteration}: training stops. {ADVICE}")
                    history.diverged = True
                    return history
            _evaluate_epoch(net, watched, history, f"Epoch {epoch}/{epochs}")
    except KeyboardInterrupt:
        print(f"\nStopped after {len(history.losses)} iterations.")
    _remark_on_standstill(history.losses)
    return history


def evaluate(net, X, Y):
    """(mean loss, accuracy in %) of `net` on X (N, ...), one-hot Y (N, K). Right: the largest output is the label's."""
    output, Y = net.forward(X), np.asarray(Y)
    right = output.argmax(axis=1) == Y.argmax(axis=1)
    return float(np.sum(net.loss.compute(output, Y))), 100.0 * float(np.mean(right))


def accuracy(net, X, Y):
    """Percentage of the images X (N, ...) that `net` classifies as their one-hot labels Y (N, K) say."""
    return evaluate(net, X, Y)[1]


def print_accuracy(net, X, Y):
    """Print the course's last lines: that training has ended, and the accuracy over the test set X, Y.

    Raises ValueError if the loss over that set is nan or inf: then the largest output means nothing.
    """
    print("#### 학습 종료 #####")
    print("Calculate accuracy over all test set (시간 소요)")
    loss, percent = evaluate(net, X, Y)
    if not np.isfinite(loss):
        raise ValueError(f"there is no accuracy, because the loss over the test set is {loss}")
    print(f"Accuracy over all test set {percent:.2f}")


def _pace(done, total, seconds, batch_size):
    """How many images a second so far, and how long the rest of the `total` steps takes at this pace."""
    a_step = seconds / done
    minutes, left = divmod(round(a_step * (total - done)), 60)
    return f"{batch_size / a_step:.0f} images/s, {minutes}:{left:02d} left"


def _evaluate_epoch(net, watched, history, line):
    for name, (X, Y) in watched.items():
        loss, percent = evaluate(net, X, Y)
        history.accuracies.setdefault(name, []).append((len(history.losses), percent))
        line += f", {name} loss : {loss:f}, {name} accuracy : {percent:.2f}"
    print(line, flush=True)


def _remark_on_standstill(losses):
    if len(losses) >= 100 and np.mean(losses[-50:]) > 0.98 * losses[0]:
        print(f"The loss has hardly moved in {len(losses)} iterations. {ADVICE}")
