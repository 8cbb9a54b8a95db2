"""Every gradient is the slope that central differences measure; and the check itself finds each mistake it should."""
import numpy as np
import pytest
from numpy.lib.stride_tricks import sliding_window_view

from nn.activation import (
    AbstractActivation,
    LeakyReLU,
    cross_entropy,
    leaky_relu,
    linear,
    mse,
    relu,
    sigmoid,
    silu,
    tanh,
)
from nn.conv import Conv
from nn.flatten import Flatten
from nn.fullyconnected import FullyConnected
from nn.gradient_check import check_gradients
from nn.groupnorm import GroupNorm
from nn.loss import MeanSquaredError, SoftmaxCrossEntropy
from nn.maxpooling import MaxPooling
from nn.network import Network
from nn.optimizer import AdamOptimizer, MomentumSGDOptimizer, SGDOptimizer
from nn.whitening import PatchWhitening
from tests.small import Cube, Scale, conv, data, dense

pytestmark = pytest.mark.usefixtures("few_images_will_do")
# the shape of the inputs, and the layers; the last one has 3 outputs
NETWORKS = {
    "dense": ((4, 5), lambda: [dense(5, 3)]),
    "two dense": ((4, 5), lambda: [dense(5, 4), dense(4, 3)]),
    "three dense, images, no Flatten": ((4, 3, 2, 2), lambda: [
        dense(12, 5), dense(5, 4), dense(4, 3, activation=linear)]),
    "Flatten": ((4, 3, 2, 2), lambda: [Flatten((3, 2, 2)), dense(12, 3)]),
    "one image": ((1, 5), lambda: [dense(5, 4), dense(4, 3)]),
    "no biases": ((3, 5, 4, 2), lambda: [conv(3, 2, 2, 3, bias=False), dense(27, 3, bias=False)]),
    "conv": ((3, 5, 4, 2), lambda: [conv(3, 2, 2, 3), Flatten((3, 3, 3)), dense(27, 3)]),
    "conv, no Flatten": ((3, 5, 4, 2), lambda: [conv(3, 2, 2, 3), dense(27, 3)]),
    "conv last": ((3, 5, 4, 2), lambda: [conv(5, 4, 2, 3, activation=linear), Flatten((1, 1, 3))]),
    "two convs": ((2, 7, 6, 2), lambda: [conv(3, 2, 2, 4), conv(2, 3, 4, 3), dense(36, 3)]),
    "convs of 17 channels": ((2, 6, 5, 17), lambda: [conv(3, 2, 17, 18), conv(2, 3, 18, 2), dense(12, 3)]),
    "stride 2, rows left over": ((2, 8, 7, 2), lambda: [conv(3, 2, 2, 3, strides=2), dense(27, 3)]),
    "stride 2, two convs": ((2, 12, 9, 1), lambda: [
        conv(3, 2, 1, 3, strides=2), conv(2, 3, 3, 2, strides=2), dense(4, 3)]),
    "strides (2, 1)": ((2, 8, 5, 2), lambda: [conv(3, 4, 2, 3, strides=(2, 1)), dense(18, 3)]),
    "strides (1, 3)": ((2, 5, 8, 2), lambda: [conv(2, 3, 2, 2, strides=(1, 3)), dense(16, 3)]),
    "stride beyond the kernel": ((2, 7, 8, 2), lambda: [conv(2, 1, 2, 3, strides=3), dense(18, 3)]),
    "pad 1": ((2, 5, 4, 2), lambda: [conv(3, 2, 2, 2, pad=1), dense(50, 3)]),
    "pad 1, stride 2, 8 channels": ((2, 6, 5, 8), lambda: [conv(3, 3, 8, 2, pad=1, strides=2), dense(18, 3)]),
    "pad 2": ((1, 3, 2, 1), lambda: [conv(5, 4, 1, 2, pad=2), dense(18, 3)]),
    "pad same": ((2, 5, 4, 2), lambda: [conv(3, 5, 2, 2, pad="same"), dense(40, 3)]),
    "pad same, even kernel": ((2, 5, 4, 2), lambda: [conv(2, 4, 2, 2, pad="same"), dense(40, 3)]),
    "pad same, stride 2": ((2, 7, 6, 2), lambda: [conv(4, 3, 2, 2, pad="same", strides=2), dense(24, 3)]),
    "two convs of 24 channels and more": ((2, 3, 5, 2), lambda: [
        conv(3, 3, 2, 24, pad=1), conv(3, 3, 24, 25, pad=2), conv(3, 3, 25, 24), dense(360, 3)]),
    "whitened patches": ((5, 6, 7, 3), lambda: [PatchWhitening(2, 3, silu), conv(3, 2, 24, 3), dense(45, 3)]),
    "max pooling": ((2, 6, 7, 2), lambda: [conv(3, 2, 2, 3), MaxPooling(2), dense(18, 3)]),
    "pooling first": ((2, 6, 4, 2), lambda: [MaxPooling(2), dense(12, 3)]),
    "overlapping pooling": ((2, 6, 7, 2), lambda: [MaxPooling(3, 1), conv(2, 3, 2, 2), MaxPooling((2, 1), (1, 2)),
                                                   dense(8, 3)]),
    "pooling with pad": ((2, 5, 4, 2), lambda: [MaxPooling(3, 2, pad=1), dense(12, 3)]),
    "pooling, pad same": ((2, 5, 4, 2), lambda: [MaxPooling((2, 3), 2, pad="same"), dense(12, 3)]),
    "two groups of three channels": ((3, 5, 4, 6), lambda: [
        GroupNorm(2, 6, tanh, optimizer=SGDOptimizer()), conv(2, 3, 6, 4), GroupNorm(1, 4, optimizer=SGDOptimizer()),
        dense(32, 3)]),
    "groups of rows": ((4, 6), lambda: [
        GroupNorm(3, 6, optimizer=SGDOptimizer()), dense(6, 8), GroupNorm(1, 8, tanh, optimizer=SGDOptimizer()),
        dense(8, 3)]),
    "groups of the steps of sequences": ((3, 5, 4), lambda: [
        GroupNorm(2, 4, tanh, optimizer=SGDOptimizer()), dense(20, 3)]),
    "a student's layers": ((4, 5), lambda: [
        Scale([0.2, -0.4, 0.6, 0.5, 0.3]), Cube(), dense(5, 3), Scale([1.0, -2.0, 0.5])]),
    "a student's layers among images": ((2, 4, 3, 1), lambda: [Cube(), conv(2, 2, 1, 2), Cube(), dense(12, 3)]),
}


@pytest.mark.parametrize("loss", [cross_entropy, mse], ids=["cross_entropy", "mse"])
@pytest.mark.parametrize("name", NETWORKS)
def test_gradients_of_the_network(name, loss):
    shape, layers = NETWORKS[name]
    errors = check_gradients(layers(), loss, *data(*shape), samples=25)
    assert [str(error) for error in errors if not error.error < 1e-6] == []
    assert [(error.layer, error.weight) for error in errors] == [("X", "w")] + [
        (f"{k} {layer!r}", weight) for k, layer in enumerate(layers()) for weight in layer.weights]


@pytest.mark.filterwarnings("ignore:the last layer")  # that its activation does not fit the loss is meant here
@pytest.mark.parametrize("activation", [relu, leaky_relu, LeakyReLU(0.3), sigmoid, silu, tanh, linear])
@pytest.mark.parametrize("shape, layers", [
    ((4, 5), lambda f: [dense(5, 6, activation=f), dense(6, 4, activation=f), dense(4, 3, activation=f)]),
    ((2, 6, 5, 2), lambda f: [
        conv(3, 2, 2, 4, activation=f), conv(2, 3, 4, 3, activation=f), dense(18, 3, activation=f)]),
], ids=["dense", "conv"])
def test_gradients_of_the_activation(activation, shape, layers):
    errors = check_gradients(layers(activation), cross_entropy, *data(*shape))
    assert [str(error) for error in errors if not error.error < 1e-6] == []


@pytest.mark.parametrize("labels", [np.array([[0.2, 0.5, 0.3], [0.0, 0.9, 0.1]]), np.array([[1.0, 0, 0], [0, 1, 0]])])
@pytest.mark.parametrize("loss", [cross_entropy, SoftmaxCrossEntropy(0.1), mse])
@pytest.mark.parametrize("scale", [1e-3, 1.0, 1000.0])
def test_gradients_of_the_loss(loss, labels, scale):
    X = scale * np.array([[1.0, -0.5, 0.2], [-1.0, 1.0, 0.8]])
    errors = check_gradients([Scale(np.ones(3))], loss, X, labels, h=1e-4)
    assert [str(error) for error in errors if not error.error < 1e-6] == []


def slopes(net, layer, name, X, Y, h=1e-5):
    """dL/dw by central differences of the loss of net.forward, without check_gradients and without train_step."""
    w = getattr(layer, name)
    slope = np.zeros(w.shape)
    for at in np.ndindex(w.shape):
        losses = []
        for step in (h, -h):
            moved = w.copy()
            moved[at] += step
            setattr(layer, name, moved)
            losses.append(np.sum(net.loss.compute(net.forward(X), Y)))
        slope[at] = (losses[0] - losses[1]) / (2 * h)
    setattr(layer, name, w)
    return slope


@pytest.mark.filterwarnings("ignore:the last layer")  # that its activation does not fit the loss is meant here
@pytest.mark.parametrize("loss", [cross_entropy, mse], ids=["cross_entropy", "mse"])
@pytest.mark.parametrize("make", [SGDOptimizer, MomentumSGDOptimizer])  # a first step of momentum is plain descent
@pytest.mark.parametrize("shape, layers", [
    ((4, 5), lambda o: [dense(5, 4, optimizer=o), dense(4, 4, optimizer=o), dense(4, 3, optimizer=o)]),
    ((4, 5), lambda o: [Scale([0.2, -0.4, 0.6, 0.5, 0.3]), Cube(), dense(5, 3, optimizer=o), Scale([1.0, -2.0, 0.5])]),
    ((2, 8, 7, 2), lambda o: [conv(3, 2, 2, 3, strides=2, optimizer=o), conv(2, 2, 3, 3, optimizer=o), dense(12, 3)]),
    ((2, 5, 4, 8), lambda o: [Flatten((5, 4, 8)), dense(160, 3, optimizer=o, activation=relu)]),
    ((2, 6, 5, 8), lambda o: [conv(3, 3, 8, 2, pad=1, optimizer=o, activation=relu), MaxPooling(3, 2), dense(8, 3)]),
    ((2, 4, 3, 1), lambda o: [MaxPooling(2, 1), conv(2, 1, 1, 2, pad="same", optimizer=o), dense(12, 3, optimizer=o)]),
])
def test_train_step_moves_each_weight_along_its_measured_slope(shape, layers, make, loss):
    layers, (X, Y) = layers(make()), data(*shape)
    net = Network(layers, lr=0.5, loss=loss, dtype=np.float64)
    weights = [(layer, name) for layer in layers for name in layer.weights]
    expected = [getattr(*weight) - 0.5 * slopes(net, *weight, X, Y) for weight in weights]
    net.train_step((X, Y))
    for weight, value in zip(weights, expected):
        np.testing.assert_allclose(getattr(*weight), value, rtol=0, atol=1e-8)


# --- the check itself

@pytest.mark.parametrize("optimizer", [SGDOptimizer(weight_decay=0.1), AdamOptimizer()])
def test_check_leaves_layers_data_and_random_numbers_as_they_are(optimizer):
    layers, (X, Y) = [conv(3, 2, 1, 2, optimizer=optimizer), dense(18, 3, optimizer=optimizer)], data(3, 5, 4, 1)
    arrays = [X, Y] + [getattr(layer, name) for layer in layers for name in layer.weights]
    before, state = [array.copy() for array in arrays], np.random.get_state()[1].copy()
    layers[0].forward(X)
    check_gradients(layers, mse, X, Y, samples=5)
    after = [X, Y] + [getattr(layer, name) for layer in layers for name in layer.weights]
    assert all(array is same for array, same in zip(arrays, after))
    for array, old in zip(arrays, before):
        np.testing.assert_array_equal(array, old)
    np.testing.assert_array_equal(np.random.get_state()[1], state)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_layers_of_a_trained_network_can_be_checked(dtype):
    layers, (X, Y) = [conv(3, 2, 1, 2, optimizer=AdamOptimizer()), dense(18, 3)], data(3, 5, 4, 1, dtype=dtype)
    Network(layers, 0.01, mse, dtype).train_step((X, Y))
    assert max(error.error for error in check_gradients(layers, mse, X, Y)) < 1e-6
    assert layers[0].w.dtype == dtype


class SumsSeparately(Conv):
    """The weight gradient is a product of sums instead of a sum of products."""

    def get_weight_grad(self, inputs, layer_err):
        grad = super().get_weight_grad(inputs, layer_err)
        down, right = self.strides
        windows = sliding_window_view(inputs, self.fshape[:2], (1, 2))[:, ::down, ::right]  # (N, oh, ow, C, kh, kw)
        x = windows.sum(axis=(0, 1, 2)).transpose(1, 2, 0)[..., None]
        grad["w"] = x * layer_err.sum(axis=(0, 1, 2)) / len(inputs)
        return grad


class LosesTheLastRow(Conv):
    def backward(self, layer_err):
        dx = super().backward(layer_err)
        dx[:, -1] = 0
        return dx


class GetsZ(FullyConnected):
    """The weight gradient is made with the z of the tanh layer before instead of its activation."""

    def get_weight_grad(self, inputs, layer_err):
        return super().get_weight_grad(np.arctanh(inputs), layer_err)


class BackwardWithoutWeights(FullyConnected):
    def backward(self, layer_err):
        return (layer_err @ np.ones_like(self.w.T)).reshape(self.input_shape)


class ForgetsTheActivation(FullyConnected):
    def get_activation_grad(self, z, upstream_gradient):
        return upstream_gradient


class MeanOfBias(FullyConnected):
    def get_weight_grad(self, inputs, layer_err):
        return {**super().get_weight_grad(inputs, layer_err), "b": layer_err.mean(axis=0)}


class TransposedGradient(FullyConnected):
    def get_weight_grad(self, inputs, layer_err):
        grad = super().get_weight_grad(inputs, layer_err)
        return {**grad, "w": grad["w"].T}


class WrongSlope(AbstractActivation):
    """The slope of the sigmoid without its (1 - f)."""

    compute = deriv = staticmethod(sigmoid.compute)


class TimesN(MeanSquaredError):
    def deriv(self, X, Y):
        return (X - Y) * len(X)


@pytest.mark.parametrize("layers, loss, wrong", [
    (lambda: [conv(3, 2, 2, 3, kind=SumsSeparately), dense(27, 3)], mse, ["0 w"]),
    (lambda: [conv(2, 2, 2, 3), conv(2, 2, 3, 2, kind=SumsSeparately), dense(12, 3)], mse, ["1 w"]),
    (lambda: [conv(2, 2, 2, 3), conv(2, 2, 3, 2, kind=LosesTheLastRow), dense(12, 3)], mse, ["X w", "0 w", "0 b"]),
    (lambda: [dense(40, 5), dense(5, 3, kind=GetsZ)], mse, ["1 w"]),
    (lambda: [dense(40, 5), dense(5, 4, kind=BackwardWithoutWeights), dense(4, 3)], mse, ["X w", "0 w", "0 b"]),
    (lambda: [dense(40, 5), dense(5, 4, kind=ForgetsTheActivation), dense(4, 3)], mse,
     ["X w", "0 w", "0 b", "1 w", "1 b"]),
    (lambda: [dense(40, 5, activation=WrongSlope()), dense(5, 3)], mse, ["X w", "0 w", "0 b"]),
    (lambda: [dense(40, 5), dense(5, 4, kind=MeanOfBias), dense(4, 3)], mse, ["1 b"]),
    (lambda: [dense(40, 5), dense(5, 4, kind=TransposedGradient), dense(4, 3)], mse, ["1 w"]),
    (lambda: [dense(40, 5), dense(5, 3)], TimesN(), ["X w", "0 w", "0 b", "1 w", "1 b"]),
])
def test_check_names_the_gradients_that_are_wrong_and_no_others(layers, loss, wrong):
    errors = check_gradients(layers(), loss, *data(3, 5, 4, 2))
    short = [(f"{error.layer.split()[0]} {error.weight}", error.error) for error in errors]
    assert [name for name, error in short if error > 1e-3] == wrong
    assert [name for name, error in short if error < 1e-6] == [name for name, _ in short if name not in wrong]


class TwoWeights(Scale):
    """y = w x + b; `form` says how the gradients are handed over."""

    def __init__(self, form):
        super().__init__([0.5, -1.0, 2.0])
        self.b, self.form = np.array([0.1, 0.2, 0.3]), form

    def forward(self, inputs):
        z = inputs * self.w + self.b
        return z, z

    def get_weight_grad(self, inputs, layer_err):
        return self.form(np.sum(inputs * layer_err, axis=0), np.sum(layer_err, axis=0))


@pytest.mark.parametrize("form", [lambda w, b: (w, b), lambda w, b: [w, b], lambda w, b: {"b": b, "w": w}])
def test_gradients_may_be_a_dict_or_a_sequence(form):
    errors = check_gradients([dense(5, 3), TwoWeights(form)], mse, *data(4, 5))
    assert [error.weight for error in errors] == ["w", "w", "b", "w", "b"]
    assert max(error.error for error in errors) < 1e-6


@pytest.mark.parametrize("form, missing", [
    (lambda w, b: None, "w, b"), (lambda w, b: {}, "w, b"), (lambda w, b: {"w": w}, "b"), (lambda w, b: (w,), "b"),
    (lambda w, b: {"dw": w, "db": b}, "w, b"), (lambda w, b: w, "b")])
def test_missing_gradient_is_an_error(form, missing):
    with pytest.raises(ValueError, match=f"1 TwoWeights: get_weight_grad returned no gradient for {missing};"):
        check_gradients([dense(5, 3), TwoWeights(form)], mse, *data(4, 5))


class Counting(MeanSquaredError):
    calls = 0

    def compute(self, X, Y):
        self.calls += 1
        return super().compute(X, Y)


@pytest.mark.parametrize("samples, measured", [(4, 4 + 4), (10, 10 + 9), (1000, 15 + 9)])
def test_samples_bound_how_many_numbers_of_each_weight_are_measured(samples, measured):
    loss = Counting()
    check_gradients([Cube(), dense(3, 3, bias=False)], loss, *data(5, 3), samples=samples)
    assert loss.calls == 1 + 2 * measured


def test_error_is_printed_with_its_layer_and_weight():
    printed = str(check_gradients([dense(5, 3)], mse, *data(4, 5))[1])
    assert printed.startswith("0 FullyConnected((5, 3)) w ") and " relative error " in printed
