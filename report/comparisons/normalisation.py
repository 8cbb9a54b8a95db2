"""Normalisation: what it is like to prepare the data, layer normalisation over width, depth and decay; and dropout."""
from functools import partial

import numpy as np

from examples.fully_connected import dropped, normalised, plain
from nn import BatchNorm, LayerNorm
from nn.metrics import accuracy
from report.comparison import Comparison
from report.comparisons.optimizer import growth
from report.figure import against, bars, curve
from report.measurement import LOSS, TEST, VALIDATION, Paired, observed
from report.table import grid, rows
from training.experiment import Experiment

BATCH_NORM, LAYER_NORM = normalised(BatchNorm), normalised(LayerNorm)
THREE = {"plain": plain, "batch normalisation": BATCH_NORM, "layer normalisation": LAYER_NORM}
AGAINST_PLAIN = Paired(VALIDATION, "plain")


def widths(width, depth):
    return (784, *[width] * depth, 10)


def each_row(images):
    """Each row of pixels divided by its sum; an empty one stays."""
    sums = images.sum(axis=(2, 3), keepdims=True)
    return images / np.where(sums == 0, 1, sums) * 10  # 10: about as large as the images were


def each_image(images):
    """Each image divided by its sum."""
    return images / images.sum(axis=(1, 2, 3), keepdims=True) * 100


def brighter(images):
    """Each image as bright as chance has it, from a tenth to ten times."""
    factors = 10 ** np.random.default_rng(0).uniform(-1, 1, size=len(images))
    return (images * factors[:, None, None, None]).astype(np.float32)


def moved(images):
    """A pattern that is the same for all images, added to each."""
    return images + 5 * np.random.default_rng(0).normal(size=images.shape[1:]).astype(np.float32)


def prepared(disturb, prepare):
    """A function of three sets whose images are disturbed and then prepared; prepare(images, training images)."""
    def data(*sets):
        disturbed = [(disturb(images), labels) for images, labels in sets]
        return [(prepare(images, disturbed[0][0]), labels) for images, labels in disturbed]
    return data


PREPARATIONS = {
    "nothing": lambda images, training: images,
    "each row sums to 1": lambda images, training: each_row(images),
    "each image sums to 1": lambda images, training: each_image(images),
    "minus the mean image": lambda images, training: images - training.mean(axis=0),
    "threshold": lambda images, training: (images > 0.5).astype(np.float32),
}
DISTURBANCES = {"as they are": lambda images: images, "each brighter or darker": brighter, "a pattern added": moved}


def after(activation, optimizer, first):
    """784 -> 100 -> 10, after the layers that first(optimizer) makes."""
    flatten, *rest = plain(activation, optimizer, widths(100, 1))
    return [flatten, *first(optimizer), *rest]


def preparations():
    """(how images are prepared, how they were disturbed) -> (the layers that come first, the data)."""
    layers = {"batch normalisation": lambda optimizer: [BatchNorm(784, optimizer=optimizer)],
              "layer normalisation": lambda optimizer: [LayerNorm(784, optimizer=optimizer)]}
    for disturbance, disturb in DISTURBANCES.items():
        for name, prepare in PREPARATIONS.items():
            yield (name, disturbance), (lambda optimizer: [], prepared(disturb, prepare))
        for name, first in layers.items():
            yield (name, disturbance), (first, prepared(disturb, PREPARATIONS["nothing"]))


PREPROCESSING = Comparison(
    title="Which preparation of the images undoes which disturbance (784-100-10, Adam, lr 0.001)",
    base=Experiment(after, iterations=500),
    images=25000,
    varied={("first", "data"): dict(preparations())},
    panels=[bars(VALIDATION, where={"data": disturbance}) for disturbance in DISTURBANCES],
    table=grid("data", VALIDATION))

GROWTH = observed("growth", "first layer's error / last one's, at first", ".2f", at=0)

WIDTH = Comparison(
    title="Layer normalisation of few features: three hidden layers, Adam, lr 0.003, 600 iterations",
    base=Experiment(plain, lr=0.003, iterations=600),
    varied={"make_layers": THREE, "widths": {width: widths(width, 3) for width in (2, 4, 8)}},
    panels=[against("widths", LOSS, xlabel="units in a hidden layer"),
            against("widths", VALIDATION, xlabel="units in a hidden layer")],
    table=grid("widths", VALIDATION, AGAINST_PLAIN, title="units"),
    seeds=8)

DEPTH = Comparison(
    title="Layer normalisation in deep networks: hidden layers of 50, Adam, lr 0.001, 500 iterations",
    base=Experiment(plain, iterations=500),
    varied={"make_layers": THREE, "widths": {depth: widths(50, depth) for depth in (2, 5, 10, 20)}},
    panels=[against("widths", LOSS, xlabel="hidden layers", ylim=(0, 2.5)),
            against("widths", VALIDATION, xlabel="hidden layers"),
            against("widths", GROWTH, xlabel="hidden layers", yscale="log")],
    observed={"growth": growth},
    table=grid("widths", VALIDATION, AGAINST_PLAIN, GROWTH, title="layers"),
    seeds=5)

DECAY = Comparison(
    title="Layer normalisation and weight decay: five hidden layers of 100, SGD, lr 0.05, 600 iterations",
    base=Experiment(plain, optimizer="sgd", lr=0.05, iterations=600),
    varied={"make_layers": {**THREE, "layer normalisation, no biases before it": partial(LAYER_NORM, bias=False)},
            "weight_decay": [0.001, 0.01, 0.1, 1.0]},
    panels=[against("weight_decay", LOSS, ylim=(0, 2.5)), against("weight_decay", VALIDATION)],
    table=grid("weight_decay", VALIDATION, Paired(VALIDATION)),
    seeds=5)


def training_accuracy(net, training, validation, test):
    images, labels = training
    return accuracy(net, images[:2000], labels[:2000])


DROPOUT = Comparison(
    title="Dropout with 1,000 training images: 784-500-500-10 (ReLU), Adam, lr 0.001, 40 epochs",
    base=Experiment(partial(dropped, widths=(784, 500, 500, 10)), epochs=40),
    varied={"p": [0.0, 0.1, 0.25, 0.5, 0.75]},
    images=1000,
    observed={"training": training_accuracy},
    panels=[curve("validation", "validation accuracy, %", ylim=(80, 92)),
            curve("training", "training accuracy, %", ylim=(80, 100))],
    table=rows(LOSS, observed("training", "training accuracy, %"), VALIDATION, TEST))
