"""The model answer to problem 5, a network of one's own; all other answers are the project's own code."""
import numpy as np

from nn.activation import linear, relu
from nn.conv import Conv
from nn.fullyconnected import FullyConnected
from nn.maxpooling import MaxPooling
from nn.optimizer import AdamOptimizer


def mine():
    """28x28x1 -> 24x24x16 -> pooled 12x12x16 -> 8x8x32 -> pooled 4x4x32 -> 64 -> 10."""
    return [
        Conv((5, 5, 1, 16), activation=relu, optimizer=AdamOptimizer(),
             filter_init=lambda shp: np.random.normal(size=shp) * np.sqrt(2.0 / (5 * 5 * 1))),
        MaxPooling(2),
        Conv((5, 5, 16, 32), activation=relu, optimizer=AdamOptimizer(),
             filter_init=lambda shp: np.random.normal(size=shp) * np.sqrt(2.0 / (5 * 5 * 16))),
        MaxPooling(2),
        FullyConnected((4 * 4 * 32, 64), activation=relu, optimizer=AdamOptimizer(),
                       weight_init=lambda shp: np.random.normal(size=shp) * np.sqrt(2.0 / (4 * 4 * 32))),
        FullyConnected((64, 10), activation=linear, optimizer=AdamOptimizer(),
                       weight_init=lambda shp: np.random.normal(size=shp) * np.sqrt(1.0 / 64)),
    ]
