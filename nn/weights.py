"""A trained network is its layers' arrays, weights and statistics: an .npz file keeps them, an entry for each array."""
import numpy as np

from nn.layer import reach


def save(net, path):
    """Write each array of `net` as "place.name", such as 0.w, to an .npz file at `path`."""
    with open(path, "wb") as file:
        np.savez(file, **{entry: getattr(layer, name) for entry, layer, name in _arrays(net)})


def load(net, path):
    """Read what `save` wrote. Raises ValueError, changing nothing, if the file holds the weights of another network."""
    with np.load(path, allow_pickle=False) as file:
        saved = {entry: file[entry] for entry in file.files}
    ours = {entry: getattr(layer, name).shape for entry, layer, name in _arrays(net)}
    theirs = {entry: array.shape for entry, array in saved.items()}
    if ours != theirs:
        wrong = sorted(entry for entry in {*ours, *theirs} if ours.get(entry) != theirs.get(entry))
        raise ValueError(f"{path} holds the weights of another network: " + ", ".join(
            f"{entry} is {theirs.get(entry, 'missing')} there and {ours.get(entry, 'missing')} here"
            for entry in wrong))
    for entry, layer, name in _arrays(net):
        setattr(layer, name, saved[entry].astype(net.dtype))


def _arrays(net):
    """(entry in the file, layer, name of its attribute) of each array that makes the network what it is."""
    return [(f"{place}.{name}", layer, name) for place, layer in reach(net.layers)
            for name in (*layer.weights, *layer.statistics)]
