"""The gradient check neither cries wolf nor is fooled: layouts, kinks, generators, frozen layers, layers in layers."""
import numpy as np
import pytest

import mnist_test
from nn import (
    BatchNorm,
    Block,
    Dropout,
    Flatten,
    MaxPooling,
    Network,
    SGDOptimizer,
    check_gradients,
    cross_entropy,
    gradient_check,
    leaky_relu,
    mse,
    relu,
)
from nn.activation import AbstractActivation
from nn.checks.slopes import lines, surest_slopes
from nn.gradient_check import COARSE, GradientError
from nn.layer import WeightlessLayer
from readers.mnist import load_images
from tests.small import Cube, Scale, conv, data, dense
from tests.test_contract import Own, PReLU
from tests.test_gradients import LosesTheLastRow, MeanOfBias, SumsSeparately


def short(errors):
    return {f"{error.layer.split()[0]} {error.weight}": error for error in errors}


# --- layouts in memory

class Views(Own):
    """Its weights are every other number of a longer array."""

    def astype(self, dtype):
        self.W, self.b = (np.repeat(getattr(self, name), 2).astype(dtype)[::2] for name in ("W", "b"))


@pytest.mark.parametrize("layers", [
    lambda: [dense(5, 4, weight_init=lambda shp: np.random.normal(size=shp[::-1]).T), dense(4, 3)],
    lambda: [Flatten((5,)), dense(5, 4, weight_init=lambda shp: np.asfortranarray(np.random.normal(size=shp))),
             dense(4, 3)],
    lambda: [dense(5, 4), Views(), dense(4, 3)],
])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_weights_of_any_layout_in_memory_are_measured(layers, dtype):
    layers = layers()
    Network(layers, 0.1, mse, dtype)
    assert [str(error) for error in check_gradients(layers, mse, *data(6, 5)) if not error.error < 1e-6] == []


def test_inputs_of_any_layout_are_measured():
    X, Y = data(5, 6)[0].T, np.eye(3)[[0, 1, 2, 0, 1, 2]]
    assert max(error.error for error in check_gradients([dense(5, 3)], mse, X, Y)) < 1e-6


# --- kinks

class AtZero(AbstractActivation):
    """max(0, x), with the slope 1 at 0, which is as good as 0 there; `elsewhere` is how wrong it is elsewhere."""

    def __init__(self, elsewhere=1.0):
        self.elsewhere = elsewhere

    def compute(self, x):
        return np.maximum(x, 0)

    def deriv(self, x):
        return np.where(x >= 0, np.where(x == 0, 1.0, self.elsewhere), 0.0)


def blank(n=4, size=6):
    """Images whose left half is 0, as most of a digit's picture is."""
    X = np.random.random((n, size, size, 1))
    X[:, :, :size // 2] = 0
    return X, np.eye(3)[np.arange(n) % 3]


def pooled(activation=relu, **kind):
    return [conv(2, 2, 1, 4, activation=activation, **kind), MaxPooling(2), dense(16, 3)]


@pytest.mark.filterwarnings("ignore:the last layer")
@pytest.mark.parametrize("layers", [
    pooled, lambda: pooled(leaky_relu), lambda: pooled(AtZero()),
    lambda: [MaxPooling(2), *pooled()[:1], dense(16, 3)],
    lambda: [dense(36, 8, activation=relu), dense(8, 3, activation=relu)]])
def test_kinks_do_not_make_right_gradients_wrong(layers):
    errors = check_gradients(layers(), cross_entropy, *blank(), samples=40)
    assert [str(error) for error in errors if not (error.error < 1e-6 or error.kinks == error.probes)] == []


def test_probes_on_kinks_are_counted():
    layer = dense(2, 3, activation=relu)
    layer.w = np.array([[1.0, 2.0, -3.0], [0.0, 1.0, -2.0]])  # z = 0 in the first unit, where x is not 0 for w[1, 0]
    errors = short(check_gradients([layer], mse, np.array([[0.0, 1.0]]), np.ones((1, 3))))
    assert {name: (error.probes, error.kinks) for name, error in errors.items()} == {
        "X w": (2, 1), "0 w": (6, 1), "0 b": (3, 1)}
    assert str(errors["0 w"]).endswith(", 1 of 6 probes left out, on kinks")


@pytest.mark.parametrize("layers, wrong", [
    (lambda: pooled(AtZero(elsewhere=1.01)), ["0 w", "X w"]),
    (lambda: pooled(kind=SumsSeparately), ["0 w"]),
    (lambda: [dense(36, 8, activation=relu), dense(8, 8, activation=relu, kind=MeanOfBias), dense(8, 3)], ["1 b"]),
    (lambda: [conv(2, 2, 1, 4, activation=relu), conv(2, 2, 4, 2, activation=relu, kind=LosesTheLastRow),
              dense(32, 3)], ["0 w", "X w"]),
    (lambda: [Scale(np.ones((6, 6, 1)) * 1.5), *pooled(AtZero(elsewhere=0.99))], ["0 w", "1 w", "X w"]),
])
def test_no_wrong_gradient_hides_behind_a_kink(layers, wrong):
    found = short(check_gradients(layers(), cross_entropy, *blank(), samples=40))
    assert sorted(name for name, error in found.items() if error.error > 1e-3) == wrong
    assert [str(error) for name, error in found.items()
            if error.error < 1e-6 and error.kinks == error.probes] == []


@pytest.mark.parametrize("factor", [1.0, 100.0])
def test_a_weight_whose_probes_all_sit_on_kinks_was_not_checked(factor):
    class Bias(Own):
        """y = max(0, x + b), at x = 0 and b = 0."""

        weights = ("b",)

        def forward(self, inputs):
            return inputs + self.b, np.maximum(inputs + self.b, 0)

        def get_activation_grad(self, z, upstream_gradient):
            return factor * upstream_gradient * (z >= 0)

        def backward(self, layer_err):
            return layer_err

        def get_weight_grad(self, inputs, layer_err):
            return layer_err.sum(axis=0)

    found = check_gradients([Bias(3)], mse, np.zeros((2, 3)), np.ones((2, 3)))
    assert [(np.isnan(error.error), error.kinks) for error in found] == [(True, 6), (True, 3)]
    assert all("not checked" in str(error) and not error.error < 1e-6 for error in found)


def test_numbers_without_influence_do_not_make_a_weight_right_whose_others_sit_on_kinks():
    class Half(Own):
        """y = max(0, w x): the second number of w has no influence, the first sits on a kink, its gradient is wrong."""

        weights = ("w",)

        def __init__(self):
            self.w = np.array([0.0, 1.0])

        def forward(self, inputs):
            return (np.maximum(inputs * self.w * [1, 0], 0),) * 2

        def get_weight_grad(self, inputs, layer_err):
            return np.array([77.0, 0.0])

        def backward(self, layer_err):
            return layer_err * 0

    assert np.isnan(short(check_gradients([Half()], mse, np.ones((2, 2)), np.ones((2, 2))))["0 w"].error)


def test_the_plain_network_is_right_on_real_digits():
    np.random.seed(0)
    X, Y = load_images()[0]
    found = short(check_gradients(mnist_test.EXPERIMENTS["plain"].layers(), cross_entropy, X[:2], Y[:2], samples=6))
    assert max(error.error for name, error in found.items() if name != "0 b") < 1e-6
    assert found["X w"].kinks > 0
    assert np.isnan(found["0 b"].error)  # blank pixels and biases of 0: each z of a blank window is 0, ReLU's kink


@pytest.mark.parametrize("error, words", [
    (GradientError("0 Scale", "w", 2e-9), "relative error 2.0e-09"),
    (GradientError("0 Scale", "w", 2e-9, 10, 4), "relative error 2.0e-09, 4 of 10 probes left out, on kinks"),
    (GradientError("0 Scale", "w", np.nan, 10, 10), "not checked, 10 of 10 probes left out, on kinks"),
    (GradientError("0 Scale", "w", np.nan, 10, 8), "not checked, 8 of 10 probes left out, on kinks"),
])
def test_a_row_says_what_was_left_out(error, words):
    assert str(error).split("w", 1)[1].strip() == words


# --- limits

class Tilted(Scale):
    """Its gradient is three times what it should be."""

    def get_weight_grad(self, inputs, layer_err):
        return 3 * super().get_weight_grad(inputs, layer_err)


@pytest.mark.parametrize("slope, error", [(2e-5, 0.4), (3.1e-5, 0.5), (1.0, 0.5)])
def test_a_gradient_of_a_norm_below_1e_4_is_compared_with_that(slope, error):
    found = short(check_gradients([Tilted(np.zeros(1))], mse, np.ones((1, 1)), np.full((1, 1), -slope)))
    assert found["0 w"].error == pytest.approx(error, rel=0.01)  # off by twice the slope, of norms that are four times


class Bent(Scale):
    """y = w x + a |w|."""

    def __init__(self, a):
        super().__init__(np.zeros(1))
        self.a = a

    def forward(self, inputs):
        z = inputs * self.w + self.a * np.abs(self.w)
        return z, z

    def get_weight_grad(self, inputs, layer_err):
        return np.sum((inputs + self.a) * layer_err, axis=0)


@pytest.mark.parametrize("bend, kinks", [(4e-8, 0), (8e-8, 1)])
def test_a_kink_is_one_if_it_is_larger_than_what_rounding_makes(bend, kinks):
    found = short(check_gradients([Bent(bend / 5e-5)], mse, np.ones((1, 1)), np.full((1, 1), -5e-5)))
    assert found["0 w"].kinks == kinks


@pytest.mark.parametrize("doubt, checked", [(0.09, True), (0.11, False)])
def test_slopes_that_are_off_by_a_tenth_judge_nothing(doubt, checked):
    probe = gradient_check._Probe(None, None, None, 1e-5, 0)
    probe.noise = 1e-8
    error, *_ = probe._beyond_doubt(np.array([-0.5]), np.array([0.5]), np.array([doubt]), 1)
    assert error == pytest.approx(1 - doubt) if checked else np.isnan(error)


# --- layers that draw

class Noise(WeightlessLayer):
    def __init__(self, draw):
        self.draw = draw

    def forward(self, inputs):
        z = inputs * (1 + 0.1 * self.draw(inputs.shape))
        return z, z

    def backward(self, layer_err):
        return layer_err


@pytest.mark.parametrize("draw", [
    np.random.default_rng(0).standard_normal, lambda shape: np.random.default_rng().standard_normal(shape),
    np.random.RandomState(1).standard_normal])
@pytest.mark.parametrize("k", [0, 1, 2])
@pytest.mark.filterwarnings("ignore:Noise")
def test_a_generator_of_a_layers_own_is_named(draw, k):
    layers = [dense(5, 4), dense(4, 3)]
    layers.insert(k, Noise(draw))
    with pytest.raises(ValueError, match=f"{k} Noise: forward computes something else each time, .* np.random"):
        check_gradients(layers, mse, *data(4, 5))


# --- frozen layers, numbers, layers in layers

class Blur(WeightlessLayer):
    """Fixed numbers that happen to be called w."""

    def __init__(self):
        self.w = np.full(4, 0.5)

    def forward(self, inputs):
        return inputs * self.w, inputs * self.w

    def backward(self, layer_err):
        return layer_err * self.w


@pytest.mark.parametrize("frozen", [[0], [1], [0, 2], [0, 1, 2]])
def test_frozen_layers_are_checked_and_stay_frozen(frozen):
    layers = [dense(5, 4, kind=MeanOfBias), dense(4, 4), Blur(), dense(4, 3)]
    for k in frozen:
        layers[k].trainable = False
    found = short(check_gradients(layers, mse, *data(4, 5)))
    assert list(found) == ["X w", "0 w", "0 b", "1 w", "1 b", "3 w", "3 b"]
    assert [name for name, error in found.items() if not error.error < 1e-6] == ["0 b"]
    assert not any(layers[k].trainable for k in frozen)


class WrongSlope(PReLU):
    def get_weight_grad(self, inputs, layer_err):
        return 1.01 * super().get_weight_grad(inputs, layer_err)


@pytest.mark.parametrize("layer, right", [(PReLU, True), (WrongSlope, False)])
def test_a_trained_number_is_checked(layer, right):
    found = short(check_gradients([dense(5, 4), layer(), dense(4, 3)], mse, *data(6, 5)))
    assert (found["1 a"].error < 1e-6) == right and (found["1 a"].error > 1e-3) == (not right)


class HundredTimes(Own):
    def get_weight_grad(self, inputs, layer_err):
        W, b = super().get_weight_grad(inputs, layer_err)
        return 100 * W, b


def test_a_wrong_gradient_of_a_layer_within_layers_is_named():
    layers = [dense(5, 4), Block([Cube(), Block([Own(), HundredTimes()]), dense(4, 4)]), dense(4, 3)]
    found = short(check_gradients(layers, mse, *data(6, 5)))
    assert list(found) == ["X w", *(f"{place} {name}" for place, names in (
        ("0", "wb"), ("1.1.0", "Wb"), ("1.1.1", "Wb"), ("1.2", "wb"), ("2", "wb")) for name in names)]
    assert [name for name, error in found.items() if not error.error < 1e-6] == ["1.1.1 W"]


def test_layers_that_differ_in_training_are_checked_within_a_block():
    layers = [dense(5, 4), Block([BatchNorm(4, optimizer=SGDOptimizer()), Dropout(0.4), dense(4, 4)]), dense(4, 3)]
    assert max(error.error for error in check_gradients(layers, mse, *data(6, 5))) < 1e-6


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_a_gradient_that_is_no_number_is_wrong_and_not_unchecked(value):
    layer = type("Breaks", (Own,), {"get_weight_grad": lambda self, x, e: (np.full(4, value), e.sum(axis=0))})()
    assert short(check_gradients([layer], mse, np.ones((2, 4)), np.ones((2, 4))))["0 W"].error == np.inf


@pytest.mark.parametrize("size, dense", [(50, 0), (100, 0), (101, 25), (5000, 25)])
def test_a_quarter_of_the_lines_through_a_large_array_moves_all_of_it(size, dense):
    found = [places for places, _ in lines(np.arange(float(size)), 100, np.random.default_rng(0))]
    assert len(found) == min(size, 100) and found.count(slice(None)) == dense


@pytest.mark.parametrize("scale", [3e-3, 0.03, 0.3, 3.0, 30.0, 300.0])
def test_slope_of_a_loss_in_float32_is_found_on_steep_ways_and_on_flat_ones(scale):
    def loss(t):  # of steps up to 0.1 of the scale hardly bent
        return float(np.float32(2 + 0.3 * np.sin(t / scale)))
    slopes, doubts = surest_slopes([loss], loss(0), COARSE, 2.4e-7)
    assert abs(slopes[0] * scale / 0.3 - 1) < 1e-3 and doubts[0] * scale / 0.3 < 2.4e-4
