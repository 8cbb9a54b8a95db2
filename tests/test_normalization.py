"""Batch, layer and group normalisation against the textbook, against measured slopes, and at inference."""
from functools import partial

import numpy as np
import pytest

from nn.activation import cross_entropy, linear, mse, relu, sigmoid, tanh
from nn.batchnorm import BatchNorm
from nn.conv import Conv
from nn.fullyconnected import FullyConnected
from nn.gradient_check import check_gradients
from nn.groupnorm import GroupNorm
from nn.initializer import he, xavier
from nn.layernorm import LayerNorm
from nn.network import Network
from nn.ops import tiles
from nn.ops.normalization import channel_moments
from nn.optimizer import AdamOptimizer, AdamWOptimizer, SGDOptimizer

SHAPES = [(5, 3), (2, 3), (4, 3, 5), (4, 2, 5, 3), (5, 4, 3, 1)]


def bn(channels, activation=linear, **others):
    return BatchNorm(channels, activation=activation, optimizer=SGDOptimizer(), **others)


def ln(features, activation=linear):
    return LayerNorm(features, activation=activation, optimizer=SGDOptimizer())


def gn(groups, channels, activation=linear):
    return GroupNorm(groups, channels, activation=activation, optimizer=SGDOptimizer())


def fc(n_in, n_out, activation=linear):
    return FullyConnected((n_in, n_out), activation=activation, weight_init=xavier, optimizer=SGDOptimizer())


def conv(*fshape):
    return Conv(fshape, activation=linear, filter_init=he, optimizer=SGDOptimizer())


def textbook(x, w, b, e, axes, weight_axes, eps=1e-5):
    """z, dL/dw, dL/db, dL/dx, with x normalised over `axes` and each weight shared over `weight_axes`."""
    n = np.prod([x.shape[axis] for axis in axes])
    mean = x.sum(axis=axes, keepdims=True) / n
    var = ((x - mean) ** 2).sum(axis=axes, keepdims=True) / n
    xhat = (x - mean) / np.sqrt(var + eps)
    g = e * w
    dvar = (g * (x - mean)).sum(axis=axes, keepdims=True) * -0.5 * (var + eps) ** -1.5
    dmean = -g.sum(axis=axes, keepdims=True) / np.sqrt(var + eps)
    dx = g / np.sqrt(var + eps) + dvar * 2 * (x - mean) / n + dmean / n
    return xhat * w + b, (e * xhat).sum(axis=weight_axes), e.sum(axis=weight_axes), dx


def random_case(layer, shape, dtype=np.float64, seed=0):
    """Draws weights for `layer`, and inputs and errors of `shape`."""
    rng = np.random.default_rng(seed)
    layer.w, layer.b = (rng.normal(size=layer.w.shape).astype(dtype) for _ in "wb")
    return rng.normal(2.0, 3.0, size=shape).astype(dtype), rng.normal(size=shape).astype(dtype)


def assert_as_textbook(layer, x, e, axes, weight_axes):
    z, _ = layer.forward(x)
    grad = layer.get_weight_grad(x, e)
    for ours, theirs in zip((z, grad["w"], grad["b"], layer.backward(e)),
                            textbook(x, layer.w, layer.b, e, axes, weight_axes)):
        assert ours.shape == theirs.shape
        np.testing.assert_allclose(ours, theirs, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("images_at_a_time", [2, 100])
def test_batch_norm_is_the_textbooks(shape, images_at_a_time, monkeypatch):
    monkeypatch.setattr(tiles, "TILE_BYTES", images_at_a_time * np.prod(shape[1:]) * 8)
    layer = bn(shape[-1])
    axes = tuple(range(len(shape) - 1))
    assert_as_textbook(layer, *random_case(layer, shape), axes, axes)


@pytest.mark.parametrize("shape, features", [
    ((5, 3), 3), ((1, 4), 4), ((4, 2, 5, 3), (2, 5, 3)), ((4, 2, 5, 3), 3), ((4, 2, 3), 3)])
def test_layer_norm_is_the_textbooks(shape, features):
    layer = ln(features)
    first = len(shape) - np.ndim(layer.w)
    axes = tuple(range(len(shape)))
    assert_as_textbook(layer, *random_case(layer, shape), axes[first:], axes[:first])


def by_groups(layer, x, e):
    """The textbook's (z, dL/dw, dL/db, dL/dx), one group of channels after the other."""
    size = layer.channels // layer.groups
    parts = [slice(k * size, (k + 1) * size) for k in range(layer.groups)]
    each, shared = tuple(range(1, x.ndim)), tuple(range(x.ndim - 1))
    return [np.concatenate(arrays, axis=-1) for arrays in zip(*(
        textbook(x[..., part], layer.w[part], layer.b[part], e[..., part], each, shared) for part in parts))]


@pytest.mark.parametrize("dtype, far, atol", [(np.float64, 0, 1e-9), (np.float32, 3, 1e-5), (np.float32, 1000, 1e-3)])
@pytest.mark.parametrize("shape, groups", [((5, 6), 1), ((5, 12), 3), ((4, 3, 6), 2), ((4, 3, 5, 6), 1),
                                           ((30, 9, 11, 6), 2), ((4, 3, 5, 6), 6), ((1, 2, 3, 4), 2)])
def test_group_norm_is_the_textbooks(shape, groups, dtype, far, atol):
    layer = gn(groups, shape[-1])
    x, e = random_case(layer, shape, dtype)
    x += far
    expected = by_groups(layer, x.astype(np.float64), e.astype(np.float64))
    z, _ = layer.forward(x)
    grad = layer.get_weight_grad(x, e)
    for ours, theirs in zip((z, grad["w"], grad["b"], layer.backward(e)), expected):
        np.testing.assert_allclose(ours, theirs, rtol=1e-9, atol=atol * np.abs(theirs).max())


@pytest.mark.parametrize("number", [0.3, 1000.1, 0.0])
@pytest.mark.parametrize("make, shape", [(lambda: gn(2, 6), (7, 9, 11, 6)), (lambda: gn(2, 6), (7, 6)),
                                         (lambda: ln(6), (7, 6)), (lambda: ln((9, 11, 6)), (7, 9, 11, 6))])
def test_an_input_that_is_one_number_all_over_is_the_bias(make, shape, number):
    """The mean of many equal numbers is rounded, and what it is off is multiplied by 1 / sqrt(eps) = 316."""
    layer = make()
    x, e = random_case(layer, shape, np.float32)
    layer.astype(np.float32)
    x[1] = number
    e[:1] = e[2:] = 0
    z, _ = layer.forward(x)
    np.testing.assert_array_equal(z[1], np.broadcast_to(layer.b, shape[1:]))
    assert not layer.get_weight_grad(x, e)["w"].any()


@pytest.mark.parametrize("groups, channels, words", [
    (4, 6, r"GroupNorm: 6 channels make no 4 groups of the same size; write GroupNorm\(3, 6, ...\)"),
    (32, 8, r"write GroupNorm\(8, 32, ...\)"), (7, 5, r"write GroupNorm\(5, 5, ...\)"),
    (0, 6, "groups must be a positive integer"), (2, 6.0, "channels must be a positive integer")])
def test_groups_that_do_not_divide_the_channels_are_refused(groups, channels, words):
    with pytest.raises(ValueError, match=words):
        gn(groups, channels)


VECTORS, IMAGES = (6, 5), (4, 5, 4, 3)


@pytest.mark.parametrize("name, shape, make", [
    ("batch, first", VECTORS, lambda: [bn(5, tanh), fc(5, 4)]),
    ("batch, between", VECTORS, lambda: [fc(5, 7), bn(7, sigmoid), fc(7, 3), bn(3, tanh), fc(3, 4)]),
    ("batch, last", VECTORS, lambda: [fc(5, 4, tanh), bn(4)]),
    ("batch, images first", IMAGES, lambda: [bn(3, tanh), conv(2, 3, 3, 2), bn(2, relu), fc(4 * 2 * 2, 4)]),
    ("batch, images between", IMAGES, lambda: [conv(3, 2, 3, 5), bn(5, tanh), fc(3 * 3 * 5, 4)]),
    ("layer, first", VECTORS, lambda: [ln(5, tanh), fc(5, 4)]),
    ("layer, between", VECTORS, lambda: [fc(5, 7), ln(7, sigmoid), fc(7, 3), ln(3, tanh), fc(3, 4)]),
    ("layer, last", VECTORS, lambda: [fc(5, 4, tanh), ln(4)]),
    ("layer, images", IMAGES, lambda: [ln((5, 4, 3), tanh), conv(3, 2, 3, 5), ln((3, 3, 5), relu), fc(3 * 3 * 5, 4)]),
    ("layer, pixels", IMAGES, lambda: [conv(3, 2, 3, 5), ln(5, tanh), fc(3 * 3 * 5, 4)]),
])
@pytest.mark.parametrize("loss", [mse, cross_entropy], ids=["mse", "cross_entropy"])
def test_gradients_are_the_measured_slopes(name, shape, make, loss):
    np.random.seed(1)
    layers = make()
    for layer in layers:  # at w = 1 and b = 0 a forgotten factor would not show
        if isinstance(layer, (BatchNorm, LayerNorm)):
            random_case(layer, shape)
    X, Y = np.random.normal(1.0, 2.0, size=shape), np.eye(4)[np.arange(shape[0]) % 4]
    for error in check_gradients(layers, loss, X, Y, samples=40):
        assert error.error < 1e-6, str(error)


def test_backward_is_right_without_get_weight_grad_and_for_a_second_error():
    layer = bn(3)
    x, e = random_case(layer, (4, 2, 5, 3))
    layer.forward(x)
    layer.get_weight_grad(x, np.ones_like(e))
    np.testing.assert_allclose(layer.backward(e), textbook(x, layer.w, layer.b, e, (0, 1, 2), (0, 1, 2))[3], atol=1e-9)
    layer.get_weight_grad(x, e)
    layer.forward(x[::-1] ** 2)
    expected = textbook(x[::-1] ** 2, layer.w, layer.b, e, (0, 1, 2), (0, 1, 2))[3]
    np.testing.assert_allclose(layer.backward(e), expected, atol=1e-9)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("momentum", [0.1, 0.6])
def test_running_statistics_are_exponential_averages(shape, momentum):
    layer, rng = bn(shape[-1], momentum=momentum), np.random.default_rng(0)
    batches = [rng.normal(3.0, 2.0, size=shape) for _ in range(4)]
    for batch in batches:
        layer.forward(batch)
    shares = momentum * (1 - momentum) ** np.arange(3, -1, -1)
    axes = tuple(range(len(shape) - 1))
    mean = sum(share * batch.mean(axis=axes) for share, batch in zip(shares, batches))
    var = sum(share * batch.var(axis=axes, ddof=1) for share, batch in zip(shares, batches)) + (1 - momentum) ** 4
    np.testing.assert_allclose(layer.running_mean, mean, rtol=1e-12)
    np.testing.assert_allclose(layer.running_var, var, rtol=1e-12)


@pytest.mark.parametrize("shape", SHAPES)
def test_batch_norm_predicts_with_running_statistics(shape):
    layer = bn(shape[-1], sigmoid)
    x, _ = random_case(layer, shape)
    layer.forward(x)
    mean, var = layer.running_mean.copy(), layer.running_var.copy()
    expected = sigmoid.compute(layer.w * (x - mean) / np.sqrt(var + layer.eps) + layer.b)
    np.testing.assert_allclose(layer.predict(x), expected, rtol=1e-10)
    np.testing.assert_allclose(layer.predict(x[:1]), expected[:1], rtol=1e-10, err_msg="one image on its own")
    assert layer.predict(x[:0]).shape == (0, *shape[1:])
    np.testing.assert_array_equal((layer.running_mean, layer.running_var), (mean, var), "predict must not move them")


def test_batch_norm_in_training_and_at_inference_meet_on_a_repeated_batch():
    layer, x = bn(3, eps=0.0), np.random.default_rng(0).normal(5.0, 3.0, size=(8, 3))
    for _ in range(400):
        trained = layer.forward(x)[1]
    np.testing.assert_allclose(layer.predict(x), trained * np.sqrt(7 / 8), rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("make", [lambda: ln(3, tanh), lambda: ln((4, 3), tanh), lambda: gn(3, 3, tanh)])
def test_layer_and_group_norm_are_the_same_for_any_batch_and_at_inference(make):
    layer, x = make(), np.random.default_rng(0).normal(size=(5, 4, 3))
    trained = layer.forward(x)[1]
    np.testing.assert_array_equal(layer.predict(x), trained)
    np.testing.assert_allclose(layer.predict(x[2:3]), trained[2:3], rtol=1e-12)
    assert layer.predict(x[:0]).shape == (0, 4, 3)


def test_a_loaded_network_predicts_as_the_saved_one(tmp_path):
    def build():
        layers = [conv(3, 2, 1, 3), bn(3, relu), fc(4 * 4 * 3, 5), ln(5, relu), bn(5), fc(5, 2)]
        return Network(layers, 0.1, cross_entropy)

    np.random.seed(0)
    saved, loaded = build(), build()
    X, Y = np.random.normal(3.0, 2.0, size=(6, 6, 5, 1)), np.eye(2)[[0, 1, 1, 0, 1, 0]]
    for _ in range(3):
        saved.train_step((X, Y))
    saved.save(tmp_path / "weights.npz")
    loaded.load(tmp_path / "weights.npz")
    np.testing.assert_array_equal(loaded.forward(X), saved.forward(X))


@pytest.mark.parametrize("far", [3, 18, 1000])  # 18: a mean of 7 standard deviations, just near enough for one look
@pytest.mark.parametrize("make, shape", [
    (lambda: bn(5), (3000, 5)), (lambda: bn(5), (30, 10, 11, 5)), (lambda: ln(5), (3000, 5))])
def test_float32_is_accurate_far_from_zero(make, shape, far):
    layer = make()
    x, e = random_case(layer, shape, np.float32)
    x += far
    pixels = tuple(range(len(shape) - 1))
    axes, weight_axes = (pixels, pixels) if isinstance(layer, BatchNorm) else ((1,), (0,))
    expected = textbook(*(np.float64(a) for a in (x, layer.w, layer.b, e)), axes, weight_axes)
    z, _ = layer.forward(x)
    grad = layer.get_weight_grad(x, e)
    for ours, theirs in zip((z, grad["w"], grad["b"], layer.backward(e)), expected):
        np.testing.assert_allclose(ours, theirs, atol=max(1e-5, 1e-6 * far) * np.abs(theirs).max())


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("number", [0.3, -7.7, 1000.1, 1e6 + 0.3, 0.0])
@pytest.mark.parametrize("shape", [(64, 28, 28, 3), (1000, 3), (50, 3), (7, 3, 5, 3)])
def test_a_channel_that_is_one_number_all_over_is_the_bias_and_moves_no_weight(shape, number, dtype):
    """The mean of many equal numbers is rounded, and what it is off is multiplied by 1 / sqrt(eps) = 316."""
    layer = bn(3)
    x, e = random_case(layer, shape, dtype)
    layer.astype(dtype)
    x[..., 1] = number
    z, _ = layer.forward(x)
    grad = layer.get_weight_grad(x, e)
    np.testing.assert_array_equal(z[..., 1], layer.b[1])
    assert grad["w"][1] == 0 and layer.mean[1] == dtype(number)
    mean_error = e[..., 1].mean(dtype=np.float64)
    np.testing.assert_allclose(layer.backward(e)[..., 1], layer.w[1] / np.sqrt(layer.eps) * (e[..., 1] - mean_error),
                               rtol=1e-4, atol=1e-3)


def test_numbers_that_are_nearly_all_the_same_are_told_apart():
    x = np.full((64, 14, 14, 2), 0.3, np.float32)
    x[::2, ..., 1] = np.nextafter(np.float32(0.3), np.float32(1))
    mean, squares = channel_moments(x)
    np.testing.assert_allclose(squares, [0, 64 * 14 * 14 * (np.spacing(np.float32(0.3)) / 2) ** 2], rtol=1e-6)
    assert mean[0] == np.float32(0.3) and mean[1] in x


@pytest.mark.parametrize("shape", [(50, 8, 8, 32), (500, 5)])  # one look at images, two at rows
def test_variance_is_right_to_five_digits_where_the_mean_is_seven_deviations(shape):
    x = np.random.default_rng(0).normal(7.0, 1.0, size=shape).astype(np.float32)
    _, squares = channel_moments(x)
    pixels = tuple(range(len(shape) - 1))
    np.testing.assert_allclose(squares, np.var(x, axis=pixels, dtype=np.float64) * np.prod(shape[:-1]), rtol=5e-6)


@pytest.mark.parametrize("shape, make", [
    ((6, 5), lambda: bn(5)), ((4, 2, 3, 5), lambda: bn(5, relu)),
    ((6, 5), lambda: ln(5)), ((4, 2, 3, 5), lambda: ln((2, 3, 5), relu)),
    ((6, 4), lambda: gn(2, 4)), ((4, 2, 3, 6), lambda: gn(3, 6, relu)),
])
class TestHygiene:
    def test_arguments_are_left_as_they_are(self, shape, make):
        layer = make()
        x, e = random_case(layer, shape)
        x_before, e_before = x.copy(), e.copy()
        z, _ = layer.forward(x)
        z_before = z.copy()
        layer.predict(x)
        layer_err = layer.get_activation_grad(z, e)
        layer.get_weight_grad(x, layer_err)
        layer.backward(layer_err)
        for array, before in ((x, x_before), (e, e_before), (z, z_before)):
            np.testing.assert_array_equal(array, before)

    def test_float32_stays_float32(self, shape, make):
        layer = make()
        layer.optimizers = {name: AdamOptimizer() for name in "wb"}
        x, e = random_case(layer, shape, np.float32)
        layer.astype(np.float32)
        z, a = layer.forward(x)
        layer_err = layer.get_activation_grad(z, e)
        grad = layer.get_weight_grad(x, layer_err)
        dx = layer.backward(layer_err)
        layer.update(grad, 0.1)
        named = [getattr(layer, name) for name in (*layer.weights, *layer.statistics)]
        arrays = (z, a, layer_err, dx, layer.predict(x), *grad.values(), *named)
        assert {array.dtype for array in arrays} == {np.dtype("f4")}


@pytest.mark.parametrize("make", [BatchNorm, LayerNorm, partial(GroupNorm, 1)])
def test_weight_decay_is_not_for_normalisation(make):
    layer = make(5, optimizer=AdamWOptimizer(weight_decay=0.5))
    layer.update({"w": np.zeros(5), "b": np.zeros(5)}, lr=0.1)
    np.testing.assert_array_equal(layer.w, 1.0)


@pytest.mark.parametrize("layer, shape, message", [
    (bn(4), (6, 3), r"expects inputs \(N, ..., 4\).*write BatchNorm\(3, ...\)"),
    (bn(4), (2, 4, 4, 5), r"expects inputs \(N, ..., 4\).*write BatchNorm\(5, ...\)"),
    (bn(3), (3,), r"expects inputs \(N, ..., 3\).*a batch of one is written image\[None\]"),
    (bn(3), (1, 3), "one value a channel"),
    (bn(3), (1, 1, 1, 3), "one value a channel"),
    (ln(4), (6, 3), r"write LayerNorm\(\(3,\)"),
    (ln((2, 3, 1)), (5, 3, 2, 1), r"write LayerNorm\(\(3, 2, 1\)"),
    (gn(2, 4), (6, 6), r"expects inputs \(N, ..., 4\).*write GroupNorm\(2, 6, ...\)"),
    (gn(2, 4), (6, 2, 2, 5), r"write GroupNorm\(1, 5, ...\)"),
    (gn(2, 4), (4,), r"a batch of one is written image\[None\]"),
    (ln((2, 3)), (2, 3), r"expects inputs \(N, ..., 2, 3\)"),
])
def test_inputs_that_do_not_fit_are_refused(layer, shape, message):
    with pytest.raises(ValueError, match=message):
        layer.forward(np.zeros(shape))


def test_batch_norm_at_inference_refuses_other_channels():
    with pytest.raises(ValueError, match="expects inputs"):
        bn(4).predict(np.zeros((5, 3)))
