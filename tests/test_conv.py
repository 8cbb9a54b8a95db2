"""The convolution gives what sums over pixels give, forward and backward, whatever its shape, stride and padding."""
import numpy as np
import pytest

import nn.ops.tiles
from nn.activation import linear, tanh
from nn.conv import Conv
from nn.initializer import he
from nn.ops import convolution, winograd
from nn.optimizer import SGDOptimizer
from tests.small import conv
from textbook import convolution as reference

pytestmark = pytest.mark.usefixtures("few_images_will_do")
NONE = ((0, 0), (0, 0))
# images (N, H, W, C_in), kernel, C_out, strides, pad, and the padding it comes to: ((top, bottom), (left, right))
CASES = [
    ((2, 5, 4, 1), (1, 1), 1, 1, 0, NONE),
    ((2, 5, 7, 2), (3, 2), 3, 1, 0, NONE),
    ((2, 5, 7, 17), (2, 3), 4, 1, 0, NONE),  # more channels than filters
    ((1, 4, 3, 16), (4, 3), 2, 1, 0, NONE),  # one place only
    ((3, 8, 7, 2), (3, 2), 3, 2, 0, NONE),  # rows and columns are left over
    ((2, 9, 6, 18), (2, 4), 3, 3, 0, NONE),
    ((2, 5, 7, 2), (3, 2), 30, (1, 1), 0, NONE),  # more filters than a window has numbers
    ((2, 5, 13, 2), (3, 3), 20, (1, 2), 1, ((1, 1), (1, 1))),  # a stride along the rows only, and padding
    ((2, 7, 9, 2), (1, 2), 3, 3, 0, NONE),  # stride beyond the kernel: pixels in no window
    ((2, 8, 9, 3), (3, 4), 2, (2, 1), 0, NONE),
    ((2, 8, 9, 3), (3, 4), 2, (1, 3), 0, NONE),
    ((2, 9, 8, 16), (5, 4), 3, 2, 0, NONE),  # a kernel that no stride divides
    ((3, 10, 7, 17), (4, 3), 2, (2, 3), 1, ((1, 1), (1, 1))),
    ((2, 8, 6, 16), (2, 3), 3, (3, 1), 0, NONE),
    ((2, 7, 9, 16), (1, 2), 3, 3, 0, NONE),
    ((2, 5, 4, 2), (3, 2), 3, 1, 1, ((1, 1), (1, 1))),
    ((2, 6, 5, 17), (3, 3), 2, 2, 1, ((1, 1), (1, 1))),
    ((2, 4, 5, 2), (3, 5), 2, (2, 3), 2, ((2, 2), (2, 2))),
    ((1, 3, 2, 1), (5, 4), 2, 1, 2, ((2, 2), (2, 2))),  # kernel beyond the image
    ((2, 6, 5, 2), (4, 4), 3, 3, 3, ((3, 3), (3, 3))),
    ((2, 5, 4, 2), (3, 5), 3, 1, "same", ((1, 1), (2, 2))),
    ((2, 5, 4, 2), (2, 4), 3, 1, "same", ((0, 1), (1, 2))),  # an even kernel: one more at the bottom and the right
    ((2, 6, 5, 17), (3, 3), 2, 2, "same", ((0, 1), (1, 1))),
    ((2, 7, 8, 2), (1, 2), 2, 3, "same", ((0, 0), (0, 0))),
    ((2, 7, 5, 2), (5, 2), 2, (3, 2), "same", ((2, 2), (0, 1))),
    # many channels, made as `nn.ops.winograd` does: one to four columns in the last tile
    ((3, 5, 7, 24), (3, 3), 25, 1, "same", ((1, 1), (1, 1))),
    ((2, 4, 8, 26), (3, 3), 24, 1, 0, NONE),
    ((2, 3, 4, 24), (3, 3), 30, 1, 2, ((2, 2), (2, 2))),
    ((1, 6, 3, 24), (3, 3), 24, 1, 0, NONE),  # one column only
    ((2, 1, 1, 24), (3, 3), 24, 1, "same", ((1, 1), (1, 1))),  # an image of one pixel
]


def random(*shape):
    return np.random.normal(size=shape)


def made(x_shape, kernel, c_out, strides, pad, dtype=np.float64, activation=tanh):
    layer = conv(*kernel, x_shape[3], c_out, strides=strides, pad=pad, activation=activation)
    layer.b = random(c_out)
    layer.astype(dtype)
    return layer


@pytest.mark.parametrize("dtype, tolerance", [(np.float64, 1e-11), (np.float32, 2e-5)])
@pytest.mark.parametrize("x_shape, kernel, c_out, strides, pad, padding", CASES)
def test_conv_equals_sums_over_pixels(x_shape, kernel, c_out, strides, pad, padding, dtype, tolerance):
    layer, x = made(x_shape, kernel, c_out, strides, pad, dtype), random(*x_shape).astype(dtype)
    steps = (strides, strides) if isinstance(strides, int) else strides
    z, activation = layer.forward(x)
    e = random(*z.shape).astype(dtype)
    grad, dx = layer.get_weight_grad(x, e), layer.backward(e)
    for ours, textbook in [
        (z, reference.convolution(x, layer.w, layer.b, steps, padding)),
        (activation, np.tanh(reference.convolution(x, layer.w, layer.b, steps, padding))),
        (grad["w"], reference.convolution_weight_gradient(x, e, kernel, steps, padding)),
        (grad["b"], e.sum(axis=(0, 1, 2), dtype=np.float64)),
        (dx, reference.convolution_input_gradient(e, layer.w, x_shape[1:3], steps, padding)),
    ]:
        assert ours.dtype == dtype and ours.shape == textbook.shape
        np.testing.assert_allclose(ours, textbook, rtol=tolerance, atol=tolerance * max(1, np.abs(textbook).max()))


@pytest.mark.parametrize("n, h, w, k, stride, pad, oh, ow", [
    (2, 28, 20, 5, 1, 0, 24, 16), (2, 24, 13, 6, 2, 0, 10, 4), (2, 10, 9, 6, 2, 0, 3, 2), (1, 7, 5, 3, 1, 1, 7, 5),
    (1, 7, 5, 3, 2, 1, 4, 3), (1, 7, 5, 4, 1, "same", 7, 5), (1, 7, 5, 4, 2, "same", 4, 3),
    (1, 7, 5, 2, 3, "same", 3, 2)])
def test_output_size(n, h, w, k, stride, pad, oh, ow):
    assert conv(k, k, 1, 2, strides=stride, pad=pad).forward(np.ones((n, h, w, 1)))[0].shape == (n, oh, ow, 2)


@pytest.mark.parametrize("tile_bytes", [1, 2500])  # one image a tile; and two, with one left over
@pytest.mark.parametrize("channels, kernel, c_out, strides, pad", [
    (2, (3, 2), 3, 1, 1), (2, (3, 2), 3, (2, 1), 0), (17, (3, 2), 3, 2, "same"), (24, (3, 3), 25, 1, 1)])
def test_parts_of_a_batch_give_the_same_as_all_at_once(channels, kernel, c_out, strides, pad, tile_bytes, monkeypatch):
    layer, x = made((5, 6, 4, channels), kernel, c_out, strides, pad), random(5, 6, 4, channels)
    e = random(*layer.forward(x)[0].shape)
    results = []
    for size in (2 ** 30, tile_bytes):
        monkeypatch.setattr(nn.ops.tiles, "TILE_BYTES", size)
        results.append([layer.forward(x)[0], layer.get_weight_grad(x, e)["w"], layer.backward(e)])
    for at_once, in_parts in zip(*results):
        np.testing.assert_allclose(in_parts, at_once, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("channels", [2, 17])
def test_weight_gradient_is_that_of_its_inputs_whatever_forward_saw(channels):
    layer, x, other = made((4, 6, 5, channels), (3, 2), 3, 1, 0), random(4, 6, 5, channels), random(4, 6, 5, channels)
    e = random(*layer.forward(x)[0].shape)
    expected = layer.get_weight_grad(x, e)["w"]
    for sees in (layer.forward, layer.predict):
        sees(other)
        np.testing.assert_array_equal(layer.get_weight_grad(x, e)["w"], expected)


def test_what_windows_copy_is_bounded(monkeypatch):
    row_bytes = 4 * 3 * 2 * 5 * 8  # of 4 columns, 3 pixel rows side by side, 2 channels and 5 images in float64
    monkeypatch.setattr(nn.ops.tiles, "TILE_BYTES", 5 * row_bytes // 2)
    taken, windows = [], convolution.windows

    def noting(x, kernel, strides, rows):
        taken.append((rows.stop - rows.start, windows(x, kernel, strides, rows).base.nbytes))
        return windows(x, kernel, strides, rows)

    monkeypatch.setattr(convolution, "windows", noting)
    made((5, 9, 4, 2), (3, 2), 3, 1, 0).forward(random(5, 9, 4, 2))
    assert sorted(taken) == [(1, row_bytes)] + [(2, 2 * row_bytes)] * 3


@pytest.mark.parametrize("view", [
    lambda x: x[:, ::-1], lambda x: x[::2, :, ::2], lambda x: x.transpose(0, 2, 1, 3), lambda x: x[..., 1:]])
@pytest.mark.parametrize("channels, kernel, c_out, pad", [(3, (2, 2), 3, 0), (3, (2, 2), 3, 1), (25, (3, 3), 24, 1)])
def test_inputs_and_errors_may_be_views(view, channels, kernel, c_out, pad):
    x = view(random(4, 6, 6, channels))
    layer = made(x.shape, kernel, c_out, 1, pad)
    e = random(*layer.forward(x)[0].shape)[:, ::-1]
    for ours, copied in zip((layer.forward(x)[0], layer.get_weight_grad(x, e)["w"], layer.backward(e)),
                            (layer.forward(x.copy())[0], layer.get_weight_grad(x.copy(), e.copy())["w"],
                             layer.backward(e.copy()))):
        np.testing.assert_allclose(ours, copied, rtol=1e-12)


@pytest.mark.parametrize("channels, kernel, c_out, strides", [
    (2, (3, 2), 3, 2), (17, (3, 2), 3, 2), (24, (3, 3), 24, 1)])
@pytest.mark.parametrize("pad", [0, 1])
@pytest.mark.parametrize("activation", [linear, tanh])
def test_inputs_and_errors_are_left_as_they_are(channels, kernel, c_out, strides, pad, activation):
    layer, x = made((2, 5, 4, channels), kernel, c_out, strides, pad, activation=activation), random(2, 5, 4, channels)
    z, a = layer.forward(x)
    e = random(*z.shape)
    arrays = [x, z, a, e, layer.w, layer.b]
    before = [array.copy() for array in arrays]
    layer.get_weight_grad(x, layer.get_activation_grad(z, e))
    layer.backward(e)
    layer.forward(x)
    for array, old in zip(arrays, before):
        np.testing.assert_array_equal(array, old)


def test_without_bias_there_is_none():
    layer, x = conv(2, 2, 1, 3, bias=False), random(2, 3, 4, 1)
    z, _ = layer.forward(x)
    assert layer.b is None and layer.weights == ("w",) and list(layer.get_weight_grad(x, z)) == ["w"]
    np.testing.assert_allclose(z, reference.convolution(x, layer.w, np.zeros(3), (1, 1), NONE))


def test_bias_starts_at_zero():
    np.testing.assert_array_equal(conv(2, 2, 1, 3).b, np.zeros(3))


@pytest.mark.parametrize("change, words", [
    (dict(fshape=(5, 5, 16)), "fshape must be (kh, kw, C_in, C_out), but is (5, 5, 16)"),
    (dict(strides=0), "strides must be a positive integer"),
    (dict(strides=1.5), "strides must be a positive integer"),
    (dict(strides=(1, 2, 3)), "strides must be a positive integer"),
    (dict(pad=-1), "pad must be a number of pixels, 0 or more, or \"same\", but is -1"),
    (dict(pad="valid"), "but is 'valid'"),
    (dict(pad=0.5), "but is 0.5"),
])
def test_impossible_arguments_are_refused(change, words):
    arguments = dict(fshape=(3, 3, 1, 2), activation=tanh, filter_init=he, optimizer=SGDOptimizer())
    with pytest.raises(ValueError) as caught:
        Conv(**{**arguments, **change})
    assert words in str(caught.value)


@pytest.mark.parametrize("x_shape, words", [
    ((2, 8, 8, 3), ["Conv((5, 4, 1, 2)) expects images (N, H, W, 1)", "(2, 8, 8, 3)", "C_in must be the 3 channels"]),
    ((2, 784), ["(N, H, W, 1)", "(2, 784)", "reshape the data to images"]),
    ((2, 4, 8, 1), ["a window of 5 pixels does not fit into 4", "smaller window, more pad"]),
    ((2, 8, 3, 1), ["a window of 4 pixels does not fit into 3"]),
])
def test_images_that_do_not_fit_are_refused_with_the_remedy(x_shape, words):
    with pytest.raises(ValueError) as caught:
        conv(5, 4, 1, 2).forward(np.zeros(x_shape))
    assert [word for word in words if word not in str(caught.value)] == []


@pytest.mark.parametrize("ops, x_shape, kernel, c_out, strides, padding", [
    (convolution, (3, 7, 5, 2), (3, 2), 4, (2, 1), ((0, 1), (2, 0))),
    (convolution, (2, 6, 9, 11), (2, 4), 3, (1, 3), ((2, 1), (0, 3))),
    (winograd, (3, 7, 5, 2), (3, 3), 4, (1, 1), ((0, 1), (2, 0))),
    (winograd, (2, 3, 6, 5), (3, 3), 3, (1, 1), ((2, 1), (1, 2)))])
def test_each_sum_equals_its_textbook_version(ops, x_shape, kernel, c_out, strides, padding):
    x, w, b = random(*x_shape), random(*kernel, x_shape[3], c_out), random(c_out)
    z = reference.convolution(x, w, b, strides, padding)
    e, where = random(*z.shape), (strides, padding)
    for ours, expected in [
            (ops.convolution(x, w, b, *where, np.tanh), (z, np.tanh(z))),
            (ops.convolution(x, w, None, *where), [reference.convolution(x, w, None, *where)] * 2),
            (ops.convolution_weight_gradients(x, e, kernel, *where),
             (reference.convolution_weight_gradient(x, e, kernel, *where), e.sum(axis=(0, 1, 2)))),
            ([ops.convolution_input_gradient(e, w, x.shape[1:3], *where)],
             [reference.convolution_input_gradient(e, w, x.shape[1:3], *where)])]:
        assert len(ours) == len(expected)
        for our, one in zip(ours, expected):
            np.testing.assert_allclose(our, one, rtol=1e-11, atol=1e-11)
