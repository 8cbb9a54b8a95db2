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
from types import MethodType

import numpy as np

from nn.checks import promises
from nn.checks.attributes import attributes
from nn.checks.data import warn
from nn.checks.dependence import close
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
    promises.check_layers_within(layer, neighbours)
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
        self._shape, passes = inputs.shape, promises.passes(self._layer)
        before = {} if "forward" in self._kept else promises.copies(self._layer)
        returned = self._call("forward", inputs)
        if "forward" not in self._kept:
            promises.check_pair(self._layer, returned, self._batch)
            promises.check_passes(self._layer, passes)
            if _is_own(_predict_of(self._layer)):
                promises.check_statistics_listed(self._layer, before, inputs[:FEW])
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
        promises.check_gradient(self._layer, named(self._layer, grad))
        before = promises.copies(self._layer)
        self._layer.update(grad, lr)
        promises.check_weights(self._layer, before)
        if self._some is not None:
            promises.check_weights_listed(self._layer, before, self._some)
        self._updates += 1
        if self._updates == STEPS and self._among:
            self._among[:] = [self._layer if layer is self else layer for layer in self._among]

    def _call(self, name, *given):
        """What the method returns. Until it has done once what it should, it is refused if it writes into `given`."""
        method = getattr(self._layer, name)
        if name in self._kept:
            return method(*given)
        some = [np.atleast_1d(array)[:FEW] for array in given]  # views
        before = [array.copy() for array in some]
        returned = method(*given)
        promises.check_unwritten(self._layer, name, before, some)
        return returned

    def _fits(self, method, returned, shape, why):
        """What a method returned, if it has the shape."""
        if method not in self._kept:
            promises.check_shape(self._layer, method, returned, shape, why)
        self._kept.add(method)
        return returned
