"""MNIST is 70,000 grey pictures of handwritten digits, 28 x 28 pixels each, with the digit every picture shows.

`load_data()` reads the copy in data/. `load_data(path)` reads a folder of IDX files, the format of MNIST and
Fashion-MNIST, or the course's older mnist.pkl.gz.
"""
import hashlib
import io
import os
import pickle
import struct
import zlib
from pathlib import Path

import numpy as np

from readers.array_pickle import load_arrays
from readers.data_error import DataError
from readers.lookalike import lookalike, lookalike_in
from readers.unpack import GZIP, unpack

__all__ = ["CLASSES", "DATA_DIR", "DataError", "SIDE", "load_data"]

HERE = Path(__file__).resolve().parent
DATA_DIR = HERE / "data"
SHIPPED_SHA256 = {
    "train-images-idx3-ubyte.gz": "0b367032e93c5d0cea0925647cfdb18614af8ee15f83e6f2fc2ad904a6835971",
    "train-labels-idx1-ubyte.gz": "1787548bbe0bff1ec2ecdc0ef292b02df999e2d1a6002d27500982c652b17203",
    "t10k-images-idx3-ubyte.gz": "1a1a05eab793c14bb050b398624a11b0ffd1a2953baed553b1b9bd079e2a20be",
    "t10k-labels-idx1-ubyte.gz": "b91679a0acfe4ba0e50a2437a903084cba1f5f92592b016a25a7dfd00455798b",
}
SIDE, CLASSES = 28, 10
IMAGE_MAGIC, LABEL_MAGIC = 0x803, 0x801  # IDX: 08 says unsigned bytes, the last digit how many dimensions
MOST_ITEMS = 1_000_000  # images in a file; MNIST has 60,000
LARGEST_FILE = 2 ** 29  # bytes of a .pkl.gz, unpacked, and of any file on the disk; MNIST in float64 has 440 million


def load_data(path=None):
    """Read MNIST, or data of the same form, as three pairs of images and labels.

    Returns (train, validation, test), each a pair (images, labels): images (N, 784) float32, row by row from the top
    left, 0 paper to 1 ink (the stored byte / 255); labels (N,) int64, 0..9. For MNIST N is 50,000, 10,000 and 10,000.

    path: a folder with the four IDX files (.gz or unpacked, also by the name train-images.idx3-ubyte that some programs
    leave; the last sixth of the training images is kept for validation), or a mnist.pkl.gz; data/ beside this module
    if left out. Where a .pkl.gz is missing, the IDX files of its folder are read. A relative path is looked up from the
    current folder, then from this module's, so that load_data('./data/mnist.pkl.gz') works anywhere; ~ is your home.

    Raises FileNotFoundError if there is nothing to read at `path`, or one of the four files is missing; DataError if a
    file is damaged, is not of this format, or contradicts another.

    The IDX format: LeCun, Cortes and Burges, "The MNIST database of handwritten digits", yann.lecun.com/exdb/mnist.
    """
    source = _locate(DATA_DIR if path is None else Path(os.path.expanduser(path)))
    return _load_idx_folder(source) if source.is_dir() else _load_pickle(source)


def _locate(path):
    for candidate in [path] if path.is_absolute() else [path, HERE / path]:
        if candidate.exists():
            return candidate
        if path.name.endswith(".pkl.gz") and any(candidate.parent.glob("*idx?-ubyte*")):
            return candidate.parent
    raise FileNotFoundError(f"{path}: expected a folder of IDX files or a .pkl.gz, found neither. "
                            "Correct the path, or call load_data() for the MNIST that comes with this project.")


def _load_idx_folder(folder):
    images, labels = _read_idx_pair(folder, "train")
    n_train = len(labels) - len(labels) // 6
    train, validation = (images[:n_train], labels[:n_train]), (images[n_train:], labels[n_train:])
    return train, validation, _read_idx_pair(folder, "t10k")


def _read_idx_pair(folder, subset):
    """subset: "train" or "t10k", with which the names of the two files begin -> (images, labels)."""
    image_file = _find(folder, f"{subset}-images-idx3-ubyte")
    label_file = _find(folder, f"{subset}-labels-idx1-ubyte")
    labels = _read_idx(label_file, LABEL_MAGIC, ()).astype(np.int64)
    _check_labels(label_file, labels)
    pixels = _read_idx(image_file, IMAGE_MAGIC, (SIDE, SIDE))
    if len(pixels) != len(labels):
        raise _problem(label_file, f"{len(pixels)} labels, one for each image in {image_file.name}", len(labels))
    images = pixels.reshape(-1, SIDE * SIDE).astype(np.float32)
    images /= 255
    return images, labels


def _find(folder, name):
    for file in (folder / f"{name}.gz", folder / name, folder / name.replace("-idx", ".idx")):
        if file.is_file():
            return file
    what, *remedy = lookalike_in(folder) or ["neither"]
    raise FileNotFoundError(str(_problem(folder / f"{name}.gz", "this file, or it unpacked", what, *remedy)))


def _read_idx(file, magic, item_shape):
    """-> (N, *item_shape) uint8. The header is big-endian: magic number, N, then the shape of one item."""
    stored = _read(file)
    header_size = 8 + 4 * len(item_shape)
    header = _unpacked(file, stored, header_size)
    if len(header) < header_size:
        raise _problem(file, f"a header of {header_size} bytes", f"a file of {len(header)}")
    found_magic, count, *found_shape = struct.unpack(f">{header_size // 4}I", header)
    if found_magic != magic:
        raise _problem(file, f"magic number {magic}", found_magic)
    if tuple(found_shape) != item_shape:
        raise _problem(file, "images of {} x {} pixels".format(*item_shape), "{} x {}".format(*found_shape))
    if not 0 < count <= MOST_ITEMS:
        raise _problem(file, f"1 to {MOST_ITEMS:,} items", f"a header that says {count:,}")
    size = header_size + count * int(np.prod(item_shape))
    content = _unpacked(file, stored, size + 1)  # one more byte than there should be is enough to see that there are
    if len(content) != size:
        found = f"{len(content):,}" if len(content) < size else "more"
        raise _problem(file, f"{size:,} bytes for {count:,} items", found)
    return np.frombuffer(content, np.uint8, offset=header_size).reshape((count, *item_shape))


def _read(file):
    """The bytes of a file as they are stored, which are those of a data file, and the shipped ones if it is shipped."""
    if file.stat().st_size > LARGEST_FILE:
        raise _problem(file, f"at most {LARGEST_FILE:,} bytes", f"a file of {file.stat().st_size:,}")
    content = file.read_bytes()
    if content[:64].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        raise _problem(file, "a data file", "a web page saved under its name, probably a download's error page")
    if _is_shipped(file):
        digest = hashlib.sha256(content).hexdigest()
        if digest != SHIPPED_SHA256[file.name]:
            raise _problem(file, f"SHA-256 {SHIPPED_SHA256[file.name]}", digest)
    return content


def _unpacked(file, stored, limit):
    """The first `limit` bytes of what `_read` returned for the file, unpacked if it is packed."""
    if file.suffix != ".gz" and not stored.startswith(GZIP):
        return stored[:limit]
    try:
        return unpack(stored, limit)
    except zlib.error as error:
        raise _problem(file, "a complete gzip file", f"{len(stored):,} bytes that do not unpack ({error})") from None


def _load_pickle(file):
    content = _unpacked(file, _read(file), LARGEST_FILE + 1)
    if len(content) > LARGEST_FILE:
        raise _problem(file, f"at most {LARGEST_FILE:,} bytes, unpacked", "more")
    try:
        pairs = load_arrays(io.BytesIO(content), encoding="bytes")
    except pickle.UnpicklingError as error:
        what, *remedy = lookalike(file) or [f"one that cannot be used: {str(error).rstrip('.')}"]
        raise _problem(file, "a pickle of NumPy arrays (IDX files are read by naming their folder)",
                       what, *remedy) from None
    if not isinstance(pairs, (tuple, list)) or [_is_pair_of_arrays(pair) for pair in pairs] != [True] * 3:
        raise _problem(file, "three pairs of arrays: train, validation, test", "another structure")
    return tuple(_checked_pair(file, images, labels) for images, labels in pairs)


def _is_pair_of_arrays(pair):
    return isinstance(pair, (tuple, list)) and [type(array) for array in pair] == [np.ndarray, np.ndarray]


def _checked_pair(file, images, labels):
    if images.shape[1:] != (SIDE * SIDE,) or labels.shape != images.shape[:1] or labels.dtype.kind not in "iu":
        raise _problem(file, f"images (N, {SIDE * SIDE}) and labels (N,) of integers",
                       f"{images.shape} and {labels.shape} of {labels.dtype}")
    if not (images.min(initial=0) >= 0 and images.max(initial=1) <= 1):
        raise _problem(file, "pixels from 0 to 1", f"{images.min()} to {images.max()}")
    _check_labels(file, labels)
    return images.astype(np.float32, copy=False), labels.astype(np.int64, copy=False)


def _check_labels(file, labels):
    wrong = np.flatnonzero((labels < 0) | (labels >= CLASSES))
    if wrong.size:
        raise _problem(file, f"labels 0..{CLASSES - 1}", f"{labels[wrong[0]]} at position {wrong[0]}")


def _is_shipped(file):
    return file.resolve().parent == DATA_DIR and file.name in SHIPPED_SHA256


def _problem(file, expected, got, remedy="Download it again, or make it anew, from its source."):
    if _is_shipped(file):
        remedy = f"Restore it with `git checkout -- data/{file.name}` in {HERE}."
    return DataError(f"{file}: expected {expected}, got {got}. {remedy}")
