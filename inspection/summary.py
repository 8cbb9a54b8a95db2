"""A summary says of each layer what comes out of it, how many weights it has, and what it costs."""
from copy import deepcopy
from typing import NamedTuple

import numpy as np

from inspection.recording import recorded
from inspection.text_table import aligned, html
from nn.checks.calls import check_network, shown, usage
from nn.layer import unwrapped
from nn.ops.process import draws_put_back

IMAGES, ROUNDS = 32, 3  # the batch that layers are timed with, and how often after a first time; the fastest counts
LEGEND = f"""Weights: numbers that are trained. Multiplications: of weights, for one image on its way forward.
Time: the layer's share of a training step on {IMAGES} images."""


class Row(NamedTuple):
    """One layer: shape of its output for one image; numbers trained; multiplications an image; share (0..1) of a
    step's time; left_out: how many rows and columns at the input's edge, or in between, are in no window."""

    layer: str
    shape: tuple
    weights: int
    multiplications: int
    share: float
    left_out: tuple


class Summary:
    """`rows`: a Row for each layer of `net`, for inputs of `shape` such as (28, 28, 1). `str` is the table.

    The layers, copies of them, are tried out on random images: so a layer of one's own takes part, too (one that takes
    words refuses them), and the network stays as it is. Raises what a layer raises whose input does not fit.
    """

    @usage("Summary(net, (28, 28, 1))")
    def __init__(self, net, shape):
        check_network(net, "Summary(net, (28, 28, 1))")
        check_shape(shape)
        with draws_put_back():
            self.rows = _rows(*_tried(net, shape))

    def __str__(self):
        return "\n".join([aligned(self._table()), LEGEND, *filter(None, map(_note, self.rows))])

    __repr__ = __str__

    def _repr_html_(self):
        """The table in a notebook."""
        return html(self._table(), LEGEND)

    def _table(self):
        rows = [["layer", "output", "weights", "multiplications", "time"]] + [
            [row.layer, str(row.shape), f"{row.weights:,}", f"{row.multiplications:,}", f"{row.share:.0%}"]
            for row in self.rows]
        totals = (sum(row.weights for row in self.rows), sum(row.multiplications for row in self.rows))
        rows.append(["total", "", *(f"{total:,}" for total in totals), "100%"])
        return rows


def check_shape(shape):
    """TypeError unless these are the sizes of one image."""
    if not isinstance(shape, (tuple, list)) or not all(isinstance(n, (int, np.integer)) and n > 0 for n in shape):
        one = np.shape(shape)[1:] or (shape,)
        raise TypeError(f"Summary: shape must be the shape of one image, such as (28, 28, 1), but is {shown(shape)}: "
                        f"write Summary(net, {one if all(isinstance(n, int) for n in one) else (28, 28, 1)})")


def _stands_in(layer, block):
    return any(unwrapped(sublayer) is layer for sublayer in block.sublayers)


def _tried(net, shape):
    """The records of training steps on random images, and how many seconds of the fastest step each layer took."""
    twin, records = recorded(net)
    twin.lr = 0.0  # the updates are made, and change nothing
    generator, seconds = np.random.default_rng(0), []
    X = generator.random((IMAGES, *shape))
    for _ in range(1 + ROUNDS):
        for record in records:
            record.seconds = 0.0
        output = twin.forward_in_training(X)
        grads, _ = twin.backward(generator.normal(size=output.shape))
        twin.update(grads)
        seconds.append([record.seconds for record in records])
    return records, min(seconds[1:], key=sum)


def _rows(records, seconds):
    own = [spent - sum(within for other, within in zip(records, seconds) if _stands_in(other.layer, record.layer))
           for record, spent in zip(records, seconds)]
    return [_row(record, spent / sum(own)) for record, spent in zip(records, own)]


def _row(record, share):
    shape = record.a.shape[1:] if len(record.a) == IMAGES else (len(record.a) // IMAGES, *record.a.shape[1:])
    names = record.layer.weights
    return Row(record.name, shape, sum(np.size(getattr(record.layer, name)) for name in names),
               sum(_multiplications(name, record) for name in names if name != "b"), share, _left_out(record))


def _multiplications(name, record):
    """How often the numbers of a weight are multiplied, for one image; a bias b is only added.

    A weight that maps channels to channels, as a convolution's and a fully connected layer's do, is used as a whole
    once at each place of the output. One that has the shape of the image itself, or is spread over it, multiplies
    each number once.
    """
    numbers = record.z.size // IMAGES
    if record.x.shape == record.z.shape and _multiplies_number_by_number(name, record):
        return numbers
    return np.size(getattr(record.layer, name)) * numbers // record.z.shape[-1]


def _multiplies_number_by_number(name, record):
    """Whether the weight, spread over the image, is what the image is multiplied with.

    Its first number then has a say in nothing but the numbers that it is spread to. A matrix (T, T) that maps channels
    has the shape for it, too, where there are T steps of T numbers; but each of its numbers has a say at all steps.
    """
    first = np.zeros(np.shape(getattr(record.layer, name)))
    first.flat[0] = 1
    try:
        alone = np.broadcast_to(first, record.z.shape[1:])
    except ValueError:
        return False
    changed = deepcopy(record.layer)
    setattr(changed, name, getattr(changed, name) + first.astype(record.x.dtype))
    return not (_linear_part(changed, record.x) != _linear_part(record.layer, record.x))[:, alone == 0].any()


def _left_out(record):
    """(rows, columns) of the input that have no influence on the output."""
    if record.x.ndim != 4 or not record.dx.any():
        return 0, 0
    return tuple(int(np.sum(~_has_influence(record, axis))) for axis in (1, 2))


def _has_influence(record, axis):
    """Of each row (axis 1) or column (axis 2) of the input: whether an error comes back to it in any image.

    To most pixels of a large window of max pooling none does. So one that gets none is made larger than all the others,
    and smaller, to see whether the output changes.
    """
    influence = record.dx.any(axis=tuple({0, 1, 2, 3} - {axis}))
    few = record.x[:2]
    for k in np.flatnonzero(~influence):
        for number in (few.max() + 1, few.min() - 1):
            changed = few.copy()
            changed.swapaxes(0, axis)[k] = number
            influence[k] |= (_linear_part(record.layer, changed) != _linear_part(record.layer, few)).any()
    return influence


def _linear_part(layer, x):
    """The z of x, by a copy of the layer, and with the same random numbers each time."""
    np.random.seed(0)
    return np.asarray(deepcopy(layer).forward(x)[0])


def _note(row):
    if row.left_out == (0, 0):
        return None
    return (f"{row.layer}: {row.left_out[0]} rows and {row.left_out[1]} columns of its input are in no window, because "
            f"its stride does not meet the edge")
