"""Optimizers: how fast each learns at which learning rate, and how large its steps stay."""
from copy import deepcopy

import numpy as np

import mnist_test
from nn import AdamOptimizer
from nn.activation import Linear, linear
from report.comparison import Comparison
from report.figure import against, curve, losses
from report.measurement import LOSS, TEST, VALIDATION, Paired, observed
from report.table import grid, rows
from training.experiment import Experiment

LEARNING_RATES = Comparison(
    title="Six optimizers in the course's MLP (ReLU), 100 iterations",
    base=Experiment(mnist_test.mlp, iterations=100),
    varied={"optimizer": ["sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adam"],
            "lr": [0.0001, 0.001, 0.01, 0.1, 1.0]},
    panels=[against("lr"), losses(window=10, where={"lr": 0.01}, ylim=(0, 3)),
            losses(window=10, where={"lr": 0.1}, ylim=(0, 3))],
    table=grid("lr", VALIDATION, TEST),
    documents={"adam, 0.001": "88.68, at its lr 0.01"})


def step_size(net, training, validation, test):
    """The root mean square of the first layer's next step, on a batch that is always the same."""
    twin, batch = deepcopy(net), [array[:50] for array in training]
    before = _first(twin).w.copy()
    twin.train_step(batch)
    return _rms(_first(twin).w - before)


def gradient_size(net, training, validation, test):
    """The root mean square of the first layer's gradient, on that batch."""
    twin = deepcopy(net)
    _, grads = twin.gradients([array[:50] for array in training])
    return _rms(grads[twin.layers.index(_first(twin))]["w"])


def growth(net, training, validation, test):
    """How many times as large dL/dz is in the first hidden layer as in the last one, in root mean squares.

    z is what goes into an activation function: what a normalisation puts out, where there is one.
    """
    X, labels = (array[:50] for array in training)
    layers, zs, sizes = deepcopy(net.layers), [], []
    for layer in layers:
        z, X = layer.forward(X)
        zs.append(z)
    error = net.loss.deriv(X, labels)
    for layer, z in zip(reversed(layers), reversed(zs)):
        error = layer.get_activation_grad(z, error)
        sizes += [] if isinstance(getattr(layer, "activation", linear), Linear) else [_rms(error)]
        error = layer.backward(error)
    return sizes[-1] / sizes[0]


def _first(net):
    return next(layer for layer in net.layers if layer.weights)


def _rms(array):
    return np.sqrt(np.mean(np.square(array)))


STEP_SIZES = Comparison(
    title="How large the steps stay: AdaGrad's sum of squares against Adam's running mean",
    base=Experiment(mnist_test.mlp, iterations=3000),
    varied={("optimizer", "lr"): [("sgd", 0.1), ("adagrad", 0.01), ("rmsprop", 0.001), ("adam", 0.001)]},
    observed={"step": step_size, "gradient": gradient_size},
    every=200,
    panels=[curve("step", "size of a step (root mean square)", by=["optimizer"], yscale="log"),
            curve("gradient", "size of the gradient", by=["optimizer"], yscale="log"),
            losses(window=100, by=["optimizer"], yscale="log")],
    table=rows(observed("step", "step after 200", ".1e", at=1), observed("step", "after 3,000", ".1e"),
               observed("gradient", "gradient after 200", ".1e", at=1), observed("gradient", "after 3,000", ".1e"),
               LOSS, VALIDATION))


class UncorrectedAdam(AdamOptimizer):
    """Adam without bias correction: m and v themselves in place of m^ and v^."""

    def update(self, dx, lr):
        super().update(dx, lr)
        return lr * self.m / (np.sqrt(self.v) + self.eps)


def with_adam(activation, optimizer, kind):
    return mnist_test.mlp(activation, kind())


CORRECTION = Comparison(
    title="Adam with and without bias correction in the course's MLP, 100 iterations",
    base=Experiment(with_adam, iterations=100),
    varied={"kind": {"with correction": AdamOptimizer, "without": UncorrectedAdam},
            "lr": [0.0003, 0.001, 0.003, 0.01, 0.03]},
    observed={"step": step_size},
    panels=[against("lr"), losses(window=5, where={"lr": 0.001}), losses(window=5, where={"lr": 0.01})],
    table=grid("lr", observed("step", "first step", ".1e", at=0), LOSS, VALIDATION,
               Paired(VALIDATION, "with correction")),
    seeds=5)
