"""MNIST as a network takes it: square images of one channel, and one-hot labels."""
from nn.loss import one_hot
from readers.idx import CLASSES, SIDE
from readers.mnist_files import load_data


def load_images(path=None):
    """Three pairs (images (N, 28, 28, 1), one-hot labels (N, 10)), for training, validation and test.

    path, and what is raised if it cannot be read: as in `mnist_files.load_data`.
    """
    return [(images.reshape(-1, SIDE, SIDE, 1), one_hot(labels, CLASSES)) for images, labels in load_data(path)]
