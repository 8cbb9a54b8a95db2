"""A recorder is a layer around a layer: it does what that one does, and keeps what went in, what came out and the time.

`recorded(net)` is a copy of a network whose layers are recorded: whatever is done with it is seen layer by layer, and
the network itself stays as it is.
"""
import time
from copy import deepcopy

import numpy as np

from nn.gradient import named
from nn.layer import Wrapper, chains, named_layers


class Record:
    """What one layer was given and gave, each None until it is known; arrays are copies, of the shapes in `nn.layer`.

    x, z, a: of the last `forward`. upstream, error, dx: dL/da, dL/dz and dL/dx of the last way back. grads: name of a
    weight -> dL/dw. before, after: name of a weight -> the weight, at the last `update`. seconds: how long all calls
    together took; those of a block include its layers'.
    """

    def __init__(self, place, layer):
        self.place, self.layer = place, layer
        self.x = self.z = self.a = self.upstream = self.error = self.dx = None
        self.grads, self.before, self.after = {}, {}, {}
        self.seconds = 0.0

    @property
    def name(self):
        return f"{self.place} {self.layer!r}"


class Recorder(Wrapper):
    """A layer in its place; what its methods take and return goes into a Record, too."""

    def __init__(self, layer, record):
        super().__init__(layer, _record=record)

    def forward(self, inputs):
        self._record.x = np.array(inputs)
        z, activation = self._timed(self._layer.forward, inputs)
        self._record.z, self._record.a = np.array(z), np.array(activation)
        return z, activation

    def get_activation_grad(self, z, upstream_gradient):
        self._record.upstream = np.array(upstream_gradient)
        layer_err = self._timed(self._layer.get_activation_grad, z, upstream_gradient)
        self._record.error = np.array(layer_err)
        return layer_err

    def get_weight_grad(self, inputs, layer_err):
        grad = named(self._layer, self._timed(self._layer.get_weight_grad, inputs, layer_err))
        self._record.grads = {name: np.array(array) for name, array in grad.items()}
        return grad

    def backward(self, layer_err):
        dx = self._timed(self._layer.backward, layer_err)
        self._record.dx = np.array(dx)
        return dx

    def update(self, grad, lr):
        self._record.before = self._weights()
        self._timed(self._layer.update, grad, lr)
        self._record.after = self._weights()

    def _weights(self):
        return {name: np.array(getattr(self._layer, name)) for name in self._layer.weights}

    def _timed(self, call, *arguments):
        start = time.perf_counter()
        result = call(*arguments)
        self._record.seconds += time.perf_counter() - start
        return result


def recorded(net):
    """(a copy of `net` whose layers are recorded; the Records of all layers, in order, also of those in blocks)."""
    twin = deepcopy(net)
    records = [Record(place, layer) for place, layer in named_layers(twin.layers)]
    own = {id(record.layer): record for record in records}
    for chain in chains(twin):
        chain.layers = [Recorder(layer, own[id(layer)]) for layer in chain.layers]
    return twin, records
