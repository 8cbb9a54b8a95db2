"""IDX is the format of MNIST's own four files: a header of big-endian numbers, then a byte for each pixel or label.

LeCun, Cortes and Burges, "The MNIST database of handwritten digits", yann.lecun.com/exdb/mnist.
"""
import struct

import numpy as np

from readers.lookalike import ARRAYS, IDX_TYPES, lookalike_in
from readers.stored import problem, stored_bytes, unpacked

SIDE, CLASSES = 28, 10
IMAGE_MAGIC, LABEL_MAGIC = 0x803, 0x801  # 08 says unsigned bytes, the last digit how many dimensions
ASIDE = ("emnist-digits-", "emnist-mnist-")  # how names begin of files whose images are transposed
EMNIST_DIGITS = 240_000
QMNIST, QMNIST_MAGIC = "qmnist-", 0xC02  # labels of eight integers of four bytes, of which the first is the digit
MOST_ITEMS = 1_000_000  # images in a file; MNIST has 60,000


def has_idx(folder):
    """Whether there is a file of this format in it, by its name."""
    return any(folder.glob("*idx?-ubyte*"))


def load_idx_folder(folder):
    """A folder with the four files -> (images, labels) for training, and for the test.

    Those of EMNIST's digits, by their own names, are turned upright; of QMNIST's labels the digit is taken.
    """
    prefix = next((one for one in ASIDE + (QMNIST,) if any(folder.glob(f"{one}train-images*"))), "")
    return [_read_pair(folder, prefix, subset) for subset in ("train", "test" if prefix else "t10k")]


def _read_pair(folder, prefix, subset):
    """The two files whose names begin so -> (images, labels)."""
    image_file = _find(folder, f"{prefix}{subset}-images-idx3-ubyte")
    if prefix == QMNIST:
        label_file = _find(folder, f"{prefix}{subset}-labels-idx2-int")
        labels = _read_idx(label_file, QMNIST_MAGIC, (8,), ">i4")[:, 0].astype(np.int64)
    else:
        label_file = _find(folder, f"{prefix}{subset}-labels-idx1-ubyte")
        labels = _read_idx(label_file, LABEL_MAGIC, ()).astype(np.int64)
    check_labels(label_file, labels)
    pixels = _read_idx(image_file, IMAGE_MAGIC, (SIDE, SIDE))
    if len(pixels) != len(labels):
        raise problem(label_file, f"{len(pixels)} labels, one for each image in {image_file.name}", len(labels))
    if prefix in ASIDE:
        pixels = pixels.transpose(0, 2, 1)
    elif len(pixels) == EMNIST_DIGITS:
        raise problem(image_file, "images that stand upright", f"{len(pixels):,}, as many as EMNIST's digits are, "
                      f"which lie on their side", f"Give the files their own names back, {ASIDE[0]}train-images-idx3-"
                      f"ubyte and so on; then they are turned.")
    images = pixels.reshape(-1, SIDE * SIDE).astype(np.float32)
    images /= 255
    return images, labels


def _find(folder, name):
    dotted = name.replace("-idx", ".idx")
    for file in (f"{name}.gz", name, dotted, f"{name}/{name}", f"{dotted}/{dotted}"):
        if (folder / file).is_file():
            return folder / file
    raise FileNotFoundError(str(problem(folder / f"{name}.gz", "this file, or it unpacked",
                                        *lookalike_in(folder) or ["neither"])))


def _read_idx(file, magic, item_shape, dtype=np.uint8):
    """-> (N, *item_shape). The header is big-endian: magic number, N, then the shape of one item."""
    stored = stored_bytes(file)
    header_size = 8 + 4 * len(item_shape)
    header = unpacked(file, stored, header_size)
    if len(header) < header_size:
        raise problem(file, f"a header of {header_size} bytes", f"a file of {len(header)}")
    found_magic, count, *found_shape = struct.unpack(f">{header_size // 4}I", header)
    if found_magic != magic:
        raise problem(file, f"magic number {magic}", *_meant(found_magic))
    if tuple(found_shape) != item_shape:
        raise problem(file, "images of {} x {} pixels".format(*item_shape) if item_shape == (SIDE, SIDE) else
                      f"{item_shape[0]} numbers for each image", " x ".join(map(str, found_shape)))
    if not 0 < count <= MOST_ITEMS:
        raise problem(file, f"1 to {MOST_ITEMS:,} items", f"a header that says {count:,}")
    size = header_size + count * int(np.prod(item_shape)) * np.dtype(dtype).itemsize
    content = unpacked(file, stored, size + 1)  # one more byte than there should be is enough to see that there are
    if len(content) != size:
        found = f"{len(content):,}" if len(content) < size else "more"
        raise problem(file, f"{size:,} bytes for {count:,} items", found)
    return np.frombuffer(content, dtype, offset=header_size).reshape((count, *item_shape))


def _meant(magic):
    """What a magic number that was not expected says of a file, and what to do about it, where that is known."""
    kind, axes = IDX_TYPES.get(magic >> 8), magic & 255
    if kind is not None and kind != "bytes":
        return f"{magic}, which says {kind} in {axes} axes", (f"Read it with numpy.frombuffer (its numbers are "
                                                              f"big-endian), {ARRAYS}.")
    if magic & 255 == 0 and magic >> 16 & 255 in IDX_TYPES:
        return f"{magic}, the number with its bytes turned round", "Write the numbers of the header big-endian (>i4)."
    if magic >> 16 == 0x1F8B:
        return f"{magic}, of a file that was packed twice", "Unpack it once."
    return (magic,)


def check_labels(file, labels):
    """Raise DataError unless they are 0..9."""
    wrong = np.flatnonzero((labels < 0) | (labels >= CLASSES))
    if wrong.size:
        raise problem(file, f"labels 0..{CLASSES - 1}", f"{labels[wrong[0]]:g} at position {wrong[0]}",
                      "Classes count from 0, and are ten at most: take ten, or make it anew, from its source.")
