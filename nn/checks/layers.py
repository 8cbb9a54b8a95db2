"""A list of layers is checked when it comes or changes: it holds layers, each in one place, that share nothing."""
import numpy as np

from nn.checks.calls import example_of, shown
from nn.checks.settings import ACTIVATIONS
from nn.layer import AbstractLayer


def check_layers(layers):
    """TypeError or ValueError unless each is a layer, an object of its own, and there is one at least."""
    for k, layer in enumerate(layers):
        if not isinstance(layer, AbstractLayer):
            raise TypeError(f"layers[{k}] must be a layer, an object of a subclass of AbstractLayer, "
                            f"but is {shown(layer)}; {_no_layer(layer)}")
        if any(layer is other for other in layers[:k]):
            raise ValueError(f"layers[{k}] is the same object as an earlier one, {layer!r}: "
                             f"make one for each place, write {_another(layer)}")
    if not layers:
        raise ValueError("Network: a network needs at least one layer, but the list is empty: write "
                         "[FullyConnected((784, 10), ...)]")


def _no_layer(given):
    """What to write in place of something in the list that is no layer."""
    if isinstance(given, type) and issubclass(given, AbstractLayer):
        return f"write {example_of(given)}"
    if isinstance(given, (list, tuple)):
        return "write * before a list within the list"
    name = given if isinstance(given, str) else getattr(given, "__name__", shown(given))
    if hasattr(given, "in_parts") or name in ACTIVATIONS:
        return f"an activation function is a setting of a layer, as in activation=relu: leave {name} out"
    return f"leave {name} out" + (", or let the function that makes it end with a return" if given is None else "")


def _another(layer):
    return f"{repr(layer)[:-1]}, ...)" if getattr(layer, "optimizers", None) else repr(layer)


def check_nothing_is_shared(named_layers, owner):
    """ValueError if a layer stands in two blocks, or if two layers share an array: the first update would part them."""
    found, arrays = {}, []
    for place, layer in named_layers:
        here = f"{owner}{place}"
        other = found.setdefault(id(getattr(layer, "_layer", layer)), here)
        if other != here:
            raise ValueError(f"layer {here} is the same object as layer {other}, {layer!r}: make one for each place")
        for name in layer.weights:
            array = np.asarray(getattr(layer, name))
            for whose, shared in arrays:
                if np.may_share_memory(array, shared):
                    raise ValueError(f"{name} of layer {here}, {layer!r}, is the very array that is {whose}: weights "
                                     f"are not tied here; write {name} = {name}.copy()")
            arrays.append((f"{name} of layer {here}", array))


def check_dtypes(layers, dtype):
    """ValueError if another network has converted a layer since it was taken in."""
    for layer in layers:
        if getattr(layer, "dtype", dtype) != dtype:
            raise ValueError(f"{layer!r} computes in {layer.dtype}, but its network in {dtype}, because it was put "
                             f"into another network, too: make one for each")
