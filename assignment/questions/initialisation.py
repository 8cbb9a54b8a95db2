"""An initialisation fits a layer if it has the variance that `nn.initializer` gives its first weights."""
import numpy as np

from assignment.questions.question import Question, comes_out_even, number
from nn.initializer import fans, he, xavier
from nn.ops.process import draws_put_back

FITTING = {"ReLU": he, "tanh": xavier, "sigmoid": xavier}
FORMULAS = {"he": "2 / fan_in", "xavier": "2 / (fan_in + fan_out)"}


def initialisation(rng):
    """A layer whose weights' variance comes out even. It is told the picture's size, which plays no part."""
    variance = 1 / 3
    while not comes_out_even(variance, decimals=5):
        k, channels, side = int(rng.integers(1, 6)), rng.integers(1, 41, 2).tolist(), int(rng.integers(8, 33))
        activation = str(rng.choice(list(FITTING)))
        convolution = rng.random() < 0.7
        shape = (k, k, *channels) if convolution else tuple(10 * n for n in channels)
        variance = _variance(FITTING[activation], shape)
    name, (fan_in, fan_out) = FITTING[activation].__name__, fans(shape)
    return Question("initialisation", {"shape": shape, "activation": activation},
                    {"name": name, "variance": variance, "fans": (fan_in, fan_out)}, {
        "layer": f"{'Conv' if convolution else 'FullyConnected'}({shape})", "activation": activation, "name": name,
        "picture": (side, side, shape[2]) if convolution else (shape[0],), "fan_in": fan_in, "fan_out": fan_out,
        "formula": FORMULAS[name], "variance": number(variance, 5), "std": number(np.sqrt(variance))})


def _variance(initialiser, shape):
    """The square of what it multiplies standard normal numbers by."""
    with draws_put_back():
        np.random.seed(0)
        drawn = initialiser(shape).flat[0]
        np.random.seed(0)
        return float((drawn / np.random.normal(size=shape).flat[0]) ** 2)
