"""Max pooling keeps the largest value of each window, in each channel: the image shrinks, its strongest features stay.

The largest value of a window is the largest of its rows' largest values, so pooling runs along the rows first and
then along the columns; backwards the error goes the same way back, to the one pixel it came from.
"""
from functools import reduce

import numpy as np

from nn.blocks import blocks
from nn.layer import WeightlessLayer
from nn.window import check_images, check_pad, copied, padded, padding, pair, pixels, taps


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
        outs, self.hits = [], []
        for images in self._blocks(inputs):
            row_max, across = _pool(self._columns(inputs[images]))
            out, down = _pool(self._rows(row_max))
            outs.append(out)
            self.hits.append((images, across, down))
        out = np.concatenate(outs)
        return out, out

    def predict(self, inputs):
        return np.concatenate([reduce(np.maximum, self._rows(reduce(np.maximum, self._columns(inputs[images]))))
                               for images in self._blocks(inputs)])

    def backward(self, layer_err):
        (top, bottom), (left, right), (_, h, w, c) = *self._pads(), self.input_shape
        dx = np.empty((len(layer_err), top + h + bottom, left + w + right, c), layer_err.dtype)
        for images, across, down in self.hits:
            err = layer_err[images]
            row_err = np.zeros((len(err), dx.shape[1], *err.shape[2:]), err.dtype)
            dx[images] = 0.0
            _spread(err, down, row_err, 1, self.pshape[0], self.strides[0])
            _spread(row_err, across, dx[images], 2, self.pshape[1], self.strides[1])
        return dx[:, top:top + h, left:left + w]

    def _blocks(self, inputs):
        check_images(self, inputs)
        self.input_shape = inputs.shape
        return blocks(len(inputs), inputs[:1].nbytes // 4)  # few operations run over each: fewer, larger blocks pay

    def _columns(self, inputs):
        """For each column of a window, a copy of the pixels that windows have there, (N, padded H, ow, C)."""
        x = padded(inputs, self._pads(), -np.inf)
        return [copied(column) for column in taps(x, 2, self.pshape[1], self.strides[1])]

    def _rows(self, row_max):
        """For each row of a window, the row's largest values, (N, oh, ow, C)."""
        return taps(row_max, 1, self.pshape[0], self.strides[0])

    def _pads(self):
        return padding(self.pad, self.pshape, self.strides, self.input_shape[1:3])

    def __repr__(self):
        return f"MaxPooling({self.pshape})"


def _pool(pixels_of_window):
    """-> (the largest of them, [which are as large as that, for each but the last])."""
    largest = reduce(np.maximum, pixels_of_window)
    return largest, [pixel == largest for pixel in pixels_of_window[:-1]]


def _spread(err, hits, dx, axis, k, stride):
    """Give each window's error to the first of its pixels that is the largest, and to no other.

    Windows may overlap: a pixel adds up what it gets from all of them.
    """
    *targets, last = taps(dx, axis, k, stride)
    for target, hit in zip(targets, hits):
        share = err * hit
        err = err - share  # what is left for the pixels after this one
        _put(share, target, k > stride)
    _put(err, last, k > stride)


def _put(err, target, overlapping):
    if overlapping:
        target += err
    else:
        pixels(target)[...] = pixels(np.ascontiguousarray(err))
