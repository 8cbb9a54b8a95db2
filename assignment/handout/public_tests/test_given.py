"""What you were given is right: these tests pass from the start, and if one fails, a given file was changed."""
import numpy as np

from mnist_test import mlp
from nn.activation import cross_entropy, linear, sigmoid, tanh
from nn.conv import Conv
from nn.flatten import Flatten
from nn.fullyconnected import FullyConnected
from nn.gradient_check import check_gradients
from nn.network import Network
from nn.optimizer import SGDOptimizer


def small(shape):
    return np.random.normal(size=shape) * 0.3


def test_gradients_of_convolution_and_fully_connected():
    np.random.seed(0)
    layers = [
        Conv((3, 2, 1, 2), strides=2, activation=tanh, optimizer=SGDOptimizer(), filter_init=small),
        Flatten((2, 2, 2)),
        FullyConnected((8, 3), activation=linear, optimizer=SGDOptimizer(), weight_init=small),
    ]
    X, Y = np.random.normal(size=(4, 6, 5, 1)), np.eye(3)[[0, 1, 2, 1]]
    for row in check_gradients(layers, cross_entropy, X, Y):
        assert row.error < 1e-6, row


def test_the_three_layer_network_learns():
    np.random.seed(0)
    net = Network(mlp(sigmoid, SGDOptimizer()), lr=0.5, loss=cross_entropy)
    X, Y = np.random.random((20, 28, 28, 1)), np.eye(10)[np.arange(20) % 10]
    losses = [net.train_step((X, Y)) for _ in range(50)]
    assert losses[-1] < losses[0] - 0.1
