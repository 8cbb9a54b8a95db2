"""The three sums of a convolution as matrix products, because that is what NumPy does fastest.

The usual way, im2col, copies a pixel once for every window it is in, and makes one large product of them. Here a
window's pixels, for all images, are a matrix (kw kh C, N) as they lie in memory (`nn.ops.windows`), and each place of a
window has a small product of its own. With V that matrix at y, x', and with the weights and the errors as matrices
w (kw kh C, F) and e (F, N):

    z[y, x'] = w^T V[y, x'] + b        dL/dw = sum_yx' V[y, x'] e[y, x']^T

Backwards, each column of pixels of x has a product with each row of e (`convolution_input_gradient`).

In all functions x (N, H, W, C) are images, w (kh, kw, C, F) weights, e (N, oh, ow, F) errors, strides (sh, sw) and
padding ((top, bottom), (left, right)).
"""
import numpy as np

from nn.ops.elementwise import fill
from nn.ops.products import stack_of_products
from nn.ops.threads import share_out
from nn.ops.tiles import ceil_div, tiles
from nn.ops.windows import images_first, images_last, padded, places, row_of_pixels, windows


def convolution(x, w, b, strides, padding, function=None):
    """z[n, y, x', f] = sum_ijc x[n, sh y + i, sw x' + j, c] w[i, j, c, f] + b[f], (N, oh, ow, F). b may be None.

    Returns (z, function(z)), or (z, z) without a function. It may work on parts of a batch, and takes `out`.
    """
    x, (kh, kw, c, f) = padded(images_last(x), padding), w.shape
    w = w.transpose(3, 1, 0, 2).reshape(f, kw * kh * c)
    z = np.empty((places(len(x), kh, strides[0]), places(x.shape[1], kw, strides[1]), f, x.shape[3]), x.dtype)
    a = z if function is None else np.empty_like(z)
    b = b if b is None else row_of_pixels(b, z[0].shape)

    def work(rows):
        stack_of_products(w, windows(x, (kh, kw), strides, rows), z[rows])
        if b is not None:
            z[rows] += b
        if function is not None:
            fill(a[rows], function, z[rows])

    share_out(work, tiles(len(z), max(x[:kh].nbytes, z[:1].nbytes)))
    return images_first(z), images_first(a)


def convolution_weight_gradients(x, e, kernel, strides, padding):
    """(dL/dw[i, j, c, f] = sum_nyx' x[n, sh y + i, sw x' + j, c] e[n, y, x', f], dL/db[f] = sum_nyx' e[n, y, x', f])"""
    x, e, (kh, kw) = padded(images_last(x), padding), images_last(e), kernel
    (oh, ow, f, _), c = e.shape, x.shape[2]

    def work(rows):
        products = np.matmul(windows(x, kernel, strides, rows), e[rows].swapaxes(2, 3))
        return _sum_of_rows(products, -1), _sum_of_rows(e[rows], f).sum(axis=1)

    dw, db = map(sum, zip(*share_out(work, tiles(oh, max(x[:kh].nbytes, ow * kh * kw * c * f * x.itemsize)))))
    return dw.reshape(kw, kh, c, f).swapaxes(0, 1), db


def convolution_input_gradient(e, w, size, strides, padding):
    """dL/dx[n, u, v, c] = sum e[n, y, x', f] w[i, j, c, f] over all sh y + i = u, sw x' + j = v, and f; size: (H, W).

    Columns come in groups of sw, v = sw r + s, and so do the weights', j = sw j' + s. What a row y of e gives to a
    group is one product with those of its pixels that reach the group, at x' = r - j':

        D[r, y][i, s, c] = sum_j'f w[i, sw j' + s, c, f] e[y, r - j', f],       dL/dx[u] = sum_(sh y + i = u) D[:, y][i]
    """
    e, (kh, kw, c, f), (sh, sw), (height, width) = images_last(e), w.shape, strides, size
    (oh, ow, _, n), ((top, _), (left, _)), jw = e.shape, padding, ceil_div(kw, sw)
    w = np.concatenate([w, np.zeros((kh, jw * sw - kw, c, f), w.dtype)], axis=1).reshape(kh, jw, sw, c, f)
    w = w[:, ::-1].transpose(0, 2, 3, 1, 4).reshape(kh * sw * c, jw, f)  # the last j' first: its x' is the leftmost
    groups = max(ow + jw - 1, ceil_div(left + width, sw))
    dx = np.zeros((max(sh * (oh - 1) + kh, top + height), groups, sw, c, n), e.dtype)

    def work(tile):
        D = np.empty((tile.stop - tile.start, oh, len(w), n), e.dtype)
        for group, r in zip(D, range(tile.start, tile.stop)):
            leftmost = r - jw + 1
            first, last = max(leftmost, 0), min(r + 1, ow)  # of those x', only these are in the row
            weights = w[:, first - leftmost:last - leftmost].reshape(len(w), -1)
            stack_of_products(weights, e[:, first:last].reshape(oh, -1, n), group)
        for i, part in enumerate(D.reshape(-1, oh, kh, sw, c, n).transpose(2, 1, 0, 3, 4, 5)):
            dx[i:i + sh * (oh - 1) + 1:sh, tile] += part

    share_out(work, tiles(ow + jw - 1, oh * len(w) * n * e.itemsize))
    return images_first(dx.reshape(len(dx), groups * sw, c, n)[top:top + height, left:left + width])


def _sum_of_rows(x, length):
    """x (A, B, ..., n) summed over A and B -> (length, n)."""
    return x.reshape(-1, x[0, 0].size).sum(axis=0).reshape(length, x.shape[-1])
