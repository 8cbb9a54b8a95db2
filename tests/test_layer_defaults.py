"""What docstrings and README state of settings that are left out: PyTorch's defaults, and default activations."""
import numpy as np
import pytest

import mnist_test
from examples import fully_connected
from nn import (
    RNN,
    AdaGradOptimizer,
    AdamOptimizer,
    AdamWOptimizer,
    BatchNorm,
    GroupNorm,
    LayerNorm,
    MomentumSGDOptimizer,
    Network,
    RMSPropOptimizer,
    SGDOptimizer,
    cross_entropy,
    he,
    leaky_relu,
    linear,
    relu,
    tanh,
)
from nn.activation import Linear
from nn.loss import SoftmaxCrossEntropy
from tests.small import dense


def adam(steps, decay):
    m = v = 0.0
    for t, (dx, w) in enumerate(steps, 1):
        m, v = 0.9 * m + 0.1 * dx, 0.999 * v + 0.001 * dx ** 2
        yield 0.1 * m / (1 - 0.9 ** t) / (np.sqrt(v / (1 - 0.999 ** t)) + 1e-8) + 0.1 * decay * w


def squares(steps, keep, add, eps):
    v = 0.0
    for dx, _ in steps:
        v = keep * v + add * dx ** 2
        yield 0.1 * dx / (np.sqrt(v) + eps)


def momentum(steps):
    v = 0.0
    for dx, _ in steps:
        v = 0.9 * v + dx
        yield 0.1 * v


@pytest.mark.parametrize("optimizer, expected", [
    (SGDOptimizer(), lambda steps: [0.1 * dx for dx, _ in steps]), (MomentumSGDOptimizer(), momentum),
    (AdamOptimizer(), lambda steps: adam(steps, 0.0)), (AdamWOptimizer(), lambda steps: adam(steps, 0.01)),
    (RMSPropOptimizer(), lambda steps: squares(steps, 0.99, 0.01, 1e-8)),
    (AdaGradOptimizer(), lambda steps: squares(steps, 1.0, 1.0, 1e-10)),
])
@pytest.mark.parametrize("scale", [1.0, 1e-8])  # of the gradients: eps shows where they are small
def test_an_optimizers_defaults_are_pytorchs(optimizer, expected, scale):
    own, steps = type(optimizer)(), [(scale, 0.5), (scale * 1e-2, -2.0), (scale * 3e-2, 1e-7)]  # gradients, weights
    amounts = [own.update_with_decay(np.array([w]), np.array([dx]), 0.1)[0] for dx, w in steps]
    np.testing.assert_allclose(amounts, list(expected(steps)), rtol=1e-9)


def test_batch_norms_defaults_are_pytorchs():
    x = np.array([[1e-3, 4.0], [3e-3, 8.0]])
    layer = BatchNorm(2, optimizer=SGDOptimizer())
    z, activation = layer.forward(x)
    np.testing.assert_allclose(z[1], [1e-3 / np.sqrt(1e-6 + 1e-5), 2 / np.sqrt(4 + 1e-5)], rtol=1e-9)
    np.testing.assert_array_equal(activation, z)
    np.testing.assert_allclose(layer.running_mean, [0.1 * 2e-3, 0.1 * 6.0], rtol=1e-12)
    np.testing.assert_allclose(layer.running_var, [0.9 + 0.1 * 2e-6, 0.9 + 0.1 * 8.0], rtol=1e-12)


@pytest.mark.parametrize("layer", [LayerNorm(2, optimizer=SGDOptimizer()), GroupNorm(1, 2, optimizer=SGDOptimizer())])
def test_layer_and_group_norms_defaults_are_pytorchs(layer):
    z, activation = layer.forward(np.array([[1e-3, 3e-3]]))
    np.testing.assert_allclose(z, [[-1e-3 / np.sqrt(1e-6 + 1e-5), 1e-3 / np.sqrt(1e-6 + 1e-5)]], rtol=1e-9)
    np.testing.assert_array_equal(activation, z)


@pytest.mark.parametrize("layer, activation", [
    (BatchNorm(2, optimizer=SGDOptimizer()), linear), (LayerNorm(2, optimizer=SGDOptimizer()), linear),
    (GroupNorm(1, 2, optimizer=SGDOptimizer()), linear),
    (RNN((2, 3), weight_init=he, optimizer=SGDOptimizer()), tanh)])
def test_the_default_activation(layer, activation):
    assert layer.activation is activation


def test_other_defaults():
    assert leaky_relu.compute(np.array([-1.0])) == -0.01
    assert cross_entropy.label_smoothing == SoftmaxCrossEntropy().label_smoothing == 0
    assert Network([dense(2, 3)], 0.1, cross_entropy).dtype == np.float32


# --- normalisation comes before the activation function

@pytest.mark.parametrize("layer", [BatchNorm(3, relu, optimizer=SGDOptimizer()),
                                   LayerNorm(3, relu, optimizer=SGDOptimizer()),
                                   GroupNorm(1, 3, relu, optimizer=SGDOptimizer())])
def test_a_normalised_layer_activates_what_it_has_normalised(layer):
    layer.w, layer.b = np.array([1.0, 2.0, 0.5]), np.array([0.1, -0.2, 0.3])
    z, activation = layer.forward(np.random.normal(5.0, 3.0, size=(20, 3)))
    assert (z < 0).any()
    np.testing.assert_array_equal(activation, np.maximum(z, 0))


@pytest.mark.parametrize("experiment", [
    mnist_test.EXPERIMENTS["best"], fully_connected.EXPERIMENTS["batchnorm"], fully_connected.EXPERIMENTS["layernorm"]])
def test_what_is_normalised_is_not_activated_before(experiment):
    layers = [layer for layer in experiment.layers() if hasattr(layer, "activation")]  # pooling may come between them
    normalised = [(before, layer) for before, layer in zip(layers, layers[1:]) if hasattr(layer, "eps")]
    assert len(normalised) >= 3
    for before, layer in normalised:
        assert isinstance(before.activation, Linear) and layer.activation is relu


def test_rates_are_factors_of_a_weights_learning_rate():
    layer, usual = (BatchNorm(3, optimizer=SGDOptimizer(), rates=rates) for rates in ({"w": 0, "b": 64}, ()))
    for each in (layer, usual):
        each.update({"w": np.array([1.0, 2, 3]), "b": np.array([4.0, 5, 6])}, 0.1)
    np.testing.assert_array_equal(layer.w, np.ones(3))
    np.testing.assert_allclose(layer.b, 64 * usual.b)
    with pytest.raises(ValueError, match=r"BatchNorm\(3\): rates must be of its weights w, b, but names 'gamma'"):
        BatchNorm(3, optimizer=SGDOptimizer(), rates={"gamma": 0})
    with pytest.raises(ValueError, match=r"rates\['b'\] must be a number, 0 or more, but is -1"):
        BatchNorm(3, optimizer=SGDOptimizer(), rates={"b": -1})
