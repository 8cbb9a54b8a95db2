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
    return _added_up(x, for_each_part(lambda part: _column_sums(_wide(x[part])), len(x), x[:1].nbytes))


def channel_sums(x, y):
    """(sum_m x_m, sum_m x_m y_m) of each channel."""
    def work(part):
        return _column_sums(_wide(x[part])), np.einsum("ij,ij->j", _wide(x[part]), _wide(y[part]))

    return [_added_up(x, sums) for sums in zip(*for_each_part(work, len(x), x[:1].nbytes))]


def channel_moments(x):
    """(mean, sum_m (x_m - mean)^2) of each channel, from those of parts of the batch (Chan, Golub & LeVeque, 1979).

    mean(x^2) - mean^2 would need no second look at x, but is wrong where the mean is far from 0.
    """
    def work(part):
        wide = _wide(x[part])
        share = x[part].size / x.size
        mean = _added_up(x, [_column_sums(wide)]) / (share * size)
        wide = wide - _tiled(wide, mean)[0]
        return share, mean, _added_up(x, [np.einsum("ij,ij->j", wide, wide)])

    size = x.size // x.shape[-1]
    shares, means, squares = zip(*for_each_part(work, len(x), x[:1].nbytes))
    mean = sum(share * of_part for share, of_part in zip(shares, means))
    between = sum(share * size * (of_part - mean) ** 2 for share, of_part in zip(shares, means))
    return mean, sum(squares) + between


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


def _added_up(x, sums):
    """Sums of each number of a row of `_wide`, one array for each part -> sums of each channel of x."""
    return sum(sums).reshape(-1, x.shape[-1]).sum(axis=0)


def _column_sums(matrix):
    """As a product, this is twice as fast as sum(axis=0)."""
    return np.ones(len(matrix), matrix.dtype) @ matrix


def _rows(x):
    return x.reshape(len(x), int(np.prod(x.shape[1:])))


def _wide(x):
    return x.reshape(-1, x.shape[-2] * x.shape[-1]) if x.ndim > 2 else x


def _tiled(rows, *per_channel):
    return [np.tile(numbers, rows.shape[1] // len(numbers)) for numbers in per_channel]
