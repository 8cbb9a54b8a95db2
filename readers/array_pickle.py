"""A pickle is a small program that rebuilds objects; this reader obeys only the instructions that rebuild arrays.

Python's own `pickle.load` calls whatever function the file names, `os.system` included. Here a name is looked up in
the short table `_ADMITTED` and nowhere else (see "Restricting Globals" in Python's documentation of `pickle`). What it
finds there are stand-ins, because a file given NumPy's own dtype could mark plain bytes as Python objects.
"""
import pickle

import numpy as np


def load_arrays(file, encoding="latin1"):
    """Read a pickle of numeric arrays held in dicts, lists and tuples beside plain numbers and strings.

    Returns the object that the file describes; its arrays are writable and C-contiguous, in the dtype they were saved
    in. file: a binary file, open for reading; protocols 0 to 5, written by Python 2 or 3, by NumPy 1 or 2. encoding:
    what strings of Python 2 become: "latin1" gives str, "bytes" leaves them bytes (less memory). Raises
    pickle.UnpicklingError if the file asks for anything else (the message names it), or is damaged.
    """
    try:
        return _without_stand_ins(_ArrayUnpickler(file, encoding=encoding).load())
    except pickle.UnpicklingError:
        raise
    except Exception as error:  # damaged bytes can make the unpickler raise nearly any type
        raise pickle.UnpicklingError(f"damaged pickle ({type(error).__name__}: {error})") from None


class _ArrayUnpickler(pickle.Unpickler):
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
    if isinstance(value, _Array) and value.array is not None:
        return value.array
    if isinstance(value, dict):
        return {_without_stand_ins(key): _without_stand_ins(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(_without_stand_ins(item) for item in value)
    if value is None or isinstance(value, (str, bytes, int, float, np.generic)):
        return value
    raise pickle.UnpicklingError(f"refused a {type(value).__name__}: only arrays, numbers and strings are admitted")
