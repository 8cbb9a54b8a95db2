"""Layers in a row: each one's activation is the next one's input, and errors come back the other way."""
from collections import deque
from operator import attrgetter

import numpy as np

from nn.admission import Admission
from nn.checks.data import no_gradients
from nn.checks.inputs import LayerError
from nn.checks.settings import layer_list
from nn.gradient import Gradient, as_given, named
from nn.layer import keeps_contract
from nn.ops.threads import begin

# bytes of dL/dz for which it pays to leave a weight gradient to another thread; larger ones are shared out well as they
# are, and would keep much memory waiting
FIT = range(2 ** 17, 2 ** 22)


class Sequential:
    """The chain of layers that a network is, and that a `Block` holds.

    layers: may be changed at any time. inputs, zs: each layer's x and z, from a forward pass in training until the way
    back. owner: what stands before a layer's number in messages. Raises TypeError or ValueError for a list that is none
    of layers.
    """

    _inputs, _zs = property(attrgetter("inputs")), property(attrgetter("zs"))  # what older scripts call them

    def __init__(self, layers, dtype, owner=""):
        self.layers, self.dtype, self.owner = layer_list(layers), np.dtype(dtype), owner
        self.inputs, self.zs = [], []
        self.forms = {}  # of the gradients that are no dicts, see `nn.gradient`
        self.passes = 0  # forward passes in training, until now
        self.admission = Admission()
        self.admission.take_in(self)

    def forward_in_training(self, X):
        """X (N, ...) -> the last layer's activation (N, K). Each layer's input x and z are kept for `backward`."""
        self.admission.try_out(self, X)
        self.inputs, self.zs, self.passes = [], [], self.passes + 1
        try:
            for layer in self.layers:
                self.inputs.append(np.asarray(X, self.dtype))
                z, X = layer.forward(self.inputs[-1])  # its activation is the next layer's input
                self.zs.append(z)
        except LayerError as error:
            raise error.passed(self.way(map(np.shape, self.inputs))) from None
        return np.asarray(X, self.dtype)

    def backward(self, upstream, lowest=-1):
        """dL/d(output of `forward_in_training`) -> (the gradients, as `gradients` returns them; dL/dX): the chain rule.

        The error goes down to layer `lowest` and no further, because nobody needs it there; then there is no dL/dX to
        rely on. Each x and z is let go once it is used, so a forward pass serves one backward pass, or RuntimeError.
        Nothing on the way down waits for a weight gradient, so another thread may make it meanwhile.
        """
        if len(self.zs) != len(self.layers):
            raise RuntimeError("backward needs the x and z of a forward pass: call net.forward_in_training(X) first")
        grads, begun = [{} for _ in self.layers], {}
        try:
            for k in reversed(range(max(lowest, 0), len(self.layers))):
                layer = self.layers[k]
                layer_err = layer.get_activation_grad(self.zs.pop(), np.asarray(upstream, self.dtype))
                if layer.trainable and k > lowest and layer_err.nbytes in FIT and keeps_contract(layer) and layer.apart:
                    begun[k] = begin(layer.get_weight_grad, self.inputs[k], layer_err)
                elif layer.trainable:
                    grads[k] = named(layer, layer.get_weight_grad(self.inputs[k], layer_err))
                del self.inputs[k]
                if k > lowest:
                    upstream = layer.backward(layer_err)
            grads = [begun[k]() if k in begun else grad for k, grad in enumerate(grads)]
        except LayerError as error:
            raise error.passed(self.way([()] * (k + 1))) from None
        self.inputs, self.zs = [], []
        self.forms = {k: grad.form for k, grad in enumerate(grads) if isinstance(grad, Gradient)}
        return grads, upstream

    def step(self, grads, lr):
        """Let each layer that trains take a step down its gradient, one of the dicts that `backward` returned."""
        if len(grads or ()) != len(self.layers) or isinstance(grads[0], float):
            raise no_gradients(grads, self.layers)
        for k, (layer, grad) in enumerate(zip(self.layers, grads)):
            own = k in self.forms or isinstance(grad, Gradient)  # a form that is the layer's own
            if layer.trainable and (grad or own):  # a layer that was frozen has an empty dict
                try:
                    layer.update(as_given(layer, grad, self.forms.get(k, dict)) if own else grad, lr)
                except LayerError as error:
                    raise error.passed(self.way([()] * (k + 1))) from None

    def activations(self, X):
        """X (N, ...) -> each layer's activation at inference, one after the other, from the first layer to the last."""
        self.admission.take_in(self)
        shapes = []
        try:
            for layer in self.layers:
                shapes.append(np.shape(X))
                X = np.asarray(layer.predict(np.asarray(X, self.dtype)), self.dtype)
                yield X
        except LayerError as error:
            raise error.passed(self.way(shapes)) from None

    def predict(self, X):
        """X (N, ...) -> the last layer's activation at inference."""
        return deque(self.activations(X), maxlen=1).pop()  # of all of them, only one is kept at a time

    def way(self, shapes):
        """(place, layer, shape of its inputs) of as many layers, from the first, as there are shapes: for a message."""
        return [(f"{self.owner}{k}", layer, shape) for k, (layer, shape) in enumerate(zip(self.layers, shapes))]
