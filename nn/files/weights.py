"""A trained network is its layers' arrays, weights and statistics: an .npz file keeps them, an entry for each array."""
import zipfile

import numpy as np
from numpy.lib import format as npy

from nn.files.atomic import atomic_write
from nn.layer import named_layers

READABLE = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}  # both are unpacked piece by piece, however large the whole


def save(net, path):
    """Write each array of `net` as "place.name", such as 0.w, to an .npz file at `path`, whole or not at all."""
    arrays = {entry: getattr(layer, name) for entry, layer, name in _arrays(net)}
    atomic_write(path, lambda file: np.savez(file, **arrays))


def load(net, path):
    """Read what `save` wrote, each array as numbers of its shape, and all of them before one is changed.

    Raises FileNotFoundError if there is no file, and ValueError, which names it, if it is anything but the weights of
    this network: damaged, of another network, or with values that no trained network has. Memory is bounded by the
    network's size, because a file that claims larger arrays is refused by what their headers say.
    """
    ours = {entry: np.shape(getattr(layer, name)) for entry, layer, name in _arrays(net)}
    with open(path, "rb") as file:
        try:
            with zipfile.ZipFile(file) as archive:
                _compare(ours, {entry: _shape(archive, entry) for entry in _entries(archive)})
                saved = {entry: _numbers(archive, entry, net.dtype) for entry in ours}
        except Exception as error:  # damaged bytes can make zipfile and NumPy raise nearly any type
            known = isinstance(error, _Unfit)  # NumPy's own words would advise to load pickles, which may run code
            reason = error if known else f"it is damaged, or no such file at all ({type(error).__name__})"
            raise ValueError(f"{path}: expected the weights that net.save wrote for these layers, "
                             f"but {reason}") from None
    for entry, layer, name in _arrays(net):
        setattr(layer, name, saved[entry])


class _Unfit(ValueError):
    """A file of weights does not fit the network; the message says why, in words that go on after "but"."""


def _arrays(net):
    """(entry in the file, layer, name of its attribute) of each array that makes the network what it is."""
    return [(f"{place}.{name}", layer, name) for place, layer in named_layers(net.layers)
            for name in (*layer.weights, *layer.statistics)]


def _entries(archive):
    """The names of the arrays, without the ending .npy that np.savez gives them."""
    files = [info.filename for info in archive.infolist()]
    if len(set(files)) < len(files):
        raise _Unfit("two of its arrays have the same name")
    for file in files:
        if not file.endswith(".npy"):
            raise _Unfit(f"{file} in it is no array")
    return [file[:-len(".npy")] for file in files]


def _compare(ours, theirs):
    """Raise _Unfit unless both, entry -> shape, are the same."""
    if ours != theirs:
        wrong = sorted(entry for entry in {*ours, *theirs} if ours.get(entry) != theirs.get(entry))
        raise _Unfit("it holds the weights of another network: " + ", ".join(
            f"{entry} is {theirs.get(entry, 'missing')} there and {ours.get(entry, 'missing')} here"
            for entry in wrong))


def _shape(archive, entry):
    """The shape of an array, from its header. Raises _Unfit if it does not hold real numbers."""
    info = archive.getinfo(f"{entry}.npy")
    if info.compress_type not in READABLE:
        raise _Unfit(f"{entry} is compressed in a way that NumPy does not use")
    with archive.open(info) as stream:
        if npy.read_magic(stream) != (1, 0):  # np.savez writes this version for all arrays of numbers
            raise _Unfit(f"{entry} has the header of another version of NumPy's format")
        shape, _, dtype = npy.read_array_header_1_0(stream)
    if dtype.kind not in "iuf":
        raise _Unfit(f"{entry} holds {dtype.name} values instead of real numbers")
    return shape


def _numbers(archive, entry, dtype):
    """The array, in `dtype`. Raises _Unfit if its bytes are damaged, or its values are not those of a network."""
    with archive.open(f"{entry}.npy") as stream:
        stored = npy.read_array(stream, allow_pickle=False)
        if stream.read(1):  # zipfile compares the checksum at the end, and this is how to get there
            raise _Unfit(f"{entry} goes on after its last number")
    with np.errstate(over="ignore"):
        array = stored.astype(dtype)
    if not np.isfinite(array).all():
        raise _Unfit(f"{entry} holds nan, inf or numbers too large for {dtype.name}: a training that diverged leaves "
                     f"such weights")
    if entry.endswith("_var") and (array < 0).any():
        raise _Unfit(f"{entry} holds a negative variance")
    return array
