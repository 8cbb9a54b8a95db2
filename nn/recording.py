"""A recorded layer does what the layer inside it does, and keeps what went in, what came out and how long it took.

`recorded(net)` is a copy of a network, made of recorded copies of its layers: whatever is done with it is seen layer
by layer, and the network itself stays as it is.
"""
import time
from copy import copy, deepcopy

import numpy as np

from nn.gradient import named
from nn.layer import AbstractLayer


class Record:
    """What one layer was given and gave, each None until it is known; arrays are copies, of the shapes in `nn.layer`.

    x, z, a: of the last `forward`. upstream, error, dx: dL/da, dL/dz and dL/dx of the last backward pass.
    grads: name of a weight -> dL/dw. before, after: name of a weight -> the weight, at the last `update`.
    seconds: how long all calls together took.
    """

    def __init__(self):
        self.x = self.z = self.a = self.upstream = self.error = self.dx = None
        self.grads, self.before, self.after = {}, {}, {}
        self.seconds = 0.0


class RecordedLayer(AbstractLayer):
    """layer: any layer. Its `record` is filled by the five methods; all else is the layer's own."""

    def __init__(self, layer):
        self.layer, self.record = layer, Record()

    def forward(self, inputs):
        self.record.x = np.array(inputs)
        z, activation = self._timed(self.layer.forward, inputs)
        self.record.z, self.record.a = np.array(z), np.array(activation)
        return z, activation

    def get_activation_grad(self, z, upstream_gradient):
        self.record.upstream = np.array(upstream_gradient)
        layer_err = self._timed(self.layer.get_activation_grad, z, upstream_gradient)
        self.record.error = np.array(layer_err)
        return layer_err

    def backward(self, layer_err):
        dx = self._timed(self.layer.backward, layer_err)
        self.record.dx = np.array(dx)
        return dx

    def get_weight_grad(self, inputs, layer_err):
        grad = self._timed(self.layer.get_weight_grad, inputs, layer_err)
        self.record.grads = {name: np.array(array) for name, array in named(self.layer, grad).items()}
        return grad

    def update(self, grad, lr):
        self.record.before = self._copied_weights()
        self._timed(self.layer.update, grad, lr)
        self.record.after = self._copied_weights()

    def predict(self, inputs):
        return self.layer.predict(inputs)

    def astype(self, dtype):
        self.layer.astype(dtype)

    @property
    def trainable(self):
        return self.layer.trainable

    @property
    def weights(self):
        return self.layer.weights

    @property
    def statistics(self):
        return self.layer.statistics

    def __getattr__(self, name):
        if name == "layer":  # while it is copied, it has none yet
            raise AttributeError(name)
        return getattr(self.layer, name)

    def __repr__(self):
        return repr(self.layer)

    def _copied_weights(self):
        return {name: np.array(getattr(self.layer, name)) for name in self.layer.weights}

    def _timed(self, call, *arguments):
        start = time.perf_counter()
        result = call(*arguments)
        self.record.seconds += time.perf_counter() - start
        return result


def recorded(net):
    """A copy of `net` whose layers are recorded; `copy.layers[k].record` is what layer k was given and gave."""
    twin = copy(net)
    twin.layers = [RecordedLayer(layer) for layer in deepcopy(net.layers)]
    return twin
