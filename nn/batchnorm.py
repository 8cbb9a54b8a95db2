"""Batch normalisation gives each channel mean 0 and variance 1 over the batch, whatever the layers before it do."""
import numpy as np

from nn.activation import linear
from nn.checks import settings
from nn.checks.inputs import last_axes, several
from nn.layer import TrainableLayer
from nn.ops.elementwise import floating
from nn.ops.normalization import channel_moments, channel_sums, scale_and_shift, scale_sum_and_shift


class BatchNorm(TrainableLayer):
    """Batch normalisation (Ioffe & Szegedy, 2015) of (N, C), (N, T, C) or (N, H, W, C), with C = channels.

    With the M values x_m of a channel (M = N, N T or N H W), its weights w (gamma in the paper, 1 at first) and b
    (beta, 0 at first), and the error e = dL/dz, forwards and backwards:

        mean = 1/M sum_m x_m    var = 1/M sum_m (x_m - mean)^2    xhat = (x - mean) / sqrt(var + eps)    z = w xhat + b
        dL/db = sum_m e_m       dL/dw = sum_m e_m xhat_m
        dL/dx_m = w / sqrt(var + eps) (e_m - 1/M dL/db - xhat_m 1/M dL/dw)

    The last two terms are there because every x moves its channel's mean and variance. At inference these are not
    the batch's but running_mean and running_var, which each training step moves a little, as PyTorch does:

        running <- (1 - momentum) running + momentum (mean, or M / (M - 1) var)

    Of a channel that is one number all over, xhat is 0, and so is dL/dw, whatever sums of rounded numbers say.

    rates: {"w": 0} keeps the scale as it is, {"b": 64} makes the steps of b 64 times as large.
    """

    in_parts = keeps_contract = True
    decayed = ()
    statistics = ("running_mean", "running_var")
    variances = ("running_var",)

    def __init__(self, channels, activation=linear, *, optimizer, momentum=0.1, eps=1e-5,
                 rates=TrainableLayer.rates):
        channels = settings.count(self, "channels", channels)
        self.channels, self.eps = channels, settings.number(self, "eps", eps)
        self.momentum = settings.number(self, "momentum", momentum, most=1)
        super().__init__(activation, optimizer, w=np.ones(channels), b=np.zeros(channels))
        self.rates = settings.rates(self, rates)
        self.running_mean, self.running_var = np.zeros(channels), np.ones(channels)

    def forward(self, inputs):
        """Raises ValueError if the last axis is not `channels` long, or if there is only one value a channel."""
        inputs = last_axes(self, inputs, (self.channels,))
        self.m = several(self, inputs, inputs.size // self.channels)
        self.inputs, self.asked = inputs, (None, None)
        self.mean, squares = channel_moments(inputs)
        self.inv_std = 1.0 / np.sqrt(squares / self.m + self.eps)
        self.xhat_scale = self.inv_std * (squares > 0)  # xhat is 0 where nothing varies
        self.running_mean = (1 - self.momentum) * self.running_mean + self.momentum * self.mean
        self.running_var = (1 - self.momentum) * self.running_var + self.momentum / (self.m - 1) * squares
        return self._normalise(inputs, self.mean, self.xhat_scale)

    def predict(self, inputs):
        inputs = last_axes(self, inputs, (self.channels,))
        return self._normalise(inputs, self.running_mean, 1.0 / np.sqrt(self.running_var + self.eps))[1]

    def get_weight_grad(self, inputs, layer_err):
        dw, db = self._gradients(layer_err)
        return {"w": dw, "b": db}

    def backward(self, layer_err):
        """dL/dx, put as a (k x + e + c) with three numbers for each channel: two multiplications, two additions."""
        dw, db = self._gradients(layer_err)
        k = -dw * self.inv_std / self.m
        c = -db / self.m - self.mean * k
        return scale_sum_and_shift(self.inputs, layer_err, k, c, self.w * self.inv_std)

    def _gradients(self, layer_err):
        """(dL/dw, dL/db). A step asks for them twice in a row, with one array of errors, and they are summed once."""
        (error, gradients), self.asked = self.asked, (None, None)
        if error is not layer_err:
            db, dot = channel_sums(floating(layer_err), self.inputs)
            gradients = (dot - self.mean * db) * self.xhat_scale, db
            self.asked = layer_err, gradients
        return gradients

    def _normalise(self, inputs, mean, inv_std):
        """(z, f(z)) with z = w (x - mean) inv_std + b, put as x scale + shift."""
        scale = self.w * inv_std
        f = self.activation
        z, a = scale_and_shift(inputs, scale, self.b - mean * scale, f.compute if f.in_parts else None)
        return z, a if f.in_parts else f.compute(z)

    def __repr__(self):
        return f"BatchNorm({self.channels})"
