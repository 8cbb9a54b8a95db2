"""Batch normalisation: what it does to first weights, learning rates, batches, sigmoids and overfitting."""
from functools import partial

from examples.fully_connected import normalised, plain
from nn import BatchNorm, GroupNorm, he
from report.comparison import Comparison
from report.comparisons.initialisation import normal
from report.comparisons.normalisation import BATCH_NORM, THREE, training_accuracy
from report.figure import against, curve, losses
from report.measurement import LOSS, TEST, VALIDATION, Paired, observed
from report.table import grid, rows
from training.experiment import Experiment

TWO = {"plain": plain, "batch normalisation": BATCH_NORM}


def he_in_the_end(activation, optimizer, initializer):
    """Batch normalisation, and He's first weights in the output layer, which no normalisation follows."""
    layers = BATCH_NORM(activation, optimizer, initializer=initializer)
    layers[-1].w = he(layers[-1].wshape)
    return layers


SCALE = Comparison(
    title="Five hidden layers of 100 (ReLU), Adam, lr 0.001, 300 iterations",
    base=Experiment(plain, iterations=300),
    varied={"make_layers": {**TWO, "batch normalisation, output layer He": he_in_the_end},
            "initializer": {scale: normal(scale) for scale in (0.0001, 0.001, 0.01, 0.03, 0.1, 0.3, 1.0)}},
    panels=[against("initializer", LOSS, xlabel="standard deviation of the first weights", ylim=(0, 2.5)),
            against("initializer", VALIDATION, xlabel="standard deviation of the first weights")],
    table=grid("initializer", VALIDATION))

RATE = Comparison(
    title="Learning rates: five hidden layers of 100 (ReLU, He), SGD, 300 iterations",
    base=Experiment(plain, optimizer="sgd", iterations=300),
    varied={"make_layers": TWO, "lr": [0.01, 0.03, 0.1, 0.3, 1.0, 3.0]},
    panels=[against("lr", LOSS, ylim=(0, 2.5)), against("lr", VALIDATION)],
    table=grid("lr", VALIDATION, Paired(VALIDATION)))

BATCH = Comparison(
    title="Size of the batch: two epochs of 1,500 images, five hidden layers of 100, SGD, lr 0.05",
    base=Experiment(plain, optimizer="sgd", lr=0.05, epochs=2),
    varied={"make_layers": {**THREE, "group normalisation, 10 groups": normalised(partial(GroupNorm, 10))},
            "batch_size": [2, 5, 10, 50]},
    images=1500,
    panels=[against("batch_size", LOSS, xlabel="images in a batch", ylim=(0, 2.5)),
            against("batch_size", VALIDATION, xlabel="images in a batch")],
    table=grid("batch_size", VALIDATION, Paired(VALIDATION, "plain")),
    seeds=5)


def fixed(channels, activation, optimizer):
    """Batch normalisation whose weights (gamma) stay 1, and its biases (beta) 0."""
    layer = BatchNorm(channels, activation, optimizer=optimizer)
    layer.trainable = False
    return layer


SIGMOID = Comparison(
    title="Batch normalisation before sigmoid and before ReLU, with and without gamma and beta (Adam)",
    base=Experiment(plain, iterations=300),
    varied={"activation": ["sigmoid", "relu"],
            "make_layers": {**TWO, "gamma = 1, beta = 0": normalised(fixed)}},
    panels=[losses(window=20, where={"activation": name}, ylim=(0, 2.5)) for name in ("sigmoid", "relu")],
    table=grid("activation", LOSS, VALIDATION, TEST, Paired(TEST)),
    seeds=5)

OVERFITTING = Comparison(
    title="Overfitting 1,000 training images: 784-200-200-10 (ReLU), Adam, lr 0.001, 20 epochs",
    base=Experiment(partial(plain, widths=(784, 200, 200, 10)), epochs=20),
    varied={"make_layers": {name: partial(make, widths=(784, 200, 200, 10)) for name, make in TWO.items()}},
    images=1000,
    observed={"training": training_accuracy},
    panels=[curve("validation", "validation accuracy, %", ylim=(70, 92)),
            curve("training", "training accuracy, %", ylim=(70, 100))],
    table=rows(LOSS, observed("training", "training accuracy, %"), VALIDATION, TEST, Paired(TEST)),
    seeds=5)
