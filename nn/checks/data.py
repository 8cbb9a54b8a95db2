"""Data are checked before a network learns from them, because a mistake that shows after an hour has cost an hour.

Sets (images (N, ...), labels (N, K)) are looked at before the first step, batches in it, and labels by their loss.
"""
import warnings
from copy import deepcopy
from inspect import currentframe
from math import isfinite, nan

import numpy as np

from nn.checks.calls import shown
from nn.checks.inputs import bare, no_such_array
from nn.ops.elementwise import floating

SWAPPED = {"given": "accuracy(net, X, Y)", "training": "train(net, (X, Y))"}  # how a set is given
ROWS = 64  # of outputs and labels tell whether a loss is a mean
MEND = "or mend them: write np.nan_to_num(images), which puts 0 in the place of nan"


def no_pair():
    """What `train_step` and `gradients` raise if they are given anything else than one pair."""
    return TypeError("train_step takes one mini-batch, a pair, as gradients does, but was given something else: write "
                     "net.train_step((X, Y)), with two pairs of brackets")


def pair(mini_batch, dtype, *others):
    """The one pair that a step takes, inputs and labels, as arrays."""
    if others or not hasattr(mini_batch, "__len__") or len(mini_batch) != 2 or isinstance(mini_batch, dict):
        raise no_pair()
    return not_empty(mini_batch[0], dtype), not_empty(mini_batch[1], dtype)


def not_empty(given, dtype):
    """A batch of images, or its labels, as an array with at least one row."""
    array = np.asarray(given)
    if array.dtype.kind in "USOc" or array.ndim == 0 or len(array) == 0:
        raise _no_batch(given)
    return np.asarray(array, dtype)


def _no_batch(given):
    array = np.asarray(given) if not isinstance(given, np.ndarray) else given
    texts = array.ndim and array.dtype.kind in "USOc"
    came = f"an array of shape {array.shape}" + (f" of {array.dtype}" if texts else "") if array.ndim else shown(given)
    return ValueError(f"a network expects a batch of images (N, ...), N at least 1, or its one-hot labels (N, K), all "
                      f"numbers, but was given {came}: write " + (
                          "X.astype(np.float32)" if texts else "X, an array that holds some, such as X[:50]"))


def check_first_batch(X, first):
    """ValueError for nan or inf in the first batch that a network learns from, a warning if it looks like bytes.

    first: the network's first layer, which may take words instead of images.
    """
    if not np.isfinite(X).all():
        raise ValueError(f"the images hold nan or inf, but must be finite numbers: leave these out, {MEND}")
    if X.min() >= 0 and 100 < X.max() <= 255 and not getattr(first, "takes_words", False):
        warn(f"the images reach {X.max():g}, as bytes do, and networks learn best from 0..1, as they should be: write "
             f"images / 255")


def check_first_outputs(output, Y, last, loss):
    """A warning if the loss takes logits, and the last layer's outputs are something else, or if it is no mean."""
    if getattr(last, "silences", False):
        warn(f"the last layer must give the answers, but is {last!r}, which puts 0 in the place of some: leave "
             f"{last!r} out, or put it before the layer that gives them")
    _check_logits(output, last, loss)
    _check_loss(output, Y, loss)


def _check_logits(output, last, loss):
    bent = getattr(getattr(last, "activation", None), "never_negative", False)
    summed = output.ndim == 2 and output.min() >= 0 and np.allclose(output.sum(axis=1), 1, atol=1e-5)
    if getattr(loss, "takes_logits", False) and (bent or summed):
        what = (f"ends in {last.activation.__class__.__name__}" if bent else
                "gives probabilities, such as softmax does")
        warn(f"the last layer, {last!r}, {what}, but the loss takes logits, any real numbers, and applies softmax or "
             f"sigmoid to them itself: write activation=linear for the last layer")


def _check_loss(output, Y, loss):
    """A copy of the loss is tried at two sizes, on a few rows. ValueError if it writes into what it is given."""
    few = output[:ROWS], Y[:ROWS]
    given = [np.array(array) for array in few]
    try:
        twin = deepcopy(loss)
        once, spoilt = float(np.sum(twin.compute(*given))), "" if _same(given, few) else "compute"
        twin.deriv(*given)
        spoilt = spoilt or ("" if _same(given, few) else "deriv")
        twice = float(np.sum(twin.compute(*(np.concatenate([array] * 2) for array in few))))
    except Exception:  # the step itself will raise what is wrong with the labels, or the loss
        return
    if spoilt:
        raise ValueError(f"{type(loss).__name__}.{spoilt} writes into the outputs or labels that it is given, which "
                         f"must stay as they are: write X = X - Y in place of X -= Y")
    if abs(twice) > 1.1 * abs(once) > 0:  # of a mean they are the same
        warn(f"{type(loss).__name__}.compute gives {once:.4g} for some inputs, and {twice:.4g} for the same "
             f"twice, but a loss is a batch's mean: divide by len(X), in compute and in deriv")


def _same(arrays, others):
    return all(np.array_equal(*both, equal_nan=True) for both in zip(arrays, others))


def finite(grads):
    """Whether gradients hold no nan and no inf. On their way down errors keep both, and they show in a bias's sums."""
    return all(np.isfinite(array).all() for array in [*next(filter(None, grads), {}).values()][-1:])


def no_step(loss, mini_batch):
    """What train_step returns if it makes no step: a loss that is nan or inf. A batch that is the cause is told."""
    for what, array in zip(("images", "labels"), mini_batch):
        if not np.isfinite(array).all():
            warn(f"the loss is {loss}, and this step is not made, because the {what} hold nan or inf, but must be "
                 f"finite numbers: leave these out, {MEND.replace('images', what)}")
    return nan if isfinite(loss) else loss


def no_gradient(loss, gradient, outputs, labels):
    """What is raised if `loss.deriv` returns something of another shape than the outputs have."""
    other = gradient is not None and labels != outputs
    return ValueError(no_such_array(loss, "deriv", gradient, outputs)
                      + (f"; the labels have another shape, {labels}" if other else ""))


def no_gradients(grads, layers):
    """What is raised if there is not one gradient for each layer."""
    came = "the loss, too" if grads and isinstance(grads[0], float) else len(grads or ())
    return ValueError(f"expected a gradient for each of {len(layers)} layers, as net.gradients returns them, but was "
                      f"given {came}: write net.update(net.gradients((X, Y))[1])")


def warn(message):
    """A warning that points at the line outside of this package which it came from, through however many calls."""
    frame, level, ours = currentframe(), 1, __name__.split(".")[0]
    while frame.f_back is not None and frame.f_globals.get("__name__", "").split(".")[0] == ours:
        frame, level = frame.f_back, level + 1
    warnings.warn(message, stacklevel=level)


def check_shapes(X, Y):
    """Raise ValueError unless labels Y have the shape of the outputs X."""
    if np.shape(X) != np.shape(Y):
        raise ValueError(_no_labels(np.shape(X), np.asarray(Y)))


def _no_labels(outputs, Y):
    return f"the loss needs labels of the outputs' shape {outputs}, but they are {Y.shape}: {_for_labels(outputs, Y)}"


def _for_labels(outputs, Y):
    if Y.ndim and len(Y) != outputs[0] and Y.ndim <= len(outputs):
        both = f"(X[:{len(Y)}], Y)" if len(Y) < outputs[0] else f"(X, Y[:{outputs[0]}])"
        return (f"{len(Y)} labels for {outputs[0]} images; give each image its label, and no other; if the first ones "
                f"belong together, write {both}")
    if Y.ndim == 1 and outputs[1:] == (1,):
        return "write labels.reshape(-1, 1)"
    if len(outputs) == 2 and Y.ndim and Y.shape[1:] in ((), (1,)):
        return f"make labels one-hot; write one_hot({'labels' if Y.ndim == 1 else 'labels.reshape(-1)'}, {outputs[1]})"
    if Y.ndim > 2 and outputs == (Y[..., 0].size, Y.shape[-1]):
        return f"each step is a row here; write labels.reshape(-1, {Y.shape[-1]})"
    if len(outputs) == 3 and Y.ndim == 2:
        return "put LastStep() before the last layer, so that there is one answer for each sequence"
    if Y.ndim == len(outputs):
        return (f"make labels one-hot: write one_hot(labels, {outputs[-1]}), or the last layer as wide as there are "
                f"classes, {Y.shape[-1]}" if outputs[-1] > 1 else
                f"give each class an output: write FullyConnected((..., {Y.shape[-1]}), ...) as the last layer")
    return "make labels one-hot, and the last layer as wide as there are classes"


def logits(X, Y):
    """Outputs (N, K) that softmax can be taken of, K at least 2, and that have labels of their shape; or ValueError."""
    outputs = np.shape(X)
    if outputs != np.shape(Y) or len(outputs) != 2 or outputs[1] < 2:
        raise ValueError(_no_logits(outputs, np.asarray(Y)))
    return floating(X)


def _no_logits(outputs, Y):
    if outputs != Y.shape:
        return _no_labels(outputs, Y)
    return f"cross_entropy needs outputs (N, K), K at least 2, but they are {outputs}: " + (
        "softmax of one output is always 1; take loss=sigmoid_cross_entropy for a yes or no, or mse for a number"
        if len(outputs) == 2 else
        "the last layer must give a row of numbers for each image" if len(outputs) < 2 else
        f"write EachStep() before the last layer, which makes each step or pixel a row, and give the labels as "
        f"Y.reshape(-1, {outputs[-1]})")


def check_rows(Y):
    """Raise ValueError unless each row of labels Y (N, K) sums to 1."""
    sums = np.asarray(Y).sum(axis=1)
    if not abs(sums - 1).max() <= 0.01:
        raise ValueError(_no_rows(sums, np.shape(Y)[1]))


def _no_rows(sums, width):
    row = int(np.argmax(~(np.abs(sums - 1) <= 0.01)))
    return (f"cross_entropy needs labels whose rows sum to 1 (one-hot, or probabilities), but row {row} sums to "
            f"{sums[row]:g}: write one_hot({'labels' if width > 1 else 'labels.reshape(-1)'}, {max(width, 10)}); if an "
            f"image may be of several classes, or of none, take loss=sigmoid_cross_entropy")


def check_some_labelled(labelled):
    """Raise ValueError if no step has a label; labelled: True or False for each."""
    if not labelled.any():
        raise ValueError("padded_cross_entropy needs a label in some row, but all rows are 0, which is padding: give "
                         "each step of each sentence its one-hot word")


def check_answers(Y):
    """Raise ValueError unless labels Y lie between no, 0, and yes, 1."""
    if not 0 <= np.min(Y) <= np.max(Y) <= 1:
        raise ValueError(f"sigmoid_cross_entropy needs labels from 0 (no) to 1 (yes), but they reach from {np.min(Y)} "
                         f"to {np.max(Y)}: write np.clip(labels, 0, 1), if less is no and more is yes")


def class_numbers(x, size):
    """Labels (N,), integers from 0 to size - 1, as an array, or ValueError."""
    x = np.asarray(x)
    if isinstance(size, bool) or not isinstance(size, (int, np.integer)) or size < 1:
        swapped = np.ndim(size) == 1 and x.ndim == 0
        raise ValueError(f"one_hot: size, the number of classes, must be a positive integer, but is {shown(size)}: "
                         f"write one_hot(labels, {x if swapped else 10})")
    if x.ndim != 1 or x.dtype.kind not in "iu" or x.size and not 0 <= x.min() <= x.max() < size:
        reach = f" from {x.min()} to {x.max()}" if x.size and x.dtype.kind in "iuf" else ""
        raise ValueError(f"one_hot expects labels (N,), integers from 0 to {size - 1}, but was given {x.dtype} of "
                         f"shape {x.shape}{reach}{_for_class_numbers(x, size)}")
    return x


def _for_class_numbers(x, size):
    row, integers = x.ndim == 1, x.dtype.kind in "iu"
    return (": these are one-hot already; leave one_hot out" if x.ndim == 2 and x.shape[1] == size > 1 else
            f": write one_hot(labels.reshape(-1), {size})" if x.ndim == 2 and 1 in x.shape else
            f": write one_hot(np.array(labels, int), {size})" if row and x.dtype.kind in "USf" else
            f": if the classes are counted from 1, write one_hot(labels - 1, {size})"
            if row and integers and x.size and x.min() >= 1 and x.max() == size else
            f": write one_hot(labels, {x.max() + 1})" if row and integers and x.size and x.min() >= 0 else
            f": write one_hot(labels, {size}), with such labels")


def check_sets(loss, sets):
    """Sets of data, (name, (X, Y)) each -> the pairs (X, Y) as arrays.

    Raises ValueError unless each has images X (N, ...), N at least 1, all numbers, and for each image a row of labels Y
    (N, K) that `loss` can do something with, and unless all sets are of the first one's shape.
    """
    pairs = [_pair(name, pair, loss) for name, pair in sets]
    for (name, _), pair in zip(sets, pairs):
        for kind, array, of_first in zip(("images", "labels"), pair, pairs[0]):
            if array.shape[1:] != of_first.shape[1:]:
                raise ValueError(f"the {name} set's {kind} have the shape (N, {bare(array.shape[1:])}), but the "
                                 f"{sets[0][0]} set's (N, {bare(of_first.shape[1:])}): they must have the same"
                                 + _same_shape(array, of_first))
        _check_scales(name, pair[0], sets[0][0], pairs[0][0])
    return pairs


def _same_shape(array, of_first):
    fits = array[0].size == of_first[0].size
    return (f"; write images.reshape(-1, {bare(of_first.shape[1:])})" if fits else
            f"; write np.resize(images, (len(images), {bare(of_first.shape[1:])})) only to try it out, and read the "
            f"images of both sets in the same way")


def _check_scales(name, images, first, of_first):
    """A warning if one set's images are bytes, and the other's 0..1."""
    most, of_most = (float(array[:ROWS].max()) for array in (images, of_first))
    if max(most, of_most) > 100 and min(most, of_most) <= 1:
        bytes_, others = (name, first) if most > of_most else (first, name)
        warn(f"the {bytes_} set's images reach {max(most, of_most):g}, but the {others} set's only "
             f"{min(most, of_most):g}: both must be scaled alike, write images / 255")


def _pair(name, pair, loss):
    if not isinstance(pair, (tuple, list)) or len(pair) != 2:
        raise ValueError(f"the {name} set must be a pair (images, labels), but is a {type(pair).__name__}"
                         + (f" of {len(pair)}" if isinstance(pair, (tuple, list)) else "") + ": write (X, Y)")
    X, Y = map(np.asarray, pair)
    if X.ndim <= 2 < 4 <= Y.ndim:
        raise ValueError(f"the {name} set must be images and labels, but its images are {X.shape} and its labels "
                         f"{Y.shape}, so these are in the wrong order: write {SWAPPED.get(name, '(X, Y)')}")
    _check_numbers(f"the {name} set's images", X)
    _check_numbers(f"the {name} set's labels", Y)
    if X.ndim == 2 and len(X) != len(Y) == X.shape[1]:
        raise ValueError(f"the {name} set's images are {X.shape}, a column for each of the {len(Y)} labels: each "
                         f"row must be an image, so transpose it, write images.T")
    if len(X) != len(Y):
        raise ValueError(f"the {name} set has {len(X)} images, but {len(Y)} labels: give each image its label; "
                         f"they must be as many: if the first ones belong together, write {_first_ones(X, Y, name)}")
    try:
        _check_labels(loss, Y)
    except ValueError as error:
        raise ValueError(f"the {name} set: {error}") from None
    return X, Y


def _first_ones(X, Y, name):
    n = min(len(X), len(Y))
    both = f"{f'X[:{n}]' if n < len(X) else 'X'}, {f'Y[:{n}]' if n < len(Y) else 'Y'}"
    return f"accuracy(net, {both})" if name == "given" else f"({both})"


def _check_numbers(what, array):
    if array.dtype.kind not in "biuf":
        raise ValueError(f"{what} must be numbers, but are {array.dtype} of shape {array.shape}: write "
                         f"{what.split()[-1]}.astype(np.float32)")
    if array.size == 0 or array.ndim == 0:
        raise ValueError(f"{what} are empty, of shape {array.shape}, but must be one at least: look at how they were "
                         f"made")
    with np.errstate(all="ignore"):  # a finite sum is quick proof; one that is not may just have overflowed
        finite = np.isfinite(array.sum()) or np.isfinite(array).all()
    if not finite:
        raise ValueError(f"{what} hold nan or inf, but must be finite numbers: leave these out, "
                         f"{MEND.replace('images', what.split()[-1])}")


def _check_labels(loss, Y):
    if Y.ndim == 1:
        whole = (Y == np.floor(Y)).all() and Y.min() >= 0
        raise ValueError(f"labels must be one-hot, (N, K), but they are {Y.shape}: " + (
            f"write one_hot(labels, {max(10, int(Y.max()) + 1)}), from nn.loss" if whole else
            "if each image has one number to learn, write labels.reshape(-1, 1)"))
    if hasattr(loss, "check_labels"):
        loss.check_labels(Y)
