"""A diagnosis says which layer went wrong first where a network does not learn, and which of the usual causes fits.

It comes from one training step of a copy, which `inspection.recording` writes down layer by layer.
"""
from copy import deepcopy

import numpy as np

from inspection.trace import Trace

DARK, BRIGHT = 0.01, 5.0  # images: the least spread around their mean, and the largest root mean square
BLOCKED, BLOCKED_LATER = 0.25, 0.02  # a unit that passes less of its error, of what it does at z = 0, is saturated
DEAD, SATURATED = 0.7, 0.5  # so many of a layer's units are too many; a dead one lets nothing through
DROPPED = 0.85  # of a layer's inputs
SMALL_STEP, LARGE_STEP = 1e-5, 0.2  # of the weight: smaller steps get nowhere, larger ones overshoot
LARGE_LATER = 2.0  # the same, of what a step would be at the learning rate that is still to come
PAIRS = 50  # of images, at most
FADED, EXPLODED = 1e-4, 1e4  # spread of z, of the inputs' spread


def diagnosis(net, mini_batch, losses, baseline):
    """What is wrong with `net`, which was to learn mini_batch = (X, Y) next, in a sentence or two.

    losses: of all steps until now. baseline: the loss of giving every image the same answer, None if that is not known.
    A network whose layers cannot even be tried out has no diagnosis, "".
    """
    try:
        with np.errstate(all="ignore"):
            records = Trace(net, mini_batch).layers
            X = np.asarray(mini_batch[0])
            began_well = len(losses) > 1 and (baseline is None or losses[0] <= 3 * baseline)
            return (data_fault(X, net.layers[0]) or _overflow(net, records, losses, began_well)
                    or _standstill(records, began_well)
                    or "No layer shows a fault: do the images and the labels belong together?")
    except Exception:  # a layer of the student's own, perhaps: what was reached must not be lost for it
        return ""


def data_fault(X, first):
    """What is wrong with images X (N, ...), or None. first: the network's first layer, which may take words instead."""
    if not np.isfinite(X).all():
        return "The images hold nan or inf: leave these images out, or mend them."
    if getattr(first, "takes_words", False):
        return None
    if X.max() == X.min():
        return f"The images hold nothing but {X.max():g}: look at how they are read."
    reach = f"The images reach from {X.min():g} to {X.max():g}"
    if np.sqrt(np.mean(np.square(X, dtype=np.float64))) > BRIGHT:
        return f"{reach} and should from 0 to 1, or have mean 0 and variance 1: divide them by 255, perhaps."
    if np.std(X) < DARK:
        return f"{reach}, which is hardly anything, and should from 0 to 1: divide them by 255 once, and not twice."
    return None


def unit_fault(record, began_well):
    """What is wrong with the units of a layer, the last axis of its z, or None: most are dead or saturated.

    began_well: whether all was well before the first step. Units that learn may saturate a good deal.
    """
    passed, limit = _passed(record, record.z), BLOCKED_LATER if began_well else BLOCKED
    dead, saturated = np.mean(passed == 0), np.mean(passed < limit * _passed(record, np.zeros_like(record.z)))
    if dead >= DEAD:
        return (f"{dead:.0%} of the units of {record.name} are dead: their z is below 0 for every image, so no error "
                f"passes. The learning rate is too large (make it ten times smaller), or the first weights do not fit "
                "(nn.initializer.he)")
    if saturated >= SATURATED:
        return (f"{saturated:.0%} of the units of {record.name} are saturated: their z is so far from 0 that hardly "
                f"any error passes. Its first weights are too large (nn.initializer.xavier fits sigmoid and tanh), or "
                "the learning rate is")
    return None


def _passed(record, z):
    """The mean share of an error that each unit passes, at z: f'(z)."""
    f = getattr(record.layer, "activation", None)  # a recurrent layer's error has more in it
    passed = np.abs(record.layer.get_activation_grad(z, np.ones_like(record.a)) if f is None else f.deriv(z))
    return passed.reshape(-1, passed.shape[-1]).mean(axis=0)


def dropout_fault(record):
    """Whether a layer without weights makes nearly all of its inputs 0."""
    if record.layer.weights or np.shape(record.a) != np.shape(record.x) or not np.any(record.x):
        return None
    dropped = np.mean(record.a[record.x != 0] == 0)
    return (f"{record.name} makes {dropped:.0%} of its inputs 0: dropout of 0.5 is usual"
            if dropped >= DROPPED else None)


def outputs_fault(net, X):
    """What keeps outputs from being logits, any real numbers, or None; after net.forward_in_training(X).

    The last layer is shown its inputs, and these turned round and much larger.
    """
    last, x = net.layers[-1], net.inputs[-1]
    with np.errstate(all="ignore"):
        (_, usual), (_, large) = (deepcopy(last).forward(inputs) for inputs in (x, -1e3 * x))
    if not getattr(net.loss, "takes_logits", False) or not np.ptp(large, axis=0).any():
        return None  # or weights of 0, to begin with
    what = ("gives no number below 0, as softmax, sigmoid and ReLU do" if min(usual.min(), large.min()) >= 0 else
            "gives numbers from -1 to 1 alone, as tanh does" if np.abs(large).max() <= 1 else
            "gives outputs of the same size whatever it is given, as a normalisation does"
            if np.std(large) < 10 * np.std(usual) else None)
    return what and (f"The last layer, {last!r}, {what}, but the loss takes logits, any real numbers: let a layer with "
                     f"activation=linear be the last")


def linear_fault(net, X):
    """Whether several layers with weights are as good as one, because nothing between them bends, or None."""
    layers = [layer for layer in net.layers if any(np.ndim(getattr(layer, name)) > 1 for name in layer.weights)]
    n = min(len(X) // 2, PAIRS)
    if len(layers) < 2 or n == 0 or getattr(net.layers[0], "takes_words", False):
        return None
    one, other = X[:n], X[n:2 * n]
    a, b, between = (net.forward(inputs) for inputs in (one, other, (one + other) / 2))
    straight = np.abs(between - (a + b) / 2).max() < 1e-4 * np.abs(a - b).max()
    return (f"The network's {len(layers)} layers are one linear map, no better than a single layer: give all but the "
            f"last an activation function, such as relu" if straight else None)


def signal_fault(record, spread, began_well):
    """What has become of the numbers on their way forward to a layer, or None. spread: of the images.

    began_well: whether all was well before the first step, so that it is the steps.
    """
    change = np.std(record.z) / spread
    weights = [record.before.get(name, getattr(record.layer, name)) for name in record.layer.weights]
    if not any(map(np.any, weights)) or FADED < change < EXPLODED:
        return None
    fault, size = ("faded", "small") if change <= FADED else ("exploded", "large")
    return (f"On their way forward the numbers have {fault} at {record.name}: the spread of its z is {change:.0e} of "
            f"the images'. "
            + ("It was not so at first: the learning rate is too large, make it ten times smaller"
               if began_well and size == "large" else
               f"Its first weights are too {size}: take nn.initializer.he for ReLU, xavier for sigmoid"))


def layer_faults(records, began_well):
    """What is wrong with each layer, of those with which anything is, from the first to the last."""
    spread = np.std(records[0].x)
    faults = [signal_fault(record, spread, began_well) or unit_fault(record, began_well) or dropout_fault(record)
              for record in records]
    return [fault for fault in faults if fault]


def zero_fault(records):
    """Which layer's weights are all 0, or None."""
    zero = next((record for record in records for weight in record.after.values()
                 if weight.ndim > 1 and not weight.any()), None)
    return zero and f"The weights of {zero.name} are all 0 and stay so: draw the first weights at random"


def step_sizes(records):
    """(layer and weight, |step| / |weight|) of each weight that trains and has two axes or more.

    Others, such as biases, begin at 0 and small numbers, of which a step is a large share for long.
    """
    return [(f"{record.name} {name}", float(np.linalg.norm(record.after[name] - before) / np.linalg.norm(before)))
            for record in records if record.layer.trainable
            for name, before in record.before.items() if before.ndim > 1 and before.any()]


def step_fault(records, growth=1.0):
    """What is wrong with the sizes of the steps, or None. growth: how many times as large the learning rate will be."""
    sizes = step_sizes(records)
    if not sizes:
        return None
    name, largest = max(sizes, key=lambda size: size[1])
    if largest > LARGE_STEP:
        return (f"The step of {name} is {largest:.0%} of the weight: the learning rate is too large, make it ten times "
                f"smaller")
    if largest * growth > LARGE_LATER:
        return (f"The step of {name} is {largest:.1%} of the weight, and the learning rate will be {growth:.0f} times "
                f"as large: make its peak ten times smaller")
    if largest < SMALL_STEP:
        return (f"No step is larger than {largest:.0e} of its weight ({name}): the learning rate is too small, make it "
                f"ten times larger or more")
    return None


def _overflow(net, records, losses, began_well):
    """The layer where nan or inf appears first, and why, or None."""
    wrong = next((record for record in records if not _finite(record.z, record.a)), None)
    broken = [record for record in records if not _finite(*record.before.values())]
    if broken:  # on the way back the last of them came first
        where = f"The last step made the weights of {broken[-1].name} nan or inf"
    elif wrong is not None:
        where = f"{wrong.name} is the first layer with nan or inf, from inputs of up to {np.abs(wrong.x).max():.0e}"
    elif losses and not np.isfinite(losses[-1]):
        where = "The loss is nan or inf, though all numbers in the layers are finite"
    else:
        return None
    if not began_well:
        return (f"{where}. The loss was {losses[0]:.3g} at the very first step, so the first weights are too large; "
                f"take nn.initializer.he for ReLU, xavier for sigmoid and tanh.")
    return (f"{where}. The loss was {losses[0]:.3g} at first, so it is the steps that are too large: make the learning "
            f"rate, {net.lr:g}, ten times smaller.")


def _standstill(records, began_well):
    """Why steps lead nowhere though all numbers are finite, or None."""
    fault = zero_fault(records) or next(iter(layer_faults(records, began_well)), None) or step_fault(records)
    return fault and fault + "."


def _finite(*arrays):
    return all(np.isfinite(array).all() for array in arrays if array is not None)
