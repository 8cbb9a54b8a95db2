"""A pickle is a small program that rebuilds objects; this reader obeys only the instructions that rebuild arrays.

Python's own `pickle.load` calls whatever function the file names, `os.system` included. Here a name is looked up in
the short table `_ADMITTED` and nowhere else (see "Restricting Globals" in Python's documentation of `pickle`). What it
finds there are stand-ins, because a file given NumPy's own dtype could mark plain bytes as Python objects.

A few bytes can ask for gigabytes, for minutes, or for a depth that ends Python. So there is a budget for each.
"""
import os
import pickle
import pickletools
import re
from itertools import count
from struct import unpack
from typing import Callable, NamedTuple

import numpy as np

MOST_VALUES = 300_000  # that lists and dicts may hold in all; a few bytes can name the same list again and again
MOST_INSTRUCTIONS = 1_000_000  # three for each of them, and some more
MOST_KEYS = 1_000  # in all dicts: numbers that are chosen for it make a dict of more very slow
DEEPEST = 100  # lists within lists
LONGEST_NUMBER = 40  # characters, where it is written in decimal: a million digits take minutes
LARGEST_FRAME = 2 ** 20  # bytes; Python's own are a sixteenth of that
LONGEST_WIDE = 2 ** 16  # bytes of a string that latin1 cannot write, which is up to four times as large in memory


def load_arrays(file, encoding="latin1"):
    """Read a pickle of numeric arrays held in dicts, lists and tuples beside plain numbers and strings.

    Returns the object that the file describes; its arrays are writable and C-contiguous, in the dtype they were saved
    in. file: a binary file, open for reading, in which one can seek; protocols 0 to 5, written by Python 2 or 3, by
    NumPy 1 or 2. encoding: what strings of Python 2 become: "latin1" gives str, "bytes" leaves them bytes (less
    memory). Raises pickle.UnpicklingError if the file asks for anything else (the message names it), is damaged, holds
    more than 300,000 values beside the arrays' numbers, or arrays of more bytes than it has itself.
    """
    try:
        return _without_stand_ins(_ArrayUnpickler(_Source(file), encoding=encoding).load())
    except Exception as error:  # damaged bytes can make the unpickler raise nearly any type
        message = " ".join(str(error).split())
        if not isinstance(error, pickle.UnpicklingError):
            message = f"damaged pickle ({type(error).__name__}: {message})"
        raise pickle.UnpicklingError(_printable(message, 300)) from None


class _Source:
    """The rest of a file. No more of it is asked for than there is: Python makes room before it looks."""

    def __init__(self, file):
        start = file.tell()
        self.file, self.left = file, file.seek(0, os.SEEK_END) - start
        file.seek(start)

    def read(self, n):
        self.expect(n)
        self.left -= n
        return self.file.read(n)

    def readline(self):
        line = self.file.readline()
        self.left -= len(line)
        return line

    def expect(self, n):
        if n > self.left:
            raise pickle.UnpicklingError("damaged pickle: it ends too early")


class _Instructions:
    """Code of an instruction -> the method that obeys it, as often as the budget allows."""

    def __init__(self, methods):
        self.methods, self.left = methods, MOST_INSTRUCTIONS

    def __getitem__(self, code):
        self.left -= 1
        if self.left < 0:
            raise pickle.UnpicklingError(f"refused more than {MOST_INSTRUCTIONS:,} instructions")
        if code not in self.methods:
            known = pickletools.code2op.get(chr(code))
            name = known.name.lower().replace("_", " ") if known else f"{code:#x}"
            raise pickle.UnpicklingError(f"refused the instruction '{name}', which rebuilds no array")
        return self.methods[code]


def _with_a_short_line(load):
    """The method of an instruction that reads a number in decimal."""
    def checked(self):
        line, readline = self.readline(), self.readline
        if len(line) > LONGEST_NUMBER:
            raise pickle.UnpicklingError(f"refused a number of {len(line):,} characters")
        self.readline = lambda: line
        load(self)
        self.readline = readline
    return checked


class _ArrayUnpickler(pickle._Unpickler):
    """The unpickler in Python: the one in C makes room for 2^28 values where one damaged byte says so, for seconds."""

    def __init__(self, source, encoding):
        super().__init__(source, encoding=encoding)
        self.source, self.dispatch = source, _Instructions(_METHODS)
        self.keys, self.encoded, self.rebuilt = 0, 0, 0  # keys of dicts, bytes of texts and bytes of arrays until now
        self.size = source.left

    def find_class(self, module, name):
        wanted = f"{module}.{name}"
        try:
            return _ADMITTED[wanted.replace("numpy._core.", "numpy.core.")]  # NumPy 2 renamed its core
        except KeyError:
            raise pickle.UnpicklingError(f"refused '{_printable(wanted, 100)}': a pickle may run code as it is read, "
                                         f"so only NumPy arrays are admitted") from None

    def load_reduce(self):
        arguments = self.stack.pop()
        function = self.stack[-1]
        if type(function) is not _Function or type(arguments) is not tuple:
            raise pickle.UnpicklingError(f"refused to call a {type(function).__name__}")
        self.stack[-1] = function.rebuild(self, *arguments)

    def load_build(self):
        """Python's own would write what it is given into any object, a function of this file included."""
        state = self.stack.pop()
        rebuilt = self.stack[-1]
        if not isinstance(rebuilt, (_Dtype, _Array)):
            raise pickle.UnpicklingError(f"refused to set the state of a {type(rebuilt).__name__}")
        rebuilt.set_state(self, state)

    def load_dict(self):
        items = self.pop_mark()
        self.append({})
        self.put(items)

    def load_setitem(self):
        value, key = self.stack.pop(), self.stack.pop()
        self.put([key, value])

    def load_setitems(self):
        self.put(self.pop_mark())

    def put(self, items):
        """Put pairs, key, value, key, value, ..., into the dict that is uppermost."""
        keys, values, target = items[::2], items[1::2], self.stack[-1]
        if type(target) is not dict or len(keys) != len(values):
            raise pickle.UnpicklingError("damaged pickle: pairs of keys and values without a dict, or a key alone")
        odd = next((key for key in keys if not isinstance(key, (str, bytes, int, float, np.generic))), None)
        if odd is not None:
            raise pickle.UnpicklingError(f"refused a {type(odd).__name__} as a key, which must be a number or a string")
        self.keys += len(keys)
        if self.keys > MOST_KEYS:
            raise pickle.UnpicklingError(f"refused more than {MOST_KEYS:,} keys")
        target.update(zip(keys, values))

    def load_frame(self):
        size, = unpack("<Q", self.read(8))
        if size > LARGEST_FRAME:
            raise pickle.UnpicklingError(f"refused a frame of {size:,} bytes")
        self._unframer.load_frame(size)

    def load_bytearray8(self):
        size, = unpack("<Q", self.read(8))
        if size > LARGEST_FRAME:  # a smaller one may lie in the frame, which has been read from the source
            self.source.expect(size)
        array = bytearray(size)
        self.readinto(array)
        self.append(array)

    def load_unicode(self):
        line = self.readline()[:-1]
        self.append_text(line, re.search(rb"\\u(?!00)|\\U", line), "raw-unicode-escape")

    def load_binunicode(self):
        self.load_utf8(*unpack("<I", self.read(4)))

    def load_binunicode8(self):
        self.load_utf8(*unpack("<Q", self.read(8)))

    def load_utf8(self, size):
        data = self.read(size)
        first_beyond_latin1 = 0xC4
        wide = size and np.frombuffer(data, np.uint8).max() >= first_beyond_latin1
        self.append_text(data, wide, "utf-8", "surrogatepass")

    def append_text(self, data, wide, *encoding):
        if wide and len(data) > LONGEST_WIDE:
            raise pickle.UnpicklingError(f"refused a text of {len(data):,} bytes, which latin1 cannot write")
        self.append(str(data, *encoding))

    def encode(self, text, encoding):
        """Python 3 writes bytes into old protocols as latin1 text; no other codec is reachable from here."""
        if encoding != "latin1":
            raise pickle.UnpicklingError(f"refused the codec '{_printable(encoding, 20)}': only 'latin1', NumPy's own, "
                                         f"is admitted")
        self.encoded += len(text)
        self.check_sum(self.encoded)
        return str.encode(text, "latin1")

    def numbers(self, data, dtype, shape, order="C"):
        """A real array. data: bytes, or the text that Python 3 makes of Python 2's."""
        if type(shape) is not tuple or not all(type(n) is int for n in shape):
            raise TypeError("the shape of an array is no tuple of integers")
        raw = data.encode("latin1") if isinstance(data, str) else data
        self.rebuilt += len(raw)
        self.check_sum(self.rebuilt)
        return np.frombuffer(raw, dtype.dtype).reshape(shape, order=order).copy()

    def check_sum(self, sum_of_bytes):
        if sum_of_bytes > self.size:
            raise pickle.UnpicklingError(f"refused arrays of {sum_of_bytes:,} bytes from a file of {self.size:,}")


class _Dtype:
    """Stands in for `numpy.dtype`: a type of number and, once its state is set, a byte order."""

    def __init__(self, code):
        self.dtype = np.dtype(_text(code, LONGEST_NUMBER))
        if self.dtype.kind not in "biuf":
            raise pickle.UnpicklingError(f"refused an array of dtype '{self.dtype}': only numbers are admitted")

    def set_state(self, unpickler, state):
        self.dtype = self.dtype.newbyteorder(_text(state[1]))


class _Array:
    """Stands in for `numpy.ndarray`: empty at first, it holds the real array once its state is set."""

    def __init__(self, array=None):
        self.array = array

    def set_state(self, unpickler, state):
        shape, dtype, is_fortran, data = state[-4:]
        self.array = unpickler.numbers(data, dtype, shape, "F" if is_fortran else "C")


class _Function(NamedTuple):
    """Stands in for a function: rebuild(unpickler, *arguments) does what it would do."""

    rebuild: Callable


_ADMITTED = {
    "numpy.ndarray": _Array,
    "numpy.dtype": _Function(lambda unpickler, code, align=False, copy=False: _Dtype(code)),
    "numpy.core.multiarray._reconstruct": _Function(lambda unpickler, array_type, shape, code: _Array()),
    "numpy.core.multiarray.scalar": _Function(lambda unpickler, dtype, data: unpickler.numbers(data, dtype, ())[()]),
    "numpy.core.numeric._frombuffer": _Function(
        lambda unpickler, data, dtype, shape, order: _Array(unpickler.numbers(data, dtype, shape, order))),
    "_codecs.encode": _Function(_ArrayUnpickler.encode),
}

_NAMES = """PROTO FRAME STOP MARK POP POP_MARK PUT BINPUT LONG_BINPUT MEMOIZE GET BINGET LONG_BINGET GLOBAL STACK_GLOBAL
    REDUCE BUILD NONE NEWTRUE NEWFALSE INT BININT BININT1 BININT2 LONG LONG1 FLOAT BINFLOAT STRING BINSTRING
    SHORT_BINSTRING UNICODE BINUNICODE SHORT_BINUNICODE BINUNICODE8 BINBYTES SHORT_BINBYTES BINBYTES8 BYTEARRAY8
    TUPLE EMPTY_TUPLE TUPLE1 TUPLE2 TUPLE3 LIST EMPTY_LIST APPEND APPENDS DICT EMPTY_DICT SETITEM SETITEMS"""


def _method(name):
    """The method of an instruction: one from above, or Python's."""
    code = getattr(pickle, name)[0]
    load = getattr(_ArrayUnpickler, pickle._Unpickler.dispatch[code].__name__)
    return code, _with_a_short_line(load) if name in ("INT", "LONG", "FLOAT", "PUT", "GET") else load


_METHODS = dict(map(_method, _NAMES.split()))


def _text(value, longest=1):
    """What a dtype is called, or its byte order."""
    if type(value) not in (str, bytes) or len(value) > longest:
        raise TypeError("a dtype that is no short string")
    return value.decode("latin1") if isinstance(value, bytes) else value


def _printable(text, length):
    """A file's own text for a message: no more than `length` characters, none of which a terminal would obey."""
    shortened = text if len(text) <= length else text[:length] + "..."
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in shortened)


def _without_stand_ins(value):
    """The value with the arrays themselves in place of what stands in for them."""
    counter = count(1)

    def real(value, depth):
        if next(counter) > MOST_VALUES:
            raise pickle.UnpicklingError(f"refused more than {MOST_VALUES:,} values, each counted wherever it is named")
        if depth > DEEPEST:
            raise pickle.UnpicklingError(f"refused lists within lists to a depth of more than {DEEPEST}")
        if isinstance(value, _Array) and value.array is not None:
            return value.array
        if isinstance(value, dict):
            return {key: real(item, depth + 1) for key, item in value.items()}
        if type(value) in (list, tuple):
            return type(value)(real(item, depth + 1) for item in value)
        if value is None or isinstance(value, (str, bytes, int, float, np.generic)):
            return value
        raise pickle.UnpicklingError(f"refused a {type(value).__name__}: only arrays, numbers and strings are admitted")

    return real(value, 0)
