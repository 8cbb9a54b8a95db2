"""The networks that are timed, each a list of layers; a network gets the same weights every time it is built.

`benchmarks.pytorch` has the same ones, under the same names, as PyTorch spells them. No list needs a Flatten here: our
fully connected layer takes images as rows of H * W * C numbers.
"""
from typing import Callable, NamedTuple

import numpy as np

from nn.activation import leaky_relu, linear, relu, sigmoid
from nn.conv import Conv
from nn.fullyconnected import FullyConnected
from nn.initializer import he
from nn.loss import cross_entropy
from nn.maxpooling import MaxPooling
from nn.network import Network
from nn.optimizer import AdamOptimizer


class Entry(NamedTuple):
    """image: (H, W, C) of one input. lr, weight_decay: Adam's. batches: the sizes timed. block: steps a turn."""

    title: str
    layers: Callable
    image: tuple = (28, 28, 1)
    lr: float = 1e-3
    weight_decay: float = 0.0
    batches: tuple = (50, 128)
    block: int = 10


def conv(fshape, activation, decay=0.0, **options):
    return Conv(fshape, activation, he, AdamOptimizer(weight_decay=decay), **options)


def fc(n_in, n_out, activation, decay=0.0):
    return FullyConnected((n_in, n_out), activation, he, AdamOptimizer(weight_decay=decay))


def cifar():
    from nn.batchnorm import BatchNorm  # here, because the other networks do without it
    decay = NETWORKS["cifar"].weight_decay

    def block(k, c_in, c_out):
        return [conv((k, k, c_in, c_out), linear, decay, pad="same"),
                BatchNorm(c_out, activation=relu, optimizer=AdamOptimizer())]

    return [*block(5, 3, 64), *block(3, 64, 32), *block(3, 32, 32), MaxPooling(2),
            *block(3, 32, 32), *block(3, 32, 16), *block(3, 16, 16), MaxPooling(2),
            fc(8 * 8 * 16, 10, linear, decay), BatchNorm(10, activation=linear, optimizer=AdamOptimizer())]


NETWORKS = {
    "assignment": Entry("assignment's CNN", lambda: [
        conv((5, 5, 1, 16), relu), conv((6, 6, 16, 32), relu, strides=2), conv((6, 6, 32, 64), relu, strides=2),
        fc(3 * 3 * 64, 180, relu), fc(180, 10, linear)]),
    "lenet": Entry("LeNet", lambda: [
        conv((5, 5, 1, 16), relu), MaxPooling(2), conv((5, 5, 16, 32), relu), MaxPooling(2),
        fc(4 * 4 * 32, 128, relu), fc(128, 10, linear)]),
    "report": Entry("report's CNN", lambda: [
        conv((3, 3, 1, 16), leaky_relu), conv((4, 4, 16, 32), leaky_relu, strides=2), MaxPooling(2),
        fc(6 * 6 * 32, 256, leaky_relu), fc(256, 10, linear)]),
    "mlp": Entry("MLP 784-100-50-10", lambda: [
        fc(28 * 28, 100, sigmoid), fc(100, 50, sigmoid), fc(50, 10, linear)]),
    "cifar": Entry("six convolutions, BatchNorm", cifar, (32, 32, 3), 3e-3, 1e-5, batches=(64,), block=3),
}


def first_layers(name):
    """The list of layers of this name, with the same first weights each time."""
    np.random.seed(0)
    return NETWORKS[name].layers()


def build(name):
    """The network of this name, in float32."""
    return Network(first_layers(name), lr=NETWORKS[name].lr, loss=cross_entropy)


def walk(layers, image):
    """(layer, shape of its input, shape of its output) of each layer, for one image (H, W, C), without the N of a batch.

    It builds no `Network`: that one sets this process's memory up for speed, and PyTorch's is to be as PyTorch has it.
    """
    x = np.zeros((1, *image))
    for layer in layers:
        out = layer.predict(x)
        yield layer, x.shape[1:], out.shape[1:]
        x = out
