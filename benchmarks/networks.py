"""The networks that are timed, each a list of layers; a network gets the same weights every time it is built."""
from dataclasses import replace
from typing import Callable, NamedTuple

import numpy as np

import mnist_test
from examples import cifar10
from nn.activation import leaky_relu, linear, relu
from nn.batchnorm import BatchNorm
from nn.conv import Conv
from nn.fullyconnected import FullyConnected
from nn.initializer import he
from nn.loss import cross_entropy
from nn.maxpooling import MaxPooling
from nn.network import Network
from nn.optimizer import AdamOptimizer


class Entry(NamedTuple):
    """image: (H, W, C) of one input. lr: Adam's. batches: the sizes timed. steps: how many a turn."""

    title: str
    make_layers: Callable
    image: tuple = (28, 28, 1)
    lr: float = 1e-3
    batches: tuple = (50, 128)
    steps: int = 10


def conv(fshape, activation, **options):
    return Conv(fshape, activation, he, AdamOptimizer(), **options)


def fc(n_in, n_out, activation):
    return FullyConnected((n_in, n_out), activation, he, AdamOptimizer())


def lenet(conv):
    """conv(fshape): the layers of a convolution, with what comes after it."""
    return [*conv((5, 5, 1, 16)), MaxPooling(2), *conv((5, 5, 16, 32)), MaxPooling(2),
            fc(4 * 4 * 32, 128, relu), fc(128, 10, linear)]


def normalised(fshape, **options):
    return [conv(fshape, linear, **options), BatchNorm(fshape[-1], relu, optimizer=AdamOptimizer())]


def vgg():
    """Two 3x3 convolutions for each size of a picture, as in Simonyan & Zisserman (2014), arXiv 1409.1556."""
    blocks = [[*normalised((3, 3, c_in, c_out), pad="same"), *normalised((3, 3, c_out, c_out), pad="same"),
               MaxPooling(2)] for c_in, c_out in ((3, 64), (64, 128), (128, 256))]
    return [*sum(blocks, []), fc(4 * 4 * 256, 10, linear)]


DEFAULT, ASSIGNMENT = mnist_test.EXPERIMENTS["cnn"], mnist_test.EXPERIMENTS["assignment"]
# PyTorch's Adam lets biases decay, too, and the sides would not compute the same
SIX_CONV = replace(cifar10.EXPERIMENTS["six-conv"], weight_decay=0.0)
MLP = replace(mnist_test.EXPERIMENTS["mlp"], activation="sigmoid")  # as the course first has it
NETWORKS = {
    "assignment": Entry("assignment's CNN", ASSIGNMENT.layers),
    "lenet": Entry("LeNet", lambda: lenet(lambda fshape: [conv(fshape, relu)])),
    "lenet-batchnorm": Entry("LeNet with BatchNorm", lambda: lenet(normalised)),
    "report": Entry("report's CNN", lambda: [
        conv((3, 3, 1, 16), leaky_relu), conv((4, 4, 16, 32), leaky_relu, strides=2), MaxPooling(2),
        fc(6 * 6 * 32, 256, leaky_relu), fc(256, 10, linear)]),
    "mlp": Entry("MLP 784-100-50-10", MLP.layers),
    "cnn": Entry("default network", DEFAULT.layers, lr=DEFAULT.lr),
    "cifar": Entry("six convolutions, BatchNorm", SIX_CONV.layers, (32, 32, 3), SIX_CONV.lr,
                   batches=(SIX_CONV.batch_size,), steps=3),
    "vgg": Entry("six wide convolutions, BatchNorm", vgg, (32, 32, 3), batches=(128,), steps=1),
}


def first_layers(name):
    """The list of layers of this name, with the same first weights each time."""
    np.random.seed(0)
    return NETWORKS[name].make_layers()


def build(name, dtype=np.float32):
    """The network of this name."""
    return Network(first_layers(name), NETWORKS[name].lr, cross_entropy, dtype)
