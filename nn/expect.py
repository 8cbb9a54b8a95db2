"""A layer looks at what it is given at its door: what is not what it expects is refused, with what to write instead.

Functions for constructors return a setting, functions for `forward` return the inputs, as floating-point numbers. The
sentences are in `nn.advice`; here is what they are about.
"""
from functools import partial

import numpy as np

from nn import advice
from nn.ops.elementwise import floating


class Misfit(ValueError):
    """A layer was given inputs that it cannot take. In a network, `at` adds where it stands, and how they came there.

    expected: in words. got: their shape. hint: a function (got, whether the layer is the first) -> what to write.
    """

    def __init__(self, layer, expected, got, hint, way=()):
        self.layer, self.expected, self.got, self.hint, self.way = layer, expected, got, hint, way
        super().__init__(advice.on_misfit(layer, expected, got, hint(got, len(way) < 2), way))

    def at(self, way):
        """The same, knowing the way of the inputs: (place, layer, shape of what it was given), to this layer."""
        return self if self.way else Misfit(self.layer, self.expected, self.got, self.hint, way)


def shape(layer, setting, form, given):
    """A setting that is a shape, as a tuple. form: what it must be, such as "(n_in, n_out)"; "(...)" is of any length.

    Raises ValueError unless it has as many positive integers.
    """
    numbers = tuple(given) if isinstance(given, (tuple, list, np.ndarray)) else ()
    fits = len(numbers) == form.count(",") + 1 or "..." in form and numbers
    if not fits or any(not isinstance(n, (int, np.integer)) or n < 1 for n in numbers):
        raise ValueError(advice.on_shape(type(layer).__name__, setting, form, given))
    return numbers


def count(layer, setting, given):
    """A setting that is a number of things, 1 or more, or ValueError."""
    if not isinstance(given, (int, np.integer)) or given < 1:
        raise ValueError(advice.on_count(type(layer).__name__, setting, given))
    return given


def images(layer, x, channels=None, window=None, pad=0):
    """Images (N, H, W, C): with `channels` channels, if that is given, and large enough for a window (kh, kw)."""
    x = floating(x)
    if x.ndim != 4 or channels not in (None, x.shape[3]):
        raise Misfit(layer, f"images (N, H, W, {'C' if channels is None else channels})", x.shape,
                     partial(advice.on_images, layer, channels))
    if window is not None and pad != "same" and (x.shape[1] + 2 * pad < window[0] or x.shape[2] + 2 * pad < window[1]):
        raise Misfit(layer, "images that its window fits into", x.shape, partial(advice.on_window, window, pad))
    return x


def rows(layer, x, n):
    """A row of n numbers for each input; images and sequences (N, ...) are taken as rows."""
    x = floating(x)
    if x.ndim < 2 or x.size != len(x) * n:
        raise Misfit(layer, f"{n} numbers per image", x.shape, partial(advice.on_rows_of, layer, n))
    return x.reshape(len(x), n)


def inner(layer, x, size):
    """Inputs (N, *size), or others that have as many numbers each."""
    x = floating(x)
    if x.ndim == 0 or x.size != len(x) * np.prod(size):
        raise Misfit(layer, f"inputs of shape (N, {advice.bare(size)})", x.shape, partial(advice.on_inner, layer, size))
    return x


def last_axes(layer, x, axes):
    """Inputs (N, ..., *axes)."""
    x = floating(x)
    if x.ndim <= len(axes) or x.shape[-len(axes):] != axes:
        raise Misfit(layer, f"inputs (N, ..., {advice.bare(axes)})", x.shape, partial(advice.on_last_axes, layer, axes))
    return x


def sequences(layer, x, n):
    """Sequences (N, T, n), or images (N, T, W, C) whose rows hold n = W * C numbers."""
    x = floating(x)
    if x.ndim not in (3, 4) or np.prod(x.shape[2:]) != n:
        raise Misfit(layer, f"sequences (N, T, {n}), or images (N, T, W, C) whose rows hold {n} numbers", x.shape,
                     partial(advice.on_sequences, layer, n))
    return x
