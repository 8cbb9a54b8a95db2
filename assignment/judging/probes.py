"""Probing is telling a layer by what it does: its outputs for inputs that are chosen here, whatever it says it is.

A probe is a function of an array (N, ...) that returns (z, activation) of one layer, or raises Refused.
"""
import numpy as np

NEAR = 1e-3  # of the outputs' size: layers may compute in float32
LARGEST_STRIDE = 8
SMALL, DIRECTIONS = 0.01, 5  # changes of an image: their size, and how many are made


class Refused(Exception):
    """The layer raised something, or returned no arrays, for these inputs."""


def is_relu(probe, shape, rng):
    """Whether the activation is max(0, linear), for inputs (shape[0], ...): of two inputs and of what lies between."""
    first, second = rng.normal(size=(2, *shape))
    try:
        a, b, middle = (probe(x)[1] for x in (first, second, (first + second) / 2))
    except Refused:
        return False
    both, neither = (a > 0) & (b > 0), (a <= 0) & (b <= 0)
    size = np.abs(a).max(initial=0)
    return bool(min(a.min(initial=0), b.min(initial=0), middle.min(initial=0)) >= 0
                and 0.02 < np.mean(a == 0) < 0.98 and both.any()
                and np.abs(middle - (a + b) / 2)[both].max() <= NEAR * size
                and np.abs(middle)[neither].max(initial=0) <= NEAR * size
                and ((middle <= a / 2 + NEAR * size) | (middle <= b / 2 + NEAR * size))[~both & ~neither].all())


def is_affine(outputs, shape, rng):
    """Whether f(x) + f(y) - f(w) = f(x + y - w), and f not constant. outputs: a function of an array."""
    x, y, w = rng.normal(size=(3, *shape))
    results = [outputs(one) for one in (x, y, w, x + y - w)]
    size = np.abs(results[0]).max(initial=0)
    return bool(np.abs(results[0] + results[1] - results[2] - results[3]).max(initial=0) <= NEAR * size
                and np.ptp(results[0] - results[1]) > NEAR * size)


def is_convolution(probe, shape, rng):
    """Whether a layer of images `shape` (N, H, W, C) moves along with the image, looks at a part of it, and weighs it.

    Pooling moves along, too; but where one pixel changes, it gives the same for each place in a window. Whatever
    activation function, or pooling, comes after the filters in the same layer, they weigh places unlike each other.
    """
    if len(shape) != 4:
        return False
    _, h, w, c = shape
    for size in ((2 * h + 6, 2 * w + 6), (h, w)):  # on a larger image more is to be seen, if the layer takes it
        for which in (0, 1):
            try:
                if _convolves(lambda x, which=which: probe(x)[which], (1, *size, c), rng):
                    return True
            except (Refused, IndexError, ValueError):
                pass  # it takes no such images, or gives none
    return False


def difference(probe, x, y):
    """What two inputs make different in a layer, before its activation if it tells: their weights, without a bias."""
    (z, a), (other, b) = probe(x), probe(y)
    return (other - z) if z.shape == other.shape and np.ptp(z) > 0 else b - a


def _convolves(outputs, shape, rng):
    x = rng.normal(size=shape)
    out = outputs(x)
    if out.ndim != 4 or min(out.shape[1:3]) < 2 or not np.ptp(out) > 0:
        return False
    moves = all(any(_moves_along(outputs, x, out, axis, stride) for stride in range(1, LARGEST_STRIDE + 1))
                for axis in (1, 2))
    return moves and _weighs_a_part(outputs, shape, rng)


def _moves_along(outputs, x, out, axis, stride):
    """Whether the image moved by `stride` gives the output moved by one, away from the border."""
    moved = np.moveaxis(outputs(np.roll(x, -stride, axis)), axis, 0)
    out = np.moveaxis(out, axis, 0)
    margin = len(out) // 4
    inner, other = moved[margin:len(out) - 1 - margin], out[margin + 1:len(out) - margin]
    return len(inner) > 0 and np.ptp(other) > 0 and np.abs(inner - other).max() <= NEAR * np.abs(out).max()


def _weighs_a_part(outputs, shape, rng):
    """Whether one pixel of one channel changes a part of the output, and unlike in unlike places of a channel, or other
    channels as well, each by a sum.
    """
    _, h, w, c = shape
    still = np.full(shape, 0.1)
    before, apart = outputs(still), False
    for channel in range(min(c, 4)):
        touched = still.copy()
        touched[0, h // 2, w // 2, channel] += 1
        change = outputs(touched)[0] - before[0]
        largest = np.abs(change).max(initial=1e-12)
        changed = np.abs(change) > NEAR * largest
        if changed.any(axis=2).all():
            return False
        if any(np.ptp(numbers[there]) > NEAR * largest
               for numbers, there in zip(change.transpose(2, 0, 1), changed.transpose(2, 0, 1)) if there.any()):
            return True
        apart |= change.shape[2] != c or bool(np.delete(changed, channel, axis=2).any())
    return apart and _adds_up(outputs, shape, rng)


def _adds_up(outputs, shape, rng):
    """Whether each output is a function of one weighted sum: what small changes of the input make of it stands in the
    same ratio everywhere.
    """
    changes = rng.normal(size=(DIRECTIONS, *shape)) * SMALL
    slopes = [np.stack([outputs(x + change) - outputs(x - change) for change in changes])
              for x in rng.normal(size=(2, *shape))]
    sizes = [np.linalg.norm(slope, axis=0) for slope in slopes]
    alive = np.minimum(*sizes) > SMALL * max(map(np.max, sizes))
    cosines = np.abs((slopes[0] * slopes[1]).sum(axis=0))[alive] / (sizes[0] * sizes[1])[alive]
    return bool(alive.any() and np.mean(cosines > 0.99) > 0.9)  # the others are at a bend
