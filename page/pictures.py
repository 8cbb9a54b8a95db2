"""A picture is an array as the page shows it: all its numbers, unrounded, side by side in rows and columns."""
import base64

import numpy as np

from inspection.plots import CHANNELS, mosaic


def picture(array):
    """An array of one image -> what JSON holds of its `mosaic`: rows, columns, float32 values; nan where is no number.

    all: how many channels there are, shown: how many of them are in it.
    """
    numbers = mosaic(np.asarray(array, np.float32))
    channels = array.shape[2] if array.ndim == 3 else 1
    return {"rows": len(numbers), "columns": len(numbers[0]), "shown": min(channels, CHANNELS), "all": channels,
            "values": base64.b64encode(numbers.astype("<f4").tobytes()).decode()}


def filters(layer, weights):
    """The picture of a convolution's weights, or of their gradient (kh, kw, C_in, C_out); None of any other array.

    Each of the C_out filters is shown as its mean over the C_in channels that it looks at.
    """
    if weights is None or np.ndim(weights) != 4 or not hasattr(layer, "kernel"):
        return None
    return {**picture(weights.mean(axis=2)), "over": weights.shape[2]}


def places(shape):
    """(rows, columns): which number of an array of this shape, flat, is where in its picture; -1 where none is."""
    numbers = mosaic(np.arange(np.prod(shape), dtype=np.float32).reshape(shape))
    return np.where(np.isnan(numbers), -1, numbers).astype(int)


def where(shape, numbers):
    """[row, column] of each of the flat numbers in the picture of an array of this shape; -1 is in none."""
    return np.argwhere(np.isin(places(shape), np.setdiff1d(numbers, [-1]))).tolist()
