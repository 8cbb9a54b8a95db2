"""A training that was stopped, however, goes on to the same bits as one that never was; no other file will do."""
import hashlib
import itertools
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import deque
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from nn import (
    AbstractLayer,
    BatchNorm,
    Conv,
    Dropout,
    FullyConnected,
    MaxPooling,
    Network,
    cross_entropy,
    he,
    linear,
)
from nn.loss import SoftmaxCrossEntropy, one_hot
from training.augment import Compose, RandomShift
from training.callbacks import HOOKS, Callback, Validation
from training.checkpoint import Checkpoint, SaveCheckpoint
from training.experiment import OPTIMIZERS, Experiment
from training.loop import History, train

ROOT = Path(__file__).resolve().parents[1]
X = np.random.default_rng(0).random((60, 8, 8, 1)).astype(np.float32)
Y = one_hot(np.arange(60) % 3, 3)
VALIDATION = (X[:20], Y[:20])


class Own(AbstractLayer):
    """A student's own layer, with a velocity that appears at the first step, a counter, and a generator of its own."""

    def __init__(self):
        self.w = np.ones((3,))
        self.seen, self.memory, self.generator = 0, {}, np.random.default_rng(7)
        self.heat = np.float32(1.0)

    def forward(self, inputs):
        self.noise = 1 + 0.1 * self.generator.normal(size=inputs.shape)
        z = inputs * self.w * self.noise
        return z, z

    def predict(self, inputs):
        return inputs * self.w

    def get_activation_grad(self, z, upstream_gradient):
        return upstream_gradient

    def backward(self, layer_err):
        return layer_err * self.w * self.noise

    def get_weight_grad(self, inputs, layer_err):
        return np.sum(inputs * self.noise * layer_err, axis=0)

    def update(self, grad, lr):
        self.seen += 1
        self.memory["v"] = 0.9 * self.memory.get("v", 0.0) + grad
        self.heat = self.heat * np.float32(0.9)
        self.w = self.w - lr * self.heat / self.seen * self.memory["v"]


class OwnOptimizer:
    """A student's own optimizer, with the course's one method."""

    def __init__(self):
        self.past = []

    def update(self, dx, lr):
        self.past = [*self.past[-1:], dx]
        return lr * sum(self.past)


def make_layers(activation, optimizer):
    return [Conv((3, 3, 1, 4), activation=linear, optimizer=optimizer,
                 filter_init=lambda shape: np.random.normal(size=shape[::-1]).T * 0.3),  # lies otherwise in memory
            BatchNorm(4, activation=activation, optimizer=optimizer), MaxPooling(2),
            FullyConnected((36, 6), activation=activation, optimizer=optimizer, weight_init=he), Dropout(0.2),
            FullyConnected((6, 3), activation=linear, optimizer=OwnOptimizer(), weight_init=he), Own()]


EXPERIMENT = Experiment(make_layers, epochs=3, batch_size=8, schedule="cosine", lr=0.01, augment=RandomShift(1),
                        loss=SoftmaxCrossEntropy(0.1))


def new_net(experiment=EXPERIMENT, seed=0):
    np.random.seed(seed)
    return Network(experiment.layers(), lr=experiment.lr, loss=experiment.loss)


def bits(net, history):
    arrays = [getattr(layer, name).tobytes() for layer in net.layers for name in (*layer.weights, *layer.statistics)]
    return arrays, history.losses, history.accuracies, np.random.random()


def trained(experiment, net, history=None, callbacks=()):
    """The History of a training of `net` as the experiment says."""
    return train(net, (X, Y), experiment.epochs, experiment.batch_size, schedule=experiment.learning_rates(len(X)),
                 augment=experiment.augment, iterations=experiment.iterations, history=history,
                 callbacks=[Validation(VALIDATION), *callbacks])


def checkpoints(experiment, folder, net=None):
    """The paths of all checkpoints of a training, and its bits at the end."""
    net, paths = net or new_net(experiment), []
    checkpoint = Checkpoint(net, experiment, (X, Y))

    class Each(SaveCheckpoint):
        """Each checkpoint into a file of its own."""

        def on_epoch_begin(self, training):
            paths.append(folder / f"{len(paths)}.npz")
            self.path = paths[-1]
            super().on_epoch_begin(training)
    return paths, bits(net, trained(experiment, net, callbacks=[Each(checkpoint, None)]))


def resumed(experiment, path):
    net = new_net(experiment, seed=99)  # what it draws at first is of no importance
    history = Checkpoint(net, experiment, (X, Y)).restore(path, net)
    return bits(net, trained(experiment, net, history))


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_training_goes_on_to_the_same_bits_from_each_epoch(optimizer, tmp_path):
    experiment = replace(EXPERIMENT, optimizer=optimizer)
    paths, end = checkpoints(experiment, tmp_path)
    assert len(paths) == 4 and [resumed(experiment, path) == end for path in paths] == [True] * 4
    never_kept = new_net(experiment)
    assert bits(never_kept, trained(experiment, never_kept)) == end


class StopsAt:
    """An augmentation that asks the training to stop while it makes batch k, as Ctrl-C does."""

    def __init__(self, k, number=signal.SIGINT):
        self.k, self.number = k, number

    def __call__(self, batch):
        self.k -= 1
        if self.k == 0:
            os.kill(os.getpid(), self.number)
        return batch


class Remembers(OwnOptimizer):
    """Means of rows and columns, as Adafactor has them, and the last gradients in a deque."""

    def __init__(self):
        self.rows, self.past = None, deque(maxlen=2)

    def update(self, dx, lr):
        new = np.square(dx).mean(axis=-1, keepdims=True)
        self.rows = new if self.rows is None else 0.9 * self.rows + 0.1 * new
        self.past.append(dx)
        return lr * sum(self.past) / np.sqrt(self.rows + 1e-8)


class Noise(Dropout):
    """Draws from a generator of its own, of NumPy's old kind."""

    def __init__(self):
        super().__init__(0.2)
        self.old = np.random.RandomState(3)

    def forward(self, inputs):
        self.factor = 1 + 0.1 * self.old.normal(size=inputs.shape)
        return inputs * self.factor, inputs * self.factor

    def backward(self, layer_err):
        return layer_err * self.factor


class Brighter:
    """An augmentation that draws from a generator of its own."""

    def __init__(self):
        self.generator = np.random.default_rng(5)

    def __call__(self, images):
        return images * self.generator.uniform(0.8, 1.2)


def others(activation, optimizer):
    return [FullyConnected((64, 6), activation=activation, optimizer=Remembers(), weight_init=he), Noise(),
            FullyConnected((6, 3), activation=linear, optimizer=optimizer, weight_init=he)]


def test_whatever_remembers_something_goes_on(tmp_path):
    experiment = replace(EXPERIMENT, make_layers=others, augment=Brighter())
    paths, end = checkpoints(experiment, tmp_path)
    for path in paths:
        assert resumed(replace(experiment, augment=Brighter()), path) == end


class Jitter:
    """An augmentation that draws from a generator, perhaps another one's, and from Python's, and counts."""

    def __init__(self, generator):
        self.generator, self.own = generator, random.Random(1)
        self.phase, self.turn, self.past, self.counts, self.spans = "warm-up", 1 + 1j, (), {3: 0, None: 0.5}, [(0, [0])]

    def __call__(self, images):
        self.phase = "main" if self.phase == "warm-up" else "late"
        self.turn *= 0.6 + 0.8j
        self.past = (*self.past[-1:], self.turn.real)
        self.counts[3] += 1
        self.counts[self.counts[3]] = 1.0
        drawn = self.generator.normal() + random.random() + self.own.random() + sum(self.past) + self.counts[3]
        return images * (1 + 0.01 * drawn + 0.01 * (self.phase == "late"))


class Turning(Own):
    """A layer with a text, a complex number, and Python's random numbers."""

    def __init__(self):
        super().__init__()
        self.mode, self.phase, self.last = "first", 1j, (0.0, (0, "x"))

    def update(self, grad, lr):
        super().update(grad, lr if self.mode == "first" else 0.5 * lr * abs(self.phase.real) + random.random() * 1e-3)
        self.mode, self.phase, self.last = "second", self.phase * (0.6 + 0.8j), (self.phase.imag, (self.seen, "y"))
        self.w = self.w * (1 + 0.01 * self.last[0])


def test_all_that_numbers_texts_and_generators_can_be_is_kept_shared_or_not(tmp_path):
    def make():
        shared = np.random.default_rng(3)
        one, other = Jitter(shared), Jitter(shared)
        return replace(EXPERIMENT, augment=Compose(one, RandomShift(1), other),
                       make_layers=lambda activation, optimizer: [*make_layers(activation, optimizer), Turning()])
    random.seed(5)
    experiment = make()
    paths, end = checkpoints(experiment, tmp_path)
    for path in paths:
        random.seed(6)
        assert resumed(make(), path) == end


class Slotted:
    __slots__ = ("value",)


@pytest.mark.parametrize("thing", [Slotted(), {1, 2}, bytearray(3), itertools.count(), iter([1]), {(0, 1): 1.0},
                                   {b"x": 1}, np.random.PCG64(1), random.SystemRandom(), [{"a": {frozenset(): 0}}]])
def test_what_cannot_be_kept_is_refused_before_the_first_step(thing, tmp_path):
    class Late(Own):
        def update(self, grad, lr):
            super().update(grad, lr)
            self.memory["thing"] = thing if not hasattr(thing, "__next__") else itertools.count()
    augment = Jitter(np.random.default_rng(3))
    augment.thing = thing
    layer = Own()
    layer.thing = thing
    dense = FullyConnected((64, 3), activation=linear, optimizer=OwnOptimizer(), weight_init=he)
    for layers, augmentation in (([dense], augment), ([dense, layer], None), ([dense, Late()], None)):
        net = Network(layers, 0.1, cross_entropy)
        with pytest.raises(ValueError, match="a checkpoint cannot keep .*thing"):
            Checkpoint(net, replace(EXPERIMENT, augment=augmentation), (X, Y))


generator_of_this_module, another_one = np.random.default_rng(11), random.Random(3)


def from_the_module(images):
    return images * (1 + 0.1 * generator_of_this_module.normal())


def through_another_function(images):
    return from_the_module(images) * (1 + 0.1 * another_one.random())


def from_around():
    around = np.random.default_rng(12)
    return lambda images: images * (1 + 0.1 * around.normal())


class WithMethod:
    def __init__(self):
        self.own = np.random.default_rng(13)

    def brighten(self, images):
        return images * (1 + 0.1 * self.own.normal())


@pytest.mark.parametrize("make", [
    lambda: from_the_module, lambda: through_another_function, from_around, lambda: WithMethod().brighten,
    lambda: Compose(from_around(), from_around(), RandomShift(1), from_the_module)])
def test_generators_that_an_augmentation_has_from_outside_are_kept(make, tmp_path):
    def made():
        generator_of_this_module.bit_generator.state = np.random.default_rng(11).bit_generator.state
        another_one.seed(3)
        return replace(EXPERIMENT, augment=make())
    paths, end = checkpoints(made(), tmp_path)
    experiments = [made() for _ in paths]
    for path, experiment in zip(paths, experiments):
        generator_of_this_module.random(5), another_one.random()
        assert resumed(experiment, path) == end


def test_generator_that_a_layer_has_from_outside_is_refused_before_the_first_step():
    class Noisy(Own):
        def forward(self, inputs):
            return [inputs * generator_of_this_module.normal()] * 2
    net = Network([FullyConnected((64, 3), activation=linear, optimizer=OwnOptimizer(), weight_init=he), Noisy()], 0.1,
                  cross_entropy)
    with pytest.raises(ValueError, match="generator_of_this_module, which .* has from outside: let the layer hold it"):
        Checkpoint(net, EXPERIMENT, (X, Y))


counted, steps_made = 0, []


def by_global(layer):
    global counted
    counted += 1


def around():
    count = 0

    def counts(layer):
        nonlocal count
        count += 1
    return counts


@pytest.mark.parametrize("counts, name", [(by_global, "counted"), (around(), "count"),
                                          (lambda layer: steps_made.append(1), "steps_made")])
def test_counter_outside_of_a_layer_is_refused_before_the_first_step(counts, name):
    class Counting(Own):
        def update(self, grad, lr):
            super().update(grad, lr)
            counts(self)
    net = Network([FullyConnected((64, 3), activation=linear, optimizer=OwnOptimizer(), weight_init=he), Counting()],
                  0.1, cross_entropy)
    with pytest.raises(ValueError, match=f"a checkpoint cannot keep {name}, which a step changes outside"):
        Checkpoint(net, EXPERIMENT, (X, Y))


class Whitened(Own):
    """Scales by a running second moment (3, 3), and keeps what it was given for the way back."""

    def __init__(self):
        super().__init__()
        self.moment, self.table = np.eye(3), np.arange(7.0)

    def forward(self, inputs):
        self.given, self.noise = inputs.copy(), 1.0
        self.moment = 0.9 * self.moment + 0.1 * inputs.T @ inputs / len(inputs)
        return [inputs * self.w / np.sqrt(np.trace(self.moment))] * 2

    def get_weight_grad(self, inputs, layer_err):
        return super().get_weight_grad(inputs, layer_err / np.sqrt(np.trace(self.moment)))

    def backward(self, layer_err):
        return layer_err * self.w / np.sqrt(np.trace(self.moment))


class Listed(Whitened):
    statistics = ("moment",)


def test_array_with_which_a_step_goes_on_is_kept_if_it_is_listed_and_else_refused(tmp_path):
    def made(kind):
        return replace(EXPERIMENT, make_layers=lambda activation, optimizer: [
            FullyConnected((64, 3), activation=linear, optimizer=optimizer, weight_init=he), kind()])
    with pytest.raises(ValueError, match=r"cannot keep moment of layer 1, an array of shape \(3, 3\) with which"):
        Checkpoint(new_net(made(Whitened)), made(Whitened), (X, Y))
    paths, end = checkpoints(made(Listed), tmp_path)
    assert [resumed(made(Listed), path) == end for path in paths] == [True] * len(paths)


@pytest.mark.parametrize("first", [0, 3])
def test_list_that_shrinks_is_told_and_does_not_end_the_training(first, tmp_path, capsys):
    class Countdown(Own):
        def __init__(self):
            super().__init__()
            self.rates = [0.1] * 30

        def update(self, grad, lr):
            self.t = getattr(self, "t", 0) + 1
            super().update(grad, lr * (self.rates.pop() if self.t > first else 0.1))
    experiment = replace(EXPERIMENT, make_layers=lambda activation, optimizer: [
        FullyConnected((64, 3), activation=linear, optimizer=optimizer, weight_init=he), Countdown()])
    net = new_net(experiment)
    if first == 0:
        with pytest.raises(ValueError, match="the 29 of 1.rates is there no more, and a checkpoint keeps no list or"):
            Checkpoint(net, experiment, (X, Y))
        return
    history = trained(experiment, net, callbacks=[SaveCheckpoint(Checkpoint(net, experiment, (X, Y)), tmp_path / "c")])
    assert len(history.losses) == 24 and history.unkept and "no list or dict that shrinks" in capsys.readouterr().err


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such signals")
@pytest.mark.parametrize("k", [1, 5, 8, 13, 24])
def test_training_that_was_stopped_in_an_epoch_goes_on_to_the_same_bits(k, tmp_path, capsys):
    plain = replace(EXPERIMENT, augment=None)
    _, end = checkpoints(plain, tmp_path)
    stopping = replace(plain, augment=StopsAt(k))
    net, path = new_net(plain), tmp_path / "stopped.npz"
    checkpoint = Checkpoint(net, plain, (X, Y))
    history = trained(stopping, net, callbacks=[SaveCheckpoint(checkpoint, path)])
    assert len(history.losses) == k and f"Stopped after {k} iterations" in capsys.readouterr().out
    assert resumed(plain, path) == end


@pytest.mark.parametrize("hook", HOOKS)
def test_training_that_a_callback_stopped_goes_on_to_the_same_bits(hook, tmp_path):
    _, end = checkpoints(EXPERIMENT, tmp_path)

    class StopsInTheSecondEpoch(Callback):
        def stop(self, training):
            if training.epoch == 2:
                training.stop()
    setattr(StopsInTheSecondEpoch, hook, StopsInTheSecondEpoch.stop)
    net, path = new_net(), tmp_path / "stopped.npz"
    keep = SaveCheckpoint(Checkpoint(net, EXPERIMENT, (X, Y)), path)
    trained(EXPERIMENT, net, callbacks=[StopsInTheSecondEpoch(), keep])
    assert resumed(EXPERIMENT, path) == end


@pytest.mark.parametrize("loss", [float("nan"), KeyboardInterrupt()])
def test_a_step_that_failed_leaves_the_checkpoint_from_before_the_epoch(loss, tmp_path):
    _, end = checkpoints(EXPERIMENT, tmp_path)
    net, path = new_net(), tmp_path / "failed.npz"
    step = net.train_step

    def fail_in_the_second_epoch(batch):
        net.layers[0].w *= 1 + (net.steps == 10)
        net.steps += 1
        if net.steps <= 10:
            return step(batch)
        if isinstance(loss, float):
            return loss
        raise loss
    net.steps, net.train_step = 0, fail_in_the_second_epoch
    trained(EXPERIMENT, net, callbacks=[SaveCheckpoint(Checkpoint(net, EXPERIMENT, (X, Y)), path)])
    assert resumed(EXPERIMENT, path) == end


def test_array_that_is_in_two_places_is_one_array_again(tmp_path):
    layer = Own()
    net = Network([FullyConnected((64, 3), activation=linear, optimizer=OwnOptimizer(), weight_init=he), layer], 0.1,
                  cross_entropy)
    layer.same = [layer.w]
    checkpoint = Checkpoint(net, EXPERIMENT, (X, Y))
    checkpoint.write(tmp_path / "c.npz", net, History())
    layer.same = [layer.w.copy()]
    checkpoint.restore(tmp_path / "c.npz", net)
    assert layer.same[0] is layer.w


@pytest.mark.parametrize("axes", [(0, 1, 2, 3), (3, 2, 1, 0), (2, 0, 3, 1)])
def test_array_lies_in_memory_as_it_did(axes, tmp_path):
    """Because products of matrices that lie otherwise differ in their last bits."""
    net = new_net()
    checkpoint, conv = Checkpoint(net, EXPERIMENT, (X, Y)), net.layers[0]
    conv.w = np.random.normal(size=[conv.w.shape[axis] for axis in axes]).transpose(np.argsort(axes))
    w = conv.w
    checkpoint.write(tmp_path / "c.npz", net, History())
    conv.w = np.zeros(w.shape)
    checkpoint.restore(tmp_path / "c.npz", net)
    strides = [[step for step, n in zip(array.strides, w.shape) if n > 1] for array in (conv.w, w)]
    assert (conv.w == w).all() and strides[0] == strides[1]


@pytest.mark.parametrize("change, words", [
    ({"epochs": 4}, "experiment.epochs is 3 there and 4 here"),
    ({"iterations": 20}, "experiment.iterations is None there and 20 here"),
    ({"lr": 0.02}, "experiment.lr is 0.01 there and 0.02 here"),
    ({"optimizer": "sgd"}, "experiment.optimizer is adam there and sgd here"),
    ({"schedule": "constant"}, "experiment.schedule is cosine there and constant here"),
    ({"augment": RandomShift(2)}, "experiment.augment.pixels is 1 there and 2 here"),
    ({"augment": Compose(RandomShift(2))}, "experiment.augment is RandomShift there and Compose here"),
    ({"loss": SoftmaxCrossEntropy(0.2)}, "experiment.loss.label_smoothing is 0.1 there and 0.2 here"),
    ({"loss": cross_entropy}, "experiment.loss.label_smoothing is 0.1 there and 0.0 here"),
    ({"make_layers": lambda activation, optimizer: make_layers(activation, optimizer)[:2] + [
        MaxPooling(2), FullyConnected((36, 3), activation=linear, optimizer=optimizer, weight_init=he)]}, "layers is "),
    ({"make_layers": lambda activation, optimizer: [
        *make_layers(activation, optimizer)[:4], Dropout(0.3), *make_layers(activation, optimizer)[5:]]},
     "Dropout(0.2)"),
])
def test_checkpoint_of_another_training_is_refused_and_nothing_changes(change, words, tmp_path):
    paths, _ = checkpoints(EXPERIMENT, tmp_path)
    other = replace(EXPERIMENT, **change)
    net = new_net(other)
    before = [getattr(layer, name).tobytes() for layer in net.layers for name in layer.weights]
    state = np.random.get_state()[1].tolist()
    with pytest.raises(ValueError) as caught:
        Checkpoint(net, other, (X, Y)).restore(paths[1], net)
    assert words in str(caught.value) and str(paths[1]) in str(caught.value) and "\n" not in str(caught.value)
    assert [getattr(layer, name).tobytes() for layer in net.layers for name in layer.weights] == before
    assert np.random.get_state()[1].tolist() == state


def test_checkpoint_of_other_images_is_refused(tmp_path):
    paths, _ = checkpoints(EXPERIMENT, tmp_path)
    net = new_net()
    with pytest.raises(ValueError, match="data is"):
        Checkpoint(net, EXPERIMENT, (X + 0.001, Y)).restore(paths[0], net)


def damaged(content, generator):
    """The content with a byte changed, a stretch overwritten or left out, cut off, or with something in between."""
    at, kind = int(generator.integers(len(content))), generator.integers(5)
    stretch = generator.bytes(int(generator.integers(1, 200)))
    return [content[:at] + bytes([content[at] ^ 1 << int(generator.integers(8))]) + content[at + 1:],
            content[:at] + stretch + content[at + len(stretch):], content[:at] + content[at + len(stretch):],
            content[:at], content[:at] + stretch + content[at:]][kind]


@pytest.mark.slow
def test_no_damaged_checkpoint_is_accepted_with_other_numbers(tmp_path):
    paths, end = checkpoints(replace(EXPERIMENT, epochs=1), tmp_path)
    content, generator, accepted = paths[-1].read_bytes(), np.random.default_rng(1), 0
    experiment = replace(EXPERIMENT, epochs=1)
    net = new_net(experiment)
    checkpoint = Checkpoint(net, experiment, (X, Y))
    for _ in range(500):
        (tmp_path / "damaged.npz").write_bytes(damaged(content, generator))
        try:
            history = checkpoint.restore(tmp_path / "damaged.npz", net)
        except ValueError as error:
            assert str(tmp_path / "damaged.npz") in str(error)
        else:  # what was damaged says nothing, such as the time in a zip file's entry
            accepted += 1
            assert bits(net, history) == end
    assert accepted < 100


@pytest.mark.parametrize("entry", ["losses", "random", "3", "about", "order"])
def test_checkpoint_that_was_changed_though_its_file_is_whole_is_refused(entry, tmp_path):
    net, path = new_net(), tmp_path / "c.npz"
    checkpoint = Checkpoint(net, EXPERIMENT, (X, Y))
    checkpoint.write(path, net, History([2.0, 1.5], order=np.arange(60)))
    with np.load(path) as file:
        arrays = {name: file[name] for name in file.files}
    for changed in (arrays[entry] + arrays[entry].dtype.type(1), None):  # other numbers, or none
        others = {name: array for name, array in arrays.items() if name != entry}
        np.savez(path, **others, **({} if changed is None else {entry: changed}))
        with pytest.raises(ValueError, match="it is damaged"):
            checkpoint.restore(path, net)


@pytest.mark.parametrize("content", [b"", b"PK", b"text", b"\x89PNG\r\n\x1a\n"])
def test_another_kind_of_file_is_refused(content, tmp_path):
    (tmp_path / "c.npz").write_bytes(content)
    net = new_net()
    with pytest.raises(ValueError, match="expected a file that --checkpoint wrote"):
        Checkpoint(net, EXPERIMENT, (X, Y)).restore(tmp_path / "c.npz", net)


def test_weights_that_save_wrote_are_no_checkpoint(tmp_path):
    net = new_net()
    net.save(tmp_path / "w.npz")
    with pytest.raises(ValueError, match="expected a file that --checkpoint wrote"):
        Checkpoint(net, EXPERIMENT, (X, Y)).restore(tmp_path / "w.npz", net)


def test_no_pickle_is_in_it(tmp_path):
    paths, _ = checkpoints(EXPERIMENT, tmp_path)
    with np.load(paths[1], allow_pickle=False) as file:
        assert all(file[name].dtype.kind in "iuf" for name in file.files)
        assert json.loads(file["about"].tobytes())["settings"]["experiment.epochs"] == 3


PROGRAM = """
import sys
import numpy as np
sys.path.insert(0, {root!r})
from tests.test_checkpoint import EXPERIMENT, X, Y, replace
from training.command import run
images = np.tile(X, (20, 1, 1, 1)), np.tile(Y, (20, 1))
run({{"it": replace(EXPERIMENT, epochs=12)}}, lambda path: (images, (X, Y), (X, Y)), "")
"""


def program(folder, *options):
    """Start a training as a program. It writes its loss curve, weights and checkpoint into the folder."""
    (folder / "program.py").write_text(PROGRAM.format(root=str(ROOT)), encoding="utf-8")
    return subprocess.Popen([sys.executable, "program.py", "--save", "w.npz", *options], cwd=folder,
                            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8", errors="replace",
                            env={**os.environ, "MPLBACKEND": "Agg", "PYTHONIOENCODING": "utf-8"})


def finished(folder, *options):
    """The bytes of the weights, and what was printed at the end."""
    process = program(folder, *options)
    output = process.communicate()[0]
    assert process.returncode == 0, output
    with np.load(folder / "w.npz") as weights:
        return {name: weights[name].tobytes() for name in weights.files}, output.splitlines()[-3:-1]


def trained_in_another_process(folder, seconds=None):
    """Train with a checkpoint in the folder, or go on with it, until it is killed. Returns its last bits, or None."""
    program = "from tests.test_checkpoint import train_here; train_here()"
    process = subprocess.Popen([sys.executable, "-c", program], cwd=folder, stdout=subprocess.DEVNULL,
                               env={**os.environ, "PYTHONPATH": str(ROOT)})
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    return (folder / "bits").read_text() if (folder / "bits").exists() else None


def train_here():
    """The other process: it goes on with c.npz where that is there, and writes what came of it to `bits`."""
    experiment = replace(EXPERIMENT, epochs=40)
    net = new_net(experiment)
    checkpoint = Checkpoint(net, experiment, (X, Y))
    history = checkpoint.restore("c.npz", net) if Path("c.npz").exists() else None
    history = trained(experiment, net, history, [SaveCheckpoint(checkpoint, "c.npz")])
    Path("bits").write_text(hashlib.sha256(repr(bits(net, history)).encode()).hexdigest())


@pytest.mark.slow
def test_killed_fifty_times_it_ends_with_the_same_bits(tmp_path):
    (tmp_path / "whole").mkdir()
    start = time.perf_counter()
    whole = trained_in_another_process(tmp_path / "whole")
    seconds, generator, killed = time.perf_counter() - start, np.random.default_rng(0), 0
    for run in itertools.count():
        if killed >= 50:
            break
        folder = tmp_path / str(run)
        folder.mkdir()
        end = None
        for _ in range(3):
            end = end or trained_in_another_process(folder, generator.uniform(0.2, 1.0) * seconds)
            killed += end is None
        assert (end or trained_in_another_process(folder)) == whole


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such signals")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.slow
def test_stopped_by_a_signal_it_writes_a_checkpoint_and_goes_on_to_the_same_bits(number, tmp_path):
    (tmp_path / "whole").mkdir()
    whole = finished(tmp_path / "whole")
    process = program(tmp_path, "--checkpoint", "c.npz")
    while "Iteration: 60," not in process.stdout.readline():
        pass
    process.send_signal(number)
    output = process.communicate()[0]
    assert process.returncode == (0 if number == signal.SIGINT else -signal.SIGTERM), output
    with np.load(tmp_path / "c.npz") as file:
        assert len(file["losses"]) > 60 and len(file["losses"]) % 150 and "order" in file.files
    assert finished(tmp_path, "--resume", "c.npz") == whole
    assert finished(tmp_path, "--resume", "c.npz", "--checkpoint", "c.npz") == whole
    assert finished(tmp_path, "--resume", "c.npz") == whole  # from its end to the evaluation
