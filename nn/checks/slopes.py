"""A slope is measured by differences: how steep a function of one number t is at t = 0, and how sure that is.

(f(t) - f(0)) / t is off by the curve (of the order of t), by a kink between 0 and t, and by the rounding of f, which
weighs the more the smaller t is. Slopes at two distances tell how much it is together.
"""
import numpy as np

DENSE = 4  # one line in so many moves all numbers of a large array
POINTS, APART = 13, 1e-9  # so close that a loss is straight, but for rounding


def central_slope(f, h):
    """(f(h) - f(-h)) / 2h, whose error is of the order of h^2."""
    return (f(h) - f(-h)) / (2 * h)


def surest_slopes(functions, middle, steps, noise):
    """(slopes, doubts) of functions, at the one step h of `steps` that leaves the least doubt.

    A doubt is how far a slope may be off. middle: f(0), of all of them. noise: how far a value of f may be off.
    """
    found = [np.transpose([_slope(f, middle, h, noise) for f in functions]) for h in steps]
    return min(found, key=lambda measured: measured[1].sum())


def _slope(f, middle, h, noise):
    """(slope, doubt). The slopes to the left and to the right of a curve differ twice as much at a distance of h as at
    h/2; where there is a kink, also at 0 itself, they do not."""
    (right, left), (inner_right, inner_left) = (((f(t) - middle) / t, (middle - f(-t)) / t) for t in (h, h / 2))
    kink = abs(2 * (inner_right - inner_left) - (right - left))
    curve = abs(inner_right + inner_left - right - left) / 2
    return (inner_right + inner_left) / 2, 2 * (kink + curve) + noise / h


def noise_of(loss, arrays, generator):
    """How far loss() is off because numbers are rounded, within it as well: all arrays move by next to nothing.

    What fourth differences of neighbours leave of a curve is nothing, and what they leave of rounding about 8 times as
    much; a kink on the way disturbs three of them, and not their median.
    """
    moves = [(array, array.copy(), generator.normal(size=array.shape)) for array in arrays]
    losses = []
    for k in range(POINTS):
        for array, middle, move in moves:
            array[...] = middle + APART * (k - POINTS // 2) * move
        losses.append(loss())
    for array, middle, _ in moves:
        array[...] = middle
    return float(np.median(np.abs(np.diff(losses, 4)))) / 4


def lines(array, samples, generator):
    """(places, direction) of up to `samples` lines through an array: most along which one of its numbers moves."""
    dense = samples // DENSE if array.size > samples else 0
    for i in generator.permutation(array.size)[:samples - dense]:
        yield [i], np.ones(1)
    yield from dense_lines(array, dense, generator)


def dense_lines(array, samples, generator):
    """The same of lines along which all numbers of the array move, equal ones alike, so that ties remain."""
    values, kind = np.unique(array, return_inverse=True)
    for _ in range(samples):
        direction = generator.normal(size=len(values))[kind.reshape(-1)]
        yield slice(None), direction / np.linalg.norm(direction)


def along(line, array, loss):
    """loss() as a function of the step t along a line, which the array, whatever its layout, takes for the moment."""
    places, direction = line

    def at(t):
        before = array.flat[places].copy()
        array.flat[places] = before + t * direction
        value = loss()
        array.flat[places] = before
        return value
    return at
