"""A window slides over an image in steps of its stride: convolution and pooling look at the image through one.

Images are (N, H, W, C). Along an axis of n pixels, a window of k pixels with stride s has (n - k) // s + 1 places;
pixels left over at the end are in no window.
"""
import numpy as np
from numpy.lib.stride_tricks import as_strided


def pair(value, name):
    """A height and a width out of one positive integer for both, or two. Raises ValueError for anything else."""
    both = tuple(value) if isinstance(value, (tuple, list)) else (value, value)
    if len(both) != 2 or any(not isinstance(n, (int, np.integer)) or n < 1 for n in both):
        raise ValueError(f"{name} must be a positive integer, or a (height, width) pair of them, but is {value!r}")
    return both


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


def padding(pad, kernel, strides, size):
    """((top, bottom), (left, right)) zeros around an image of `size` (H, W).

    `pad` is a number for all four sides, or "same": as many as make the output ceil(H / stride) x ceil(W / stride)
    pixels; where the number is odd, the one more goes to the bottom and the right.
    """
    if pad != "same":
        return (pad, pad), (pad, pad)
    total = [max((-(-n // s) - 1) * s + k - n, 0) for k, s, n in zip(kernel, strides, size)]
    return tuple((t // 2, t - t // 2) for t in total)


def padded(x, pads, value=0.0):
    """x (N, H, W, C) with `pads` = ((top, bottom), (left, right)) pixels of `value` around each image."""
    (top, bottom), (left, right) = pads
    if not top + bottom + left + right:
        return x
    n, h, w, c = x.shape
    out = np.full((n, top + h + bottom, left + w + right, c), value, x.dtype)
    out[:, top:top + h, left:left + w] = x
    return out


def check_pad(pad):
    """Return pad if it is one that `padding` takes, else raise ValueError."""
    if pad == "same" or isinstance(pad, (int, np.integer)) and pad >= 0:
        return pad
    raise ValueError(f'pad must be a number of pixels, 0 or more, or "same", but is {pad!r}')


def check_images(layer, x, channels=None):
    """Raise ValueError unless x is a batch of images (N, H, W, C), with `channels` channels if that is given."""
    if np.ndim(x) != 4 or channels not in (None, x.shape[3]):
        wanted = "C" if channels is None else channels
        raise ValueError(f"{layer!r} expects images (N, H, W, {wanted}), but was given an array of shape {np.shape(x)}: "
                         + ("reshape the data to images, and put no Flatten before this layer" if np.ndim(x) != 4 else
                            f"C_in must be the {x.shape[3]} channels of the layer before"))
