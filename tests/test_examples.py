"""Each example starts as a program, and each of its lists of layers is a network that takes a training step."""
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from examples import cifar10, fully_connected, rnn
from nn.network import Network

ROOT = Path(cifar10.__file__).resolve().parents[1]
PROGRAMS = sorted(file.stem for file in (ROOT / "examples").glob("*.py") if file.stem != "__init__")


@pytest.mark.parametrize("name", PROGRAMS)
def test_example_starts_as_a_module(name):
    """As a file it starts where the project is installed: `tests/test_installing.py`."""
    shown = subprocess.run([sys.executable, "-m", f"examples.{name}", "--help"], cwd=ROOT, capture_output=True,
                           text=True)
    assert shown.stderr == "" and shown.stdout.startswith("usage: ")


@pytest.mark.slow
@pytest.mark.parametrize("experiments, image, name", [
    (experiments, image, name)
    for experiments, image in ((cifar10.EXPERIMENTS, (32, 32, 3)), (fully_connected.EXPERIMENTS, (28, 28, 1)),
                               (rnn.EXPERIMENTS, (28, 28, 1)))
    for name in experiments])
def test_network_of_an_example_learns_the_batch_it_is_shown(experiments, image, name):
    experiment = experiments[name]
    net = Network(experiment.layers(), lr=experiment.lr, loss=experiment.loss)
    X, Y = np.random.normal(size=(4, *image)), np.eye(10)[[3, 1, 4, 1]]
    losses = [net.train_step((X, Y)) for _ in range(10)]
    assert net.forward(X).shape == (4, 10) and losses[-1] < losses[0]


def test_activation_functions_that_are_fixed_take_no_option(capsys):
    with pytest.raises(SystemExit) as caught:
        fully_connected.run(fully_connected.EXPERIMENTS, None, "", ["--network", "notebook", "--activation", "tanh"])
    assert caught.value.code == 2
    assert capsys.readouterr().err.endswith(
        "error: argument --activation: notebook has activation functions of its own, leave it out\n")
