"""Batch normalisation gives each channel mean 0 and variance 1 over the batch, whatever the layers before it do."""
import numpy as np

from nn.activation import linear
from nn.blocks import blocks
from nn.layer import TrainableLayer


class BatchNorm(TrainableLayer):
    """Batch normalisation (Ioffe & Szegedy, 2015) of (N, C) or (N, H, W, C), with C = channels.

    With the M values x_m of a channel (M = N, or N H W), its weights w (gamma in the paper, 1 at first) and b (beta, 0),
    and the error e = dL/dz, forwards and backwards:

        mean = 1/M sum_m x_m    var = 1/M sum_m (x_m - mean)^2    xhat = (x - mean) / sqrt(var + eps)    z = w xhat + b
        dL/db = sum_m e_m       dL/dw = sum_m e_m xhat_m
        dL/dx_m = w / sqrt(var + eps) (e_m - 1/M dL/db - xhat_m 1/M dL/dw)

    The last two terms are there because every x moves its channel's mean and variance. At inference these are not
    the batch's but running_mean and running_var, which each training step moves a little, as PyTorch does:

        running <- (1 - momentum) running + momentum (mean, or M / (M - 1) var)
    """

    decayed = ()
    statistics = ("running_mean", "running_var")

    def __init__(self, channels, activation=linear, *, optimizer, momentum=0.1, eps=1e-5):
        self.channels, self.momentum, self.eps = channels, momentum, eps
        super().__init__(activation, optimizer, w=np.ones(channels), b=np.zeros(channels))
        self.running_mean, self.running_var = np.zeros(channels), np.ones(channels)

    def forward(self, inputs):
        """Raises ValueError if the last axis is not `channels` long, or holds one value a channel: its variance is 0."""
        self._check(inputs)
        self.m = inputs.size // self.channels
        if self.m < 2:
            raise ValueError(f"{self!r} cannot normalise one value a channel, from inputs of shape {inputs.shape}: "
                             f"train on batches of 2 or more")
        self.inputs, self.summed = inputs, None
        self.mean = _channel_sum(inputs) / self.m
        squares = _channel_squares(inputs, self.mean)
        self.inv_std = 1.0 / np.sqrt(squares / self.m + self.eps)
        self.running_mean = (1 - self.momentum) * self.running_mean + self.momentum * self.mean
        self.running_var = (1 - self.momentum) * self.running_var + self.momentum / (self.m - 1) * squares
        z = self._normalise(inputs, self.mean, self.inv_std)
        return z, self.activation.compute(z)

    def predict(self, inputs):
        self._check(inputs)
        z = self._normalise(inputs, self.running_mean, 1.0 / np.sqrt(self.running_var + self.eps))
        return self.activation.compute(z)

    def get_weight_grad(self, inputs, layer_err):
        db = _channel_sum(layer_err)
        dw = (_channel_dot(layer_err, inputs) - self.mean * db) * self.inv_std
        self.summed, self.sums = layer_err, (dw, db)  # `backward` needs the same sums of the same errors
        return {"w": dw, "b": db}

    def backward(self, layer_err):
        """dL/dx, put as a (k x + e + c) with three numbers a channel, k, c and a: two multiplications, two additions."""
        if self.summed is not layer_err:
            self.get_weight_grad(self.inputs, layer_err)
        x, e, (dw, db) = _rows(self.inputs), _rows(layer_err), self.sums
        k = -dw * self.inv_std / self.m
        k, c, a = _tiled(x, k, -db / self.m - self.mean * k, self.w * self.inv_std)
        out = np.empty(x.shape, x.dtype)
        for part in blocks(len(x), x[:1].nbytes):
            dx = np.multiply(x[part], k, out=out[part])
            dx += e[part]
            dx += c
            dx *= a
        return out.reshape(layer_err.shape)

    def _normalise(self, inputs, mean, inv_std):
        """z = w (x - mean) inv_std + b, put as x scale + shift."""
        x, scale = _rows(inputs), self.w * inv_std
        scale, shift = _tiled(x, scale, self.b - mean * scale)
        out = np.empty(x.shape, x.dtype)
        for part in blocks(len(x), x[:1].nbytes):
            z = np.multiply(x[part], scale, out=out[part])
            z += shift
        return out.reshape(inputs.shape)

    def _check(self, inputs):
        if np.ndim(inputs) < 2 or inputs.shape[-1] != self.channels:
            raise ValueError(f"{self!r} expects inputs (N, {self.channels}) or (N, H, W, {self.channels}), but was given "
                             f"an array of shape {np.shape(inputs)}: `channels` is its last axis")

    def __repr__(self):
        return f"BatchNorm({self.channels})"


# NumPy is several times as fast over long rows as over rows of C numbers. So a number a channel is repeated for all
# pixels and meets the images as rows (N, H W C), and sums run down rows (N H, W C) before they run over W.

def _rows(x):
    return x.reshape(len(x), int(np.prod(x.shape[1:])))


def _tiled(rows, *per_channel):
    return [np.tile(numbers, rows.shape[1] // len(numbers)) for numbers in per_channel]


def _wide(x):
    return x.reshape(-1, x.shape[-2] * x.shape[-1]) if x.ndim > 2 else x


def _channel_sum(x):
    return _wide(x).sum(axis=0).reshape(-1, x.shape[-1]).sum(axis=0)


def _channel_dot(x, y):
    """sum_m x_m y_m of each channel."""
    return np.einsum("ij,ij->j", _wide(x), _wide(y)).reshape(-1, x.shape[-1]).sum(axis=0)


def _channel_squares(x, mean):
    """sum_m (x_m - mean)^2; mean(x^2) - mean^2 would be faster, and wrong where the mean is far from 0."""
    rows, squares = _rows(x), 0.0
    (mean,) = _tiled(rows, mean)
    for part in blocks(len(rows), rows[:1].nbytes):
        centred = (rows[part] - mean).reshape(-1, *x.shape[1:])
        squares = squares + _channel_dot(centred, centred)
    return squares
