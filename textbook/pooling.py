"""Pooling keeps of each window the largest number, or the mean; backward gives a window's error back to its pixels."""
import numpy as np

from textbook.windows import each_place, output_of, padded, unpadded


def max_pooling(x, kernel, strides, padding):
    x = padded(x, padding, -np.inf)
    out = output_of(x.shape, kernel, strides, x.shape[3])
    for at, window in each_place(x.shape, kernel, strides):
        out[at] = x[window].max(axis=(0, 1))
    return out


def max_pooling_input_gradient(x, e, kernel, strides, padding):
    """The error goes to the first largest pixel, row by row; where windows overlap, a pixel adds up what it gets."""
    x = padded(x, padding, -np.inf)
    dx = np.zeros(x.shape)
    for at, window in each_place(x.shape, kernel, strides):
        for c in range(x.shape[3]):
            row, column = np.unravel_index(np.argmax(x[window][..., c]), kernel)
            dx[window][row, column, c] += e[at][c]
    return unpadded(dx, padding)


def average_pooling(x, kernel, strides):
    out = output_of(x.shape, kernel, strides, x.shape[3])
    for at, window in each_place(x.shape, kernel, strides):
        out[at] = x[window].mean(axis=(0, 1))
    return out


def average_pooling_input_gradient(e, kernel, strides, size):
    dx = np.zeros((len(e), *size, e.shape[3]))
    for at, window in each_place(dx.shape, kernel, strides):
        dx[window] += e[at] / np.prod(kernel)
    return dx
