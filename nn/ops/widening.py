"""Windows side by side share pixels: one wider window holds several of them, and a product with it is less thin.

Of `across` windows that stand sw pixels apart, the first has its weights at the left of the wider window, the next sw
pixels further right, and so on; the rest of the weights is 0. So a convolution w with F filters becomes one with
across F filters, whose output (N, oh, ow / across, across F) holds the same numbers in the same order:

    wider[i, sw s + j, c, s, f] = w[i, j, c, f]        s = 0 ... across - 1

Pixels are copied less often, at the price of multiplications by 0.
"""
import numpy as np


def across(ow, columns, enough):
    """How many of ow windows in a row to join, so that products with `columns` columns for each have about `enough`."""
    return max(count for count in range(1, ow + 1) if ow % count == 0 and (count == 1 or count * columns <= enough))


def widened(w, count, sw):
    """w (kh, kw, C, F) -> the wider window (kh, (count - 1) sw + kw, C, count F)."""
    kh, kw, c, f = w.shape
    wider = np.zeros((kh, (count - 1) * sw + kw, c, count, f), w.dtype)
    for s in range(count):
        wider[:, s * sw:s * sw + kw, :, s] = w
    return wider.reshape(*wider.shape[:3], -1)


def narrowed(dwider, count, sw, kw):
    """The gradient of the wider window -> that of w (kh, kw, C, F), which is in it `count` times: the sum of them."""
    *size, f = dwider.shape
    dwider = dwider.reshape(*size, count, f // count)
    return sum(dwider[:, s * sw:s * sw + kw, :, s] for s in range(count))
