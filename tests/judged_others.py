"""Further layers and networks for the check-up to judge, of other kinds than those with which its limits were set."""
import numpy as np

from nn import (
    BatchNorm,
    Block,
    Conv,
    Dropout,
    FullyConnected,
    LayerNorm,
    MaxPooling,
    he,
    lecun,
    linear,
    mse,
    relu,
    sigmoid,
    sigmoid_cross_entropy,
    tanh,
    xavier,
)
from nn.layer import WeightlessLayer
from tests.judged_layers import (
    Elementwise,
    OwnConv,
    OwnDense,
    OwnDropout,
    OwnNorm,
    OwnPooling,
    OwnRNN,
    Rearranged,
    Residual,
    Weighted,
    among_images,
    among_maps,
    among_units,
    conv,
    dense,
    errors,
    last,
    mistaken,
    swish,
    swish_slope,
    weights,
)
from tests.judged_networks import (
    ADAM,
    MOMENTUM,
    Elu,
    biased,
    bn,
    convnet,
    frozen,
    mlp,
    network,
    normal,
    numbers,
    of_labels,
    of_pixels,
    standardised,
)

# --- layers, right


class Depthwise(OwnConv):
    """Each channel has a window of its own: w is (k, k, C)."""

    def __init__(self, k, c):
        super().__init__(k, 1, 1)
        self.w, self.b = np.random.normal(size=(k, k, c)) / k, np.zeros(c)

    def forward(self, inputs):
        self.x = inputs
        z = sum(self.x[at] * self.w[i, j] for i, j, at in self.places(self.x)) + self.b
        return z, np.maximum(z, 0)

    def get_weight_grad(self, inputs, layer_err):
        dw = np.zeros_like(self.w)
        for i, j, at in self.places(inputs):
            dw[i, j] = (inputs[at] * layer_err).sum(axis=(0, 1, 2))
        return {"w": dw, "b": layer_err.sum(axis=(0, 1, 2))}

    def backward(self, layer_err):
        dx = np.zeros(self.x.shape)
        for i, j, at in self.places(dx):
            dx[at] += layer_err * self.w[i, j]
        return dx


class Grouped(OwnConv):
    """Two groups of channels that do not see each other: the weights between them are 0, and stay so."""

    def __init__(self, k, c):
        super().__init__(k, c, c)
        self.mask = np.kron(np.eye(2), np.ones((c // 2, c // 2)))
        self.w = self.w * self.mask

    def forward(self, inputs):
        kept, self.w = self.w, self.w * self.mask
        result = super().forward(inputs)
        self.w = kept
        return result

    def get_weight_grad(self, inputs, layer_err):
        grad = super().get_weight_grad(inputs, layer_err)
        return {**grad, "w": grad["w"] * self.mask}

    def backward(self, layer_err):
        kept, self.w = self.w, self.w * self.mask
        dx = super().backward(layer_err)
        self.w = kept
        return dx


class SoftmaxOf(WeightlessLayer):
    """Shares of all units, as attention takes them."""

    def forward(self, inputs):
        e = np.exp(inputs - inputs.max(axis=-1, keepdims=True))
        self.p = e / e.sum(axis=-1, keepdims=True)
        return self.p, self.p

    def backward(self, layer_err):
        return self.p * (layer_err - (layer_err * self.p).sum(axis=-1, keepdims=True))


class Projected(Block):
    """The layers' result, and the inputs through a matrix of the block's own."""

    weights = ("p",)

    def __init__(self, layers, n_in, n_out):
        super().__init__(layers)
        self.p = np.random.normal(size=(n_in, n_out)) / np.sqrt(n_in)

    def forward(self, inputs):
        self.x = inputs
        z = self.run(inputs) + inputs @ self.p
        return z, z

    def get_weight_grad(self, inputs, layer_err):
        return {**super().get_weight_grad(inputs, layer_err), "p": inputs.T @ layer_err}

    def backward(self, layer_err):
        return super().backward(layer_err) + layer_err @ self.p.T

    def update(self, grad, lr):
        super().update(grad, lr)
        self.p = self.p - lr * grad["p"]


class Bilinear(OwnDense):
    """x W times x V, number by number."""

    weights = ("W", "V")

    def __init__(self, n_in, n_out):
        self.W, self.V = (np.random.normal(size=(n_in, n_out)) / np.sqrt(n_in) for _ in range(2))

    def forward(self, inputs):
        self.x = inputs
        z = (inputs @ self.W) * (inputs @ self.V)
        return z, z

    def get_activation_grad(self, z, upstream_gradient):
        return upstream_gradient

    def get_weight_grad(self, inputs, layer_err):
        return inputs.T @ (layer_err * (inputs @ self.V)), inputs.T @ (layer_err * (inputs @ self.W))

    def backward(self, layer_err):
        return (layer_err * (self.x @ self.V)) @ self.W.T + (layer_err * (self.x @ self.W)) @ self.V.T

    def update(self, grad, lr):
        self.W, self.V = self.W - lr * grad[0], self.V - lr * grad[1]


class SpatialMean(WeightlessLayer):
    def forward(self, inputs):
        self.shape = inputs.shape
        return (inputs.mean(axis=(1, 2)),) * 2

    def backward(self, layer_err):
        _, h, w, _ = self.shape
        return np.broadcast_to(layer_err[:, None, None] / (h * w), self.shape).copy()


class FloatInside(OwnDense):
    """Multiplies in float32, and returns float64."""

    def forward(self, inputs):
        self.shape = inputs.shape
        z = (inputs.astype(np.float32) @ self.W.astype(np.float32) + self.c.astype(np.float32)).astype(float)
        return z, np.maximum(z, 0)


def gelu(x):
    return x / 2 * (1 + np.tanh(0.8 * (x + 0.045 * x ** 3)))


def gelu_slope(x):
    t = np.tanh(0.8 * (x + 0.045 * x ** 3))
    return (1 + t) / 2 + x / 2 * (1 - t ** 2) * 0.8 * (1 + 0.135 * x ** 2)


def channel_prelu(slope=lambda x, w, e: (e * np.minimum(x, 0)).sum(axis=(0, 1, 2))):
    return Weighted(np.full(4, 0.25), lambda x, w: np.where(x > 0, x, w * x), slope,
                    lambda x, w, e: e * np.where(x > 0, 1, w))


def group_max(x):
    return x.reshape(len(x), -1, 4).max(axis=2)


def group_max_back(e, x):
    groups = x.reshape(len(x), -1, 4)
    return ((np.arange(4) == groups.argmax(axis=2)[..., None]) * e[..., None]).reshape(x.shape)


RIGHT = {
    "swish with a factor": lambda: among_units(Elementwise(lambda x: swish(1.7 * x),
                                                           lambda x: 1.7 * swish_slope(1.7 * x))),
    "maxout of four": lambda: among_units(Rearranged(group_max, group_max_back), n_out=4),
    "PReLU, a slope for each channel": lambda: among_maps(channel_prelu(), activation=linear),
    "depthwise convolution": lambda: among_maps(Depthwise(3, 4), n_out=400),
    "depthwise convolution at the pixels": lambda: among_images(Depthwise(5, 1), MaxPooling(2), n_out=144),
    "convolution in groups": lambda: among_maps(Grouped(3, 4), n_out=400),
    "float32 inside": lambda: among_units(FloatInside(16, 16)),
    "residual block with a projection": lambda: among_units(Projected([dense(16, 8)], 16, 8), n_out=8),
    "softmax within": lambda: among_units(SoftmaxOf()),
    "bilinear": lambda: among_units(Bilinear(16, 16)),
    "mean over the map": lambda: among_maps(SpatialMean(), n_out=4),
    "gelu": lambda: among_units(Elementwise(gelu, gelu_slope)),
    "clipped": lambda: among_units(Elementwise(lambda x: np.clip(x, -1, 1), lambda x: np.abs(x) < 1)),
    "channels shuffled": lambda: among_maps(Rearranged(
        lambda x: x[..., [2, 0, 3, 1]], lambda e, x: e[..., [1, 3, 0, 2]])),
    "cropped": lambda: among_maps(Rearranged(
        lambda x: x[:, 1:-1, 1:-1], lambda e, x: np.pad(e, ((0, 0), (1, 1), (1, 1), (0, 0)))), n_out=400),
    "sine": lambda: among_units(Elementwise(np.sin, np.cos)),
}


# --- layers, wrong

class Leftover(OwnPooling):
    """The error of the last row of windows is lost where rows are left over."""

    def backward(self, layer_err):
        layer_err = np.array(layer_err)
        layer_err[:, -1] = 0
        return super().backward(layer_err)


class OffByOne(OwnConv):
    """The weight gradient meets the window a pixel further to the right."""

    def get_weight_grad(self, inputs, layer_err):
        return super().get_weight_grad(np.roll(inputs, -1, axis=2), layer_err)


class StaleMask(OwnDropout):
    """The mask of the first batch is used for every way back."""

    def forward(self, inputs):
        z, a = super().forward(inputs)
        self.first = getattr(self, "first", np.random.random(inputs.shape) > 0.4)
        return z, a

    def backward(self, layer_err):
        return layer_err * self.first / 0.6


class NoJacobian(SoftmaxOf):
    def backward(self, layer_err):
        return layer_err * self.p * (1 - self.p)


class PassedThrough(SoftmaxOf):
    def backward(self, layer_err):
        return layer_err


class NoVariance(OwnNorm):
    """The mean's term is there, the variance's is not."""

    def backward(self, layer_err):
        return (layer_err - layer_err.mean(axis=self.axis, keepdims=True)) / self.std


class NoStd(OwnNorm):
    def backward(self, layer_err):
        return super().backward(layer_err) * self.std


class Detached(Residual):
    """The shortcut's error goes back alone."""

    def backward(self, layer_err):
        super().backward(layer_err)
        return layer_err


class TwiceShortcut(Residual):
    def backward(self, layer_err):
        return super().backward(layer_err) + layer_err


class ProjectionForgotten(Projected):
    def backward(self, layer_err):
        return Block.backward(self, layer_err)


class ProjectionUntransposed(Projected):
    def backward(self, layer_err):
        return Block.backward(self, layer_err) + layer_err @ self.p


class HalfBilinear(Bilinear):
    def get_weight_grad(self, inputs, layer_err):
        return inputs.T @ layer_err, inputs.T @ (layer_err * (inputs @ self.W))


class FloatWrong(FloatInside):
    def get_weight_grad(self, inputs, layer_err):
        dw, db = super().get_weight_grad(inputs, layer_err)
        return 0.5 * dw, db


class SumForMean(SpatialMean):
    def backward(self, layer_err):
        return super().backward(layer_err) * self.shape[1]


class Reversed(OwnRNN):
    """The way back meets the steps' inputs in the wrong order."""

    def get_weight_grad(self, inputs, layer_err):
        dwx, dwh, db = super().get_weight_grad(inputs, layer_err)
        steps = list(self.back(layer_err))
        return sum(self.x[:, 27 - t].T @ e for t, e in steps), dwh, db


class NextState(OwnRNN):
    """dL/dwh takes the state after the step for the one before it."""

    def get_weight_grad(self, inputs, layer_err):
        dwx, _, db = super().get_weight_grad(inputs, layer_err)
        return dwx, sum(self.h[t + 1].T @ e for t, e in self.back(layer_err)), db


class Unmasked(OwnDense):
    """ReLU's slope is taken of the inputs' sign where shapes agree."""

    def get_activation_grad(self, z, upstream_gradient):
        return upstream_gradient * (np.abs(z) > 0)


class Tanhlike(Depthwise):
    def backward(self, layer_err):
        return super().backward(layer_err)[:, ::-1]


def one_channel(g, sign=-1):
    g = np.array(g)
    g[..., 0] *= sign
    return g


WRONG = {
    "dw reshaped for transposed": lambda: among_units(dense(16, 16, kind=weights(
        lambda g, x, e: {"w": (e.T @ x).reshape(16, 16)}))),
    "db lacks an axis": lambda: among_maps(conv(3, 3, 4, 4, kind=weights(
        lambda g, x, e: {"b": e[:, 0].sum(axis=(0, 1))}, Conv)), n_out=400),
    "db of one image": lambda: among_units(dense(16, 16, kind=weights(lambda g, x, e: {"b": e[0]}))),
    "window off by one": lambda: among_maps(OffByOne(3, 4, 4), n_out=400),
    "last windows forgotten": lambda: among_maps(Leftover(3, 2), n_out=100),
    "dw times N": lambda: among_units(dense(16, 16, kind=weights(lambda g, x, e: {"w": g["w"] * len(x)}))),
    "dx / N": lambda: among_units(dense(16, 16, kind=errors(lambda dx: dx / len(dx)))),
    "mask of the first batch": lambda: among_units(StaleMask()),
    "softmax's diagonal alone": lambda: among_units(NoJacobian()),
    "softmax passed through": lambda: among_units(PassedThrough()),
    "normalisation without the variance's term": lambda: among_units(NoVariance(), dense(16, 16)),
    "batch normalisation without the variance's term": lambda: among_units(NoVariance(axis=0)),
    "normalisation not divided": lambda: among_units(NoStd()),
    "branch detached": lambda: among_units(Detached([dense(16, 16)])),
    "shortcut twice": lambda: among_units(TwiceShortcut([dense(16, 16)])),
    "projection forgotten on the way back": lambda: among_units(ProjectionForgotten([dense(16, 8)], 16, 8), n_out=8),
    "projection not transposed": lambda: among_units(ProjectionUntransposed([dense(16, 16)], 16, 16)),
    "one channel's sign, dw": lambda: among_maps(conv(3, 3, 4, 4, kind=weights(
        lambda g, x, e: {"w": one_channel(g["w"])}, Conv)), n_out=400),
    "one channel's sign, db": lambda: among_maps(conv(3, 3, 4, 4, kind=weights(
        lambda g, x, e: {"b": one_channel(g["b"])}, Conv)), n_out=400),
    "one channel's sign, dx": lambda: among_maps(conv(3, 3, 4, 4, kind=errors(one_channel, Conv)), n_out=400),
    "float32 inside, dw / 2": lambda: among_units(FloatWrong(16, 16)),
    "bilinear without its other half": lambda: among_units(HalfBilinear(16, 16)),
    "mean's error by rows alone": lambda: among_maps(SumForMean(), n_out=4),
    "steps in the wrong order": lambda: [Reversed(), last(12)],
    "state after the step": lambda: [NextState(), last(12)],
    "no ReLU on the way back": lambda: among_units(Unmasked(16, 16)),
    "depthwise, upside down": lambda: among_maps(Tanhlike(3, 4), n_out=400),
    "PReLU, one slope for all channels": lambda: among_maps(channel_prelu(
        lambda x, w, e: np.full(4, (e * np.minimum(x, 0)).sum())), activation=linear),
    "maxout, all get the error": lambda: among_units(Rearranged(
        group_max, lambda e, x: np.repeat(e, 4, axis=1)), n_out=4),
    "gelu with swish's slope": lambda: among_units(Elementwise(gelu, swish_slope)),
    "clipped, never stopped": lambda: among_units(Elementwise(lambda x: np.clip(x, -1, 1), np.ones_like)),
    "dw clipped": lambda: among_units(dense(16, 16, kind=weights(
        lambda g, x, e: {"w": np.clip(g["w"], -0.002, 0.002)}))),
    "dx rounded": lambda: among_units(dense(16, 16, kind=errors(lambda dx: np.round(dx, 3)))),
    "stale inputs": lambda: among_units(dense(16, 16, kind=mistaken(
        FullyConnected, get_weight_grad=lambda right, self, x, e: right(np.maximum(x - 0.01, 0), e)))),
}


# --- networks



def noisy(X):
    return X + np.random.default_rng(0).normal(0, 0.2, X.shape).astype(np.float32)


def binary(Y):
    return np.stack([(numbers(Y)[:, 0] % 2 == 0), (numbers(Y)[:, 0] % 2 == 1)], axis=1).astype(np.float32)


def permuted(X):
    order = np.random.default_rng(0).permutation(784)
    return X.reshape(len(X), 784)[:, order].reshape(X.shape)


HEALTHY = {
    "swish": network(lambda: [FullyConnected((784, 64), linear, he, ADAM), Elementwise(swish, swish_slope),
                              FullyConnected((64, 10), linear, lecun, ADAM)]),
    "pixels in another order": network(mlp, data=of_pixels(permuted)),
    "noise on the pixels": network(mlp, data=of_pixels(noisy)),
    "even or odd": network(lambda: mlp(n_out=2), data=of_labels(binary)),
    "bottleneck": network(lambda: mlp(64, 6, 64), 0.004),
    "pyramid": network(lambda: mlp(256, 128, 64, 32)),
    "dropout after convolutions": network(lambda: [*convnet()[:4], Dropout(0.3), convnet()[4]]),
    "batch normalisation first": network(lambda: [BatchNorm(1, linear, optimizer=ADAM), *convnet()]),
    "layer normalisation before the last": network(lambda: [*mlp()[:2], LayerNorm(32, optimizer=ADAM), mlp()[2]]),
    "elu, batch normalisation": network(lambda: [
        FullyConnected((784, 64), linear, he, ADAM), bn(64, Elu()), FullyConnected((64, 10), linear, lecun, ADAM)]),
    "tanh then ReLU": network(lambda: [FullyConnected((784, 64), tanh, xavier, ADAM), *mlp(32, n_in=64)]),
    "biases of -0.1": network(lambda: biased(mlp(), -0.1)),
    "uneven classes": network(mlp, data=lambda X, Y: (X[Y[:, 0] + Y[:, 1] + (np.arange(len(Y)) % 2) > 0],
                                                      Y[Y[:, 0] + Y[:, 1] + (np.arange(len(Y)) % 2) > 0])),
    "brighter": network(mlp, 0.001, data=of_pixels(lambda X: 2 * X)),
    "mean taken away": network(convnet, data=of_pixels(lambda X: X - X.mean(axis=0))),
    "second layer frozen": network(lambda: frozen(mlp(100, 60), 1)),
    "convolutions, momentum": network(lambda: convnet(optimizer=MOMENTUM), 0.02),
    "sigmoid then ReLU, ten answers": network(lambda: [FullyConnected((784, 64), sigmoid, xavier, ADAM),
                                                       *mlp(32, n_in=64)], 0.003, sigmoid_cross_entropy),
    "depthwise": network(lambda: [Conv((5, 5, 1, 4), relu, he, ADAM), Depthwise(3, 4), MaxPooling(2),
                                  FullyConnected((11 * 11 * 4, 10), linear, lecun, ADAM)], 0.002),
    "residual with a projection": network(lambda: [
        FullyConnected((784, 40), relu, he, ADAM), Projected([FullyConnected((40, 20), relu, he, ADAM)], 40, 20),
        FullyConnected((20, 10), linear, lecun, ADAM)]),
    "one-hot answers between 0.1 and 0.9": network(mlp, 0.001, mse, of_labels(lambda Y: 0.1 + 0.8 * Y)),
    "first layer wide, last small": network(lambda: mlp(512, 16)),
}

SICK = {
    "softmax last, a high rate": network(lambda: [*mlp(), SoftmaxOf()], 0.01),
    "absolute values last": network(lambda: [*mlp(), Elementwise(np.abs, np.sign)]),
    "unit length last": network(lambda: [*mlp(), OwnNorm()]),
    "squashed twice": network(lambda: [*mlp(), Elementwise(np.tanh, lambda x: 1 - np.tanh(x) ** 2)]),
    "all white": network(mlp, data=of_pixels(np.ones_like)),
    "a hundred times too bright": network(convnet, data=of_pixels(lambda X: 100 * X)),
    "in thousandths": network(convnet, data=of_pixels(lambda X: X / 1000)),
    "inf in an image": network(mlp, data=of_pixels(lambda X: np.where(X > 0.99, np.inf, X))),
    "dropout of 0.99": network(lambda: [*mlp()[:2], Dropout(0.99), mlp()[2]]),
    "convolutions, dead": network(lambda: biased(convnet(), -30)),
    "ReLU after ReLU of minus": network(lambda: [
        mlp()[0], Elementwise(lambda x: np.maximum(-x, 0), lambda x: -1.0 * (x < 0)), *mlp()[1:]]),
    "three linear layers, he": network(lambda: [
        FullyConnected((784, 64), linear, he, ADAM), FullyConnected((64, 64), linear, he, ADAM),
        FullyConnected((64, 10), linear, lecun, ADAM)]),
    "weights ten times too large": network(lambda: mlp(init=lambda shape: 10 * he(shape))),
    "last weights a thousand times too large": network(lambda: mlp(last=lambda shape: 1000 * lecun(shape))),
    "tanh of N(0, 9)": network(lambda: mlp(f=tanh, init=normal(3))),
    "sigmoids of 12 layers": network(lambda: mlp(*[20] * 12, f=sigmoid, init=xavier), 0.002),
    "momentum at 3": network(lambda: convnet(optimizer=MOMENTUM), 3.0),
    "adam at 30": network(convnet, 30.0),
    "adam at 1e-8, convolutions": network(convnet, 1e-8),
    "first layer of 0": network(lambda: [FullyConnected((784, 64), relu, np.zeros, ADAM), *mlp(32, n_in=64)]),
    "all labels 7": network(convnet, data=of_labels(lambda Y: np.eye(10, dtype=np.float32)[np.full(len(Y), 7)])),
    "standardised, then times 255": network(mlp, data=of_pixels(lambda X: 255 * standardised(X))),
}
