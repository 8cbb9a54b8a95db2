"""Element-wise work treats each number of an array alone: it is fast with few passes and few new arrays."""
import numpy as np

from nn.ops.process import underflow_ignored
from nn.ops.threads import share_out
from nn.ops.tiles import stay_whole, tiles
from nn.ops.windows import outer_first

DRAWS = 2 ** 16  # a 16-bit draw for each number costs a quarter of a float's, and makes p exact to 1 / 65,536


def floating(x):
    """x as an array of floating-point numbers: as it is, or in float64 where it holds integers.

    Differences of unsigned integers would wrap around, and fractions would be cut off.
    """
    x = np.asarray(x)
    return x if x.dtype.kind == "f" else x.astype(np.float64)


def product_in_parts(x, function, y):
    """x function(y), for a function that treats each number alone, tile by tile; x and y of one shape."""
    if stay_whole(1, y.nbytes):
        return x * function(y)
    product = np.empty_like(y)
    X, Y, out = map(outer_first, (x, y, product))
    share_out(lambda tile: np.multiply(X[tile], function(Y[tile]), out=out[tile]), tiles(len(Y), Y[:1].nbytes))
    return product


def fill(out, function, x):
    """out <- function(x). A function that takes `out`, as NumPy's do, and writes there, needs no array of its own."""
    result = function(x, out=out)
    if result is not out:
        out[...] = result


def maximum(x, number, out=None):
    """max(x, number). With a single number and two bounds, `clip` is 3 times as fast as `np.maximum`."""
    x = np.asarray(x)
    return x.clip(number, np.inf if x.dtype.kind == "f" else None, out=out)


def heaviside(x):
    """1 where x > 0, else 0, in the dtype of x: written in it at once, which saves an array of truth values."""
    return np.greater(x, 0, out=np.empty_like(x), casting="unsafe")


def logistic(x, out=None):
    """1 / (1 + exp(-x)), and where x < 0 the same as exp(x) / (1 + exp(x)): nothing overflows, and no digit is lost."""
    x = floating(x)
    with underflow_ignored():
        e = np.exp(-np.abs(x))
        return np.divide(np.maximum(e, x > 0), 1 + e, out=out)  # e is at most 1, and True counts 1


def logistic_slope(x):
    """Its derivative exp(x) / (1 + exp(x))^2, which is the same for -x."""
    with underflow_ignored():
        e = np.exp(-np.abs(floating(x)))
        return e / (1 + e) ** 2


def move_average(average, new, beta, out):
    """average <- beta * average + (1 - beta) * new, in place. `out` is overwritten, and may be `new`."""
    average *= beta
    average += np.multiply(new, 1 - beta, out=out)


def ratio_to_root(m, v, scale, eps, out):
    """out <- scale * m / (sqrt(v) + eps), which is returned."""
    np.sqrt(v, out=out)
    out += eps
    np.divide(m, out, out=out)
    return np.multiply(out, scale, out=out)


def dropout_mask(x, p):
    """0 with probability p, else 1 / (1 - p), drawn from NumPy's global generator for each number of x."""
    dropped = int(p * DRAWS)  # of all DRAWS values, this many mean 0
    mask = np.empty_like(x)  # it lies in memory as x does
    drawn = np.random.randint(0, DRAWS, outer_first(x).shape, dtype=np.uint16)
    np.greater_equal(drawn, dropped, out=outer_first(mask), casting="unsafe")
    mask *= DRAWS / (DRAWS - dropped)
    return mask
