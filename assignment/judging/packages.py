"""An answer may import Python's own modules, NumPy, matplotlib and what these need; nothing else is there for it."""
import glob
import os
import re
import sys
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import numpy as np

ALLOWED = "numpy", "matplotlib"


def folders():
    """The folders in which packages are installed, with NumPy's."""
    found = [os.path.realpath(path) for path in sys.path if Path(path).name in ("site-packages", "dist-packages")]
    return list(dict.fromkeys([*found, os.path.realpath(Path(np.__file__).parents[1])]))


@lru_cache(maxsize=None)
def entries():
    """The names, in these folders, of what belongs to the packages that are allowed: numpy, numpy.libs, six.py."""
    names, waiting, seen = set(), list(ALLOWED), set()
    while waiting:
        name = waiting.pop()
        try:
            one = distribution(name)
        except PackageNotFoundError:
            continue  # needed by other versions of Python
        listed = one.read_text("top_level.txt") or name
        names |= {file.parts[0] for file in one.files or ()} - {"..", "__pycache__"}
        names |= {entry for module in listed.split() for entry in (module, f"{module}.py")}
        seen.add(name)
        needed = [re.match(r"[\w.-]+", text)[0] for text in one.requires or () if "extra ==" not in text]
        waiting += [other for other in needed if other not in seen]
    return frozenset(names)


def beside(libraries):
    """Folders of packages within folders of libraries, which are no answer's business either."""
    return [path for library in libraries for path in glob.glob(f"{glob.escape(library)}/python*/*-packages")]
