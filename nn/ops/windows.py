"""A window slides over an image in steps of its stride: convolution and pooling look at the image through one.

Along an axis of n pixels, a window of k pixels with stride s has (n - k) // s + 1 places; pixels left over at the end
are in no window.
Images are (H, W, C, N) here, because in memory their number comes last: a pixel's values, for all images, in a row.
Layers see (N, H, W, C) all the same, as a view, whose last axis in memory is the first. So whatever is done to pixels
is done to long rows of numbers, and what a window holds, for all images, is a matrix as it lies there.
"""
import numpy as np

from nn.ops.tiles import ceil_div


def images_last(x):
    """x (N, H, W, C) -> (H, W, C, N), in one piece of memory: copied only if it does not lie there like that."""
    return np.ascontiguousarray(x.transpose(1, 2, 3, 0))


def images_first(x):
    """x (H, W, C, N) -> (N, H, W, C), a view."""
    return x.transpose(3, 0, 1, 2)


def row_of_pixels(numbers, shape):
    """numbers (C,), one for each channel -> a row of pixels (W, C, N) full of them, to add to each row of images.

    NumPy works several times as fast over such long rows as over (C, 1), or over (C, N).
    """
    return np.full(shape, numbers[:, np.newaxis])


def outer_first(x):
    """x (N, H, W, C) as a view (H, W, C, N), any other array as it is: cut along its first axis."""
    return x.transpose(1, 2, 3, 0) if x.ndim == 4 else x


def places(n, k, stride):
    """How many places a window of k pixels has along n pixels, k at most n: `nn.checks.inputs.images` sees to that."""
    return (n - k) // stride + 1


def windows(x, kernel, strides, rows=slice(None)):
    """What is in each window of x (H, W, C, N), which is in one piece: (oh, ow, kw kh C, N), column by column.

    The kh pixel rows that windows of a row look at are copied side by side. There, kw columns are one piece of memory,
    so that windows overlap in it and need no copies of their own. rows: of the oh rows, those that are wanted.
    """
    (kh, kw), (sh, sw), (height, width, c, n), size = kernel, strides, x.shape, x.itemsize
    pixel = c * n * size
    bands = _view(x, (places(height, kh, sh), width, kh, c * n), (sh * width * pixel, pixel, width * pixel, size))
    bands = np.ascontiguousarray(bands[rows])
    shape = len(bands), places(width, kw, sw), kw * kh * c, n
    return _view(bands, shape, (width * kh * pixel, sw * kh * pixel, n * size, size))


def _view(x, shape, strides):
    """x, which is in one piece, seen otherwise: NumPy's as_strided takes several times as long."""
    return np.ndarray(shape, x.dtype, x, 0, strides)


def window_pixels(x, kernel, strides):
    """kh kw views of x (H, W, ...), row by row: the i-th holds, for each place of a window, the window's i-th pixel."""
    ends = [s * (places(n, k, s) - 1) + 1 for n, k, s in zip(x.shape, kernel, strides)]
    starts = [(i, j) for i in range(kernel[0]) for j in range(kernel[1])]
    return [x[tuple(slice(i, i + end, s) for i, end, s in zip(start, ends, strides))] for start in starts]


def padding(pad, kernel, strides, size):
    """((top, bottom), (left, right)) pixels around an image of `size` (H, W).

    `pad` is a number for all four sides, or "same": as many as make the output ceil(H / stride) x ceil(W / stride)
    pixels; of an odd number, the bottom and the right get one more than the top and the left.
    """
    total = [max((ceil_div(n, s) - 1) * s + k - n, 0) if pad == "same" else 2 * pad
             for k, s, n in zip(kernel, strides, size)]
    return tuple((t // 2, t - t // 2) for t in total)


def padded(x, padding, value=0.0):
    """x (H, W, C, N) with `padding` = ((top, bottom), (left, right)) pixels of `value` around each image."""
    return _framed(x, *padding, value) if any(map(any, padding)) else x


def _framed(x, rows, columns, value):
    (top, bottom), (left, right), (h, w, c, n) = rows, columns, x.shape
    out = np.empty((top + h + bottom, left + w + right, c, n), x.dtype)
    out[top:top + h, left:left + w] = x
    out[:top] = out[top + h:] = out[:, :left] = out[:, left + w:] = value
    return out
