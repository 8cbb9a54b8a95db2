"""An .npz file is a zip archive of arrays, and says in their headers how large they are before they take any memory."""
import os
import zipfile
from contextlib import contextmanager
from typing import NamedTuple

import numpy as np
from numpy.lib import format as npy

from nn.files.atomic import open_file

READABLE = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}  # both are unpacked piece by piece, however large the whole
LISTING = 2 ** 22  # bytes for the names and headers of all entries, at most
LONGEST = 300  # characters of a file's own text in a message


class Unfit(ValueError):
    """A file does not hold what it should; the message says why, in words that go on after "but"."""


class Header(NamedTuple):
    """What an array is: its shape, and its dtype, one of numbers or truth values."""

    shape: tuple
    dtype: np.dtype

    @property
    def nbytes(self):
        return int(np.prod(self.shape, dtype=object)) * self.dtype.itemsize


@contextmanager
def opened(path, expected, largest):
    """The archive in the file at `path`, whose arrays take `largest` bytes at most.

    Raises OSError if there is no file. In this block whatever goes wrong is a ValueError, as in `refusing`.
    """
    if not isinstance(path, (str, os.PathLike)):
        raise TypeError(f"a file is expected by its name, but was given {path!r}: write \"weights.npz\"")
    with _opened(path, expected) as file, refusing(path, expected):
        if file.seek(0, 2) > largest + LISTING:
            raise Unfit(f"the file is larger than {largest + LISTING:,} bytes")
        with zipfile.ZipFile(file) as archive:
            yield archive


def _opened(path, expected):
    try:
        return open_file(path)
    except FileNotFoundError as error:
        raise FileNotFoundError(f"{path}: expected {expected}, but there is no such file: name one that is there, with "
                                f"the folder that it is in") from error


@contextmanager
def refusing(path, expected):
    """In this block any exception becomes a ValueError that names the file and says what was expected."""
    try:
        yield
    except Exception as error:  # damaged bytes can make zipfile and NumPy raise nearly any type
        known = isinstance(error, Unfit)  # NumPy's own words would advise to load pickles, which may run code
        reason = error if known else f"it is damaged, or no such file at all ({type(error).__name__}): name another one"
        raise ValueError(f"{path}: expected {expected}, but {reason}") from None


def headers(archive):
    """name -> Header of each array; Unfit unless each has a name of its own."""
    files = [info.filename for info in archive.infolist()]
    if len(set(files)) < len(files):
        raise Unfit("two of its arrays have the same name")
    for file in files:
        if not file.endswith(".npy"):
            raise Unfit(f"{shown(file)} in it is no array")
    return {file[:-len(".npy")]: _header(archive, file[:-len(".npy")]) for file in files}


def _header(archive, name):
    info = archive.getinfo(f"{name}.npy")
    if info.compress_type not in READABLE:
        raise Unfit(f"{shown(name)} is compressed in a way that NumPy does not use")
    with archive.open(info) as stream:
        if npy.read_magic(stream) != (1, 0):  # np.savez writes this version for all arrays of numbers
            raise Unfit(f"{shown(name)} has the header of another version of NumPy's format")
        shape, _, dtype = npy.read_array_header_1_0(stream)
    if any(n < 0 for n in shape):
        raise Unfit(f"{shown(name)} has the shape {shown(shape)}")
    return Header(shape, dtype)


def array(archive, name):
    """The array of this name. Raises Unfit if its bytes are damaged."""
    with archive.open(f"{name}.npy") as stream:
        stored = npy.read_array(stream, allow_pickle=False)
        if stream.read(1):  # zipfile compares the checksum at the end, and this is how to get there
            raise Unfit(f"{shown(name)} goes on after its last number")
    return stored


def shown(text):
    """A text that comes from a file, as a message may have it: shortened, and without signs that steer a terminal."""
    text = str(text[:LONGEST + 1] if isinstance(text, str) else text)
    text = text if text.isprintable() else repr(text)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}..."
