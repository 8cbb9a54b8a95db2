"""Problem 5: your network. `python -m pytest tests/test_problem5.py`"""
import numpy as np
import pytest

from mnist_test import NETWORKS


def network():
    """Your network, or a skip where a layer of it belongs to another problem that is still open."""
    np.random.seed(0)
    try:
        net = NETWORKS["mine"]()
        net.train_step((np.random.random((2, 28, 28, 1)), np.eye(10)[:2]))
        return net
    except NotImplementedError as error:
        if "Problem 5" in str(error):
            raise
        pytest.skip(f"a layer of it is not written yet: {error}")


def test_sizes_fit():
    assert network().forward(np.random.random((3, 28, 28, 1))).shape == (3, 10)


def test_it_has_a_convolution():
    assert [layer for layer in network().layers if np.ndim(getattr(layer, "w", None)) == 4], "no convolution in it"


def test_it_learns_ten_images_by_heart():
    net = network()
    X, Y = np.random.random((10, 28, 28, 1)), np.eye(10)
    losses = [net.train_step((X, Y)) for _ in range(60)]
    assert losses[-1] < 0.8 * losses[0], f"the loss went from {losses[0]:.3f} to {losses[-1]:.3f} only"
