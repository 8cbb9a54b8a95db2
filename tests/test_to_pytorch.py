"""A network goes on to PyTorch: what is written and printed makes one with the same outputs there, or it is refused.

What needs PyTorch is skipped where there is none. Images are higher than wide, and have more than one channel.
"""
import ast
import re
import subprocess
import sys
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from examples import to_pytorch
from export.pytorch import Conversion
from nn import (
    RNN,
    AvgPooling,
    BatchNorm,
    Block,
    Conv,
    Dropout,
    EachStep,
    Embedding,
    Flatten,
    GlobalAvgPooling,
    GroupNorm,
    LastStep,
    LayerNorm,
    MaxPooling,
    Network,
    SGDOptimizer,
    lecun,
    linear,
    mse,
    relu,
    sigmoid,
)
from nn.activation import LeakyReLU, ReLU
from tests.small import Scale, conv, dense

ROOT = Path(to_pytorch.__file__).resolve().parents[1]
SGD = SGDOptimizer()


def norm(kind, *arguments, **more):
    """A normalisation whose weights, biases and statistics are all different."""
    layer = kind(*arguments, optimizer=SGD, **more)
    for name in (*layer.weights, *layer.statistics):
        setattr(layer, name, np.random.uniform(0.5, 1.5, getattr(layer, name).shape))
    return layer


def biased(layer):
    layer.b = np.random.normal(size=layer.b.shape)
    return layer


CASES = {
    "strides, pad, slope": ((9, 6, 2), lambda: [
        biased(conv(3, 2, 2, 4, strides=(2, 1), pad=1, activation=LeakyReLU(0.2))), dense(5 * 7 * 4, 3)],
        ["Conv2d(2, 4, (3, 2), stride=(2, 1), padding=1)", "LeakyReLU(negative_slope=0.2)", "Flatten()",
         "Linear(140, 3)", "Tanh()"]),
    "same, even window, leftover rows": ((9, 6, 2), lambda: [
        conv(2, 4, 2, 3, pad="same", activation=relu, bias=False), MaxPooling(2), Flatten((4, 3, 3)),
        biased(dense(36, 4, activation=sigmoid)), Dropout(0.25), dense(4, 3, activation=linear, bias=False)],
        ['Conv2d(2, 3, (2, 4), padding="same", bias=False)', "ReLU()", "MaxPool2d(2)", "Flatten()", "Linear(36, 4)",
         "Sigmoid()", "Dropout(0.25)", "Linear(4, 3, bias=False)"]),
    "batchnorm": ((6, 5, 3), lambda: [
        norm(BatchNorm, 3, activation=relu, eps=0.01, momentum=0.2), Flatten((6, 5, 3)), norm(BatchNorm, 90),
        dense(90, 3)],
        ["BatchNorm2d(3, eps=0.01, momentum=0.2)", "ReLU()", "Flatten()", "BatchNorm1d(90)", "Linear(90, 3)",
         "Tanh()"]),
    "layernorm": ((6, 5, 3), lambda: [
        norm(LayerNorm, (6, 5, 3), eps=0.01), Flatten((6, 5, 3)), norm(LayerNorm, 90), dense(90, 3)],
        ["LayerNorm((3, 6, 5), eps=0.01)", "Flatten()", "LayerNorm(90)", "Linear(90, 3)", "Tanh()"]),
    "groupnorm": ((6, 5, 4), lambda: [
        norm(GroupNorm, 2, 4, eps=0.01, activation=relu), conv(6, 5, 4, 6), norm(GroupNorm, 3, 6), Flatten((1, 1, 6)),
        norm(GroupNorm, 2, 6), dense(6, 3)],
        ["GroupNorm(2, 4, eps=0.01)", "ReLU()", "Conv2d(4, 6, (6, 5))", "Tanh()", "GroupNorm(3, 6)", "Flatten()",
         "GroupNorm(2, 6)", "Linear(6, 3)", "Tanh()"]),
    "one group of a flattened image": ((3, 2, 4), lambda: [Flatten((3, 2, 4)), norm(GroupNorm, 1, 24), dense(24, 3)], [
        "Flatten()", "GroupNorm(1, 24)", "Linear(24, 3)", "Tanh()"]),
    "pooling": ((9, 7, 3), lambda: [
        MaxPooling((3, 2), strides=(2, 1), pad=1), AvgPooling((2, 3), strides=2), AvgPooling((1, 2)), dense(6, 3)],
        ["MaxPool2d((3, 2), stride=(2, 1), padding=1)", "AvgPool2d((2, 3), stride=2)", "AvgPool2d((1, 2))", "Flatten()",
         "Linear(6, 3)", "Tanh()"]),
    "same pooling, means": ((5, 4, 3), lambda: [
        MaxPooling((3, 5), strides=1, pad="same"), GlobalAvgPooling(), norm(BatchNorm, 3), dense(3, 2)],
        ["MaxPool2d((3, 5), stride=1, padding=(1, 2))", "AdaptiveAvgPool2d(1)", "Flatten()", "BatchNorm1d(3)",
         "Linear(3, 2)", "Tanh()"]),
    "images as outputs": ((5, 4, 3), lambda: [conv(1, 1, 3, 2)], ["Conv2d(3, 2, 1)", "Tanh()"]),
    "rows": ((7,), lambda: [norm(LayerNorm, 7), dense(7, 12), norm(BatchNorm, 12), dense(12, 3)],
             ["LayerNorm(7)", "Linear(7, 12)", "Tanh()", "BatchNorm1d(12)", "Linear(12, 3)", "Tanh()"]),
    "sequences": ((4, 4), lambda: [norm(LayerNorm, (4, 4)), norm(LayerNorm, 4), dense(16, 3)],
                  ["LayerNorm((4, 4))", "LayerNorm(4)", "Flatten()", "Linear(16, 3)", "Tanh()"]),
}


@pytest.mark.parametrize("case", CASES)
def test_lines(case):
    shape, make_layers, lines = CASES[case]
    assert str(Conversion(make_layers(), shape)) == "Sequential(\n" + "".join(f"    {line},\n" for line in lines) + ")"


@pytest.mark.parametrize("case", CASES)
def test_arrays_go_to_pytorch_and_back(case):
    shape, make_layers, _ = CASES[case]
    layers = make_layers()
    conversion = Conversion(layers, shape)
    back = conversion.as_ours(conversion.state_dict())
    names = [f"{k}.{name}" for k, layer in enumerate(layers) for name in (*layer.weights, *layer.statistics)]
    assert sorted(back) == sorted(names)
    for name in names:
        np.testing.assert_array_equal(back[name], getattr(layers[int(name[0])], name[2:]))


def test_filters_and_flattened_images_are_in_pytorchs_order():
    layers = [conv(3, 2, 2, 4), Flatten((4, 4, 4)), norm(BatchNorm, 64), dense(64, 3)]
    state = Conversion(layers, (6, 5, 2)).state_dict()
    assert state["0.weight"].shape == (4, 2, 3, 2) and state["0.weight"][3, 1, 2, 0] == layers[0].w[2, 0, 1, 3]
    channel, row, column = 3, 2, 1
    theirs, ours = (channel * 4 + row) * 4 + column, (row * 4 + column) * 4 + channel
    np.testing.assert_array_equal(state["4.weight"][:, theirs], layers[3].w[ours])
    for name, array in (("weight", "w"), ("bias", "b"), ("running_mean",) * 2, ("running_var",) * 2):
        assert state[f"3.{name}"][theirs] == getattr(layers[2], array)[ours]
    assert state["3.num_batches_tracked"].shape == () and all(array.flags.c_contiguous for array in state.values())


def test_arrays_are_copies_of_what_the_layers_hold_when_they_are_asked_for():
    layers = [dense(4, 3)]
    conversion = Conversion(layers, (4,))
    layers[0].b = np.arange(3.0)
    state = conversion.state_dict()
    layers[0].b[0] = 7
    assert list(state["0.bias"]) == [0, 1, 2]


class Wider(Conv):
    """A student's own kind of a layer that is known."""


class Swish(ReLU):
    """A student's own activation function."""


def replaced():
    function = ReLU()
    function.compute = np.tanh
    return function


@pytest.mark.parametrize("layers, words", [
    (lambda: [RNN((10, 3), weight_init=lecun, optimizer=SGD), LastStep()],
     "layer 0, RNN((10, 3)): torch.nn.Sequential cannot hold it: PyTorch's RNN returns a pair"),
    (lambda: [Embedding((9, 3), weight_init=lecun, optimizer=SGD)], "layer 0, Embedding((9, 3)): .*takes integers"),
    (lambda: [Dropout(0.1), LastStep()], "layer 1, LastStep: .*the last step of a sequence"),
    (lambda: [EachStep(), dense(2, 2)], "layer 0, EachStep: .*each step a row"),
    (lambda: [Block([dense(60, 2)])], "layer 0, Block([FullyConnected((60, 2))]): .*in its methods, as a skip is"),
    (lambda: [conv(3, 3, 2, 4, pad="same", strides=2)],
     'layer 0, Conv((3, 3, 2, 4)): .*pad="same" without strides only, and here they are (2, 2); train with a number'),
    (lambda: [conv(3, 3, 2, 4, kind=Wider)], "PyTorch does not know the class Wider; write a torch.nn.Module"),
    (lambda: [Scale(2.0)], "layer 0, Scale: .*does not know the class Scale"),
    (lambda: [dense(60, 2, activation=Swish())], "layer 0, FullyConnected((60, 2)): .*its activation function, Swish"),
    (lambda: [dense(60, 2, activation=replaced())], "its activation function, ReLU"),
    (lambda: [MaxPooling(2, pad="same")], 'layer 0, MaxPooling((2, 2)): .*pad="same" for odd windows with strides=1'),
    (lambda: [MaxPooling(2, strides=1, pad="same")], "odd windows"),
    (lambda: [MaxPooling(3, pad=2)], "by half the window at most, which is 1, and here pad is 2"),
    (lambda: [norm(LayerNorm, 2)], "layer 0, LayerNorm((2,)): .*train with whole images, LayerNorm((6, 5, 2))"),
    (lambda: [Flatten((6, 5, 2)), norm(GroupNorm, 2, 60)],
     "layer 1, GroupNorm(2, 60): .*channel by channel in PyTorch, .*train with it before Flatten"),
    (lambda: [conv(1, 1, 2, 3), Flatten((6, 5, 3))],
     "layer 1, Flatten((6, 5, 3)): torch.nn.Sequential gives the numbers of the flattened images (6, 5, 3) in another"),
])
def test_what_sequential_cannot_hold_is_refused_by_name(layers, words):
    with pytest.raises(ValueError, match=re.escape(words).replace(r"\.\*", ".*")):
        Conversion(layers(), (6, 5, 2))


@pytest.mark.parametrize("kind", [BatchNorm, partial(GroupNorm, 2)])
def test_sequences_have_no_such_normalisation_there(kind):
    with pytest.raises(ValueError, match="the channels before the steps"):
        Conversion([norm(kind, 4)], (3, 4))


# --- with PyTorch

def outputs(lines, images):
    """PyTorch's, in our order. The lines are run as they stand."""
    torch = pytest.importorskip("torch")
    made = {}
    exec(lines, made)
    images = torch.from_numpy(images)
    with torch.inference_mode():
        theirs = made["model"](images.permute(0, 3, 1, 2) if images.ndim == 4 else images)
    return (theirs.permute(0, 2, 3, 1) if theirs.ndim == 4 else theirs).numpy(), made["model"]


@pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel")
@pytest.mark.parametrize("case", CASES)
def test_pytorch_gives_the_same_outputs(case, tmp_path):
    pytest.importorskip("torch")
    shape, make_layers, _ = CASES[case]
    net = Network(make_layers(), 0.1, mse)
    images = np.random.normal(size=(4, *shape)).astype(np.float32)
    conversion = Conversion(net.layers, shape)
    np.savez(tmp_path / "w.npz", **conversion.state_dict())
    theirs, model = outputs(to_pytorch.program(conversion, shape, tmp_path / "w.npz"), images)
    np.testing.assert_allclose(theirs, net.forward(images), atol=1e-5)
    assert {name: array.dtype for name, array in conversion.state_dict().items()} == {
        name: tensor.numpy().dtype for name, tensor in model.state_dict().items()}


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in to_pytorch.networks() if name not in ("residual", "rnn")])
def test_network_of_each_list_goes_on(name, tmp_path, capsys):
    experiment, shape = to_pytorch.networks()[name]
    net = Network(experiment.layers(), experiment.lr, experiment.loss)
    net.train_step((np.random.random((4, *shape)), np.eye(10)[[3, 1, 4, 1]]))  # biases and statistics move
    net.save(tmp_path / "w.npz")
    to_pytorch.main(["--network", name, "--load", str(tmp_path / "w.npz"), "--save", str(tmp_path / "theirs.npz")])
    lines = capsys.readouterr().out
    images = np.random.default_rng(1).random((3, *shape), dtype=np.float32)
    pytest.importorskip("torch")
    assert re.search(r"^# compared for 20 random images: PyTorch's outputs differ by \de-\d+ at most\n\Z", lines, re.M)
    expected = net.forward(images)  # up to some hundred, of networks that are hardly trained: 1e-5 of the largest
    np.testing.assert_allclose(outputs(lines, images)[0], expected, rtol=0, atol=1e-5 * np.abs(expected).max())


def test_outputs_that_differ_end_the_program(monkeypatch, saved):
    monkeypatch.setattr(to_pytorch, "difference", lambda *_: 2e-5)
    with pytest.raises(SystemExit, match="PyTorch's outputs differ by 2.0e-05, of which 1e-05 is allowed"):
        to_pytorch.main(["--network", "mlp", "--load", "w.npz"])


# --- the command

@pytest.fixture
def saved(tmp_path, monkeypatch):
    """A folder to be in, with the weights of `mlp` in w.npz."""
    monkeypatch.chdir(tmp_path)
    experiment, _ = to_pytorch.networks()["mlp"]
    net = Network(experiment.layers(), experiment.lr, experiment.loss)
    net.save("w.npz")
    return net


def test_command_without_pytorch_does_all_but_compare(saved, monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "torch", None)  # importing it fails
    to_pytorch.main(["--network", "mlp", "--activation", "sigmoid", "--load", "w.npz"])
    assert capsys.readouterr().out == """\
import numpy as np
import torch
from torch.nn import Flatten, Linear, Sequential, Sigmoid

model = Sequential(
    Flatten(),
    Linear(784, 100),
    Sigmoid(),
    Linear(100, 50),
    Sigmoid(),
    Linear(50, 10),
)
with np.load("state_dict.npz") as arrays:
    model.load_state_dict({name: torch.from_numpy(array) for name, array in arrays.items()})
model.eval()  # to predict, as net.forward does; model.train() before it is trained further
# images (N, 28, 28, 1) in float32 go in as model(torch.from_numpy(images).permute(0, 3, 1, 2))
# PyTorch is not installed here, so the outputs were not compared
"""
    with np.load("state_dict.npz") as arrays:
        assert list(arrays) == ["1.weight", "1.bias", "3.weight", "3.bias", "5.weight", "5.bias"]
        np.testing.assert_array_equal(arrays["3.weight"], saved.layers[2].w.T)


@pytest.mark.parametrize("options, status, words", [
    ("--network plain --load w.npz", 2, "one of .*mnist_test.plain.*fully_connected.plain"),
    ("--network cnnn --load w.npz", 2, "one of .*cnn.*six-conv.*residual.*rnn.*'cnnn'; did you mean cnn"),
    ("--network mlp", 2, "argument --load: the network must have learned; name the file that its training's --save"),
    ("--network mlp --load w.npz --save ./w.npz", 2, "argument --save: w.npz is the file of --load, name another one"),
    ("--network mlp --load w.npz --save no/x.npz", 2, "argument --save: 'no/x.npz' cannot be written"),
    ("--network notebook --activation relu --load w.npz", 2, "notebook has activation functions of its own"),
    ("--network cnn --load w.npz", 1, "error: w.npz: expected the weights that net.save wrote for these layers"),
    ("--network cnn --load none.npz", 1, "no such file"),
    ("--network rnn --load w.npz", 1, "error: layer 0, RNN((28, 128)): torch.nn.Sequential cannot hold it"),
    ("--network residual --load w.npz", 1, "error: layer 2, Residual(.*as a skip is"),
])
def test_what_the_command_cannot_do_is_said_in_one_line_and_nothing_is_written(options, status, words, saved, capsys):
    before = Path("w.npz").read_bytes()
    with pytest.raises(SystemExit) as caught:
        to_pytorch.main(options.split())
    printed = capsys.readouterr()
    said = printed.err.splitlines()[-1] if status == 2 else caught.value.code
    assert caught.value.code == (2 if status == 2 else said) and printed.out == "" and "\n" not in said
    assert re.search(re.escape(words).replace(r"\.\*", ".*"), said), said
    assert [file.name for file in Path().iterdir()] == ["w.npz"] and Path("w.npz").read_bytes() == before


@pytest.mark.parametrize("path", ["state.npz", "가중치 😀.npz", 'a "b" \\ c.npz', "line\nbreak.npz"])
def test_the_name_of_the_file_is_printed_as_it_is_and_python_reads_it(path):
    lines = to_pytorch.program(Conversion([dense(3, 2)], (1, 1, 3)), (1, 1, 3), path)
    written = re.search(r"np\.load\((.*)\) as arrays", lines)[1]
    assert ast.literal_eval(written) == path and ("\n" in path or "\\" in path or path in written)


def test_conversion_needs_no_pytorch():
    """Neither the conversion nor the command imports it before there is something to compare."""
    code = "import sys; sys.modules['torch'] = None; import examples.to_pytorch, export.pytorch"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT).returncode == 0
