"""Problem 4: first weights. `python -m pytest tests/test_problem4.py`"""
import numpy as np
import pytest

from mnist_loader import load_data
from mnist_test import assignment
from nn.activation import relu
from nn.optimizer import AdamOptimizer


def test_signals_neither_fade_nor_explode_on_their_way_through_the_layers():
    try:
        relu.compute(np.zeros(1))
    except NotImplementedError as error:
        pytest.skip(f"needs ReLU first: {error}")
    np.random.seed(0)
    images = load_data()[2][0][:200].reshape(-1, 28, 28, 1)
    signal = images / np.sqrt(np.mean(images ** 2))  # of size 1: the root of the mean of the squares
    for number, layer in enumerate(assignment(relu, AdamOptimizer()), 1):
        z, signal = layer.forward(signal)
        size = np.sqrt(np.mean(z ** 2))
        assert 0.6 < size < 3, f"Problem 4: z of layer {number} ({layer}) has the size {size:.3f}, and should be near 1"
