"""Normalisation's work: sums for each channel, or for each row, and one scale and shift for each channel.

NumPy is several times as fast over long rows as over rows of C numbers. So what is one number for each channel is
repeated for all pixels and meets the images as rows (N, H W C), and sums run down rows (N H, W C) before they run
over W.

In all functions x and e are (N, C) or (N, H, W, C), and what is per channel is (C,).
"""
import numpy as np

from nn.ops.blocks import for_each_part


def channel_sum(x):
    """sum_m x_m of each channel."""
    return _sum_over_parts(lambda part: _wide(x[part]).sum(axis=0), x)


def channel_dot(x, y):
    """sum_m x_m y_m of each channel."""
    return _sum_over_parts(lambda part: np.einsum("ij,ij->j", _wide(x[part]), _wide(y[part])), x)


def channel_squares(x, mean):
    """sum_m (x_m - mean)^2 of each channel; mean(x^2) - mean^2 is faster, but wrong where the mean is far from 0."""
    rows = _rows(x)
    (mean,) = _tiled(rows, mean)

    def work(part):
        centred = _wide((rows[part] - mean).reshape(-1, *x.shape[1:]))
        return np.einsum("ij,ij->j", centred, centred)

    return _sum_over_parts(work, x)


def scale_and_shift(x, scale, shift, function=None):
    """z = scale x + shift, channel by channel. Returns (z, function(z)), as `nn.ops.convolution.convolution` does."""
    rows = _rows(x)
    scale, shift = _tiled(rows, scale, shift)
    z = np.empty(rows.shape, x.dtype)
    a = z if function is None else np.empty_like(z)

    def work(part):
        np.multiply(rows[part], scale, out=z[part])
        z[part] += shift
        if function is not None:
            a[part] = function(z[part])

    for_each_part(work, len(rows), rows[:1].nbytes)
    return z.reshape(x.shape), a.reshape(x.shape)


def scale_sum_and_shift(x, e, k, c, a):
    """a (k x + e + c), channel by channel."""
    rows, errs = _rows(x), _rows(e)
    k, c, a = _tiled(rows, k, c, a)
    out = np.empty(rows.shape, x.dtype)

    def work(part):
        dx = np.multiply(rows[part], k, out=out[part])
        dx += errs[part]
        dx += c
        dx *= a

    for_each_part(work, len(rows), rows[:1].nbytes)
    return out.reshape(e.shape)


def row_dot(x, y):
    """sum_f x_f y_f of each row of (N, F), as a column (N, 1)."""
    return np.einsum("ij,ij->i", x, y)[:, np.newaxis]


def _sum_over_parts(work, x):
    """work(part) -> sums of each number of a row of `_wide`. They are added up for the batch, then for each channel."""
    return sum(for_each_part(work, len(x), x[:1].nbytes)).reshape(-1, x.shape[-1]).sum(axis=0)


def _rows(x):
    return x.reshape(len(x), int(np.prod(x.shape[1:])))


def _wide(x):
    return x.reshape(-1, x.shape[-2] * x.shape[-1]) if x.ndim > 2 else x


def _tiled(rows, *per_channel):
    return [np.tile(numbers, rows.shape[1] // len(numbers)) for numbers in per_channel]
