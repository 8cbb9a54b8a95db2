"""The three sums of a convolution as matrix products, because that is what NumPy does fastest.

The usual way, im2col, makes each window a row of a matrix, and so copies a pixel once for every window it is in. Here
windows are cut into bands of sh pixel rows. One place further down, a window begins one band further down: windows
share bands, and less is copied. Let the matrix X[q] have, for all images and all x', the pixels of band q as its rows,
and cut w alike. Then

    z[y] = sum_p X[y + p] w_p + b        dL/dw_p = sum_y X[y + p]^T e[y]        p = 0 ... ceil(kh / sh) - 1

Few channels would make such products thin: there a window stays whole, and joins others (`nn.ops.widening`).
In all functions x (N, H, W, C) are images, w (kh, kw, C, F) weights, e (N, oh, ow, F) errors, strides (sh, sw) and
padding ((top, bottom), (left, right)).
"""
from collections import namedtuple

import numpy as np

from nn.ops.blocks import ceil_div, for_each_part
from nn.ops.normalization import channel_sum
from nn.ops.widening import across, narrowed, widened
from nn.ops.windows import padded, places, windows

FEW_CHANNELS = 16  # below this many a window stays whole: bands would make thin products
COLUMNS, PIXELS = 64, 32  # so many columns of a product are enough: forwards, and for an input gradient


def convolution(x, w, b, strides, padding, function=None):
    """z[n, y, x', f] = sum_ijc x[n, sh y + i, sw x' + j, c] w[i, j, c, f] + b[f], (N, oh, ow, F). b may be None.

    Returns (z, function(z)), or (z, z) without a function, which is one that may work on parts of a batch.
    """
    cut, f = _cut(x, w.shape, strides, padding), w.shape[3]
    oh, ow = cut.size
    w = widened(w, cut.across, strides[1])
    w = _lengthened(w, 0, cut.bands * cut.rows).reshape(cut.bands, -1, cut.across * f)
    b = 0.0 if b is None else np.tile(b, ow)  # a long row adds faster than many short ones
    z = np.empty((len(x), oh, ow * f), x.dtype)
    a = z if function is None else np.empty_like(z)

    def work(part):
        X = _matrices(x[part], cut)
        total = X[0] @ w[0]
        for X_p, w_p in zip(X[1:], w[1:]):
            total += X_p @ w_p
        out = _rows_first(z[part], cut)
        np.add(total.reshape(out.shape), b, out=out)
        if function is not None:
            a[part] = function(z[part])

    for_each_part(work, len(x), cut.image_bytes)
    return z.reshape(-1, oh, ow, f), a.reshape(-1, oh, ow, f)


def convolution_weight_gradients(x, e, kernel, strides, padding):
    """(dL/dw[i, j, c, f] = sum_nyx' x[n, sh y + i, sw x' + j, c] e[n, y, x', f], dL/db[f] = sum_nyx' e[n, y, x', f])"""
    (kh, kw), c, f = kernel, x.shape[3], e.shape[3]
    cut = _cut(x, (kh, kw, c, f), strides, padding)

    def work(part):
        rows = _rows_first(e[part], cut).reshape(-1, cut.across * f)
        # np.dot, because @ keeps other threads waiting where its result is small
        dw = np.concatenate([np.dot(X.T, rows) for X in _matrices(x[part], cut)])
        return dw, channel_sum(e[part])

    dw, db = map(sum, zip(*for_each_part(work, len(x), cut.image_bytes)))
    dw = dw.reshape(-1, cut.width, c, cut.across * f)[:kh]
    return narrowed(dw, cut.across, strides[1], kw), db


def convolution_input_gradient(e, w, size, strides, padding):
    """dL/dx[n, u, v, c] = sum e[n, y, x', f] w[i, j, c, f] over all sh y + i = u, sw x' + j = v, and f; size: (H, W).

    It is computed in bands D of sh pixel rows, for the padded image. Each band gets a share from every window it is in:

        D[q] = sum_(y + p = q) E[y] w_p

    Columns come in groups of sw, v = sw r + s, and so do the weights', j = sw j' + s. In w_p there is a row for each
    (j', f), and a column for each pixel of a group; E[y, r] holds e[y, r - j', f], a window along a row of e.
    """
    count = across(e.shape[2], strides[0] * strides[1] * w.shape[2], PIXELS)
    w, sh, sw = widened(w, count, strides[1]), strides[0], count * strides[1]
    (kh, kw, c, f), (n, oh, ow) = w.shape, (*e.shape[:2], e.shape[2] // count)
    e = e.reshape(n, oh, ow, f)
    (top, _), (left, _), (height, width) = *padding, size
    jh, jw = ceil_div(kh, sh), ceil_div(kw, sw)  # how many p, and j', there are
    w = _lengthened(_lengthened(w, 0, jh * sh), 1, jw * sw).reshape(jh, sh, jw, sw, c, f)
    w = w[:, :, ::-1].transpose(0, 2, 5, 1, 3, 4).reshape(jh, jw * f, sh * sw * c)
    bands, groups = oh + jh - 1, ow + jw - 1
    dx = np.empty((n, max(bands * sh, top + height), max(groups * sw, left + width), c), e.dtype)
    dx[:, bands * sh:] = 0.0  # pixels that no window reaches
    dx[:, :, groups * sw:] = 0.0

    def work(part):
        E = windows(padded(e[part], ((0, 0), (jw - 1, jw - 1))), (1, jw), (1, 1))
        D = _band_errors(E.swapaxes(0, 1).copy().reshape(oh, -1, jw * f), w)
        pixels = D.reshape(bands, -1, groups, sh, sw, c).transpose(1, 0, 3, 2, 4, 5)
        dx[part, :bands * sh, :groups * sw].reshape(pixels.shape)[...] = pixels

    for_each_part(work, n, oh * groups * jw * f * e.itemsize)
    return dx[:, top:top + height, left:left + width]


def _band_errors(E, w):
    """D[q] = sum_(y + p = q) E[y] w_p: E (oh, M, jw F) and w (jh, jw F, K) -> D (oh + jh - 1, M, K)."""
    (oh, m, k), jh = E.shape, len(w)
    D = np.empty((oh + jh - 1, m, w.shape[2]), E.dtype)
    rows = E.reshape(oh * m, k)
    np.matmul(rows, w[0], out=D[:oh].reshape(oh * m, -1))
    D[oh:] = 0.0
    for p in range(1, jh):
        D[p:p + oh].reshape(oh * m, -1)[...] += rows @ w[p]
    return D


# How windows are cut: each into `bands` bands of `rows` pixel rows, or left `whole`, as one band, with as many windows
# `across` as make it `width` pixels wide. A padded image has size = (oh, ow) windows; its matrices take image_bytes.
_Cut = namedtuple("_Cut", "strides padding whole rows bands across width size image_bytes")


def _cut(x, w_shape, strides, padding):
    (kh, kw, c, f), (sh, sw), (_, height, width, _) = w_shape, strides, x.shape
    (top, bottom), (left, right) = padding
    oh, ow = places(top + height + bottom, kh, sh), places(left + width + right, kw, sw)
    whole = c < FEW_CHANNELS
    rows, joined = (kh, across(ow, f, COLUMNS)) if whole else (sh, 1)
    bands, window = ceil_div(kh, rows), (joined - 1) * sw + kw
    bottom = max(bottom, (oh - 1) * sh + bands * rows - top - height)  # the last band may reach beyond the image
    image_bytes = (oh + bands - 1) * (ow // joined) * rows * window * c * x.itemsize
    return _Cut((sh, joined * sw), ((top, bottom), (left, right)), whole, rows, bands, joined, window, (oh, ow),
                image_bytes)


def _matrices(x, cut):
    """For each p the matrix X[p : p + oh] of x: a row a place, in the order of `_rows_first`; a column a pixel."""
    oh, columns = cut.size[0], cut.rows * cut.width * x.shape[3]
    X = _rows_first(windows(padded(x, cut.padding), (cut.rows, cut.width), cut.strides), cut).copy()
    return [X.reshape(-1, columns)] if cut.whole else [X[p:p + oh].reshape(-1, columns) for p in range(cut.bands)]


def _rows_first(images, cut):
    """(N, rows, ...) -> (rows, N, ...) where windows are cut: X[p : p + oh] lies in one piece for all images."""
    return images if cut.whole else images.swapaxes(0, 1)


def _lengthened(w, axis, size):
    """w with zeros behind it, so that it is `size` long along `axis`."""
    zeros = np.zeros_like(w, shape=(*w.shape[:axis], size - w.shape[axis], *w.shape[axis + 1:]))
    return np.concatenate([w, zeros], axis) if zeros.size else w
