"""Average pooling against its formula in plain loops, and against measured slopes."""
import numpy as np
import pytest

from nn.activation import cross_entropy, linear, tanh
from nn.avgpooling import AvgPooling, GlobalAvgPooling
from nn.conv import Conv
from nn.fullyconnected import FullyConnected
from nn.gradient_check import check_gradients
from nn.initializer import he
from nn.optimizer import SGDOptimizer
from textbook import pooling as reference

CASES = [  # (N, H, W, C), window, strides
    ((2, 4, 6, 3), 2, None),
    ((3, 5, 7, 1), (2, 3), None),  # pixels left over at the bottom and the right
    ((2, 6, 5, 3), 3, 1),  # windows overlap
    ((2, 7, 8, 3), (3, 2), (2, 3)),  # pixels between windows
    ((1, 3, 2, 5), (3, 2), None),  # one window
    ((2, 4, 3, 2), 1, 2),
]


@pytest.mark.parametrize("shape, pshape, strides", CASES)
def test_it_is_the_formula(shape, pshape, strides):
    layer, x = AvgPooling(pshape, strides), np.random.default_rng(0).normal(size=shape)
    z, activation = layer.forward(x)
    e = np.random.default_rng(1).normal(size=z.shape)
    for ours, textbook in [
        (z, reference.average_pooling(x, layer.pshape, layer.strides)),
        (activation, reference.average_pooling(x, layer.pshape, layer.strides)),
        (layer.backward(e), reference.average_pooling_input_gradient(e, layer.pshape, layer.strides, shape[1:3])),
    ]:
        np.testing.assert_allclose(ours, textbook, atol=1e-12)


def test_global_pooling_is_the_mean_of_the_image():
    layer, x = GlobalAvgPooling(), np.arange(2 * 3 * 4 * 5.0).reshape(2, 3, 4, 5) ** 2
    z, e = layer.forward(x)[0], np.array([[6.0, 0, 12, 24, 1], [1, 2, 3, 4, 5]])
    np.testing.assert_allclose(z, [[x[n, :, :, c].sum() / 12 for c in range(5)] for n in range(2)])
    np.testing.assert_allclose(layer.backward(e), np.ones((2, 3, 4, 1)) * e[:, None, None] / 12)


def conv(*fshape):
    return Conv(fshape, activation=tanh, filter_init=he, optimizer=SGDOptimizer())


def fc(n_in):
    return FullyConnected((n_in, 3), activation=linear, weight_init=he, optimizer=SGDOptimizer())


@pytest.mark.parametrize("make", [
    lambda: [AvgPooling(2), conv(2, 2, 3, 5), fc(2 * 3 * 5)],
    lambda: [conv(2, 3, 3, 5), AvgPooling((3, 2), strides=1), conv(2, 1, 5, 3), AvgPooling(2), fc(6)],
    lambda: [conv(2, 3, 3, 5), AvgPooling(2, strides=3), fc(2 * 2 * 5)],
    lambda: [GlobalAvgPooling(), fc(3)],
    lambda: [conv(2, 3, 3, 5), conv(2, 2, 5, 3), GlobalAvgPooling()],
])
def test_gradients_are_the_measured_slopes(make):
    np.random.seed(0)
    X, Y = np.random.normal(size=(4, 6, 8, 3)), np.eye(3)[[0, 1, 2, 0]]
    for error in check_gradients(make(), cross_entropy, X, Y):
        assert error.error < 1e-6, str(error)


@pytest.mark.parametrize("make", [
    lambda: AvgPooling(2), lambda: AvgPooling(3, strides=1), lambda: AvgPooling(1), GlobalAvgPooling])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_arguments_and_dtype_stay_as_they_are(make, dtype):
    layer, x = make(), np.random.normal(size=(2, 4, 6, 3)).astype(dtype)
    x_before = x.copy()
    z, _ = layer.forward(x)
    e = np.ones_like(z)
    dx = layer.backward(e)
    assert z.dtype == dx.dtype == layer.predict(x).dtype == dtype
    assert dx.flags.writeable and not np.shares_memory(z, x) and not np.shares_memory(dx, e)
    np.testing.assert_array_equal(x, x_before)
    np.testing.assert_array_equal(e, 1)


@pytest.mark.parametrize("act, message", [
    (lambda: AvgPooling(0), "pshape must be a positive integer"),
    (lambda: AvgPooling(2, strides=0), "strides must be a positive integer"),
    (lambda: AvgPooling(2).forward(np.zeros((5, 16))), "expects images"),
    (lambda: GlobalAvgPooling().forward(np.zeros((5, 16))), "expects images"),
    (lambda: AvgPooling(5).forward(np.zeros((2, 4, 6, 3))), "a window of 5 pixels does not fit into 4"),
])
def test_what_does_not_fit_is_refused(act, message):
    with pytest.raises(ValueError, match=message):
        act()
