"""Networks that more than one comparison trains."""
from nn import Conv, Flatten, FullyConnected, MaxPooling, he, leaky_relu, linear


def report(activation, optimizer, pooled=False):
    """A student's: 28x28x1 -> 26x26x16 -> 12x12x32 (-> pooled 6x6x32) -> 256 -> 10."""
    side = 6 if pooled else 12
    return [
        Conv((3, 3, 1, 16), activation=leaky_relu, optimizer=optimizer, filter_init=he),
        Conv((4, 4, 16, 32), activation=leaky_relu, optimizer=optimizer, filter_init=he, strides=2),
        *([MaxPooling(2)] if pooled else []),
        Flatten((side, side, 32)),
        FullyConnected((side * side * 32, 256), activation=activation, optimizer=optimizer, weight_init=he),
        FullyConnected((256, 10), activation=linear, optimizer=optimizer, weight_init=he),
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
