"""Activation functions: which let a network learn, and where their derivative vanishes."""
import numpy as np

import mnist_test
from examples.fully_connected import plain
from report.comparison import Comparison
from report.figure import bars, curve, losses
from report.measurement import LOSS, TEST, VALIDATION, observed
from report.table import rows
from training.experiment import Experiment

ACTIVATIONS = ["sigmoid", "tanh", "relu", "leaky_relu"]
FLAT = 0.005  # a derivative smaller than this stops the gradient; leaky ReLU's smallest is 0.01

FIRST_STEPS = Comparison(
    title="Activation functions in the course's MLP, SGD, lr 0.01, 100 iterations",
    base=Experiment(mnist_test.mlp, optimizer="sgd", lr=0.01, iterations=100),
    varied={"activation": ACTIVATIONS},
    panels=[losses(window=10), curve("validation", "validation accuracy, %")],
    table=rows(LOSS, VALIDATION, TEST),
    documents={"sigmoid": "10.46, loss 2.415", "relu": "46.58, loss 2.183"})

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


def flat(net, training, validation, test):
    """The share in % of the hidden units, over 500 images, at which the gradient is stopped."""
    X, shares = validation[0][:500], []
    for layer in net.layers[:-1]:
        z, X = layer.forward(X)
        if layer.weights:
            shares.append(np.mean(np.abs(layer.activation.deriv(z)) < FLAT))
    return 100 * np.mean(shares)


SATURATION = Comparison(
    title="Where activation functions stop the gradient, and what comes of it",
    base=Experiment(moved, iterations=500),
    varied={"activation": ["sigmoid", "relu", "leaky_relu"],
            "z": {"as they are": (1, 0), "30 times larger": (30, 0), "shifted by -8": (1, -8),
                  "shifted by +8": (1, 8)}},
    observed={"flat": flat},
    panels=[bars(observed("flat", "units with derivative near 0 at first, %", at=0)), bars(VALIDATION)],
    table=rows(observed("flat", "derivative near 0 at first, % of units", ".0f", at=0),
               observed("flat", "and at the end", ".0f"), LOSS, VALIDATION))
