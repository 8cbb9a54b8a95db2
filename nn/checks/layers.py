"""A list of layers is checked when it comes or changes: it holds layers, each in one place, that share nothing."""
import numpy as np

from nn.layer import AbstractLayer


def check_layers(layers):
    """TypeError or ValueError unless each is a layer, an object of its own, and there is one at least."""
    for k, layer in enumerate(layers):
        if not isinstance(layer, AbstractLayer):
            hint = (f"; write {layer.__name__}(...)" if isinstance(layer, type) else
                    "; write * before a list within the list" if isinstance(layer, (list, tuple)) else "")
            raise TypeError(f"layers[{k}] must be a layer, an object of a subclass of AbstractLayer, "
                            f"but is {layer!r}{hint}")
        if any(layer is other for other in layers[:k]):
            raise ValueError(f"layers[{k}] is the same object as an earlier one, {layer!r}: "
                             f"make one for each place")
    if not layers:
        raise ValueError("a network needs at least one layer, but the list is empty")


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
