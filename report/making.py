"""What a run is made of, as a text: two runs with the same text come to the same end, so one record serves both."""
import sys
import zlib
from dataclasses import fields
from functools import lru_cache
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]


def made_of(experiment, layers, sets, looks):
    """The settings, a checksum of the layers with their first weights, of the data, and of the code that trains."""
    settings = {setting.name: described(getattr(experiment, setting.name)) for setting in fields(experiment)
                if setting.name != "make_layers"}
    some = [array[:100] for pair in sets for array in pair]
    return {**settings, "layers": checksum(described(layers)), "data": checksum(described(some)),
            "sizes": [len(images) for images, _ in sets], "looks": looks, "code": code(layers),
            "numpy": np.__version__}


def described(value):
    """A text that is the same for two objects if they are of the same kind and hold the same values."""
    if isinstance(value, np.ndarray):
        return f"{value.dtype}{value.shape}{zlib.crc32(np.ascontiguousarray(value).tobytes()):08x}"
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(map(described, value))}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{key}: {described(value[key])}' for key in value)}}}"
    if isinstance(value, type) or not hasattr(value, "__dict__"):
        return repr(value)
    return getattr(value, "__qualname__", None) or f"{type(value).__qualname__}{described(vars(value))}"


def checksum(text):
    return f"{zlib.crc32(text.encode()):08x}"


def code(layers):
    """A checksum of the code that trains, and of the files that layers of other kinds than the built-in ones are in."""
    return _checksum_of_files(frozenset(
        [file for room in ("nn", "training", "readers") for file in (ROOT / room).rglob("*.py")]
        + [Path(sys.modules[type(layer).__module__].__file__) for layer in layers]))


@lru_cache(maxsize=None)
def _checksum_of_files(files):
    return checksum("".join(file.read_text(encoding="utf-8") for file in sorted(files)))
