"""A layer's gradient says, for each of its weights, how the loss changes with it: a dict, name of the weight -> array.

The built-in layers' `get_weight_grad` returns just that. A layer of a student's own may return it in the form that its
own `update` takes: a dict, an array for the only weight, a sequence in the order of `weights`, or None where there are
no weights. Here every form becomes the dict, and the dict becomes the layer's form again.
"""
import numpy as np


class Gradient(dict):
    """name of a weight -> its gradient, an array of the weight's shape. `form`: the type that the layer gave it in."""

    def __init__(self, named, form=dict):
        super().__init__(named)
        self.form = form

    def as_given(self):
        """The gradient in the form that the layer's `update` takes."""
        if self.form is dict:
            return self
        if self.form in (tuple, list):
            return self.form(self.values())
        return next(iter(self.values()), None)


def named(layer, given, place=None):
    """What `layer.get_weight_grad` returned -> Gradient. Raises ValueError unless there is one array for each weight.

    place: where the layer stands in its network, for the message.
    """
    if isinstance(given, Gradient):
        return given
    names = layer.trained
    if names and type(given) is dict and all(isinstance(given.get(name), np.ndarray) for name in names):
        return Gradient(given)  # what the built-in layers return
    return _of_any_form(layer, names, given, place)


def _of_any_form(layer, names, given, place):
    problem, form = None, next((kind for kind in (dict, tuple, list) if isinstance(given, kind)), None)
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
        raise ValueError(f"{'' if place is None else f'{place} '}{layer!r}: get_weight_grad returned {problem}")
    return Gradient(arrays, form)
