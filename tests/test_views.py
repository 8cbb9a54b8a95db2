"""Test-time views: the answers to an image, its mirror image and both shifted are averaged."""
import numpy as np

from nn import Network, cross_entropy
from nn.metrics import accuracy
from tests.small import conv, dense
from training.views import Views


def test_the_mean_of_six_views():
    np.random.seed(0)
    net = Network([conv(3, 2, 2, 3), dense(4 * 3 * 3, 4)], 0.1, cross_entropy, np.float64)
    X, before = np.random.normal(size=(5, 6, 4, 2)), None
    before = X.copy()
    framed = np.pad(X, ((0, 0), (1, 1), (1, 1), (0, 0)), mode="reflect")
    views = [(X, 1 / 4), (framed[:, :6, :4], 1 / 8), (framed[:, 2:, 2:], 1 / 8)]
    expected = sum(share * (net.forward(view) + net.forward(np.flip(view, 2))) for view, share in views)
    np.testing.assert_allclose(Views(net).forward(X), expected, rtol=1e-12)
    np.testing.assert_array_equal(X, before)
    assert accuracy(Views(net), X, np.eye(4)[expected.argmax(axis=1)]) == 100
