"""A gradient check compares the gradients that backpropagation computes with slopes that are simply measured.

The measured slope of the loss L at a weight w is the central difference (L(w + h) - L(w - h)) / 2h, whose error is of
the order of h^2. Everything is computed in float64, by the methods that `Network.train_step` is made of.
"""
from copy import deepcopy
from typing import NamedTuple

import numpy as np

from nn.network import Network

FLOOR = 1e-4  # a gradient whose norm is smaller is compared with this: rounding alone is about 1e-11


class GradientError(NamedTuple):
    """How far one weight's gradient is off: |backprop - measured| / (|backprop| + |measured|), Euclidean norms."""

    layer: str
    weight: str
    error: float

    def __str__(self):
        return f"{self.layer + ' ' + self.weight:45s} relative error {self.error:.1e}"


def check_gradients(layers, loss, X, Y, samples=100, h=1e-5, seed=0):
    """Check a list of layers against central differences, on the batch X (N, ...), Y (N, K).

    Returns a list of GradientError: one for each weight of each layer, and first one for dL/dX. Below 1e-6 is right;
    above 1e-3 is wrong; in between, look for a kink (ReLU, max pooling) within h of a value and try another X.
    samples: how many numbers of each weight are measured at most. The layers, X and Y are left as they are.
    Raises ValueError if a layer's gradient does not have one array for each of its weights.
    """
    net = Network(deepcopy(list(layers)), lr=0.0, loss=loss, dtype=np.float64)
    X, Y = np.array(X, np.float64), np.asarray(Y, np.float64)

    def seeded(call, *arguments):
        np.random.seed(seed)  # a layer that draws numbers, such as dropout, draws the same ones every time
        return call(*arguments)

    def measured_loss():
        return np.sum(loss.compute(seeded(net.forward_in_training, X), Y))

    generator, state = np.random.default_rng(seed), np.random.get_state()
    try:
        _, grads = seeded(net.gradients, (X, Y))
        output = seeded(net.forward_in_training, X)
        _, dX = net.backward(loss.deriv(output, Y))
        compared = [("X", "w", X, dX)] + [
            (f"{k} {layer!r}", name, getattr(layer, name), grad[name])
            for k, (layer, grad) in enumerate(zip(net.layers, grads)) if layer.trainable for name in layer.weights]
        return [GradientError(place, name, _error(measured_loss, weight, np.array(backprop, np.float64), samples, h, generator))
                for place, name, weight, backprop in compared]
    finally:
        np.random.set_state(state)


def _error(measured_loss, weight, backprop, samples, h, generator):
    if backprop.shape != weight.shape:
        return np.inf
    at = generator.permutation(weight.size)[:samples]
    flat = weight.reshape(-1)
    measured = np.empty(len(at))
    for slope, i in enumerate(at):
        before = flat[i]
        flat[i] = before + h
        above = measured_loss()
        flat[i] = before - h
        measured[slope] = (above - measured_loss()) / (2 * h)
        flat[i] = before
    backprop = backprop.reshape(-1)[at]
    size = np.linalg.norm(backprop) + np.linalg.norm(measured)
    return float(np.linalg.norm(backprop - measured) / max(size, FLOOR))
