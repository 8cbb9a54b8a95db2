"""Recurrent networks: longer sequences need more work, and no more weights."""
from functools import partial

from nn import RNN, FullyConnected, LastStep, linear, xavier
from report.comparison import Comparison
from report.figure import curve, losses
from report.measurement import LOSS, MULTIPLICATIONS, TEST, VALIDATION, WEIGHTS
from report.table import rows
from training.experiment import Experiment


def reader(activation, optimizer):
    """28 numbers a step -> 64 hidden ones -> 10 from the last step."""
    return [RNN((28, 64), activation=activation, optimizer=optimizer, weight_init=xavier), LastStep(),
            FullyConnected((64, 10), activation=linear, optimizer=optimizer, weight_init=xavier)]


def first_steps(*sets, n):
    """The first n rows of each image."""
    return [(images[:, :n], labels) for images, labels in sets]


STEPS = Comparison(
    title="A recurrent network reads the first rows of digits (Adam, lr 0.001, 300 iterations)",
    base=Experiment(reader, activation="tanh", iterations=300),
    varied={"data": {f"{n} steps": partial(first_steps, n=n) for n in (7, 14, 28)}},
    panels=[losses(window=20), curve("validation", "validation accuracy, %")],
    table=rows(WEIGHTS, MULTIPLICATIONS, LOSS, VALIDATION, TEST))
