"""A layer is one step of a network: it turns inputs into outputs, and errors at its outputs into errors at its inputs.

Every layer has the course's five methods. `AbstractLayer` names them; `WeightlessLayer` and `TrainableLayer` fill in
those that all layers without, or with, weights have in common.

Notation, for one layer and a loss L: x inputs, z = the layer's linear part (before the activation function f),
a = f(z) its activation; `layer_err` = dL/dz, an array of z's shape.
"""
from abc import abstractmethod
from copy import copy, deepcopy
from operator import attrgetter
from types import MappingProxyType

import numpy as np

from nn.activation import Linear, linear
from nn.checks import settings
from nn.checks.calls import Checked
from nn.checks.inputs import no_such_array
from nn.checks.own_activation import Activation, keeps_nothing
from nn.checks.written import written_layer
from nn.gradient import named
from nn.ops.elementwise import product_in_parts

METHODS = {"forward", "get_activation_grad", "backward", "get_weight_grad", "update", "predict"}


class AbstractLayer(metaclass=Checked):
    """The five methods a layer must have, and the few things it may have besides.

    Subclass it, write the five methods, and the layer runs in a `Network` beside the built-in ones.
    """

    trainable = True  # False, at any time, freezes the layer; nothing below the first trainable layer is differentiated
    statistics = ()  # names of arrays that are not trained but belong to the layer, to be saved with its weights
    variances = ()  # names of those among the statistics that are never negative
    in_parts = False  # True: predict treats each input alone and keeps nothing, so threads may share a batch out
    apart = False  # True: get_weight_grad and backward keep nothing, so two threads may make both
    sublayers = ()  # the layers that this one is made of, if it is a `Block`
    keeps_contract = False  # True: tests prove that this very class does, so no network tries it (`nn.contract`)

    @abstractmethod
    def forward(self, inputs):
        """inputs (N, ...) -> (z, activation), both (N, ...), as computed in training."""

    @abstractmethod
    def get_activation_grad(self, z, upstream_gradient):
        """dL/da -> dL/dz = dL/da * f'(z), of the shape of z."""

    @abstractmethod
    def backward(self, layer_err):
        """dL/dz -> dL/dx, of the shape of the last `forward`'s inputs: the upstream gradient of the layer before."""

    @abstractmethod
    def get_weight_grad(self, inputs, layer_err):
        """(x, dL/dz) -> dL/dw, in the one of the forms named in `nn.gradient` that this layer's `update` takes."""

    @abstractmethod
    def update(self, grad, lr):
        """Change the weights, given what `get_weight_grad` returned and the learning rate."""

    def predict(self, inputs):
        """inputs -> activation at inference. A layer that behaves otherwise than in training overrides it.

        `forward` runs on a copy of the layer, so that what it leaves behind for `backward` is not overwritten.
        """
        return copy(self).forward(inputs)[1]

    @property
    def weights(self):
        """Names of the attributes that hold trained arrays: w and b. A layer that calls them otherwise lists them.

        A trained number, such as a slope that is a float, is listed too: it becomes an array of shape ().
        """
        return tuple(name for name in ("w", "b") if isinstance(getattr(self, name, None), np.ndarray))

    gradient_names = property(attrgetter("weights"))  # a layer made of layers has those that train in it, too: "0.w"

    def astype(self, dtype):
        """Convert weights and statistics to `dtype`."""
        for name in (*self.weights, *self.statistics):
            setattr(self, name, np.array(getattr(self, name), dtype))

    def __repr__(self):
        return type(self).__name__

    __str__ = written_layer  # with all settings; a message has the short form

    def _repr_pretty_(self, printer, cycle):
        """At the end of a notebook's cell."""
        printer.text(str(self))


def named_layers(layers, place=""):
    """(place, layer) of each layer of a list and, after it, of those it is made of: "0", "1", "1.0", "1.1", "2"."""
    for k, layer in enumerate(layers):
        yield f"{place}{k}", layer
        yield from named_layers(layer.sublayers, f"{place}{k}.")


def chains(net):
    """The network and, after it, whatever else holds layers in a row."""
    return [net, *(layer.chain for _, layer in named_layers(net.layers) if layer.sublayers)]


def predicts_in_parts(layer):
    """Whether its class itself says `in_parts = True`; a subclass, or a method put in later, may do otherwise."""
    own = vars(type(layer)).get("in_parts", False) and not {"forward", "predict"} & vars(layer).keys()
    return own and keeps_nothing(getattr(layer, "activation", linear))


def statistics(layers):
    """(layer, name, a copy of the array) of each statistic of layers, and of those within them."""
    found = [(layer, name, np.array(getattr(layer, name)))
             for layer in layers for name in getattr(layer, "statistics", ())]
    return found + [one for layer in layers if getattr(layer, "sublayers", ()) for one in statistics(layer.sublayers)]


def put(found):
    """Let the layers have the statistics that were found. Each is put once: afterwards the list is empty."""
    while found:
        setattr(*found.pop())


def keeps_contract(layer):
    """Whether tests have proved it: its class itself says so, and no method was set on the object."""
    return vars(type(layer)).get("keeps_contract", False) and not METHODS & vars(layer).keys()


class WeightlessLayer(AbstractLayer):
    """A layer that has nothing to train and no activation function: only `forward` and `backward` are left to write."""

    trainable = False

    def get_activation_grad(self, z, upstream_gradient):
        return upstream_gradient

    def get_weight_grad(self, inputs, layer_err):
        return {}

    def update(self, grad, lr):
        pass


class TrainableLayer(AbstractLayer):
    """A layer with weights, an activation function, and an optimizer of its own for each weight."""

    decayed = ("w",)  # weight decay is for these; biases and normalisation go without
    dtype = np.dtype(np.float64)  # of the weights; a network changes it with `astype`
    activation = Activation()  # may be set at any time
    rates = MappingProxyType({})  # a weight's name -> a factor of the learning rate, where it is not 1

    def __init__(self, activation, optimizer, **weights):
        """`weights`: name -> initial array. Each becomes an attribute; one that is None is left out of training."""
        self.activation = activation
        settings.unused_optimizer(self, optimizer)
        self._weights = tuple(name for name, value in weights.items() if value is not None)
        for name, value in weights.items():
            setattr(self, name, value)
        self.optimizers = {name: self._own_optimizer(optimizer, name) for name in self._weights}

    def _own_optimizer(self, optimizer, name):
        """A copy for this weight, so that one object given to many layers never mixes their moments."""
        own = deepcopy(optimizer)
        settings.owned(own)
        if name not in self.decayed and hasattr(own, "weight_decay"):
            own.weight_decay = 0.0
        return own

    weights = property(attrgetter("_weights"))

    def get_activation_grad(self, z, upstream_gradient):
        """dL/dz = dL/da * f'(z)."""
        f = self.activation
        if f.in_parts:
            return product_in_parts(upstream_gradient, f.deriv, z)
        return upstream_gradient if type(f) is Linear else upstream_gradient * f.deriv(z)  # Linear's f' is 1 everywhere

    def update(self, grad, lr):
        """w <- w - (what the weight's optimizer says), for each weight."""
        grad = named(self, grad)
        for name in self.weights:
            w, optimizer, rate = getattr(self, name), self.optimizers[name], lr * self.rates.get(name, 1)
            decays = hasattr(optimizer, "update_with_decay")  # or it is any object with the course's one method
            change = optimizer.update_with_decay(w, grad[name], rate) if decays else optimizer.update(grad[name], rate)
            if np.shape(change) != np.shape(grad[name]):
                raise ValueError(no_such_array(optimizer, "update", change, np.shape(grad[name])))
            # a new array, because the old one may be one that the caller assigned to layer.w
            setattr(self, name, np.asarray(w - change, self.dtype))

    def astype(self, dtype):
        self.dtype = np.dtype(dtype)
        super().astype(dtype)


@AbstractLayer.register
class Wrapper:
    """A layer around `layer`: every attribute and method is the layer's, also when it is set. A subclass adds its own.

    own: attributes of the wrapper itself, whose names begin with _ and so hide none of the layer's.
    """

    def __init__(self, layer, **own):
        vars(self).update(own, _layer=layer)

    def __getattr__(self, name):
        if name == "_layer" or name.startswith("__"):  # a copy that is being made has no layer yet
            raise AttributeError(name)
        return getattr(self._layer, name)

    def __setattr__(self, name, value):
        if name in vars(self):
            vars(self)[name] = value
        else:
            setattr(self._layer, name, value)

    def __repr__(self):
        return repr(self._layer)


def unwrapped(layer):
    """The layer itself, whatever stands around it."""
    while isinstance(layer, Wrapper):
        layer = layer._layer
    return layer
