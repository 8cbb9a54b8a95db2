"""Statistics are what layers learn by looking, and not by their gradients: a running mean, for one."""
import numpy as np


def statistics(layers):
    """(layer, name, a copy of the array) of each statistic of layers, and of those within them."""
    found = [(layer, name, np.array(getattr(layer, name))) for layer in layers for name in layer.statistics]
    for layer in layers:
        if layer.sublayers:
            found += statistics(layer.sublayers)
    return found


def put(found):
    """Let the layers have the statistics that were found. Each is put once: afterwards the list is empty."""
    while found:
        setattr(*found.pop())
