"""IDX is the format of MNIST's own four files: a header of big-endian numbers, then a byte for each pixel or label.

LeCun, Cortes and Burges, "The MNIST database of handwritten digits", yann.lecun.com/exdb/mnist.
"""
import struct

import numpy as np

from readers.lookalike import lookalike_in
from readers.stored import problem, stored_bytes, unpacked

SIDE, CLASSES = 28, 10
IMAGE_MAGIC, LABEL_MAGIC = 0x803, 0x801  # 08 says unsigned bytes, the last digit how many dimensions
MOST_ITEMS = 1_000_000  # images in a file; MNIST has 60,000


def load_idx_folder(folder):
    """A folder with the four files -> three pairs, for training, validation (the last sixth of it) and test."""
    images, labels = _read_pair(folder, "train")
    n_train = len(labels) - len(labels) // 6
    train, validation = (images[:n_train], labels[:n_train]), (images[n_train:], labels[n_train:])
    return train, validation, _read_pair(folder, "t10k")


def _read_pair(folder, subset):
    """subset: "train" or "t10k", with which the names of the two files begin -> (images, labels)."""
    image_file = _find(folder, f"{subset}-images-idx3-ubyte")
    label_file = _find(folder, f"{subset}-labels-idx1-ubyte")
    labels = _read_idx(label_file, LABEL_MAGIC, ()).astype(np.int64)
    check_labels(label_file, labels)
    pixels = _read_idx(image_file, IMAGE_MAGIC, (SIDE, SIDE))
    if len(pixels) != len(labels):
        raise problem(label_file, f"{len(pixels)} labels, one for each image in {image_file.name}", len(labels))
    images = pixels.reshape(-1, SIDE * SIDE).astype(np.float32)
    images /= 255
    return images, labels


def _find(folder, name):
    for file in (folder / f"{name}.gz", folder / name, folder / name.replace("-idx", ".idx")):
        if file.is_file():
            return file
    what, *remedy = lookalike_in(folder) or ["neither"]
    raise FileNotFoundError(str(problem(folder / f"{name}.gz", "this file, or it unpacked", what, *remedy)))


def _read_idx(file, magic, item_shape):
    """-> (N, *item_shape) uint8. The header is big-endian: magic number, N, then the shape of one item."""
    stored = stored_bytes(file)
    header_size = 8 + 4 * len(item_shape)
    header = unpacked(file, stored, header_size)
    if len(header) < header_size:
        raise problem(file, f"a header of {header_size} bytes", f"a file of {len(header)}")
    found_magic, count, *found_shape = struct.unpack(f">{header_size // 4}I", header)
    if found_magic != magic:
        raise problem(file, f"magic number {magic}", found_magic)
    if tuple(found_shape) != item_shape:
        raise problem(file, "images of {} x {} pixels".format(*item_shape), "{} x {}".format(*found_shape))
    if not 0 < count <= MOST_ITEMS:
        raise problem(file, f"1 to {MOST_ITEMS:,} items", f"a header that says {count:,}")
    size = header_size + count * int(np.prod(item_shape))
    content = unpacked(file, stored, size + 1)  # one more byte than there should be is enough to see that there are
    if len(content) != size:
        found = f"{len(content):,}" if len(content) < size else "more"
        raise problem(file, f"{size:,} bytes for {count:,} items", found)
    return np.frombuffer(content, np.uint8, offset=header_size).reshape((count, *item_shape))


def check_labels(file, labels):
    """Raise DataError unless they are 0..9."""
    wrong = np.flatnonzero((labels < 0) | (labels >= CLASSES))
    if wrong.size:
        raise problem(file, f"labels 0..{CLASSES - 1}", f"{labels[wrong[0]]} at position {wrong[0]}")
