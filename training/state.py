"""A training's state is all that its next step depends on, beyond settings: it is taken, and given back, in pieces.

Weights and statistics; the arrays in optimizers, and elsewhere in a layer those of a weight's shape (velocities,
moments); and the numbers, texts and random generators in any layer and in the augmentation, also of a student's own,
however deep in their attributes. What a forward pass leaves behind for its way back belongs to no state.
"""
import io
from array import array
from collections import deque
from fractions import Fraction
from pathlib import PurePath
from types import MethodType
from typing import NamedTuple

import numpy as np

from nn.checks.attributes import attributes, replace
from nn.files.npz import shown
from nn.layer import named_layers, unwrapped
from training.generators import KINDS, from_outside, identity, is_generator, set_state

PLAIN = (bool, int, float, complex, str, type(None))
KEYS = (bool, int, float, str, type(None))  # of dicts
UNCHANGING = (Fraction, PurePath)
NOT_KEPT = (set, bytearray, array, np.random.BitGenerator)  # what holds something that changes, and is not looked into


class Place(NamedTuple):
    """Where a piece is. thing: the layer, such as "1.0", or "augment", or "net". holder: what has it there, as Python
    writes it, such as "optimizers['w']", or "" for the thing itself. key: the attribute's name, or a list's or dict's
    key."""

    thing: str
    holder: str
    key: object

    def __str__(self):
        return shown(f"{self.key!r} of {self.thing}{self.holder and '.'}{self.holder}")


def things(net, augment):
    """(name, object) of each layer, of the augmentation, and of a dict of the generators that it has from outside."""
    found = [(place, unwrapped(layer)) for place, layer in named_layers(net.layers)]
    augment = augment.__self__ if isinstance(augment, MethodType) else augment
    if hasattr(augment, "__dict__"):
        within = [value for _, _, _, value in attributes(augment) if callable(value)]
        found += [("augment", augment), ("outside", from_outside([augment, *within]))]
    return found


def listed(thing):
    """The names of a layer's weights and statistics."""
    return {*getattr(thing, "weights", ()), *getattr(thing, "statistics", ())}


def shapes(thing):
    """Those of the arrays in a layer that are state wherever they are: of weights and statistics, and numbers'."""
    return {np.shape(getattr(thing, name)) for name in listed(thing)} | {()}


def state(net, augment):
    """Place -> value of each piece: a number, a text, None, an array, a generator, or a tuple of these.

    Raises ValueError for what changes and cannot be kept, such as a set or an iterator.
    """
    _check_layers(net)
    pieces = {Place("net", "", "lr"): net.lr}
    for name, thing in things(net, augment):
        holders, names, known = {id(thing): ""}, listed(thing), shapes(thing)
        for path, holder, key, value in attributes(thing):
            holders[id(value)] = path
            _check_kept(f"{path} of {thing!r}", holder, key, value)
            if not isinstance(holder, tuple) and is_state(value, path in names or in_optimizer(path), known):
                pieces[Place(name, holders[id(holder)], key)] = value
    return pieces


def in_optimizer(path):
    """Whether this is in an optimizer, where arrays of any shape are state: it knows no inputs."""
    return path.startswith("optimizers[")


def is_state(value, of_any_shape, known):
    """Whether a value is a piece; arrays are, of any shape or of one of those that are `known`."""
    if isinstance(value, (np.ndarray, np.generic)):
        return value.dtype.kind in "biufc" and (of_any_shape or value.shape in known)
    if type(value) is tuple:
        return all(is_state(item, of_any_shape, known) for item in value)
    return type(value) in PLAIN or is_generator(value)


def _check_layers(net):
    for _, layer in named_layers(net.layers):
        outside = from_outside([unwrapped(layer)])
        if outside:
            name = [*outside][0].split()[-1]
            raise ValueError(f"a checkpoint cannot keep the random generator {name}, which {layer!r} has from outside: "
                             f"let the layer hold it, self.{name} = {name}")


def _check_kept(name, holder, key, value):
    iterates = hasattr(type(value), "__next__") and not isinstance(value, io.IOBase)
    slots = any(vars(kind).get("__slots__") for kind in type(value).__mro__) and not hasattr(value, "__dict__")
    other = isinstance(value, (*NOT_KEPT, *KINDS)) and not is_generator(value)
    if iterates or other or slots and not isinstance(value, UNCHANGING):
        raise ValueError(f"a checkpoint cannot keep {name}, a {type(value).__name__}: hold what changes in numbers, "
                         f"arrays, lists and dicts, and random numbers in a np.random.Generator")
    if isinstance(holder, dict) and type(key) not in KEYS:
        raise ValueError(f"a checkpoint cannot keep {name}, because of the key {key!r}: let a dict have texts or "
                         f"numbers as its keys")


def holders(net, augment):
    """(thing, holder) of a Place -> the object."""
    found = {("net", ""): net}
    for name, thing in things(net, augment):
        found[name, ""] = thing
        found.update({(name, path): value for path, _, _, value in attributes(thing)})
    return found


def put(pieces, net, augment):
    """Give each piece of a `state` back to where it was. Generators that were one become one."""
    found, generators = holders(net, augment), {}
    for place, value in pieces.items():
        holder = found[place.thing, place.holder]
        if is_generator(value):
            here, new = current(holder, place.key), value
            value = generators.setdefault(identity(new), here if is_generator(here) else new)
            set_state(value, new)
        if place.thing == "net":
            net.lr = value
        else:
            _set(holder, place.key, value)


def current(holder, key):
    """What is there, or None."""
    if isinstance(holder, (list, deque)):
        return holder[key] if key < len(holder) else None
    return holder.get(key) if isinstance(holder, dict) else vars(holder).get(key)


def _set(holder, key, value):
    if isinstance(holder, (list, deque)) and key == len(holder):
        holder.append(value)
    else:
        replace(holder, key, value)
