"""The arithmetic of a cell: which numbers one number of a layer is made of, so that anybody can add them up.

Everything is of one image at inference, as the page shows it; no number is rounded.
"""
from copy import copy
from math import fsum

import numpy as np

from nn import AvgPooling, Conv, FullyConnected, GlobalAvgPooling, MaxPooling
from nn.layer import unwrapped
from nn.ops.process import draws_put_back
from nn.ops.windows import padding

LARGEST = 12  # contributions to a cell of a fully connected layer that are told one by one
NEAR = 1e-5  # of the sum of all sizes: what float32 may have lost on the way


def arithmetic(layer, x, cell):
    """A layer, its inputs x (1, ...) and the place of a cell in its activation -> a dict for JSON.

    kind: "products" of a convolution, "largest", "mean", "contributions" of a fully connected layer, or "other", of a
    layer whose arithmetic is not known here, or is not what its class says; then there is nothing else. parts: what the
    cell is made of, a list of dicts. sum, bias, z, a: sum + bias = z, a = f(z), but for the last digits of float32.
    lit: the flat numbers of the inputs that it looks at.
    """
    layer, other = unwrapped(layer), {"kind": "other"}
    reckon = next((reckon for kind, reckon in KINDS.items() if isinstance(layer, kind)), None)
    if reckon is None:
        return other
    with draws_put_back():
        z, a = (np.asarray(array)[0] for array in copy(layer).forward(x))
        shown = np.asarray(layer.predict(x))[0]
    found = reckon(layer, x[0], cell)
    near = NEAR * (found.pop("size") + 1e-30)
    if abs(found["sum"] + found["bias"] - z[cell]) > near or abs(a[cell] - shown[cell]) > near:
        return other
    return {**found, "z": float(z[cell]), "a": float(a[cell])}


def _products(layer, x, cell):
    row, column, f = cell
    seen, lit = _window(x, layer.kernel, layer.strides, layer.pad, row, column)
    kernel = np.asarray(layer.w[..., f], np.float64)
    products = np.nan_to_num(seen) * kernel
    parts = [{"channel": c, "window": _listed(seen[..., c]), "kernel": _listed(kernel[..., c]),
              "products": _listed(products[..., c]), "sum": fsum(products[..., c].flat)} for c in range(x.shape[2])]
    return {"kind": "products", "parts": parts, **_total(products, _bias(layer, f)), "lit": lit.ravel()}


def _largest(layer, x, cell):
    row, column, channel = cell
    seen, lit = _window(x, layer.pshape, layer.strides, layer.pad, row, column)
    seen = seen[..., channel]
    hit = np.unravel_index(np.nanargmax(seen), seen.shape)
    return {"kind": "largest", "parts": [{"channel": channel, "window": _listed(seen), "hit": list(map(int, hit))}],
            "sum": float(seen[hit]), "bias": 0.0, "size": float(abs(seen[hit])), "lit": lit[..., channel].ravel()}


def _mean(layer, x, cell):
    row, column, channel = cell
    seen, lit = _window(x, layer.pshape, layer.strides, 0, row, column)
    return _mean_of(seen[..., channel], lit[..., channel], channel)


def _mean_of_all(layer, x, cell):
    return _mean_of(np.float64(x[..., cell[0]]), np.arange(x.size).reshape(x.shape)[..., cell[0]], cell[0])


def _mean_of(seen, lit, channel):
    return {"kind": "mean", "parts": [{"channel": channel, "window": _listed(seen)}], "count": seen.size,
            **_total(seen / seen.size, 0.0), "lit": lit.ravel()}


def _contributions(layer, x, cell):
    weights, inputs = np.float64(layer.w[:, cell[0]]), np.float64(x).ravel()
    products = inputs * weights
    first, rest = np.split(np.argsort(-np.abs(products), kind="stable"), [LARGEST])
    parts = [{"from": [int(place) for place in np.unravel_index(i, x.shape)], "x": inputs[i], "w": weights[i],
              "product": products[i]} for i in first]
    return {"kind": "contributions", "parts": parts, "rest": {"count": len(rest), "sum": fsum(products[rest])},
            **_total(products, _bias(layer, cell[0])), "lit": first}


KINDS = {Conv: _products, MaxPooling: _largest, AvgPooling: _mean, GlobalAvgPooling: _mean_of_all,
         FullyConnected: _contributions}


def _window(x, kernel, strides, pad, row, column):
    """(the window (kh, kw, C) of x (H, W, C), nan outside of x; the flat numbers of its cells, -1 outside)."""
    (top, _), (left, _) = padding(pad, kernel, strides, x.shape[:2])
    rows = row * strides[0] - top + np.arange(kernel[0])[:, None]
    columns = column * strides[1] - left + np.arange(kernel[1])
    inside = (rows >= 0) & (rows < x.shape[0]) & (columns >= 0) & (columns < x.shape[1])
    rows, columns = np.clip(rows, 0, x.shape[0] - 1), np.clip(columns, 0, x.shape[1] - 1)
    numbers = np.arange(x.size).reshape(x.shape)
    return (np.where(inside[..., None], x[rows, columns], np.nan).astype(np.float64),
            np.where(inside[..., None], numbers[rows, columns], -1))


def _total(terms, bias):
    return {"sum": fsum(terms.flat), "bias": bias, "size": float(np.abs(terms).sum() + abs(bias))}


def _bias(layer, unit):
    return 0.0 if layer.b is None else float(layer.b[unit])


def _listed(numbers):
    """Nested lists of Python's numbers; None where there is none."""
    return np.where(np.isnan(numbers), None, numbers).tolist()
