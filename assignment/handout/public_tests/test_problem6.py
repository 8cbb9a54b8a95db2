"""Problem 6: max pooling. `python -m pytest tests/test_problem6.py`"""
import numpy as np

from nn.maxpooling import MaxPooling


def image(rows):
    """One image of one channel, (1, H, W, 1)."""
    return np.array(rows, dtype=float)[None, :, :, None]


def pixels(images):
    return images[0, :, :, 0]


def test_forward_gives_the_largest_number_of_each_window_twice():
    z, activation = MaxPooling(2).forward(image([[1, 5, -3, -1], [2, 3, -2, -4]]))
    np.testing.assert_array_equal(pixels(z), [[5, -1]])
    np.testing.assert_array_equal(pixels(activation), [[5, -1]])


def test_backward_sends_each_error_to_where_the_largest_number_stood():
    layer = MaxPooling(2)
    layer.forward(image([[1, 5, -3, -1], [2, 3, -2, -4]]))
    np.testing.assert_array_equal(pixels(layer.backward(image([[7, 9]]))), [[0, 7, 0, 9], [0, 0, 0, 0]])


def test_each_image_and_channel_has_windows_of_its_own():
    x = np.zeros((2, 2, 2, 3))
    x[0, 1, 0, 2], x[1, 0, 1, 0] = 4, 6
    z, _ = MaxPooling(2).forward(x)
    assert z.shape == (2, 1, 1, 3)
    np.testing.assert_array_equal(z.reshape(2, 3), [[0, 0, 4], [6, 0, 0]])


def test_windows_may_overlap_and_a_pixel_adds_up_what_it_gets():
    layer = MaxPooling(2, strides=1)
    z, _ = layer.forward(image([[1, 2, 3], [4, 9, 5]]))
    np.testing.assert_array_equal(pixels(z), [[9, 9]])
    np.testing.assert_array_equal(pixels(layer.backward(image([[10, 100]]))), [[0, 0, 0], [0, 110, 0]])


def test_rows_and_columns_that_fill_no_window_are_left_out():
    layer = MaxPooling(2)
    z, _ = layer.forward(image([[1, 2, 9], [4, 3, 9], [9, 9, 9]]))
    np.testing.assert_array_equal(pixels(z), [[4]])
    np.testing.assert_array_equal(pixels(layer.backward(image([[1]]))), [[0, 0, 0], [1, 0, 0], [0, 0, 0]])


def test_of_equal_numbers_the_first_row_by_row_gets_the_error():
    layer = MaxPooling(2)
    layer.forward(image([[1, 8], [8, 8]]))
    np.testing.assert_array_equal(pixels(layer.backward(image([[5]]))), [[0, 5], [0, 0]])
