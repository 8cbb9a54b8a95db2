"""A mosaic lays the channels of an array side by side, so that all of them are seen in one picture."""
import numpy as np

from nn.ops.tiles import ceil_div

CHANNELS = 64  # as many are shown at most
ROW = 64  # numbers in a row, where they are no image


def mosaic(array):
    """What a layer makes of one input -> a picture (rows, columns); nan where there is none.

    array: an image (H, W, C), whose channels become tiles with a pixel between them; a sequence (T, K), which is
    a picture as it stands; or any other shape, whose numbers become cells, row by row.
    """
    if array.ndim == 3 and array.shape[:2] != (1, 1):
        return _tiles(array[..., :CHANNELS])
    if array.ndim == 2:
        return array
    row = min(array.size, ROW)
    cells = np.full(ceil_div(array.size, row) * row, np.nan, np.float32)
    cells[:array.size] = array.reshape(-1)
    return cells.reshape(-1, row)


def _tiles(image):
    """(H, W, C) -> the C channels in rows of eight, or of as many as there are."""
    height, width, channels = image.shape
    across = min(channels, 8 if channels <= 32 else 16)
    picture = np.full((ceil_div(channels, across) * (height + 1) - 1, across * (width + 1) - 1), np.nan, np.float32)
    for k in range(channels):
        top, left = k // across * (height + 1), k % across * (width + 1)
        picture[top:top + height, left:left + width] = image[..., k]
    return picture
