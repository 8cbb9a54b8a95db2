"""A callback is what happens between the steps of a training: lines are printed, a set is evaluated, and so on."""
import time
from inspect import signature

import numpy as np

from inspection.diagnosis import diagnosis
from nn.checks.calls import shown, usage
from nn.checks.data import check_sets
from nn.metrics import baseline_loss, evaluate

DIAGNOSED = 50  # images that tell what is wrong with a network that has learned nothing
EXPLODED = 10  # times the first loss, and more, is no loss of a network that learns
ADVICE = """Look at, in this order:
  - the learning rate: ten times smaller if the loss grows or is nan, up to ten times larger if it does not move (--lr)
  - the first weights: nn.initializer.he for ReLU, xavier for sigmoid and tanh; their scale depends on kh*kw*C_in
  - the data: images 0..1, labels one-hot; and the last layer: linear, as wide as there are classes
  - a layer of your own: check its gradient with nn.gradient_check.check_gradients"""


class Callback:
    """Its hooks do nothing; a subclass overrides those that it needs. Each is given the `training.loop.Training`.

    Callbacks are called in the order of their list. What one raises ends the training, and comes out of `train`.
    """

    def on_train_begin(self, training):
        """Before the first step."""

    def on_epoch_begin(self, training):
        """Before an epoch begins, or goes on where an earlier training stopped."""

    def on_batch_begin(self, training):
        """Before each step, which will be of training.batch = (X, Y)."""

    def on_batch_end(self, training):
        """After each step, whose loss is training.history.losses[-1]."""

    def on_epoch_end(self, training):
        """After an epoch; one that was stopped has no end."""

    def on_train_end(self, training):
        """After the last step, also if the training was stopped or diverged."""


HOOKS = [name for name in vars(Callback) if name.startswith("on_")]


def check_callbacks(callbacks):
    """Raise TypeError unless this is a list of objects whose hooks can be called."""
    if not isinstance(callbacks, (list, tuple)):
        raise TypeError(f"callbacks must be a list, but is {shown(callbacks)}: write "
                        f"callbacks=[Validation(validation_set)]")
    for callback in callbacks:
        if not isinstance(callback, Callback):
            hint = (f"callbacks=[{callback.__name__}(validation_set)]" if callback is Validation else
                    f"callbacks=[{callback.__name__}()]" if isinstance(callback, type) else
                    "callbacks=[Validation(validation_set)], or class Mine(Callback) with a method on_epoch_end(self, "
                    "training), and callbacks=[Mine()]")
            raise TypeError(f"callbacks must be objects of subclasses of Callback, but one is {shown(callback)}: write "
                            f"{hint}")
        for name in dir(callback):
            if name.startswith("on_") or f"on_{name}" in HOOKS:
                _check_hook(f"{type(callback).__name__}.{name}", name, getattr(callback, name))


def _check_hook(place, name, hook):
    if name not in HOOKS:
        ours = _translated(name)
        raise TypeError(f"{place} would never be called: the hooks are {', '.join(HOOKS)}"
                        + (f"; write def {ours}(self, training)" if ours in HOOKS else ""))
    try:
        signature(hook).bind(None)
    except TypeError:
        raise TypeError(f"{place} must take one argument: write def {name}(self, training)") from None


def _translated(name):
    """What other libraries call a hook, as it is called here."""
    for theirs, ours in ("train_batch", "batch"), ("iteration", "batch"), ("step", "batch"), ("start", "begin"):
        name = name.replace(theirs, ours)
    return name if name.startswith("on_") else f"on_{name}"


class Validation(Callback):
    """Evaluates the network on a set of data, such as one that it does not learn from, after each epoch.

    data: (X, Y), images (N, ...) and labels (N, K), or ValueError before the first step. name: what the set is called
    in the line of the epoch, and in History.accuracies.
    """

    @usage("Validation(validation_set)")
    def __init__(self, data, name="validation"):
        if not isinstance(name, str):
            raise TypeError(f"Validation takes a pair (images, labels) and then a name, but was given {shown(name)} "
                            f"for the name: write Validation((X, Y))")
        self.data, self.name = data, name

    def on_train_begin(self, training):
        if [other.name for other in training.callbacks if isinstance(other, Validation)].count(self.name) > 1:
            raise ValueError(f"two sets are called {self.name!r}: write Validation(data, name)")
        _, self.data = check_sets(training.net.loss, [("training", training.train_set), (self.name, self.data)])

    def on_epoch_end(self, training):
        loss, percent = training.evaluations[self.name] = evaluate(training.net, *self.data)
        training.history.keep_accuracy(self.name, percent)

    def on_train_end(self, training):
        """The loss of the last step is that from before it, so it does not show whether this one was too large."""
        loss, _ = training.evaluations.get(self.name, (0.0, None))
        if training.intact and not np.isfinite(loss):
            training.history.diverged = True


class Progress(Callback):
    """Prints the course's line each `every` iterations (0: never), one after each epoch, and one if it was stopped."""

    def __init__(self, every=10):
        if isinstance(every, bool) or not isinstance(every, (int, np.integer)) or every < 0:
            raise ValueError(f"print_every must be an integer, 0 or more, but is {shown(every)}: write print_every=10")
        self.every = every

    def on_train_begin(self, training):
        self.begun, self.start = len(training.history.losses), time.perf_counter()

    def on_batch_end(self, training):
        done = len(training.history.losses)
        if self.every and (done - 1) % self.every == 0:
            loss = training.history.losses[-1]
            print(f"Iteration: {done - 1}, loss : {loss:{'f' if abs(loss) < 1e9 else '.6g'}}, epoch : {training.epoch}/"
                  f"{training.epochs}, {self._pace(done, training)}", flush=True)

    def on_epoch_end(self, training):
        line = f"Epoch {training.epoch}/{training.epochs}"
        for name, (loss, percent) in training.evaluations.items():
            line += f", {name} loss : {loss:f}" + ("" if percent is None else f", {name} accuracy : {percent:.2f}")
        print(line, flush=True)

    def on_train_end(self, training):
        if training.stop.asked:
            print(f"\nStopped after {len(training.history.losses)} iterations.")

    def _pace(self, done, training):
        """How many images a second so far, and how long the rest of the steps takes at this pace."""
        a_step = (time.perf_counter() - self.start) / (done - self.begun)
        minutes, seconds = divmod(round(a_step * (training.total - done)), 60)
        images = min(training.batch_size, len(training.train_set[0]))
        return f"{images / a_step:.0f} images/s, {minutes}:{seconds:02d} left"


class Diagnosis(Callback):
    """Prints what is wrong with a network whose loss is no number, or in the end no better than guessing.

    History.diagnosis is what was printed.
    """

    def on_batch_end(self, training):
        losses = training.history.losses
        if training.history.diverged:
            baseline = baseline_loss(training.net.loss, training.batch[1])
            why = diagnosis(training.net, training.batch, losses, baseline)
            self._say(training, f"The loss is {losses[-1]} at iteration {len(losses) - 1}: training stops. {why}")

    def on_train_end(self, training):
        """No better than guessing: the last 20 of at least 100 losses are those of always giving the same answer."""
        losses, (X, Y) = training.history.losses, training.train_set
        if training.history.diverged and np.isfinite(losses[-1:]).all():
            self._say(training, f"After {len(losses)} iterations the loss is nan or inf: the last step was too large.")
        baseline = baseline_loss(training.net.loss, Y)
        if training.intact and 2 < len(losses) < 100 and np.mean(losses[-3:]) > EXPLODED * (1 + abs(losses[0])):
            print(f"After {len(losses)} iterations the loss is {losses[-1]:.3g}, but must fall; it was {losses[0]:.3g} "
                  f"at first, so the learning rate is too large: divide it by ten.\n{ADVICE}")
        if len(losses) >= 100 and baseline is not None and np.mean(losses[-20:]) > 0.98 * baseline:
            why = diagnosis(training.net, (X[:DIAGNOSED], Y[:DIAGNOSED]), losses, baseline)
            self._say(training, f"After {len(losses)} iterations the network is no better than guessing: the loss is "
                                f"{np.mean(losses[-20:]):.4f}, and giving each image the same answer costs "
                                f"{baseline:.4f}. {why}")

    def _say(self, training, what):
        training.history.diagnosis = f"{what}\n{ADVICE}"
        print(training.history.diagnosis)
