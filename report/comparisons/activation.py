"""Activation functions: which let a network learn, and where their derivative vanishes."""
from dataclasses import replace
from functools import partial

import numpy as np

import mnist_test
from examples.fully_connected import plain
from nn import he
from report.comparison import Comparison
from report.figure import bars, curve, losses
from report.measurement import LOSS, LOSS_AT_FIRST, TEST, VALIDATION, observed
from report.table import rows
from training.experiment import Experiment

ACTIVATIONS = ["sigmoid", "tanh", "relu", "leaky_relu"]
FLAT = 0.005  # a derivative smaller than this stops the gradient; leaky ReLU's smallest, 0.01, does not

FIRST_STEPS = Comparison(
    title="Activation functions in the course's MLP, SGD, lr 0.01, 100 iterations",
    base=Experiment(mnist_test.mlp, optimizer="sgd", lr=0.01, iterations=100),
    varied={"activation": ACTIVATIONS},
    panels=[losses(window=10), curve("validation", "validation accuracy, %")],
    table=rows(LOSS, VALIDATION, TEST),
    documents={"sigmoid": "10.46, loss 2.415", "relu": "46.58, loss 2.183"})

FIRST_STEPS_HE = replace(
    FIRST_STEPS, title="The same with He's first weights, 2 / fan_in in place of the course's 1 / fan_in",
    base=replace(FIRST_STEPS.base, make_layers=partial(plain, widths=(784, 100, 50, 10), initializer=he)), documents={})

LONGER = Comparison(
    title="The same with lr 0.1 for two epochs",
    base=Experiment(mnist_test.mlp, optimizer="sgd", lr=0.1, iterations=2000),
    varied={"activation": ACTIVATIONS},
    panels=[losses(window=50), curve("validation", "validation accuracy, %")],
    table=rows(LOSS, VALIDATION, TEST))


def moved(activation, optimizer, z=(1, 0)):
    """An MLP whose hidden layers' z are z[0] times as large at first, and shifted by z[1]."""
    layers = plain(activation, optimizer, widths=(784, 100, 50, 10))
    for layer in layers[1:-1]:
        layer.w *= z[0]
        layer.b += z[1]
    return layers


def derivatives(net, images):
    """|f'(z)| at each hidden unit: an array (N, units) for each hidden layer."""
    found, X = [], images
    for layer in net.layers[:-1]:
        z, X = layer.forward(X)
        if layer.weights:
            found.append(np.abs(layer.activation.deriv(z)))
    return found


def flat(net, training, validation, test, limit=FLAT):
    """The share in % of the pairs of a hidden unit and one of 500 images at which the gradient is stopped."""
    return 100 * np.mean([np.mean(some < limit) for some in derivatives(net, validation[0][:500])])


def dead(net, training, validation, test):
    """The share in % of the hidden units at which the gradient of each of the 500 images is stopped."""
    return 100 * np.mean([np.mean((some < FLAT).all(axis=0)) for some in derivatives(net, validation[0][:500])])


SATURATION = Comparison(
    title="Where activation functions stop the gradient, and what comes of it",
    base=Experiment(moved, iterations=500),
    varied={"activation": ["sigmoid", "relu", "leaky_relu"],
            "z": {"as they are": (1, 0), "30 times larger": (30, 0), "shifted by -8": (1, -8),
                  "shifted by +8": (1, 8)}},
    observed={"flat": flat, "below 0.02": partial(flat, limit=0.02), "dead": dead},
    panels=[bars(observed("flat", "near 0 at first, % of pairs", at=0)),
            bars(observed("dead", "dead at first, % of units", at=0)), bars(VALIDATION)],
    table=rows(observed("flat", "derivative below 0.005 at first, % of pairs", ".0f", at=0),
               observed("below 0.02", "below 0.02", ".0f", at=0),
               observed("dead", "dead at first, % of units", ".0f", at=0),
               observed("dead", "dead at the end", ".0f"), LOSS_AT_FIRST, LOSS, VALIDATION))
