"""The main script trains the course's networks on MNIST, from any folder and without a screen."""
import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import mnist_test
from nn.activation import cross_entropy, relu, tanh
from nn.flatten import Flatten
from nn.gradient_check import check_gradients
from nn.initializer import fans
from nn.network import Network
from nn.optimizer import AdamOptimizer
from readers.mnist import load_images
from tests.small import data
from tests.test_loop import EPOCH, ITERATION

SCRIPT = Path(mnist_test.__file__).resolve()


def run(folder, *options):
    """Start the script in another folder, as on a machine without a screen."""
    screen = ("DISPLAY", "WAYLAND_DISPLAY", "MPLBACKEND")
    environment = {name: value for name, value in os.environ.items() if name not in screen}
    environment["PYTHONIOENCODING"] = "utf-8"
    return subprocess.run([sys.executable, str(SCRIPT), *options], cwd=folder, env=environment, encoding="utf-8",
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def test_short_run_on_mnist_prints_the_courses_lines_and_draws_the_loss(tmp_path):
    done = run(tmp_path, "--network", "mlp", "--iterations", "20", "--picture", "curve.png")
    assert done.returncode == 0 and "Traceback" not in done.stderr and "Warning" not in done.stderr, done.stderr
    lines = done.stdout.splitlines()
    patterns = [ITERATION, ITERATION, EPOCH, "#### 학습 종료 #####",
                r"Calculate accuracy over all test set \(시간 소요\)",
                r"Accuracy over all test set (\d+\.\d\d)", "Loss curve: curve.png"]
    matches = [re.fullmatch(pattern, line) for pattern, line in zip(patterns, lines)]
    assert len(lines) == len(patterns) and None not in matches, done.stdout
    assert [match[1] for match in matches[:2]] == ["0", "10"]
    assert float(matches[5][1]) > 40  # it has begun to learn: guessing gives 10
    picture = (tmp_path / "curve.png").read_bytes()
    assert picture.startswith(b"\x89PNG") and len(picture) > 10_000


@pytest.mark.parametrize("options, code, words", [
    (["--data", "nowhere"], 1, "error: nowhere: expected a folder of IDX files or a .pkl.gz, found neither."),
    (["--network", "resnet"], 2, "error: argument --network: expected one of cnn, best, plain, "),
])
def test_what_it_cannot_do_it_says_in_one_line(options, code, words, tmp_path):
    done = run(tmp_path, *options)
    assert done.returncode == code and done.stdout == ""
    assert done.stderr.splitlines()[-1].startswith(words) and "Traceback" not in done.stderr


@pytest.mark.slow
def test_the_best_network_trains_though_numpy_was_told_to_raise_all_errors():
    """Its logits are soon so far apart that their softmax is too small for float32."""
    (images, labels), _, _ = load_images()
    experiment = mnist_test.EXPERIMENTS["best"]
    net = Network(experiment.layers(), experiment.lr, experiment.loss)
    with np.errstate(all="raise"):
        losses = [net.train_step((images[k:k + 50], labels[k:k + 50])) for k in range(0, 400, 50)]
        assert np.isfinite(losses).all() and np.isfinite(net.forward(images[:50])).all()


def test_scripts_can_import_accuracy_and_one_hot():
    labels = mnist_test.one_hot(np.array([1, 0, 2, 2]), 3)
    net = Network([Flatten((3,))], 0.1, cross_entropy)  # its outputs are its inputs
    assert mnist_test.accuracy(net, np.eye(3)[[1, 0, 2, 0]], labels) == 75.0


SHAPES = {
    "cnn": [(24, 24, 8), (12, 12, 8), (8, 8, 32), (4, 4, 32), (128,), (10,)],
    "best": [(24, 24, 32), (12, 12, 32), (12, 12, 32), (10, 10, 64), (10, 10, 64), (8, 8, 64), (4, 4, 64), (4, 4, 64),
             (4, 4, 128), (4, 4, 128), (4, 4, 128), (4, 4, 128), (2048,), (2048,), (10,)],
    "plain": [(24, 24, 32), (12, 12, 32), (8, 8, 64), (4, 4, 64), (4, 4, 64), (1024,), (128,), (10,)],
    "assignment": [(24, 24, 16), (10, 10, 32), (3, 3, 64), (180,), (10,)],  # no Flatten after the convolutions
    "mlp": [(784,), (100,), (50,), (10,)],
}


def test_flagship_is_the_default():
    assert list(mnist_test.EXPERIMENTS) == ["cnn", "best", "plain", "assignment", "mlp"]


@pytest.mark.parametrize("name", SHAPES)
def test_network_has_the_courses_shapes(name):
    activation, shapes = data(2, 28, 28, 1)[0], []
    for layer in mnist_test.EXPERIMENTS[name].make_layers(relu, AdamOptimizer()):
        activation = layer.forward(activation)[1]
        shapes.append(activation.shape[1:])
    assert shapes == SHAPES[name]


@pytest.mark.parametrize("name", SHAPES)
def test_first_weights_have_the_scale_of_their_fan_in(name):
    """Variance 1 / fan_in or 2 / fan_in, and nothing that depends on the size of the picture."""
    layers = mnist_test.EXPERIMENTS[name].make_layers(relu, AdamOptimizer())
    weights = [layer.w for layer in layers if layer.weights and layer.w.ndim > 1]
    scales = [w.var() * fans(w.shape)[0] for w in weights]
    assert [scale for scale in scales if not 0.8 < scale < 2.4] == []


@pytest.mark.parametrize("name", SHAPES)
def test_gradients_of_the_courses_networks(name):
    np.random.seed(1)  # with seed 0 two pixels of a window are within h of each other: a kink, gone at h=1e-6
    layers = mnist_test.EXPERIMENTS[name].make_layers(tanh, AdamOptimizer())
    X, Y = data(2, 28, 28, 1, classes=10)
    errors = check_gradients(layers, cross_entropy, 0.1 * X, Y, samples=3)
    assert [str(error) for error in errors if not error.error < 1e-6] == []


@pytest.mark.parametrize("name", SHAPES)
def test_first_loss_is_that_of_guessing_and_training_lowers_it(name):
    images = np.random.random((20, 28, 28, 1)) * (np.random.random((20, 28, 28, 1)) < 0.2)  # as dark as digits
    labels = mnist_test.one_hot(np.arange(20) % 10, 10)
    net = Network(mnist_test.EXPERIMENTS[name].make_layers(relu, AdamOptimizer()), 0.001, cross_entropy)
    losses = [net.train_step((images, labels)) for _ in range(8)]
    assert losses[0] == pytest.approx(np.log(10), abs=0.6) and losses[-1] < losses[0] - 0.2
