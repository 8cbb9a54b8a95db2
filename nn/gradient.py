"""A layer's gradient says, for each of its weights, how the loss changes with it: a dict, name of the weight -> array.

The built-in layers' `get_weight_grad` returns just that. A layer of a student's own may return it in the form that its
own `update` takes: a dict, an array for the only weight, a sequence in the order of `weights`, or None where there are
no weights. Here every form becomes the dict, and the dict becomes the layer's form again.
"""
from numbers import Real

import numpy as np


class Gradient(dict):
    """name of a weight -> its gradient, an array of the weight's shape. `form`: the type that the layer gave it in."""

    def __init__(self, named, form=dict):
        super().__init__(named)
        self.form = form

    def as_given(self):
        """The gradient in the form that the layer's `update` takes."""
        if self.form is dict:
            return dict(self)
        if self.form in (tuple, list):
            return self.form(self.values())
        return next(iter(self.values()), None)


def named(layer, given, place=None):
    """What `layer.get_weight_grad` returned -> Gradient. Raises ValueError unless there is one array for each weight.

    place: where the layer stands in its network, for the message.
    """
    if isinstance(given, Gradient):
        return given
    who = repr(layer) if place is None else f"{place} {layer!r}"
    names = layer.trained
    form = next((kind for kind in (dict, tuple, list) if isinstance(given, kind)), None)
    arrays = given if form is dict else dict(enumerate([] if given is None else [given] if form is None else given))
    if arrays and not names and not layer.sublayers:
        raise ValueError(f"{who}: get_weight_grad returned a gradient, but of which attribute? Call the trained arrays "
                         f'w and b, or say in the class how they are called: weights = ("gamma", "beta")')
    if form is not dict:
        if len(arrays) > len(names):
            raise ValueError(f"{who}: get_weight_grad returned {len(arrays)} gradients for {len(names)} weights; "
                             f"return one for each of {', '.join(names)}, and list further trained arrays in weights")
        arrays = dict(zip(names, arrays.values()))
    arrays = {name: np.asarray(array) if isinstance(array, Real) else array for name, array in arrays.items()}
    missing = [name for name in names if not hasattr(arrays.get(name), "shape")]
    if missing:
        raise ValueError(f"{who}: get_weight_grad returned no gradient for {', '.join(missing)}; return one array for "
                         f"each of {', '.join(names)}, as a dict or in this order")
    return Gradient(arrays, form)
