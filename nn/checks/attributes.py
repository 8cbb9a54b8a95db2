"""What is in an object is found, however deep; and what of it a layer computes with: moved, it changes the output."""
from collections import deque
from copy import deepcopy
from numbers import Number
from types import ModuleType

import numpy as np


def attributes(holder, path="", seen=None):
    """(name, holder, key, value) of all that is in an object, however deep, and the name as Python writes it.

    What is in lists, dicts and objects is found, what is in other layers is not.
    """
    seen = {id(holder)} if seen is None else seen
    for key, name, value in _entries(holder, path):
        yield name, holder, key, value
        enterable = isinstance(value, (dict, list, deque, tuple)) or hasattr(value, "__dict__")
        if enterable and not isinstance(value, (type, ModuleType)) and not is_layer(value) and id(value) not in seen:
            seen.add(id(value))
            yield from attributes(value, name, seen)


def is_layer(thing):
    return hasattr(thing, "get_weight_grad")


def _entries(holder, path):
    """(key, name, value) of what an object holds itself."""
    if isinstance(holder, dict):
        return [(key, f"{path}[{key!r}]", value) for key, value in holder.items()]
    if isinstance(holder, (list, deque, tuple)):
        return [(key, f"{path}[{key}]", value) for key, value in enumerate(holder)]
    return [(key, f"{path}.{key}".lstrip("."), value) for key, value in vars(holder).items()]


def replace(holder, key, value):
    if isinstance(holder, tuple):
        holder[key][...] = value
    elif isinstance(holder, (dict, list, deque)):
        holder[key] = value
    else:
        vars(holder)[key] = value


def computed_with(layer, method, inputs, names):
    """Those of the attributes `names`, arrays and numbers, with which forward, or predict, computes the activation.

    Copies of the layer are tried, each with one number or array moved and with the same random numbers. The layer and
    NumPy's generator stay as they are.
    """
    state = np.random.get_state()

    def output(moved):
        np.random.set_state(state)
        twin = deepcopy(layer)
        for name, holder, key, value in list(numbers(twin)):
            if name in moved:
                replace(holder, key, _moved(value))
        # the class's own method: one that was set on the object would work on the layer itself
        returned = getattr(type(layer), method)(twin, inputs.copy())
        return np.asarray(returned[1] if method == "forward" else returned)

    def matters(moved):
        try:
            return not close(output(moved), unmoved)
        except Exception:  # it cannot do with the moved number, so it uses it
            return True

    try:
        unmoved = output([])
        with np.errstate(all="ignore"):
            return tuple(name for name in names if matters([name])) if matters(names) else ()
    except Exception:  # what cannot be copied, or takes no fewer images, cannot be tried
        return ()
    finally:
        np.random.set_state(state)


def _moved(value):
    """Another value, far enough from this one, also from 0, to be seen in what is computed with it."""
    return value + 1 if np.asarray(value).dtype.kind in "iu" else value + 0.1 * (1 + abs(value))


def close(one, other):
    return one.shape == other.shape and np.allclose(one, other, rtol=1e-5, atol=1e-6 * np.abs(other).max(initial=0),
                                                    equal_nan=True)


def numbers(layer):
    """Of a layer's attributes, the arrays and the numbers: (name, holder, key, value)."""
    for name, holder, key, value in attributes(layer):
        kinds = np.ndarray if isinstance(holder, tuple) else (np.ndarray, Number)  # a tuple takes no other number
        if isinstance(value, kinds) and np.asarray(value).dtype.kind in "iufc":
            yield name, holder, key, value
