"""A table is images and labels in one file: Kaggle's CSV, Keras's .npz, or NumPy's .npy files side by side.

`numpy.loadtxt` reads the first, `numpy.load` the others.
"""
import io
import warnings
import zipfile

import numpy as np

from readers import stored
from readers.data_error import DataError
from readers.idx import CLASSES, SIDE, check_labels
from readers.stored import contents, problem, stored_bytes, unpacked

PIXELS = SIDE * SIDE
NAMES = [("x_train", "y_train", "x_test", "y_test"), ("train_images", "train_labels", "test_images", "test_labels"),
         ("training_images", "training_labels", "test_images", "test_labels")]
FOLDERS = [*([f"{name}.npy" for name in names] for names in NAMES),  # the second as MNIST-C has them
           [f"kmnist-{name}.npz" for name in ("train-imgs", "train-labels", "test-imgs", "test-labels")]]
OWN = "Other sizes need a reader of your own."
LABEL = ("label", "class", "target", "digit", "y")  # what the column of the labels is called; else see _label_column
INDEX = ("", "unnamed: 0", "index", "id")  # of a column that counts lines
AS_NUMBERS = "Write labels as numbers 0..9: labels.argmax(axis=1) if they are one-hot."


def is_csv(content):
    """Whether these bytes begin with a line of text that has a separator in it, and are no pickle of Python 2."""
    line = content[:4096].split(b"\n")[0].lstrip(b"\xef\xbb\xbf").strip().replace(b"\t", b";")
    return (b"," in line or b";" in line) and line.isascii() and line.decode().isprintable() and line[:1] not in b"(c"


def _first_line(content):
    """The names or numbers in the first line of a CSV file, and what separates them: a comma, semicolon or tab."""
    line = content[:2 ** 20].split(b"\n")[0].decode("latin1")
    separator = max(",;\t", key=line.count)
    return [cell.strip(' "\'\r\xef\xbb\xbf').lower() for cell in line.split(separator)], separator


def columns(file):
    """How many there are in the first line of a CSV file."""
    return len(_first_line(unpacked(file, stored_bytes(file), 2 ** 20))[0])


def read_csv(file):
    """A line for each image, its label and its 784 pixels in columns -> (images (N, 784), labels (N,))."""
    content = contents(file)
    cells, separator = _first_line(content)
    counted = len(cells) == 2 + PIXELS and cells[0] in INDEX
    if len(cells) == PIXELS:
        raise problem(file, f"a column of labels beside {PIXELS} of pixels", "pixels alone, as Kaggle's test.csv has",
                      "Name the file that has labels, train.csv.")
    if len(cells) - counted != 1 + PIXELS:
        raise problem(file, f"{1 + PIXELS} columns, of a label and {PIXELS} pixels", len(cells), OWN)
    named = not all(cell.replace(".", "").isdigit() for cell in cells)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of a file without lines, which is refused below
            table = np.loadtxt(io.BytesIO(content), np.float32, delimiter=separator, skiprows=int(named), ndmin=2,
                               quotechar='"', encoding="latin1")[:, int(counted):]
    except ValueError as error:
        raise problem(file, "a CSV file of numbers, but for a line of names at its top", _short(error).rstrip("."),
                      "Put numbers there; labels are 0..9.") from None
    column = next((k for k, cell in enumerate(cells[counted:]) if cell in LABEL), _label_column(table))
    return as_pair(file, np.delete(table, column, axis=1), table[:, column])


def _label_column(table):
    """0 or -1: which of the outer columns can be labels. In a corner, pixels are mostly all the same."""
    possible = [column for column in (0, -1) if np.isin(table[:, column], np.arange(CLASSES)).all()]
    return max(possible, key=lambda column: len(np.unique(table[:, column])), default=0)


def is_npz(content):
    """Whether these bytes begin as an .npz file does: a zip file whose first member is an array."""
    return content.startswith(b"PK") and b".npy" in content[:300]


def read_npz(file):
    """Keras's mnist.npz, or another with its names or MedMNIST's -> (images, labels) for training and for the test."""
    packed = io.BytesIO(contents(file))
    try:
        with zipfile.ZipFile(packed) as members:
            size = sum(member.file_size for member in members.infolist())
        if size > stored.LARGEST_FILE:
            raise problem(file, f"at most {stored.LARGEST_FILE:,} bytes, unpacked", f"{size:,}")
        with np.load(packed, allow_pickle=False) as saved:
            names = {name.lower(): name for name in saved.files}
            wanted = next((four for four in NAMES if set(four) <= set(names)), ())
            arrays = [saved[names[name]] for name in wanted]
    except DataError:
        raise
    except Exception as error:  # damaged bytes can make it raise nearly any type
        raise problem(file, "an .npz file of numbers", f"one that cannot be read ({_short(error)})") from None
    if not arrays:
        raise problem(file, f"arrays {', '.join(NAMES[0])}", _short(", ".join(names)),
                      "Give them these names: np.savez(file, x_train=..., ...).")
    return as_pair(file, *arrays[:2]), as_pair(file, *arrays[2:])


def has_npy(folder):
    return any((folder / names[0]).is_file() for names in FOLDERS)


def read_npy(folder):
    """Four files of an array each, as MNIST-C and KMNIST have -> (images, labels) for training and for the test."""
    files = [folder / name for name in next(names for names in FOLDERS if (folder / names[0]).is_file())]
    arrays = []
    for file in files:
        if not file.is_file():
            raise FileNotFoundError(str(problem(file, "this file beside the others", "none")))
        try:
            array = np.load(io.BytesIO(contents(file)), allow_pickle=False)
            arrays.append(array if isinstance(array, np.ndarray) else array[array.files[0]])
        except DataError:
            raise
        except Exception as error:  # as above
            raise problem(file, "an array of numbers", f"one that cannot be read ({_short(error)})") from None
    return as_pair(files[0], *arrays[:2]), as_pair(files[2], *arrays[2:])


def _short(said):
    return " ".join(str(said).split())[:200]


def as_pair(file, images, labels):
    """Images in any of the usual shapes, 0..255 or 0..1, and labels (N,) or (N, 1) -> (N, 784) in 0..1, and (N,)."""
    if images.ndim == 2 and images.shape[0] == PIXELS and images.shape[1] == len(labels) != PIXELS:
        raise problem(file, f"images (N, {PIXELS}), a row for each", f"{images.shape}", "Transpose it: write images.T.")
    if images.shape[1:] not in ((PIXELS,), (SIDE, SIDE), (SIDE, SIDE, 1), (1, SIDE, SIDE)) or not len(images):
        raise problem(file, f"images of {SIDE} x {SIDE} pixels", f"{images.shape}", OWN)
    if labels.dtype.kind in "SU" and np.char.isdigit(labels).all():
        labels = labels.astype(np.int64)
    if labels.size != len(images) or labels.dtype.kind not in "biuf" or images.dtype.kind not in "biuf":
        raise problem(file, f"{len(images)} labels, one for each image, and numbers",
                      f"{images.dtype} and {labels.shape} of {labels.dtype}", AS_NUMBERS)
    labels = labels.reshape(-1)
    if not (labels == np.floor(labels)).all():
        raise problem(file, "labels that are whole numbers", labels[labels != np.floor(labels)][0])
    check_labels(file, labels)
    images = images.reshape(-1, PIXELS).astype(np.float32)
    if not (images.min() >= 0 and images.max() <= 255):
        raise problem(file, "pixels from 0 to 255, or from 0 to 1", f"{images.min()} to {images.max()}",
                      "Scale them: 255 * (x - x.min()) / (x.max() - x.min())." if np.isfinite(images).all() else
                      "Put a number in each place, or leave the image out.")
    if images.max() > 1:
        images /= 255
    return images, labels.astype(np.int64)
