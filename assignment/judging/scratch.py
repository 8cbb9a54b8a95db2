"""A scratch folder is where an answer runs. A grading that was killed leaves its own behind, which the next takes away.
"""
import os
import re
import shutil
import stat
import tempfile
import time
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

OLD = 3 * 3600  # seconds, after which a folder of no process that runs is taken away
NAME = re.compile(r"grade-(?:(\d+)-)?\w+")


def new_folder():
    """A new folder, whose name says of which process it is."""
    _take_dead_ones_away(tempfile.gettempdir())
    return Path(tempfile.mkdtemp(prefix=f"grade-{os.getpid()}-"))


@lru_cache(maxsize=None)
def _take_dead_ones_away(place):
    """Once for each place: it may hold thousands of other files."""
    with suppress(OSError):  # it may not be read, or another process is faster
        for entry in list(os.scandir(place)):
            name, status = NAME.fullmatch(entry.name), entry.stat(follow_symlinks=False)
            ours = not hasattr(os, "getuid") or status.st_uid == os.getuid()
            if name and ours and stat.S_ISDIR(status.st_mode) and _is_dead(name[1], time.time() - status.st_mtime):
                shutil.rmtree(entry, ignore_errors=True)


def _is_dead(process, age):
    """process: its number as a text, or None. Where nobody can ask whether it runs, as on Windows, a day is enough."""
    if os.name != "posix":
        return age > 8 * OLD
    with suppress(ProcessLookupError, PermissionError, OverflowError):
        if process:
            os.kill(int(process), 0)
            return False
    return age > OLD
