"""A gradient check compares the gradients that backpropagation computes with slopes that are simply measured.

The measured slope of the loss L at a weight w is the central difference (L(w + h) - L(w - h)) / 2h, whose error is of
the order of h^2. Everything goes through `Network.train_step` in float64: it computes the loss, and the gradients are
the ones it hands to each layer's `update`.
"""
from copy import deepcopy
from typing import NamedTuple

import numpy as np

from nn.layer import AbstractLayer
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
    Raises ValueError if a layer hands no gradient for one of its weights to `update`, or one for none of them.
    """
    net = Network([_Input(X), *deepcopy(list(layers))], lr=0.0, loss=loss, dtype=np.float64)
    names = ["X"] + [f"{k} {layer!r}" for k, layer in enumerate(layers)]
    caught = {}
    for layer in net.layers:
        layer.update = lambda grad, lr, layer=layer: caught.__setitem__(layer, grad)

    def run():
        np.random.seed(seed)  # a layer that draws numbers, such as dropout, draws the same ones every time
        return net.train_step((X, Y))

    generator, state = np.random.default_rng(seed), np.random.get_state()
    try:
        run()
        caught_at_start = dict(caught)
        errors = []
        for name, layer in zip(names, net.layers):
            grads = _by_name(caught_at_start.get(layer), layer, name)
            for weight in layer.weights:
                backprop = np.array(grads[weight], np.float64)
                errors.append(GradientError(name, weight, _error(run, getattr(layer, weight), backprop, samples, h, generator)))
        return errors
    finally:
        np.random.set_state(state)


def _error(run, weight, backprop, samples, h, generator):
    if backprop.shape != weight.shape:
        return np.inf
    at = generator.permutation(weight.size)[:samples]
    flat = weight.reshape(-1)
    measured = np.empty(len(at))
    for slope, i in enumerate(at):
        before = flat[i]
        flat[i] = before + h
        above = run()
        flat[i] = before - h
        measured[slope] = (above - run()) / (2 * h)
        flat[i] = before
    backprop = backprop.reshape(-1)[at]
    size = np.linalg.norm(backprop) + np.linalg.norm(measured)
    return float(np.linalg.norm(backprop - measured) / max(size, FLOOR))


def _by_name(grad, layer, name):
    """Gradients as a dict, whether the layer gives a dict, a sequence in the order of its weights, or one array."""
    if not isinstance(grad, dict):
        grad = dict(zip(layer.weights or "?", grad if isinstance(grad, (tuple, list)) else [grad]))
    if not layer.weights and any(isinstance(array, np.ndarray) for array in grad.values()):
        raise ValueError(f"{name}: get_weight_grad returned a gradient, but of which attribute? Call the trained arrays w and "
                         f'b, or say in the class how they are called: weights = ("gamma", "beta")')
    missing = [weight for weight in layer.weights if not isinstance(grad.get(weight), np.ndarray)]
    if missing:
        raise ValueError(f"{name}: get_weight_grad returned no gradient for {', '.join(missing)}; return one array for "
                         f"each of {', '.join(layer.weights)}, as a dict or in this order")
    return grad


class _Input(AbstractLayer):
    """Adds a weight, 0 at first, to X: the weight's gradient is dL/dX, so that the first layer's `backward` is checked too."""

    def __init__(self, X):
        self.w = np.zeros(np.shape(X))

    def forward(self, inputs):
        z = inputs + self.w
        return z, z

    def get_activation_grad(self, z, upstream_gradient):
        return upstream_gradient

    def backward(self, layer_err):
        return layer_err

    def get_weight_grad(self, inputs, layer_err):
        return {"w": layer_err}

    def update(self, grad, lr):
        pass
