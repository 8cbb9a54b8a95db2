"""The gradient of the input is the measured slope, a step along its sign raises the loss, and the picture is drawn."""
import numpy as np
import pytest

import mnist_test
from examples import input_gradients
from examples.input_gradients import input_gradient, liked, saliency, stepped, uphill
from nn import Flatten, MaxPooling, Network, cross_entropy
from tests.small import conv, data, dense
from tests.test_program import tiny_mnist


def small():
    """A network of 6x6x2 images in three classes, and images in 0..1 with their labels."""
    net = Network([conv(3, 3, 2, 4), MaxPooling(2), Flatten((2, 2, 4)), dense(16, 3)], 0.1, cross_entropy, np.float64)
    X, Y = data(5, 6, 6, 2)
    return net, np.abs(X) / 4, Y


def slopes(function, X):
    """By central differences: how much function(X)[n] changes with each number of X[n]."""
    found = np.zeros(X.shape)
    for at in np.ndindex(X.shape):
        more, less = X.copy(), X.copy()
        more[at], less[at] = X[at] + 1e-6, X[at] - 1e-6
        found[at] = (function(more)[at[0]] - function(less)[at[0]]) / 2e-6
    return found


def test_the_gradient_of_the_input_is_the_measured_slope_and_changes_nothing():
    net, X, Y = small()
    before, weights = X.copy(), [layer.w.copy() for layer in net.layers if layer.weights]
    expected = slopes(lambda X: (net.forward(X) * Y).sum(axis=1), X)
    np.testing.assert_allclose(input_gradient(net, X, lambda outputs: Y), expected, atol=1e-8)
    np.testing.assert_allclose(saliency(net, X, Y), np.abs(expected).max(axis=-1), atol=1e-8)
    stepped(X, uphill(net, X, Y), 0.1)
    np.testing.assert_array_equal(X, before)
    for layer, w in zip((layer for layer in net.layers if layer.weights), weights):
        np.testing.assert_array_equal(layer.w, w)


def test_a_step_uphill_raises_the_loss_of_each_image_and_stays_an_image(monkeypatch):
    net, X, Y = small()
    monkeypatch.setattr(input_gradients, "PIECE", 2)
    fooling = stepped(X, uphill(net, X, Y), 0.01)
    assert 0 <= fooling.min() and fooling.max() <= 1 and 0 < np.abs(fooling - X).max() < 0.0101
    for n in range(len(X)):
        one = slice(n, n + 1)
        assert cross_entropy.compute(net.forward(fooling[one]), Y[one]) > cross_entropy.compute(net.forward(X[one]),
                                                                                                Y[one])


def test_a_class_likes_its_picture_more_than_black():
    net, *_ = small()
    pictures = liked(net, (6, 6, 2), 3)
    assert 0 <= pictures.min() and pictures.max() <= 1
    assert (np.diag(net.forward(pictures)) > np.diag(net.forward(np.zeros((3, 6, 6, 2)))) + 0.1).all()


@pytest.mark.slow
def test_the_program_prints_and_draws(tmp_path, capsys):
    experiment = mnist_test.EXPERIMENTS["cnn"]
    Network(experiment.layers(), experiment.lr, experiment.loss).save(tmp_path / "w.npz")
    input_gradients.main(["--load", str(tmp_path / "w.npz"), "--data", str(tiny_mnist(tmp_path)),
                          "--picture", str(tmp_path / "p.png")])
    assert [line.partition(":")[0] for line in capsys.readouterr().out.splitlines()] == [
        "Accuracy over 3 test images, plain", "Accuracy over 3 test images, epsilon 0.1",
        "Accuracy over 3 test images, epsilon 0.1, random signs", "Picture"]
    assert (tmp_path / "p.png").read_bytes().endswith(b"IEND\xaeB`\x82")


@pytest.mark.slow
def test_a_network_that_predicts_otherwise_than_it_trains_is_refused(tmp_path):
    with pytest.raises(SystemExit, match="^error: best trains otherwise than it predicts"):
        input_gradients.main(["--network", "best", "--data", str(tiny_mnist(tmp_path))])
