"""What a layer must do is looked at on its first step: what its methods return fits, and what it learns is listed.

Afterwards nothing is looked at, so a layer that is right costs nothing. A layer that is not is refused with ValueError,
which names its place in the network, its class, what it did, and what to write instead.
"""
from copy import deepcopy
from numbers import Number

import numpy as np

from nn.attributes import attributes, replace
from nn.checks.inputs import Misfit
from nn.gradient import Gradient, named
from nn.layer import AbstractLayer

LOOKS = 3  # so many updates are looked at: a weight whose first gradient is 0 moves in the second
FEW = 8  # so many images tell what a layer does


class Held:
    """A layer that is held to its contract by the chain of layers it stands in. It has the layer's five methods."""

    def __init__(self, layer, chain):
        self.layer, self.chain = layer, chain
        self.kept, self.looks = set(), 0  # names of methods that did what they should; updates looked at
        self.shape, self.some = None, None  # of the inputs, and a few of them for the look at the update
        self.form = dict  # in which the layer gives its gradient

    def __str__(self):
        return self.chain.place(self.layer)

    def forward(self, inputs):
        if "forward" not in self.kept:
            self._check_layers_within()
        self.shape, passes = inputs.shape, self._passes()
        returned = self._given(inputs, self._method("forward"))
        if "forward" not in self.kept:
            self._check_pair(returned)
            if self._passes() > passes + 1:
                raise self.fault("forward calls self.run twice, but the way back goes through its layers once",
                                 "make two blocks of it, or write its layers down twice")
            self.kept.add("forward")
        if self.looks < LOOKS and self.layer.trainable:
            self.some = inputs[:FEW].copy()
        return returned

    def predict(self, inputs):
        return self._given(inputs, self.layer.predict)

    def get_activation_grad(self, z, upstream_gradient):
        layer_err = self._method("get_activation_grad")(z, upstream_gradient)
        if "get_activation_grad" not in self.kept:
            self._check_shape("get_activation_grad", layer_err, np.shape(z), "dL/dz has z's shape")
        return layer_err

    def get_weight_grad(self, inputs, layer_err):
        """The layer's `Gradient`; {} of a layer that does not train."""
        layer = self.layer
        if not layer.trainable:
            return {}
        grad = named(layer, self._method("get_weight_grad")(inputs, layer_err), self)
        self.kept.add("get_weight_grad")
        self.form = grad.form
        return grad

    def backward(self, layer_err):
        downstream = self._method("backward")(layer_err)
        if "backward" not in self.kept:
            self._check_shape("backward", downstream, self.shape, "dL/dx has the shape of forward's inputs")
        return downstream

    def update(self, grad, lr):
        """The layer's update gets `grad`, name -> array, in the layer's own form; a layer that was frozen has none."""
        if not self.layer.trainable or not grad and not isinstance(grad, Gradient):
            return
        if not isinstance(grad, Gradient):  # somebody made a dict of their own out of what `gradients` returned
            grad = Gradient(named(self.layer, grad, self), self.form)
        if self.looks == LOOKS or lr == 0:
            self.layer.update(grad.as_given(), lr)
            return
        self._check_gradient(grad)
        before = {name: np.array(value) for name, _, _, value in _numbers(self.layer)}
        self.layer.update(grad.as_given(), lr)
        self._check_weights(before)
        if self.some is not None:
            self._check_all_is_listed(before)
        self.looks, self.some = self.looks + 1, None

    def fault(self, what, advice):
        """The ValueError that says: this layer, at this place, did `what`; do as `advice` says."""
        return ValueError(f"{self} {self.layer!r}: {what}; {advice}")

    def _given(self, inputs, method):
        """method(inputs); a layer that cannot take them says so with its place, and with the way that they came."""
        self.given = inputs.shape
        try:
            return method(inputs)
        except Misfit as misfit:
            misfit.located(self.chain.way(self.layer))
            raise

    def _method(self, name):
        """The layer's method. Until it has done once what it should, it is refused if it writes into its arguments."""
        method = getattr(self.layer, name)

        def watched(*given):
            some = [np.atleast_1d(array)[:FEW] for array in given]  # views
            before = [array.copy() for array in some]
            returned = method(*given)
            if not all(map(_same, before, some)):
                raise self.fault(f"{name} writes into an array that it was given, and that others still need",
                                 "let it begin with a copy: inputs = inputs.copy()")
            return returned

        return method if name in self.kept else watched

    def _passes(self):
        """How often the layers that this one is made of, if it is, have made a forward pass in training."""
        return self.layer.chain.passes if self.layer.sublayers else 0

    def _check_pair(self, returned):
        if not (isinstance(returned, (tuple, list)) and len(returned) == 2):
            raise self.fault(f"forward returned {_words(returned)} instead of two arrays",
                             "return z, activation (without an activation function: return z, z)")
        activation, n = returned[1], self.chain.batch
        if not _is_numeric(activation) or np.ndim(activation) == 0 or len(activation) == 0 or len(activation) % n:
            raise self.fault(f"forward was given a batch of {n}, and returned as its activation "
                             f"{_words(activation)}", f"return z, activation with one row for each input: ({n}, ...)")

    def _check_shape(self, method, returned, shape, why):
        if not _is_numeric(returned) or np.shape(returned) != shape:
            raise self.fault(f"{method} returned {_words(returned)} instead of an array of shape {shape}",
                             why + (": is there a return at its end?" if returned is None else ""))
        self.kept.add(method)

    def _check_gradient(self, grad):
        for name in self.layer.weights:
            shape = np.shape(getattr(self.layer, name))
            if grad[name].shape != shape:
                raise self.fault(f"get_weight_grad returned a gradient of shape {grad[name].shape} for {name}, "
                                 f"which has the shape {shape}",
                                 f"sum over the batch and over each other axis that {name} does not have")

    def _check_weights(self, before):
        for name in self.layer.weights:
            weight, shape = getattr(self.layer, name), before[name].shape
            if np.shape(weight) != shape or np.asarray(weight).dtype.kind != "f":
                raise self.fault(f"update made {name}, an array of shape {shape}, into {_words(weight)}",
                                 f"subtract an array of shape {shape} from it: self.{name} = self.{name} - lr * grad")

    def _check_all_is_listed(self, before):
        """What update changed, and what changes what forward computes, is one of weights or statistics."""
        listed = {*self.layer.weights, *self.layer.statistics}
        changed = [name for name, _, _, now in _numbers(self.layer)
                   if name not in listed and not (name in before and _same(before[name], now))]
        found = learned(self.layer, changed, self.some)
        if not found:
            return
        own = tuple(name for name in found if name.isidentifier())
        if own == found:
            advice = (f"list it in the class, weights = {self.layer.weights + own}, and let get_weight_grad return a "
                      f"gradient for each (what is not trained by its gradient goes into statistics = {own})")
        else:
            advice = ('give each trained array a name of its own, self.W = ..., and list the names in the class: '
                      'weights = ("W", "b")')
        raise self.fault(f"update changes {', '.join(found)}, with which forward computes, but weights does not list "
                         f"it: it would be neither checked nor saved", advice)

    def _check_layers_within(self):
        known = [*self.chain.layers, *self.layer.sublayers]
        for name, thing in _layers(self.layer):
            if not any(thing is layer for layer in known):
                raise self.fault(f"it holds a layer, {name} = {thing!r}, that the network cannot reach to save it or "
                                 f"to predict with it", f"make the class a block: class {type(self.layer).__name__}"
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
