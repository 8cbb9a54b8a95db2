"""Normalisation's work: sums for each channel, or for each row, and one scale and shift for each channel.

Images are taken as they lie in memory (`nn.ops.windows`), as a matrix (H, W C N), and what is one number for each
channel is repeated to fill a row. Rows (N, C) are a matrix already, and the steps of sequences (N, T, C) are rows.

In all functions x and e are (N, H, W, C) or (N, ..., C), and what is per channel is (C,).
"""
import numpy as np

from nn.ops.elementwise import fill
from nn.ops.threads import share_out
from nn.ops.tiles import tiles
from nn.ops.windows import images_first, images_last, row_of_pixels

MANY = 8  # standard deviations: their square, 64, is how often the rounding errors of a sum count in the difference
BLURRED = 2 ** 10  # rounding errors of its mean: a channel that varies less is looked at a third time


def channel_sums(x, y):
    """(sum_m x_m, sum_m x_m y_m) of each channel."""
    return _sums(x, y).astype(x.dtype)


def channel_moments(x):
    """(mean, sum_m (x_m - mean)^2) of each channel.

    The second is sum_m x_m^2 - mean sum_m x_m, too, which needs no second look at x. But it is the small difference of
    large numbers, and wrong, where the mean is many standard deviations from 0. Rows are few, and looked at twice.
    Of a channel that is the same number all over, both are exact: that number, and 0.
    """
    sums, squares = _sums(x, x)
    m = x.size // x.shape[-1]
    mean = sums / m
    deviations = squares - mean * sums
    if x.ndim != 4 or (MANY ** 2 * deviations < mean * sums).any():
        centred, _ = scale_and_shift(x, np.ones(len(mean), x.dtype), -mean.astype(x.dtype))
        deviations = _sums(centred, centred)[1]
        blurred = deviations < m * (BLURRED * np.finfo(x.dtype).eps * mean) ** 2
        if blurred.any():
            mean[blurred], deviations[blurred] = _moments_about_the_first(x[..., blurred])
    return mean.astype(x.dtype), deviations.astype(x.dtype)


def scale_and_shift(x, scale, shift, function=None):
    """z = scale x + shift, channel by channel. Returns (z, function(z)), as `nn.ops.convolution.convolution` does."""
    X, scale, shift = _matrix(x), _repeated(x, scale), _repeated(x, shift)
    z = np.empty_like(X)
    a = z if function is None else np.empty_like(z)

    def work(tile):
        np.multiply(X[tile], scale, out=z[tile])
        z[tile] += shift
        if function is not None:
            fill(a[tile], function, z[tile])

    share_out(work, tiles(len(X), X[:1].nbytes))
    return _shaped(x, z), _shaped(x, a)


def scale_sum_and_shift(x, e, k, c, a):
    """a (k x + e + c), channel by channel."""
    X, E = _matrix(x), _matrix(e)
    k, c, a = (_repeated(x, numbers) for numbers in (k, c, a))
    out = np.empty_like(X)

    def work(tile):
        dx = np.multiply(X[tile], k, out=out[tile])
        dx += E[tile]
        dx += c
        dx *= a

    share_out(work, tiles(len(X), X[:1].nbytes))
    return _shaped(x, out)


def normalised_rows(x, eps):
    """(xhat, 1 / sqrt(var + eps)) of the rows of x (N, F), each with its own mean and variance; the second is (N, 1).

    Of a row that is one number all over, xhat is 0, whatever a mean of rounded numbers says.
    """
    xhat = x - x.mean(axis=1, keepdims=True)
    xhat[(x == x[:, :1]).all(axis=1)] = 0
    inv_std = 1.0 / np.sqrt(_row_dot(xhat, xhat) / x.shape[1] + eps)
    xhat *= inv_std
    return xhat, inv_std


def normalised_rows_gradient(g, xhat, inv_std):
    """dL/dx, given g = dL/dxhat and what `normalised_rows` returned."""
    dx = xhat * (_row_dot(g, xhat) / -g.shape[1])
    dx += g
    dx -= g.mean(axis=1, keepdims=True)
    dx *= inv_std
    return dx


def _row_dot(x, y):
    """sum_f x_f y_f of each row, as a column (N, 1)."""
    return np.einsum("ij,ij->i", x, y)[:, np.newaxis]


def _matrix(x):
    """Images (N, H, W, C) as (H, W C N); anything else as rows (..., C)."""
    return images_last(x).reshape(x.shape[1], -1) if x.ndim == 4 else x.reshape(-1, x.shape[-1])


def _shaped(x, matrix):
    """A matrix like `_matrix(x)`, in the shape of x."""
    if x.ndim != 4:
        return matrix.reshape(x.shape)
    return images_first(matrix.reshape(*x.shape[1:], len(x)))


def _repeated(x, numbers):
    """One number for each channel -> one for each column of `_matrix(x)`."""
    return row_of_pixels(numbers, (*x.shape[2:], len(x))).ravel() if x.ndim == 4 else numbers


def _sums(x, y):
    """(sum_m x_m, sum_m x_m y_m) of each channel, (2, C), added up in float64 at the end: that takes no longer."""
    X, Y = _matrix(x), _matrix(y)

    def work(tile):
        xs, ys = _pixels(x, X[tile]), _pixels(x, Y[tile])
        # as a product, a sum is twice as fast as sum(axis=0)
        return np.ones(len(xs), xs.dtype) @ xs, np.einsum("ij,ij->j", xs, ys)

    # a row counts half, because nothing is written
    sums = np.array(share_out(work, tiles(len(X), X[:1].nbytes // 2)), np.float64)
    return sums.reshape(len(sums), 2, x.shape[-1], -1).sum(axis=(0, 3))


def _moments_about_the_first(x):
    """What `channel_moments` returns, in float64. Differences of numbers that are nearly the same have no error."""
    first = x.reshape(-1, x.shape[-1])[:1]
    d = (x.reshape(-1, x.shape[-1]) - first).astype(np.float64)
    mean = d.mean(axis=0)
    return first[0] + mean, np.sum((d - mean) ** 2, axis=0)


def _pixels(x, X):
    """Rows X of `_matrix(x)`, with a row for each pixel."""
    return X.reshape(-1, x.shape[-1] * len(x)) if x.ndim == 4 else X
