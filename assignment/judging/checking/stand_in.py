"""A stand-in for max pooling keeps the first pixel of each window: of the right size, whatever the student's own does.

The grading runs problem 5 with a pooling of its own. The check has none to give away, and wants to try sizes only.
"""
import ast

TEXT = '''

import numpy as np


def _first_pixels(self, shape):
    (ph, pw), (sh, sw), (_, h, w, _) = self.pshape, self.strides, shape
    rows, columns = np.arange(0, h - ph + 1, sh), np.arange(0, w - pw + 1, sw)
    return slice(None), rows[:, None], columns


def _forward(self, inputs):
    self._given = inputs.shape
    first = inputs[_first_pixels(self, inputs.shape)]
    return first, first


def _backward(self, layer_err):
    downstream = np.zeros(self._given, layer_err.dtype)
    downstream[_first_pixels(self, self._given)] = layer_err
    return downstream


MaxPooling.forward, MaxPooling.backward = _forward, _backward
'''


def with_stand_in(own, given):
    """The bytes of a `nn/maxpooling.py` in which MaxPooling is the stand-in.

    own: the student's file, whose other definitions stay; given: the file as it was handed out.
    """
    try:
        ast.parse(own)
    except (SyntaxError, ValueError):
        own = b""
    return b"\n".join([own, given, TEXT.encode("utf-8")])
