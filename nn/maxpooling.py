"""Max pooling keeps the largest value of each window, in each channel: images shrink, their strongest features stay."""
from nn.checks import settings
from nn.checks.inputs import images
from nn.layer import WeightlessLayer
from nn.ops.pooling import max_pooling, max_pooling_input_gradient, max_pooling_with_hits
from nn.ops.windows import padding


class MaxPooling(WeightlessLayer):
    """Max pooling of (N, H, W, C) into (N, oh, ow, C), oh = (H + 2 pad - ph) // stride + 1, ow alike.

        z[n, y, x', c]    = max_ij x[n, sh y + i, sw x' + j, c]
        dL/dx[n, u, v, c] = sum e[n, y, x', c]  over all windows (y, x') whose largest pixel, the first if there are
                                                several, row by row, is (u, v); as in np.argmax, nan is the largest

    pshape: the window, one number or (height, width). strides: alike; the window's own size if left out, so that
    `MaxPooling(2)` halves height and width. pad: pixels on each side that are smaller than any other, or "same".
    """

    in_parts = keeps_contract = True

    def __init__(self, pshape, strides=None, pad=0):
        self.pshape = settings.pair(self, "pshape", pshape)
        self.strides = self.pshape if strides is None else settings.pair(self, "strides", strides)
        self.pad = settings.pad(self, pad)
        if pad != "same" and pad >= min(self.pshape):
            raise ValueError(f"{self!r}: pad must be smaller than the window, or some windows hold nothing, "
                             f"but is {pad}: write pad={min(self.pshape) - 1}")

    def forward(self, inputs):
        inputs = images(self, inputs, None, self.pshape, self.pad)
        self.size = inputs.shape[1:3]
        z, self.hits = max_pooling_with_hits(inputs, *self._window(self.size))
        return z, z

    def predict(self, inputs):
        inputs = images(self, inputs, None, self.pshape, self.pad)
        return max_pooling(inputs, *self._window(inputs.shape[1:3]))

    def backward(self, layer_err):
        return max_pooling_input_gradient(layer_err, self.hits, *self._window(self.size), self.size)

    def _window(self, size):
        return self.pshape, self.strides, padding(self.pad, self.pshape, self.strides, size)

    def __repr__(self):
        return f"MaxPooling({self.pshape})"
