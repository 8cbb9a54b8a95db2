"""A perceptron is a linear classifier: what it cannot do, and what a hidden layer adds."""
import numpy as np

from examples.fully_connected import plain
from nn import FullyConnected, he, linear, one_hot, relu, tanh
from report.comparison import Comparison
from report.figure import curve, losses
from report.measurement import LOSS, TEST, VALIDATION, WEIGHTS
from report.table import rows
from training.experiment import Experiment


def load_xor():
    """Three sets of points (N, 2) around the corners of a square; two corners that face each other are a class."""
    generator = np.random.default_rng(0)
    corners = [generator.choice([-1.0, 1.0], size=(n, 2)) for n in (1000, 2000, 2000)]
    return [((some + generator.normal(0, 0.25, some.shape)).astype(np.float32),
             one_hot((some[:, 0] == some[:, 1]).astype(int), 2)) for some in corners]


def units(optimizer, hidden, function=linear):
    """2 -> hidden -> 2; no hidden layer if that is 0."""
    widths = [2, *[hidden] * (hidden > 0), 2]
    return [FullyConnected((n_in, n_out), function if k < len(widths) - 2 else linear, he, optimizer)
            for k, (n_in, n_out) in enumerate(zip(widths, widths[1:]))]


XOR = Comparison(
    title="Exclusive or: what a perceptron cannot learn (Adam, lr 0.01, 25 epochs)",
    base=Experiment(units, activation=None, lr=0.01, epochs=25),
    varied={("hidden", "function"): {
        "linear classifier": (0, linear), "8 linear units": (8, linear), "2 tanh units": (2, tanh),
        "8 tanh units": (8, tanh), "8 ReLU units": (8, relu)}},
    load=load_xor,
    panels=[losses(window=20), curve("validation", "validation accuracy, %")],
    table=rows(WEIGHTS, LOSS, VALIDATION, TEST),
    seeds=8)

LINEAR = Comparison(
    title="A linear classifier of digits, and hidden layers of 100 (Adam, lr 0.001, 1,000 iterations)",
    base=Experiment(plain, iterations=1000),
    varied={("widths", "activation"): {
        "linear classifier": ((784, 10), "linear"), "100 linear units": ((784, 100, 10), "linear"),
        "100 ReLU units": ((784, 100, 10), "relu")}},
    panels=[losses(window=50, ylim=(0, 1)), curve("validation", "validation accuracy, %", ylim=(80, 100))],
    table=rows(WEIGHTS, LOSS, VALIDATION, TEST))
