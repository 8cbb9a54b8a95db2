"""Train on CIFAR-10, 60,000 colour photographs of ten kinds of things: `python -m examples.cifar10 --network six-conv`."""
import pickle
from pathlib import Path

import numpy as np

from nn.activation import linear
from nn.array_pickle import load_arrays
from nn.augment import RandomFlip
from nn.batchnorm import BatchNorm
from nn.conv import Conv
from nn.experiment import Experiment, run
from nn.flatten import Flatten
from nn.fullyconnected import FullyConnected
from nn.initializer import fans, he
from nn.maxpooling import MaxPooling
from nn.training import one_hot

FOLDER = Path(__file__).resolve().parent.parent / "data" / "cifar-10-batches-py"
BATCHES = [f"data_batch_{i}" for i in range(1, 6)]
MEAN, STD = (0.4914, 0.4822, 0.4465), (0.2023, 0.1994, 0.2010)  # of red, green and blue over the training images


def two_layer(activation, optimizer):
    """One hidden layer of 4000: 3072 -> 4000 -> 10, without biases."""
    return [
        Flatten((32, 32, 3)),
        FullyConnected((3 * 32 * 32, 4000), activation=activation, optimizer=optimizer, weight_init=he, bias=False),
        FullyConnected((4000, 10), activation=linear, optimizer=optimizer, weight_init=he, bias=False),
    ]


def three_layer(activation, optimizer, initializer=he):
    """Two convolutions and a classifier: 32x32x3 -> 32x32x32 -> 32x32x16 -> 10."""
    return [
        Conv((5, 5, 3, 32), activation=activation, optimizer=optimizer, filter_init=initializer, pad=2),
        Conv((3, 3, 32, 16), activation=activation, optimizer=optimizer, filter_init=initializer, pad=1),
        Flatten((32, 32, 16)),
        FullyConnected((32 * 32 * 16, 10), activation=linear, optimizer=optimizer, weight_init=initializer),
    ]


def three_layer_small(activation, optimizer):
    """The same from PyTorch's usual first weights, which are smaller: uniform within 1 / sqrt(fan_in) of 0."""
    def uniform(shape):
        return np.random.uniform(-1, 1, size=shape) / np.sqrt(fans(shape)[0])
    return three_layer(activation, optimizer, uniform)


def six_conv(activation, optimizer):
    """Six convolutions with batch normalisation, pooled twice: 32x32 -> 16x16 -> 8x8x16 -> 10."""
    def block(size, c_in, c_out):
        return [Conv((size, size, c_in, c_out), activation=linear, optimizer=optimizer, filter_init=he, pad="same"),
                BatchNorm(c_out, activation=activation, optimizer=optimizer)]

    return [
        *block(5, 3, 64), *block(3, 64, 32), *block(3, 32, 32), MaxPooling(2),
        *block(3, 32, 32), *block(3, 32, 16), *block(3, 16, 16), MaxPooling(2),
        Flatten((8, 8, 16)),
        FullyConnected((8 * 8 * 16, 10), activation=linear, optimizer=optimizer, weight_init=he),
        BatchNorm(10, activation=linear, optimizer=optimizer),
    ]


EXPERIMENTS = {
    "two-layer": Experiment(two_layer, optimizer="sgd", lr=0.01, batch_size=64, epochs=2),
    "three-layer": Experiment(three_layer, optimizer="sgd", lr=0.003, batch_size=64, epochs=2),
    "three-layer-nesterov": Experiment(three_layer_small, optimizer="nesterov", lr=0.01, batch_size=64, epochs=2),
    "six-conv": Experiment(six_conv, optimizer="adam", lr=0.003, weight_decay=1e-5, batch_size=64, epochs=10, schedule="cosine",
                           augment=RandomFlip()),
}


def load_images(path=None):
    """CIFAR-10 as three pairs (images (N, 32, 32, 3), one-hot labels (N, 10)) of 49,000, 1,000 and 10,000.

    path: the folder cifar-10-batches-py; data/cifar-10-batches-py of this project if left out. Each colour is given mean
    0 and variance 1. Raises FileNotFoundError if a file is not there, ValueError if it is not what it should be.
    """
    folder = FOLDER if path is None else Path(path)
    images, labels = map(np.concatenate, zip(*(_read(folder / name) for name in BATCHES)))
    return [(images[:49000], labels[:49000]), (images[49000:], labels[49000:]), _read(folder / "test_batch")]


def _read(file):
    """One pickled batch -> (images (N, 32, 32, 3) float32, one-hot labels (N, 10))."""
    if not file.is_file():
        raise FileNotFoundError(
            f"{file} is missing. CIFAR-10 does not come with this project: download cifar-10-python.tar.gz (163 MB) from "
            f"https://www.cs.toronto.edu/~kriz/cifar.html, unpack it, and put its folder cifar-10-batches-py into "
            f"{FOLDER.parent}, or name it with --data")
    try:
        with open(file, "rb") as opened:
            batch = load_arrays(opened)
        pixels, labels = np.asarray(batch["data"]), one_hot(batch["labels"], 10)
        images = pixels.reshape(len(labels), 3, 32, 32).transpose(0, 2, 3, 1).astype(np.float32)
    except (pickle.UnpicklingError, KeyError, TypeError, ValueError) as error:
        raise ValueError(f"{file}: expected a CIFAR-10 batch, a pickled dictionary of data (N, 3072) and N labels 0..9, but "
                         f"{error}. Unpack cifar-10-python.tar.gz again.") from None
    images /= 255
    images -= np.float32(MEAN)
    images /= np.float32(STD)
    return images, labels


if __name__ == "__main__":
    run(EXPERIMENTS, load_images, __doc__)
