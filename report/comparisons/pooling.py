"""Pooling: four ways from two convolutions to a classifier, made to cost the same number of multiplications."""
import numpy as np

from nn import AvgPooling, Conv, FullyConnected, MaxPooling, he, linear
from nn.metrics import accuracy
from report.comparison import Comparison
from report.figure import curve, losses
from report.measurement import LOSS, MULTIPLICATIONS, SECONDS, TEST, WEIGHTS, Paired, observed
from report.table import rows
from training.experiment import Experiment


def two_convolutions(pool, channels, stride=1, side=4):
    """Two convolutions 5x5, each followed by the layers that pool() makes, then side x side x channels[1] -> 10."""
    def make_layers(activation, optimizer):
        first, second = channels
        return [
            Conv((5, 5, 1, first), activation=activation, optimizer=optimizer, filter_init=he, strides=stride),
            *pool(),
            Conv((5, 5, first, second), activation=activation, optimizer=optimizer, filter_init=he, strides=stride),
            *pool(),
            FullyConnected((side * side * second, 10), activation=linear, optimizer=optimizer, weight_init=he),
        ]
    return make_layers


def shifted(net, training, validation, test):
    """The accuracy over validation images shifted by two pixels down and right, which training has not seen so."""
    images, labels = validation
    return accuracy(net, np.roll(images, (2, 2), axis=(1, 2)), labels)


SHIFTED = observed("shifted", "shifted images, %")

POOLING = Comparison(
    title="No pooling, max, average, and strides instead, at equal cost (Adam, lr 0.001)",
    base=Experiment(two_convolutions(list, (8, 11), side=20), iterations=200),
    varied={"make_layers": {
        "none, 8 and 11 channels": two_convolutions(list, (8, 11), side=20),
        "max 2x2, 16 and 32": two_convolutions(lambda: [MaxPooling(2)], (16, 32)),
        "average 2x2, 16 and 32": two_convolutions(lambda: [AvgPooling(2)], (16, 32)),
        "stride 2, 32 and 72": two_convolutions(list, (32, 72), stride=2)}},
    observed={"shifted": shifted},
    every=100,
    tested=2000,
    panels=[losses(window=50, ylim=(0, 0.6)), curve("validation", "validation accuracy, %", ylim=(80, 97)),
            curve("shifted", "accuracy on images shifted by 2 pixels, %")],
    table=rows(MULTIPLICATIONS, WEIGHTS, SECONDS, LOSS, TEST, SHIFTED,
               *(Paired(SHIFTED, other) for other in ("none, 8 and 11 channels", "average 2x2, 16 and 32"))),
    seeds=8)
