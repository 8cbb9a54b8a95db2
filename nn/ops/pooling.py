"""Pooling's maxima and sums over windows, one pixel of all windows after the other: each is one pass over the images.

In all functions x (N, H, W, C) are images, e (N, oh, ow, C) errors, kernel (ph, pw), strides (sh, sw), size (H, W) and
padding ((top, bottom), (left, right)).
"""
from functools import reduce

import numpy as np

from nn.ops.windows import images_first, images_last, padded, window_pixels


def max_pooling(x, kernel, strides, padding):
    """out[n, y, x', c] = max_ij x[n, sh y + i, sw x' + j, c], (N, oh, ow, C)."""
    return images_first(reduce(np.maximum, _pixels(x, kernel, strides, padding)))


def max_pooling_with_hits(x, kernel, strides, padding):
    """-> (what `max_pooling` gives; hits: for each pixel of a window, where it is the largest, the first such)."""
    *pixels, last = _pixels(x, kernel, strides, padding)
    out = reduce(np.maximum, pixels, last)
    if not out.min(initial=0) > -np.inf:
        return images_first(out), _hits_in_the_image(x, out, kernel, strides, padding)
    hits, taken = [], np.zeros(out.shape, bool)
    for pixel in pixels:
        hits.append(np.greater(pixel == out, taken))
        taken |= hits[-1]
    return images_first(out), [*hits, ~taken]


def _hits_in_the_image(x, out, kernel, strides, padding):
    """The hits where there is nan, which counts as the largest, or a window of nothing but -inf, as the padding is."""
    real = window_pixels(padded(np.ones(images_last(x).shape, bool), padding), kernel, strides)
    hits, taken = [], np.zeros(out.shape, bool)
    for pixel, inside in zip(_pixels(x, kernel, strides, padding), real):
        hits.append(inside & ~taken & ((pixel == out) | np.isnan(pixel)))
        taken |= hits[-1]
    return hits


def max_pooling_input_gradient(e, hits, kernel, strides, padding, size):
    """dL/dx (N, H, W, C): each window's error, at the pixel that was the largest."""
    e, ((top, bottom), (left, right)), (height, width) = images_last(e), padding, size
    shape = top + height + bottom, left + width + right, *e.shape[2:]
    each_in_one_window = kernel == strides and all(k * n == m for k, n, m in zip(kernel, e.shape, shape))
    dx = (np.empty if each_in_one_window else np.zeros)(shape, e.dtype)
    for pixel, hit in zip(window_pixels(dx, kernel, strides), hits):
        if each_in_one_window:
            np.multiply(e, hit, out=pixel)
        else:
            pixel += e * hit
    return images_first(dx[top:top + height, left:left + width])


def average_pooling(x, kernel, strides):
    """out[n, y, x', c] = 1/(ph pw) sum_ij x[n, sh y + i, sw x' + j, c], (N, oh, ow, C)."""
    return images_first(sum(window_pixels(images_last(x), kernel, strides)) / (kernel[0] * kernel[1]))


def average_pooling_input_gradient(e, kernel, strides, size):
    """dL/dx[n, u, v, c] = 1/(ph pw) sum e[n, y, x', c] over all windows (y, x') that hold the pixel (u, v)."""
    share = images_last(e) / (kernel[0] * kernel[1])
    dx = np.zeros((*size, *share.shape[2:]), share.dtype)
    for pixel in window_pixels(dx, kernel, strides):
        pixel += share
    return images_first(dx)


def _pixels(x, kernel, strides, padding):
    return window_pixels(padded(images_last(x), padding, -np.inf), kernel, strides)
