"""A fully connected layer is a matrix product and a bias; images go in as rows, with or without Flatten before it."""
import numpy as np
import pytest

from nn.activation import tanh
from nn.flatten import Flatten
from nn.fullyconnected import FullyConnected
from nn.initializer import he
from nn.optimizer import SGDOptimizer
from tests.small import dense


@pytest.mark.parametrize("dtype, tolerance", [(np.float64, 1e-12), (np.float32, 1e-5)])
@pytest.mark.parametrize("x_shape", [(3, 12), (1, 12), (3, 2, 3, 2)])
def test_fully_connected_equals_sums_over_inputs(x_shape, dtype, tolerance):
    layer = dense(12, 5)
    layer.b = np.random.normal(size=5)
    layer.astype(dtype)
    x, e = np.random.normal(size=x_shape).astype(dtype), np.random.normal(size=(x_shape[0], 5)).astype(dtype)
    z, activation = layer.forward(x)
    grad, dx = layer.get_weight_grad(x, e), layer.backward(e)
    rows = x.reshape(x_shape[0], 12)
    textbook_z = [[sum(row[i] * layer.w[i, o] for i in range(12)) + layer.b[o] for o in range(5)] for row in rows]
    for ours, textbook in [
        (z, textbook_z),
        (activation, np.tanh(textbook_z)),
        (grad["w"], [[sum(rows[n, i] * e[n, o] for n in range(len(x))) for o in range(5)] for i in range(12)]),
        (grad["b"], [sum(e[n, o] for n in range(len(x))) for o in range(5)]),
        (dx, np.reshape([[sum(row[o] * layer.w[i, o] for o in range(5)) for i in range(12)] for row in e], x_shape)),
    ]:
        assert ours.dtype == dtype
        np.testing.assert_allclose(ours, textbook, rtol=tolerance, atol=tolerance)


def test_without_bias_there_is_none():
    layer, x = dense(4, 3, bias=False), np.random.normal(size=(2, 4))
    z, _ = layer.forward(x)
    assert layer.b is None and layer.weights == ("w",) and list(layer.get_weight_grad(x, z)) == ["w"]
    np.testing.assert_allclose(z, x @ layer.w)


def test_flatten_keeps_the_order_of_the_numbers_and_gives_the_shape_back():
    layer, x = Flatten((4, 3, 2)), np.arange(48.0).reshape(2, 4, 3, 2)
    z, rows = layer.forward(x)
    np.testing.assert_array_equal(rows, np.arange(48.0).reshape(2, 24))
    np.testing.assert_array_equal(z, rows)
    np.testing.assert_array_equal(layer.backward(layer.get_activation_grad(z, rows)), x)


@pytest.mark.parametrize("layer, x_shape, words", [
    (dense(576, 180), (2, 4, 4, 64), ["expects 576 numbers per image", "(2, 4, 4, 64): it holds 1024 per image",
                                      "write FullyConnected((1024, 180), ...)"]),
    (dense(784, 10), (5, 100), ["784", "write FullyConnected((100, 10), ...)"]),
    (Flatten((28, 28, 1)), (2, 24, 24, 16), ["(N, 28, 28, 1)", "write Flatten((24, 24, 16))"]),
    (Flatten((3, 3, 64)), (2, 3, 4, 64), ["write Flatten((3, 4, 64))"]),
])
def test_shapes_that_do_not_fit_are_refused_with_what_to_write(layer, x_shape, words):
    with pytest.raises(ValueError) as caught:
        layer.forward(np.zeros(x_shape))
    assert [word for word in words if word not in str(caught.value)] == []


def test_shape_of_a_convolution_is_refused():
    with pytest.raises(ValueError, match=r"wshape must be \(n_in, n_out\), but is \(3, 3, 64, 180\)"):
        FullyConnected((3, 3, 64, 180), activation=tanh, weight_init=he, optimizer=SGDOptimizer())
