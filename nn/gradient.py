"""A layer's gradient says, for each of its weights, how the loss changes with it: a dict, name of the weight -> array.

The built-in layers' `get_weight_grad` returns just that. A layer of a student's own may return it in the form that its
own `update` takes: a dict, an array for the only weight, a sequence in the order of `weights`, or None where there are
no weights. Here every form becomes the dict, and the dict becomes the layer's form again.
"""
import numpy as np

from nn.checks.layer_error import LayerError


class Gradient(dict):
    """name of a weight -> its gradient, an array of the weight's shape. `form`: the type that the layer gave it in."""

    def __init__(self, named, form=dict):
        super().__init__(named)
        self.form = form


def named(layer, given):
    """What `layer.get_weight_grad` returned -> Gradient, or the very dict that it is already.

    Raises LayerError unless there is one array for each weight.
    """
    names = layer.gradient_names
    if isinstance(given, Gradient):
        return given
    if names and type(given) is dict and all(isinstance(given.get(name), np.ndarray) for name in names):
        return given
    return _named(layer, names, given)


def as_given(layer, grad, form=dict):
    """A gradient in the form that the layer's `update` takes: the one it was given in, or `form` of a plain dict."""
    form = getattr(grad, "form", form)
    if form is dict:
        return grad
    arrays = [grad[name] for name in layer.gradient_names]
    return form(arrays) if form in (tuple, list) else next(iter(arrays), None)


def _named(layer, names, given):
    problem = None
    form = next((kind for kind in (dict, tuple, list) if isinstance(given, kind)), None)
    arrays = given if form is dict else dict(enumerate([] if given is None else [given] if form is None else given))
    if arrays and not names and not layer.sublayers:
        problem = ('a gradient, but of which attribute? Call the trained arrays w and b, or say in the class how they '
                   'are called: weights = ("gamma", "beta")')
    elif form is not dict:
        if len(arrays) > len(names):
            problem = (f"{len(arrays)} gradients for {len(names)} weights; return one for each of {', '.join(names)}, "
                       f"and list further trained arrays in weights")
        arrays = dict(zip(names, arrays.values()))
    # a number is an array of shape ()
    arrays = {name: np.asarray(array) if isinstance(array, (int, float)) else array for name, array in arrays.items()}
    missing = [name for name in names if not hasattr(arrays.get(name), "shape")]
    if missing:
        problem = (f"no gradient for {', '.join(missing)}; return one array for each of {', '.join(names)}, as a dict "
                   f"or in this order" + (": is there a return at its end?" if given is None else ""))
    if problem:
        raise LayerError(layer, f"get_weight_grad returned {problem}")
    return Gradient(arrays, form)
