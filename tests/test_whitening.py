"""Whitened patches are uncorrelated and of variance 1; the filters come from the first batch, and then stay."""
import numpy as np
import pytest

from nn import Network, PatchWhitening, check_layer, cross_entropy, silu
from tests.small import dense


def smooth_images(n):
    """Neighbouring pixels, and the three colours, are much alike."""
    X = np.random.normal(size=(n, 9, 8, 3)) + 2 * np.random.normal(size=(n, 9, 8, 1))
    return np.cumsum(X, axis=2) + 5


@pytest.mark.parametrize("kernel", [2, 3])
def test_what_comes_out_is_white_and_its_negative(kernel):
    layer, X = PatchWhitening(kernel, 3), smooth_images(200)
    half = kernel * kernel * 3
    z, _ = layer.forward(X)
    assert z.shape == (200, 10 - kernel, 9 - kernel, 2 * half)
    np.testing.assert_allclose(np.cov(z[..., :half].reshape(-1, half).T), np.eye(half), atol=2e-3)
    np.testing.assert_allclose(z[..., half:], -z[..., :half], atol=1e-9)


def test_filters_are_found_in_the_first_step_stay_and_are_saved(tmp_path):
    def network():
        return Network([PatchWhitening(2, 3, silu), dense(8 * 7 * 24, 3)], 0.01, cross_entropy)

    net, X, Y = network(), smooth_images(6).astype(np.float32), np.eye(3)[[0, 1, 2, 0, 1, 2]]
    net.gradients((X, Y))
    assert not net.layers[0].w.any()  # nothing is updated
    net.train_step((X, Y))
    found = net.layers[0].w.copy()
    net.train_step((2 * X, Y))
    np.testing.assert_array_equal(net.layers[0].w, found)
    net.save(tmp_path / "w.npz")
    other = network()
    other.load(tmp_path / "w.npz")
    np.testing.assert_array_equal(other.forward(X), net.forward(X))


def test_it_keeps_its_promises():
    check_layer(PatchWhitening(2, 3, silu), smooth_images(5))
