"""What a layer returns and what it changes is checked against its promises: shapes, and lists of what it learns."""
from numbers import Number

import numpy as np

from nn.checks.attributes import attributes, computed_with, is_layer, numbers
from nn.checks.calls import shown
from nn.checks.inputs import LayerError


def _fault(layer, what, advice):
    return LayerError(layer, f"{what}; {advice}")


# --- forward

def check_is_layer(given):
    """TypeError unless this is a layer, as `check_layer` takes it."""
    if isinstance(given, type) or not is_layer(given):
        instead = (f"check_layer({given.__name__}(...), X)" if isinstance(given, type) else
                   "check_layer(net.layers[0], X)")
        raise TypeError(f"check_layer takes a layer first, and then inputs, but was given {shown(given)}: write "
                        f"{instead}")


def check_layers_within(layer, known):
    """Layers in a layer's attributes are those that the network reaches: its neighbours, and those of a block."""
    for name, _, _, thing in attributes(layer):
        if is_layer(thing) and not any(thing is other for other in known):
            raise _fault(layer, f"it holds a layer, {name} = {thing!r}, that the network cannot reach to save it or to "
                                f"predict with it",
                         f"make the class a block: class {type(layer).__name__}(nn.Block), whose layers are given to "
                         f"super().__init__")


def check_pair(layer, returned, n):
    """forward returns z and the activation, with a row, or several, for each of n inputs."""
    if not (isinstance(returned, (tuple, list)) and len(returned) == 2):
        raise _fault(layer, f"forward returned {_words(returned)} instead of two arrays",
                     "return z, activation (without an activation function: return z, z)")
    activation = returned[1]
    if not _is_numeric(activation) or np.ndim(activation) == 0 or len(activation) == 0 or len(activation) % n:
        raise _fault(layer, f"forward was given a batch of {n}, and returned as its activation {_words(activation)}",
                     f"return z, activation with one row for each input: ({n}, ...)")


def passes(layer):
    """How often the layers that this one is made of, if it is, have made a forward pass in training."""
    return layer.chain.passes if layer.sublayers else 0


def check_passes(layer, before):
    if passes(layer) > before + 1:
        raise _fault(layer, "forward calls self.run twice, but the way back goes through its layers once",
                     "make two blocks of it, or write its layers down twice")


# --- every method

def check_unwritten(layer, method, before, now):
    """A method leaves the arrays that it was given as they were."""
    if not all(map(same, before, now)):
        raise _fault(layer, f"{method} writes into an array that it was given, and that others still need",
                     "let it begin with a copy: inputs = inputs.copy()")


def check_shape(layer, method, returned, shape, why):
    """A method returns an array of numbers of this shape."""
    if not _is_numeric(returned) or np.shape(returned) != shape:
        raise _fault(layer, f"{method} returned {_words(returned)} instead of an array of shape {shape}",
                     why + (": is there a return at its end?" if returned is None else ""))


# --- gradients and updates

def check_names(layer, names, arrays, given):
    """What get_weight_grad returned, a dict or a list of `arrays`, has a gradient for each of the weights' names."""
    named = arrays if isinstance(arrays, dict) else dict(zip(names, arrays))
    missing = [name for name in names if not isinstance(named.get(name), (np.ndarray, np.generic, int, float))]
    problem = None
    if len(arrays) and not names and not layer.sublayers:
        problem = ('a gradient, but of which attribute? Call the trained arrays w and b, or say in the class how they '
                   'are called: weights = ("gamma", "beta")')
    elif missing:
        problem = (f"no gradient for {', '.join(missing)}; return one array for each of {', '.join(names)}, as a dict "
                   f"or in this order" + (": is there a return at its end?" if given is None else ""))
    elif not isinstance(arrays, dict) and len(arrays) > len(names):
        problem = (f"{len(arrays)} gradients for {len(names)} weights; return one for each of {', '.join(names)}, "
                   f"and list further trained arrays in weights")
    if problem:
        raise LayerError(layer, f"get_weight_grad returned {problem}")


def check_gradient(layer, grad):
    """Each weight's gradient has the weight's shape."""
    for name in layer.weights:
        shape = np.shape(getattr(layer, name))
        if grad[name].shape != shape:
            raise _fault(layer, f"get_weight_grad returned a gradient of shape {grad[name].shape} for {name}, which "
                                f"has the shape {shape}",
                         f"sum over the batch and over each other axis that {name} does not have")


def check_weights(layer, before):
    """update keeps each weight an array of its shape. before: `copies` from before the update."""
    for name in layer.weights:
        weight, shape = getattr(layer, name), before[name].shape
        if np.shape(weight) != shape or np.asarray(weight).dtype.kind != "f":
            raise _fault(layer, f"update made {name}, an array of shape {shape}, into {_words(weight)}",
                         f"subtract an array of shape {shape} from it: self.{name} = self.{name} - lr * grad")


def copies(layer):
    """name -> a copy, of each array and number that a layer holds."""
    return {name: np.array(value) for name, _, _, value in numbers(layer)}


def check_weights_listed(layer, before, inputs):
    """What update changed, and what changes what forward computes, is among weights or statistics."""
    found = _unlisted(layer, before, "forward", inputs)
    if found:
        raise _fault(layer, f"update changes {', '.join(found)}, with which forward computes, but weights does not "
                            f"list it: it would be neither checked nor saved",
                     _named(found) or f"list it in the class, weights = {layer.weights + found}, and let "
                                      f"get_weight_grad return a gradient for each (what is not trained by its "
                                      f"gradient goes into statistics = {found})")


def check_statistics_listed(layer, before, inputs):
    """What forward changed, and what changes what predict computes, is among weights or statistics."""
    found = _unlisted(layer, before, "predict", inputs)
    if found:
        raise _fault(layer, f"forward changes {', '.join(found)}, with which predict computes, but statistics does not "
                            f"list it: it would not be saved",
                     _named(found) or f"list it in the class, statistics = {(*layer.statistics, *found)}")


def _unlisted(layer, before, method, inputs):
    listed = {*layer.weights, *layer.statistics}
    changed = [name for name, _, _, now in numbers(layer)
               if name not in listed and not (name in before and same(before[name], now))]
    return computed_with(layer, method, inputs, changed)


def _named(found):
    """Advice for what has no name of its own, so that no class can list it."""
    if not all(map(str.isidentifier, found)):
        return ('give each trained array a name of its own, self.W = ..., and list the names in the class: '
                'weights = ("W", "b")')
    return None


def same(before, now):
    now = np.asarray(now)
    return before.shape == now.shape and np.array_equal(before, now, equal_nan=now.dtype.kind in "fc")


def _is_numeric(thing):
    return isinstance(thing, (np.ndarray, np.generic, Number, list)) and np.asarray(thing).dtype.kind in "biuf"


def _words(thing):
    """What an error calls the thing that a method returned."""
    if isinstance(thing, np.ndarray):
        return f"an array of shape {thing.shape}" + ("" if _is_numeric(thing) else f" of {thing.dtype}")
    if isinstance(thing, (tuple, list)):
        return f"a {type(thing).__name__} of {len(thing)}"
    return "None" if thing is None else f"{type(thing).__name__} {thing!r}"
