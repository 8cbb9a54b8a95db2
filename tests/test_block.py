"""A block is a layer made of layers, and all that a network does reaches into it."""
import numpy as np
import pytest

from examples.residual import EXPERIMENTS, Residual, residual
from nn import (
    AdamOptimizer,
    BatchNorm,
    Block,
    Dropout,
    MaxPooling,
    Network,
    SGDOptimizer,
    check_gradients,
    cross_entropy,
    linear,
    mse,
    tanh,
)
from nn.layer import named_layers
from tests.small import Cube, Scale, conv, data, dense
from tests.test_contract import Own


def inner():
    """Layers from (N, 6) to (N, 4) whose gradients have every form."""
    return [dense(6, 5), Cube(), Scale(np.linspace(0.5, 1, 5)), dense(5, 4), Own()]


@pytest.mark.parametrize("layers, shape", [
    (lambda: [conv(3, 3, 1, 2), Residual([conv(3, 3, 2, 2, pad="same")]), dense(18, 3)], (5, 5, 1)),
    (lambda: [conv(2, 2, 1, 2), residual(2, tanh, SGDOptimizer()), dense(32, 3)], (5, 5, 1)),
    (lambda: [Residual([Dropout(0.3), dense(6, 6)]), Residual([dense(6, 6), Residual([dense(6, 6)])]), dense(6, 3)],
     (6,)),
    (lambda: [Block(inner()), dense(4, 3)], (6,)),
    (lambda: [Residual([Cube()]), Block([MaxPooling(2), Cube()]), dense(4, 3)], (4, 4, 1)),
])
def test_gradients_are_the_measured_slopes(layers, shape):
    errors = check_gradients(layers(), cross_entropy, *data(4, *shape), samples=30)
    assert [str(error) for error in errors if not error.error < 1e-6] == []


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_block_of_layers_trains_and_predicts_as_these_layers_do(dtype):
    def layers():
        np.random.seed(2)
        return [dense(6, 6, optimizer=AdamOptimizer()), BatchNorm(6, optimizer=AdamOptimizer()), Dropout(0.3), *inner()]

    one = Network([*layers(), dense(4, 3)], 0.01, mse, dtype)
    first = layers()
    two = Network([Block(first[:3]), Block([Block(first[3:])]), dense(4, 3)], 0.01, mse, dtype)
    two.layers[-1].w = one.layers[-1].w
    batch = data(5, 6)
    for net in (one, two):
        np.random.seed(4)
        net.losses = [net.train_step(batch) for _ in range(5)]
    assert one.losses == two.losses
    np.testing.assert_array_equal(one.forward(batch[0]), two.forward(batch[0]))
    assert two.layers[1].sublayers[0].sublayers[0].w.dtype == dtype


def network():
    return Network([dense(6, 4), Residual([BatchNorm(4, optimizer=SGDOptimizer()), Dropout(0.5), dense(4, 4)]),
                    Block([Block([Own(), dense(4, 3)])])], 0.1, mse)


def test_prediction_reaches_into_a_block():
    net, (X, Y) = network(), data(8, 6)
    for _ in range(3):
        net.train_step((X, Y))
    batchnorm, state = net.layers[1].sublayers[0], np.random.get_state()[1].copy()
    mean = batchnorm.running_mean.copy()
    outputs = net.forward(X)
    np.testing.assert_array_equal(batchnorm.running_mean, mean)
    np.testing.assert_array_equal(np.random.get_state()[1], state)
    h = net.layers[0].predict(X.astype(np.float32))
    h = h + net.layers[1].sublayers[2].predict(batchnorm.predict(h))
    own, last = net.layers[2].sublayers[0].sublayers
    np.testing.assert_allclose(outputs, last.predict(h * own.W + own.b), rtol=1e-5)
    np.testing.assert_allclose(net.forward(X[:1]), outputs[:1], rtol=1e-4, atol=1e-6)


def test_a_prediction_in_between_changes_no_gradient():
    net, (X, Y) = Network([Residual([dense(6, 6)]), dense(6, 3)], 0.1, mse), data(4, 6)
    output = net.forward_in_training(X)
    net.forward(np.ones((7, 6)))
    grads, _ = net.backward(mse.deriv(output, Y))
    _, expected = net.gradients((X, Y))
    for one, other in zip(grads, expected):
        assert list(one) == list(other)
        for name in one:
            np.testing.assert_array_equal(one[name], other[name])


def test_files_reach_into_a_block(tmp_path):
    one, two, (X, Y) = network(), network(), data(8, 6)
    one.train_step((X, Y))
    one.save(tmp_path / "net.npz")
    with np.load(tmp_path / "net.npz") as file:
        assert {"1.0.running_mean", "1.2.w", "2.0.0.W", "2.0.1.b"} < set(file.files)
    two.load(tmp_path / "net.npz")
    np.testing.assert_array_equal(one.forward(X), two.forward(X))


@pytest.mark.parametrize("freeze, stay", [
    (lambda net: net.layers[1:2], {"1.2"}), (lambda net: net.layers[1].sublayers[2:], {"1.2"}),
    (lambda net: net.layers[2].sublayers[0].sublayers[:1], {"2.0.0"}), (lambda net: net.layers[:1], {"0"}),
    (lambda net: net.layers[2].sublayers, {"2.0.0", "2.0.1"}),
    (lambda net: net.layers, {"0", "1.2", "2.0.0", "2.0.1"})])
def test_a_block_or_a_layer_in_it_is_frozen_and_freed_at_any_time(freeze, stay):
    net, batch = network(), data(8, 6)

    def moved():
        weights = {"0": (net.layers[0], "w"), "1.2": (net.layers[1].sublayers[2], "w"),
                   "2.0.0": (net.layers[2].sublayers[0].sublayers[0], "W"),
                   "2.0.1": (net.layers[2].sublayers[0].sublayers[1], "w")}
        before = {place: getattr(*weight).copy() for place, weight in weights.items()}
        net.train_step(batch)
        return {place for place, weight in weights.items() if not np.array_equal(before[place], getattr(*weight))}

    everything = moved()
    for frozen in (True, False, True):
        for layer in freeze(net):
            layer.trainable = not frozen
        assert moved() == (everything - stay if frozen else everything)


def test_errors_go_through_a_frozen_block_anew_in_each_step():
    net = Network([dense(6, 6), Residual([dense(6, 6), Cube()]), dense(6, 3)], 0.1, mse)
    batches = data(4, 6), data(4, 6)
    expected = [net.gradients(batch)[1][0]["w"] for batch in batches]
    net.layers[1].trainable = False
    for batch, gradient in zip(batches, expected):
        np.testing.assert_array_equal(net.gradients(batch)[1][0]["w"], gradient)


def test_a_block_may_have_weights_of_its_own():
    class Gated(Residual):
        """z = x + a F(x), where a is a number that is trained."""

        weights = ("a",)

        def __init__(self, layers):
            super().__init__(layers)
            self.a = 0.5

        def forward(self, inputs):
            self.inside = self.run(inputs)
            z = inputs + self.a * self.inside
            return z, z

        def get_weight_grad(self, inputs, layer_err):
            return {"a": np.sum(layer_err * self.inside), **super().get_weight_grad(inputs, self.a * layer_err)}

        def update(self, grad, lr):
            super().update(grad, lr)
            self.a = self.a - lr * grad["a"]

    layers, batch = [Gated([dense(6, 6), Own(6)]), dense(6, 3)], data(5, 6)
    errors = check_gradients(layers, mse, *batch)
    assert [error.weight for error in errors][1:] == ["a", "w", "b", "W", "b", "w", "b"]
    assert max(error.error for error in errors) < 1e-6
    net = Network(layers, 0.1, mse)
    losses = [net.train_step(batch) for _ in range(20)]
    assert losses[-1] < 0.5 * losses[0] and net.layers[0].a != 0.5


def test_prediction_is_the_activation_and_not_z():
    class Squashed(Block):
        def forward(self, inputs):
            z = self.run(inputs)
            return z, np.tanh(z)

        def get_activation_grad(self, z, upstream_gradient):
            return upstream_gradient * (1 - np.tanh(z) ** 2)

    block = Squashed([dense(6, 6, activation=linear)])
    net, X = Network([Block([block]), dense(6, 3)], 0.1, mse), np.random.normal(size=(4, 6)).astype(np.float32)
    h = np.tanh(block.sublayers[0].predict(X))
    np.testing.assert_array_equal(block.predict(X), h)
    np.testing.assert_allclose(net.forward(X), net.layers[1].predict(h), rtol=1e-6)
    assert np.abs(h - np.arctanh(h)).max() > 0.01


@pytest.mark.parametrize("change", [
    lambda one, other: one + other, lambda one, other: np.clip(one, -1e-3, 1e-3), lambda one, other: 0 * one])
def test_gradients_that_were_accumulated_or_clipped_are_those_that_a_blocks_layers_are_given(change):
    def layers():
        np.random.seed(2)
        return [*inner(), dense(4, 3)]
    flat, first = Network(layers(), 0.1, mse, np.float64), layers()
    nested = Network([Block(first[:2]), Block([Block(first[2:5])]), first[5]], 0.1, mse, np.float64)
    batches = data(5, 6), data(5, 6)
    for net in (flat, nested):
        (_, one), (_, other) = map(net.gradients, batches)
        net.update([{name: change(grad[name], again[name]) for name in grad} for grad, again in zip(one, other)])
    weights = [[getattr(layer, name) for _, layer in named_layers(net.layers) for name in layer.weights]
               for net in (flat, nested)]
    for expected, found in zip(*weights):
        np.testing.assert_array_equal(found, expected)
    moved = [getattr(layer, name) for layer in layers() for name in layer.weights]
    assert all((before == after).all() == (change(1, 1) == 0) for before, after in zip(moved, weights[1]))


def test_a_block_runs_its_layers_once_in_a_forward_pass():
    class Twice(Block):
        def forward(self, inputs):
            z = self.run(self.run(inputs))
            return z, z

    net = Network([Twice([dense(6, 6)]), dense(6, 3)], 0.1, mse)
    with pytest.raises(ValueError, match=r"0 Twice.*: forward calls self.run twice.*; make two blocks of it"):
        net.train_step(data(5, 6))


def test_a_block_shows_its_layers():
    assert repr(Residual([dense(6, 6), Cube()])) == "Residual([FullyConnected((6, 6)), Cube])"


@pytest.mark.parametrize("layers, words", [([], "at least one layer"), ([np.ones(3)], "layers[0] must be a layer")])
def test_a_list_that_is_none_of_layers_is_refused(layers, words):
    with pytest.raises((ValueError, TypeError)) as caught:
        Block(layers)
    assert words in str(caught.value)


def test_the_residual_network_learns_its_batch():
    experiment = EXPERIMENTS["residual"]
    net, (X, Y) = Network(experiment.layers(), 0.01, experiment.loss), data(10, 28, 28, 1, classes=10)
    losses = [net.train_step((X, Y)) for _ in range(25)]
    assert losses[-1] < 0.2 * losses[0]
