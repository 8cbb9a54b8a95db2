"""A wrapper stands around a layer, in its place, and is that layer for everybody who asks."""
from nn.layer import AbstractLayer


@AbstractLayer.register
class Wrapper:
    """A layer around `layer`: every attribute and method is the layer's, also when it is set. A subclass adds its own.

    own: attributes of the wrapper itself, whose names begin with _ and so hide none of the layer's.
    """

    def __init__(self, layer, **own):
        vars(self).update(own, _layer=layer)

    def __getattr__(self, name):
        if name == "_layer" or name.startswith("__"):  # a copy that is being made has no layer yet
            raise AttributeError(name)
        return getattr(self._layer, name)

    def __setattr__(self, name, value):
        if name in vars(self):
            vars(self)[name] = value
        else:
            setattr(self._layer, name, value)

    def __repr__(self):
        return repr(self._layer)


def unwrapped(layer):
    """The layer itself, whatever stands around it."""
    while isinstance(layer, Wrapper):
        layer = layer._layer
    return layer
