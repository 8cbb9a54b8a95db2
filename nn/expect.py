"""A layer looks at what it is given at its door: what is not what it expects is refused, with what to write instead.

Functions for constructors return a setting. Those for `forward` return what the layer goes on with, mostly the inputs
as floating-point numbers. The last ones look at a network's step. The sentences are in `nn.advice`; here is what they
are about.
"""
import warnings
from functools import partial

import numpy as np

from nn import advice
from nn.activation import ReLU, Sigmoid
from nn.layer_error import LayerError
from nn.ops.elementwise import floating


class Misfit(LayerError):
    """A layer was given inputs that it cannot take.

    expected: in words. got: their shape. hint: a function (got, whether the layer is the first) -> what to write.
    """

    def __init__(self, layer, expected, got, hint):
        super().__init__(layer, expected)
        self.got, self.hint = got, hint

    def of_whole(self, batch):
        if len(self.way) == 1:
            self.got = batch

    def __str__(self):
        return advice.on_misfit(self.layer, self.what, self.got, self.hint(self.got, len(self.way) < 2), self.way)


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


def pair(layer, setting, given):
    """A height and a width, out of one positive integer for both, or two; or ValueError."""
    both = tuple(given) if isinstance(given, (tuple, list)) else (given, given)
    if len(both) != 2 or any(not isinstance(n, (int, np.integer)) or n < 1 for n in both):
        raise ValueError(advice.on_count(type(layer).__name__, setting, given, ", or a (height, width) pair of them"))
    return both


def pad(layer, given):
    """A padding that `nn.ops.windows.padding` takes, or ValueError."""
    if not (isinstance(given, str) and given == "same" or isinstance(given, (int, np.integer)) and given >= 0):
        raise ValueError(f'{type(layer).__name__}: pad must be a number of pixels, 0 or more, or "same", '
                         f'but is {given!r}')
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


def steps(layer, x):
    """Sequences (N, T, H)."""
    x = floating(x)
    if x.ndim < 3:
        raise Misfit(layer, "sequences (N, T, H)", x.shape, advice.on_no_steps)
    return x


def several(layer, x, m):
    """m, which is how many values of x there are for each channel, at least 2 of them."""
    if m < 2:
        raise Misfit(layer, "2 or more values a channel", x.shape, advice.on_one_value)
    return m


def sequences(layer, x, n):
    """Sequences (N, T, n), or images (N, T, W, C) whose rows hold n = W * C numbers."""
    x = floating(x)
    if x.ndim not in (3, 4) or np.prod(x.shape[2:]) != n:
        raise Misfit(layer, f"sequences (N, T, {n}), or images (N, T, W, C) whose rows hold {n} numbers", x.shape,
                     partial(advice.on_sequences, layer, n))
    return x


def words(layer, x, n):
    """Words (N, ...), whole numbers from 0 to n - 1, which a network holds as floats -> the same as integers."""
    x = floating(x)
    whole = np.rint(x)
    # a gradient check moves each input a little, which makes no other word of it
    if x.ndim < 2 or x.size and not (np.abs(x - whole).max() < 1e-3 and 0 <= whole.min() and whole.max() < n):
        raise Misfit(layer, f"words (N, T), whole numbers from 0 to {n - 1}", x.shape,
                     partial(advice.on_words, layer, x))
    return whole.astype(np.intp)


def first_states(layer, h0, n, n_hidden, dtype):
    """A recurrent layer's first states (n, n_hidden), in `dtype`; None, for 0, stays None."""
    if h0 is None:
        return None
    if np.shape(h0) != (n, n_hidden):
        raise ValueError(advice.on_first_states(layer, np.shape(h0), n, n_hidden))
    return np.asarray(h0, dtype)


def first_batch(X, first):
    """The first batch that a network learns from: ValueError for nan or inf in it, a warning if it looks like bytes.

    first: the network's first layer, which may take words instead of images.
    """
    if not np.isfinite(X).all():
        raise ValueError(advice.NO_NUMBERS)
    if X.min() >= 0 and 100 < X.max() <= 255 and not getattr(first, "takes_words", False):
        warnings.warn(advice.BYTES.format(X.max()), stacklevel=4)


def first_outputs(output, last, loss):
    """The outputs of the first step: a warning if the loss takes logits, and these look like something else."""
    bent = isinstance(getattr(last, "activation", None), (ReLU, Sigmoid))
    summed = output.ndim == 2 and output.min() >= 0 and np.allclose(output.sum(axis=1), 1, atol=1e-5)
    if getattr(loss, "takes_logits", False) and (bent or summed):
        warnings.warn(advice.on_last_activation(last, bent), stacklevel=4)


def loss_gradient(loss, gradient, output, Y):
    """dL/d(outputs), as the loss returned it for the labels Y; ValueError unless it has the outputs' shape."""
    if np.shape(gradient) != output.shape:
        raise ValueError(advice.on_loss_gradient(loss, gradient, output.shape, Y.shape))
    return gradient
