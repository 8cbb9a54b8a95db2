"""MNIST's files, or others of their form, become three pairs of arrays: images, and the digit that each one shows."""
import io
import os
import pickle
from pathlib import Path

import numpy as np

from nn.checks.calls import shown
from readers import stored
from readers.array_pickle import load_arrays
from readers.idx import has_idx, load_idx_folder
from readers.lookalike import ARRAYS, lookalike
from readers.stored import PROJECT, contents, problem
from readers.tables import PIXELS, as_pair, columns, has_npy, is_csv, is_npz, read_csv, read_npy, read_npz

OTHERWISE = f"Make it anew from its source, or read it with what made it, and {ARRAYS}."


def load_data(path=None):
    """Read MNIST, or data of the same form, as three pairs of images and labels.

    Returns (train, validation, test), each a pair (images, labels): images (N, 784) float32, row by row from the top
    left, 0 paper to 1 ink (the stored byte / 255); labels (N,) int64, 0..9. For MNIST N is 50,000, 10,000 and 10,000.

    path: a folder with the four IDX files (.gz or unpacked, also by the name train-images.idx3-ubyte that some programs
    leave), or torchvision's folder above it; a mnist.pkl.gz; an .npz file like Keras's; a CSV file like Kaggle's, or a
    folder with one for training and one for the test; the project's data/ if left out. What a file is, is told by its
    content. The last sixth of the training images is kept for validation; of a single CSV file, before that, the last
    seventh for the test. Where a .pkl.gz is missing, the IDX files of its folder are read. A relative path is looked up
    from the current folder, then from the project's, so that load_data('./data/mnist.pkl.gz') works anywhere; ~ is your
    home.

    Raises FileNotFoundError if there is nothing to read at `path`, or one of the four files is missing; DataError if a
    file is damaged, is not of this format, or contradicts another.
    """
    if path is not None and not isinstance(path, (str, os.PathLike)):
        raise TypeError(f"the data must be named by a path, but was given {shown(path)}: write load_images(), for the "
                        f"MNIST that comes with this project")
    source = _locate(stored.DATA_DIR if path is None else Path(os.path.expanduser(path)))
    return _load_folder(source) if source.is_dir() else _load_file(source)


def _load_folder(folder):
    """Three pairs of what is in the folder, or in the one that torchvision makes in it."""
    raw = [one for one in (folder / "raw", *sorted(folder.glob("*/raw"))) if has_idx(one)]
    tables = [file for file in sorted(folder.glob("*.csv*")) if columns(file) > PIXELS]  # else it has no labels
    archives = sorted(folder.glob("*.npz"))
    if has_idx(folder) or not (raw or tables or archives or has_npy(folder)):
        return _in_three(folder, *load_idx_folder(folder))
    if len(raw) > 1:
        raise problem(folder, "one data set", f"{len(raw)}", f"Name one, such as {raw[0]}.")
    if raw:
        return _in_three(folder, *load_idx_folder(raw[0]))
    if has_npy(folder):
        return _in_three(folder, *read_npy(folder))
    pair = [[file for file in tables if subset in file.name] for subset in ("train", "test")]
    if all(pair):
        return _in_three(folder, *(read_csv(files[0]) for files in pair))
    return _load_file((archives + pair[0] + tables)[0])


def _load_file(file):
    content = contents(file)
    if is_npz(content):
        return _in_three(file, *read_npz(file))
    known = lookalike(content)
    if known is not None:
        raise problem(file, "a folder of IDX files, or a .pkl.gz, .npz or CSV file", *known)
    if is_csv(content):
        images, labels = read_csv(file)
        n = len(labels) - len(labels) // 7
        return _in_three(file, (images[:n], labels[:n]), (images[n:], labels[n:]))
    return _load_pickle(file, content)


def _in_three(source, train, test):
    """The last sixth of the training images is for validation."""
    images, labels = train
    n = len(labels) - len(labels) // 6
    if n == len(labels) or not len(test[1]):
        raise problem(source, "at least 6 images for training, whose last sixth is for validation, and 1 for the test",
                      f"{len(labels)} and {len(test[1])}", "Add images.")
    return (images[:n], labels[:n]), (images[n:], labels[n:]), test


def _locate(path):
    for candidate in [path] if path.is_absolute() else [path, PROJECT / path]:
        if candidate.exists():
            return candidate
        if path.name.endswith(".pkl.gz") and any(candidate.parent.glob("*idx?-ubyte*")):
            return candidate.parent
    raise FileNotFoundError(f"{path}: expected a folder of IDX files or a .pkl.gz, found neither. "
                            "Correct the path, or call load_data() for the MNIST that comes with this project.")


def _load_pickle(file, content):
    try:
        pairs = load_arrays(io.BytesIO(content), encoding="bytes")
    except pickle.UnpicklingError as error:
        raise problem(file, "a pickle of NumPy arrays (IDX files are read by naming their folder)",
                      f"one that cannot be used: {str(error).rstrip('.')}", OTHERWISE) from None
    if not isinstance(pairs, (tuple, list)) or [_is_pair_of_arrays(pair) for pair in pairs] != [True] * 3:
        raise problem(file, "three pairs of arrays: train, validation, test", "another structure", OTHERWISE)
    return tuple(as_pair(file, images, labels) for images, labels in pairs)


def _is_pair_of_arrays(pair):
    return isinstance(pair, (tuple, list)) and [type(array) for array in pair] == [np.ndarray, np.ndarray]
