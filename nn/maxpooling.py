"""Max pooling keeps the largest value of each window, in each channel: the image shrinks, its strongest features stay.

The largest value of a window is the largest of its rows' largest values, so pooling runs along the rows first and
then along the columns; backwards the error goes the same way back, to the one pixel it came from.
"""
from functools import reduce

import numpy as np

from nn.layer import WeightlessLayer
from nn.window import check_images, check_pad, padded, padding, pair, taps


class MaxPooling(WeightlessLayer):
    """Max pooling of (N, H, W, C) into (N, oh, ow, C), oh = (H + 2 pad - ph) // stride + 1, ow alike.

    pshape: the window, one number or (height, width). strides: alike; the window's own size if left out, so that
    `MaxPooling(2)` halves height and width. pad: pixels on each side that are smaller than any other, or "same".
    """

    def __init__(self, pshape, strides=None, pad=0):
        self.pshape = pair(pshape, "pshape")
        self.strides = self.pshape if strides is None else pair(strides, "strides")
        self.pad = check_pad(pad)
        if pad != "same" and pad >= min(self.pshape):
            raise ValueError(f"{self!r}: pad must be smaller than the window, or some windows hold nothing, but is {pad}")

    def forward(self, inputs):
        self.x, self.row_max, self.out = self._pool(inputs)
        return self.out, self.out

    def predict(self, inputs):
        return self._pool(inputs)[2]

    def backward(self, layer_err):
        (ph, pw), (sh, sw) = self.pshape, self.strides
        row_err = _error_of_max(self.row_max, self.out, layer_err, 1, ph, sh)
        dx = _error_of_max(self.x, self.row_max, row_err, 2, pw, sw)
        (top, bottom), (left, right) = self._pads()
        return dx[:, top:dx.shape[1] - bottom, left:dx.shape[2] - right]

    def _pool(self, inputs):
        """-> (padded inputs, their maxima along the rows, the maxima of these along the columns)."""
        check_images(self, inputs)
        self.input_shape = inputs.shape
        x = padded(inputs, self._pads(), -np.inf)
        row_max = _max(x, 2, self.pshape[1], self.strides[1])
        return x, row_max, _max(row_max, 1, self.pshape[0], self.strides[0])

    def _pads(self):
        return padding(self.pad, self.pshape, self.strides, self.input_shape[1:3])

    def __repr__(self):
        return f"MaxPooling({self.pshape})"


def _max(x, axis, k, stride):
    """The largest value of each window of k along one axis."""
    return reduce(np.maximum, taps(x, axis, k, stride))


def _error_of_max(x, largest, err, axis, k, stride):
    """dL/dx, given dL/dlargest: each window's error goes to its first pixel that is the largest, and to no other.

    Windows may overlap: a pixel adds up what it gets from all of them.
    """
    shares = []
    for pixel in taps(x, axis, k, stride)[:-1]:
        shares.append(err * (pixel == largest))
        err = err - shares[-1]  # what is left for the pixels after this one
    dx = np.zeros_like(x)
    for target, share in zip(taps(dx, axis, k, stride), [*shares, err]):
        if k > stride:
            target += share
        else:  # in one window only, and half the time
            target[...] = share
    return dx
