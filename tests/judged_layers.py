"""Layers for the check-up to judge, each in a network on real digits: right ones, and the same ones with a mistake.

RIGHT and WRONG are dicts: name -> function that makes a list of layers. SINGLE_RIGHT and SINGLE_WRONG compute in
float32 inside.
"""
import numpy as np

from examples.residual import Residual
from nn import (
    RNN,
    AvgPooling,
    BatchNorm,
    Block,
    Conv,
    Dropout,
    FullyConnected,
    GroupNorm,
    LastStep,
    LayerNorm,
    MaxPooling,
    SGDOptimizer,
    he,
    lecun,
    linear,
    relu,
    tanh,
    xavier,
)
from nn.activation import AbstractActivation, ReLU, Sigmoid, Tanh
from nn.layer import AbstractLayer, WeightlessLayer

SGD = SGDOptimizer()


def dense(n_in, n_out, activation=relu, kind=FullyConnected):
    return kind((n_in, n_out), activation, he, SGD)


def conv(*shape, activation=relu, kind=Conv, **more):
    return kind(shape, activation, he, SGD, **more)


def last(n):
    return FullyConnected((n, 10), linear, lecun, SGD)


def among_units(*layers, activation=relu, n_out=16):
    """Layers of 16 units between two that are fully connected."""
    return [dense(784, 16, activation), *layers, last(n_out)]


def among_maps(*layers, n_out=12 * 12 * 4, activation=relu):
    """Layers of 12x12x4 maps between a pooled convolution and a fully connected layer."""
    return [conv(5, 5, 1, 4, activation=activation), MaxPooling(2), *layers, last(n_out)]


def among_images(*layers, n_out=784):
    """Layers of 28x28x1 images, right at the pixels."""
    return [*layers, last(n_out)]


# --- layers of one's own, right

class Elementwise(WeightlessLayer):
    """f and its slope, number by number."""

    def __init__(self, f, slope):
        self.f, self.slope = f, slope

    def forward(self, inputs):
        self.x = inputs
        return (self.f(inputs),) * 2

    def backward(self, layer_err):
        return layer_err * self.slope(self.x)


class Rearranged(Elementwise):
    """f moves numbers about; `slope` moves errors back, given the errors and x."""

    def backward(self, layer_err):
        return self.slope(layer_err, self.x)


class Weighted(AbstractLayer):
    """z = f(x, w), with dL/dw = by_weight(x, w, e), dL/dx = by_input(x, w, e)."""

    weights = ("w",)

    def __init__(self, w, f, by_weight, by_input):
        self.w, self.f, self.by_weight, self.by_input = np.array(w, float), f, by_weight, by_input

    def forward(self, inputs):
        self.x = inputs
        return (self.f(inputs, self.w),) * 2

    def get_activation_grad(self, z, upstream_gradient):
        return upstream_gradient

    def get_weight_grad(self, inputs, layer_err):
        return self.by_weight(inputs, self.w, layer_err)

    def backward(self, layer_err):
        return self.by_input(self.x, self.w, layer_err)

    def update(self, grad, lr):
        self.w = self.w - lr * grad


class OwnDense(AbstractLayer):
    """x w + b and a ReLU of its own, with the names W and c."""

    weights = ("W", "c")

    def __init__(self, n_in, n_out):
        self.W, self.c = np.random.normal(size=(n_in, n_out)) * np.sqrt(2 / n_in), np.zeros(n_out)

    def forward(self, inputs):
        self.shape = inputs.shape
        z = inputs.reshape(len(inputs), -1) @ self.W + self.c
        return z, np.maximum(z, 0)

    def get_activation_grad(self, z, upstream_gradient):
        return upstream_gradient * (z > 0).astype(int)

    def get_weight_grad(self, inputs, layer_err):
        return inputs.reshape(len(inputs), -1).T @ layer_err, layer_err.sum(axis=0)

    def backward(self, layer_err):
        return (layer_err @ self.W.T).reshape(self.shape)

    def update(self, grad, lr):
        self.W, self.c = self.W - lr * grad[0], self.c - lr * grad[1]


class OwnConv(AbstractLayer):
    """Two loops over the window, a stride and a pad."""

    def __init__(self, k, c_in, c_out, stride=1, pad=0):
        self.w, self.b = np.random.normal(size=(k, k, c_in, c_out)) / k, np.zeros(c_out)
        self.k, self.stride, self.pad = k, stride, pad

    def padded(self, x):
        return np.pad(x, ((0, 0), (self.pad,) * 2, (self.pad,) * 2, (0, 0)))

    def places(self, x):
        """(i, j, the pixels that w[i, j] meets)."""
        _, h, w, _ = x.shape
        oh, ow = (h - self.k) // self.stride + 1, (w - self.k) // self.stride + 1
        for i in range(self.k):
            for j in range(self.k):
                yield i, j, (slice(None), slice(i, i + oh * self.stride, self.stride),
                             slice(j, j + ow * self.stride, self.stride))

    def forward(self, inputs):
        self.x = self.padded(inputs)
        z = sum(self.x[at] @ self.w[i, j] for i, j, at in self.places(self.x)) + self.b
        return z, np.maximum(z, 0)

    def get_activation_grad(self, z, upstream_gradient):
        return upstream_gradient * (z > 0)

    def get_weight_grad(self, inputs, layer_err):
        x, dw = self.padded(inputs), np.zeros_like(self.w)
        for i, j, at in self.places(x):
            dw[i, j] = np.einsum("nyxc,nyxf->cf", x[at], layer_err)
        return {"w": dw, "b": layer_err.sum(axis=(0, 1, 2))}

    def backward(self, layer_err):
        dx = np.zeros(self.x.shape, layer_err.dtype)
        for i, j, at in self.places(dx):
            dx[at] += layer_err @ self.w[i, j].T
        return dx[:, self.pad:dx.shape[1] - self.pad, self.pad:dx.shape[2] - self.pad]

    def update(self, grad, lr):
        self.w, self.b = self.w - lr * grad["w"], self.b - lr * grad["b"]


class OwnPooling(WeightlessLayer):
    """Max pooling by a loop over windows, which may overlap; the first of equal pixels counts."""

    def __init__(self, k, stride):
        self.k, self.stride = k, stride

    def windows(self):
        _, h, w, _ = self.x.shape
        for y in range((h - self.k) // self.stride + 1):
            for x in range((w - self.k) // self.stride + 1):
                top, left = y * self.stride, x * self.stride
                yield y, x, (slice(None), slice(top, top + self.k), slice(left, left + self.k))

    def forward(self, inputs):
        self.x = inputs
        n, h, w, c = inputs.shape
        z = np.zeros((n, (h - self.k) // self.stride + 1, (w - self.k) // self.stride + 1, c), inputs.dtype)
        for y, x, at in self.windows():
            z[:, y, x] = inputs[at].max(axis=(1, 2))
        return z, z

    def hits(self, window):
        """Which pixel of each window gets the error."""
        flat = window.reshape(len(window), -1, window.shape[-1])
        return (np.arange(flat.shape[1])[None, :, None] == flat.argmax(axis=1)[:, None]).reshape(window.shape)

    def backward(self, layer_err):
        dx = np.zeros(self.x.shape, layer_err.dtype)
        for y, x, at in self.windows():
            dx[at] += self.hits(self.x[at]) * layer_err[:, y, x][:, None, None]
        return dx


class OwnDropout(WeightlessLayer):
    def forward(self, inputs):
        self.mask = (np.random.random(inputs.shape) > 0.4) / 0.6
        return (inputs * self.mask,) * 2

    def predict(self, inputs):
        return inputs

    def backward(self, layer_err):
        return layer_err * self.mask


class OwnNorm(WeightlessLayer):
    """Layer normalisation without weights; over the batch with axis 0."""

    def __init__(self, axis=1):
        self.axis = axis

    def forward(self, inputs):
        self.std = np.sqrt(inputs.var(axis=self.axis, keepdims=True) + 1e-5)
        self.xhat = (inputs - inputs.mean(axis=self.axis, keepdims=True)) / self.std
        return self.xhat, self.xhat

    def backward(self, layer_err):
        return (layer_err - layer_err.mean(axis=self.axis, keepdims=True)
                - self.xhat * (layer_err * self.xhat).mean(axis=self.axis, keepdims=True)) / self.std


class OwnRNN(AbstractLayer):
    """Reads the 28 rows of a picture, and gives its last state."""

    weights = ("wx", "wh", "b")

    def __init__(self, n=12):
        self.wx, self.wh, self.b = xavier((28, n)), xavier((n, n)), np.zeros(n)

    def forward(self, inputs):
        self.x = inputs.reshape(len(inputs), 28, 28)
        self.h = [np.zeros((len(inputs), len(self.b)))]
        for t in range(28):
            self.h.append(np.tanh(self.x[:, t] @ self.wx + self.h[-1] @ self.wh + self.b))
        return self.h[-1], self.h[-1]

    def get_activation_grad(self, z, upstream_gradient):
        return upstream_gradient

    def slope(self, h):
        return 1 - h ** 2

    def back(self, error):
        """t and dL/dz_t, from the last step to the first."""
        for t in reversed(range(28)):
            e = error * self.slope(self.h[t + 1])
            yield t, e
            error = e @ self.wh.T

    def get_weight_grad(self, inputs, layer_err):
        steps = list(self.back(layer_err))
        return (sum(self.x[:, t].T @ e for t, e in steps), sum(self.h[t].T @ e for t, e in steps),
                sum(e.sum(axis=0) for _, e in steps))

    def backward(self, layer_err):
        dx = np.zeros_like(self.x)
        for t, e in self.back(layer_err):
            dx[:, t] = e @ self.wx.T
        return dx.reshape(len(dx), 28, 28, 1)

    def update(self, grad, lr):
        for name, change in zip(self.weights, grad):
            setattr(self, name, getattr(self, name) - lr * change)


class Concatenated(Block):
    def forward(self, inputs):
        z = np.concatenate([inputs, self.run(inputs)], axis=-1)
        self.n = inputs.shape[-1]
        return z, z

    def get_weight_grad(self, inputs, layer_err):
        return super().get_weight_grad(inputs, layer_err[..., self.n:])

    def backward(self, layer_err):
        return layer_err[..., :self.n] + super().backward(layer_err[..., self.n:])


class Gated(Block):
    """x times what the layers make of it."""

    def forward(self, inputs):
        self.x, self.gate = inputs, self.run(inputs)
        return (inputs * self.gate,) * 2

    def get_weight_grad(self, inputs, layer_err):
        return super().get_weight_grad(inputs, layer_err * self.x)

    def backward(self, layer_err):
        return layer_err * self.gate + super().backward(layer_err * self.x)


class Squared(AbstractActivation):
    def compute(self, x):
        return np.maximum(x, 0) ** 2

    def deriv(self, x):
        return 2 * np.maximum(x, 0)


class Softplus(AbstractActivation):
    def compute(self, x):
        return np.logaddexp(0, x)

    def deriv(self, x):
        return 1 / (1 + np.exp(-x))


class Single(FullyConnected):
    """Computes in float32."""

    def forward(self, inputs):
        self.input_shape = inputs.shape
        z = inputs.reshape(len(inputs), -1).astype(np.float32) @ self.w.astype(np.float32) + self.b.astype(np.float32)
        return z, self.activation.compute(z)


class SingleThroughout(Single):
    def get_weight_grad(self, inputs, layer_err):
        return super().get_weight_grad(inputs.astype(np.float32), layer_err.astype(np.float32))

    def backward(self, layer_err):
        return (layer_err.astype(np.float32) @ self.w.astype(np.float32).T).reshape(self.input_shape)


class SingleConv(Conv):
    def forward(self, inputs):
        z, _ = super().forward(inputs.astype(np.float32))
        z = z.astype(np.float32)
        return z, self.activation.compute(z)


class SingleOwnConv(OwnConv):
    def forward(self, inputs):
        z, a = super().forward(inputs)
        return z.astype(np.float32), a.astype(np.float32)


def single(f, slope, kind=Elementwise):
    return kind(lambda x: f(x.astype(np.float32)), slope)


def swish(x):
    return x / (1 + np.exp(-x))


def swish_slope(x):
    s = 1 / (1 + np.exp(-x))
    return s + x * s * (1 - s)


def flipped(e, x):
    return e[:, :, ::-1]


def doubled(x):
    return x.repeat(2, axis=1).repeat(2, axis=2)


def halved(e, x):
    return sum(e[:, i::2, j::2] for i in (0, 1) for j in (0, 1))


def maxout(x):
    return np.maximum(x[:, :8], x[:, 8:])


def maxout_back(e, x):
    first = (x[:, :8] >= x[:, 8:]).astype(np.int64)
    return np.concatenate([e * first, e * (1 - first)], axis=1)


def unit_length(x):
    return x / np.linalg.norm(x, axis=1, keepdims=True)


def unit_length_back(e, x):
    n, u = np.linalg.norm(x, axis=1, keepdims=True), unit_length(x)
    return (e - u * (e * u).sum(axis=1, keepdims=True)) / n


def channel_scale(factor=1.0, back=1.0):
    return Weighted(np.ones(4), lambda x, w: x * w, lambda x, w, e: factor * (x * e).sum(axis=(0, 1, 2)),
                    lambda x, w, e: back * e * w)


def unit_bias(reduce):
    return Weighted(np.zeros(16), lambda x, w: x + w, lambda x, w, e: reduce(e), lambda x, w, e: e)


def parametric(slope=lambda x, w, e: (e * np.minimum(x, 0)).sum()):
    return Weighted(0.25, lambda x, w: np.where(x > 0, x, w * x), slope, lambda x, w, e: e * np.where(x > 0, 1, w))


RIGHT = {
    "fully connected": lambda: among_units(OwnDense(16, 16)),
    "fully connected, at the pixels": lambda: [OwnDense(784, 16), last(16)],
    "three of them": lambda: [OwnDense(784, 16), OwnDense(16, 16), OwnDense(16, 16), last(16)],
    "convolution": lambda: among_maps(OwnConv(3, 4, 4), n_out=400),
    "convolution, at the pixels": lambda: among_images(OwnConv(5, 1, 3), MaxPooling(2), n_out=432),
    "convolution, stride 2": lambda: among_maps(OwnConv(3, 4, 4, stride=2), n_out=100),
    "convolution, pad 1": lambda: among_maps(OwnConv(3, 4, 4, pad=1)),
    "max pooling": lambda: among_maps(OwnPooling(2, 2), n_out=144),
    "overlapping max pooling": lambda: among_maps(OwnPooling(3, 2), n_out=100),
    "overlapping max pooling, at the pixels": lambda: among_images(OwnPooling(3, 1), n_out=676),
    "max pooling, at the pixels": lambda: among_images(OwnPooling(2, 2), n_out=196),
    "max pooling of padded maps": lambda: among_maps(MaxPooling(3, 2, pad=1), n_out=144),
    "average pooling": lambda: among_maps(AvgPooling(3, 1), n_out=400),
    "dropout": lambda: among_units(OwnDropout()),
    "dropout, built in": lambda: among_maps(Dropout(0.5)),
    "layer normalisation": lambda: among_units(OwnNorm()),
    "layer normalisation, built in": lambda: among_maps(LayerNorm(4, optimizer=SGD)),
    "group normalisation, built in": lambda: among_maps(GroupNorm(2, 4, relu, optimizer=SGD)),
    "batch normalisation": lambda: among_units(OwnNorm(axis=0)),
    "batch normalisation, built in": lambda: among_maps(BatchNorm(4, relu, optimizer=SGD)),
    "convolution before batch normalisation": lambda: among_maps(
        conv(3, 3, 4, 4, activation=linear), BatchNorm(4, relu, optimizer=SGD), n_out=400),
    "recurrent": lambda: [OwnRNN(), last(12)],
    "recurrent, built in": lambda: [RNN((28, 12), weight_init=xavier, optimizer=SGD), LastStep(), last(12)],
    "residual block": lambda: among_units(Residual([dense(16, 16), dense(16, 16, linear)])),
    "residual block of convolutions": lambda: among_maps(Residual([conv(3, 3, 4, 4, pad="same")])),
    "dense block": lambda: among_units(Concatenated([dense(16, 8)]), n_out=24),
    "gated block": lambda: among_units(Gated([dense(16, 16, Sigmoid())])),
    "block in block": lambda: among_units(Residual([dense(16, 16), Residual([OwnDense(16, 16)])])),
    "swish": lambda: among_units(Elementwise(swish, swish_slope)),
    "absolute values": lambda: among_maps(Elementwise(np.abs, np.sign)),
    "squares": lambda: among_units(Elementwise(np.square, lambda x: 2 * x)),
    "squared ReLU": lambda: among_units(dense(16, 16, Squared())),
    "softplus": lambda: among_units(dense(16, 16, Softplus())),
    "parametric ReLU": lambda: among_units(parametric()),
    "channel scale": lambda: among_maps(channel_scale()),
    "bias": lambda: among_units(unit_bias(lambda e: e.sum(axis=0))),
    "maxout": lambda: among_units(Rearranged(maxout, maxout_back), n_out=8),
    "unit length": lambda: among_units(Rearranged(unit_length, unit_length_back), activation=tanh),
    "mirrored": lambda: among_images(Rearranged(lambda x: x[:, :, ::-1], flipped), conv(5, 5, 1, 4), n_out=2304),
    "enlarged": lambda: among_maps(Rearranged(doubled, halved), n_out=2304),
    "switched by whole numbers": lambda: among_units(Rearranged(
        lambda x: x * (x > 0.5).astype(np.int8), lambda e, x: e * (x > 0.5).astype(np.int8))),
}

SINGLE_RIGHT = {
    "float32, ReLU": lambda: among_units(dense(16, 16, kind=Single)),
    "float32, tanh": lambda: among_units(dense(16, 16, tanh, kind=Single), activation=tanh),
    "float32 at the pixels": lambda: [dense(784, 16, kind=SingleThroughout), last(16)],
    "float32, wide": lambda: among_maps(dense(576, 40, kind=SingleThroughout), n_out=40),
    "float32 convolution": lambda: among_maps(conv(3, 3, 4, 4, kind=SingleConv), n_out=400),
    "float32 convolution at the pixels": lambda: [conv(5, 5, 1, 4, kind=SingleConv), MaxPooling(2), last(576)],
    "float32 swish": lambda: among_units(single(swish, swish_slope)),
    "float32 ReLU": lambda: among_maps(single(lambda x: np.maximum(x, 0), lambda x: x > 0), activation=linear),
    "float32 convolution of one's own": lambda: among_maps(SingleOwnConv(3, 4, 4), n_out=400),
}


# --- with a mistake

def mistaken(kind, **methods):
    """The class with other methods; each is given the right one first."""
    def method(name, wrong):
        right = getattr(kind, name)
        return lambda self, *arguments: wrong(lambda *given: right(self, *given), self, *arguments)
    return type("Mistaken" + kind.__name__, (kind,), {name: method(name, wrong) for name, wrong in methods.items()})


def weights(change, kind=FullyConnected):
    """The class whose weights' gradients, a dict, are changed."""
    return mistaken(kind, get_weight_grad=lambda right, self, x, e: {**right(x, e), **change(right(x, e), x, e)})


def errors(change, kind=FullyConnected):
    """The class whose dL/dx is changed."""
    return mistaken(kind, backward=lambda right, self, e: change(right(e)))


def activation(change, kind=FullyConnected):
    """The class whose dL/dz is changed."""
    return mistaken(kind, get_activation_grad=lambda right, self, z, up: change(right(z, up), z, up))


def lost(axis):
    def change(dx):
        dx = np.array(dx)
        dx[(slice(None),) * axis + (-1,)] = 0
        return dx
    return change


class TiesAll(OwnPooling):
    """All of equal pixels get the whole error."""

    def hits(self, window):
        return window == window.max(axis=(1, 2), keepdims=True)


class TiesNone(OwnPooling):
    """Equal pixels get nothing."""

    def hits(self, window):
        ties = window == window.max(axis=(1, 2), keepdims=True)
        return ties & (ties.sum(axis=(1, 2), keepdims=True) == 1)


class Overwrites(OwnPooling):
    """Where windows overlap, the last one's error counts alone."""

    def backward(self, layer_err):
        dx = np.zeros(self.x.shape, layer_err.dtype)
        for y, x, at in self.windows():
            dx[at] = np.where(self.hits(self.x[at]), layer_err[:, y, x][:, None, None], dx[at])
        return dx


class MeanPool(OwnPooling):
    """The error goes to all pixels alike."""

    def hits(self, window):
        return np.full(window.shape, 1 / self.k ** 2)


class ForgottenShift(OwnConv):
    def backward(self, layer_err):
        dx = np.zeros(self.x.shape, layer_err.dtype)
        for i, j, at in self.places(dx):
            dx[at] += layer_err @ self.w[self.k - 1 - i, j].T
        return dx


class ForgottenPad(OwnConv):
    def backward(self, layer_err):
        dx = np.roll(super().backward(layer_err), 1, axis=1)
        dx[:, 0] = 0
        return dx


class StrideOne(OwnConv):
    """The weight gradient meets the pixels as if the stride was 1."""

    def get_weight_grad(self, inputs, layer_err):
        grad, (_, h, w, _) = super().get_weight_grad(inputs, layer_err), layer_err.shape
        for i in range(self.k):
            for j in range(self.k):
                grad["w"][i, j] = np.einsum("nyxc,nyxf->cf", inputs[:, i:i + h, j:j + w], layer_err)
        return grad


class NoMean(OwnNorm):
    def backward(self, layer_err):
        return (layer_err - self.xhat * (layer_err * self.xhat).mean(axis=self.axis, keepdims=True)) / self.std


class NoTerms(OwnNorm):
    def backward(self, layer_err):
        return layer_err / self.std


class OneStep(OwnRNN):
    """Errors do not go back in time."""

    def back(self, error):
        yield 27, error * self.slope(self.h[28])


class SlopeOfZ(OwnRNN):
    def slope(self, h):
        return 1 - np.tanh(h) ** 2


class OtherMask(OwnDropout):
    def backward(self, layer_err):
        return layer_err * (np.random.random(layer_err.shape) > 0.4) / 0.6


class NoScale(OwnDropout):
    def backward(self, layer_err):
        return layer_err * (self.mask > 0)


class ForgottenShortcut(Residual):
    def backward(self, layer_err):
        return super().backward(layer_err) - layer_err


class HalfGate(Gated):
    def backward(self, layer_err):
        return layer_err * self.gate


class WrongTanh(Tanh):
    def deriv(self, x):
        return 1 - x ** 2


class WrongSigmoid(Sigmoid):
    def deriv(self, x):
        return self.compute(x)


class WrongReLU(ReLU):
    in_parts = False

    def deriv(self, x):
        return np.ones_like(x)


class WrongSide(ReLU):
    in_parts = False

    def deriv(self, x):
        return (x > -0.1) * 1.0


WRONG = {
    "-db": lambda: among_maps(dense(576, 16, kind=weights(lambda g, x, e: {"b": -g["b"]})), n_out=16),
    "-db at the pixels": lambda: [conv(5, 5, 1, 4, kind=weights(lambda g, x, e: {"b": -g["b"]}, Conv)),
                                  MaxPooling(2), last(576)],
    "100 db": lambda: [conv(5, 5, 1, 4, kind=weights(lambda g, x, e: {"b": 100 * g["b"]}, Conv)),
                       MaxPooling(2), last(576)],
    "db = 0": lambda: [conv(5, 5, 1, 4, kind=weights(lambda g, x, e: {"b": 0 * g["b"]}, Conv)),
                       MaxPooling(2), last(576)],
    "mean db": lambda: among_units(dense(16, 16, kind=weights(lambda g, x, e: {"b": e.mean(axis=0)}))),
    "-dw": lambda: among_units(dense(16, 16, kind=weights(lambda g, x, e: {"w": -g["w"]}))),
    "2 dw": lambda: among_maps(conv(3, 3, 4, 4, kind=weights(lambda g, x, e: {"w": 2 * g["w"]}, Conv)), n_out=400),
    "1.01 dw": lambda: among_units(dense(16, 16, kind=weights(lambda g, x, e: {"w": 1.01 * g["w"]}))),
    "dw / N": lambda: among_units(dense(16, 16, kind=weights(lambda g, x, e: {"w": g["w"] / len(x)}))),
    "dw with weight decay": lambda: among_units(dense(16, 16, kind=mistaken(
        FullyConnected, get_weight_grad=lambda right, self, x, e: {**right(x, e), "w": right(x, e)["w"] + self.w / 9}
    ))),
    "transposed dw": lambda: among_units(dense(16, 16, kind=weights(lambda g, x, e: {"w": g["w"].T}))),
    "transposed window": lambda: among_maps(conv(3, 3, 4, 4, kind=weights(
        lambda g, x, e: {"w": g["w"].transpose(1, 0, 2, 3)}, Conv)), n_out=400),
    "dw of the first image": lambda: among_units(dense(16, 16, kind=weights(
        lambda g, x, e: {"w": x[:1].T @ e[:1]}))),
    "images in another order": lambda: among_units(dense(16, 16, kind=weights(lambda g, x, e: {"w": x[::-1].T @ e}))),
    "dw lacks a corner": lambda: among_maps(conv(3, 3, 4, 4, kind=weights(
        lambda g, x, e: {"w": g["w"] * (np.arange(9).reshape(3, 3, 1, 1) > 0)}, Conv)), n_out=400),
    "dx lacks a row": lambda: among_maps(conv(3, 3, 4, 4, kind=errors(lost(1), Conv)), n_out=400),
    "-dx": lambda: among_units(dense(16, 16, kind=errors(np.negative))),
    "dx / 2": lambda: among_maps(conv(3, 3, 4, 4, kind=errors(lambda dx: dx / 2, Conv)), n_out=400),
    "w, not its transpose": lambda: among_units(dense(16, 16, kind=mistaken(
        FullyConnected, backward=lambda right, self, e: e @ self.w))),
    "dx of another image": lambda: among_units(dense(16, 16, kind=errors(lambda dx: dx[::-1]))),
    "no slope": lambda: among_units(dense(16, 16, tanh, activation(lambda e, z, up: up))),
    "tanh of z": lambda: among_units(dense(16, 16, WrongTanh())),
    "sigmoid without 1 - f": lambda: among_units(dense(16, 16, WrongSigmoid())),
    "ReLU's slope is 1": lambda: among_units(dense(16, 16, WrongReLU())),
    "ReLU's slope begins early": lambda: among_maps(conv(3, 3, 4, 4, activation=WrongSide()), n_out=400),
    "ties get all": lambda: among_maps(TiesAll(2, 2), n_out=144, activation=linear),
    "ties get all, at the pixels": lambda: among_images(TiesAll(2, 2), n_out=196),
    "ties get nothing": lambda: among_maps(TiesNone(3, 2), n_out=100),
    "overlaps overwrite": lambda: among_maps(Overwrites(3, 1), n_out=400),
    "max pooling as if it was the mean": lambda: among_maps(MeanPool(2, 2), n_out=144),
    "window upside down": lambda: among_maps(ForgottenShift(3, 4, 4), n_out=400),
    "pad forgotten": lambda: among_maps(ForgottenPad(3, 4, 4, pad=1)),
    "stride forgotten": lambda: among_maps(StrideOne(3, 4, 4, stride=2), n_out=100),
    "normalisation without the mean's term": lambda: among_units(NoMean(), dense(16, 16)),
    "batch normalisation without its terms": lambda: among_units(NoTerms(axis=0)),
    "no errors through time": lambda: [OneStep(), last(12)],
    "tanh twice through time": lambda: [SlopeOfZ(), last(12)],
    "another mask": lambda: among_units(OtherMask()),
    "mask without scale": lambda: among_units(NoScale()),
    "shortcut forgotten": lambda: among_units(ForgottenShortcut([dense(16, 16)])),
    "gate's errors forgotten": lambda: among_units(HalfGate([dense(16, 16, Sigmoid())])),
    "channel scale, wrong": lambda: among_maps(channel_scale(factor=-1)),
    "parametric ReLU, wrong": lambda: among_units(parametric(lambda x, w, e: (e * np.maximum(x, 0)).sum())),
    "scaled errors at the pixels": lambda: among_images(Elementwise(lambda x: 2 * x, lambda x: 3), n_out=784),
}

SINGLE_WRONG = {
    "float32, -dw": lambda: among_units(dense(16, 16, kind=weights(lambda g, x, e: {"w": -g["w"]}, Single))),
    "float32, -db": lambda: among_units(dense(16, 16, kind=weights(lambda g, x, e: {"b": -g["b"]}, Single))),
    "float32, 2 dw": lambda: among_maps(
        dense(576, 40, kind=weights(lambda g, x, e: {"w": 2 * g["w"]}, SingleThroughout)), n_out=40),
    "float32, -dx": lambda: among_units(dense(16, 16, tanh, errors(np.negative, Single)), activation=tanh),
    "float32, dx / 2": lambda: among_units(dense(16, 16, kind=errors(lambda dx: dx / 2, SingleThroughout))),
    "float32 convolution, -dw": lambda: among_maps(
        conv(3, 3, 4, 4, kind=weights(lambda g, x, e: {"w": -g["w"]}, SingleConv)), n_out=400),
    "float32 convolution, -db": lambda: [
        conv(5, 5, 1, 4, kind=weights(lambda g, x, e: {"b": -g["b"]}, SingleConv)), MaxPooling(2), last(576)],
    "float32, transposed dw": lambda: among_units(dense(16, 16, kind=weights(lambda g, x, e: {"w": g["w"].T}, Single))),
    "float32 swish, no slope": lambda: among_units(single(swish, np.ones_like)),
}
