"""A data file as it lies on the disk: its bytes, which are no web page, and are unaltered if the project brought it."""
import hashlib
import zlib
from pathlib import Path

from readers.data_error import DataError
from readers.unpack import GZIP, unpack

PROJECT = Path(__file__).resolve().parents[1]
DATA_DIR = PROJECT / "data"
SHIPPED_SHA256 = {
    "train-images-idx3-ubyte.gz": "0b367032e93c5d0cea0925647cfdb18614af8ee15f83e6f2fc2ad904a6835971",
    "train-labels-idx1-ubyte.gz": "1787548bbe0bff1ec2ecdc0ef292b02df999e2d1a6002d27500982c652b17203",
    "t10k-images-idx3-ubyte.gz": "1a1a05eab793c14bb050b398624a11b0ffd1a2953baed553b1b9bd079e2a20be",
    "t10k-labels-idx1-ubyte.gz": "b91679a0acfe4ba0e50a2437a903084cba1f5f92592b016a25a7dfd00455798b",
}
LARGEST_FILE = 2 ** 29  # bytes of a .pkl.gz, unpacked, and of any file on the disk; MNIST in float64 has 440 million


def stored_bytes(file, limit=None):
    """The bytes of a file as they are stored, `limit` at most (LARGEST_FILE if left out).

    Raises DataError if they are not those of a data file, or not the shipped ones of a file that is shipped.
    """
    if file.exists() and not file.is_file():  # a pipe would wait forever, a device never end
        raise problem(file, "a file", "a folder, a pipe or a device", "Name a file of data, or the folder that has it.")
    limit = LARGEST_FILE if limit is None else limit
    if file.stat().st_size > limit:
        raise problem(file, f"at most {limit:,} bytes", f"a file of {file.stat().st_size:,}")
    content = file.read_bytes()
    if content[:64].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        raise problem(file, "a data file", "a web page saved under its name, probably a download's error page")
    if content.startswith(b"version https://git-lfs"):
        raise problem(file, "a data file", "a pointer of Git LFS in its place", "Fetch the file itself: git lfs pull.")
    if is_shipped(file):
        digest = hashlib.sha256(content).hexdigest()
        if digest != SHIPPED_SHA256[file.name]:
            raise problem(file, f"SHA-256 {SHIPPED_SHA256[file.name]}", digest)
    return content


def unpacked(file, stored, limit):
    """The first `limit` bytes of what `stored_bytes` returned for the file, unpacked if it is packed."""
    if file.suffix != ".gz" and not stored.startswith(GZIP):
        return stored[:limit]
    try:
        return unpack(stored, limit)
    except zlib.error as error:
        raise problem(file, "a complete gzip file", f"{len(stored):,} bytes that do not unpack ({error})") from None


def contents(file):
    """All bytes of the file, unpacked if it is packed; DataError if that is more than any data that is read here."""
    content = unpacked(file, stored_bytes(file), LARGEST_FILE + 1)
    if len(content) > LARGEST_FILE:
        raise problem(file, f"at most {LARGEST_FILE:,} bytes, unpacked", "more")
    return content


def is_shipped(file):
    """Whether it is one of the four files of MNIST that come with the project."""
    return file.resolve().parent == DATA_DIR and file.name in SHIPPED_SHA256


def problem(file, expected, got, remedy="Download it again, or make it anew, from its source."):
    """The DataError that says so in one line, for the caller to raise."""
    if is_shipped(file) and "one IDX file" not in got:  # that is whole, but not all
        remedy = f"Restore it with `git checkout -- data/{file.name}` in {PROJECT}."
    return DataError(f"{file}: expected {expected}, got {got}. {remedy}")
