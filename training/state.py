"""The state of a network in training is all that its next step depends on, beyond its settings.

That is its weights and statistics; the arrays in its optimizers, and elsewhere in a layer those of a weight's shape
(velocities, moments); and the numbers and NumPy's random generators in any layer and in the augmentation, also of a
student's own, however deep in their attributes (`__slots__` are not looked into). What a forward pass leaves behind for
its way back belongs to no state.
"""
from collections import deque

import numpy as np

from nn.checks.attributes import attributes
from nn.layer import named_layers

PLAIN = (bool, int, float, type(None))


def state(net, augment):
    """(what, value) of each piece: `what` is a list that says where it is, value a number, None, array or generator."""
    pieces = [(["net", "", "lr"], net.lr)]
    for place, thing in _things(net, augment):
        listed = {*getattr(thing, "weights", ()), *getattr(thing, "statistics", ())}
        shapes = {np.shape(getattr(thing, name)) for name in listed} | {()}
        parents = {id(thing): ""}
        for name, holder, key, value in attributes(thing):
            parents[id(value)] = name
            of_state = name in listed or name.startswith("optimizers[")
            if _is_state(value, of_state, shapes) and not isinstance(holder, tuple):
                pieces.append(([place, parents[id(holder)], key], value))
    return pieces


def put(net, augment, pieces):
    """Give each piece of a `state` back to where it was. Raises ValueError, changing nothing, where that is missing."""
    holders = {("net", ""): net}
    for place, thing in _things(net, augment):
        holders[place, ""] = thing
        holders.update({(place, name): value for name, _, _, value in attributes(thing)})
    for (place, parent, key), _ in pieces:
        if (place, parent) not in holders:
            raise ValueError(f"there is nothing here that could take the {key} of {place}.{parent}")
    for (place, parent, key), value in pieces:
        _put(holders[place, parent], key, value)


def _things(net, augment):
    """(place, object) of each layer, and of the augmentation if it has attributes."""
    return [*named_layers(net.layers), *([("augment", augment)] if hasattr(augment, "__dict__") else [])]


def _put(holder, key, value):
    if isinstance(holder, (list, deque)) and key == len(holder):
        holder.append(value)
    elif isinstance(holder, (list, deque, dict)):
        holder[key] = value
    else:
        setattr(holder, key, value)


def settings(place, thing):
    """name -> what it is, for all that is in an object before it works: numbers, shapes, functions' and classes' names.

    place: what the names begin with.
    """
    return {f"{place}.{name}": _described(value) for name, _, _, value in attributes(thing)}


def _is_state(value, of_state, shapes):
    if isinstance(value, (np.ndarray, np.generic)):
        return of_state or np.shape(value) in shapes
    return type(value) in PLAIN or isinstance(value, (np.random.Generator, np.random.RandomState))


def _described(value):
    if isinstance(value, (np.ndarray, np.generic)) and np.ndim(value):
        return f"array {value.shape}"
    if isinstance(value, np.generic):
        return value.item()
    if type(value) in PLAIN or isinstance(value, str):
        return value
    return getattr(value, "__qualname__", value.__class__.__qualname__)
