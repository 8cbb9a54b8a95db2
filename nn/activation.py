"""An activation function bends a layer's output, number by number; without one, many layers would be one linear map.

`compute(x)` is f(x) and `deriv(x)` is f'(x), both of the shape and dtype of x (where x holds integers and f does not,
float64); x itself is never changed. Where a class says `in_parts = True` they treat each number alone and keep nothing:
threads may share the batch out. Its `compute` takes an `out`, too, the place to write to, as NumPy's functions do.
The losses are in `nn.loss` and can be imported from here as well.
"""
from abc import ABC, abstractmethod

import numpy as np

from nn.advice import on_returned
from nn.loss import cross_entropy, mse
from nn.ops.elementwise import floating, heaviside, maximum, product_in_parts

__all__ = ["relu", "leaky_relu", "sigmoid", "tanh", "linear", "mse", "cross_entropy"]


class AbstractActivation(ABC):
    """Subclass it and write the two methods to have an activation function of your own."""

    @abstractmethod
    def compute(self, x):
        """f(x)."""

    @abstractmethod
    def deriv(self, x):
        """f'(x)."""


class ReLU(AbstractActivation):
    """f(x) = max(0, x); f'(x) = 1 where x > 0, else 0 (Nair & Hinton, 2010)."""

    in_parts = True

    def compute(self, x, out=None):
        return maximum(x, 0, out)

    def deriv(self, x):
        return heaviside(x)


class LeakyReLU(AbstractActivation):
    """f(x) = x where x > 0, else slope * x; f'(x) = 1 or slope (Maas, Hannun & Ng, 2013). 0 <= slope <= 1."""

    in_parts = True

    def __init__(self, slope=0.01):
        if not 0 <= slope <= 1:
            raise ValueError(f"LeakyReLU: slope must lie in 0..1, but is {slope}")
        self.slope = slope

    def compute(self, x, out=None):
        x = floating(x)
        return np.maximum(x, x * self.slope, out=out)

    def deriv(self, x):
        return maximum(heaviside(floating(x)), self.slope)


class Sigmoid(AbstractActivation):
    """f(x) = 1 / (1 + exp(-x)); f' = f (1 - f)."""

    in_parts = True

    def compute(self, x, out=None):
        return np.multiply(0.5, 1.0 + np.tanh(0.5 * x), out=out)  # the same function, and it cannot overflow

    def deriv(self, x):
        f = self.compute(x)
        return f * (1.0 - f)


class Tanh(AbstractActivation):
    """f(x) = tanh(x); f' = 1 - f^2."""

    in_parts = True

    def compute(self, x, out=None):
        return np.tanh(x, out=out)

    def deriv(self, x):
        return 1.0 - np.tanh(x) ** 2


class Linear(AbstractActivation):
    """f(x) = x; f'(x) = 1."""

    def compute(self, x):
        return x

    def deriv(self, x):
        return np.ones_like(x)


relu, leaky_relu, sigmoid, tanh, linear = ReLU(), LeakyReLU(), Sigmoid(), Tanh(), Linear()


def is_just(function, kind):
    """Whether it computes what the class `kind` does, so that a layer may take a faster way to the same numbers.

    An object of a subclass may not, nor one whose methods were replaced: then what was written is what is called.
    """
    replaced = {"compute", "deriv"} & getattr(function, "__dict__", {}).keys()
    return type(function) is kind and not replaced


def works_in_parts(function):
    """Whether its class itself says `in_parts = True`; a subclass, or a method put in later, may do otherwise."""
    return is_just(function, type(function)) and vars(type(function)).get("in_parts", False)


def applied(function, z):
    """f(z). A function of somebody's own works on a copy: if it writes into it, z is still what f' needs.

    Raises ValueError if it returns something else than an array of z's shape.
    """
    return function.compute(z) if is_known(function) else _of_ones_own(function, "compute", z, [z.shape])


def slope(function, z):
    """f'(z), in the same way; where it is the same everywhere, one number will do."""
    return function.deriv(z) if is_known(function) else _of_ones_own(function, "deriv", z, [z.shape, ()])


def is_known(function):
    """Whether it surely keeps nothing and writes nowhere, as the ones here do."""
    return works_in_parts(function) or is_just(function, Linear)


def _of_ones_own(function, method, z, shapes):
    returned = getattr(function, method)(z.copy(order="K"))
    if returned is None or np.shape(returned) not in shapes:
        raise ValueError(on_returned(function, method, returned, z.shape))
    return returned


def activated(function, linear_part, *arguments):
    """(z, f(z)). linear_part(*arguments, g=None) returns (z, g(z)), or (z, z), and has g work on parts of the batch."""
    if works_in_parts(function):
        return linear_part(*arguments, function.compute)
    z, _ = linear_part(*arguments)
    return z, applied(function, z)


def activation_gradient(function, z, upstream):
    """dL/da -> dL/dz = dL/da * f'(z)."""
    if works_in_parts(function):
        return product_in_parts(upstream, function.deriv, z)
    return upstream * slope(function, z)
