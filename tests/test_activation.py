"""Activations have the values and slopes of their formulas, at any input, and leave it as it is."""
import pickle
from copy import deepcopy

import numpy as np
import pytest

import nn.ops.tiles
from nn import RNN, BatchNorm, Conv, FullyConnected, LayerNorm, SGDOptimizer, activation, he, loss
from nn.activation import AbstractActivation, LeakyReLU, ReLU, leaky_relu, linear, relu, sigmoid, silu, tanh
from tests.small import dense
from training.checkpoint import settings

pytestmark = pytest.mark.filterwarnings("error")  # an overflow is an error, not a warning
ALL = [relu, leaky_relu, LeakyReLU(0.2), LeakyReLU(0.0), LeakyReLU(1.0), sigmoid, tanh, silu, linear]


@pytest.mark.parametrize("function, x, value", [
    (relu, -2.0, 0.0), (relu, 0.0, 0.0), (relu, 3.0, 3.0),
    (leaky_relu, -2.0, -0.02), (leaky_relu, 0.005, 0.005), (leaky_relu, 3.0, 3.0), (leaky_relu, 0.0, 0.0),
    (LeakyReLU(0.2), -3.0, -0.6), (LeakyReLU(0.2), 0.1, 0.1),
    (sigmoid, 0.0, 0.5), (sigmoid, np.log(3), 0.75), (sigmoid, -np.log(3), 0.25),
    (sigmoid, 1000, 1.0), (sigmoid, -1000, 0.0),
    (tanh, 0.0, 0.0), (tanh, np.log(2), 0.6), (tanh, 1000, 1.0), (tanh, -1000, -1.0),
    (silu, 0.0, 0.0), (silu, np.log(3), 0.75 * np.log(3)), (silu, 1000, 1000), (silu, -1000, 0.0),
    (linear, -2.5, -2.5), (linear, 1000, 1000),
])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_value(function, x, value, dtype):
    np.testing.assert_allclose(function.compute(np.array([[x]], dtype)), [[value]], rtol=1e-6, atol=1e-7)


@pytest.mark.parametrize("function, x, slope", [
    (relu, -2.0, 0.0), (relu, 0.0, 0.0), (relu, 0.5, 1.0),
    (leaky_relu, -2.0, 0.01), (leaky_relu, 0.0, 0.01), (leaky_relu, 0.005, 1.0), (leaky_relu, 3.0, 1.0),
    (LeakyReLU(0.2), -3.0, 0.2), (LeakyReLU(0.2), 3.0, 1.0),
    (sigmoid, 0.0, 0.25), (sigmoid, np.log(3), 0.1875), (sigmoid, 1000, 0.0), (sigmoid, -1000, 0.0),
    (tanh, 0.0, 1.0), (tanh, np.log(2), 0.64), (tanh, 1000, 0.0), (linear, -1000, 1.0),
    (silu, 0.0, 0.5), (silu, np.log(3), 0.75 + 0.1875 * np.log(3)), (silu, 1000, 1.0), (silu, -1000, 0.0),
])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_slope(function, x, slope, dtype):
    np.testing.assert_allclose(function.deriv(np.array([[x]], dtype)), [[slope]], rtol=1e-6, atol=1e-7)


@pytest.mark.parametrize("dtype, lowest, tolerance", [(np.float32, -87, 4e-7), (np.float64, -708, 8e-16)])
def test_sigmoid_and_its_slope_keep_all_their_digits_where_they_are_small(dtype, lowest, tolerance):
    x = np.linspace(lowest, 40, 10_001, dtype=dtype)
    e = np.exp(-np.abs(np.longdouble(x)))
    for ours, exact in ((sigmoid.compute(x), np.where(x < 0, e, 1) / (1 + e)), (sigmoid.deriv(x), e / (1 + e) ** 2)):
        np.testing.assert_allclose(np.longdouble(ours), exact, rtol=tolerance, atol=0)
    np.testing.assert_array_equal(sigmoid.deriv(-x), sigmoid.deriv(x))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("function", ALL)
def test_no_input_is_an_error_to_a_numpy_that_was_told_to_raise_them(function, dtype):
    x = np.array([-np.inf, -1e30, -1000, -740, -95, -1, 0, 1, 95, 740, 1000, 1e30, np.inf], dtype)
    with np.errstate(all="raise"):
        assert np.isfinite(function.compute(x[1:-1])).all() and np.isfinite(function.deriv(x)).all()


@pytest.mark.parametrize("function", ALL)
def test_slope_is_the_measured_one(function):
    x, h = np.array([[-3.0, -1.2, -0.3, 0.004], [0.2, 0.9, 1.5, 4.0]]), 1e-6
    slope = (function.compute(x + h) - function.compute(x - h)) / (2 * h)
    np.testing.assert_allclose(function.deriv(x), slope, rtol=1e-8)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("shape", [(6,), (3, 2), (2, 3, 4, 5), (0, 3)])
@pytest.mark.parametrize("function", ALL)
def test_shape_and_dtype_are_kept_and_the_input_is_left_as_it_is(function, shape, dtype):
    x = np.random.normal(size=shape).astype(dtype)
    before = x.copy()
    for result in (function.compute(x), function.deriv(x)):
        assert result.shape == shape and result.dtype == dtype
    np.testing.assert_array_equal(x, before)


def test_integers_stay_integers_where_the_function_gives_them():
    np.testing.assert_array_equal(relu.compute(np.array([-2, 0, 3])), [0, 0, 3], strict=True)


@pytest.mark.parametrize("function", ALL)
def test_each_element_is_computed_on_its_own(function):
    x = np.random.normal(size=(4, 3, 2, 5))
    for method in (function.compute, function.deriv):
        np.testing.assert_array_equal(method(x)[2:3, :, 1:], method(x[2:3, :, 1:]))


@pytest.mark.parametrize("function", [function for function in ALL if function is not linear])
def test_out_is_where_the_result_is_written(function):
    x = np.random.normal(size=(4, 3, 2, 5))
    out = np.full_like(x, np.nan)
    assert function.compute(x, out=out) is out
    np.testing.assert_array_equal(out, function.compute(x))


class Careless(ReLU):
    """It says that it works in parts, and has forgotten to write into `out`."""

    in_parts = True

    def compute(self, x, out=None):
        return np.minimum(super().compute(x), 6)


@pytest.mark.parametrize("layer", [
    Conv((3, 3, 2, 4), Careless(), he, SGDOptimizer()), BatchNorm(2, Careless(), optimizer=SGDOptimizer())])
def test_a_result_that_is_not_in_out_is_taken_all_the_same(layer, monkeypatch):
    monkeypatch.setattr(nn.ops.tiles, "TILE_BYTES", 1)
    layer.w *= 10
    z, a = layer.forward(np.random.normal(size=(5, 7, 6, 2)))
    assert a.max() == 6
    np.testing.assert_array_equal(a, np.clip(z, 0, 6))


@pytest.mark.parametrize("slope", [-0.1, 1.5])
def test_slope_for_which_the_maximum_would_be_wrong_is_refused(slope):
    with pytest.raises(ValueError, match=f"slope must be a number, 0 or more and 1 at most, but is {slope}: "
                                         f"write slope=0.01"):
        LeakyReLU(slope)


@pytest.mark.parametrize("missing", ["compute", "deriv"])
def test_activation_must_have_both_methods(missing):
    methods = {"compute", "deriv"} - {missing}
    with pytest.raises(TypeError, match=missing):
        type("Half", (AbstractActivation,), {name: lambda self, x: x for name in methods})()


def test_losses_can_be_imported_from_here_as_the_courses_scripts_do():
    assert activation.mse is loss.mse and activation.cross_entropy is loss.cross_entropy


@pytest.mark.parametrize("function", [relu, leaky_relu, sigmoid, tanh, silu, linear])
def test_single_numbers_are_taken_too(function):
    assert function.compute(3.0) == function.compute(np.array([3.0]))[0]
    assert function.deriv(3.0) == function.deriv(np.array([3.0]))[0]


# --- parts of a batch

@pytest.mark.parametrize("function", [relu, leaky_relu, sigmoid, tanh, silu])
@pytest.mark.parametrize("tile_bytes", [1, 2 ** 22])
def test_parts_of_a_batch_give_what_the_whole_batch_gives(function, tile_bytes, monkeypatch):
    z, upstream = np.random.normal(size=(2, 5, 3, 3, 2))
    monkeypatch.setattr(nn.ops.tiles, "TILE_BYTES", tile_bytes)
    layer = dense(2, 2, activation=function)
    np.testing.assert_array_equal(layer.get_activation_grad(z, upstream), upstream * function.deriv(z))


@pytest.mark.parametrize("make_layer", [
    lambda function: Conv((2, 2, 3, 4), function, he, SGDOptimizer()),
    lambda function: BatchNorm(3, function, optimizer=SGDOptimizer())])
def test_a_subclass_sees_whole_batches_because_it_may_keep_what_it_sees(make_layer, monkeypatch):
    class Own(ReLU):
        def compute(self, x):
            self.positive = x > 0
            return x * self.positive

        def deriv(self, x):
            return self.positive

    monkeypatch.setattr(nn.ops.tiles, "TILE_BYTES", 1)
    x = np.random.normal(size=(5, 4, 4, 3))
    outputs = []
    for function in (Own(), relu):
        np.random.seed(0)
        layer = make_layer(function)
        z, a = layer.forward(x)
        outputs.append((z, a, layer.get_activation_grad(z, np.cos(z)), layer.predict(x)))
    for own, built_in in zip(*outputs):
        np.testing.assert_array_equal(own, built_in)


class Elu(AbstractActivation):
    """A student's own, as it should be; `Writes` computes the same where its argument lies."""

    def compute(self, x):
        return np.where(x > 0, x, np.exp(x) - 1)

    def deriv(self, x):
        return np.where(x > 0, 1, np.exp(x))


class Writes(Elu):
    def compute(self, x):
        x[x < 0] = np.exp(x[x < 0]) - 1
        return x

    def deriv(self, x):
        x[:] = super().deriv(x)
        return x


LAYERS = [
    (lambda function: Conv((2, 2, 3, 4), function, he, SGDOptimizer()), (5, 4, 4, 3)),
    (lambda function: BatchNorm(3, function, optimizer=SGDOptimizer()), (5, 4, 4, 3)),
    (lambda function: LayerNorm(3, function, optimizer=SGDOptimizer()), (5, 3)),
    (lambda function: FullyConnected((3, 4), function, he, SGDOptimizer()), (5, 3)),
    (lambda function: RNN((3, 4), function, weight_init=he, optimizer=SGDOptimizer()), (5, 6, 3))]


@pytest.mark.parametrize("make_layer, shape", LAYERS)
def test_a_function_that_writes_into_its_argument_spoils_nothing(make_layer, shape):
    x, outputs = np.random.normal(size=shape), []
    for function in (Elu(), Writes()):
        np.random.seed(0)
        layer = make_layer(function)
        z, a = layer.forward(x)
        outputs.append((z, a, layer.get_activation_grad(z, np.cos(a)), z))
    for right, ours in zip(*outputs):
        np.testing.assert_array_equal(right, ours)


# --- a function of somebody's own in a layer

class Remembers(ReLU):
    """It keeps something between compute and deriv, and has a setting."""

    def __init__(self, factor=1.0):
        self.factor = factor

    def compute(self, x):
        self.positive = x > 0
        return self.factor * x * self.positive

    def deriv(self, x):
        return self.factor * self.positive

    def __repr__(self):
        return f"Remembers({self.factor})"


def test_a_layers_activation_answers_as_the_function_it_was_given():
    given = Remembers(2.0)
    layer = dense(3, 4, activation=given)
    layer.forward(np.ones((5, 3)))
    assert isinstance(layer.activation, Remembers) and repr(layer.activation) == "Remembers(2.0)"
    assert layer.activation.factor == 2.0 and layer.activation.positive.shape == (5, 4)
    assert not hasattr(given, "positive") and not hasattr(layer.activation, "negative")


def test_a_checkpoint_knows_an_activation_of_somebodys_own_from_another():
    known = settings("0", dense(3, 4, activation=Remembers(2.0)))
    assert known["0.activation"] == "Remembers" and known["0.activation.factor"] == 2.0


def test_what_is_set_in_a_layers_activation_is_what_it_computes_with():
    layer, x = dense(3, 4, activation=Remembers()), np.random.normal(size=(5, 3))
    before = layer.forward(x)[1]
    layer.activation.factor = 3.0
    np.testing.assert_array_equal(layer.forward(x)[1], 3 * before)
    layer.activation.compute = np.cos
    z, a = layer.forward(x)
    np.testing.assert_array_equal(a, np.cos(z))


@pytest.mark.parametrize("copied", [deepcopy, lambda thing: pickle.loads(pickle.dumps(thing))])
def test_a_copied_layer_has_an_activation_of_its_own(copied):
    layer, x = dense(3, 4, activation=Remembers(2.0)), np.random.normal(size=(5, 3))
    twin = copied(layer)
    z, a = twin.forward(x)
    np.testing.assert_array_equal(a, layer.forward(x)[1])
    np.testing.assert_array_equal(twin.get_activation_grad(z, a), layer.get_activation_grad(z, a))
    twin.activation.factor = 5.0
    assert layer.activation.factor == 2.0


@pytest.mark.parametrize("make_layer, shape", LAYERS)
@pytest.mark.parametrize("function", [tanh, linear, Writes()])
def test_an_activation_may_be_set_later(make_layer, shape, function):
    x, outputs = np.random.normal(size=shape), []
    for first in (function, relu, Elu()):
        np.random.seed(0)
        layer = make_layer(first)
        layer.activation = function
        z, a = layer.forward(x)
        outputs.append((z, a, layer.get_activation_grad(z, np.cos(z))))
    for given, *set_later in zip(*outputs):
        for array in set_later:
            np.testing.assert_array_equal(array, given)


@pytest.mark.parametrize("given, words", [("tanh", "write activation=tanh, without quot"),
                                          (ReLU, "write activation=relu"),
                                          (None, "an object with a method compute, but is None")])
def test_what_is_no_activation_is_refused_when_it_is_set_later_too(given, words):
    layer = dense(3, 4)
    with pytest.raises(TypeError) as caught:
        layer.activation = given
    assert words in str(caught.value) and layer.activation is tanh


@pytest.mark.parametrize("make_layer, shape", LAYERS)
def test_a_slope_that_is_the_same_everywhere_may_be_one_number(make_layer, shape):
    class Doubled(AbstractActivation):
        def compute(self, x):
            return 2 * x

        def deriv(self, x):
            return 2.0

    class Written(Doubled):
        def deriv(self, x):
            return np.full_like(x, 2)

    x, outputs = np.random.normal(size=shape), []
    for function in (Doubled(), Written()):
        np.random.seed(0)
        layer = make_layer(function)
        z, a = layer.forward(x)
        outputs.append(layer.get_activation_grad(z, np.cos(a)))
    np.testing.assert_array_equal(*outputs)
