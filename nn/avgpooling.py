"""Average pooling replaces each window by its mean, in each channel: the image shrinks, and every pixel has a say."""
import numpy as np

from nn.checks import settings
from nn.checks.inputs import images
from nn.layer import WeightlessLayer
from nn.ops.pooling import average_pooling, average_pooling_input_gradient


class AvgPooling(WeightlessLayer):
    """Average pooling of (N, H, W, C) into (N, oh, ow, C), oh = (H - ph) // stride + 1, ow alike.

        z[n, y, x', c] = 1/(ph pw) sum_ij x[n, sh y + i, sw x' + j, c]
        dL/dx[n, u, v, c] = 1/(ph pw) sum e[n, y, x', c]  over all windows (y, x') that hold the pixel (u, v)

    pshape: the window, one number or (height, width). strides: alike; the window's own size if left out, so that
    `AvgPooling(2)` halves height and width.
    """

    keeps_contract = True

    def __init__(self, pshape, strides=None):
        self.pshape = settings.pair(self, "pshape", pshape)
        self.strides = self.pshape if strides is None else settings.pair(self, "strides", strides)

    def forward(self, inputs):
        inputs = images(self, inputs, window=self.pshape)
        self.size = inputs.shape[1:3]
        z = average_pooling(inputs, self.pshape, self.strides)
        return z, z

    def backward(self, layer_err):
        return average_pooling_input_gradient(layer_err, self.pshape, self.strides, self.size)

    def __repr__(self):
        return f"AvgPooling({self.pshape})"


class GlobalAvgPooling(WeightlessLayer):
    """(N, H, W, C) -> (N, C): the mean of each channel over the image (Lin, Chen & Yan, 2014).

        z[n, c] = 1/(H W) sum_uv x[n, u, v, c],  dL/dx[n, u, v, c] = e[n, c] / (H W)
    """

    keeps_contract = True

    def forward(self, inputs):
        inputs = images(self, inputs)
        self.input_shape = inputs.shape
        z = inputs.mean(axis=(1, 2))
        return z, z

    def backward(self, layer_err):
        _, h, w, _ = self.input_shape
        return np.tile(layer_err / (h * w), h * w).reshape(self.input_shape)
