"""A layer's gradient says, for each of its weights, how the loss changes with it: a dict, name of the weight -> array.

The built-in layers' `get_weight_grad` returns just that. A layer of a student's own may return it in the form that its
own `update` takes: a dict, an array for the only weight, a sequence in the order of `weights`, or None where there are
no weights. Here every form becomes the dict, and the dict becomes the layer's form again.
"""
import numpy as np

from nn.checks.promises import check_names


class Gradient(dict):
    """name of a weight -> its gradient, an array of the weight's shape. `form`: the type that the layer gave it in."""

    def __init__(self, named, form=dict):
        super().__init__(named)
        self.form = form


def named(layer, given):
    """What `layer.get_weight_grad` returned -> Gradient, or the very dict that it is already.

    Raises LayerError unless there is one array for each weight.
    """
    plain = type(given) is dict and {type(given.get(name)) for name in layer.gradient_names} == {np.ndarray}
    return given if plain or isinstance(given, Gradient) else _named(layer, given)


def as_given(layer, grad, form):
    """A gradient in the form (its type) that the layer's `update` takes."""
    grad, form = named(layer, grad), getattr(grad, "form", form)
    if form is dict:
        return grad
    arrays = [grad[name] for name in layer.gradient_names]
    return form(arrays) if form in (tuple, list) else next(iter(arrays), None)


def _named(layer, given):
    form = next((kind for kind in (dict, tuple, list) if isinstance(given, kind)), None)
    arrays = given if form is dict else list([] if given is None else [given] if form is None else given)
    check_names(layer, layer.gradient_names, arrays, given)
    arrays = arrays if form is dict else dict(zip(layer.gradient_names, arrays))
    # a number is an array of shape ()
    return Gradient({name: np.asarray(array) if isinstance(array, (int, float)) else array
                     for name, array in arrays.items()}, form)
