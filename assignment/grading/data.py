"""The data of problem 5: MNIST as a submission may see it, and what its network is trained and tried with.

The images are turned and moved a little and made noisy, anew for each seed, so that no look-up finds them again.
"""
import struct

import numpy as np

from assignment.judging.criteria import TRAINING
from assignment.judging.training import Training
from mnist_loader import load_data
from training.augment import RandomAffine

DEGREES, PIXELS, NOISE = 6, 1, 0.03  # each at most, or its standard deviation


def training_data(seed):
    """The Training of problem 5."""
    size, count, held_out = TRAINING
    train, validation, _ = load_data()
    return Training(_changed(train[0][:size * count], seed), train[1][:size * count],
                        _changed(validation[0][:held_out], seed + 1), validation[1][:held_out])


def write_public_copy(folder):
    """MNIST as IDX files, of which only the training images have their labels; the others have 0."""
    train, validation, test = load_data()
    folder.mkdir()
    _write(folder, "train", np.concatenate([train[0], validation[0]]),
           np.concatenate([train[1], np.zeros_like(validation[1])]))
    _write(folder, "t10k", test[0], np.zeros_like(test[1]))


def _changed(images, seed):
    """Images (N, 784) of numbers 0..1, as bytes."""
    state = np.random.get_state()
    np.random.seed(seed % 2 ** 32)
    try:
        moved = RandomAffine(degrees=DEGREES, pixels=PIXELS)(images.reshape(-1, 28, 28, 1)).reshape(len(images), -1)
        noisy = moved + np.random.normal(size=moved.shape).astype(np.float32) * NOISE
    finally:
        np.random.set_state(state)
    return np.round(255 * np.clip(noisy, 0, 1)).astype(np.uint8)


def _write(folder, subset, images, labels):
    pixels, count = np.round(255 * images).astype(np.uint8), len(images)
    for name, head, array in ((f"{subset}-images-idx3-ubyte", struct.pack(">4I", 0x803, count, 28, 28), pixels),
                              (f"{subset}-labels-idx1-ubyte", struct.pack(">2I", 0x801, count), labels)):
        (folder / name).write_bytes(head + array.astype(np.uint8).tobytes())
