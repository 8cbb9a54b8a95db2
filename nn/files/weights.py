"""A trained network is its layers' arrays, weights and statistics: an .npz file keeps them, an entry for each array."""
import json
import os

import numpy as np

from nn.files import npz
from nn.files.atomic import atomic_write
from nn.files.npz import Unfit, shown
from nn.layer import named_layers

WIDEST = 16  # bytes of a number in the file, whatever dtype it was saved in
ABOUT, TEXT, LARGEST = "about", 4096, 2 ** 40  # an entry of texts, its bytes, and those of a whole file, at most
NAMED = 3  # arrays that do not fit are named in a message, at most


def save(net, path, about=None):
    """Write each array of `net` as "place.name", such as 0.w, to an .npz file at `path`, whole or not at all.

    about: what else there is to say of it, a dict of texts; they are kept in one more entry, "about".

    Raises FloatingPointError, writing nothing, for arrays that `load` would refuse: nan, inf, a negative variance.
    """
    if not isinstance(path, (str, os.PathLike)):
        raise TypeError(f"net.save takes the name of a file, but was given {path!r}: write net.save(\"weights.npz\")")
    arrays = {entry: getattr(layer, name) for entry, layer, name in _arrays(net)}
    for entry, layer, name in _arrays(net):
        fault = _fault(layer, name, np.asarray(arrays[entry], net.dtype))
        if fault:
            raise FloatingPointError(f"{path}: the weights are not saved, because {entry} {fault}")
    if about:
        arrays[ABOUT] = np.frombuffer(json.dumps(about).encode(), np.uint8)
    atomic_write(path, lambda file: np.savez(file, **arrays))


def about(path):
    """What `save` was given to say of the network, {} if nothing. Raises as `load` does."""
    with npz.opened(path, "the weights that net.save wrote", LARGEST) as archive:
        return _about(archive)


def _about(archive):
    header = npz.headers(archive).get(ABOUT)
    if header is None:
        return {}
    if header.dtype != np.uint8 or len(header.shape) != 1 or header.nbytes > TEXT:
        raise Unfit("it says more of itself than a short text: a file of --checkpoint is for --resume and --load")
    said = json.loads(npz.array(archive, ABOUT).tobytes())
    if not isinstance(said, dict) or not all(isinstance(text, str) and text.isprintable() for text in said.values()):
        raise Unfit("what it says of itself are no texts")
    return said


def load(net, path):
    """Read what `save` wrote, each array as numbers of its shape, and all of them before one is changed.

    Raises OSError if there is no file, and ValueError, which names it, if it is anything but the weights of this
    network: damaged, of another network, or with values that no trained network has. Memory is bounded by the network's
    size, because a file that claims larger arrays is refused by what their headers say.
    """
    ours = {entry: np.shape(getattr(layer, name)) for entry, layer, name in _arrays(net)}
    largest = WIDEST * sum(map(_size, ours.values()))
    with npz.opened(path, "the weights that net.save wrote for these layers", largest) as archive:
        said = _about(archive)
        _compare(ours, {entry: header for entry, header in npz.headers(archive).items() if entry != ABOUT}, said)
        saved = {entry: _numbers(archive, entry, layer, name, net.dtype) for entry, layer, name in _arrays(net)}
    for entry, layer, name in _arrays(net):
        setattr(layer, name, saved[entry])


def _arrays(net):
    """(entry in the file, layer, name of its attribute) of each array that makes the network what it is."""
    return [(f"{place}.{name}", layer, name) for place, layer in named_layers(net.layers)
            for name in (*layer.weights, *layer.statistics)]


def _size(shape):
    return int(np.prod(shape))


def _compare(ours, headers, said):
    """Raise Unfit unless entry -> shape are the same in `ours` and in the file, and all there are real numbers."""
    theirs = {entry: header.shape for entry, header in headers.items()}
    wrong = sorted(entry for entry in {*ours, *theirs} if ours.get(entry) != theirs.get(entry))
    if wrong:
        raise Unfit("it holds the weights of another network" + (
            f", {shown(said['network'])}" if "network" in said else "") + ": " + ", ".join(
            f"{shown(entry)} is {shown(theirs.get(entry, 'missing'))} there and {ours.get(entry, 'missing')} here"
            for entry in wrong[:NAMED]) + (f", and {len(wrong) - NAMED} more" if len(wrong) > NAMED else "")
            + "; name another file, or make the network that it was saved from")
    for entry, (_, dtype) in headers.items():
        if dtype.kind not in "iuf":
            raise Unfit(f"{entry} holds {dtype.name} values instead of real numbers")


def _numbers(archive, entry, layer, name, dtype):
    """The array, in `dtype`. Raises Unfit if its bytes are damaged, or its values are not those of a network."""
    with np.errstate(over="ignore"):
        array = npz.array(archive, entry).astype(dtype)
    fault = _fault(layer, name, array)
    if fault:
        raise Unfit(f"{entry} {fault}")
    return array


def _fault(layer, name, array):
    """What is wrong with an array that is to be the layer's, or None."""
    if not np.isfinite(array).all():
        return (f"holds nan, inf or numbers too large for {array.dtype.name}: a training that diverged leaves such "
                f"weights")
    if name in layer.variances and (array < 0).any():
        return "holds a negative variance"
    return None
