"""Statistics are what layers learn by looking, and not by their gradients: a running mean, for one."""
import numpy as np


class Statistics:
    """`with Statistics(layers) as found:` layers, and those within them, keep their statistics; `found` has the new.

    `found.put()` then gives them the new ones, once.
    """

    def __init__(self, layers):
        self.layers, self.found = layers, []

    def __enter__(self):
        self.before = _statistics(self.layers)
        return self

    def __exit__(self, *error):
        self.found = _statistics(self.layers)
        _set(self.before)

    def put(self):
        _set(self.found)
        self.found = []


def _statistics(layers):
    found = []
    for layer in layers:
        found += [(layer, name, np.array(getattr(layer, name))) for name in layer.statistics]
        if layer.sublayers:
            found += _statistics(layer.sublayers)
    return found


def _set(statistics):
    for layer, name, array in statistics:
        setattr(layer, name, array)
