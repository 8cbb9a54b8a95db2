"""A checkpoint keeps all that a training needs to go on where it stopped, as if it had never stopped: bit for bit.

It is an .npz file without pickled objects. "about" is a text in JSON: the settings that the training began with, and
where each piece of the state belongs. "losses", "order" (of the epoch's images), "random" (of NumPy's generator) and
"0", "1", ... are arrays. "sha256" is the checksum of all of it, so that a damaged file is never taken for a good one.

The state is all that the next step depends on, beyond settings: weights and statistics; the arrays in optimizers, and
elsewhere in a layer those of a weight's shape (velocities, moments); and the numbers and NumPy's random generators in
any layer and in the augmentation, also of a student's own, however deep in their attributes (`__slots__` are not looked
into). What a forward pass leaves behind for its way back belongs to no state.
"""
import hashlib
import json
import sys
import zlib
from collections import deque

import numpy as np

from nn.checks.attributes import attributes, replace
from nn.files.atomic import atomic_write
from nn.layer import named_layers
from training.callbacks import Callback
from training.loop import History

PLAIN = (bool, int, float, type(None))


class SaveCheckpoint(Callback):
    """Writes a Checkpoint to a file before each epoch and at the end. A disk that is full does not end the training."""

    def __init__(self, checkpoint, path):
        self.checkpoint, self.path = checkpoint, path

    def on_epoch_begin(self, training):
        try:
            self.checkpoint.write(self.path, training.net, training.history)
        except OSError as error:
            print(f"error: what was reached could not be kept: {error}", file=sys.stderr, flush=True)

    def on_train_end(self, training):
        if training.intact:
            self.on_epoch_begin(training)


class Checkpoint:
    """The checkpoints of one training: of `net`, as `experiment` says, with train_set = (X, Y).

    It is made before anything is learned, and notes what the settings are then, down to each number and name.
    """

    def __init__(self, net, experiment, train_set):
        self.settings = {"layers": ", ".join(map(repr, net.layers)), "data": _fingerprint(train_set),
                         **settings("experiment", experiment)}
        self.augment = experiment.augment
        for place, layer in named_layers(net.layers):
            self.settings.update(settings(f"layer {place} {layer!r}", layer))

    def write(self, path, net, history):
        """Write the state of `net`, a History and NumPy's generator to a file, whole or not at all."""
        algorithm, keys, *position = np.random.get_state()
        arrays = {"losses": np.array(history.losses, np.float64), "random": keys}
        if history.order is not None:
            arrays["order"] = history.order
        names = {}  # an array that is in two places is one array when it comes back, too
        pieces = [[where, _written(value, arrays, names)] for where, value in _state(net, self.augment)]
        about = json.dumps({"settings": self.settings, "pieces": pieces, "random": [algorithm, position],
                            "accuracies": history.accuracies}, default=np.ndarray.tolist).encode()
        arrays["about"] = np.frombuffer(about, np.uint8)
        atomic_write(path, lambda file: np.savez(file, sha256=_checksum(arrays), **arrays))

    def restore(self, path, net):
        """Give `net` and NumPy's generator the state that was written to a file. Returns the History until then.

        Raises OSError if there is no such file, and ValueError, which names it, if it is damaged or of another
        training. Then nothing has changed.
        """
        arrays = _read(path)
        about = json.loads(arrays["about"].tobytes())
        theirs = about["settings"]
        for name in {**self.settings, **theirs}:
            here, there = (kept.get(name, "missing") for kept in (self.settings, theirs))
            if here != there:
                raise ValueError(f"{path} is the checkpoint of another training: {name} is {there} there and {here} "
                                 f"here")
        read = {}  # name -> array, with its axes in the right order
        _put_back(net, self.augment, [(where, _read_piece(piece, arrays, read)) for where, piece in about["pieces"]])
        algorithm, position = about["random"]
        np.random.set_state((algorithm, arrays["random"], *position))
        accuracies = {name: [tuple(point) for point in points] for name, points in about["accuracies"].items()}
        return History(arrays["losses"].tolist(), accuracies, order=arrays.get("order"))


def _fingerprint(train_set):
    return ", ".join(f"{array.shape} {zlib.crc32(np.ascontiguousarray(array)):08x}" for array in train_set)


def _written(value, arrays, names):
    """A piece of the state as JSON has it; an array goes into `arrays`, under the name that JSON then has.

    It goes there with its axes in the order in which they lie in memory, because products of matrices that lie
    otherwise differ in their last bits.
    """
    if isinstance(value, np.random.Generator):
        return {"generator": value.bit_generator.state}
    if isinstance(value, np.random.RandomState):
        return {"random state": value.get_state(legacy=False)}
    if not isinstance(value, (np.ndarray, np.generic)):
        return {"value": value}
    axes = sorted(range(value.ndim), key=lambda axis: -value.strides[axis])
    name = names.setdefault(id(value), str(len(names)))
    arrays[name] = np.transpose(value, axes)
    return {"array": name, "axes": np.argsort(axes).tolist(), "number": isinstance(value, np.generic)}


def _read_piece(piece, arrays, read):
    if "generator" in piece:
        generator = np.random.Generator(getattr(np.random, piece["generator"]["bit_generator"])())
        generator.bit_generator.state = piece["generator"]
        return generator
    if "random state" in piece:
        generator = np.random.RandomState()
        generator.set_state(piece["random state"])
        return generator
    if "value" in piece:
        return piece["value"]
    name = piece["array"]
    array = read.setdefault(name, np.transpose(arrays[name], piece["axes"]))
    return array[()] if piece["number"] else array


def _checksum(arrays):
    """SHA-256 over the names, types, shapes and numbers of all arrays, as 32 bytes."""
    digest = hashlib.sha256()
    for name, array in sorted(arrays.items()):
        digest.update(f"{name} {array.dtype.str} {array.shape} ".encode())
        digest.update(np.ascontiguousarray(array))
    return np.frombuffer(digest.digest(), np.uint8)


def _read(path):
    """name -> array of all that is in the file, if its checksum is right."""
    with open(path, "rb") as file:
        try:
            with np.load(file, allow_pickle=False) as entries:
                arrays = {name: entries[name] for name in entries.files}
            whole = np.array_equal(arrays.pop("sha256"), _checksum(arrays)) and "about" in arrays
        except Exception:  # damaged bytes can make zipfile and NumPy raise nearly any type
            whole = False
    if not whole:
        raise ValueError(f"{path}: expected a file that --checkpoint wrote, but it is damaged, or of another kind")
    return arrays


def _state(net, augment):
    """(what, value) of each piece: `what` is a list that says where it is, value a number, None, array or generator."""
    pieces = [(["net", "", "lr"], net.lr)]
    for place, thing in _things(net, augment):
        listed = {*getattr(thing, "weights", ()), *getattr(thing, "statistics", ())}
        shapes = {np.shape(getattr(thing, name)) for name in listed} | {()}
        parents = {id(thing): ""}
        for name, holder, key, value in attributes(thing):
            parents[id(value)] = name
            of_state = name in listed or name.startswith("optimizers[")
            if _is_state(value, of_state, shapes) and not isinstance(holder, tuple):
                pieces.append(([place, parents[id(holder)], key], value))
    return pieces


def _put_back(net, augment, pieces):
    """Give each piece of a `_state` back to where it was. Raises ValueError, changing nothing, if one is missing."""
    holders = {("net", ""): net}
    for place, thing in _things(net, augment):
        holders[place, ""] = thing
        holders.update({(place, name): value for name, _, _, value in attributes(thing)})
    for (place, parent, key), _ in pieces:
        if (place, parent) not in holders:
            raise ValueError(f"there is nothing here that could take the {key} of {place}.{parent}")
    for (place, parent, key), value in pieces:
        _set(holders[place, parent], key, value)


def _things(net, augment):
    """(place, object) of each layer, and of the augmentation if it has attributes."""
    return [*named_layers(net.layers), *([("augment", augment)] if hasattr(augment, "__dict__") else [])]


def _set(holder, key, value):
    if isinstance(holder, (list, deque)) and key == len(holder):
        holder.append(value)
    else:
        replace(holder, key, value)


def settings(place, thing):
    """name -> what it is, for all that is in an object before it works: numbers, shapes, functions' and classes' names.

    place: what the names begin with.
    """
    return {f"{place}.{name}": _described(value) for name, _, _, value in attributes(thing)}


def _is_state(value, of_state, shapes):
    if isinstance(value, (np.ndarray, np.generic)):
        return of_state or np.shape(value) in shapes
    return type(value) in PLAIN or isinstance(value, (np.random.Generator, np.random.RandomState))


def _described(value):
    if isinstance(value, (np.ndarray, np.generic)) and np.ndim(value):
        return f"array {value.shape}"
    if isinstance(value, np.generic):
        return value.item()
    if type(value) in PLAIN or isinstance(value, str):
        return value
    return getattr(value, "__qualname__", value.__class__.__qualname__)
