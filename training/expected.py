"""What the pieces of a state must be for the training that is to go on with them is known before anything changes."""
from collections import deque
from copy import deepcopy
from numbers import Real
from typing import NamedTuple

import numpy as np

from nn.checks.attributes import attributes, replace
from nn.checks.promises import same
from nn.contract import undisturbed
from nn.files.npz import LONGEST, Unfit, shown
from nn.layer import METHODS, keeps_contract, named_layers, unwrapped
from training.generators import is_generator, like, numbers_from_outside
from training.generators import undisturbed as undrawn
from training.state import KEYS, PLAIN, Place, current, holders, in_optimizer, is_state, listed, shapes, state, things

LARGEST = 10 ** 40  # of whole numbers
FLOATS = {np.dtype(np.float32), np.dtype(np.float64)}
NUMBERS = (int, float)  # one may become the other


class Left:
    """The value of a piece that was state when the training began, and holds what a forward pass left since then."""


def copied(net, *others):
    """(a copy of `net`, the copies of `others`), which share nothing with them; any exception if there is none."""
    if any(METHODS & vars(unwrapped(layer)).keys() for _, layer in named_layers(net.layers)):
        raise TypeError("a function in the place of a method would work on the layer itself")
    return deepcopy((net, others))


def step(net, batch):
    """A training step as the network's class has it: a method that was set on the object may be about another one."""
    return type(net).train_step(net, batch)


class Expected:
    """What the pieces are when the training begins, and what they become in two steps of a copy: so what they can be.

    Raises ValueError if they become what cannot be kept.
    """

    def __init__(self, net, augment, batch):
        self.first = _kinds(state(net, augment))
        self.later = self._tried(net, augment, batch)

    @property
    def nbytes(self):
        return sum(kind.nbytes for kind in self.first.values())

    def _tried(self, net, augment, batch):
        """The kinds of all pieces after one step of a copy, and after another one; [] if that cannot be tried."""
        later, twin = [], net
        for _ in range(2):
            before, last = _numbers_outside(twin, augment), twin
            twin = _stepped(twin, augment, batch)
            if twin is None:
                return []
            pieces = state(twin, augment)
            self.left(pieces, twin, augment)
            later.append(_kinds(pieces))
        changed = [name for name, value in _numbers_outside(twin, augment).items() if before.get(name, value) != value]
        if changed:  # by the second step, too, so that it is no table that the first one made
            raise ValueError(f"a checkpoint cannot keep {changed[0]}, which a step changes outside of the network: let "
                             f"the layer, or the augmentation, hold it, self.{changed[0]} = ...")
        _check_loose(last, twin, augment, batch)
        return later

    def left(self, pieces, net, augment):
        """The places of pieces that were there at first. ValueError for one that a list or dict has lost."""
        places, found = [place for place in self.first if place not in pieces], holders(net, augment)
        for place in places:
            holder = found.get((place.thing, place.holder))
            if isinstance(holder, (list, deque, dict)) and current(holder, place.key) is None:
                raise ValueError(f"the {place} is there no more, and a checkpoint keeps no list or dict that shrinks")
        return places

    def check(self, pieces, net, augment):
        """Raise Unfit unless `pieces`, Place -> value, can be given to `net` and `augment`, which stay as they are."""
        found, added = holders(net, augment), {}
        of = {name: (listed(thing), shapes(thing)) for name, thing in things(net, augment)}
        for place, value in pieces.items():
            first, later = self.first.get(place), [kinds.get(place) for kinds in self.later]
            if (place.thing, place.holder) not in found:
                raise Unfit(f"there is nothing here that could take the {place}")
            if place.thing == "net":
                _check_rate(place, value)
            elif not place.holder and place.key in of[place.thing][0]:
                here = np.asarray(current(found[place.thing, ""], place.key))
                _check_weight(place, value, {here.dtype, *(kind.dtype for kind in later if kind)}, here.shape)
            elif value is not Left:
                if first is None:
                    _check_place(place, found[place.thing, place.holder], added)
                if not is_state(value, in_optimizer(place.holder) or first is not None, of[place.thing][1]):
                    raise Unfit(f"the {place} is nothing that belongs to a state")
                _check_type(place, _Kind.of(value), first, later)
                _check_numbers(place, value, first)
        missing = [place for place in self.first if place not in pieces]
        if missing:
            raise Unfit(f"the {missing[0]} is missing")


def check_weights(net, twin):
    """Raise Unfit unless the weights and statistics of `twin` are arrays of the shapes that those of `net` have."""
    for (name, layer), (_, other) in zip(things(net, None), things(twin, None)):
        for key in listed(layer):
            shape = np.shape(getattr(layer, key))
            _check_weight(Place(name, "", key), getattr(other, key), FLOATS, shape)


def _kinds(pieces):
    return {place: _Kind.of(value) for place, value in pieces.items()}


def _check_loose(before, after, augment, batch):
    """ValueError for an array of a student's own layer, no state by its shape, with which a step goes on.

    before, after: copies around a step. What is there only for the way back, the step does not read before it writes.
    """
    loose = _loose(after)
    changed = [place for place, (_, _, value) in _loose(before).items()
               if place in loose and not same(value, loose[place][2])]
    if changed and _matter(before, changed, after, augment, batch):
        one = next((place for place in changed if _matter(before, [place], after, augment, batch)), changed[0])
        raise ValueError(f"a checkpoint cannot keep {one[1]} of layer {one[0]}, an array of shape "
                         f"{loose[one][2].shape} with which a step goes on: list it in the class, "
                         f"statistics = ({one[1]!r},)")


def _loose(net):
    """(place of a layer, name) -> (holder, key, array) of the arrays in own layers that are no state."""
    return {(place, name): (holder, key, value)
            for place, thing in things(net, None) if not keeps_contract(thing)
            for name, holder, key, value in attributes(thing)
            if isinstance(value, np.ndarray) and value.dtype.kind in "iufc"
            and not is_state(value, name in listed(thing) or in_optimizer(name), shapes(thing))}


def _matter(net, places, after, augment, batch):
    """Whether a step ends elsewhere than `after` if these arrays are others."""
    twin, _ = copied(net)
    arrays = _loose(twin)
    for holder, key, value in (arrays[place] for place in places):
        replace(holder, key, value + np.ones((), value.dtype))
    twin = _stepped(twin, augment, batch)
    if twin is None:
        return False
    usual, now = ({place: value for place, value in state(net, None).items() if isinstance(value, np.ndarray)}
                  for net in (after, twin))
    return any(place in now and not same(value, now[place]) for place, value in usual.items())


def _numbers_outside(net, augment):
    return numbers_from_outside([thing for name, thing in things(net, augment) if name != "outside"] + [augment])


def _stepped(net, augment, batch):
    """A copy that has taken a step, or None."""
    X, Y = batch
    try:
        with undisturbed(), undrawn(holders(net, augment).get(("outside", ""), {})):
            twin, (augment,) = copied(net, augment)
            step(twin, (X if augment is None else augment(X), Y))
        return twin
    except Exception:
        return None


class _Kind(NamedTuple):
    """Of the value of a piece. dtype: of an array, else None. finite, complex: of its numbers."""

    type: type
    dtype: object
    shape: tuple
    nbytes: int
    finite: bool
    complex: bool
    generator: object

    def __str__(self):
        return f"{self.dtype} of shape {self.shape}" if self.type is np.ndarray else self.type.__name__

    @property
    def form(self):
        return self.type, self.dtype, self.shape

    @classmethod
    def of(cls, value):
        number = isinstance(value, (np.ndarray, np.generic, bool, int, float, complex))
        return cls(type(value), getattr(value, "dtype", None), np.shape(value) if number else (),
                   getattr(value, "nbytes", 0), not number or isinstance(value, int) or bool(np.isfinite(value).all()),
                   number and np.iscomplexobj(value), value if is_generator(value) else None)


def _check_rate(place, value):
    if place.key != "lr" or not isinstance(value, Real) or not 0 <= value < np.inf:
        raise Unfit(f"the {place} is no learning rate")


def _check_place(place, holder, added):
    """A piece that was not there at first is an attribute that is new, or an element that was added to a list.

    added: id of a list -> how many elements it has got by now.
    """
    key = place.key
    if isinstance(holder, (list, deque)):
        length = len(holder) + added.get(id(holder), 0)
        full = getattr(holder, "maxlen", None) is not None and length >= holder.maxlen
        fits = type(key) is int and (0 <= key < length or key == length and not full)
        added[id(holder)] = length - len(holder) + (fits and key == length)
    elif isinstance(holder, dict):
        fits = type(key) in KEYS
    else:
        name = isinstance(key, str) and key.isidentifier() and not key.startswith("__") and len(key) <= LONGEST
        fits = name and hasattr(holder, "__dict__") and _is_data(getattr(type(holder), key, None))
    if not fits or not _is_data(current(holder, key)):
        raise Unfit(f"the {place} has no place here")


def _is_data(there):
    """Whether nothing is lost if a number or an array takes its place."""
    empty = isinstance(there, (list, dict, deque)) and not there
    return empty or isinstance(there, (np.ndarray, np.generic, tuple, *PLAIN))


def _check_weight(place, value, dtypes, shape):
    """A weight is an array of one of these dtypes, which those of a student's own layer may change."""
    there = _Kind.of(np.asarray(value) if isinstance(value, (np.generic, int, float)) else value)
    if there.type is not np.ndarray or there.dtype not in dtypes or there.shape != shape:
        wanted = f"{' or '.join(sorted(map(str, dtypes)))} of shape {shape}"
        raise Unfit(f"the {place} is {shown(there)} there, and {wanted} here")
    _check_numbers(place, value, None)


def _check_type(place, kind, first, later):
    """first: the kind that was there at first, None if nothing was; later: after a step, and after another one, if
    that could be tried. An array whose shape changes from step to step may have any."""
    known = [each for each in (first, *later) if each is not None]
    settled = len(later) == 2 and later[1] is not None and later[1].form == (later[0] or later[1]).form
    types = {each.type for each in known}
    types |= {*NUMBERS} if types & {*NUMBERS} else set()
    if kind.generator is not None:
        fits = types <= {type(None)} or any(like(kind.generator, each.generator) for each in known)
    elif kind.dtype is not None and settled:
        fits = any(kind.form == each.form for each in known)
    else:
        fits = kind.type in types | {type(None)} or not settled and (kind.type is str) <= (str in types)
    if not fits:
        raise Unfit(f"the {place} is of another type or shape")


def _check_numbers(place, value, first):
    """No nan and no inf, unless there was at first, and nothing complex."""
    if type(value) is tuple:
        for item in value:
            _check_numbers(place, item, first)
    elif isinstance(value, (np.ndarray, np.generic, int, float, complex)):
        finite = abs(value) <= LARGEST if isinstance(value, int) else bool(np.isfinite(value).all())
        if not finite and (first is None or first.finite):
            raise Unfit(f"the {place} holds nan, inf or too large a number")
        if np.iscomplexobj(value) and not (first and first.complex):
            raise Unfit(f"the {place} is complex")
