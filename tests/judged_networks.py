"""Networks for the check-up to judge: HEALTHY ones, which learn, and SICK ones, with what keeps them from it.

Both are dicts: name -> function of digits (X, Y) that returns (net, train_set, schedule).
"""
import numpy as np

from examples.residual import Residual
from nn import (
    RNN,
    AdaGradOptimizer,
    AdamOptimizer,
    AdamWOptimizer,
    AvgPooling,
    BatchNorm,
    Conv,
    Dropout,
    Embedding,
    Flatten,
    FullyConnected,
    GlobalAvgPooling,
    LastStep,
    LayerNorm,
    MaxPooling,
    MomentumSGDOptimizer,
    NesterovSGDOptimizer,
    Network,
    RMSPropOptimizer,
    SGDOptimizer,
    cross_entropy,
    he,
    leaky_relu,
    lecun,
    linear,
    mse,
    one_hot,
    relu,
    sigmoid,
    sigmoid_cross_entropy,
    tanh,
    xavier,
)
from nn.activation import AbstractActivation
from nn.layer import WeightlessLayer
from nn.loss import SoftmaxCrossEntropy
from training.schedule import Cosine, OneCycle

ADAM = AdamOptimizer()


def mlp(*widths, f=relu, init=he, optimizer=ADAM, end=linear, last=lecun, n_in=784, n_out=10):
    widths = [n_in, *(widths or (64, 32))]
    return [*(FullyConnected(shape, f, init, optimizer) for shape in zip(widths, widths[1:])),
            FullyConnected((widths[-1], n_out), end, last, optimizer)]


def convnet(f=relu, init=he, optimizer=ADAM, pooling=MaxPooling, end=linear, channels=1, size=28, last=lecun):
    size = ((size - 4) // 2 - 2) // 2
    return [Conv((5, 5, channels, 8), f, init, optimizer), pooling(2), Conv((3, 3, 8, 16), f, init, optimizer),
            pooling(2), FullyConnected((size * size * 16, 10), end, last, optimizer)]


def normal(scale):
    return lambda shape: np.random.normal(size=shape) * scale


def network(layers, lr=0.002, loss=cross_entropy, data=lambda X, Y: (X, Y), schedule=None):
    """A case: `layers` makes the list of layers, `data` changes the digits."""
    return lambda X, Y: (Network(layers(), lr, loss), data(X, Y), schedule)


class Softmax(AbstractActivation):
    def compute(self, x):
        e = np.exp(x - x.max(axis=1, keepdims=True))
        return e / e.sum(axis=1, keepdims=True)

    def deriv(self, x):
        p = self.compute(x)
        return p * (1 - p)


class SoftmaxLayer(WeightlessLayer):
    def forward(self, inputs):
        self.p = Softmax().compute(inputs)
        return self.p, self.p

    def backward(self, layer_err):
        return self.p * (layer_err - (layer_err * self.p).sum(axis=1, keepdims=True))


class Uphill(SGDOptimizer):
    def update(self, dx, lr):
        return -lr * dx


class Stays(SGDOptimizer):
    def update(self, dx, lr):
        return 0 * dx


class Elu(AbstractActivation):
    def compute(self, x):
        return np.where(x > 0, x, np.expm1(np.minimum(x, 0)))

    def deriv(self, x):
        return np.where(x > 0, 1.0, np.exp(np.minimum(x, 0)))


def biased(layers, b):
    """The layers, hidden ones with biases of b."""
    for layer in layers[:-1]:
        if layer.weights:
            layer.b = layer.b + b
    return layers


def frozen(layers, *places):
    for k in places:
        layers[k].trainable = False
    return layers


def of_pixels(change):
    return lambda X, Y: (change(X), Y)


def of_labels(change):
    return lambda X, Y: (X, change(Y))


def colours(X):
    """Three channels of 32x32 pixels, of mean 0 and variance 1, as the CIFAR-10 reader makes them."""
    X = np.pad(X, ((0, 0), (2, 2), (2, 2), (0, 0)))
    noise = np.random.default_rng(0).uniform(0, 0.6, (len(X), 1, 1, 3))
    X = 0.4 * X + noise + np.random.default_rng(1).uniform(0, 0.2, X.shape[:3] + (3,))
    return ((X - X.mean(axis=(0, 1, 2))) / X.std(axis=(0, 1, 2))).astype(np.float32)


def standardised(X):
    return (X - X.mean()) / X.std()


def pixelwise(X):
    return (X - X.mean(axis=0)) / (X.std(axis=0) + 0.1)


def numbers(Y):
    return Y.argmax(axis=1)[:, None].astype(np.float32)


def features(X, Y):
    """Ten features of the standard normal distribution, and a number that is a function of them."""
    generator = np.random.default_rng(0)
    X = generator.normal(size=(len(X), 10)).astype(np.float32)
    return X, (np.sin(X[:, :1]) + X[:, 1:2] * X[:, 2:3] + 3).astype(np.float32)


def words(X, Y):
    words = np.random.default_rng(0).integers(0, 20, (len(X), 6))
    return words, one_hot(words[:, 0] % 10, 10)


def bn(n, f=relu):
    return BatchNorm(n, f, optimizer=ADAM)


SGD, MOMENTUM, NESTEROV = SGDOptimizer(), MomentumSGDOptimizer(), NesterovSGDOptimizer()

HEALTHY = {
    "mlp": network(mlp),
    "mlp, one layer": network(lambda: [FullyConnected((784, 10), linear, lecun, ADAM)]),
    "mlp, tiny": network(lambda: mlp(8), 0.005),
    "mlp, wide": network(lambda: mlp(1000), 0.0005),
    "mlp, five layers": network(lambda: mlp(64, 64, 64, 64)),
    "mlp, eight layers": network(lambda: mlp(*[40] * 7)),
    "mlp, tanh": network(lambda: mlp(f=tanh, init=xavier)),
    "mlp, tanh of lecun": network(lambda: mlp(f=tanh, init=lecun)),
    "mlp, sigmoid": network(lambda: mlp(f=sigmoid, init=xavier), 0.005),
    "mlp, one layer of sigmoid": network(lambda: mlp(100, f=sigmoid, init=xavier), 0.005),
    "mlp, leaky ReLU": network(lambda: mlp(f=leaky_relu)),
    "mlp, elu": network(lambda: mlp(f=Elu())),
    "mlp, sgd": network(lambda: mlp(optimizer=SGD), 0.1),
    "mlp, sgd, slower": network(lambda: mlp(optimizer=SGD), 0.03),
    "mlp, sgd, sigmoid": network(lambda: mlp(f=sigmoid, init=xavier, optimizer=SGD), 1.0),
    "mlp, momentum": network(lambda: mlp(optimizer=MOMENTUM), 0.02),
    "mlp, momentum, slow": network(lambda: mlp(optimizer=MOMENTUM), 0.005),
    "mlp, nesterov": network(lambda: mlp(optimizer=NESTEROV), 0.02),
    "mlp, adagrad": network(lambda: mlp(optimizer=AdaGradOptimizer()), 0.02),
    "mlp, rmsprop": network(lambda: mlp(optimizer=RMSPropOptimizer()), 0.001),
    "mlp, adamw": network(lambda: mlp(optimizer=AdamWOptimizer(weight_decay=0.01))),
    "mlp, adam, slow": network(mlp, 0.0005),
    "mlp, adam, fast": network(mlp, 0.005),
    "mlp, weight decay": network(lambda: mlp(optimizer=AdamOptimizer(weight_decay=1e-4))),
    "mlp, small weights": network(lambda: mlp(init=normal(0.03))),
    "mlp, the course's weights": network(lambda: mlp(init=lecun)),
    "mlp, last layer begins at 0": network(lambda: mlp(last=np.zeros)),
    "mlp, biases of 0.1": network(lambda: biased(mlp(), 0.1)),
    "mlp, dropout": network(lambda: [*mlp()[:1], Dropout(0.5), *mlp()[1:]]),
    "mlp, dropout of 0.2 at the pixels": network(lambda: [Dropout(0.2), *mlp()]),
    "mlp, batch normalisation": network(lambda: [
        FullyConnected((784, 64), linear, he, ADAM), bn(64), FullyConnected((64, 10), linear, lecun, ADAM)]),
    "mlp, layer normalisation": network(lambda: [
        FullyConnected((784, 64), relu, he, ADAM), LayerNorm(64, optimizer=ADAM), *mlp(32, n_in=64)]),
    "mlp, residual": network(lambda: [*mlp(40)[:1], Residual([FullyConnected((40, 40), relu, he, ADAM)]),
                                      FullyConnected((40, 10), linear, lecun, ADAM)]),
    "mlp, mse": network(lambda: mlp(), 0.001, mse),
    "mlp, mse, sigmoid last": network(lambda: mlp(end=sigmoid), 0.002, mse),
    "mlp, label smoothing": network(mlp, 0.002, SoftmaxCrossEntropy(0.1)),
    "mlp, ten answers": network(mlp, 0.002, sigmoid_cross_entropy),
    "mlp, one answer": network(lambda: mlp(n_out=1), 0.002, sigmoid_cross_entropy,
                               of_labels(lambda Y: (numbers(Y) > 4).astype(np.float32))),
    "mlp, cosine": network(mlp, 0.002, schedule=Cosine(0.002, 10000)),
    "mlp, one-cycle": network(mlp, 0.01, schedule=OneCycle(0.01, 2000)),
    "mlp, the first layer frozen": network(lambda: frozen(mlp(200, 50), 0)),
    "mlp, standardised": network(mlp, data=of_pixels(standardised)),
    "mlp, standardised pixel by pixel": network(mlp, data=of_pixels(pixelwise)),
    "mlp, -1 to 1": network(mlp, data=of_pixels(lambda X: 2 * X - 1)),
    "mlp, -0.5 to 0.5": network(mlp, data=of_pixels(lambda X: X - 0.5)),
    "mlp, white for black": network(mlp, 0.001, data=of_pixels(lambda X: 1 - X)),
    "mlp, darker": network(mlp, data=of_pixels(lambda X: X / 4)),
    "mlp, black and white": network(mlp, data=of_pixels(lambda X: (X > 0.5).astype(np.float32))),
    "mlp, digits as numbers": network(lambda: mlp(n_out=1), 0.002, mse, of_labels(numbers)),
    "mlp, digits as standardised numbers": network(lambda: mlp(n_out=1), 0.002, mse,
                                                   of_labels(lambda Y: (numbers(Y) - 4.5) / 2.9)),
    "regression of features": network(lambda: mlp(n_in=10, n_out=1), 0.005, mse, features),
    "regression, tanh": network(lambda: mlp(n_in=10, n_out=1, f=tanh, init=xavier), 0.005, mse, features),
    "autoencoder": network(lambda: mlp(n_out=784), 0.002, mse, lambda X, Y: (X, X.reshape(len(X), -1))),
    "convolutions": network(convnet),
    "convolutions, tanh": network(lambda: convnet(f=tanh, init=xavier)),
    "convolutions, leaky, momentum": network(lambda: convnet(f=leaky_relu, optimizer=MOMENTUM), 0.02),
    "convolutions, average pooling": network(lambda: convnet(pooling=AvgPooling)),
    "convolutions, mse": network(convnet, 0.001, mse),
    "convolutions, standardised": network(convnet, data=of_pixels(standardised)),
    "convolutions, colours": network(lambda: convnet(channels=3, size=32), 0.003, data=of_pixels(colours)),
    "convolutions, batch normalisation": network(lambda: [
        Conv((5, 5, 1, 8), linear, he, ADAM, bias=False), bn(8), MaxPooling(2),
        Conv((3, 3, 8, 16), linear, he, ADAM, bias=False), bn(16), MaxPooling(2),
        FullyConnected((400, 10), linear, lecun, ADAM)]),
    "convolutions with biases, batch normalisation": network(lambda: [
        Conv((5, 5, 1, 8), linear, he, ADAM), bn(8), MaxPooling(2), FullyConnected((1152, 10), linear, lecun, ADAM)]),
    "convolutions, average over the image": network(lambda: [
        Conv((5, 5, 1, 16), relu, he, ADAM, strides=2), Conv((3, 3, 16, 32), relu, he, ADAM, strides=2),
        GlobalAvgPooling(), FullyConnected((32, 10), linear, lecun, ADAM)], 0.01),
    "convolutions, overlapping pooling": network(lambda: [
        Conv((5, 5, 1, 8), relu, he, ADAM), MaxPooling(3, 2), Flatten((11, 11, 8)), *mlp(32, n_in=968)]),
    "recurrent": network(lambda: [RNN((28, 64), weight_init=xavier, optimizer=ADAM), LastStep(),
                                  FullyConnected((64, 10), linear, xavier, ADAM)]),
    "recurrent, ReLU": network(lambda: [RNN((28, 64), relu, weight_init=lecun, optimizer=ADAM), LastStep(),
                                        FullyConnected((64, 10), linear, xavier, ADAM)], 0.001),
    "words": network(lambda: [Embedding((20, 8), weight_init=he, optimizer=ADAM), Flatten((6, 8)), *mlp(32, n_in=48)],
                     0.005, data=words),
}

SICK = {
    "softmax last": network(lambda: mlp(end=Softmax())),
    "softmax as a layer, last": network(lambda: [*mlp(), SoftmaxLayer()]),
    "softmax last, convolutions": network(lambda: [*convnet(), SoftmaxLayer()]),
    "sigmoid last": network(lambda: mlp(end=sigmoid)),
    "sigmoid last, convolutions": network(lambda: convnet(end=sigmoid)),
    "sigmoid last, one answer": network(lambda: mlp(n_out=1, end=sigmoid), 0.002, sigmoid_cross_entropy,
                                        of_labels(lambda Y: (numbers(Y) > 4).astype(np.float32))),
    "tanh last": network(lambda: mlp(end=tanh)),
    "ReLU last": network(lambda: mlp(end=relu)),
    "batch normalisation last": network(lambda: [*mlp(), bn(10, linear)]),
    "batch normalisation last, convolutions": network(lambda: [*convnet(), bn(10, linear)]),
    "bytes": network(mlp, data=of_pixels(lambda X: 255 * X)),
    "divided by 255 twice": network(mlp, data=of_pixels(lambda X: X / 255)),
    "divided by 255 twice, convolutions": network(convnet, data=of_pixels(lambda X: X / 255)),
    "far from 0": network(mlp, data=of_pixels(lambda X: X + 100)),
    "all black": network(mlp, data=of_pixels(np.zeros_like)),
    "one image for all": network(mlp, data=of_pixels(lambda X: np.broadcast_to(X[:1], X.shape).copy())),
    "nan": network(mlp, data=of_pixels(lambda X: np.where(X > 0.99, np.nan, X))),
    "dropout of 0.95": network(lambda: [*mlp()[:1], Dropout(0.95), *mlp()[1:]]),
    "dropout of 0.95 at the pixels": network(lambda: [Dropout(0.95), *mlp()]),
    "dropout of 0.95, convolutions": network(lambda: [*convnet()[:4], Dropout(0.95), convnet()[4]]),
    "only linear layers": network(lambda: mlp(f=linear, init=lecun)),
    "only linear convolutions": network(lambda: convnet(f=linear, init=lecun, pooling=AvgPooling)),
    "tanh of N(0, 1)": network(lambda: mlp(f=tanh, init=normal(1))),
    "tanh of N(0, 1) throughout": network(lambda: mlp(f=tanh, init=normal(1), last=normal(1))),
    "tanh of N(0, 1), convolutions": network(lambda: convnet(f=tanh, init=normal(1))),
    "sigmoid of N(0, 1)": network(lambda: mlp(f=sigmoid, init=normal(1))),
    "weights of 0": network(lambda: mlp(init=np.zeros)),
    "weights of 1": network(lambda: mlp(init=np.ones)),
    "weights all alike": network(lambda: mlp(init=lambda shape: np.full(shape, 0.01))),
    "weights of N(0, 1)": network(lambda: mlp(init=normal(1))),
    "weights of N(0, 1), convolutions": network(lambda: convnet(init=normal(1))),
    "weights of N(0, 0.0001), deep": network(lambda: mlp(64, 64, 64, 64, init=normal(1e-4))),
    "deep sigmoids": network(lambda: mlp(*[32] * 8, f=sigmoid, init=xavier), 0.001),
    "deep sigmoids, sgd": network(lambda: mlp(*[32] * 4, f=sigmoid, init=xavier, optimizer=SGD), 0.1),
    "dead units": network(lambda: biased(mlp(), -20)),
    "rate of 1e6": network(mlp, 1e6),
    "rate of 1e6, sgd": network(lambda: mlp(optimizer=SGD), 1e6),
    "rate of 10, momentum": network(lambda: mlp(optimizer=MOMENTUM), 10),
    "rate of 1, adam": network(mlp, 1.0),
    "rate of 0.3, adam, convolutions": network(convnet, 0.3),
    "rate of 1e-7": network(mlp, 1e-7),
    "rate of 1e-5, sgd": network(lambda: mlp(optimizer=SGD), 1e-5),
    "rate of 0": network(mlp, 0.0),
    "sigmoid, sgd of 0.01": network(lambda: mlp(f=sigmoid, init=xavier, optimizer=SGD), 0.01),
    "a peak that is too high": network(mlp, 5.0, schedule=OneCycle(5.0, 1000)),
    "uphill": network(lambda: mlp(optimizer=Uphill()), 0.1),
    "an optimizer that stays": network(lambda: mlp(optimizer=Stays()), 0.1),
    "weight decay of 10": network(lambda: mlp(optimizer=SGDOptimizer(weight_decay=10)), 0.1),
    "all frozen": network(lambda: frozen(mlp(), 0, 1, 2)),
    "all labels alike": network(mlp, data=of_labels(lambda Y: np.eye(10, dtype=np.float32)[np.zeros(len(Y), int)])),
    "a class that is hardly there": network(mlp, data=lambda X, Y: (
        X, one_hot(np.where((Y.argmax(axis=1) == 3) & (np.arange(len(Y)) % 20 > 0), 8, Y.argmax(axis=1)), 10))),
}
