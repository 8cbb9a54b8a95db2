"""The conditions of a run: the versions, the processor and the commit, on which its figures and its time depend."""
import platform
import subprocess
import sys
import zlib
from functools import lru_cache
from inspect import getsource
from pathlib import Path

import numpy as np

from nn.layer import TrainableLayer, named_layers

ROOT = Path(__file__).resolve().parents[1]


@lru_cache(maxsize=None)
def text(checksum_of_code):
    """The conditions under which this process works, in one line. Without git it names the checksum of its code."""
    versions = f"Python {platform.python_version()}, NumPy {np.__version__}"
    return ", ".join([versions, processor(), blas(), commit() or f"code {checksum_of_code}"])


@lru_cache(maxsize=None)
def commit():
    """The commit that is checked out, "-dirty" if files differ from it, or "" where git or the repository is missing.

    It is asked for once: what a process has loaded at its start does not change with the files.
    """
    if not (ROOT / ".git").exists():  # git would go on to look in the folders above
        return ""
    try:
        done = subprocess.run(["git", "describe", "--always", "--dirty"], cwd=ROOT, capture_output=True, text=True)
    except OSError:
        return ""
    return f"commit {done.stdout.strip()}" if done.returncode == 0 else ""


def processor():
    """The processor's name: of Linux's list of its cores, or what the system says otherwise."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


def blas():
    """The BLAS library and the processor that its kernels are made for, as far as threadpoolctl can tell."""
    try:
        from threadpoolctl import threadpool_info
    except ImportError:
        return "BLAS not known"
    libraries = [library for library in threadpool_info() if library["user_api"] == "blas"]
    return " and ".join(sorted({f"{library['internal_api']} {library.get('architecture', '')}".strip()
                                for library in libraries})) or "BLAS not known"


def code(layers):
    """A checksum of the code that trains, with the files of layers, activations and optimizers of other kinds than the
    built-in ones. `python -m report --code` prints it for each comparison."""
    kinds = {part.__class__ for _, layer in named_layers(layers) for part in _parts(layer)}
    return _checksum_of_files(frozenset(
        [file for room in ("nn", "training", "inspection", "readers") for file in (ROOT / room).rglob("*.py")]
        + [Path(sys.modules[kind.__module__].__file__) for kind in kinds]))


def source(function):
    """A checksum of a function's own lines; of a `partial`, those of what it calls."""
    return checksum(getsource(getattr(function, "func", function)))


def checksum(text):
    return f"{zlib.crc32(text.encode()):08x}"


def _parts(layer):
    return [layer, layer.activation, *layer.optimizers.values()] if isinstance(layer, TrainableLayer) else [layer]


@lru_cache(maxsize=None)
def _checksum_of_files(files):
    return checksum("".join(file.read_text(encoding="utf-8") for file in sorted(files)))
