"""Statistics are what layers learn by looking, and not by their gradients: a running mean, for one."""
import numpy as np


def statistics(layers):
    """(layer, name, a copy of the array) of each statistic of these layers, and of those within them, as it is now."""
    kept = []
    for layer in layers:
        kept += [(layer, name, np.array(getattr(layer, name))) for name in layer.statistics]
        if layer.sublayers:
            kept += statistics(layer.sublayers)
    return kept


def put_back(kept):
    """Give the layers what `statistics` kept of them."""
    for layer, name, array in kept:
        setattr(layer, name, array)
