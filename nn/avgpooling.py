"""Average pooling replaces each window by its mean, in each channel: the image shrinks, and every pixel has a say.

The mean of a window is the mean of its rows' means, so pooling runs along the rows first and then along the columns;
backwards every pixel gets the same share of its window's error.
"""
import numpy as np

from nn.layer import WeightlessLayer
from nn.window import check_images, pair, taps


class AvgPooling(WeightlessLayer):
    """Average pooling of (N, H, W, C) into (N, oh, ow, C), oh = (H - ph) // stride + 1, ow alike.

        z[n, y, x', c] = 1/(ph pw) sum_ij x[n, sh y + i, sw x' + j, c]
        dL/dx[n, u, v, c] = 1/(ph pw) sum e[n, y, x', c]  over all windows (y, x') that hold the pixel (u, v)

    pshape: the window, one number or (height, width). strides: alike; the window's own size if left out, so that
    `AvgPooling(2)` halves height and width.
    """

    def __init__(self, pshape, strides=None):
        self.pshape = pair(pshape, "pshape")
        self.strides = self.pshape if strides is None else pair(strides, "strides")

    def forward(self, inputs):
        check_images(self, inputs)
        self.input_shape = inputs.shape
        row_sum = _sum(inputs, 2, self.pshape[1], self.strides[1])
        z = _sum(row_sum, 1, self.pshape[0], self.strides[0])
        z /= self.pshape[0] * self.pshape[1]
        return z, z

    def backward(self, layer_err):
        n, h, _, c = self.input_shape
        share = layer_err / (self.pshape[0] * self.pshape[1])
        row_err = _spread(share, (n, h, share.shape[2], c), 1, self.pshape[0], self.strides[0])
        return _spread(row_err, self.input_shape, 2, self.pshape[1], self.strides[1])

    def __repr__(self):
        return f"AvgPooling({self.pshape})"


class GlobalAvgPooling(WeightlessLayer):
    """(N, H, W, C) -> (N, C): the mean of each channel over the image (Lin, Chen & Yan, 2014).

        z[n, c] = 1/(H W) sum_uv x[n, u, v, c],  dL/dx[n, u, v, c] = e[n, c] / (H W)
    """

    def forward(self, inputs):
        check_images(self, inputs)
        self.input_shape = inputs.shape
        z = inputs.mean(axis=(1, 2))
        return z, z

    def backward(self, layer_err):
        _, h, w, _ = self.input_shape
        return np.tile(layer_err / (h * w), h * w).reshape(self.input_shape)


def _sum(x, axis, k, stride):
    """The sum of each window of k along one axis."""
    first, *others = taps(x, axis, k, stride)
    total = first.copy()
    for tap in others:
        total += tap
    return total


def _spread(err, shape, axis, k, stride):
    """The transpose of `_sum`: each window's error is added to all of its k pixels, in an array of `shape`."""
    dx = np.zeros(shape, err.dtype)
    for target in taps(dx, axis, k, stride):
        target += err
    return dx
