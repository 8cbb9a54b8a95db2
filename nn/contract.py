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

from nn.attributes import attributes
from nn.checks.data import warn
from nn.checks.layer_error import LayerError
from nn.dependence import close, computed_with, numbers, same
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
    and `forward` computes with, or `forward` and `predict`, is listed in `weights` or `statistics`. Warns if the layer
    predicts as it trains, and should not. Raises whatever the layer itself raises, too, and TypeError if it cannot be
    copied. A frozen layer (`trainable = False`) only goes forward and back.

    The layer stays as it is, but for what its methods change outside of it: attributes of the class, global variables.
    batch: how many inputs the network has, where x has more rows. neighbours: layers that it may know.
    """
    _check_layers_within(layer, neighbours)
    with undisturbed():
        activation = _make_steps(layer, np.array(x), Watched(copied(layer), batch or len(x)))
        remark = _on_prediction(layer, x)
    if remark:
        warn(f"{layer!r}: {remark}")
    return activation


def _make_steps(layer, x, twin):
    noise, activation = np.random.default_rng(0), None
    for _ in range(STEPS if layer.trainable else 1):
        z, a = twin.forward(x)
        activation = np.asarray(a, x.dtype) if activation is None else activation
        layer_err = twin.get_activation_grad(z, noise.normal(size=np.shape(a)).astype(x.dtype))
        grad = twin.get_weight_grad(x, layer_err) if layer.trainable else None
        twin.backward(layer_err)
        if layer.trainable:
            twin.update(as_given(twin, grad, getattr(grad, "form", dict)), LR)
    return activation


def _on_prediction(layer, x):
    """What is to be said of a layer that has no `predict`, so that `forward` predicts, and cannot; or None."""
    if _predict_of(layer) is not AbstractLayer:
        return None
    twin = copied(layer)
    try:
        once, again, half = (np.asarray(twin.forward(some.copy())[1]) for some in (x, x, x[:(len(x) + 1) // 2]))
    except Exception:  # it takes no fewer inputs, for one
        return None
    if not close(once, again):
        return ("forward computes something else each time for the same inputs, and so would the network's forward, "
                "because the layer has no method predict; write predict(self, inputs), which returns the activation at "
                "inference, without random numbers")
    if len(once) == len(x) and not close(once[:len(half)], half):
        return ("what forward computes for an input depends on the others of its batch, and so would the network's "
                "forward, because the layer has no method predict; write predict(self, inputs), which computes with "
                "what training has found, such as a running mean")
    return None


def _predict_of(layer):
    """The class whose `predict` the layer has."""
    return next(kind for kind in type(layer).__mro__ if "predict" in vars(kind))


def _is_own(kind):
    return kind is not AbstractLayer and not vars(kind).get("keeps_contract", False)


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
        before = {} if "forward" in self._kept else self._copies()
        returned = self._call("forward", inputs)
        if "forward" not in self._kept:
            self._check_pair(returned)
            if self._passes() > passes + 1:
                raise self._fault("forward calls self.run twice, but the way back goes through its layers once",
                                  "make two blocks of it, or write its layers down twice")
            if _is_own(_predict_of(self._layer)):
                self._check_all_is_listed("forward", before, inputs, "predict")
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
        before = self._copies()
        self._layer.update(grad, lr)
        self._check_weights(before)
        if self._some is not None:
            self._check_all_is_listed("update", before, self._some, "forward")
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
        if not all(map(same, before, some)):
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

    def _copies(self):
        """name -> a copy, of each array and number that the layer holds."""
        return {name: np.array(value) for name, _, _, value in numbers(self._layer)}

    def _check_all_is_listed(self, changing, before, inputs, computing):
        """What one method changed, and what changes what another one computes, is among weights or statistics."""
        layer = self._layer
        listed = {*layer.weights, *layer.statistics}
        changed = [name for name, _, _, now in numbers(layer)
                   if name not in listed and not (name in before and same(before[name], now))]
        found = computed_with(layer, computing, inputs[:FEW], changed)
        if not found:
            return
        own = tuple(name for name in found if name.isidentifier())
        kind = "weights" if changing == "update" else "statistics"
        if own != found:
            advice = ('give each trained array a name of its own, self.W = ..., and list the names in the class: '
                      'weights = ("W", "b")')
        elif changing == "update":
            advice = (f"list it in the class, weights = {layer.weights + own}, and let get_weight_grad return a "
                      f"gradient for each (what is not trained by its gradient goes into statistics = {own})")
        else:
            advice = f"list it in the class, statistics = {(*layer.statistics, *own)}"
        raise self._fault(f"{changing} changes {', '.join(found)}, with which {computing} computes, but {kind} does "
                          f"not list it: it would be neither checked nor saved", advice)


def _check_layers_within(layer, neighbours):
    known = [*neighbours, *layer.sublayers]
    for name, thing in _layers(layer):
        if not any(thing is other for other in known):
            raise LayerError(layer, f"it holds a layer, {name} = {thing!r}, that the network cannot reach to save it "
                                    f"or to predict with it; make the class a block: class {type(layer).__name__}"
                                    f"(nn.Block), whose layers are given to super().__init__")


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
