"""Train on CIFAR-10, photographs of ten kinds of things: `python -m examples.cifar10 --network narrow-to-wide`."""
from dataclasses import replace
from functools import partial

import numpy as np

from nn import BatchNorm, Conv, Flatten, FullyConnected, MaxPooling, PatchWhitening, he, identity, linear
from nn.initializer import fans
from nn.loss import SoftmaxCrossEntropy
from readers.cifar10 import load_images
from training.augment import AlternatingFlip, Compose, RandomFlip, RandomShift
from training.averaging import Lookahead
from training.command import run
from training.experiment import Experiment
from training.program import as_program


def two_layer(activation, optimizer):
    """One hidden layer of 4000: 3072 -> 4000 -> 10, without biases."""
    return [
        Flatten((32, 32, 3)),
        FullyConnected((3 * 32 * 32, 4000), activation=activation, optimizer=optimizer, weight_init=he, bias=False),
        FullyConnected((4000, 10), activation=linear, optimizer=optimizer, weight_init=he, bias=False),
    ]


def three_layer(activation, optimizer, initializer=he):
    """Two convolutions and a classifier: 32x32x3 -> 32x32x32 -> 32x32x16 -> 10."""
    return [
        Conv((5, 5, 3, 32), activation=activation, optimizer=optimizer, filter_init=initializer, pad=2),
        Conv((3, 3, 32, 16), activation=activation, optimizer=optimizer, filter_init=initializer, pad=1),
        Flatten((32, 32, 16)),
        FullyConnected((32 * 32 * 16, 10), activation=linear, optimizer=optimizer, weight_init=initializer),
    ]


def three_layer_small(activation, optimizer):
    """The same from PyTorch's usual first weights, which are smaller: uniform within 1 / sqrt(fan_in) of 0."""
    def uniform(shape):
        return np.random.uniform(-1, 1, size=shape) / np.sqrt(fans(shape)[0])
    return three_layer(activation, optimizer, uniform)


def six_conv(activation, optimizer):
    """Six convolutions with batch normalisation, pooled twice: 32x32 -> 16x16 -> 8x8x16 -> 10.

    As in the document, the last layer is BatchNorm. `--check` names that: outputs of variance 1 are no free logits.
    """
    def block(size, c_in, c_out):
        return [Conv((size, size, c_in, c_out), activation=linear, optimizer=optimizer, filter_init=he, pad="same"),
                BatchNorm(c_out, activation=activation, optimizer=optimizer)]

    return [
        *block(5, 3, 64), *block(3, 64, 32), *block(3, 32, 32), MaxPooling(2),
        *block(3, 32, 32), *block(3, 32, 16), *block(3, 16, 16), MaxPooling(2),
        Flatten((8, 8, 16)),
        FullyConnected((8 * 8 * 16, 10), activation=linear, optimizer=optimizer, weight_init=he),
        BatchNorm(10, activation=linear, optimizer=optimizer),
    ]


FAST_BIASES = {"w": 0, "b": 64}


def handing_on(activation, optimizer, initializer=identity, rates=FAST_BIASES):
    """A function (c_in, c_out, *pooling) -> a convolution that begins by handing on what it is given, with its pooling.

    Where a picture shrinks, it does so right after its convolution, so that BatchNorm and activation have a quarter of
    the work; BatchNorm has no need of a convolution's bias, because it subtracts the mean. Its scale stays 1, and its
    own biases take large steps.
    """
    def convolution(c_in, c_out, *pooling):
        return [Conv((3, 3, c_in, c_out), activation=linear, optimizer=optimizer, filter_init=initializer, pad="same",
                     bias=False), *pooling,
                BatchNorm(c_out, activation=activation, optimizer=optimizer, momentum=0.4, rates=rates)]
    return convolution


def quiet_classifier(n_in, optimizer):
    """The last layer, whose outputs are small at first: uniform within 1 / 9 of what PyTorch draws.

    Its steps are small, too: `speedrun`'s paper divides the outputs by 9, and so the steps of what makes them by 81.
    """
    def small(shape):
        return np.random.uniform(-1, 1, size=shape) / np.sqrt(fans(shape)[0]) / 9

    last = FullyConnected((n_in, 10), activation=linear, optimizer=optimizer, weight_init=small, bias=False)
    last.rates = {"w": 1 / 81}
    return last


def speedrun(activation, optimizer, initializer=identity, rates=FAST_BIASES, average=Lookahead, widths=(64, 256, 256)):
    """The shape of the field's 94 % in few seconds (Jordan, 2024, arXiv 2404.00498), with what it is made of.

    A convolution of fixed whitening filters, then six that begin by handing on what they are given, in three groups,
    each pooled after its first. All weights are an average over the last steps. Each part can be replaced by another
    one. widths: how many filters the convolutions of each group have.
    """
    optimizer = average(optimizer)
    last, convolution = quiet_classifier(widths[-1], optimizer), handing_on(activation, optimizer, initializer, rates)
    groups = [[*convolution(c_in, c_out, MaxPooling(2)), *convolution(c_out, c_out)]
              for c_in, c_out in zip((24, *widths), widths)]
    return [PatchWhitening(2, 3, activation), *sum(groups, []), MaxPooling(3), Flatten((1, 1, widths[-1])), last]


# a third of the multiplications: narrow where a picture is large, and as wide as before where it is small
narrow_to_wide = partial(speedrun, widths=(32, 128, 256))
SPEEDRUN = Experiment(speedrun, activation="silu", optimizer="nesterovw", lr=0.5, weight_decay=0.0133, batch_size=512,
                      epochs=10, schedule="one-cycle", loss=SoftmaxCrossEntropy(label_smoothing=0.2),
                      augment=Compose(AlternatingFlip(), RandomShift(2, "reflect")))
EXPERIMENTS = {
    "two-layer": Experiment(two_layer, optimizer="sgd", lr=0.01, batch_size=64, epochs=2),
    "three-layer": Experiment(three_layer, optimizer="sgd", lr=0.003, batch_size=64, epochs=2),
    "three-layer-nesterov": Experiment(three_layer_small, optimizer="nesterov", lr=0.01, batch_size=64, epochs=2),
    "six-conv": Experiment(six_conv, optimizer="adam", lr=0.003, weight_decay=1e-5, batch_size=64, epochs=10,
                           schedule="cosine", augment=RandomFlip()),
    "six-conv-report": Experiment(six_conv, optimizer="adam", lr=0.003, weight_decay=1e-5, batch_size=64, epochs=10),
    "narrow-to-wide": replace(SPEEDRUN, make_layers=narrow_to_wide, activation="relu", batch_size=256, lr=0.25,
                              epochs=12),
    "speedrun": SPEEDRUN,
}


if __name__ == "__main__":
    as_program(run, EXPERIMENTS, load_images, __doc__)
