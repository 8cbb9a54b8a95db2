"""A file is written whole or not at all: whoever opens it finds all of what was there before, or all of what is new."""
import errno
import os
import re
import secrets
import stat
import time
import warnings
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from pathlib import Path

DEAD = 3600  # seconds since a .part file was written to, after which no process is still at it
_reason = ContextVar("why files that are there stay as they are", default=None)


def atomic_write(path, write):
    """Have write(file) fill a new binary file, and then put that in the place of the file at `path`, if there is one.

    Until it is complete the new file is called `path` + ".xxxxxxxx.part"; a process that is killed leaves such a file,
    which is taken away an hour later when the same file is written again. A link stays a link, and the new file has the
    old one's mode and, where that is allowed, owner before its first byte. The null device is written to as it is.
    Warns if the old file has other names (hard links), under which it stays as it was. Raises OSError, which names the
    file, and leaves the old one as it was, if the new one cannot be written. Windows replaces no file that a program
    has open: then both are kept, and the message names the new one.
    """
    old = _old_file(path)
    if _is_null_device(old):
        with open(path, "wb") as file:
            write(file)
        return
    if old and old.st_nlink > 1:
        warnings.warn(f"{path}: {_other_names(old)}", stacklevel=2)
    target = _target(path)
    _take_dead_parts_away(target)
    part = _new_beside(target, old)
    try:
        _fill(part, write, path)
    except BaseException:
        part.unlink()
        raise
    try:
        os.replace(part, target)
    except OSError as error:
        raise OSError(error.errno, f"{error.strerror}: the old file cannot be replaced, perhaps because a program has "
                                   f"it open; the new one is kept as {part}", str(path)) from None


def check_writable(path):
    """Raise the OSError with which `atomic_write` would fail, if that can be known before anything is written.

    A file with other names (hard links) is refused, too, while nothing can be lost by that.
    """
    old = _old_file(path)
    if _is_null_device(old):
        return
    if old and old.st_nlink > 1:
        raise OSError(errno.EMLINK, _other_names(old), str(path))
    _new_beside(_target(path), old).unlink()


def open_file(path):
    """open(path, "rb"), and OSError for a pipe, which may have no end or no beginning, or a device."""
    check_file(path)
    return open(path, "rb")


def check_file(path):
    """Raise OSError if there is something at `path` that is neither a file nor a folder."""
    mode = os.stat(path).st_mode
    if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
        raise OSError(errno.EINVAL, "expected a file, but this is a pipe or a device", str(path))


@contextmanager
def nothing_replaced(reason):
    """In this block `atomic_write` makes new files, and raises FileExistsError with the reason for one that is there.

    No reason, None, changes nothing.
    """
    before = _reason.set(reason)
    try:
        yield
    finally:
        _reason.reset(before)


def _old_file(path):
    """The status of what there is at `path`, or None; OSError if it is something that no file can take the place of."""
    try:
        old = os.stat(path)
    except FileNotFoundError:  # there is nothing, or a link to nothing
        return None
    if _is_null_device(old):
        return old
    if stat.S_ISDIR(old.st_mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    check_file(path)
    if _reason.get() is not None:
        raise FileExistsError(errno.EEXIST, f"this file stays as it was, because {_reason.get()}", str(path))
    if not os.access(_target(path), os.W_OK):
        raise PermissionError(errno.EACCES, "the file is write-protected", str(path))
    return old


def _is_null_device(status):
    return bool(status) and stat.S_ISCHR(status.st_mode) and status.st_rdev == os.stat(os.devnull).st_rdev


def _other_names(old):
    return (f"it has {old.st_nlink} names (hard links), and would stay as it was under the others; "
            f"delete it first, or name another file")


def _target(path):
    """The file itself, where `path` leads to it through links."""
    return Path(os.path.realpath(path))


def _new_beside(target, old):
    """Make an empty file in the folder of `target`, with the owner and the mode of `old`, if there is one: its path."""
    part = target.with_name(f"{target.name}.{secrets.token_hex(4)}.part")
    try:
        os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600 if old else 0o666))
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(target)) from None
    if old:
        if hasattr(os, "chown"):
            for owner in ((-1, old.st_gid), (old.st_uid, -1)):
                with suppress(OSError):  # only root may give files away
                    os.chown(part, *owner)
        with suppress(OSError):  # the file system knows no modes
            os.chmod(part, stat.S_IMODE(old.st_mode))
    return part


def _fill(part, write, path):
    try:
        with open(part, "wb") as file:
            write(file)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        if error.filename is not None:  # of something else that `write` works with
            raise
        raise OSError(error.errno, error.strerror or str(error), str(path)) from error


def _take_dead_parts_away(target):
    name = re.compile(re.escape(target.name) + r"\.[0-9a-z]{8}\.part")
    with suppress(OSError):  # the folder may not be read, or another process is faster
        for entry in os.scandir(target.parent):
            if name.fullmatch(entry.name) and time.time() - entry.stat(follow_symlinks=False).st_mtime > DEAD:
                os.unlink(entry)
