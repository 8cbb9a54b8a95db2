"""A layer must have the course's five methods; beyond them, a student's own needs nothing."""
import numpy as np
import pytest

from nn.activation import ReLU, mse, relu
from nn.conv import Conv
from nn.fullyconnected import FullyConnected
from nn.initializer import he
from nn.layer import AbstractLayer
from nn.network import Network
from nn.optimizer import AdamOptimizer, SGDOptimizer
from tests.small import Cube, Scale, conv, data, dense

FIVE = ["forward", "get_activation_grad", "backward", "get_weight_grad", "update"]


@pytest.mark.parametrize("missing", FIVE)
def test_layer_without_one_of_the_five_methods_cannot_be_made(missing):
    methods = {name: lambda self, *arguments: None for name in FIVE if name != missing}
    with pytest.raises(TypeError, match=missing):
        type("Partial", (AbstractLayer,), methods)()


def test_five_methods_are_enough():
    layer = type("Whole", (AbstractLayer,), {name: lambda self, *arguments: None for name in FIVE})()
    assert isinstance(layer, AbstractLayer) and layer.weights == ()


@pytest.mark.parametrize("dtype, tolerance", [(np.float64, 1e-12), (np.float32, 1e-6)])
def test_students_layers_train_beside_the_built_in_ones(dtype, tolerance):
    """One number x: L = (v (w x)^3 - target)^2 / 2, with its slopes worked out by hand."""
    net = Network([Scale([0.5]), Cube(), dense(1, 1, activation=relu, bias=False)], 0.1, mse, dtype)
    w, v, x, target = 0.5, 1.5, 2.0, 4.0
    net.layers[2].w = np.array([[v]], dtype)
    loss = net.train_step((np.array([[x]]), np.array([[target]])))
    e = v * (w * x) ** 3 - target
    np.testing.assert_allclose(loss, 0.5 * e ** 2, rtol=tolerance)
    np.testing.assert_allclose(net.layers[2].w, [[v - 0.1 * e * (w * x) ** 3]], rtol=tolerance)
    np.testing.assert_allclose(net.layers[0].w, [w - 0.1 * e * v * 3 * (w * x) ** 2 * x], rtol=tolerance)
    assert net.layers[0].w.dtype == dtype


@pytest.mark.parametrize("layer, weights", [
    (Cube(), ()), (Scale([1.0]), ("w",)), (dense(2, 3), ("w", "b")), (conv(2, 2, 1, 3), ("w", "b")),
    (dense(2, 3, bias=False), ("w",))])
def test_weights_are_found_by_name(layer, weights):
    assert layer.weights == weights


@pytest.mark.parametrize("kind, shape, init", [
    (Conv, (3, 3, 1, 2), "filter_init"), (FullyConnected, (4, 2), "weight_init")])
@pytest.mark.parametrize("change, words", [
    ({"activation": ReLU}, "activation must be an object, but is the class ReLU; write activation=relu"),
    ({"activation": "relu"}, "activation must be an object with a method compute, but is 'relu'"),
    ({"optimizer": AdamOptimizer},
     "optimizer must be an object, but is the class AdamOptimizer; write optimizer=AdamOptimizer()"),
    ({"optimizer": None}, "optimizer must be an object with a method update, but is None"),
])
def test_class_in_place_of_an_object_is_refused_with_what_to_write(kind, shape, init, change, words):
    with pytest.raises(TypeError) as caught:
        kind(shape, **{"activation": relu, "optimizer": SGDOptimizer(), init: he, **change})
    assert words in str(caught.value)


@pytest.mark.parametrize("kind, shape, init", [
    (Conv, (3, 3, 1, 2), "filter_init"), (FullyConnected, (4, 2), "weight_init")])
@pytest.mark.parametrize("missing", ["activation", "optimizer"])
def test_there_is_no_default_object_that_layers_would_share(kind, shape, init, missing):
    arguments = {"activation": relu, "optimizer": SGDOptimizer(), init: he}
    del arguments[missing]
    with pytest.raises(TypeError, match=missing):
        kind(shape, **arguments)


def test_layers_of_the_courses_style_run_with_lambdas_and_keywords():
    layer = Conv((5, 5, 1, 16), strides=1, activation=relu, optimizer=AdamOptimizer(),
                 filter_init=lambda shp: np.random.normal(size=shp) * np.sqrt(2.0 / (5*5*1)))
    assert layer.w.shape == (5, 5, 1, 16) and layer.forward(data(2, 9, 8, 1)[0])[1].shape == (2, 5, 4, 16)
