"""Pooling's sums and maxima over windows: along the rows first and then along the columns, because that is less work.

The largest value of a window is the largest of its rows' largest values; backwards the error goes the same way back, to
the one pixel it came from. A mean is a mean of means.

In all functions x (N, H, W, C) are images, e (N, oh, ow, C) errors, kernel (ph, pw), strides (sh, sw), size (H, W) and
padding ((top, bottom), (left, right)).
"""
from functools import reduce

import numpy as np

from nn.ops.blocks import for_each_part
from nn.ops.threads import share_out
from nn.ops.windows import padded, pixels, places, taps


def max_pooling(x, kernel, strides, padding):
    """out[n, y, x', c] = max_ij x[n, sh y + i, sw x' + j, c], (N, oh, ow, C)."""
    def work(part):
        row_max = reduce(np.maximum, _columns(x[part], kernel, strides, padding))
        out[part] = reduce(np.maximum, taps(row_max, 1, kernel[0], strides[0]))

    out = _output(x, kernel, strides, padding)
    for_each_part(work, len(x), x[:1].nbytes)
    return out


def max_pooling_with_hits(x, kernel, strides, padding):
    """-> (what `max_pooling` gives; hits, which tell `max_pooling_input_gradient` where the largest values stood)."""
    out = _output(x, kernel, strides, padding)

    def work(part):
        row_max, across = _largest(_columns(x[part], kernel, strides, padding))
        out[part], down = _largest(taps(row_max, 1, kernel[0], strides[0]))
        return part, across, down

    return out, for_each_part(work, len(x), x[:1].nbytes)


def max_pooling_input_gradient(e, hits, kernel, strides, padding, size):
    """dL/dx (N, H, W, C): each window's error, at the first of its pixels that is the largest, row by row."""
    ((top, bottom), (left, right)), (height, width) = padding, size
    dx = np.empty((len(e), top + height + bottom, left + width + right, e.shape[3]), e.dtype)

    def work(hit):
        part, across, down = hit
        err = e[part]
        row_err = np.empty((len(err), dx.shape[1], *err.shape[2:]), err.dtype)
        _give_back(err, down, row_err, 1, kernel[0], strides[0])
        _give_back(row_err, across, dx[part], 2, kernel[1], strides[1])

    share_out(work, hits)
    return dx[:, top:top + height, left:left + width]


def average_pooling(x, kernel, strides):
    """out[n, y, x', c] = 1/(ph pw) sum_ij x[n, sh y + i, sw x' + j, c], (N, oh, ow, C)."""
    out = _sum(_sum(x, 2, kernel[1], strides[1]), 1, kernel[0], strides[0])
    out /= kernel[0] * kernel[1]
    return out


def average_pooling_input_gradient(e, kernel, strides, size):
    """dL/dx[n, u, v, c] = 1/(ph pw) sum e[n, y, x', c] over all windows (y, x') that hold the pixel (u, v)."""
    (n, _, ow, c), (height, width) = e.shape, size
    share = e / (kernel[0] * kernel[1])
    row_err = _add_back(share, (n, height, ow, c), 1, kernel[0], strides[0])
    return _add_back(row_err, (n, height, width, c), 2, kernel[1], strides[1])


def _output(x, kernel, strides, padding):
    """An array for the output (N, oh, ow, C)."""
    sizes = [places(n + sum(pad), k, stride) for n, pad, k, stride in zip(x.shape[1:3], padding, kernel, strides)]
    return np.empty((len(x), *sizes, x.shape[3]), x.dtype)


def _columns(x, kernel, strides, padding):
    """For each column of a window, a copy of the pixels that windows have there, (N, padded H, ow, C)."""
    x = padded(x, padding, -np.inf)
    end = strides[1] * (places(x.shape[2], kernel[1], strides[1]) - 1) + 1
    return [x.take(range(i, i + end, strides[1]), axis=2) for i in range(kernel[1])]


def _largest(window):
    """A window's pixels, each for all places -> (the largest; for each pixel but the last, where it is that large)."""
    largest = reduce(np.maximum, window)
    return largest, [pixel == largest for pixel in window[:-1]]


def _give_back(err, hits, dx, axis, k, stride):
    """Give each window's error to the first of its pixels that is the largest, and to no other; dx is written whole.

    Windows may overlap: a pixel adds up what it gets from all of them.
    """
    if k != stride or k * err.shape[axis] != dx.shape[axis]:
        dx[...] = 0.0  # some pixels are in no window, or in several
    *targets, last = taps(dx, axis, k, stride)
    for target, hit in zip(targets, hits):
        share = err * hit
        err = err - share  # what is left for the pixels after this one
        _put(share, target, k > stride)
    _put(err, last, k > stride)


def _put(err, target, overlapping):
    if overlapping:
        target += err
    else:
        pixels(target)[...] = pixels(np.ascontiguousarray(err))


def _sum(x, axis, k, stride):
    """The sum of each window of k along one axis."""
    first, *others = taps(x, axis, k, stride)
    total = first.copy()
    for tap in others:
        total += tap
    return total


def _add_back(err, shape, axis, k, stride):
    """The transpose of `_sum`: each window's error is added to all of its k pixels, in an array of `shape`."""
    dx = np.zeros(shape, err.dtype)
    for target in taps(dx, axis, k, stride):
        target += err
    return dx
