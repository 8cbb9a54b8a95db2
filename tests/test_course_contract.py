"""What the course hands out and its students' scripts rely on: names, signatures, shapes, printed lines, all fixed.

The scripts in tests/students/ are written as students write theirs. Each runs as theirs do: a process of its own, in
the project's folder. Whatever else changes here, a test of this file may only be added to.
"""
import os
import re
import subprocess
import sys
from importlib import import_module
from inspect import Parameter, signature
from pathlib import Path

import numpy as np
import pytest

import mnist_test
from mnist_loader import load_data
from nn.activation import cross_entropy, leaky_relu, linear, mse, relu, sigmoid
from nn.conv import Conv
from nn.flatten import Flatten
from nn.fullyconnected import FullyConnected
from nn.layer import AbstractLayer
from nn.maxpooling import MaxPooling
from nn.network import Network
from nn.optimizer import AdamOptimizer, MomentumSGDOptimizer, SGDOptimizer

ROOT = Path(mnist_test.__file__).resolve().parent
LAYER = dict(activation=linear, optimizer=SGDOptimizer())
FIVE_METHODS = ["forward", "get_activation_grad", "backward", "get_weight_grad", "update"]
ITERATION = r"Iteration: (\d+), loss : (\d+\.\d{6})"
LAST_LINES = ["#### 학습 종료 #####", "Calculate accuracy over all test set (시간 소요)"]
ACCURACY = r"Accuracy over all test set (\d+\.\d\d)"

NAMES = {
    "mnist_loader": ["load_data"],
    "mnist_test": ["accuracy", "one_hot"],
    "nn.layer": ["AbstractLayer"],
    "nn.conv": ["Conv"],
    "nn.maxpooling": ["MaxPooling"],
    "nn.flatten": ["Flatten"],
    "nn.fullyconnected": ["FullyConnected"],
    "nn.activation": ["relu", "sigmoid", "linear", "leaky_relu", "mse", "cross_entropy"],
    "nn.optimizer": ["SGDOptimizer", "MomentumSGDOptimizer", "AdamOptimizer"],
    "nn.network": ["Network"],
}
SIGNATURES = [
    (load_data, lambda path: 0),
    (mnist_test.accuracy, lambda net, X, Y: 0),
    (mnist_test.one_hot, lambda x, size: 0),
    (Network, lambda layers, lr, loss: 0),
    (Network.train_step, lambda self, mini_batch: 0),
    (Network.forward, lambda self, X: 0),
    (Conv, lambda fshape, activation, filter_init, optimizer, strides=1, pad=0: 0),
    (MaxPooling, lambda pshape, strides: 0),
    (Flatten, lambda shape: 0),
    (FullyConnected, lambda wshape, activation, weight_init, optimizer: 0),
    (AbstractLayer.forward, lambda self, inputs: 0),
    (AbstractLayer.get_activation_grad, lambda self, z, upstream_gradient: 0),
    (AbstractLayer.backward, lambda self, layer_err: 0),
    (AbstractLayer.get_weight_grad, lambda self, inputs, layer_err: 0),
    (AbstractLayer.update, lambda self, grad, lr: 0),
    (SGDOptimizer, lambda: 0),
    (MomentumSGDOptimizer, lambda: 0),
    (AdamOptimizer, lambda: 0),
    *[(optimizer.update, lambda self, dx, lr: 0) for optimizer in (SGDOptimizer, MomentumSGDOptimizer, AdamOptimizer)],
    *[(getattr(function, method), lambda x: 0)
      for function in (relu, sigmoid, linear, leaky_relu) for method in ("compute", "deriv")],
    *[(getattr(loss, method), lambda X, Y: 0) for loss in (mse, cross_entropy) for method in ("compute", "deriv")],
    (cross_entropy._softmax, lambda X: 0),
]


def parameters(function):
    return list(signature(function).parameters.values())


def normal(shape):
    return np.random.normal(size=shape)


def net_of(*layers, lr=0.1, loss=cross_entropy):
    return Network(list(layers), lr, loss)


@pytest.fixture(scope="module")
def mnist():
    return load_data("./data/mnist.pkl.gz")


@pytest.mark.parametrize("module", NAMES)
def test_scripts_find_the_names_where_the_course_has_them(module):
    assert [name for name in NAMES[module] if not hasattr(import_module(module), name)] == []


@pytest.mark.parametrize("function, course", SIGNATURES, ids=[function.__qualname__ for function, _ in SIGNATURES])
def test_signature_is_the_courses_and_whatever_it_has_besides_may_be_left_out(function, course):
    ours, theirs = parameters(function), parameters(course)
    shared, more = ours[:len(theirs)], ours[len(theirs):]
    assert [parameter.name for parameter in shared] == [parameter.name for parameter in theirs]
    assert {parameter.kind for parameter in shared} <= {Parameter.POSITIONAL_OR_KEYWORD}
    assert [ours.default for ours, course in zip(shared, theirs) if course.default is not Parameter.empty] == [
        course.default for course in theirs if course.default is not Parameter.empty]
    assert all(parameter.default is not Parameter.empty or parameter.kind is Parameter.VAR_POSITIONAL
               for parameter in more)


def test_data_are_rows_of_784_numbers_from_0_to_1_and_integer_labels(mnist):
    for (images, labels), n in zip(mnist, (50_000, 10_000, 10_000)):
        assert images.shape == (n, 784) and images.min() == 0 and images.max() == 1
        assert labels.shape == (n,) and labels.dtype.kind == "i" and set(labels.tolist()) == set(range(10))
    assert isinstance(mnist, tuple) and [type(pair) for pair in mnist] == [tuple] * 3


def test_one_hot_labels_and_accuracy_in_percent_of_the_main_script():
    labels = mnist_test.one_hot(np.array([3, 0]), 10)
    assert labels.shape == (2, 10) and labels.sum() == 2 and labels[0, 3] == labels[1, 0] == 1
    net = net_of(Flatten((3,)))  # its outputs are its inputs
    assert mnist_test.accuracy(net, np.eye(3)[[1, 0, 2, 0]], mnist_test.one_hot(np.array([1, 0, 2, 2]), 3)) == 75.0


def test_a_convolution_takes_nhwc_images_and_hwio_weights():
    x, w = normal((2, 7, 9, 3)), np.zeros((3, 2, 3, 4))
    w[2, 1, 0, 3] = 1.0  # output channel 3 is input channel 0, two rows down and one column to the right
    net = net_of(Conv((3, 2, 3, 4), filter_init=lambda shp: w, **LAYER))
    z = net.forward(x)
    assert z.shape == (2, 5, 8, 4) and net.layers[0].w.shape == (3, 2, 3, 4) and net.layers[0].b.shape == (4,)
    np.testing.assert_array_equal(z[..., 3], x.astype(np.float32)[:, 2:, 1:, 0])
    assert not z[..., :3].any()


@pytest.mark.parametrize("strides, pad, shape", [(1, 0, (4, 6)), (1, 1, (6, 8)), (2, 0, (2, 3)), (2, 1, (3, 4))])
def test_strides_and_pad_of_a_convolution_with_rows_left_over(strides, pad, shape):
    net = net_of(Conv((3, 3, 1, 2), strides=strides, pad=pad, filter_init=normal, **LAYER))
    assert net.forward(normal((5, 6, 8, 1))).shape == (5, *shape, 2)


def test_max_pooling_of_2_halves_height_and_width_and_strides_may_be_given():
    assert net_of(MaxPooling(2)).forward(normal((3, 6, 8, 5))).shape == (3, 3, 4, 5)
    assert net_of(MaxPooling(3, 2)).forward(normal((3, 7, 9, 5))).shape == (3, 3, 4, 5)
    assert net_of(MaxPooling(pshape=(2, 3), strides=(2, 3))).forward(normal((3, 6, 9, 5))).shape == (3, 3, 3, 5)


def test_flatten_takes_height_width_channels():
    x = normal((3, 2, 4, 5))
    np.testing.assert_array_equal(net_of(Flatten((2, 4, 5))).forward(x), x.reshape(3, 40).astype(np.float32))


def test_a_fully_connected_layer_multiplies_rows_by_weights_of_n_in_by_n_out():
    net = net_of(FullyConnected((4, 3), weight_init=normal, **LAYER))
    x, layer = normal((2, 4)), net.layers[0]
    assert layer.w.shape == (4, 3) and layer.b.shape == (3,)
    layer.b = np.array([1.0, 2.0, 3.0])
    np.testing.assert_allclose(net.forward(x), x @ layer.w + [1, 2, 3], rtol=1e-5)


def test_a_convolution_goes_straight_into_a_fully_connected_layer():
    def layers(*flatten):
        np.random.seed(1)
        return [Conv((5, 5, 1, 4), filter_init=normal, **LAYER), *flatten,
                FullyConnected((4 * 4 * 4, 3), weight_init=normal, **LAYER)]

    straight, flattened = net_of(*layers()), net_of(*layers(Flatten((4, 4, 4))))
    batch = normal((6, 8, 8, 1)), np.eye(3)[[0, 1, 2, 0, 1, 2]]
    for _ in range(3):
        straight.train_step(batch)
        flattened.train_step(batch)
    np.testing.assert_array_equal(straight.layers[0].w, flattened.layers[0].w)
    np.testing.assert_array_equal(straight.forward(batch[0]), flattened.forward(batch[0]))


def test_weights_and_biases_can_be_read_and_written_between_steps():
    net = net_of(FullyConnected((4, 3), weight_init=normal, **LAYER))
    layer, batch = net.layers[0], (normal((6, 4)), np.eye(3)[[0, 1, 2, 0, 1, 2]])
    net.train_step(batch)
    assert net.forward(batch[0]).any()
    layer.w, layer.b = np.zeros((4, 3)), np.zeros(3)
    assert not net.forward(batch[0]).any()
    layer.w += 1
    np.testing.assert_allclose(net.forward(batch[0]), batch[0].sum(axis=1, keepdims=True) * np.ones(3), rtol=1e-4)
    net.train_step(batch)
    assert not (layer.w == 1).any() and layer.b.all()


def test_forward_gives_logits():
    net = net_of(FullyConnected((4, 3), weight_init=normal, **LAYER))
    outputs = net.forward(10 * normal((8, 4)))
    assert outputs.min() < 0 and outputs.max() > 1


def test_a_training_step_takes_the_pair_of_images_and_labels_and_goes_down_the_loss():
    net = net_of(FullyConnected((4, 3), weight_init=normal, **LAYER))
    batch = normal((6, 4)), np.eye(3)[[0, 1, 2, 0, 1, 2]]
    losses = [(net.train_step(batch), np.sum(cross_entropy.compute(net.forward(batch[0]), batch[1])))[1]
              for _ in range(20)]
    assert losses == sorted(losses, reverse=True) and losses[-1] < 0.9 * losses[0]


@pytest.mark.parametrize("loss, of_a_row", [
    (mse, lambda x, y: 0.5 * np.sum((x - y) ** 2)),
    (cross_entropy, lambda x, y: np.log(np.sum(np.exp(x))) - x @ y),
], ids=["mse", "cross_entropy"])
def test_the_sum_of_a_loss_is_the_mean_of_the_batch(loss, of_a_row):
    X, Y = normal((6, 3)), np.eye(3)[[0, 1, 2, 0, 1, 2]]
    assert np.sum(loss.compute(X, Y)) == pytest.approx(np.mean([of_a_row(x, y) for x, y in zip(X, Y)]))
    gradient, step = loss.deriv(X, Y), np.zeros_like(X)
    step[2, 1] = 1e-6
    slope = (np.sum(loss.compute(X + step, Y)) - np.sum(loss.compute(X - step, Y))) / 2e-6
    assert gradient.shape == X.shape and gradient[2, 1] == pytest.approx(slope, rel=1e-6)


def test_softmax_of_the_cross_entropy_makes_each_row_probabilities_and_does_not_overflow():
    p = cross_entropy._softmax(np.array([[0.0, np.log(3.0)], [1000.0, 1000.0], [-1000.0, 1000.0]]))
    np.testing.assert_allclose(p, [[0.25, 0.75], [0.5, 0.5], [0, 1]])


@pytest.mark.parametrize("function, values, slopes", [
    (relu, [0, 0, 2], [0, 0, 1]),
    (leaky_relu, [-0.01, 0, 2], [0.01, 0.01, 1]),
    (linear, [-1, 0, 2], [1, 1, 1]),
    (sigmoid, [0.26894142, 0.5, 0.88079708], [0.19661193, 0.25, 0.10499359]),
], ids=["relu", "leaky_relu", "linear", "sigmoid"])
def test_activations_are_instances_with_compute_and_deriv_that_change_nothing(function, values, slopes):
    x = np.array([-1.0, 0.0, 2.0])
    np.testing.assert_allclose(function.compute(x), values, rtol=1e-7)
    np.testing.assert_allclose(function.deriv(x), slopes, rtol=1e-7)
    np.testing.assert_array_equal(x, [-1, 0, 2])


@pytest.mark.parametrize("optimizer, amounts", [
    (SGDOptimizer, [0.2, 0.2]), (MomentumSGDOptimizer, [0.2, 0.38]), (AdamOptimizer, [0.1, 0.1]),
])
def test_optimizers_return_what_is_to_be_subtracted(optimizer, amounts):
    optimizer = optimizer()
    changes = [optimizer.update(np.full((2, 3), 2.0), 0.1) for _ in amounts]
    np.testing.assert_allclose(changes, [np.full((2, 3), amount) for amount in amounts], rtol=1e-6)


def test_epsilon_of_adam_stands_outside_the_root_and_the_docstring_says_so():
    assert AdamOptimizer().update(np.array([1e-8]), 1.0) == pytest.approx(0.5, rel=1e-6)  # inside: 1e-4
    assert "outside the root" in AdamOptimizer.__doc__


@pytest.mark.parametrize("kind", [MomentumSGDOptimizer, AdamOptimizer])
def test_one_optimizer_for_each_layer_or_one_object_for_all_is_the_same(kind):
    one, weights = kind(), []
    for optimizer in (kind, lambda: one):
        np.random.seed(1)
        net = net_of(FullyConnected((4, 5), activation=sigmoid, optimizer=optimizer(), weight_init=normal),
                     FullyConnected((5, 3), activation=linear, optimizer=optimizer(), weight_init=normal))
        for _ in range(3):
            net.train_step((normal((6, 4)), np.eye(3)[[0, 1, 2, 0, 1, 2]]))
        weights.append([layer.w for layer in net.layers])
    for own, shared in zip(*weights):
        np.testing.assert_array_equal(own, shared)


@pytest.mark.parametrize("missing", FIVE_METHODS)
def test_a_layer_without_one_of_the_five_methods_cannot_be_made(missing):
    methods = {name: lambda self, *arguments: None for name in FIVE_METHODS if name != missing}
    with pytest.raises(TypeError, match=missing):
        type("Own", (AbstractLayer,), methods)()
    type("Own", (AbstractLayer,), {**methods, missing: lambda self, *arguments: None})()


def run(module, *options):
    """Start a module as a student does, in the project's folder, on a machine without a screen."""
    environment = {**os.environ, "PYTHONIOENCODING": "utf-8", "MPLBACKEND": "Agg"}
    done = subprocess.run([sys.executable, "-m", module, *options], cwd=ROOT, env=environment, encoding="utf-8",
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert done.returncode == 0 and "Warning" not in done.stderr, done.stderr
    return done.stdout.splitlines()


def read(lines):
    """The printed lines of a training by a student's script -> (its losses, its accuracy)."""
    *iterations, end, calculate, percent = lines
    assert [end, calculate] == LAST_LINES
    matches = [re.fullmatch(ITERATION, line) for line in iterations]
    assert [int(match[1]) for match in matches] == list(range(0, 10 * len(matches), 10))
    return [float(match[2]) for match in matches], float(re.fullmatch(ACCURACY, percent)[1])


@pytest.mark.parametrize("script, count, fall, least", [("mlp", 101, 0.95, 20), ("own_layers", 11, 0.75, 35)])
def test_a_students_script_runs_and_its_network_learns(script, count, fall, least):
    losses, percent = read(run(f"tests.students.{script}"))
    assert len(losses) == count and losses[-1] < fall * losses[0] and percent > least  # guessing gives 10


def test_a_students_cnn_learns_and_is_the_same_without_flatten():
    lines = run("tests.students.cnn")
    losses, percent = read(lines[:7])
    assert len(losses) == 4 and losses[-1] < 0.3 * losses[0] and percent > 70
    assert lines[7:] == lines[:7]


def test_the_main_script_prints_the_courses_lines_and_draws_the_loss(tmp_path):
    picture = tmp_path / "curve.png"
    lines = run("mnist_test", "--network", "mlp", "--iterations", "21", "--picture", str(picture))
    begun = [re.match(ITERATION, line) for line in lines]
    assert [int(match[1]) for match in begun if match] == [0, 10, 20]
    assert [line for line in lines if line in LAST_LINES] == LAST_LINES
    [percent] = [float(line.split()[-1]) for line in lines if re.fullmatch(ACCURACY, line)]
    assert percent > 30 and picture.read_bytes().startswith(b"\x89PNG")
