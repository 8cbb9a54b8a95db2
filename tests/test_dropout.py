"""Dropout: what its mask holds, what it leaves alone, and its gradient."""
import numpy as np
import pytest

from nn.activation import cross_entropy, tanh
from nn.dropout import Dropout
from nn.fullyconnected import FullyConnected
from nn.gradient_check import check_gradients
from nn.initializer import xavier
from nn.network import Network
from nn.optimizer import SGDOptimizer


def fc(n_in, n_out):
    return FullyConnected((n_in, n_out), activation=tanh, weight_init=xavier, optimizer=SGDOptimizer())


@pytest.mark.parametrize("p", [0.0, 0.1, 0.5, 0.75, 0.99, 0.3333])
@pytest.mark.parametrize("shape", [(400, 500), (10, 20, 25, 40)])
def test_a_number_is_dropped_with_probability_p_and_else_scaled(p, shape):
    np.random.seed(0)
    x = np.full(shape, 3.0)
    z, activation = Dropout(p).forward(x)
    kept = z != 0
    np.testing.assert_allclose(z[kept], 3.0 / (1 - p), rtol=2e-3)  # p is exact to 1 / 65,536
    np.testing.assert_array_equal(activation, z)
    assert abs(kept.mean() - (1 - p)) <= 5 * np.sqrt(p * (1 - p) / x.size)  # five standard deviations
    assert abs(z.mean() - 3.0) < 3.0 * 5 * np.sqrt(p / (1 - p) / x.size) + 1e-12
    assert np.ptp(z[kept]) == 0


def test_units_are_dropped_independently_and_anew_in_each_batch():
    np.random.seed(0)
    layer, x = Dropout(0.5), np.ones((1000, 8))
    first, second = layer.forward(x)[0] > 0, layer.forward(x)[0] > 0
    both = np.hstack([first, second])
    assert np.abs(np.corrcoef(both.T) - np.eye(16)).max() < 0.2


def test_the_seed_makes_it_reproducible():
    x = np.ones((20, 30))
    np.random.seed(7)
    first = Dropout(0.5).forward(x)[0]
    np.random.seed(7)
    np.testing.assert_array_equal(Dropout(0.5).forward(x)[0], first)


def test_at_inference_inputs_pass_unchanged_and_nothing_is_drawn():
    x = np.random.normal(size=(5, 7))
    np.random.seed(3)
    np.testing.assert_array_equal(Dropout(0.9).predict(x), x)
    net = Network([fc(7, 4), Dropout(0.9), fc(4, 3), Dropout(0.5)], 0.1, cross_entropy)
    state = np.random.get_state()[1].copy()
    np.testing.assert_array_equal(net.forward(x), net.forward(x))
    np.testing.assert_array_equal(np.random.get_state()[1], state)


@pytest.mark.parametrize("shape, make", [
    ((6, 5), lambda: [Dropout(0.4), fc(5, 4)]),
    ((6, 5), lambda: [fc(5, 9), Dropout(0.5), fc(9, 6), Dropout(0.3), fc(6, 4)]),
    ((4, 3, 2, 5), lambda: [Dropout(0.2), fc(30, 8), Dropout(0.5), fc(8, 4), Dropout(0.1)]),
])
def test_gradients_are_the_measured_slopes(shape, make):
    np.random.seed(1)
    X, Y = np.random.normal(size=shape), np.eye(4)[np.arange(shape[0]) % 4]
    for error in check_gradients(make(), cross_entropy, X, Y):
        assert error.error < 1e-6, str(error)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_arguments_and_dtype_stay_as_they_are(dtype):
    layer = Dropout(0.5)
    x, e = np.random.normal(size=(2, 6, 5)).astype(dtype)
    x_before, e_before = x.copy(), e.copy()
    z, _ = layer.forward(x)
    dx = layer.backward(e)
    assert z.dtype == dx.dtype == layer.predict(x).dtype == dtype
    np.testing.assert_array_equal(x, x_before)
    np.testing.assert_array_equal(e, e_before)


@pytest.mark.parametrize("p", [-0.1, 1.0, 1.5, float("nan")])
def test_p_must_lie_in_0_to_1(p):
    with pytest.raises(ValueError, match="p must be a number, 0 or more and below 1"):
        Dropout(p)


def test_p_next_to_1_still_gives_finite_numbers():
    assert np.isfinite(Dropout(1 - 1e-12).forward(np.ones((10, 10)))[0]).all()
