"""Winograd's short convolution makes four neighbouring sums from six multiplications, where twelve are usual.

With six neighbouring pixels d, the row g of a filter, * element by element, and the fixed matrices A, B and G below,

    z = A^T ((G g) * (B^T d))        is        z_k = d_k g_0 + d_(k+1) g_1 + d_(k+2) g_2,  k = 0, 1, 2, 3

For all channels and all three rows of a filter, each of the six is a matrix product. So there is half as much to
multiply, and little to add if there are many channels. Backwards, with the errors e, it is the gradient of that formula

    dL/dg = G^T ((A e) * (B^T d))

and dL/dx is a convolution, too: of e, with the filters turned by 180 degrees.

Source: Lavin & Gray (2015), "Fast Algorithms for Convolutional Neural Networks", arXiv 1509.09308, there F(4, 3). The
functions are those of `nn.ops.convolution`, for filters (3, 3, C, F) and strides (1, 1), and their rounding is another.
"""
from itertools import product

import numpy as np

from nn.ops.elementwise import fill
from nn.ops.threads import share_out
from nn.ops.tiles import tiles
from nn.ops.windows import images_first, images_last, padded, row_of_pixels, seen_as

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
ENOUGH = 24  # channels, of inputs and of outputs


def pays(fshape, strides, pad):
    """Whether a convolution of this kind is faster so."""
    return fshape[:2] == (3, 3) and strides == (1, 1) and min(fshape[2:]) >= ENOUGH and pad in ("same", 0, 1, 2)


def convolution(x, w, b, strides, padding, function=None):
    """(z (N, oh, ow, F), function(z)), or (z, z) without a function. b may be None."""
    x, (kh, kw, c, f) = padded(images_last(x), padding), w.shape
    filters = np.tensordot(G.astype(w.dtype), w, (1, 1)).reshape(6, 1, kh * c, f).swapaxes(2, 3)
    z = np.empty((len(x) - kh + 1, x.shape[1] - kw + 1, f, x.shape[3]), x.dtype)
    a = z if function is None else np.empty_like(z)
    b = b if b is None else row_of_pixels(b, z[0, :4].shape)

    def work(part):
        products = np.matmul(filters, _spread(x, *part))
        _times(A.T, products.reshape(*products.shape[:2], -1).swapaxes(0, 1), _flat(z[part]))
        if b is not None:
            z[part] += b[:z[part].shape[1]]
        if function is not None:
            fill(a[part], function, z[part])

    share_out(work, _parts(z, max(c, f)))
    return images_first(z), images_first(a)


def convolution_weight_gradients(x, e, kernel, strides, padding):
    """(dL/dw (3, 3, C, F), dL/db (F,))"""
    x, e = padded(images_last(x), padding), images_last(e)
    (_, _, f, n), c = e.shape, x.shape[2]

    def work(part):
        errors = _times(A, _flat(e[part])).reshape(-1, 6, f, n).transpose(1, 0, 3, 2)
        return np.matmul(_spread(x, *part), errors).sum(axis=1), e[part].sum(axis=(0, 1)).sum(axis=1)

    of_filters, db = map(sum, zip(*share_out(work, _parts(e, max(c, f)))))
    dw = np.tensordot(of_filters.reshape(6, 3, c, f), G.astype(e.dtype), (0, 0))
    return dw.transpose(0, 3, 1, 2), db


def convolution_input_gradient(e, w, size, strides, padding):
    """dL/dx (N, H, W, C); size: (H, W). What a side of x is padded by is at most 2, and here it is the rest of 2."""
    rest = [(2 - first, 2 - last) for first, last in padding]
    return convolution(e, w[::-1, ::-1].swapaxes(2, 3), None, strides, rest)[0]


def _parts(z, channels):
    """(rows, columns) of z (oh, ow, F, N): at most four columns, and as many rows as stay in the cache."""
    rows, width = tiles(len(z), 3 * channels * z.shape[3] * z.itemsize), z.shape[1]
    return list(product(rows, [slice(k, min(k + 4, width)) for k in range(0, width, 4)]))


def _spread(x, rows, columns):
    """B^T d, for each row of outputs with the three rows that its filters see: (6, rows, 3 C, N)."""
    d = x[rows.start:rows.stop + 2, columns.start:columns.stop + 2]
    height, _, c, n = d.shape
    out = np.empty((6, height, c * n), x.dtype)
    _times(B.T, _flat(d), out.swapaxes(0, 1))
    return seen_as(out, (6, height - 2, 3 * c, n), (*out.strides[:2], n * x.itemsize, x.itemsize))


def _times(matrix, numbers, out=None):
    """Each of the numbers (rows, columns, ...) times the matrix.

    At the right border there are fewer columns than elsewhere, of inputs or of outputs: those that are not there are 0.
    """
    height = len(matrix) if out is None else out.shape[1]
    return np.matmul(matrix[:height, :numbers.shape[1]].astype(numbers.dtype), numbers, out=out)


def _flat(x):
    """x (rows, columns, C, N) -> (rows, columns, C N), a view."""
    return x.reshape(*x.shape[:2], -1)
