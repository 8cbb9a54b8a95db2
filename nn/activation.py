"""An activation function bends a layer's output, number by number; without one, many layers would be one linear map.

`compute(x)` is f(x) and `deriv(x)` is f'(x), both of the shape and dtype of x (where x holds integers and f does not,
float64); x itself is never changed. Where a class says `in_parts = True` they treat each number alone and keep nothing:
threads may share the batch out. Its `compute` takes an `out`, too, the place to write to, as NumPy's functions do.
The losses are in `nn.loss` and can be imported from here as well.
"""
from abc import abstractmethod

import numpy as np

from nn.checks import settings
from nn.checks.calls import Checked, Written
from nn.loss import cross_entropy, mse
from nn.ops.elementwise import floating, heaviside, logistic, logistic_slope, maximum

__all__ = ["relu", "leaky_relu", "sigmoid", "tanh", "silu", "linear", "mse", "cross_entropy"]


class AbstractActivation(Written, metaclass=Checked):
    """Subclass it and write the two methods to have an activation function of your own."""

    in_parts = False

    @abstractmethod
    def compute(self, x):
        """f(x)."""

    @abstractmethod
    def deriv(self, x):
        """f'(x)."""


class ReLU(AbstractActivation):
    """f(x) = max(0, x); f'(x) = 1 where x > 0, else 0 (Nair & Hinton, 2010)."""

    in_parts = True
    never_negative = True  # so its values are no logits

    def compute(self, x, out=None):
        return maximum(x, 0, out)

    def deriv(self, x):
        return heaviside(x)


class LeakyReLU(AbstractActivation):
    """f(x) = x where x > 0, else slope * x; f'(x) = 1 or slope (Maas, Hannun & Ng, 2013). 0 <= slope <= 1."""

    in_parts = True

    def __init__(self, slope=0.01):
        self.slope = settings.number(self, "slope", slope, most=1)

    def compute(self, x, out=None):
        x = floating(x)
        return np.maximum(x, x * self.slope, out=out)

    def deriv(self, x):
        return maximum(heaviside(floating(x)), self.slope)


class Sigmoid(AbstractActivation):
    """f(x) = 1 / (1 + exp(-x)); f' = f (1 - f)."""

    in_parts = never_negative = True

    def compute(self, x, out=None):
        return logistic(x, out)

    def deriv(self, x):
        return logistic_slope(x)


class Tanh(AbstractActivation):
    """f(x) = tanh(x); f' = 1 - f^2."""

    in_parts = True

    def compute(self, x, out=None):
        return np.tanh(x, out=out)

    def deriv(self, x):
        return 1.0 - np.tanh(x) ** 2


class SiLU(AbstractActivation):
    """f(x) = x s(x) with s the sigmoid, a smooth ReLU; f' = s + x s' (Elfwing, Uchibe & Doya, 2018)."""

    in_parts = True

    def compute(self, x, out=None):
        x = floating(x)
        return np.multiply(x, logistic(x), out=out)

    def deriv(self, x):
        x = floating(x).clip(-1000, 1000)  # where f' is 0 or 1 already, and inf times 0 would be nan
        return logistic(x) + x * logistic_slope(x)


class Linear(AbstractActivation):
    """f(x) = x; f'(x) = 1."""

    def compute(self, x):
        return x

    def deriv(self, x):
        return np.ones_like(x)


relu, leaky_relu, sigmoid, tanh, silu, linear = ReLU(), LeakyReLU(), Sigmoid(), Tanh(), SiLU(), Linear()
