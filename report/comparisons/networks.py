"""Networks that more than one comparison trains."""
import numpy as np

from nn import Conv, Flatten, FullyConnected, he, leaky_relu, linear

REPORTS = [np.sqrt(2 / n) for n in (28 * 28, 16 * 26 * 26)]  # n from the pictures' sizes; the other layers' are He's


def report(activation, optimizer, pools=(), convolution=Conv, dense=FullyConnected):
    """A student's: 28x28x1 -> 26x26x16 -> 12x12x32 (-> pooled 6x6x32) -> 256 -> 10.

    pools: the pooling layer in a list, or nothing. convolution, dense: classes of the other layers.
    """
    side = 6 if pools else 12
    return [
        convolution((3, 3, 1, 16), activation=leaky_relu, optimizer=optimizer, filter_init=he),
        convolution((4, 4, 16, 32), activation=leaky_relu, optimizer=optimizer, filter_init=he, strides=2),
        *pools,
        Flatten((side, side, 32)),
        dense((side * side * 32, 256), activation=activation, optimizer=optimizer, weight_init=he),
        dense((256, 10), activation=linear, optimizer=optimizer, weight_init=he),
    ]


def with_spreads(layers, spreads):
    """The layers with first weights of these standard deviations, for each layer that has weights."""
    trainable = [layer for layer in layers if layer.weights]
    for layer, spread in zip(trainable, spreads):
        layer.w *= spread / layer.w.std()
    return layers


def spread(layers, X):
    """The standard deviation, from image to image, of the last hidden layer's activations, on average."""
    for layer in layers[:-1]:
        X = layer.predict(X)
    return X.std(axis=0).mean()
