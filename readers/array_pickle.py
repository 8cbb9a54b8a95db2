"""A pickle is a small program that rebuilds objects; this reader obeys only the instructions that rebuild arrays.

Python's own `pickle.load` calls whatever function the file names, `os.system` included. Here a name is looked up in
the short table `_ADMITTED` and nowhere else (see "Restricting Globals" in Python's documentation of `pickle`). What it
finds there are stand-ins, because a file given NumPy's own dtype could mark plain bytes as Python objects.
"""
import pickle
from itertools import count

import numpy as np

MOST_VALUES = 300_000  # that lists and dicts may hold in all; a few bytes can name the same list again and again


def load_arrays(file, encoding="latin1"):
    """Read a pickle of numeric arrays held in dicts, lists and tuples beside plain numbers and strings.

    Returns the object that the file describes; its arrays are writable and C-contiguous, in the dtype they were saved
    in. file: a binary file, open for reading; protocols 0 to 5, written by Python 2 or 3, by NumPy 1 or 2. encoding:
    what strings of Python 2 become: "latin1" gives str, "bytes" leaves them bytes (less memory). Raises
    pickle.UnpicklingError if the file asks for anything else (the message names it), is damaged, or holds more than
    300,000 values beside the arrays' numbers.
    """
    try:
        return _without_stand_ins(_ArrayUnpickler(file, encoding=encoding).load())
    except Exception as error:  # damaged bytes can make the unpickler raise nearly any type
        message = " ".join(str(error).split())
        if not isinstance(error, pickle.UnpicklingError):
            message = f"damaged pickle ({type(error).__name__}: {message})"
        raise pickle.UnpicklingError(message) from None


class _ArrayUnpickler(pickle._Unpickler):
    """The unpickler in Python: the one in C makes room for 2^28 values where one damaged byte says so, for seconds."""

    def find_class(self, module, name):
        wanted = f"{module}.{name}"
        try:
            return _ADMITTED[wanted.replace("numpy._core.", "numpy.core.")]  # NumPy 2 renamed its core
        except KeyError:
            raise pickle.UnpicklingError(
                f"refused {wanted!r}: a pickle may run code as it is read, so only NumPy arrays are admitted") from None


class _Dtype:
    """Stands in for `numpy.dtype`: a type of number and, once its state is set, a byte order."""

    def __init__(self, code, align=False, copy=False):
        self.dtype = np.dtype(_text(code))
        if self.dtype.kind not in "biuf":
            raise pickle.UnpicklingError(f"refused an array of dtype '{self.dtype}': only numbers are admitted")

    def __setstate__(self, state):
        self.dtype = self.dtype.newbyteorder(_text(state[1]))


class _Array:
    """Stands in for `numpy.ndarray`: empty at first, it holds the real array once its state is set."""

    def __init__(self, array=None):
        self.array = array

    def __setstate__(self, state):
        shape, dtype, is_fortran, data = state[-4:]
        self.array = _numbers(data, dtype, shape, "F" if is_fortran else "C")


def _encode(text, encoding):
    """Python 3 writes bytes into old protocols as latin1 text; no other codec is reachable from here."""
    if encoding != "latin1":
        raise pickle.UnpicklingError(f"refused the codec {encoding!r}: only 'latin1', NumPy's own, is admitted")
    return str.encode(text, "latin1")


_ADMITTED = {
    "numpy.ndarray": _Array,
    "numpy.dtype": _Dtype,
    "numpy.core.multiarray._reconstruct": lambda array_type, shape, code: _Array(),
    "numpy.core.multiarray.scalar": lambda dtype, data: _numbers(data, dtype, (), "C")[()],
    "numpy.core.numeric._frombuffer": lambda data, dtype, shape, order: _Array(_numbers(data, dtype, shape, order)),
    "_codecs.encode": _encode,
}


def _text(value):
    return value.decode("latin1") if isinstance(value, bytes) else str(value)


def _numbers(data, dtype, shape, order):
    raw = data.encode("latin1") if isinstance(data, str) else data
    return np.frombuffer(raw, dtype.dtype).reshape(shape, order=order).copy()


def _without_stand_ins(value):
    """The value with the arrays themselves in place of what stands in for them."""
    counter = count(1)

    def real(value):
        if next(counter) > MOST_VALUES:
            raise pickle.UnpicklingError(f"refused more than {MOST_VALUES:,} values, each counted wherever it is named")
        if isinstance(value, _Array) and value.array is not None:
            return value.array
        if isinstance(value, dict):
            return {real(key): real(item) for key, item in value.items()}
        if isinstance(value, (list, tuple)):
            return type(value)(real(item) for item in value)
        if value is None or isinstance(value, (str, bytes, int, float, np.generic)):
            return value
        raise pickle.UnpicklingError(f"refused a {type(value).__name__}: only arrays, numbers and strings are admitted")

    return real(value)
