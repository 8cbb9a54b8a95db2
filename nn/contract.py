"""A layer's contract is what its methods promise a network; whether it keeps it, a few steps of a copy show.

`check_layer` is for layers what `check_gradients` is for gradients. A network calls it by itself, once for each layer
that is not built in, before that layer's first step; a running step looks at nothing.
"""
import io
import random
import sys
import warnings
from contextlib import contextmanager, redirect_stdout
from copy import deepcopy
from numbers import Number
from types import MethodType

import numpy as np

from nn.attributes import attributes, replace
from nn.checks.layer_error import LayerError
from nn.gradient import as_given, named
from nn.layer import AbstractLayer, named_layers
from nn.wrapper import Wrapper

STEPS = 3  # a weight whose first gradient is 0 moves in the second step
FEW = 8  # inputs tell what a layer does
LARGEST = 2 ** 28  # bytes of arrays in a layer that is copied
LR = 0.01
METHODS = {"forward", "get_activation_grad", "backward", "get_weight_grad", "update", "predict"}


def check_layer(layer, x, batch=None, neighbours=()):
    """Take a copy of `layer` through some training steps on inputs x (N, ...). Returns its activation for them.

    Raises ValueError for the first promise that is broken, with what was done and what to write instead: forward
    returns two arrays, the others one of the right shape; no method writes into what it is given; what `update` changes
    and `forward` computes with is listed in `weights` or `statistics`. Raises whatever the layer itself raises, too,
    and TypeError if it cannot be copied. A frozen layer (`trainable = False`) only goes forward and back.

    The layer stays as it is, but for what its methods change outside of it: attributes of the class, global variables.
    batch: how many inputs the network has, where x has more rows. neighbours: layers that it may know.
    """
    _check_layers_within(layer, neighbours)
    x, twin, noise = np.array(x), Watched(copied(layer), batch or len(x)), np.random.default_rng(0)
    activation = None
    for _ in range(STEPS if layer.trainable else 1):
        z, a = twin.forward(x)
        activation = np.asarray(a, x.dtype) if activation is None else activation
        layer_err = twin.get_activation_grad(z, noise.normal(size=np.shape(a)).astype(x.dtype))
        grad = twin.get_weight_grad(x, layer_err) if layer.trainable else None
        twin.backward(layer_err)
        if layer.trainable:
            twin.update(as_given(twin, grad), LR)
    return activation


def keeps_contract(layer):
    """Whether tests have proved it: its class itself says so, and no method was set on the object."""
    return vars(type(layer)).get("keeps_contract", False) and not METHODS & vars(layer).keys()


def copied(layer):
    """A copy that shares nothing with the layer, or TypeError: of a lock, a file or a thread there is none, and for
    more than LARGEST bytes there is no room. A function that was set on the object would still work on the layer."""
    values = [value for _, each in named_layers([layer]) for *_, value in attributes(each)]
    if sum(value.nbytes for value in values if isinstance(value, np.ndarray)) > LARGEST:
        raise TypeError(f"{layer!r} has more than {LARGEST >> 20} MB of arrays, too much for a copy")
    if any(name in vars(layer) and not isinstance(vars(layer)[name], MethodType) for name in METHODS):
        raise TypeError(f"{layer!r} has a function in the place of a method, which would work on the layer itself")
    return deepcopy(layer)


@contextmanager
def undisturbed():
    """Whatever is tried meanwhile, random numbers go on as if nothing had been, and nothing is printed or warned of."""
    ours, pythons = np.random.get_state(), random.getstate()
    try:
        with redirect_stdout(io.StringIO()), warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            yield
    finally:
        np.random.set_state(ours)
        random.setstate(pythons)


def debugged():
    """Whether a debugger follows each line: it is to show the real step, not a copy's."""
    return sys.gettrace() is not None


class Watched(Wrapper):
    """A layer whose first steps are watched: what its methods return fits, and what it learns is listed.

    batch: how many inputs the network has. among: the list of layers that this one stands in, from which it takes
    itself out after STEPS updates, leaving the layer.
    """

    def __init__(self, layer, batch, among=()):
        super().__init__(layer, _batch=batch, _among=among, _kept=set(), _updates=0, _shape=None, _some=None)

    def forward(self, inputs):
        self._shape, passes = inputs.shape, self._passes()
        returned = self._call("forward", inputs)
        if "forward" not in self._kept:
            self._check_pair(returned)
            if self._passes() > passes + 1:
                raise self._fault("forward calls self.run twice, but the way back goes through its layers once",
                                  "make two blocks of it, or write its layers down twice")
            self._kept.add("forward")
        self._some = inputs[:FEW].copy() if self._layer.trainable else None
        return returned

    def get_activation_grad(self, z, upstream_gradient):
        layer_err = self._call("get_activation_grad", z, upstream_gradient)
        return self._fits("get_activation_grad", layer_err, np.shape(z), "dL/dz has z's shape")

    def get_weight_grad(self, inputs, layer_err):
        grad = named(self._layer, self._call("get_weight_grad", inputs, layer_err))
        self._kept.add("get_weight_grad")
        return grad

    def backward(self, layer_err):
        downstream = self._call("backward", layer_err)
        return self._fits("backward", downstream, self._shape, "dL/dx has the shape of forward's inputs")

    def update(self, grad, lr):
        if lr == 0:  # a step that moves nothing shows nothing
            self._layer.update(grad, lr)
            return
        self._check_gradient(named(self._layer, grad))
        before = {name: np.array(value) for name, _, _, value in _numbers(self._layer)}
        self._layer.update(grad, lr)
        self._check_weights(before)
        if self._some is not None:
            self._check_all_is_listed(before)
        self._updates += 1
        if self._updates == STEPS and self._among:
            self._among[:] = [self._layer if layer is self else layer for layer in self._among]

    def _fault(self, what, advice):
        return LayerError(self._layer, f"{what}; {advice}")

    def _call(self, name, *given):
        """What the method returns. Until it has done once what it should, it is refused if it writes into `given`."""
        method = getattr(self._layer, name)
        if name in self._kept:
            return method(*given)
        some = [np.atleast_1d(array)[:FEW] for array in given]  # views
        before = [array.copy() for array in some]
        returned = method(*given)
        if not all(map(_same, before, some)):
            raise self._fault(f"{name} writes into an array that it was given, and that others still need",
                              "let it begin with a copy: inputs = inputs.copy()")
        return returned

    def _passes(self):
        """How often the layers that this one is made of, if it is, have made a forward pass in training."""
        return self._layer.chain.passes if self._layer.sublayers else 0

    def _check_pair(self, returned):
        if not (isinstance(returned, (tuple, list)) and len(returned) == 2):
            raise self._fault(f"forward returned {_words(returned)} instead of two arrays",
                              "return z, activation (without an activation function: return z, z)")
        activation, n = returned[1], self._batch
        if not _is_numeric(activation) or np.ndim(activation) == 0 or len(activation) == 0 or len(activation) % n:
            raise self._fault(f"forward was given a batch of {n}, and returned as its activation "
                              f"{_words(activation)}", f"return z, activation with one row for each input: ({n}, ...)")

    def _fits(self, method, returned, shape, why):
        """What a method returned, if it has the shape."""
        if method not in self._kept and (not _is_numeric(returned) or np.shape(returned) != shape):
            raise self._fault(f"{method} returned {_words(returned)} instead of an array of shape {shape}",
                              why + (": is there a return at its end?" if returned is None else ""))
        self._kept.add(method)
        return returned

    def _check_gradient(self, grad):
        for name in self._layer.weights:
            shape = np.shape(getattr(self._layer, name))
            if grad[name].shape != shape:
                raise self._fault(f"get_weight_grad returned a gradient of shape {grad[name].shape} for {name}, "
                                  f"which has the shape {shape}",
                                  f"sum over the batch and over each other axis that {name} does not have")

    def _check_weights(self, before):
        for name in self._layer.weights:
            weight, shape = getattr(self._layer, name), before[name].shape
            if np.shape(weight) != shape or np.asarray(weight).dtype.kind != "f":
                raise self._fault(f"update made {name}, an array of shape {shape}, into {_words(weight)}",
                                  f"subtract an array of shape {shape} from it: self.{name} = self.{name} - lr * grad")

    def _check_all_is_listed(self, before):
        """What update changed, and what changes what forward computes, is one of weights or statistics."""
        listed = {*self._layer.weights, *self._layer.statistics}
        changed = [name for name, _, _, now in _numbers(self._layer)
                   if name not in listed and not (name in before and _same(before[name], now))]
        found = learned(self._layer, changed, self._some)
        if not found:
            return
        own = tuple(name for name in found if name.isidentifier())
        if own == found:
            advice = (f"list it in the class, weights = {self._layer.weights + own}, and let get_weight_grad return a "
                      f"gradient for each (what is not trained by its gradient goes into statistics = {own})")
        else:
            advice = ('give each trained array a name of its own, self.W = ..., and list the names in the class: '
                      'weights = ("W", "b")')
        raise self._fault(f"update changes {', '.join(found)}, with which forward computes, but weights does not list "
                          f"it: it would be neither checked nor saved", advice)


def _check_layers_within(layer, neighbours):
    known = [*neighbours, *layer.sublayers]
    for name, thing in _layers(layer):
        if not any(thing is other for other in known):
            raise LayerError(layer, f"it holds a layer, {name} = {thing!r}, that the network cannot reach to save it "
                                    f"or to predict with it; make the class a block: class {type(layer).__name__}"
                                    f"(nn.Block), whose layers are given to super().__init__")


def learned(layer, names, inputs):
    """Those of the attributes `names`, arrays and numbers, with which `layer.forward(inputs)` computes its output.

    Copies of the layer are tried, each with one number or array moved and with the same random numbers. The layer and
    NumPy's generator stay as they are.
    """
    state = np.random.get_state()

    def output(moved):
        np.random.set_state(state)
        twin = deepcopy(layer)
        for name, holder, key, value in list(_numbers(twin)):
            if name in moved:
                replace(holder, key, _moved(value))
        # the class's own forward: one that was set on the object would work on the layer itself
        return np.asarray(type(layer).forward(twin, inputs.copy())[1])

    def matters(moved):
        try:
            return not _close(output(moved), unmoved)
        except Exception:  # forward cannot do with the moved number, so it uses it
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


def _close(one, other):
    return one.shape == other.shape and np.allclose(one, other, rtol=1e-5, atol=1e-6 * np.abs(other).max(initial=0),
                                                    equal_nan=True)


def _same(before, now):
    now = np.asarray(now)
    return before.shape == now.shape and np.array_equal(before, now, equal_nan=now.dtype.kind in "fc")


def _numbers(layer):
    """Of a layer's attributes, the arrays and the numbers: (name, holder, key, value), see `nn.attributes`."""
    for name, holder, key, value in attributes(layer):
        kinds = np.ndarray if isinstance(holder, tuple) else (np.ndarray, Number)  # a tuple takes no other number
        if isinstance(value, kinds) and np.asarray(value).dtype.kind in "iufc":
            yield name, holder, key, value


def _layers(layer):
    """(name, layer) of the layers that are in a layer's attributes."""
    return [(name, value) for name, _, _, value in attributes(layer) if isinstance(value, AbstractLayer)]


def _is_numeric(thing):
    return isinstance(thing, (np.ndarray, np.generic, Number, list)) and np.asarray(thing).dtype.kind in "biuf"


def _words(thing):
    """What an error calls the thing that a method returned."""
    if isinstance(thing, np.ndarray):
        return f"an array of shape {thing.shape}" + ("" if _is_numeric(thing) else f" of {thing.dtype}")
    if isinstance(thing, (tuple, list)):
        return f"a {type(thing).__name__} of {len(thing)}"
    return "None" if thing is None else f"{type(thing).__name__} {thing!r}"
