"""Windows are the places of an image that a kernel of some size, moved by strides, stands on."""
import numpy as np


def each_place(shape, kernel, strides):
    """For each place of a window in images of `shape`: (image, output row, output column), and where its pixels are."""
    for n in range(shape[0]):
        for y, top in enumerate(range(0, shape[1] - kernel[0] + 1, strides[0])):
            for x, left in enumerate(range(0, shape[2] - kernel[1] + 1, strides[1])):
                yield (n, y, x), (n, slice(top, top + kernel[0]), slice(left, left + kernel[1]))


def padded(x, padding, value=0.0):
    return np.pad(np.asarray(x, np.float64), ((0, 0), *padding, (0, 0)), constant_values=value)


def unpadded(x, padding):
    (top, bottom), (left, right) = padding
    return x[:, top:x.shape[1] - bottom, left:x.shape[2] - right]


def output_of(shape, kernel, strides, channels):
    """Zeros of the shape of the output."""
    *_, (last, _) = each_place(shape, kernel, strides)
    return np.zeros(tuple(k + 1 for k in last) + (channels,))
