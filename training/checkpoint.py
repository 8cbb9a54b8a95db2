"""A checkpoint keeps all that a training needs to go on where it stopped, as if it had never stopped: bit for bit.

It is an .npz file without pickled objects. "about" is a text in JSON: the settings that the training began with, and
where each piece of its state (`training.state`) belongs. "losses", "order" (of the epoch's images), "random" (of
NumPy's generator) and "0", "1", ... are arrays. "sha256" is the checksum of all of it, so that a file that was damaged
by accident is never taken for a good one. Who alters a file on purpose writes a new checksum, too. So all that is read
is checked before anything changes, and no name from the file is looked up but in a list of those that may be there.
"""
import hashlib
import json
import os
import random
import sys
import zlib

import numpy as np

from nn.checks.attributes import attributes
from nn.contract import undisturbed
from nn.files import npz
from nn.files.atomic import atomic_write
from nn.files.npz import Unfit, shown
from nn.layer import named_layers
from training import generators
from training.callbacks import Callback
from training.expected import Expected, Left, check_weights, copied, step
from training.loop import History
from training.state import PLAIN, Place, holders, put, state

WANTED = "a file that --checkpoint wrote"
LARGEST = 2 ** 40  # bytes of a file of which only a text is read
TEXT = 2 ** 22  # bytes of "about", at most
TIMES, MORE = 32, 2 ** 27  # bytes of arrays: so many times the network's and so many more, at most
DIGITS = 45  # of a whole number, at most


class SaveCheckpoint(Callback):
    """Writes a Checkpoint to a file before each epoch and at the end. A disk that is full does not end the training.

    Raises FileExistsError if there is something in the file already, unless the Checkpoint was restored from it.
    """

    def __init__(self, checkpoint, path):
        self.checkpoint, self.path = checkpoint, path
        if path and os.path.isfile(path) and os.path.getsize(path) and not checkpoint.is_from(path):
            raise FileExistsError(f"{path} is there already, perhaps from an earlier start of this training: add "
                                  f"--resume {path}, or name another file")

    def on_epoch_begin(self, training):
        try:
            self.checkpoint.write(self.path, training.net, training.history)
            training.history.unkept = False
        except (OSError, ValueError) as error:
            training.history.unkept = True
            print(f"error: what was reached could not be kept: {error}", file=sys.stderr, flush=True)

    def on_train_end(self, training):
        if training.intact:
            self.on_epoch_begin(training)


class Checkpoint:
    """The checkpoints of one training: of `net`, as `experiment` says, with train_set = (X, Y).

    It is made before anything is learned, and notes what the settings are then, down to each number and name. Raises
    ValueError if the network or the augmentation holds something that changes and cannot be kept.
    """

    def __init__(self, net, experiment, train_set):
        self.settings = {"layers": ", ".join(map(repr, net.layers)), "data": _fingerprint(train_set),
                         **settings("experiment", experiment)}
        for place, layer in named_layers(net.layers):
            self.settings.update(settings(f"layer {place} {layer!r}", layer))
        self.augment, self.restored_from, self.images = experiment.augment, None, len(train_set[0])
        self.batch = tuple(array[:experiment.batch_size] for array in train_set)
        self.most_losses = experiment.steps(self.images) + 2 ** 20
        self.expected = Expected(net, self.augment, self.batch)
        _global_state()

    def is_from(self, path):
        """Whether the training goes on from this file."""
        return self.restored_from == os.path.realpath(path)

    def write(self, path, net, history):
        """Write the state of `net`, a History and the global random generators to a file, whole or not at all.

        Raises OSError if it cannot be written, and ValueError if `restore` would not take it back.
        """
        keys, algorithm, position = _global_state()
        writer, pieces = _Writer(), state(net, self.augment)
        about = {"settings": self.settings, "random": [algorithm, position], "python": random.getstate(),
                 "accuracies": history.accuracies,
                 "pieces": [*([place, writer(value)] for place, value in pieces.items()),
                            *([place, {"left": True}] for place in self.expected.left(pieces, net, self.augment))]}
        text = json.dumps(about, default=lambda value: value.tolist()).encode()
        arrays = {"losses": np.array(history.losses, np.float64), "random": keys,
                  "about": np.frombuffer(text, np.uint8), **writer.arrays}
        if history.order is not None:
            arrays["order"] = history.order
        with npz.refusing(path, "what can be read again"):
            self._checked(_about(arrays), arrays, net)
        atomic_write(path, lambda file: np.savez(file, sha256=_checksum(arrays), **arrays))

    def restore(self, path, net):
        """Give `net` and the global random generators the state that was written. Returns the History until then.

        net: as it was when the Checkpoint was made. Raises OSError if there is no such file, and ValueError, which
        names it, if it is damaged or altered, or of another training. Then nothing has changed.
        """
        largest = MORE + TIMES * self.expected.nbytes
        with npz.opened(path, WANTED, largest) as archive:
            arrays = _arrays(archive, largest)
            about = _about(arrays)
        self._check_settings(path, about["settings"])
        with npz.refusing(path, WANTED):
            pieces, numpys, pythons, history = self._checked(about, arrays, net)
            self._try(pieces, net)
        put(pieces, net, self.augment)
        np.random.set_state(numpys)
        random.setstate(pythons)
        self.restored_from = os.path.realpath(path)
        return history

    def _try(self, pieces, net):
        """Have copies take two steps in this state, because what a step needs of it, only the step knows. Or Unfit."""
        try:
            twin, (augment, pieces) = copied(net, self.augment, pieces)
        except Exception:  # there is no copy of a lock, or of a file that is open
            return
        X, Y = self.batch
        try:
            with undisturbed(), generators.undisturbed(holders(net, augment).get(("outside", ""), {})):
                put(pieces, twin, augment)
                for _ in range(2):
                    step(twin, (X if augment is None else augment(X), Y))
                    check_weights(net, twin)
                twin.forward(X[:1])
        except Exception as error:
            raise Unfit(f"the next step would end with {type(error).__name__}: {shown(str(error))}") from None

    def _check_settings(self, path, theirs):
        for name in {**self.settings, **theirs}:
            here, there = (kept.get(name, "missing") for kept in (self.settings, theirs))
            if here != there and (here == here or there == there):  # nan is nan here, too
                raise ValueError(f"{path} is the checkpoint of another training: {shown(name)} is {shown(there)} there "
                                 f"and {here} here, but must be the same" + _option(name, there))

    def _checked(self, about, arrays, net):
        """(pieces, states of NumPy's and of Python's generator, History), found fit for `net`; or any exception."""
        reader = _Reader(arrays)
        pieces = {Place(*place): reader(piece) for place, piece in about["pieces"]}
        if len(pieces) < len(about["pieces"]):
            raise Unfit("a piece of its state is in it twice")
        if reader.unused:
            raise Unfit(f"{shown(min(reader.unused))} in it belongs nowhere")
        self.expected.check(pieces, net, self.augment)
        algorithm, (at, has_gauss, gauss) = about["random"]
        state = {"key": reader.whole("random", np.uint32, 624), "pos": at}
        numpys = generators.read({"kind": "RandomState", "state": {
            "bit_generator": algorithm, "state": state, "has_gauss": has_gauss, "gauss": gauss}}).get_state()
        pythons = generators.read({"kind": "Random", "state": about["python"]}).getstate()
        pieces = {place: value for place, value in pieces.items() if value is not Left}
        return pieces, numpys, pythons, self._history(about, arrays, reader)

    def _history(self, about, arrays, reader):
        losses = arrays["losses"]
        if losses.dtype != np.float64 or losses.ndim != 1 or not len(losses) <= self.most_losses or (
                not np.isfinite(losses).all()):
            raise Unfit("its losses are no row of numbers")
        order = arrays.get("order")
        if order is not None and not np.array_equal(np.sort(reader.whole("order", np.int_, self.images)),
                                                    np.arange(self.images)):
            raise Unfit("its order is not one of all images")
        accuracies = {name: [(int(iteration), float(percent)) for iteration, percent in points]
                      for name, points in about["accuracies"].items()}
        for iteration, percent in [point for points in accuracies.values() for point in points]:
            if not (0 <= iteration <= len(losses) and np.isfinite(percent)):
                raise Unfit("its accuracies are not those of its iterations")
        return History(losses.tolist(), accuracies, order=order)


def about(path):
    """The names of the function that made a checkpoint's layers, and of their activation function."""
    with npz.opened(path, WANTED, LARGEST) as archive:
        if npz.headers(archive)["about"].nbytes > TEXT:
            raise Unfit("its text is too long")
        kept = json.loads(npz.array(archive, "about").tobytes(), parse_int=_whole_number)["settings"]
    return {name: kept[f"experiment.{name}"] for name in ("make_layers", "activation")
            if isinstance(kept.get(f"experiment.{name}"), str)}


def load_weights(net, path):
    """Give `net` the weights and statistics of a checkpoint, and nothing else of it. Raises as `restore` does."""
    named = [(Place(place, "", name), layer) for place, layer in named_layers(net.layers)
             for name in (*layer.weights, *layer.statistics)]
    largest = MORE + TIMES * sum(getattr(layer, place.key).nbytes for place, layer in named)
    with npz.opened(path, WANTED, largest) as archive:
        arrays = _arrays(archive, largest)
        pieces, reader = {Place(*place): piece for place, piece in _about(arrays)["pieces"]}, _Reader(arrays)
        found = [reader(pieces[place]) if place in pieces else None for place, _ in named]
        for (place, layer), array in zip(named, found):
            here, there = getattr(layer, place.key).shape, "missing" if array is None else np.shape(array)
            if here != there or not np.isfinite(array).all():
                raise Unfit(f"it is of another network: the {place} is {there} there and {here} here")
    for (place, layer), array in zip(named, found):
        setattr(layer, place.key, np.array(array, net.dtype))


class _Writer:
    """Values of pieces as JSON has them; an array goes into `arrays`, under the name that JSON then has.

    It goes there with its axes in the order in which they lie in memory, because products of matrices that lie
    otherwise differ in their last bits. What is in two places is one thing when it comes back, too.
    """

    def __init__(self):
        self.arrays, self.names, self.generators = {}, {}, {}

    def __call__(self, value):
        if generators.is_generator(value):
            name = self.generators.setdefault(generators.identity(value), len(self.generators))
            return {"generator": generators.written(value), "name": name}
        if type(value) is tuple:
            return {"tuple": [self(item) for item in value]}
        if type(value) is complex:
            return {"complex": [value.real, value.imag]}
        if not isinstance(value, (np.ndarray, np.generic)):
            return {"value": value}
        axes = sorted(range(value.ndim), key=lambda axis: -value.strides[axis])
        name = self.names.setdefault(id(value), str(len(self.names)))
        self.arrays[name] = np.transpose(value, axes)
        return {"array": name, "axes": np.argsort(axes).tolist(), "number": isinstance(value, np.generic)}


class _Reader:
    """The values of what a _Writer wrote. unused: the names of arrays that none of them is.

    Raises Unfit, or any exception, for what it cannot have written.
    """

    def __init__(self, arrays):
        self.arrays, self.values, self.generators = arrays, {}, {}
        self.unused = {*arrays} - {"losses", "random", "about", "order"}

    def __call__(self, piece):
        [kind] = {*piece} - {"name", "axes", "number"}
        given = piece[kind]
        if kind == "generator":
            if piece["name"] not in self.generators:
                self.generators[piece["name"]] = generators.read(given)
            return self.generators[piece["name"]]
        if kind == "array":
            return self._array(given, tuple(piece["axes"]), piece["number"])
        if kind == "value" and type(given) in PLAIN:
            return given
        return {"tuple": self._tuple, "complex": self._complex, "left": self._left}[kind](given)

    def _array(self, name, axes, number):
        array = self.arrays[name]
        if sorted(axes) != [*range(array.ndim)] or number not in (True, False) or number and array.ndim:
            raise Unfit(f"the axes of {shown(name)} are wrong")
        self.unused.discard(name)
        # under one name there may be an array, a number, and the same array with its axes in another order
        whole = self.values.setdefault((name, axes), np.transpose(array, axes))
        return whole[()] if number else whole

    def _tuple(self, items):
        return tuple(map(self, items))

    def _complex(self, parts):
        real, imaginary = parts
        return complex(float(real), float(imaginary))

    def _left(self, given):
        return Left

    def whole(self, name, dtype, n):
        """An array of n whole numbers."""
        array = self.arrays[name]
        if array.dtype != dtype or array.shape != (n,):
            raise Unfit(f"{name} in it is no row of {n} whole numbers")
        return array


def _fingerprint(train_set):
    return ", ".join(f"{array.shape} {zlib.crc32(np.ascontiguousarray(array)):08x}" for array in train_set)


def _global_state():
    """(keys, algorithm, the rest) of NumPy's global generator, or ValueError for another one than it usually is."""
    if np.random.get_state(legacy=False)["bit_generator"] != "MT19937":
        raise ValueError("a checkpoint cannot keep np.random's state, because np.random.set_bit_generator gave it "
                         "another generator: leave that out")
    algorithm, keys, *position = np.random.get_state()
    return keys, algorithm, position


def _checksum(arrays):
    """SHA-256 over the names, types, shapes and numbers of all arrays, as 32 bytes."""
    digest = hashlib.sha256()
    for name, array in sorted(arrays.items()):
        digest.update(f"{name} {array.dtype.str} {array.shape} ".encode())
        digest.update(np.ascontiguousarray(array))
    return np.frombuffer(digest.digest(), np.uint8)


def _arrays(archive, largest):
    """name -> array of all that is in the archive. Raises Unfit unless its checksum is right."""
    headers = npz.headers(archive)
    for name, header in headers.items():
        if header.dtype.kind not in "biufc" or not header.dtype.isnative:
            raise Unfit(f"{shown(name)} in it is no array of numbers")
    if sum(header.nbytes for header in headers.values()) > largest or headers["about"].nbytes > TEXT:
        raise Unfit(f"its arrays take more than {largest:,} bytes, or its text more than {TEXT:,}")
    arrays = {name: npz.array(archive, name) for name in headers}
    if not np.array_equal(arrays.pop("sha256"), _checksum(arrays)):
        raise Unfit("it is damaged: its checksum is wrong")
    return arrays


def _about(arrays):
    """What "about" says. Raises Unfit, or any exception, if it is nothing that `write` wrote."""
    if arrays["about"].nbytes > TEXT:
        raise Unfit(f"its numbers and texts, those in arrays not counted, take more than {TEXT:,} bytes: use arrays")
    about = json.loads(arrays["about"].tobytes(), parse_int=_whole_number)
    parts = {"settings", "pieces", "random", "python", "accuracies"}
    if set(about) != parts or not isinstance(about["settings"], dict):
        raise Unfit("it is of another version")
    return about


def _whole_number(digits):
    if len(digits) > DIGITS:  # Python takes a time that grows with the square of how many there are
        raise Unfit("it holds too large a number")
    return int(digits)


def settings(place, thing):
    """name -> what it is, for all that is in an object before it works: numbers, shapes, functions' and classes' names.

    place: what the names begin with.
    """
    return {f"{place}.{name}": _described(value) for name, _, _, value in attributes(thing)}


def _option(name, there):
    """How an option says a setting that differs."""
    if not name.startswith("experiment.") or name.count(".") > 1 or "make_layers" in name:
        return ""
    option = f"--{name.partition('.')[2].replace('_', '-')}"
    return f": leave {option} out" if there is None else f": write {option} {shown(there)}"


def _described(value):
    if isinstance(value, (np.ndarray, np.generic)) and np.ndim(value):
        return f"array {value.shape}"
    if isinstance(value, np.generic):
        value = value.item()
    if type(value) in PLAIN:
        return repr(value) if type(value) is complex else value
    return getattr(value, "__qualname__", value.__class__.__qualname__)
