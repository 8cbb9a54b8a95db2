"""MNIST is 70,000 grey pictures of handwritten digits, 28 x 28 pixels each, with the digit every picture shows.

`load_data()` reads the four files of the folder data/, which are in the IDX format: a header of big-endian numbers (a
magic number, how many items, the shape of one), and then the bytes of all items.
"""
import gzip
import struct
import zlib
from pathlib import Path

import numpy as np

DATA_DIR = Path(__file__).resolve().parent / "data"
IMAGES, LABELS = (0x803, 28, 28), (0x801,)  # magic number, and the shape of one item


def load_data(path=None):
    """Read MNIST as three pairs: (train, validation, test), of 50,000, 10,000 and 10,000.

    Each is (images (N, 784) float32, from 0 paper to 1 ink, row by row; labels (N,) int64, 0..9). path: a folder of IDX
    files, .gz or unpacked; data/ if left out, and for the course's './data/mnist.pkl.gz', from wherever it is called.
    Raises FileNotFoundError if a file is missing, ValueError if it is damaged.
    """
    folder = DATA_DIR if path is None or str(path).endswith(".pkl.gz") else Path(path)
    images, labels = _read_pair(folder, "train")
    n = len(labels) - len(labels) // 6
    return (images[:n], labels[:n]), (images[n:], labels[n:]), _read_pair(folder, "t10k")


def _read_pair(folder, subset):
    images = _read_idx(folder, f"{subset}-images-idx3-ubyte", *IMAGES)
    labels = _read_idx(folder, f"{subset}-labels-idx1-ubyte", *LABELS)
    return images.reshape(len(labels), -1).astype(np.float32) / 255, labels.astype(np.int64)


def _read_idx(folder, name, magic, *shape):
    """The items of a file (N, *shape), as bytes."""
    file = next((file for file in (folder / name, folder / f"{name}.gz") if file.is_file()), None)
    if file is None:
        raise FileNotFoundError(f"{folder / name}.gz is missing: take it out of the hand-out's zip again")
    try:
        content = file.read_bytes() if file.suffix != ".gz" else gzip.decompress(file.read_bytes())
        found, count, *found_shape = struct.unpack(f">{2 + len(shape)}I", content[:8 + 4 * len(shape)])
        if (found, *found_shape) != (magic, *shape):
            raise ValueError("it is no such IDX file")
        return np.frombuffer(content, np.uint8, offset=8 + 4 * len(shape)).reshape(count, *shape)
    except (OSError, EOFError, ValueError, struct.error, zlib.error) as error:
        raise ValueError(f"{file} is damaged ({error}): take it out of the hand-out's zip again") from None
