"""Max pooling gives what a search of each window gives, and the error goes to the one pixel it came from."""
import numpy as np
import pytest
from numpy import inf, nan

from nn.maxpooling import MaxPooling
from textbook import pooling as reference

NONE = ((0, 0), (0, 0))
# (H, W), window, strides as given and as they act, pad, and the padding it comes to: ((top, bottom), (left, right))
CASES = [
    ((4, 6), (2, 2), None, (2, 2), 0, NONE),
    ((5, 7), (2, 2), 2, (2, 2), 0, NONE),  # a row and a column are left over
    ((6, 7), (3, 2), None, (3, 2), 0, NONE),
    ((5, 6), (3, 3), 1, (1, 1), 0, NONE),  # windows overlap
    ((7, 6), (3, 2), (2, 1), (2, 1), 0, NONE),
    ((6, 9), (2, 3), (3, 4), (3, 4), 0, NONE),  # pixels between the windows
    ((4, 3), (4, 3), 1, (1, 1), 0, NONE),
    ((4, 5), (1, 1), 2, (2, 2), 0, NONE),
    ((4, 5), (2, 2), 2, (2, 2), 1, ((1, 1), (1, 1))),
    ((5, 4), (3, 3), (2, 1), (2, 1), 1, ((1, 1), (1, 1))),
    ((5, 4), (3, 2), 2, (2, 2), "same", ((1, 1), (0, 0))),
    ((5, 4), (2, 4), 1, (1, 1), "same", ((0, 1), (1, 2))),
]
IMAGES = {
    "distinct": lambda *shape: np.random.normal(size=shape),
    "ties": lambda *shape: np.random.randint(3, size=shape),
    "all negative": lambda *shape: -1 - np.random.random(shape),  # zeros around an image would win
    "all equal": lambda *shape: np.full(shape, -2.0),
}


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("images", IMAGES)
@pytest.mark.parametrize("size, window, given, strides, pad, padding", CASES)
def test_pooling_equals_a_search_of_each_window(size, window, given, strides, pad, padding, images, dtype):
    layer = MaxPooling(window, given, pad=pad)
    x = IMAGES[images](3, *size, 2).astype(dtype)
    z, out = layer.forward(x)
    e = np.random.randint(-9, 10, size=out.shape).astype(dtype)  # integers: any order of summing gives the same
    dx = layer.backward(layer.get_activation_grad(z, e))
    assert out.dtype == dx.dtype == dtype
    np.testing.assert_array_equal(z, out)
    np.testing.assert_array_equal(out, reference.max_pooling(x, window, strides, padding))
    np.testing.assert_array_equal(dx, reference.max_pooling_input_gradient(x, e, window, strides, padding))
    np.testing.assert_array_equal(layer.predict(x), out)


@pytest.mark.parametrize("view", [
    lambda x: x.transpose(0, 2, 3, 1), lambda x: x[:, ::-1, 1:, ::2], lambda x: x[..., :1]])
@pytest.mark.parametrize("pshape, strides", [(1, 2), (2, 2), (2, 1)])
def test_inputs_and_errors_may_be_views(view, pshape, strides):
    layer, x = MaxPooling(pshape, strides), view(np.random.normal(size=(2, 4, 5, 3)))
    e = np.random.normal(size=layer.forward(x)[1].shape[::-1]).T
    ours = layer.forward(x)[1], layer.backward(e)
    for view, copied in zip(ours, (layer.forward(x.copy())[1], layer.backward(e.copy()))):
        np.testing.assert_array_equal(view, copied)


def test_window_of_one_number_halves_height_and_width():
    assert MaxPooling(2).forward(np.zeros((3, 8, 6, 5)))[1].shape == (3, 4, 3, 5)


@pytest.mark.parametrize("pixels, error", [
    ([[1, 9], [9, 9]], [[0, 5], [0, 0]]), ([[1, 2], [9, 9]], [[0, 0], [5, 0]]), ([[4, 4], [4, 4]], [[5, 0], [0, 0]])])
def test_of_equal_pixels_the_first_in_reading_order_gets_the_error(pixels, error):
    layer = MaxPooling(2)
    layer.forward(np.reshape(pixels, (1, 2, 2, 1)).astype(np.float32))
    np.testing.assert_array_equal(layer.backward(np.full((1, 1, 1, 1), 5.0))[0, :, :, 0], error)


@pytest.mark.parametrize("pixels, error", [
    ([[1, nan], [9, nan]], [[0, 5], [0, 0]]), ([[nan, 1], [2, 3]], [[5, 0], [0, 0]]),
    ([[1, 2], [3, nan]], [[0, 0], [0, 5]]), ([[-inf, -inf], [-inf, -inf]], [[5, 0], [0, 0]]),
    ([[-inf, inf], [inf, -inf]], [[0, 5], [0, 0]]), ([[-inf, inf], [nan, -inf]], [[0, 0], [5, 0]])])
def test_the_error_goes_to_the_pixel_that_argmax_names_though_it_is_no_number(pixels, error):
    layer, x = MaxPooling(2), np.reshape(pixels, (1, 2, 2, 1)).astype(np.float32)
    z, _ = layer.forward(x)
    np.testing.assert_array_equal(z.ravel(), x.max())
    np.testing.assert_array_equal(layer.backward(np.full((1, 1, 1, 1), 5.0))[0, :, :, 0], error)
    assert np.argmax(x) == np.argmax(error)


@pytest.mark.parametrize("pshape, strides, pad", [(2, 2, 1), (3, 2, 1), (3, 1, 2), ((3, 2), (2, 1), "same")])
@pytest.mark.parametrize("share", [0.0, 0.5, 1.0])
@pytest.mark.parametrize("number", [-inf, nan, inf])
def test_no_error_is_lost_in_the_padding(number, share, pshape, strides, pad):
    layer, x = MaxPooling(pshape, strides, pad=pad), np.random.normal(size=(3, 6, 5, 2)).astype(np.float32)
    x[np.random.random(x.shape) < share] = number
    z, _ = layer.forward(x)
    np.testing.assert_array_equal(layer.predict(x), z)
    e = np.random.randint(1, 9, size=z.shape).astype(np.float32)
    dx = layer.backward(e)
    np.testing.assert_array_equal(dx.sum(axis=(1, 2)), e.sum(axis=(1, 2)))
    assert np.isin(np.nan_to_num(x[dx > 0]), np.nan_to_num(z)).all()  # the largest of some window


def test_inputs_and_errors_are_left_as_they_are():
    layer, x, e = MaxPooling(3, 1), np.random.normal(size=(2, 5, 4, 2)), np.random.normal(size=(2, 3, 2, 2))
    arrays = [x, e, layer.forward(x)[1]]
    before = [array.copy() for array in arrays]
    layer.backward(layer.get_activation_grad(arrays[2], e))
    for array, old in zip(arrays, before):
        np.testing.assert_array_equal(array, old)


@pytest.mark.parametrize("arguments, words", [
    (dict(pshape=0), "pshape must be a positive integer"),
    (dict(pshape=(2, 2, 2)), "pshape must be a positive integer"),
    (dict(pshape=2, strides=-1), "strides must be a positive integer"), (dict(pshape=2, pad=-1), "pad must be"),
])
def test_impossible_arguments_are_refused(arguments, words):
    with pytest.raises(ValueError, match=words):
        MaxPooling(**arguments)


@pytest.mark.parametrize("x_shape, words", [
    ((2, 784), "expects images.*reshape the data to images, and put no Flatten before"),
    ((2, 1, 4, 1), "a window of 2 pixels does not fit into 1"),
])
def test_images_that_do_not_fit_are_refused_with_the_remedy(x_shape, words):
    with pytest.raises(ValueError, match=words):
        MaxPooling(2).forward(np.zeros(x_shape))


@pytest.mark.parametrize("pshape, pad", [(2, 2), ((3, 1), 1), (1, 1)])
def test_padding_that_fills_a_window_is_refused(pshape, pad):
    with pytest.raises(ValueError, match="smaller than the window"):
        MaxPooling(pshape, pad=pad)


@pytest.mark.parametrize("size", [(8, 5), (6, 7), (7, 7), (9, 12)])
@pytest.mark.parametrize("pshape, strides", [((3, 2), 2), (2, 2), ((2, 3), (3, 2))])
def test_prediction_pads_for_the_size_that_it_is_given_and_not_for_that_of_training(size, pshape, strides):
    trained, fresh = (MaxPooling(pshape, strides=strides, pad="same") for _ in range(2))
    before, X = np.random.normal(size=(3, 7, 7, 2)), np.random.normal(size=(3, *size, 2))
    _, expected = fresh.forward(X)
    trained.forward(before)
    np.testing.assert_array_equal(trained.predict(X), expected)
    error = np.random.normal(size=trained.forward(before)[0].shape)
    dx = trained.backward(error)
    trained.predict(X)
    np.testing.assert_array_equal(trained.backward(error), dx)
