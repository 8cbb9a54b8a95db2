"""A checkpoint that was altered on purpose, and has a right checksum, is refused with nothing changed, or harmless."""
import copy
import json
import random
import tracemalloc
import zipfile

import numpy as np
import pytest

from nn import linear
from nn.layer import named_layers
from tests.small import dense
from tests.test_checkpoint import EXPERIMENT, VALIDATION, Noise, OwnOptimizer, Remembers, X, Y, new_net, replace
from training.augment import Compose, RandomShift
from training.callbacks import Validation
from training.checkpoint import Checkpoint, SaveCheckpoint, _checksum
from training.loop import train
from training.state import state

ODD = [None, True, 0, -1, 3, 10 ** 30, 1.5, -1e300, float("nan"), float("inf"), "", "test", "w", [], [1], {}, {"a": 1},
       "__class__", "forward", "layers", "../../etc/passwd", "9" * 50]


class Brighter:
    """An augmentation with a generator of NumPy's, one of Python's, a text, and a number."""

    def __init__(self):
        self.generator, self.other, self.phase, self.seen = np.random.default_rng(5), random.Random(3), "warm-up", 0

    def __call__(self, images):
        self.phase, self.seen = "main", self.seen + 1
        return images * (self.generator.uniform(0.8, 1.2) + self.other.uniform(0, 0.1))


def make_layers(activation, optimizer):
    return [dense(64, 6, activation=activation, optimizer=optimizer), Noise(),
            dense(6, 5, activation=activation, optimizer=Remembers()),
            dense(5, 3, activation=linear, optimizer=OwnOptimizer())]


def experiment():
    return replace(EXPERIMENT, make_layers=make_layers, augment=Compose(RandomShift(1), Brighter()))


def go_on(this, net, history, callbacks=()):
    return train(net, (X, Y), this.epochs, this.batch_size, schedule=this.learning_rates(len(X)), augment=this.augment,
                 history=history, callbacks=[Validation(VALIDATION), *callbacks], verbose=False)


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """name -> array of a checkpoint from the middle of a training."""
    this, path = experiment(), tmp_path_factory.mktemp("whole") / "c.npz"
    random.seed(0)
    net = new_net(this)
    keep = SaveCheckpoint(Checkpoint(net, this, (X, Y)), path)
    train(net, (X, Y), this.epochs, this.batch_size, augment=this.augment, iterations=11, callbacks=[keep],
          verbose=False)
    with np.load(path) as file:
        return {name: file[name] for name in file.files if name != "sha256"}


def write(path, arrays):
    np.savez(path, sha256=_checksum(arrays), **arrays)


def everything(net, augment):
    """All that a checkpoint may change, as a text."""
    pieces = {str(place): value.bit_generator.state if isinstance(value, np.random.Generator) else
              value.getstate() if isinstance(value, random.Random) else
              value.get_state() if isinstance(value, np.random.RandomState) else value
              for place, value in state(net, augment).items()}
    with np.printoptions(threshold=10 ** 9, precision=20):
        objects = [(place, *[id(getattr(layer, name)) for name in layer.weights])
                   for place, layer in named_layers(net.layers)]
        return repr((pieces, np.random.get_state(), random.getstate(), objects))


def leaves(tree, path=()):
    """The paths of all that is in a JSON tree."""
    yield path
    for key in tree if isinstance(tree, dict) else range(len(tree)) if isinstance(tree, list) else ():
        yield from leaves(tree[key], (*path, key))


def altered_text(arrays, generator):
    about = json.loads(arrays["about"].tobytes())
    branches = {}
    for path in leaves(about):
        if path:  # settings, pieces, accuracies, ... each as often
            kind = path[:1] if path[0] != "pieces" else (path[0], *path[2:4])
            branches.setdefault(kind, []).append(path)
    *way, key = generator.choice(branches[generator.choice(sorted(branches, key=str))])
    holder = about
    for step in way:
        holder = holder[step]
    kind = generator.randrange(5)
    if kind == 0:
        del holder[key]
    elif kind == 1 and isinstance(holder, list):
        holder.append(copy.deepcopy(holder[key]))
    elif kind == 2 and isinstance(holder, dict):
        holder[generator.choice(["odd", "0", "w"])] = holder.pop(key)
    elif kind == 3 and isinstance(holder[key], (int, float)):
        holder[key] = holder[key] * generator.choice([-1, 2, 1e6]) + generator.choice([0, 1])
    else:
        holder[key] = generator.choice(ODD)
    return {**arrays, "about": np.frombuffer(json.dumps(about).encode(), np.uint8)}


def altered_array(arrays, generator):
    name = generator.choice(sorted(arrays))
    array = arrays[name].copy()
    changes = [array[:-1] if array.ndim else array[None], array.reshape(-1), array[None], array.astype(complex),
               array.astype("f2"), array.astype(">f8"), array.astype(str), array.astype("i1"), array * np.nan,
               array.astype(bool), np.zeros((0,)), np.full(array.shape, np.inf), array.T, None,
               np.full(array.shape, 2 ** 63, np.uint64)]
    changed = generator.choice(changes)
    others = {other: array for other, array in arrays.items() if other != name}
    return others if changed is None else {**others, generator.choice([name] * 9 + ["odd", "99"]): changed}


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("seed, count", [(0, 24), pytest.param(1, 1000, marks=pytest.mark.slow)])
def test_altered_checkpoints_with_a_right_checksum_are_refused_or_harmless(seed, count, whole, tmp_path):
    generator, path, refused = random.Random(seed), tmp_path / "altered.npz", 0
    for k in range(count):
        alter = altered_text if k % 3 else altered_array
        write(path, alter(whole, generator))
        this = experiment()
        net = new_net(this)
        checkpoint, before = Checkpoint(net, this, (X, Y)), everything(net, this.augment)
        try:
            history = checkpoint.restore(path, net)
        except ValueError as error:
            assert str(error).startswith(f"{path}") and str(error).isprintable() and len(str(error)) < 2000
            assert everything(net, this.augment) == before
            refused += 1
        else:
            history = go_on(this, net, history)
            assert len(history.losses) == 24 or history.diverged
            assert all(np.isfinite(getattr(layer, name)).all() for layer in net.layers for name in layer.weights)
    assert 0.7 * count < refused < count
    print(f"{refused} of {count} altered checkpoints were refused, the others are harmless")


def text(arrays):
    return json.loads(arrays["about"].tobytes())


def with_text(arrays, about):
    return {**arrays, "about": np.frombuffer(json.dumps(about).encode(), np.uint8)}


def assert_refused(path, words=""):
    this = experiment()
    net = new_net(this)
    checkpoint, before = Checkpoint(net, this, (X, Y)), everything(net, this.augment)
    tracemalloc.start()
    with pytest.raises(ValueError) as caught:
        checkpoint.restore(path, net)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert str(caught.value).startswith(f"{path}") and words in str(caught.value) and len(str(caught.value)) < 2000
    assert str(caught.value).isprintable() and everything(net, this.augment) == before
    assert peak < 200_000_000


@pytest.mark.parametrize("name", ["test", "seed", "Generator", "RandomState", "__class__", "bit_generator"])
def test_only_the_five_bit_generators_are_looked_up(name, whole, tmp_path, monkeypatch):
    monkeypatch.setattr(np.random, "test", lambda *arguments, **more: pytest.fail("it was called"), raising=False)
    about = text(whole)
    for _, piece in about["pieces"]:
        if "generator" in piece and "bit_generator" in piece["generator"]["state"]:
            piece["generator"]["state"]["bit_generator"] = name
    write(tmp_path / "c.npz", with_text(whole, about))
    assert_refused(tmp_path / "c.npz")


@pytest.mark.parametrize("kind", [np.random.MT19937, np.random.PCG64, np.random.PCG64DXSM, np.random.Philox,
                                  np.random.SFC64])
def test_each_bit_generator_goes_on_and_no_other_takes_its_place(kind, tmp_path):
    def begin(seed, kind=kind):
        this = experiment()
        this.augment.augmentations[1].generator = np.random.Generator(kind(seed))
        net = new_net(this)
        return this, net, Checkpoint(net, this, (X, Y))
    this, net, checkpoint = begin(1)
    this.augment(X[:3])
    checkpoint.write(tmp_path / "c.npz", net, go_on(replace(this, epochs=1), net, None))
    expected = this.augment.augmentations[1].generator.random(700).tolist()
    this, net, checkpoint = begin(2)
    checkpoint.restore(tmp_path / "c.npz", net)
    assert this.augment.augmentations[1].generator.random(700).tolist() == expected
    this, net, checkpoint = begin(1, np.random.SFC64 if kind is not np.random.SFC64 else np.random.PCG64)
    with pytest.raises(ValueError, match="of another type"):
        checkpoint.restore(tmp_path / "c.npz", net)


def test_place_in_a_generators_row_of_numbers_is_looked_at(whole, tmp_path):
    for at in (-1, 625, 2 ** 31):
        about = text(whole)
        about["random"][1][0] = at
        write(tmp_path / "c.npz", with_text(whole, about))
        assert_refused(tmp_path / "c.npz")


def test_bombs_are_refused_by_their_sizes(whole, tmp_path):
    path = tmp_path / "c.npz"
    for name, shape in (("3", (2 ** 28,)), ("about", (2 ** 23,)), ("losses", (2 ** 40,)), ("99", (2 ** 28,))):
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for entry, array in whole.items():
                if entry != name:
                    with archive.open(f"{entry}.npy", "w") as file:
                        np.lib.format.write_array(file, array)
            with archive.open(f"{name}.npy", "w", force_zip64=True) as file:
                np.lib.format.write_array_header_1_0(file, {"descr": "|u1", "fortran_order": False, "shape": shape})
                for _ in range(min(40, shape[0] // 2 ** 20)):
                    file.write(bytes(2 ** 20))
        assert path.stat().st_size < 3_000_000
        assert_refused(path, "take more than")
    with open(path, "wb") as file:
        file.truncate(2 ** 33)  # takes no room on the disk
    assert_refused(path, "the file is larger than")


@pytest.mark.slow
def test_text_that_nests_or_counts_too_far_is_refused(whole, tmp_path):
    for content in (b"[" * 2_000_000, b"[" * 10_000 + b"]" * 10_000, b"9" * 4_000_000,
                    b"[" + b"{}," * 1_300_000 + b"{}]", b'{"settings": ' + b"9" * 100_000 + b"}", b'"\\ud800"',
                    b"\xff\xfe", b"nul", b"{}"):
        write(tmp_path / "c.npz", {**whole, "about": np.frombuffer(content, np.uint8)})
        assert_refused(tmp_path / "c.npz")


@pytest.mark.slow
def test_a_files_own_text_is_shortened_in_messages_and_steers_no_terminal(whole, tmp_path):
    for odd in ("x" * 3_000_000, "\x1b]0;title\x07", "\u202egnp.exe", "two\nlines"):
        for change in (lambda about, odd=odd: about["settings"].update({odd: 1}),
                       lambda about, odd=odd: about["settings"].update({"experiment.lr": odd}),
                       lambda about, odd=odd: about["pieces"].append([["0", odd, "w"], {"value": 1}]),
                       lambda about, odd=odd: about["pieces"].append([["0", "", odd], {"value": 1}]),
                       lambda about, odd=odd: about["pieces"].append([["0", "", "x"], {"array": odd}])):
            about = text(whole)
            change(about)
            write(tmp_path / "c.npz", with_text(whole, about))
            assert_refused(tmp_path / "c.npz")


def piece_of(about, *place):
    return next(piece for where, piece in about["pieces"] if where == [*place])


def with_value(*place, **value):
    """A function that gives a piece this value, or adds it."""
    def change(about, arrays):
        about["pieces"] = [[where, piece] for where, piece in about["pieces"] if where != [*place]]
        if value:
            about["pieces"].append([[*place], value])
    return change


def with_array(*place, make):
    def change(about, arrays):
        name = piece_of(about, *place)["array"]
        arrays[name] = make(arrays[name])
    return change


W, M = ("0", "", "w"), ("0", "optimizers['w']", "m")
GENERATOR = {"kind": "Generator", "state": {**np.random.PCG64(0).state}}


@pytest.mark.parametrize("change, words", [
    (with_array(*W, make=lambda w: w * np.nan), "the 'w' of 0 holds nan, inf"),
    (with_array(*W, make=lambda w: w.astype("f2")), "the 'w' of 0 is float16 of shape (64, 6) there, and float32"),
    (with_array(*W, make=lambda w: w[:, :-1]), "the 'w' of 0 is float32 of shape"),
    (with_array(*W, make=lambda w: w.astype(complex)), "the 'w' of 0 is complex128 of shape (64, 6) there"),
    (with_value(*W, value=0.5), "the 'w' of 0 is float64 of shape () there"),
    (with_value(*W, left=True), "the 'w' of 0 is type there"),
    (with_value(*W), "the 'w' of 0 is missing"),
    (with_array(*M, make=lambda m: np.full_like(m, np.inf)), "the 'm' of 0.optimizers['w'] holds nan, inf"),
    (with_array(*M, make=lambda m: m.astype("f8")), "the 'm' of 0.optimizers['w'] is of another type or shape"),
    (with_array(*M, make=lambda m: m.astype(complex)), "is of another type or shape"),
    (with_value(*M, value="text"), "is of another type or shape"),
    (with_value(*M, generator=GENERATOR, name=7), "is of another type or shape"),
    (with_value("0", "optimizers['w']", "t", value=-7), "the next step would end with"),
    (with_value("net", "", "lr", value=-1.0), "the 'lr' of net is no learning rate"),
    (with_value("net", "", "lr", value=float("nan")), "the 'lr' of net is no learning rate"),
    (with_value("net", "", "lr", value="fast"), "the 'lr' of net is no learning rate"),
    (with_value("net", "", "lr"), "the 'lr' of net is missing"),
    (with_value("net", "", "layers", value=1), "the 'layers' of net is no learning rate"),
    (with_value("0", "", "forward", value=1), "the 'forward' of 0 has no place here"),
    (with_value("0", "", "__class__", value=1), "the '__class__' of 0 has no place here"),
    (with_value("0", "", "optimizers", value=1), "the 'optimizers' of 0 has no place here"),
    (with_value("0", "", "activation", value=1), "the 'activation' of 0 has no place here"),
    (with_value("2", "optimizers['w'].past", 9, value=1), "the 9 of 2.optimizers['w'].past has no place here"),
    (with_value("2", "optimizers['w'].past", "0", value=1), "the '0' of 2.optimizers['w'].past has no place here"),
    (with_value("9", "", "w", value=1), "there is nothing here that could take the 'w' of 9"),
    (with_value("0", "nowhere", "w", value=1), "there is nothing here that could take the 'w' of 0.nowhere"),
    (with_value("augment", "augmentations[1]", "generator", value=3), "is of another type or shape"),
    (with_value("augment", "augmentations[1]", "phase", value=3), "is of another type or shape"),
    (with_value("augment", "augmentations[1]", "seen", value="many"), "is of another type or shape"),
])
def test_each_piece_is_looked_at(change, words, whole, tmp_path):
    about, arrays = text(whole), dict(whole)
    change(about, arrays)
    used = {piece["array"] for _, piece in about["pieces"] if "array" in piece}
    arrays = {name: array for name, array in arrays.items() if not name.isdecimal() or name in used}
    write(tmp_path / "c.npz", with_text(arrays, about))
    assert_refused(tmp_path / "c.npz", words)
