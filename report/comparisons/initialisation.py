"""First weights: at which scale signals neither fade nor explode, and how much that matters in deeper networks."""
import numpy as np

import mnist_test
from examples.fully_connected import plain
from nn import he, lecun, xavier
from report.comparison import Comparison
from report.comparisons.networks import spread, with_spreads
from report.comparisons.optimizer import gradient_size
from report.figure import against, curve, losses
from report.measurement import LOSS, TEST, VALIDATION, observed
from report.table import grid, rows
from training.experiment import Experiment


def normal(scale):
    """An initialiser: normally distributed first weights of this standard deviation, whatever the layer's size."""
    def initializer(shape):
        return np.random.normal(size=shape) * scale
    return initializer


def last_spread(net, training, validation, test):
    return spread(net.layers, validation[0][:500])


def deep(activation, optimizer, initializer):
    """Twenty hidden layers of 100."""
    return plain(activation, optimizer, (784, *[100] * 20, 10), initializer)


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
