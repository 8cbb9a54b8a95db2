"""First weights: at which scale signals neither fade nor explode, and how much that matters in deeper networks."""
from functools import partial

import numpy as np

import mnist_test
from examples.fully_connected import plain
from nn import Network, SGDOptimizer, cross_entropy, he, lecun, xavier
from readers.mnist import load_images
from report.comparison import Comparison, loaded
from report.comparisons.networks import spread, with_spreads
from report.comparisons.optimizer import gradient_size, growth
from report.figure import against, bars, curve, histograms, losses
from report.measurement import LOSS, TEST, VALIDATION, Paired, observed
from report.table import grid, rows
from training.experiment import ACTIVATIONS, Experiment


def normal(scale):
    """An initialiser: normally distributed first weights of this standard deviation, whatever the layer's size."""
    def initializer(shape):
        return np.random.normal(size=shape) * scale
    return initializer


def last_spread(net, training, validation, test):
    return spread(net.layers, validation[0][:500])


def deep(activation, optimizer, initializer, depth=20):
    """So many hidden layers of 100."""
    return plain(activation, optimizer, (784, *[100] * depth, 10), initializer)


DEEP = Comparison(
    title="First weights in twenty hidden layers of 100, SGD, lr 0.05",
    base=Experiment(deep, optimizer="sgd", lr=0.05, iterations=500),
    varied={"activation": ["tanh", "relu"],
            "initializer": {"zeros": np.zeros, "0.01 x normal": normal(0.01), "LeCun": lecun, "Xavier": xavier,
                            "He": he}},
    observed={"spread": last_spread, "gradient": gradient_size},
    panels=[losses(window=20, where={"activation": name}, ylim=(0, 2.5)) for name in ("tanh", "relu")],
    table=rows(observed("spread", "last hidden layer's spread at first", ".1e", at=0),
               observed("gradient", "first layer's gradient at first", ".1e", at=0), LOSS, TEST))

GROWTH = observed("growth", "first layer's error / last one's, at first", ".1f", at=0)

GRADIENTS = Comparison(
    title="Gradients explode in deep tanh networks: hidden layers of 100, SGD, lr 0.05",
    base=Experiment(deep, activation="tanh", optimizer="sgd", lr=0.05, iterations=300),
    varied={"depth": [20, 40, 80], "initializer": {"Xavier": xavier, "He": he}},
    observed={"spread": last_spread, "growth": growth},
    every=300,
    panels=[against("depth", GROWTH, xlabel="hidden layers", yscale="log"),
            against("depth", VALIDATION, xlabel="hidden layers")],
    table=rows(observed("spread", "last hidden layer's spread at first", ".2f", at=0), GROWTH, LOSS, VALIDATION, TEST,
               Paired(TEST)))

FIRST_WEIGHTS = {"0.01 x normal": normal(0.01), "1 x normal": normal(1), "Xavier": xavier, "He": he}


def first_activations(activation):
    """label of the first weights -> the activations of five hidden layers of 100, for 500 images, with seed 0."""
    images, found = loaded(load_images)[1][0][:500], {}
    for label, initializer in FIRST_WEIGHTS.items():
        np.random.seed(0)
        net = Network(deep(ACTIVATIONS[activation], SGDOptimizer(), initializer, depth=5), 0.1, cross_entropy)
        found[label] = [*net.activations(images)][1:-1]
    return found


RANGES = {"sigmoid": (0, 1), "tanh": (-1, 1), "relu": (0, 3)}

ACTIVATED = Comparison(
    title="First weights and activation functions: five hidden layers of 100, Adam, lr 0.001, 300 iterations",
    base=Experiment(deep, iterations=300),
    varied={"activation": [*RANGES], ("initializer", "depth"): {
        label: (initializer, 5) for label, initializer in FIRST_WEIGHTS.items()}},
    panels=[*(histograms(name, partial(first_activations, name), *limits) for name, limits in RANGES.items()),
            bars(VALIDATION)],
    table=rows(LOSS, VALIDATION, TEST))


def columns(net, training, validation, test):
    """How many of the first layer's columns, one a unit, differ from one another by more than rounding."""
    w = next(layer for layer in net.layers if layer.weights).w
    return len(np.unique(w.round(4), axis=1).T)


def constant(number):
    return partial(np.full, fill_value=number)


EQUAL = Comparison(
    title="Equal first weights: 784-100-50-10 (ReLU), Adam, lr 0.001, 500 iterations",
    base=Experiment(plain, iterations=500),
    varied={("widths", "initializer"): {
        "0": ((784, 100, 50, 10), constant(0.0)), "0.05": ((784, 100, 50, 10), constant(0.05)),
        "one unit a layer, He": ((784, 1, 1, 10), he), "He": ((784, 100, 50, 10), he)}},
    observed={"columns": columns},
    panels=[losses(window=20), curve("validation", "validation accuracy, %")],
    table=rows(observed("columns", "different columns of the first layer at the end", ".0f"), LOSS, VALIDATION, TEST))

# the hand-out's sqrt(1 / n): n is taken from the pictures' sizes, and in the last line it is 100
HAND_OUTS = [np.sqrt(1 / n) for n in (28 * 28, 16 * 24 * 24, 32 * 10 * 10, 3 * 3 * 64, 100)]
FAN_INS = (5 * 5 * 1, 6 * 6 * 16, 6 * 6 * 32, 3 * 3 * 64, 180)


def assignment(activation, optimizer, spreads):
    """The assignment's CNN with first weights of these standard deviations."""
    return with_spreads(mnist_test.assignment(activation, optimizer), spreads)


HAND_OUT = Comparison(
    title="First weights in the assignment's CNN (ReLU), Adam, lr 0.0002",
    base=Experiment(assignment, lr=0.0002, iterations=200),
    varied={"spreads": {"as handed out": HAND_OUTS, "1 / fan_in": [np.sqrt(1 / n) for n in FAN_INS],
                        "2 / fan_in (He)": [np.sqrt(2 / n) for n in FAN_INS]}},
    observed={"spread": last_spread},
    panels=[losses(window=10), curve("validation", "validation accuracy, %")],
    table=rows(observed("spread", "last hidden layer's spread at first", ".1e", at=0), LOSS, VALIDATION, TEST))

SCALES = [0.003, 0.01, 0.03, 0.1, 0.2, 0.3, 1.0]

DEPTH = Comparison(
    title="Sensitivity to the scale of the first weights (ReLU), SGD, lr 0.05",
    base=Experiment(plain, optimizer="sgd", lr=0.05, iterations=500),
    varied={"widths": {"3 layers": (784, 100, 100, 10), "5 layers": (784, 100, 100, 100, 100, 10)},
            "initializer": {scale: normal(scale) for scale in SCALES}},
    panels=[against("initializer", LOSS, xlabel="standard deviation of the first weights", ylim=(0, 2.5)),
            against("initializer", VALIDATION, xlabel="standard deviation of the first weights")],
    table=grid("initializer", VALIDATION))
