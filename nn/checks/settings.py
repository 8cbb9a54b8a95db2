"""Settings are checked when a layer, an optimizer or a training is made: the error points at the line that is wrong.

A check of one setting returns it, or raises ValueError or TypeError. owner: the object that is made with it.
"""
from contextlib import suppress
from difflib import get_close_matches
from inspect import Parameter, signature
from numbers import Real
from weakref import WeakValueDictionary

import numpy as np

from nn.checks.attributes import attributes

EXAMPLES = {"Conv": "Conv((5, 5, 1, 8), ...)", "FullyConnected": "FullyConnected((784, 100), ...)",
            "Flatten": "Flatten((28, 28, 1))", "RNN": "RNN((28, 128), ...)", "Embedding": "Embedding((1000, 32), ...)"}
OWNED = WeakValueDictionary()  # id -> optimizer, of those that are a weight's
DIVIDED = "where you divide, write // in place of /"


def check_names(cls, unnamed, named):
    """For a class's `__new__`: TypeError for a setting that it does not have, or that is given by name only.

    It names the setting that was probably meant. An optimizer, which has weight_decay, is told where lr belongs.
    """
    if not unnamed and not named:  # as when an object is copied
        return
    own = {} if cls.__init__ is object.__init__ else dict([*signature(cls.__init__).parameters.items()][1:])
    kinds, name = {setting.kind for setting in own.values()}, cls.__name__
    unknown = [] if Parameter.VAR_KEYWORD in kinds else [setting for setting in named if setting not in own]
    unnamed = unnamed if kinds <= {Parameter.KEYWORD_ONLY} else ()
    if "weight_decay" in own and (unnamed or "lr" in unknown):
        given = named["lr"] if "lr" in unknown else unnamed[0]
        raise TypeError(f"{name}({given!r}): its settings are given by name, such as {name}(weight_decay=...); the "
                        f"learning rate is the network's: write {name}(), and Network(layers, lr={given!r}, loss=...)")
    settings = f"its settings are {', '.join(own)}" if own else "it has none"
    if unknown:
        close = get_close_matches(unknown[0], own, 1) or [setting for setting in own if setting in unknown[0]]
        raise TypeError(f"{name} has no setting {unknown[0]!r}: " + (f"write {close[0]}=" if close else settings))
    if unnamed:
        raise TypeError(f"{name} takes no setting without its name, but was given {unnamed[0]!r}: {settings}")


def floating_dtype(given):
    """The dtype that a network computes in."""
    if np.dtype(given) not in (np.float32, np.float64):
        raise ValueError(f"dtype must be np.float32 or np.float64, but is {given!r}")
    return given


class LearningRate:
    """A network's attribute `lr`, which may be set at any time."""

    def __set__(self, net, given):
        if not isinstance(given, Real) or not 0 <= given < np.inf:
            raise ValueError(f"lr must be a number, 0 or more, but is {given!r}")
        vars(net)["lr"] = given


def loss(given):
    if not (hasattr(given, "compute") and hasattr(given, "deriv")) or isinstance(given, type):
        raise TypeError(f"loss must be an object with compute and deriv, such as cross_entropy, but is {given!r}")
    return given


def number(owner, setting, given, below=np.inf):
    """A number, 0 or more, below a bound."""
    if not isinstance(given, Real) or not 0 <= given < below:
        bound = "" if below == np.inf else f" and below {below}"
        raise ValueError(f"{type(owner).__name__}: {setting} must be a number, 0 or more{bound}, but is {given!r}")
    return given


def count(owner, setting, given):
    """A number of things, 1 or more."""
    if not _is_count(given):
        raise ValueError(_no_count(owner, setting, "a positive integer", given))
    return given


def groups(owner, given, channels):
    """(groups, channels), of which the second is a multiple of the first."""
    count(owner, "groups", given)
    if count(owner, "channels", channels) % given:
        nearest = max(n for n in range(1, given + 1) if channels % n == 0)
        fitting = (channels, given) if given % channels == 0 else (nearest, channels)
        raise ValueError(f"{type(owner).__name__}: {channels} channels make no {given} groups of the same size; write "
                         f"{type(owner).__name__}({fitting[0]}, {fitting[1]}, ...)")
    return given, channels


def pair(owner, setting, given):
    """A height and a width, out of one positive integer for both, or two."""
    both = tuple(given) if isinstance(given, (tuple, list)) else (given, given)
    if len(both) != 2 or not all(map(_is_count, both)):
        raise ValueError(_no_count(owner, setting, "a positive integer, or a (height, width) pair of them", given))
    return both


def _no_count(owner, setting, wanted, given):
    return (f"{type(owner).__name__}: {setting} must be {wanted}, but is {given!r}"
            + (f"; {DIVIDED}" if isinstance(given, (float, np.floating)) else ""))


def rates(owner, given):
    """Factors of the learning rate, 0 or more, by the name of a weight."""
    for name, factor in dict(given).items():
        if name not in owner.weights:
            raise ValueError(f"{owner!r}: rates must be of its weights {', '.join(owner.weights)}, but names {name!r}")
        number(owner, f"rates[{name!r}]", factor)
    return dict(given)


def pad(owner, given):
    """A padding that `nn.ops.windows.padding` takes."""
    if not (isinstance(given, str) and given == "same" or isinstance(given, (int, np.integer)) and given >= 0):
        raise ValueError(f'{type(owner).__name__}: pad must be a number of pixels, 0 or more, or "same", '
                         f'but is {given!r}')
    return given


def shape(owner, setting, form, given):
    """As many positive integers as `form` shows, such as "(n_in, n_out)", as a tuple; "(...)" is of any length."""
    numbers = tuple(given) if isinstance(given, (tuple, list, np.ndarray)) else ()
    fits = len(numbers) == form.count(",") + 1 or "..." in form and numbers
    if not fits or not all(map(_is_count, numbers)):
        name = type(owner).__name__
        halves = [n for n in numbers or (given,) if isinstance(n, (float, np.floating))]
        raise ValueError(f"{name}: {setting} must be {form}, but is {given!r}: " + (
            f"{halves[0]} is no integer; {DIVIDED}" if halves else
            f"write a tuple of positive integers, such as {EXAMPLES.get(name, f'{name}({form}, ...)')}"))
    return numbers


def check_counts(**counts):
    """Raise ValueError unless each, by its name, is a positive integer, or None."""
    for name, given in counts.items():
        if given is not None and not _is_count(given):
            whole = isinstance(given, float) and given >= 1 and given.is_integer()
            raise ValueError(f"{name} must be a positive integer, but is {given!r}"
                             + (f"; write {int(given)}" if whole else ""))


def _is_count(n):
    return isinstance(n, (int, np.integer)) and not isinstance(n, bool) and n >= 1


def object_with(method, owner, setting, given):
    """An object that has this method, and is no class."""
    said = f"{owner!r}: {setting} must be an object"
    if isinstance(given, type):
        raise TypeError(f"{said}, but is the class {given.__name__}; write {given.__name__}()")
    if not hasattr(given, method):
        meant = given if setting == "activation" else "AdamOptimizer()"
        raise TypeError(f"{said} with a method {method}, but is {_short(given)}" + (
            f": write {setting}={meant}, without quotation marks" if isinstance(given, str) else ""))
    return given


def owned(optimizer):
    """Note that this optimizer is one weight's, and no other's."""
    with suppress(TypeError):  # an object of a class with slots cannot be referred to weakly
        OWNED[id(optimizer)] = optimizer


def unused_optimizer(owner, given):
    """An optimizer that has not worked yet: one that has remembers arrays, of which no new one knows the shape."""
    object_with("update", owner, "optimizer", given)
    if OWNED.get(id(given)) is given:
        raise ValueError(f"{owner!r}: optimizer is another weight's already: write {type(given).__name__}(...), a new "
                         f"one")
    used = [name for name, _, _, value in attributes(given) if isinstance(value, np.ndarray) and value.size > 1]
    if used:
        name = type(given).__name__
        raise ValueError(f"{owner!r}: optimizer has worked for another weight already ({used[0]} is an array that it "
                         f"remembers): write {name}(...), a new one")
    return given


def check_functions(**functions):
    """Raise TypeError unless each, by its name, is a function or an object that can be called like one, or None."""
    for name, given in functions.items():
        if isinstance(given, type):
            raise TypeError(f"{name} must be an object, but is the class {given.__name__}: write {given.__name__}(...)")
        if given is not None and not callable(given):
            raise TypeError(f"{name} must be a function, or an object that can be called like one, but is {given!r}")


def initial_weights(owner, shape, initializer, setting):
    """The array (float64) of finite numbers that initializer(shape) gives; `setting` is the initializer's name."""
    if not callable(initializer):
        called = ", without calling it" if isinstance(initializer, np.ndarray) else ""
        raise TypeError(f"{owner!r}: {setting} must be a function of the shape, such as nn.initializer.he or lambda "
                        f"shp: np.random.normal(size=shp) * 0.01, but is {_short(initializer)}: write {setting}=he"
                        f"{called}")
    returned = initializer(shape)
    if np.shape(returned) != tuple(shape):
        raise ValueError(f"{owner!r}: {setting} must return an array of shape {tuple(shape)}, but returned " + (
            "None: let it end with a return" if returned is None else
            f"{np.shape(returned)}: pass the shape it is called with on to np.random.normal(size=...)"))
    weights = np.array(returned, dtype=np.float64)
    if not np.isfinite(weights).all():
        raise ValueError(f"{owner!r}: {setting} returned nan or inf; look for a division by zero in its scale")
    return weights


def _short(given):
    return f"an array of shape {given.shape}" if isinstance(given, np.ndarray) else repr(given)
