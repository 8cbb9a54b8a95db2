"""A kept file says which network it is of: --load takes the right one, and refuses another."""
import json

import numpy as np
import pytest

import mnist_test
from nn import Network, one_hot
from nn.files import weights
from training import command, kept
from training.options import read_options

SETS = [(np.random.default_rng(0).random((20, 28, 28, 1), np.float32), one_hot(np.arange(20) % 10, 10))] * 3


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(command, "draw_history", lambda *given, **named: None)
    return lambda line: command.run(mnist_test.EXPERIMENTS, lambda path: SETS, mnist_test.__doc__, line.split())


def chosen(line):
    options, experiment = read_options(mnist_test.EXPERIMENTS, mnist_test.__doc__, line.split())
    return options.network, experiment.activation


def test_the_network_and_its_activation_come_with_the_file(run):
    run("mlp --activation tanh --iterations 1 --save w.npz --checkpoint c.npz")
    assert weights.about("w.npz") == {"network": "mlp", "activation": "tanh"}
    assert chosen("--load w.npz") == chosen("mlp --load w.npz") == chosen("--load c.npz") == ("mlp", "tanh")
    assert chosen("") == ("cnn", "relu")


@pytest.mark.parametrize("line, words", [
    ("--activation relu --load w.npz", "write --activation tanh"), ("cnn --load w.npz", "write --network mlp"),
    ("--network cnn --load c.npz", "write --network mlp"), ("mlp --network cnn", "given mlp and cnn: leave mlp out"),
    ("--resume c.npz --seed 3", "leave --seed out")])
def test_another_network_or_activation_is_refused_in_one_line(line, words, run, capsys):
    run("mlp --activation tanh --iterations 1 --save w.npz --checkpoint c.npz")
    capsys.readouterr()
    with pytest.raises(SystemExit):
        chosen(line)
    said = capsys.readouterr().err
    assert words in said and said.startswith("error: argument --") and said.count("\n") == 1


def test_a_checkpoints_weights_are_taken_and_this_is_told(run, capsys):
    net, _ = run("mlp --iterations 1 --checkpoint c.npz")
    other = Network(mnist_test.EXPERIMENTS["mlp"].layers(), 0.1, net.loss)
    kept.load(other, "c.npz")
    assert all((one.w == two.w).all() for one, two in zip(net.layers[1:], other.layers[1:]))
    assert "c.npz is a checkpoint: its weights are taken" in capsys.readouterr().err
    with pytest.raises(ValueError, match="it is of another network"):
        kept.load(Network(mnist_test.EXPERIMENTS["cnn"].layers(), 0.1, net.loss), "c.npz")


@pytest.mark.parametrize("about", [b"{", b"[]", json.dumps({"network": 1}).encode(), b'{"network": "\\u001b"}',
                                   b'{"network": "' + b"x" * 5000 + b'"}'])
def test_an_entry_that_is_no_short_text_is_refused(about, run):
    net, _ = run("mlp --iterations 1 --save w.npz")
    with np.load("w.npz") as archive:
        arrays = {**archive, "about": np.frombuffer(about, np.uint8)}
    before = net.layers[1].w
    np.savez("w.npz", **arrays)
    with pytest.raises(ValueError, match="w.npz: expected"):
        net.load("w.npz")
    assert net.layers[1].w is before and kept.about("w.npz") == {}


def test_files_of_earlier_versions_load_as_before(run):
    net, _ = run("mlp --iterations 1 --save w.npz")
    net.save("old.npz")
    assert kept.about("old.npz") == {} and chosen("mlp --load old.npz") == ("mlp", "relu")
    kept.load(net, "old.npz")
