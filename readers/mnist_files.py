"""MNIST's files, or others of their form, become three pairs of arrays: images, and the digit that each one shows."""
import io
import os
import pickle
from pathlib import Path

import numpy as np

from readers import stored
from readers.array_pickle import load_arrays
from readers.idx import SIDE, check_labels, load_idx_folder
from readers.lookalike import lookalike
from readers.stored import PROJECT, contents, problem


def load_data(path=None):
    """Read MNIST, or data of the same form, as three pairs of images and labels.

    Returns (train, validation, test), each a pair (images, labels): images (N, 784) float32, row by row from the top
    left, 0 paper to 1 ink (the stored byte / 255); labels (N,) int64, 0..9. For MNIST N is 50,000, 10,000 and 10,000.

    path: a folder with the four IDX files (.gz or unpacked, also by the name train-images.idx3-ubyte that some programs
    leave; the last sixth of the training images is kept for validation), or a mnist.pkl.gz; the project's data/ if
    left out. Where a .pkl.gz is missing, the IDX files of its folder are read. A relative path is looked up from the
    current folder, then from the project's, so that load_data('./data/mnist.pkl.gz') works anywhere; ~ is your home.

    Raises FileNotFoundError if there is nothing to read at `path`, or one of the four files is missing; DataError if a
    file is damaged, is not of this format, or contradicts another.
    """
    source = _locate(stored.DATA_DIR if path is None else Path(os.path.expanduser(path)))
    return load_idx_folder(source) if source.is_dir() else _load_pickle(source)


def _locate(path):
    for candidate in [path] if path.is_absolute() else [path, PROJECT / path]:
        if candidate.exists():
            return candidate
        if path.name.endswith(".pkl.gz") and any(candidate.parent.glob("*idx?-ubyte*")):
            return candidate.parent
    raise FileNotFoundError(f"{path}: expected a folder of IDX files or a .pkl.gz, found neither. "
                            "Correct the path, or call load_data() for the MNIST that comes with this project.")


def _load_pickle(file):
    try:
        pairs = load_arrays(io.BytesIO(contents(file)), encoding="bytes")
    except pickle.UnpicklingError as error:
        what, *remedy = lookalike(file) or [f"one that cannot be used: {str(error).rstrip('.')}"]
        raise problem(file, "a pickle of NumPy arrays (IDX files are read by naming their folder)",
                      what, *remedy) from None
    if not isinstance(pairs, (tuple, list)) or [_is_pair_of_arrays(pair) for pair in pairs] != [True] * 3:
        raise problem(file, "three pairs of arrays: train, validation, test", "another structure")
    return tuple(_checked_pair(file, images, labels) for images, labels in pairs)


def _is_pair_of_arrays(pair):
    return isinstance(pair, (tuple, list)) and [type(array) for array in pair] == [np.ndarray, np.ndarray]


def _checked_pair(file, images, labels):
    if images.shape[1:] != (SIDE * SIDE,) or labels.shape != images.shape[:1] or labels.dtype.kind not in "iu":
        raise problem(file, f"images (N, {SIDE * SIDE}) and labels (N,) of integers",
                      f"{images.shape} and {labels.shape} of {labels.dtype}")
    if not (images.min(initial=0) >= 0 and images.max(initial=1) <= 1):
        raise problem(file, "pixels from 0 to 1", f"{images.min()} to {images.max()}")
    check_labels(file, labels)
    return images.astype(np.float32, copy=False), labels.astype(np.int64, copy=False)
