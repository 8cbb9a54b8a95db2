"""A window slides over an image in steps of its stride: convolution and pooling look at the image through one.

Images are (N, H, W, C). Along an axis of n pixels, a window of k pixels with stride s has (n - k) // s + 1 places;
pixels left over at the end are in no window.
"""
import numpy as np
from numpy.lib.stride_tricks import as_strided

from nn.ops.blocks import ceil_div


def places(n, k, stride):
    """How many places a window of k pixels has along n pixels. Raises ValueError if it does not fit at all."""
    if k > n:
        raise ValueError(f"a window of {k} pixels does not fit into {n}: use a smaller window, more pad, or less "
                         f"pooling and stride before it")
    return (n - k) // stride + 1


def windows(x, kernel, strides):
    """All windows of x (N, H, W, C), as a view (N, oh, ow, kh, kw, C) that copies nothing and must not be written to."""
    (kh, kw), (sh, sw), (n, h, w, c) = kernel, strides, x.shape
    dn, dh, dw, dc = x.strides
    shape = n, places(h, kh, sh), places(w, kw, sw), kh, kw, c
    return as_strided(x, shape, (dn, sh * dh, sw * dw, dh, dw, dc), writeable=False)


def taps(x, axis, k, stride):
    """k views of x: the i-th holds, for each place of a window along `axis`, the window's i-th pixel."""
    end = stride * (places(x.shape[axis], k, stride) - 1) + 1
    before = (slice(None),) * axis
    return [x[before + (slice(i, i + end, stride),)] for i in range(k)]


def padding(pad, kernel, strides, size):
    """((top, bottom), (left, right)) pixels around an image of `size` (H, W).

    `pad` is a number for all four sides, or "same": as many as make the output ceil(H / stride) x ceil(W / stride)
    pixels; of an odd number, the bottom and the right get one more than the top and the left.
    """
    if pad != "same":
        return (pad, pad), (pad, pad)
    total = [max((ceil_div(n, s) - 1) * s + k - n, 0) for k, s, n in zip(kernel, strides, size)]
    return tuple((t // 2, t - t // 2) for t in total)


def padded(x, padding, value=0.0):
    """x (N, H, W, C) with `padding` = ((top, bottom), (left, right)) pixels of `value` around each image."""
    (top, bottom), (left, right) = padding
    if not top + bottom + left + right:
        return x
    n, h, w, c = x.shape
    out = np.full((n, top + h + bottom, left + w + right, c), value, x.dtype)
    out[:, top:top + h, left:left + w] = x
    return out


def pixels(x):
    """x (..., C) as a view (...) of whole pixels, if the C numbers of each lie side by side.

    NumPy copies a pixel in one piece, where it would copy short runs of numbers at a great cost for each run.
    """
    return x.view(np.dtype((np.void, x.shape[-1] * x.itemsize)))[..., 0]


def copied(x):
    """A copy of x (..., C), pixel by pixel if that can be."""
    if x.strides[-1] != x.itemsize:
        return x.copy()
    return pixels(x).copy().view(x.dtype).reshape(x.shape)
