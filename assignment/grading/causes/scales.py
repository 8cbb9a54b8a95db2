"""What is usually wrong in problem 4 is one formula for all layers. It is named if it fits them all, and no other does.
"""
import numpy as np

from assignment.judging.scales import HANDED_OUT, has_relu

PICTURES = {shape: n for shape, n in HANDED_OUT.items() if len(shape) == 4}
SAME = "the same scale for every layer, whatever its n_in"
MEAN_OF_ONE = "the mean is 1; of the numbers that np.random.normal takes the first is the mean, the second the scale"


def cause(weights):
    """The cause in words, or "" where none is proved."""
    if any(not np.isfinite(weight.w).all() or weight.variance == 0 for weight in weights):
        return ""
    if all(abs(weight.w.mean() - 1) < 0.05 and weight.w.min() < 1 for weight in weights):
        return MEAN_OF_ONE
    centred = all(abs(weight.w.mean()) < np.sqrt(weight.variance) for weight in weights)
    fitting = [text for text, formula, is_centred in FORMULAS
               if is_centred == centred and all(_fits(weight, formula) for weight in weights)]
    if centred and len(weights) > 1 and _equal([weight.variance for weight in weights], weights):
        fitting = [SAME]
    return fitting[0] if len(set(fitting)) == 1 else ""


def _fits(weight, formula):
    allowed = formula(_Layer(weight))
    return any(abs(weight.variance / variance - 1) < weight.chance for variance in allowed)


def _equal(variances, weights):
    middle = np.median(variances)
    return all(abs(one / middle - 1) < 2 * weight.chance for one, weight in zip(variances, weights))


class _Layer:
    """The numbers that formulas are made of. gains: 1 or 2, and in a layer that needs 2 only that."""

    def __init__(self, weight):
        shape = weight.w.shape
        self.n_in, self.c_out, self.c_in = int(np.prod(shape[:-1])), shape[-1], shape[-2]
        self.pixels = int(np.prod(shape[:-2]))  # of a filter; 1 for a matrix
        self.picture = PICTURES.get(shape, self.n_in)
        self.strict = has_relu(weight) and not weight.is_first
        self.gains = (1, 2)


def _over(numbers, gains=(1, 2)):
    """A formula gain / n, with n by one of the functions `numbers`."""
    return lambda layer: [gain / number(layer) for gain in gains for number in numbers]


def _hidden(variance, otherwise):
    """A formula for the layers that need a gain of 2, and what the others may have besides."""
    return lambda layer: [variance(layer), *([] if layer.strict else otherwise(layer))]


def _right(layer):
    return [1 / layer.n_in, 2 / layer.n_in]


FORMULAS = [  # (cause, formula for the variances that it makes, whether the mean is 0)
    ("n_in is taken from the picture's height and width; it is kh * kw * C_in",
     _over([lambda layer: layer.picture]), True),
    ("n_in is taken from the picture's height and width; it is kh * kw * C_in",
     _over([lambda layer: layer.picture / layer.c_in if layer.pixels > 1 else layer.n_in]), True),
    ("the variance is used as the standard deviation: the root is missing",
     lambda layer: [1 / layer.n_in ** 2, 4 / layer.n_in ** 2], True),
    ("the root is of the gain alone: sqrt(2) / n_in instead of sqrt(2 / n_in)",
     _hidden(lambda layer: 2 / layer.n_in ** 2, lambda layer: [1 / layer.n_in ** 2]), True),
    ("the root is of n_in alone: 2 / sqrt(n_in) instead of sqrt(2 / n_in)",
     _hidden(lambda layer: 4 / layer.n_in, _right), True),
    ("n_out is taken for n_in", _over([lambda layer: layer.c_out, lambda layer: layer.c_out * layer.pixels]), True),
    ("n_out is in it: 2 / (n_in + n_out) is Glorot's scale, which is made for tanh",
     _over([lambda layer: layer.n_in + layer.c_out, lambda layer: layer.n_in + layer.c_out * layer.pixels]), True),
    ("n_in is kh * kw alone; C_in is missing",
     _over([lambda layer: layer.pixels if layer.pixels > 1 else layer.n_in]), True),
    ("n_in is C_in alone; kh * kw is missing", _over([lambda layer: layer.c_in]), True),
    ("1 / n_in does not make up for the half that ReLU cuts off",
     _hidden(lambda layer: 1 / layer.n_in, _right), True),
    ("the gain is 1/3, as in uniform numbers between -1 / sqrt(n_in) and 1 / sqrt(n_in), PyTorch's default",
     _hidden(lambda layer: 1 / (3 * layer.n_in), lambda layer: [1 / (3 * layer.n_in), *_right(layer)]), True),
    ("n_in stands above the line, and should be below it", lambda layer: [layer.n_in, layer.n_in / 2], True),
    ("numbers from 0 to 1, whose mean is not 0, times the standard deviation",
     lambda layer: [gain / (12 * layer.n_in) for gain in (1, 2)], False),
]
