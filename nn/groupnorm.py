"""Group normalisation gives each group of an input's channels mean 0 and variance 1, however small the batch is."""
import numpy as np

from nn.activation import linear
from nn.checks import settings
from nn.checks.inputs import last_axes
from nn.layer import TrainableLayer
from nn.ops.elementwise import floating
from nn.ops.normalization import channel_sums, normalised_rows, normalised_rows_gradient, scale_and_shift


class GroupNorm(TrainableLayer):
    """Group normalisation (Wu & He, 2018) of (N, C), (N, T, C) or (N, H, W, C), with C = channels, in `groups` groups.

    Channels that are neighbours make a group of C / groups. With the F numbers x_f of a group in one input (its
    channels at all steps or pixels), the weights w and b of each channel, 1 and 0 at first, and the error e = dL/dz:

        mean = 1/F sum_f x_f    var = 1/F sum_f (x_f - mean)^2    xhat = (x - mean) / sqrt(var + eps)    z = w xhat + b
        dL/db = sum_m e_m       dL/dw = sum_m e_m xhat_m          g = e w = dL/dxhat
        dL/dx_f = (g_f - 1/F sum_f g_f - xhat_f 1/F sum_f g_f xhat_f) / sqrt(var + eps)

    where m goes over all values of a channel in the batch. As with layer normalisation, which one group of rows (N, C)
    is, no statistics of the batch are in it: training and inference are the same.
    """

    keeps_contract = True
    decayed = ()

    def __init__(self, groups, channels, activation=linear, *, optimizer, eps=1e-5):
        self.groups, self.channels = settings.groups(self, groups, channels)
        self.eps = settings.number(self, "eps", eps)
        super().__init__(activation, optimizer, w=np.ones(channels), b=np.zeros(channels))

    def forward(self, inputs):
        """Raises ValueError if the last axis is not `channels` long."""
        inputs = last_axes(self, inputs, (self.channels,))
        self.xhat_rows, self.inv_std = normalised_rows(self._rows(inputs), self.eps)
        self.xhat = self._shaped(self.xhat_rows, inputs.shape)
        z, _ = scale_and_shift(self.xhat, self.w, self.b)
        return z, self.activation.compute(z)

    def get_weight_grad(self, inputs, layer_err):
        db, dw = channel_sums(floating(layer_err), self.xhat)
        return {"w": dw, "b": db}

    def backward(self, layer_err):
        g = self._rows(layer_err * self.w)
        return self._shaped(normalised_rows_gradient(g, self.xhat_rows, self.inv_std), layer_err.shape)

    def _rows(self, x):
        """(N, ..., C) -> a row for each group of each input, (N groups, F)."""
        grouped = x.reshape(*x.shape[:-1], self.groups, self.channels // self.groups)
        return np.moveaxis(grouped, -2, 1).reshape(len(x) * self.groups, np.prod(x.shape[1:]) // self.groups)

    def _shaped(self, rows, shape):
        """The way back, to (N, ..., C)."""
        apart = rows.reshape(shape[0], self.groups, *shape[1:-1], self.channels // self.groups)
        return np.moveaxis(apart, 1, -2).reshape(shape)

    def __repr__(self):
        return f"GroupNorm({self.groups}, {self.channels})"
