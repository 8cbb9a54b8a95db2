"""The protocol is how judge and runner talk: a length, a head in JSON, then the bytes of arrays, and nothing else.

A reader takes nothing on trust: a head is short, an array has a number's dtype and a declared shape, and all arrays of
a message together have at most as many numbers as the reader allows. Nothing is unpickled.
"""
import json
import struct

import numpy as np

HEAD = 2 ** 18  # bytes at most
CHUNK = 2 ** 16  # bytes that are asked for at once, so that memory grows with what comes, not with what is announced
LENGTH = struct.Struct(">I")


class Garbled(ValueError):
    """What came is no message of this protocol."""


def write(stream, head, arrays=()):
    """Send a head, a dict of what JSON can hold, and arrays of numbers: in one piece, which wakes the reader once."""
    arrays = [np.asarray(array) for array in arrays]
    shapes = [[array.dtype.str, array.shape] for array in arrays]
    text = json.dumps({"head": head, "arrays": shapes}).encode("utf-8", "backslashreplace")
    stream.write(b"".join([LENGTH.pack(len(text)), text, *(array.tobytes() for array in arrays)]))
    stream.flush()


def read(stream, most):
    """(head, arrays) of the next message, whose arrays have at most `most` numbers.

    Raises EOFError where the stream ends, Garbled for what is no message.
    """
    size, = LENGTH.unpack(_exactly(stream, LENGTH.size))
    if size > HEAD:
        raise Garbled(f"a head of {size} bytes")
    try:
        text = json.loads(_exactly(stream, size))
        head, arrays = text["head"], [(np.dtype(kind), tuple(shape)) for kind, shape in text["arrays"]]
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise Garbled(f"a head that cannot be read ({type(error).__name__})") from None
    counts = [_count(dtype, shape) for dtype, shape in arrays]
    if not isinstance(head, dict) or sum(counts) > most:
        raise Garbled(f"arrays of {sum(counts)} numbers, where {most} are the most")
    return head, [np.frombuffer(_exactly(stream, count * dtype.itemsize), dtype).reshape(shape)
                  for count, (dtype, shape) in zip(counts, arrays)]


def _count(dtype, shape):
    """How many numbers an array has, or Garbled if it is no array of numbers."""
    count = 1
    for n in shape:
        if type(n) is not int or n < 0:
            raise Garbled("an array without a shape")
        count *= n
    if dtype.kind not in "biuf" or dtype.itemsize > 8 or len(shape) > 32:
        raise Garbled(f"an array of {dtype}")
    return count


def _exactly(stream, size):
    content = bytearray()
    while len(content) < size:
        part = stream.read(min(CHUNK, size - len(content)))
        if not part:
            raise EOFError
        content += part
    return content
