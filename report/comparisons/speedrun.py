"""The parts of CIFAR-10's speed-run, each left out once: what is it worth?"""
from dataclasses import replace
from functools import partial

from examples.cifar10 import EXPERIMENTS, speedrun
from nn import Conv, he
from nn.loss import SoftmaxCrossEntropy
from readers.cifar10 import load_images
from report.comparison import Comparison
from report.figure import curve, losses
from report.measurement import LOSS, SECONDS, TEST, VALIDATION, Paired
from report.table import rows
from training.augment import AlternatingFlip, Compose, RandomFlip, RandomShift
from training.averaging import Lookahead

HALF = partial(speedrun, widths=(32, 128, 128))  # about a quarter of the multiplications
BASE = replace(EXPERIMENTS["speedrun"], make_layers=HALF, batch_size=256, lr=0.25, weight_decay=0.0266, epochs=3)
ALL = "all parts"


def learned_filters(activation, optimizer):
    """With a first convolution that begins with random filters and learns them."""
    _, *layers = HALF(activation, optimizer)
    return [Conv((2, 2, 3, 24), activation=activation, optimizer=Lookahead(optimizer), filter_init=he), *layers]


def late_pooling(activation, optimizer):
    """With each group's pooling after its first BatchNorm, and not before."""
    layers = HALF(activation, optimizer)
    for k in (2, 7, 12):
        layers[k:k + 2] = layers[k + 1], layers[k]
    return layers


SETTINGS = "make_layers", "activation", "optimizer", "weight_decay", "loss", "augment"


def changed(**settings):
    """The base's settings but for these."""
    return tuple(settings.get(name, getattr(BASE, name)) for name in SETTINGS)


ABLATION = Comparison(
    title="CIFAR-10's speed-run without one of its parts (half as wide, 10,240 images, 3 epochs)",
    base=BASE,
    varied={SETTINGS: {
        ALL: changed(),
        "learned first filters": changed(make_layers=learned_filters),
        "He's first weights": changed(make_layers=partial(HALF, initializer=he)),
        "biases as slow as weights": changed(make_layers=partial(HALF, rates={"w": 0, "b": 1})),
        "no look-ahead": changed(make_layers=partial(HALF, average=lambda optimizer: optimizer)),
        "pooling after BatchNorm": changed(make_layers=late_pooling),
        "ReLU": changed(activation="relu"),
        "decay in the gradient": changed(optimizer="nesterov", weight_decay=BASE.weight_decay / 10),
        "no label smoothing": changed(loss=SoftmaxCrossEntropy()),
        "random flips": changed(augment=Compose(RandomFlip(), RandomShift(2, "reflect"))),
        "shifts of zeros": changed(augment=Compose(AlternatingFlip(), RandomShift(2)))}},
    images=10240,
    validated=1000,
    every=20,
    panels=[losses(window=10), curve("validation", "validation accuracy, %")],
    table=rows(LOSS, VALIDATION, TEST, Paired(TEST, ALL), SECONDS),
    load=load_images,
    only_named=True)
