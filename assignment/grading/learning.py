"""Whether a network learns is tried on a part of MNIST, small enough for seconds and large enough for 80 %."""
from functools import lru_cache

import numpy as np

from mnist_loader import load_data

BATCH, BATCHES, VALIDATION = 50, 300, 2000


@lru_cache(maxsize=1)
def _data():
    train, validation, _ = load_data()
    images = np.concatenate([train[0][:BATCH * BATCHES], validation[0][:VALIDATION]])
    labels = np.concatenate([train[1][:BATCH * BATCHES], validation[1][:VALIDATION]])
    return np.round(images * 255).astype(np.uint8), labels


def images_and_labels():
    """(images (N, 784) uint8, labels (N,)): those to train on, then those to validate with."""
    return _data()


def validation_labels():
    """The labels (VALIDATION,) of the images that come after those to train on."""
    return _data()[1][BATCH * BATCHES:]
