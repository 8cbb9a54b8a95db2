"""Winograd's short convolution makes four neighbouring sums from six multiplications, where twelve are usual.

With six neighbouring pixels d, the row g of a filter, * element by element, and the fixed matrices A, B and G below,

    z = A^T ((G g) * (B^T d))        is        z_k = d_k g_0 + d_(k+1) g_1 + d_(k+2) g_2,  k = 0, 1, 2, 3

For all channels and all three rows of a filter, each of the six is a matrix product. So there is half as much to
multiply, and little to add if there are many channels. Backwards, with the errors e, it is the gradient of that formula

    dL/dg = G^T ((A e) * (B^T d))

and dL/dx is a convolution, too: of e, with the filters turned by 180 degrees.

Source: Lavin & Gray (2015), "Fast Algorithms for Convolutional Neural Networks", arXiv 1509.09308, there F(4, 3). The
functions are those of `nn.ops.convolution`, for filters (3, 3, C, F) and strides (1, 1). What rounding costs them is
three times as much, some 1e-6 of a number in float32.
"""
from itertools import product

import numpy as np

from nn.ops.elementwise import fill
from nn.ops.threads import share_out
from nn.ops.tiles import tiles
from nn.ops.windows import images_first, images_last, row_of_pixels

A = np.array([[1, 0, 0, 0],
              [1, 1, 1, 1],
              [1, -1, 1, -1],
              [1, 2, 4, 8],
              [1, -2, 4, -8],
              [0, 0, 0, 1]])
B = np.array([[4, 0, 0, 0, 0, 0],
              [0, -4, 4, -2, 2, 4],
              [-5, -4, -4, -1, -1, 0],
              [0, 1, -1, 2, -2, -5],
              [1, 1, 1, 1, 1, 0],
              [0, 0, 0, 0, 0, 1]])
G = np.array([[6, 0, 0],
              [-4, -4, -4],
              [-4, 4, -4],
              [1, 2, 4],
              [1, -2, 4],
              [0, 0, 24]]) / 24
KINDS = [((3, 3), (1, 1), pad) for pad in ("same", 0, 1, 2)]  # kernel, strides, pad
CHANNELS = 24  # at least, of inputs and of outputs
WORK = 2 ** 16  # multiplications, at least, for one pixel of a filter and one of the outputs, of all images


def pays(n, fshape, strides, pad):
    """Whether a convolution of n images is faster so."""
    return (fshape[:2], strides, pad) in KINDS and min(fshape[2:]) >= CHANNELS and n * fshape[2] * fshape[3] >= WORK


def convolution(x, w, b, strides, padding, function=None):
    """(z (N, oh, ow, F), function(z)), or (z, z) without a function. b may be None."""
    x, (kh, kw, c, f), ((top, bottom), (left, right)) = images_last(x), w.shape, padding
    (height, width, _, n), filters = x.shape, np.tensordot(G.astype(w.dtype), w, (1, 1))
    z = np.empty((top + height + bottom - kh + 1, left + width + right - kw + 1, f, n), x.dtype)
    a = z if function is None else np.empty_like(z)
    b = b if b is None else row_of_pixels(b, z[0, :4].shape)

    def work(part):
        for (lines, pixels), out in zip(_spread(x, top, left, *part), z[part]):
            products = np.matmul(filters[:, lines].reshape(6, -1, f).swapaxes(1, 2), pixels)
            _times(A.T, _flat(products), _flat(out))
        if b is not None:
            z[part] += b[:z[part].shape[1]]
        if function is not None:
            fill(a[part], function, z[part])

    share_out(work, _parts(z, max(c, f)))
    return images_first(z), images_first(a)


def convolution_weight_gradients(x, e, kernel, strides, padding):
    """(dL/dw (3, 3, C, F), dL/db (F,))"""
    x, e, ((top, _), (left, _)) = images_last(x), images_last(e), padding
    (_, _, f, n), c = e.shape, x.shape[2]

    def work(part):
        of_filters = np.zeros((6, 3, c, f), e.dtype)
        for (lines, pixels), errors in zip(_spread(x, top, left, *part), e[part]):
            errors = _times(A, _flat(errors)).reshape(6, f, n).swapaxes(1, 2)
            of_filters[:, lines] += np.matmul(pixels, errors).reshape(6, -1, c, f)
        return of_filters, e[part].sum(axis=(0, 1)).sum(axis=1)

    of_filters, db = map(sum, zip(*share_out(work, _parts(e, max(c, f)))))
    return np.tensordot(of_filters, G.astype(e.dtype), (0, 0)).transpose(0, 3, 1, 2), db


def convolution_input_gradient(e, w, size, strides, padding):
    """dL/dx (N, H, W, C); size: (H, W). What a side of x is padded by is at most 2, and here it is the rest of 2."""
    rest = [(2 - first, 2 - last) for first, last in padding]
    return convolution(e, w[::-1, ::-1].swapaxes(2, 3), None, strides, rest)[0]


def _parts(z, channels):
    """(rows, columns) of z (oh, ow, F, N): at most four columns, and as many rows as stay in the cache."""
    rows, width = tiles(len(z), 3 * channels * z.shape[3] * z.itemsize), z.shape[1]
    return list(product(rows, [slice(k, min(k + 4, width)) for k in range(0, width, 4)]))


def _spread(x, top, left, rows, columns):
    """For each row of outputs: which rows of a filter see pixels of x there, and B^T d of these, (6, rows C, N)."""
    height, _, c, n = x.shape
    first, start = max(rows.start - top, 0), columns.start - left
    d = x[first:rows.stop + 2 - top, max(start, 0):columns.stop + 2 - left]
    spread = np.empty((6, len(d), c, n), x.dtype)
    _times(B.T[:, max(-start, 0):], _flat(d), _flat(spread).swapaxes(0, 1))
    for y in range(rows.start - top, rows.stop - top):
        low, high = max(y, 0), min(y + 3, height)
        yield slice(low - y, high - y), spread[:, low - first:high - first].reshape(6, (high - low) * c, n)


def _times(matrix, numbers, out=None):
    """The matrix times numbers (..., columns, C N). Columns beyond a border are not there, and count as 0."""
    height = len(matrix) if out is None else out.shape[-2]
    return np.matmul(matrix[:height, :numbers.shape[-2]].astype(numbers.dtype), numbers, out=out)


def _flat(x):
    """x (..., C, N) -> (..., C N), a view."""
    return x.reshape(*x.shape[:-2], x.shape[-2] * x.shape[-1])
