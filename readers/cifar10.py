"""CIFAR-10 is 60,000 colour photographs, 32 x 32 pixels each, with the one of ten kinds of things that each shows."""
import io
import os
import pickle
from pathlib import Path

import numpy as np

from nn.loss import one_hot
from readers.array_pickle import load_arrays
from readers.data_error import DataError
from readers.stored import stored_bytes

FOLDER = Path(__file__).resolve().parents[1] / "data" / "cifar-10-batches-py"
BATCHES = [f"data_batch_{i}" for i in range(1, 6)]
LARGEST = 2 ** 26  # bytes of a batch; those of CIFAR-10 have 31 million
MEAN, STD = (0.4914, 0.4822, 0.4465), (0.2023, 0.1994, 0.2010)  # of red, green and blue over the training images


def load_images(path=None):
    """Three pairs (images (N, 32, 32, 3), one-hot labels (N, 10)), for training, validation and test.

    They are 49,000, 1,000 and 10,000; each colour has mean 0 and variance 1. path: the folder cifar-10-batches-py of
    CIFAR-10's Python version; the one in data/ of this project if left out. Raises FileNotFoundError if a file is not
    there, DataError if it is not what it should be.
    """
    folder = FOLDER if path is None else Path(os.path.expanduser(path))
    images, labels = map(np.concatenate, zip(*(_read(folder / name) for name in BATCHES)))
    return [(images[:49000], labels[:49000]), (images[49000:], labels[49000:]), _read(folder / "test_batch")]


def _read(file):
    """One pickled batch -> (images (N, 32, 32, 3) float32, one-hot labels (N, 10))."""
    if not file.is_file():
        raise FileNotFoundError(
            f"{file} is missing. CIFAR-10 does not come with this project: download cifar-10-python.tar.gz (163 MB) "
            f"from https://www.cs.toronto.edu/~kriz/cifar.html, unpack it, and put its folder cifar-10-batches-py into "
            f"{FOLDER.parent}, or name it with --data")
    try:
        batch = load_arrays(io.BytesIO(stored_bytes(file, LARGEST)))
        if not isinstance(batch, dict):
            raise ValueError(f"it holds a {type(batch).__name__}")
        pixels, labels = batch["data"], one_hot(batch["labels"], 10)
        if pixels.dtype != np.uint8:
            raise ValueError(f"data is {pixels.dtype}, not uint8")
        images = pixels.reshape(len(labels), 3, 32, 32).transpose(0, 2, 3, 1).astype(np.float32)
    except DataError:
        raise
    except (pickle.UnpicklingError, AttributeError, KeyError, TypeError, ValueError) as error:
        raise DataError(f"{file}: expected a CIFAR-10 batch, a pickled dictionary of data (N, 3072) and N labels "
                        f"0..9, but {error}. Unpack cifar-10-python.tar.gz again.") from None
    images /= 255
    images -= np.float32(MEAN)
    images /= np.float32(STD)
    return images, labels
