"""Random generators as JSON has them: the kind, by a list of those that there are, and its state, in numbers."""
import pickle
import random
from contextlib import contextmanager, suppress
from copy import deepcopy
from inspect import getclosurevars
from types import FunctionType

import numpy as np

BIT_GENERATORS = {kind.__name__: kind for kind in (
    np.random.MT19937, np.random.PCG64, np.random.PCG64DXSM, np.random.Philox, np.random.SFC64)}
KINDS = (np.random.Generator, np.random.RandomState, random.Random)
LARGEST = {"pos": 624, "buffer_pos": 4, "has_uint32": 1, "uinteger": 2 ** 32 - 1, "has_gauss": 1}  # 0 is the least
WIDEST = 2 ** 128  # of other numbers
HOLDERS, MOST = (int, float, list, dict, set, np.ndarray, np.generic), 10_000  # what is looked at, if it is no longer


def is_generator(value):
    return type(value) in KINDS


def identity(generator):
    """What two generators have in common if they draw from the same numbers."""
    bits = getattr(generator, "bit_generator", None) or getattr(generator, "_bit_generator", None)
    return type(generator).__name__, id(bits or generator)


def from_outside(things):
    """name -> generator, of those that the functions among `things`, and the methods of others, have from outside.

    That is from a function around them, or from their module, as rng = np.random.default_rng() is at its top.
    """
    found = {}
    for name, value in _outside(things):
        if is_generator(value) and all(value is not other for other in found.values()):
            found[f"{len(found)} {name}"] = value
    return found


def numbers_from_outside(things):
    """name -> what is in it, as bytes, of the numbers, lists, dicts and arrays that they have from outside."""
    found = {}
    for name, value in _outside(things):
        if isinstance(value, HOLDERS) and (len(value) if np.iterable(value) else 1) <= MOST:
            with suppress(Exception):  # of what cannot be pickled
                found[name] = pickle.dumps(value)
    return found


def _outside(things):
    """(name, value) of all that functions, and those that they call, have from outside."""
    seen, left = set(), [function for thing in things for function in _functions(thing)]
    while left:
        function = left.pop(0)
        if function.__code__ in seen and not function.__closure__:
            continue
        seen.add(function.__code__)
        outside = getclosurevars(function)
        for name, value in sorted({**outside.globals, **outside.nonlocals}.items()):
            yield name, value
            if isinstance(value, FunctionType) and value.__code__ not in seen:
                left.append(value)


@contextmanager
def undisturbed(named):
    """Whatever is drawn from these generators, name -> generator, they go on as if nothing had been."""
    before = deepcopy(named)
    try:
        yield
    finally:
        for name, generator in named.items():
            set_state(generator, before[name])


def _functions(thing):
    """A function, or the methods of an object's classes."""
    thing = getattr(thing, "__func__", thing)
    if isinstance(thing, FunctionType):
        return [thing]
    kinds = type(thing).__mro__ if not isinstance(thing, type) else ()
    return [value for kind in kinds for value in vars(kind).values() if isinstance(value, FunctionType)]


def written(generator):
    """{"kind", "state"}; arrays in the state are for json.dumps(..., default=lambda value: value.tolist())."""
    if isinstance(generator, np.random.Generator):
        state = generator.bit_generator.state
    elif isinstance(generator, np.random.RandomState):
        state = generator.get_state(legacy=False)
    else:
        state = generator.getstate()
    return {"kind": type(generator).__name__, "state": state}


def read(given):
    """A new generator in the state that `written` returned. Raises ValueError for anything else."""
    kind, state = given["kind"], given["state"]
    if kind == "Random":
        version, numbers, gauss = state
        generator = random.Random()
        generator.setstate((version, tuple(numbers), gauss))
        return generator
    bits = BIT_GENERATORS[state["bit_generator"]]()
    if kind == "Generator":
        _check(bits.state, state)
        generator = np.random.Generator(bits)
        generator.bit_generator.state = state
        return generator
    if kind != "RandomState":
        raise ValueError(f"there is no generator {kind}")
    generator = np.random.RandomState(bits)
    _check(generator.get_state(legacy=False), state)
    generator.set_state(state)
    return generator


def like(generator, other):
    """Whether both are of a kind, so that one may take the other's state."""
    kinds = [type(getattr(each, "bit_generator", None) or getattr(each, "_bit_generator", None))
             for each in (generator, other)]
    return type(generator) is type(other) and kinds[0] is kinds[1]


def set_state(generator, other):
    """Give `generator` the state of another one that is `like` it."""
    if isinstance(generator, np.random.Generator):
        generator.bit_generator.state = other.bit_generator.state
    elif isinstance(generator, np.random.RandomState):
        generator.set_state(other.get_state(legacy=False))
    else:
        generator.setstate(other.getstate())


def _check(usual, given, name=""):
    """ValueError unless a given state has the structure of a usual one, and numbers that it can take."""
    if isinstance(usual, dict):
        fits = isinstance(given, dict) and usual.keys() == given.keys()
        for key in usual if fits else ():
            _check(usual[key], given[key], key)
    elif isinstance(usual, np.ndarray):
        given, largest = (given.tolist() if isinstance(given, np.ndarray) else given), np.iinfo(usual.dtype).max
        fits = isinstance(given, list) and len(given) == len(usual) and all(
            type(number) is int and 0 <= number <= largest for number in given)
    elif isinstance(usual, str):
        fits = usual == given
    elif isinstance(usual, float):
        fits = type(given) is float and np.isfinite(given)
    else:
        fits = type(given) is int and 0 <= given <= LARGEST.get(name, WIDEST - 1)
    if not fits:
        raise ValueError(f"{name or 'it'} is no state of a random generator")
