"""In memory the images of a batch lie with their number last, (H, W, C, N): a pixel's values, for all images, in a row.

Layers see images of shape (N, H, W, C) all the same, as a view, whose last axis in memory is the first. So whatever is
done to pixels is done to long rows of numbers, and what a window holds, for all images, is a matrix as it lies there.
"""
import numpy as np


def images_last(x):
    """x (N, H, W, C) -> (H, W, C, N), in one piece of memory: copied only if it does not lie there like that."""
    return np.ascontiguousarray(x.transpose(1, 2, 3, 0))


def images_first(x):
    """x (H, W, C, N) -> (N, H, W, C), a view."""
    return x.transpose(3, 0, 1, 2)


def row_of_pixels(numbers, shape):
    """numbers (C,), one for each channel -> a row of pixels (W, C, N) full of them, to add to each row of images.

    NumPy works several times as fast over such long rows as over (C, 1), or over (C, N).
    """
    return np.full(shape, numbers[:, np.newaxis])


def outer_first(x):
    """x (N, H, W, C) as a view (H, W, C, N), any other array as it is: cut along its first axis."""
    return x.transpose(1, 2, 3, 0) if x.ndim == 4 else x
