"""A file is written whole or not at all: whoever opens it finds all of what was there before, or all of what is new."""
import errno
import os
import secrets
import shutil
from contextlib import suppress
from pathlib import Path


def atomic_write(path, write):
    """Have write(file) fill a new binary file, and then put that in the place of the file at `path`, if there is one.

    Until it is complete the new file is called `path` + ".xxxxxxxx.part"; a process that is killed leaves such a file,
    which may be deleted. A link stays a link, and permissions stay as they were. A device such as /dev/null has nothing
    to lose and is written to as it is. Raises OSError, and leaves the old file as it was, if the new one cannot be
    written. Windows replaces no file that a program has open: then both are kept, and the message names the new one.
    """
    if _is_device(path):
        with open(path, "wb") as file:
            write(file)
        return
    target = _target(path)
    part = _new_beside(target)
    try:
        with open(part, "wb") as file:
            write(file)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        part.unlink()
        raise
    with suppress(OSError):  # there is no old file, or the file system knows no permissions
        shutil.copymode(target, part)
    try:
        os.replace(part, target)
    except OSError as error:
        raise OSError(error.errno, f"{error.strerror}: the old file cannot be replaced, perhaps because a program has "
                                   f"it open; the new one is kept as {part}", str(path)) from None


def check_writable(path):
    """Raise the OSError with which `atomic_write` would fail, if that can be known before anything is written."""
    if _is_device(path):
        open(path, "ab").close()
    else:
        _new_beside(_target(path)).unlink()


def _is_device(path):
    """Whether there is something at `path` other than a file. A folder passes, too: it can be opened no more here."""
    return os.path.exists(path) and not os.path.isfile(path)


def _target(path):
    """The file itself, where `path` leads to it through links."""
    return Path(os.path.realpath(path))


def _new_beside(target):
    """Make an empty file in the folder of `target`, and return its path."""
    if target.exists() and not os.access(target, os.W_OK):
        raise PermissionError(errno.EACCES, "the file is write-protected", str(target))
    part = target.with_name(f"{target.name}.{secrets.token_hex(4)}.part")
    try:
        open(part, "xb").close()
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(target)) from None
    return part
