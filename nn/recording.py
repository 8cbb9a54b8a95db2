"""A recorded layer does what the layer inside it does, and keeps what went in, what came out and how long it took.

`recorded(net)` is a copy of a network that works with recorded layers: whatever is done with it is seen layer by layer,
and the network itself stays as it is.
"""
import time
from copy import deepcopy

import numpy as np

from nn.contract import Held
from nn.layer import reach


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


class Recorded(Held):
    """A layer in its place in a chain, as `Held`; what its methods take and return goes into a Record, too."""

    record = None

    def forward(self, inputs):
        self.record.x = np.array(inputs)
        z, activation = self._timed(super().forward, inputs)
        self.record.z, self.record.a = np.array(z), np.array(activation)
        return z, activation

    def get_activation_grad(self, z, upstream_gradient):
        self.record.upstream = np.array(upstream_gradient)
        layer_err = self._timed(super().get_activation_grad, z, upstream_gradient)
        self.record.error = np.array(layer_err)
        return layer_err

    def get_weight_grad(self, inputs, layer_err):
        grad = self._timed(super().get_weight_grad, inputs, layer_err)
        self.record.grads = {name: np.array(array) for name, array in grad.items()}
        return grad

    def backward(self, layer_err):
        dx = self._timed(super().backward, layer_err)
        self.record.dx = np.array(dx)
        return dx

    def update(self, grad, lr):
        self.record.before = self._weights()
        self._timed(super().update, grad, lr)
        self.record.after = self._weights()

    def _weights(self):
        return {name: np.array(getattr(self.layer, name)) for name in self.layer.weights}

    def _timed(self, call, *arguments):
        start = time.perf_counter()
        result = call(*arguments)
        self.record.seconds += time.perf_counter() - start
        return result


def recorded(net):
    """(a copy of `net` that works with recorded layers, the Records of all layers, in order, also those in blocks)."""
    twin = deepcopy(net)
    records = [Record(place, layer) for place, layer in reach(twin.layers)]
    own = {id(record.layer): record for record in records}
    for chain in [twin, *(record.layer.chain for record in records if record.layer.sublayers)]:
        for held in chain.hold_as(Recorded):
            held.record = own[id(held.layer)]
    return twin, records
