"""Optimizers: how fast each learns at which learning rate, and how large its steps stay."""
from copy import deepcopy

import numpy as np

import mnist_test
from report.comparison import Comparison
from report.figure import against, curve, losses
from report.measurement import LOSS, TEST, VALIDATION, observed
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
