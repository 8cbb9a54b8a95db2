"""Train a network on MNIST: `python mnist_test.py`. Edit the lists of layers below, or see `python mnist_test.py --help`."""
import numpy as np

from mnist_loader import load_data
from nn.activation import linear
from nn.augment import RandomShift
from nn.batchnorm import BatchNorm
from nn.conv import Conv
from nn.dropout import Dropout
from nn.experiment import Experiment, run
from nn.flatten import Flatten
from nn.fullyconnected import FullyConnected
from nn.initializer import he, lecun
from nn.loss import SoftmaxCrossEntropy
from nn.maxpooling import MaxPooling
from nn.training import accuracy, one_hot


def cnn(activation, optimizer):
    """28x28x1 -> 24x24x32 -> pooled 12x12x32 -> 8x8x64 -> pooled 4x4x64 -> 4x4x64 -> 128 -> 10, normalised and with dropout."""
    return [
        Conv((5, 5, 1, 32), activation=linear, optimizer=optimizer, filter_init=he),
        BatchNorm(32, activation=activation, optimizer=optimizer),
        MaxPooling(2),
        Conv((5, 5, 32, 64), activation=linear, optimizer=optimizer, filter_init=he),
        BatchNorm(64, activation=activation, optimizer=optimizer),
        MaxPooling(2),
        Conv((3, 3, 64, 64), activation=linear, optimizer=optimizer, filter_init=he, pad="same"),
        BatchNorm(64, activation=activation, optimizer=optimizer),
        Flatten((4, 4, 64)),
        FullyConnected((4 * 4 * 64, 128), activation=activation, optimizer=optimizer, weight_init=he),
        Dropout(0.3),
        FullyConnected((128, 10), activation=linear, optimizer=optimizer, weight_init=lecun),
    ]


def plain(activation, optimizer):
    """The same with nothing but the six problems' layers: convolution, ReLU, max pooling."""
    return [
        Conv((5, 5, 1, 32), activation=activation, optimizer=optimizer, filter_init=he),
        MaxPooling(2),
        Conv((5, 5, 32, 64), activation=activation, optimizer=optimizer, filter_init=he),
        MaxPooling(2),
        Conv((3, 3, 64, 64), activation=activation, optimizer=optimizer, filter_init=he, pad="same"),
        Flatten((4, 4, 64)),
        FullyConnected((4 * 4 * 64, 128), activation=activation, optimizer=optimizer, weight_init=he),
        FullyConnected((128, 10), activation=linear, optimizer=optimizer, weight_init=lecun),
    ]


def assignment(activation, optimizer):
    """The assignment's three convolutions: 28x28x1 -> 24x24x16 -> 10x10x32 -> 3x3x64 -> 180 -> 10."""
    return [
        Conv((5, 5, 1, 16), strides=1, activation=activation, optimizer=optimizer,
             filter_init=lambda shp: np.random.normal(size=shp) * np.sqrt(2.0 / (5 * 5 * 1))),
        Conv((6, 6, 16, 32), strides=2, activation=activation, optimizer=optimizer,
             filter_init=lambda shp: np.random.normal(size=shp) * np.sqrt(2.0 / (6 * 6 * 16))),
        Conv((6, 6, 32, 64), strides=2, activation=activation, optimizer=optimizer,
             filter_init=lambda shp: np.random.normal(size=shp) * np.sqrt(2.0 / (6 * 6 * 32))),
        FullyConnected((3 * 3 * 64, 180), activation=activation, optimizer=optimizer,
                       weight_init=lambda shp: np.random.normal(size=shp) * np.sqrt(2.0 / (3 * 3 * 64))),
        FullyConnected((180, 10), activation=linear, optimizer=optimizer,
                       weight_init=lambda shp: np.random.normal(size=shp) * np.sqrt(1.0 / 180)),
    ]


def mlp(activation, optimizer):
    """The course's first network, three fully connected layers: 784 -> 100 -> 50 -> 10."""
    return [
        Flatten((28, 28, 1)),
        FullyConnected((28 * 28, 100), activation=activation, optimizer=optimizer,
                       weight_init=lambda shp: np.random.normal(size=shp) * np.sqrt(1.0 / (28 * 28))),
        FullyConnected((100, 50), activation=activation, optimizer=optimizer,
                       weight_init=lambda shp: np.random.normal(size=shp) * np.sqrt(1.0 / 100)),
        FullyConnected((50, 10), activation=linear, optimizer=optimizer,
                       weight_init=lambda shp: np.random.normal(size=shp) * np.sqrt(1.0 / 50)),
    ]


EXPERIMENTS = {
    "cnn": Experiment(cnn, lr=0.003, schedule="cosine", loss=SoftmaxCrossEntropy(label_smoothing=0.1), augment=RandomShift(2)),
    "plain": Experiment(plain, schedule="cosine"),
    "assignment": Experiment(assignment, schedule="cosine"),
    "mlp": Experiment(mlp, schedule="cosine"),
}


def load_images(path=None):
    """MNIST as a network takes it: three pairs (images (N, 28, 28, 1), one-hot labels (N, 10))."""
    return [(images.reshape(-1, 28, 28, 1), one_hot(labels, 10)) for images, labels in load_data(path)]


if __name__ == "__main__":
    run(EXPERIMENTS, load_images, __doc__)
