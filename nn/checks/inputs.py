"""What a layer is given is checked before it computes: inputs of a shape that it cannot take are a `Misfit`.

A check returns what the layer goes on with, mostly the inputs as floating-point numbers. Below it stands what to write
instead: a function of the shape that came, and of whether the layer is the network's first.
"""
from functools import partial
from math import gcd, prod

import numpy as np

from nn.ops.elementwise import floating

ONE = "a batch of one is written image[None]"
TRANSPOSE = "each column is an image here, and each row must be one: transpose it, write X.T"


class LayerError(ValueError):
    """`what` is wrong with `layer`, or with what it did.

    way: (place, layer, shape of its inputs) of each layer from the network's first one to this; () while no chain knows
    of it. The text is put together when somebody reads it.
    """

    def __init__(self, layer, what):
        super().__init__(layer, what)  # with these it is made anew in another process
        self.layer, self.what, self.way = layer, what, ()

    def passed(self, way):
        """It leaves a chain, whose part of the way this is. A block's place gives way to those within it.

        Returns the error, to be raised on.
        """
        self.way = (*(way[:-1] if self.way else way), *self.way)
        return self

    def __str__(self):
        place = f"{self.way[-1][0]} " if self.way else ""
        return f"{place}{self.layer!r}: {self.what}"


class Misfit(LayerError):
    """A layer was given inputs that it cannot take.

    expected: in words. got: their shape. hint: what to write, or a function of `got` and of whether the layer is first.
    """

    def __init__(self, layer, expected, got, hint):
        super().__init__(layer, expected)
        self.args = layer, expected, got, hint  # it is made anew from these where it goes to another process
        self.got, self.hint = got, hint

    def of_whole(self, batch):
        """The network's first layer saw a part of a batch of this shape, which is what the person has in hand."""
        if len(self.way) == 1:
            self.got = batch

    def __str__(self):
        place = f"layer {self.way[-1][0]}, " if self.way else ""
        came = "".join(f"{shape} -> {above} {layer!r} -> " for above, layer, shape in self.way[:-1])
        hint = self.hint if isinstance(self.hint, str) else self.hint(self.got, len(self.way) < 2)
        return (f"{place}{self.layer!r} expects {self.what}, but was given an array of shape {self.got}: {hint}"
                + (f" (the way there: {came}{self.got})" if came else ""))


def images(layer, x, channels=None, window=None, pad=0):
    """Images (N, H, W, C): with `channels` channels, if that is given, and large enough for a window (kh, kw)."""
    x = floating(x)
    if x.ndim != 4 or channels not in (None, x.shape[3]):
        raise Misfit(layer, f"images (N, H, W, {channels or 'C'})", x.shape, partial(_for_images, layer, channels))
    if window and pad != "same" and (x.shape[1] + 2 * pad < window[0] or x.shape[2] + 2 * pad < window[1]):
        raise Misfit(layer, "images that its window fits into", x.shape, partial(_for_window, window, pad))
    return x


def _for_images(layer, channels, got, first):
    if len(got) == 4:
        return _for_channels(layer, channels, got, first)
    if not first:
        return "put no Flatten, and nothing else that makes rows of images, before this layer: leave Flatten out"
    if len(got) == 3 and channels in (None, got[2]) and got[2] <= 4:
        return f"this is one image; {ONE}"
    if len(got) == 3 and channels == got[0]:
        return "this is one image with its channels in front; write image.transpose(1, 2, 0)[None]"
    if len(got) == 3 and channels in (None, 1):
        return "grey images have one channel; write X[..., None]"
    if len(got) == 2 and got[0] == got[1]:
        return "this is one grey image; a batch of one is written image[None, :, :, None]"
    side = int(np.sqrt(prod(got[1:]) / (channels or 1)))
    square = f"; write X.reshape(-1, {side}, {side}, {channels or 1})"
    return ("reshape the data to images, and put no Flatten before this layer"
            + (square if len(got) == 2 and side * side * (channels or 1) == got[1] else ""))


def _for_channels(layer, channels, got, first):
    name, (kh, kw, c_in, c_out) = type(layer).__name__, layer.fshape
    if first and (got[1] == channels or got[1] in (1, 3) and got[2] == got[3]):
        return "these images have their channels in front; write X.transpose(0, 2, 3, 1)"
    if kw == got[3] and c_in == c_out:
        return f"fshape is in the order (C_out, C_in, kh, kw) here; write {name}({(c_in, c_out, kw, kh)}, ...)"
    of = "the images" if first else "the layer before"
    return f"C_in must be the {got[3]} channels of {of}; write {name}({(kh, kw, got[3], c_out)}, ...)"


def _for_window(window, pad, got, first):
    axis = 0 if got[1] + 2 * pad < window[0] else 1
    return (f"a window of {window[axis]} pixels does not fit into {got[1 + axis] + 2 * pad}; use a smaller window, "
            f"more pad, or less pooling and stride before it: here, write pad=\"same\"")


def rows(layer, x, n):
    """A row of n numbers for each input; images and sequences (N, ...) are taken as rows."""
    x = floating(x)
    if x.ndim < 2 or x.size != len(x) * n:
        raise Misfit(layer, f"{n} numbers per image", x.shape, partial(_for_rows, layer, n))
    return x.reshape(len(x), n)


def _for_rows(layer, n, got, first):
    if prod(got) == n:
        return f"this is one image; {ONE}"
    if first and len(got) == 2 and got[0] == n:
        return TRANSPOSE
    if len(got) == 3 and got[2] == n:
        return ("there is a row for each step of a sequence; write LastStep() before this layer for one answer a "
                "sequence, or EachStep() for an answer at each step")
    if len(got) == 1:
        return f"there is no batch here; one is written image[None], and this is one of {got[0]} numbers"
    per_image = prod(got[1:])
    return f"it holds {per_image} per image; write {type(layer).__name__}(({per_image}, {layer.wshape[1]}), ...)"


def same_size(layer, x, shape):
    """Inputs (N, *shape), or others that have as many numbers each."""
    x = floating(x)
    if x.ndim == 0 or x.size != len(x) * prod(shape):
        raise Misfit(layer, f"inputs of shape (N, {bare(shape)})", x.shape, partial(_for_size, layer, shape))
    return x


def _for_size(layer, shape, got, first):
    return (f"this is one image; {ONE}" if prod(got) == prod(shape) else
            TRANSPOSE if first and len(got) == 2 and got[0] == prod(shape) else
            f"write {type(layer).__name__}({tuple(got[1:] or got)})")


def last_axes(layer, x, axes):
    """Inputs (N, ..., *axes)."""
    x = floating(x)
    if x.ndim <= len(axes) or x.shape[-len(axes):] != axes:
        raise Misfit(layer, f"inputs (N, ..., {bare(axes)})", x.shape, partial(_for_last_axes, layer, axes))
    return x


def _for_last_axes(layer, axes, got, first):
    if got == axes:
        return f"this is one input; {ONE}"
    settings = got[-1] if hasattr(layer, "channels") else got[1:] if len(got) > 1 else got
    if hasattr(layer, "groups"):
        settings = f"{gcd(layer.groups, got[-1])}, {got[-1]}"
    return f"the last axis of the inputs counts; write {type(layer).__name__}({settings}, ...)"


def several(layer, x, m):
    """m, which is how many values of x there are for each channel, at least 2 of them."""
    if m < 2:
        raise Misfit(layer, "2 or more values a channel", x.shape,
                     "it cannot normalise one value a channel; train on batches of 2 or more")
    return m


def steps(layer, x):
    """Sequences (N, T, H)."""
    x = floating(x)
    if x.ndim < 3:
        raise Misfit(layer, "sequences (N, T, H)", x.shape,
                     f"there are no steps to choose from; put this layer after an RNN, or leave {layer!r} out")
    return x


def sequences(layer, x, n):
    """Sequences (N, T, n), or images (N, T, W, C) whose rows hold n = W * C numbers."""
    x = floating(x)
    if x.ndim not in (3, 4) or prod(x.shape[2:]) != n:
        raise Misfit(layer, f"sequences (N, T, {n}), or images (N, T, W, C) whose rows hold {n} numbers", x.shape,
                     partial(_for_sequences, layer, n))
    return x


def _for_sequences(layer, n, got, first):
    if len(got) == 2 and got[1] == n:
        return "this is one sequence; a batch of one is written sequence[None]"
    numbers, a_step = prod(got[1:]), prod(got[2:])
    if a_step == 1 and numbers % n == 0:
        return f"if each {n} of the {numbers} numbers are a step, write X.reshape(-1, {numbers // n}, {n})"
    if len(got) in (3, 4):
        return f"each step has {a_step} numbers; write {type(layer).__name__}(({a_step}, {layer.shape[1]}), ...)"
    return "reshape the data to (N, T, D): inputs, steps, numbers a step"


def first_states(layer, h0, n, n_hidden, dtype):
    """A recurrent layer's first states (n, n_hidden), in `dtype`; None, for 0, stays None."""
    if h0 is None:
        return None
    if np.shape(h0) != (n, n_hidden):
        raise ValueError(f"{layer!r}: h0 must be of shape ({n}, {n_hidden}), a first state for each sequence of the "
                         f"batch, but is {np.shape(h0)}: set it before each forward pass, or to None, which is 0 (a "
                         f"network's forward takes large batches in parts; its predict takes one whole)")
    return np.asarray(h0, dtype)


def words(layer, x, n):
    """Words (N, ...), whole numbers from 0 to n - 1, which a network holds as floats -> the same as integers."""
    x = floating(x)
    whole = np.rint(x)
    # a gradient check moves each input a little, which makes no other word of it
    if x.ndim < 2 or x.size and not (np.abs(x - whole).max() < 1e-3 and 0 <= whole.min() and whole.max() < n):
        raise Misfit(layer, f"words (N, T), whole numbers from 0 to {n - 1}", x.shape, partial(_for_words, layer, x))
    return whole.astype(np.intp)


def _for_words(layer, x, got, first):
    if not x.size or not (x == np.floor(x)).all() or x.min() < 0:
        return "number the words of the vocabulary from 0, and give their numbers"
    return (f"they go up to {x.max():g}; write Embedding(({int(x.max()) + 1}, {layer.wshape[1]}), ...)"
            if x.max() >= layer.wshape[0] else "this is one sentence; a batch of one is written words[None]")


def returned_array(owner, method, returned, *shapes):
    """What owner.method(...) returned; ValueError unless it has one of the shapes, of which the first is named."""
    if returned is None or np.shape(returned) not in shapes:
        raise ValueError(no_such_array(owner, method, returned, shapes[0]))
    return returned


def no_such_array(owner, method, returned, shape):
    """The sentence on what was returned in place of an array of this shape."""
    return f"{type(owner).__name__}.{method} must return an array of shape {shape}, but returned " + (
        "None: let it end with a return" if returned is None else f"one of shape {np.shape(returned)}")


def bare(numbers):
    """A tuple as Python writes it, without the brackets around it."""
    return str(tuple(numbers))[1:-1].rstrip(",")
