"""A sanity check finds in a minute, before a long training, what would keep a network from learning."""
from copy import deepcopy
from functools import partial
from typing import NamedTuple

import numpy as np

from inspection.diagnosis import (
    data_fault,
    layer_faults,
    linear_fault,
    outputs_fault,
    step_fault,
    step_sizes,
    zero_fault,
)
from inspection.recording import recorded
from nn.gradient_check import RIGHT, check_gradients
from nn.layer import named_layers
from nn.metrics import baseline_loss, evaluate
from nn.ops.process import draws_put_back

IMAGES = 1000  # of the training set, at most
BATCHES, BATCH = 10, 50  # shown before units and steps are judged
SMALL_BATCH, PATIENCE = 20, 300  # images to overfit, and in how many steps
GRADIENT_IMAGES, SAMPLES = 16, 12  # for the measured slopes, so many of each weight
NOISE = 0.1  # of the images' and of the weights' spread
WRONG_SLOPE = 1e-3  # relative error of a gradient that is wrong
SURE, LOST = 0.5, 3.0  # the first loss, as a multiple of the baseline loss
JUMP = 5.0  # the largest loss of the first batches, as a multiple of the first one, unless they recover
OVERFIT = "overfit a small batch"
RARE, FREQUENT = 0.2, 3.0  # a label's share, as a multiple of an even share


class Finding(NamedTuple):
    """What was checked, what was found, and `remedy`: what to do, None if all is well.

    fault: the status if there is a remedy, "WRONG" or, where nothing could be found out, "?".
    """

    what: str
    found: str
    remedy: str = None
    fault: str = "WRONG"

    @property
    def status(self):
        return "OK" if self.remedy is None else self.fault

    def __str__(self):
        return f"{self.what:22s} {self.status:5s} {self.found}" + (f". {self.remedy}" if self.remedy else "")


def sanity_check(net, train_set, schedule=None):
    """Yield a Finding for each thing that can be known of `net` before it is trained on train_set = (X, Y).

    Copies of it are tried out, so it stays as it is, and so does NumPy's generator. They learn at net.lr, or at the
    learning rates schedule(step) while they rise to it, step = 0, 1, ...: it may be too much to begin with.
    """
    X, Y = (array[:IMAGES] for array in train_set)

    def rate(step):
        return net.lr if schedule is None else max(map(schedule, range(step + 1)))

    checks = _data, _first_loss, _gradients, partial(_overfit, rate), partial(_first_steps, rate)
    for check in checks if np.isfinite(X).all() else checks[:1]:  # nan leaves nothing to be measured
        with draws_put_back():
            yield from check(net, X, Y)


def print_sanity_check(net, train_set, schedule=None):
    """Print each finding of `sanity_check`, and return whether all is well."""
    well = True
    for finding in sanity_check(net, train_set, schedule):
        print(finding, flush=True)
        well = well and finding.remedy is None
    return well


def _data(net, X, Y):
    fault = data_fault(X, net.layers[0])
    yield Finding("images", f"from {X.min():g} to {X.max():g}, {np.mean(X):.2f} on average", fault)
    if ((Y == 0) | (Y == 1)).all() and Y.shape[1] > 1:
        shares = np.mean(Y, axis=0) * Y.shape[1]
        even = RARE <= shares.min() and shares.max() <= FREQUENT
        rare, frequent = shares.argmin(), shares.argmax()
        yield Finding("labels", f"{shares[rare] / len(shares):.1%} of the images are of the rarest class, {rare}, "
                      f"{shares[frequent] / len(shares):.1%} of the most frequent, {frequent}", None if even else
                      "The network will hardly learn the rare ones: show it as many images of each class")


def _first_loss(net, X, Y):
    twin = deepcopy(net)
    output = twin.forward_in_training(X)
    loss, baseline = float(np.sum(net.loss.compute(output, Y))), baseline_loss(net.loss, Y)
    if not (np.isfinite(loss) if baseline is None else loss <= LOST * max(baseline, _guessing(net.loss, Y))):
        remedy = ("The network is sure of wrong answers before it has learned anything: its first weights are too "
                  "large; take nn.initializer.he for ReLU, xavier for sigmoid and tanh, lecun for the last layer")
    else:
        remedy = outputs_fault(twin, X)
    found = f"{loss:.3f}" if baseline is None else f"{loss:.3f}; guessing costs {baseline:.3f}"
    if baseline and loss < SURE * baseline:
        found += ", so it has learned already"
    yield Finding("loss at the start", found, remedy)


def _guessing(loss, Y):
    """What answers cost that know nothing of the labels, not even how large they are."""
    outputs = np.zeros(Y.shape) if getattr(loss, "takes_logits", False) else np.random.normal(size=Y.shape)
    return float(np.sum(loss.compute(outputs, Y)))


def _gradients(net, X, Y):
    words = getattr(net.layers[0], "takes_words", False) or X.max() > 1 and not (X % 1).any()
    layers, X = _off_kinks(net.layers, X[:GRADIENT_IMAGES], 0.0 if words else NOISE)
    rows = check_gradients(layers, net.loss, X, Y[:GRADIENT_IMAGES], samples=SAMPLES)
    rows = rows[1:] if words else rows  # between two words there is no slope
    wrong = [row for row in rows if row.error > WRONG_SLOPE]
    unknown = [row for row in rows if not row.error < RIGHT]
    if wrong:
        worst = wrong[-1]  # an error on its way back makes those below it wrong, too
        yield Finding("gradients", f"{worst.layer} {worst.weight} is off by {worst.error:.1e}",
                      "Compare its get_activation_grad and get_weight_grad with the formulas, and the backward of the "
                      "layer after it; nn.check_gradients shows all")
    elif unknown:
        yield Finding("gradients", "not checked: " + ", ".join(f"{row.layer} {row.weight}" for row in unknown),
                      "Slopes cannot be measured surely enough there, because of kinks or rounding: try the layer in a "
                      "small network, with nn.check_gradients", "?")
    else:
        yield Finding("gradients", f"all {len(rows)} agree with measured slopes")


def _off_kinks(layers, X, noise):
    """Copies of layers and images X, moved a little: equal pixels tie in max pooling, and where they are 0 ReLU's z is.

    Every other image stays as it is, because what a layer makes of ties is to be seen, too.
    """
    layers, generator = deepcopy(layers), np.random.default_rng(0)
    for _, layer in named_layers(layers):
        for name in layer.weights:
            weight = np.array(getattr(layer, name), np.float64)
            spread = np.sqrt(np.mean(weight ** 2)) or 1.0
            setattr(layer, name, weight + NOISE * spread * generator.normal(size=weight.shape))
    X = np.array(X, np.float64)
    X[::2] += noise * (generator.uniform(X.min(), X.max(), X[::2].shape) - X[::2])
    return layers, X


def _overfit(rate, net, X, Y):
    twin, some = deepcopy(net), slice(SMALL_BATCH)
    losses = []
    with np.errstate(all="ignore"):
        while _goes_on(losses):
            twin.lr = rate(len(losses))
            losses.append(twin.train_step((X[some], Y[some])))
            if len(losses) % 10 == 0 and _knows(twin, X[some], Y[some]):
                yield Finding(OVERFIT, f"{SMALL_BATCH} images, in {len(losses)} steps")
                return
    yield Finding(OVERFIT, f"after {len(losses)} steps it does not know {SMALL_BATCH} images (loss {losses[-1]:.3f})",
                  "A network that can learn anything can do this: look at the lines around this one, then at the "
                  "learning rate")


def _goes_on(losses):
    """For PATIENCE steps, and up to four times as many while the loss becomes a third smaller in each PATIENCE."""
    return len(losses) < PATIENCE or len(losses) < 4 * PATIENCE and losses[-1] < losses[-PATIENCE] / 1.5


def _knows(net, X, Y):
    loss, percent = evaluate(net, X, Y)
    if percent is None:
        return loss < 0.1 * baseline_loss(net.loss, Y)
    return percent == 100.0


def _first_steps(rate, net, X, Y):
    twin, records = recorded(net)
    losses, faults = [], []
    for step, chosen in enumerate(np.arange(BATCHES * BATCH).reshape(BATCHES, BATCH) % len(X)):
        twin.lr = rate(step)
        with np.errstate(all="ignore"):
            losses.append(twin.train_step((X[chosen], Y[chosen])))
            if len(losses) in (1, BATCHES):
                when = "At the start" if len(losses) == 1 else f"After {BATCHES} batches"
                faults += [f"{when}: {fault}" for fault in layer_faults(records, len(losses) > 1 and not faults)]
    yield Finding("units and signals", f"in {len(records)} layers, at the start and after {BATCHES} batches",
                  faults[0] if faults else linear_fault(twin, X))
    with np.errstate(all="ignore"):
        sizes = [size for _, size in step_sizes(records)] or [0.0]
        growth = net.lr / twin.lr if twin.lr else 1.0
        remedy = zero_fault(records) or step_fault(records, growth)
    if not np.max(losses) <= JUMP * losses[0] and not losses[-1] < losses[0]:  # np.max, because nan is no max
        remedy = f"The loss jumped to {np.max(losses):.3g}: the learning rate is too large, make it ten times smaller"
    yield Finding(f"steps after {BATCHES} batches", f"from {min(sizes):.0e} to {max(sizes):.0e} of the weights", remedy)
