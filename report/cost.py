"""The cost of a network: how many weights it has, and how many multiplications one image takes on its way forward."""
import numpy as np


def weights(layers):
    """How many numbers are trained."""
    return sum(getattr(layer, name).size for layer in layers for name in layer.weights)


def multiplications(layers, image):
    """How many multiplications by a weight the outputs for one image (H, W, C) take.

    Each weight of a fully connected layer is used once; each of a convolution's, once at each place of its output.
    """
    total, x = 0, image[None].astype(np.float64)
    for layer in layers:
        x = layer.predict(x)
        places = int(np.prod(x.shape[1:-1]))
        total += places * sum(getattr(layer, name).size for name in layer.weights if name != "b")
    return total


def seconds(layers, image, images, steps):
    """About how long `steps` training steps on `images` images each take, on one core of an ordinary machine."""
    return steps * (2e-4 * len(layers) + 3 * images * multiplications(layers, image) / 1.5e10)
