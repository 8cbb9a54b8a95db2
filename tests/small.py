"""Small layers and small data, so that a test's line shows only what it is about."""
import numpy as np

from nn.activation import tanh
from nn.conv import Conv
from nn.fullyconnected import FullyConnected
from nn.initializer import lecun
from nn.layer import AbstractLayer
from nn.optimizer import SGDOptimizer


def conv(*fshape, activation=tanh, optimizer=None, filter_init=lecun, kind=Conv, **more):
    return kind(fshape, activation=activation, optimizer=optimizer or SGDOptimizer(), filter_init=filter_init, **more)


def dense(*wshape, activation=tanh, optimizer=None, weight_init=lecun, kind=FullyConnected, **more):
    return kind(wshape, activation=activation, optimizer=optimizer or SGDOptimizer(), weight_init=weight_init, **more)


def data(*shape, classes=3, dtype=np.float64):
    """Inputs of this shape, normally distributed, and one-hot labels."""
    X = np.random.normal(size=shape)
    Y = np.eye(classes)[np.random.randint(classes, size=shape[0])]
    return X.astype(dtype), Y.astype(dtype)


class Scale(AbstractLayer):
    """A student's own layer, y = w x: just the five methods, and a weight that changes in place."""

    def __init__(self, w):
        self.w = np.array(w, dtype=np.float64)

    def forward(self, inputs):
        z = inputs * self.w
        return z, z

    def get_activation_grad(self, z, upstream_gradient):
        return upstream_gradient

    def backward(self, layer_err):
        return layer_err * self.w

    def get_weight_grad(self, inputs, layer_err):
        return np.sum(inputs * layer_err, axis=0)

    def update(self, grad, lr):
        self.w -= lr * grad


class Cube(AbstractLayer):
    """A student's own layer without weights, y = x^3."""

    def forward(self, inputs):
        return inputs, inputs ** 3

    def get_activation_grad(self, z, upstream_gradient):
        return upstream_gradient * 3 * z ** 2

    def backward(self, layer_err):
        return layer_err

    def get_weight_grad(self, inputs, layer_err):
        return None

    def update(self, grad, lr):
        assert grad is None
