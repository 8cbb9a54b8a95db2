"""What a training is given is checked before its first step: a mistake that shows after an hour has cost an hour."""
import numpy as np

from nn.advice import bare, on_labels_of_a_set


def check_counts(**counts):
    """Raise ValueError unless each, by its name, is a positive integer, or None."""
    for name, value in counts.items():
        if value is not None and (isinstance(value, bool) or not isinstance(value, (int, np.integer)) or value < 1):
            whole = isinstance(value, float) and value >= 1 and value.is_integer()
            raise ValueError(f"{name} must be a positive integer, but is {value!r}"
                             + (f"; write {int(value)}" if whole else ""))


def check_functions(**functions):
    """Raise TypeError unless each, by its name, is a function or an object that can be called like one, or None."""
    for name, value in functions.items():
        if isinstance(value, type):
            raise TypeError(f"{name} must be an object, but is the class {value.__name__}: write {value.__name__}(...)")
        if value is not None and not callable(value):
            raise TypeError(f"{name} must be a function, or an object that can be called like one, but is {value!r}")


def check_sets(loss, sets):
    """Sets of data, (name, (X, Y)) each -> the pairs (X, Y) as arrays.

    Raises ValueError unless each has images X (N, ...), N at least 1, all numbers, and for each image a row of labels Y
    (N, K) that `loss` can do something with, and unless all sets are of the first one's shape.
    """
    pairs = [_checked_pair(name, pair, loss) for name, pair in sets]
    for (name, _), pair in zip(sets, pairs):
        for kind, array, of_first in zip(("images", "labels"), pair, pairs[0]):
            if array.shape[1:] != of_first.shape[1:]:
                raise ValueError(f"the {name} set's {kind} have the shape (N, {bare(array.shape[1:])}), but the "
                                 f"{sets[0][0]} set's (N, {bare(of_first.shape[1:])}): give them the same shape")
    return pairs


def _checked_pair(name, pair, loss):
    if not isinstance(pair, (tuple, list)) or len(pair) != 2:
        raise ValueError(f"the {name} set must be a pair (images, labels), but is a {type(pair).__name__}"
                         + (f" of {len(pair)}" if isinstance(pair, (tuple, list)) else ""))
    X, Y = map(np.asarray, pair)
    for kind, array in ("images", X), ("labels", Y):
        if array.dtype.kind not in "biuf":
            raise ValueError(f"the {name} set's {kind} must be numbers, but are {array.dtype} of shape {array.shape}")
        if array.size == 0 or array.ndim == 0:
            raise ValueError(f"the {name} set's {kind} are empty, of shape {array.shape}: at least one is needed")
        if not _all_finite(array):
            raise ValueError(f"the {name} set's {kind} hold nan or inf: leave these images out, or mend them "
                             f"(np.nan_to_num puts 0 in the place of nan)")
    if X.ndim == 2 and len(X) != len(Y) == X.shape[1]:
        raise ValueError(f"the {name} set's images are {X.shape}, a column for each of the {len(Y)} labels: each "
                         f"row must be an image, so transpose it, write images.T")
    if len(X) != len(Y):
        raise ValueError(f"the {name} set has {len(X)} images, but {len(Y)} labels: give each image its label")
    if Y.ndim == 1:
        raise ValueError(f"the {name} set: {on_labels_of_a_set(Y)}")
    try:
        if hasattr(loss, "check_labels"):
            loss.check_labels(Y)
    except ValueError as error:
        raise ValueError(f"the {name} set: {error}") from None
    return X, Y


def _all_finite(array):
    """Whether there is no nan and no inf. A finite sum is quick proof; one that is not may just have overflowed."""
    with np.errstate(all="ignore"):
        return np.isfinite(array.sum()) or np.isfinite(array).all()
