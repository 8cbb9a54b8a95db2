"""Layers call an activation function of somebody's own through a wrapper, because it may do what ours never do.

It may write into its argument, keep something between `compute` and `deriv`, or return something of another shape.
"""
from copy import deepcopy

import numpy as np

from nn.activation import Linear
from nn.checks import settings
from nn.checks.inputs import returned_array


class OwnActivation:
    """A function of somebody's own, as a layer calls it: with a copy of z, which it may spoil.

    For all else it is the function itself: it has its class and its attributes, and what is set is set there.

    Raises ValueError if the function returns something else than an array of z's shape; for f', one number will do.
    """

    __slots__ = ("given",)
    in_parts = False  # it may keep something from call to call, so it sees whole batches

    def __init__(self, given):
        object.__setattr__(self, "given", given)

    def compute(self, z):
        return returned_array(self.given, "compute", self.given.compute(z.copy(order="K")), z.shape)

    def deriv(self, z):
        slope = returned_array(self.given, "deriv", self.given.deriv(z.copy(order="K")), z.shape, ())
        return slope if np.ndim(slope) else np.full_like(z, slope)

    @property
    def __class__(self):
        return self.given.__class__

    def __getattr__(self, name):
        return getattr(self.given, name)

    def __setattr__(self, name, value):
        setattr(self.given, name, value)

    def __repr__(self):
        return repr(self.given)

    def __reduce__(self):
        return OwnActivation, (self.given,)


class Activation:
    """A layer's attribute `activation`: whatever is set becomes what the layer can call without a second look.

    No two layers share a function of somebody's own, because it may keep something between compute and deriv.
    """

    def __set__(self, layer, given):
        settings.object_with("compute", layer, "activation", given)
        vars(layer)["activation"] = given if keeps_nothing(given) else OwnActivation(deepcopy(given))


def keeps_nothing(function):
    """Whether it surely keeps nothing and writes nowhere: its class itself says `in_parts`, or is Linear.

    Who makes a subclass, or puts a method into an object, may do otherwise.
    """
    kind, replaced = type(function), {"compute", "deriv"} & getattr(function, "__dict__", {}).keys()
    return not replaced and (kind is Linear or vars(kind).get("in_parts", False))
