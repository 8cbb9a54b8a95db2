"""The faults that the autopsy puts into a network are those that it says, and nothing else."""
import numpy as np
import pytest

from nn import AdamOptimizer, Network, cross_entropy, he, linear, relu
from report.comparisons.autopsy import (
    ADAM,
    PLACES,
    PRINTED,
    RELU,
    SUMS,
    AsPrinted,
    InPlace,
    LrInMoment,
    PlaceInWindow,
    SummedApart,
    Z,
    autopsied,
    cnn,
    mlp,
    pooled,
)
from tests.small import data


@pytest.mark.parametrize("lr", [0.001, 0.01])
def test_lr_in_m_is_adam_at_another_rate(lr):
    wrong, right, m = LrInMoment(), AdamOptimizer(), 0.0
    for t, dx in enumerate(np.random.default_rng(0).normal(size=(5, 3)), 1):
        m, amount = 0.9 * m + lr * dx, wrong.update(dx, lr)
        np.testing.assert_allclose(amount, right.update(dx, 10 * lr ** 2))
        np.testing.assert_allclose(amount, lr * m / (1 - 0.9 ** t) / np.sqrt(right.v / (1 - 0.999 ** t)), rtol=1e-5)


def test_relu_in_place_leaves_no_negative_z():
    z = np.array([-1.0, 2.0])
    assert InPlace().compute(z) is z and z.tolist() == [0, 2]


def test_the_convolutions_sums_are_taken_apart():
    layer = SummedApart((2, 2, 1, 3), activation=linear, filter_init=he, optimizer=AdamOptimizer(), strides=2)
    x, error = np.random.default_rng(0).normal(size=(5, 4, 4, 1)), np.random.default_rng(1).normal(size=(5, 2, 2, 3))
    windows = sum(x[:, y:y + 2, c:c + 2].sum(axis=0) for y in (0, 2) for c in (0, 2))
    grad = layer.get_weight_grad(x, error)
    np.testing.assert_allclose(grad["w"], windows[..., None] * error.sum(axis=(0, 1, 2)))
    np.testing.assert_allclose(grad["b"], error.sum(axis=(0, 1, 2)))


IMAGES = np.random.default_rng(0).permutation(2 * 4 * 4 * 2).reshape(2, 4, 4, 2).astype(float)
ERRORS = np.arange(1.0, 17).reshape(2, 2, 2, 2)


def positions():
    """(n, y, x, c), (row, column in the window) of each maximum."""
    for n, y, x, c in np.ndindex(2, 2, 2, 2):
        yield (n, y, x, c), divmod(np.argmax(IMAGES[n, 2 * y:2 * y + 2, 2 * x:2 * x + 2, c]), 2)


def test_places_in_windows_are_taken_for_places_in_the_picture():
    layer, expected = PlaceInWindow(2), np.zeros_like(IMAGES)
    layer.forward(IMAGES)
    for (n, y, x, c), place in positions():
        expected[(n, *place, c)] = ERRORS[n, y, x, c]
    assert (layer.backward(ERRORS) == expected).all()


def test_pooling_as_the_report_prints_it():
    """Its loops: over images, channels, and h; and in those over w together with the cache, from its start."""
    layer, expected = AsPrinted(2), np.zeros_like(IMAGES)
    layer.forward(IMAGES)
    layer.forward(IMAGES[::-1])
    places = dict(positions())
    cache = [[n, *places[n, w, h, c], c] for n, c, h, w in np.ndindex(2, 2, 2, 2)]
    for n, c, h in np.ndindex(2, 2, 2):
        for w, index in zip(range(2), cache):
            expected[index] = ERRORS[n, w, h, c]
    assert (layer.backward(ERRORS) == expected).all()


def gradients(network, faults):
    np.random.seed(0)
    layers = autopsied(relu, AdamOptimizer(), network, faults)
    X, Y = data(4, 28, 28, 1, classes=10)
    return Network(layers, 0.01, cross_entropy, np.float64).gradients((np.abs(X), Y))[1]


def wrong(network, faults):
    """The places of the layers whose gradients are others than with no fault."""
    pairs = zip(gradients(network, []), gradients(network, faults))
    return [k for k, (right, found) in enumerate(pairs) if any(not np.allclose(right[w], found[w]) for w in right)]


@pytest.mark.parametrize("network, faults, expected", [
    (mlp, [ADAM], []), (mlp, [RELU], []), (mlp, [Z], [2, 3]), (mlp, [RELU, Z], []),
    (cnn, [RELU], []), (cnn, [Z], [1, 4]), (cnn, [RELU, Z], [1]), (cnn, [SUMS], [0, 1]), (cnn, [SUMS, Z], [0, 1, 4]),
    (pooled, [PLACES], [0, 1]), (pooled, [PRINTED], [0, 1])])
def test_a_fault_spoils_the_gradients_of_its_own_layers_only(network, faults, expected):
    assert wrong(network, faults) == expected
