"""An archive is a list of entries, of a zip or a tar, which are read one by one and never unpacked onto the disk."""
import re
import stat
import tarfile
import time
import zipfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import PurePosixPath

from assignment.grading.plain_text import decoded, name_as_text

UNPACKED = 2 ** 30  # bytes that a tar may unpack to: to reach an entry, all before it are unpacked
CLOSED = {b"7z\xbc\xaf\x27\x1c": "7z", b"Rar!": "RAR", b"EGGA": "ALZip EGG", b"ALZ\x01": "ALZ", b"MSCF": "CAB"}
PACKED_TARS = (b"\x1f\x8b", b"BZh", b"\xfd7zXZ")


@dataclass
class Entry:
    """path: a PurePosixPath. size, packed: bytes. note: why it must not be read, or "". open: () -> binary file."""

    path: PurePosixPath
    folder: bool
    size: int
    packed: int
    time: float
    note: str
    open: object


def kind(head):
    """What the first 512 bytes of a file are those of: "zip", "tar", a kind that is not opened here, or "" if none."""
    if head[:4] in (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08"):
        return "zip"
    if head.startswith(PACKED_TARS) or head[257:262] == b"ustar":
        return "tar"
    return next((name for mark, name in CLOSED.items() if head.startswith(mark)), "")


@contextmanager
def entries(file, of_kind):
    """The list of Entries of an open zip or tar; they can be opened as long as the context lasts."""
    if of_kind == "zip":
        with zipfile.ZipFile(file) as archive:
            yield _relative([_of_zip(archive, one) for one in archive.infolist()])
    else:
        with tarfile.open(fileobj=file, mode="r:*") as archive:
            yield _relative(list(_of_tar(archive)))


def _of_zip(archive, one):
    path, note = _path(_zip_name(one))
    if stat.S_ISLNK(one.external_attr >> 16):
        note = "is a link and was not read"
    try:
        seconds = time.mktime((*one.date_time, 0, 0, -1))
    except (ValueError, OverflowError):
        seconds = 0.0
    return Entry(path, one.is_dir() or one.filename.endswith("\\"), one.file_size, one.compress_size, seconds, note,
                 lambda: archive.open(one))


def _of_tar(archive):
    unpacked = 0
    for one in archive:
        unpacked += one.size
        if unpacked > UNPACKED:
            raise ValueError(f"it unpacks to more than {UNPACKED >> 30} GB")
        path, note = _path(one.name)
        if not (one.isfile() or one.isdir()):
            note = "is a link and was not read"
        yield Entry(path, one.isdir(), one.size, one.size, one.mtime, note, lambda one=one: archive.extractfile(one))


def _zip_name(one):
    """A zip says whether a name is UTF-8 (flag 0x800); where it does not, Windows in Korea meant CP949."""
    if one.flag_bits & 0x800:
        return one.filename
    try:
        return decoded(one.filename.encode("cp437"))
    except UnicodeEncodeError:
        return one.filename


def _path(name):
    """(the path, why it must not be read). An absolute path begins with "/", whatever drive it was on."""
    path = PurePosixPath(re.sub(r"^/*[A-Za-z]:/*|^/+", "/", name_as_text(name.replace("\\", "/"))))
    return path, "leads out of the project and was not read" if ".." in path.parts else ""


def _relative(found):
    """The Entries with relative paths: where all are absolute that is how it was packed, where some are it is odd."""
    files = [one for one in found if not one.folder]
    packed_so = all(one.path.is_absolute() for one in files)
    for one in found:
        if one.path.is_absolute():
            one.path = one.path.relative_to("/")
            one.note = one.note or ("" if packed_so else "leads out of the project and was not read")
    return found
