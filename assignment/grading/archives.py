"""An archive is a list of entries, of a zip or a tar, which are read one by one and never unpacked onto the disk."""
import re
import stat
import tarfile
import time
import zipfile
from contextlib import contextmanager
from dataclasses import dataclass

from assignment.grading.plain_text import decoded, name_as_text

UNPACKED = 2 ** 30  # bytes that a tar may unpack to: to reach an entry, all before it are unpacked
CLOSED = {b"7z\xbc\xaf\x27\x1c": "7z", b"Rar!": "RAR", b"EGGA": "ALZip EGG", b"ALZ\x01": "ALZ", b"MSCF": "CAB"}
PACKED_TARS = (b"\x1f\x8b", b"BZh", b"\xfd7zXZ")


@dataclass
class Entry:
    """parts: of the path, which is relative. size, packed: bytes. note: why it must not be read, or "".

    time: () -> seconds. open: () -> binary file.
    """

    parts: tuple
    absolute: bool
    folder: bool
    size: int
    packed: int
    note: str
    time: object
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
    parts, absolute, note = _path(_zip_name(one))
    if stat.S_ISLNK(one.external_attr >> 16):
        note = "is a link and was not read"
    return Entry(parts, absolute, one.filename.endswith(("/", "\\")), one.file_size, one.compress_size, note,
                 lambda: _seconds(one.date_time), lambda: archive.open(one))


def _seconds(date_time):
    try:
        return time.mktime((*date_time, 0, 0, -1))
    except (ValueError, OverflowError):
        return 0.0


def _of_tar(archive):
    unpacked = 0
    for one in archive:
        unpacked += one.size
        if unpacked > UNPACKED:
            raise ValueError(f"it unpacks to more than {UNPACKED >> 30} GB")
        parts, absolute, note = _path(one.name)
        if not (one.isfile() or one.isdir()):
            note = "is a link and was not read"
        yield Entry(parts, absolute, one.isdir(), one.size, one.size, note, lambda one=one: float(one.mtime),
                    lambda one=one: archive.extractfile(one))


def _zip_name(one):
    """A zip says whether a name is UTF-8 (flag 0x800); where it does not, Windows in Korea meant CP949."""
    if one.flag_bits & 0x800:
        return one.filename
    try:
        return decoded(one.filename.encode("cp437"))
    except UnicodeEncodeError:
        return one.filename


def _path(name):
    """(parts, whether they are of an absolute path, why it must not be read)."""
    name = name_as_text(name.replace("\\", "/"))
    relative = re.sub(r"^/*[A-Za-z]:/*|^/+", "", name)
    parts = tuple(part for part in relative.split("/") if part not in ("", "."))
    return parts, relative != name, "leads out of the project and was not read" if ".." in parts else ""


def _relative(found):
    """The Entries; where all paths are absolute that is how it was packed, where some are they must not be read."""
    if not all(one.absolute for one in found if not one.folder):
        for one in found:
            if one.absolute:
                one.note = one.note or "leads out of the project and was not read"
    return found
