"""Optimizers take the steps of their papers, and what one remembers belongs to one weight only."""
from functools import partial

import numpy as np
import pytest

from nn.activation import mse
from nn.network import Network
from nn.optimizer import (
    AbstractOptimizer,
    AdaGradOptimizer,
    AdamOptimizer,
    AdamWOptimizer,
    MomentumSGDOptimizer,
    NesterovSGDOptimizer,
    NesterovSGDWOptimizer,
    RMSPropOptimizer,
    SGDOptimizer,
)
from tests.small import conv, data, dense
from textbook import optimizer as reference

# how our optimizer is made, and the paper's direction
CASES = [
    (SGDOptimizer, reference.sgd),
    (MomentumSGDOptimizer, reference.momentum),
    (partial(MomentumSGDOptimizer, momentum=0.5), partial(reference.momentum, mu=0.5)),
    (NesterovSGDOptimizer, reference.nesterov),
    (partial(NesterovSGDOptimizer, momentum=0.5), partial(reference.nesterov, mu=0.5)),
    (AdaGradOptimizer, reference.adagrad),
    (partial(AdaGradOptimizer, eps=0.1), partial(reference.adagrad, eps=0.1)),
    (RMSPropOptimizer, reference.rmsprop),
    (partial(RMSPropOptimizer, rho=0.8, eps=0.1), partial(reference.rmsprop, rho=0.8, eps=0.1)),
    (AdamOptimizer, reference.adam),
    (partial(AdamOptimizer, beta1=0.5, beta2=0.7, eps=0.1), partial(reference.adam, beta1=0.5, beta2=0.7, eps=0.1)),
    (partial(NesterovSGDWOptimizer, weight_decay=0.0), reference.nesterov),
    (partial(AdamWOptimizer, weight_decay=0.0), reference.adam),
]
CLASSES = [SGDOptimizer, MomentumSGDOptimizer, NesterovSGDOptimizer, AdaGradOptimizer, RMSPropOptimizer, AdamOptimizer,
           AdamWOptimizer, NesterovSGDWOptimizer]
LR = 0.03


def gradients(shape, steps=7):
    """Random ones of very different sizes."""
    return [np.random.normal(size=shape) * 10.0 ** np.random.uniform(-8, 1, shape) for _ in range(steps)]


@pytest.mark.parametrize("shape", [(4,), (3, 2), (2, 3, 2, 2)])
@pytest.mark.parametrize("make, direction", CASES)
def test_steps_are_those_of_the_paper(make, direction, shape):
    optimizer, w, steps = make(), np.random.normal(size=shape), gradients(shape)
    before = [g.copy() for g in steps]
    changes = [optimizer.update(g, LR) for g in steps]  # a change must stay what it was when the next ones are made
    np.testing.assert_array_equal(steps, before)
    for t, expected in enumerate(reference.descend(direction, w, steps, LR)):
        np.testing.assert_allclose(w - sum(changes[:t + 1]), expected, rtol=1e-12)


@pytest.mark.parametrize("make, direction", CASES[:-2])
def test_weight_decay_is_l2_regularisation(make, direction):
    optimizer, w, steps = make(weight_decay=0.4), np.random.normal(size=(3, 2)), gradients((3, 2))
    for g, expected in zip(steps, reference.descend(direction, w, steps, LR, l2=0.4)):
        w = w - optimizer.update_with_decay(w, g, LR)
        np.testing.assert_allclose(w, expected, rtol=1e-12)


@pytest.mark.parametrize("make, direction", [(AdamWOptimizer, reference.adam),
                                             (NesterovSGDWOptimizer, reference.nesterov)])
def test_decoupled_decay_is_beside_the_gradient(make, direction):
    optimizer, w, steps = make(weight_decay=0.4), np.random.normal(size=(3, 2)), gradients((3, 2))
    for g, expected in zip(steps, reference.descend(direction, w, steps, LR, decoupled=0.4)):
        w = w - optimizer.update_with_decay(w, g, LR)
        np.testing.assert_allclose(w, expected, rtol=1e-12)


@pytest.mark.parametrize("make, closed_form", [
    (SGDOptimizer, lambda g, t: g),
    (partial(MomentumSGDOptimizer, momentum=0.9), lambda g, t: g * (1 - 0.9 ** t) / (1 - 0.9)),
    (partial(NesterovSGDOptimizer, momentum=0.9), lambda g, t: g * (1 - 0.9 ** (t + 1)) / (1 - 0.9)),
    (partial(AdaGradOptimizer, eps=0), lambda g, t: np.sign(g) / np.sqrt(t)),
    (partial(RMSPropOptimizer, rho=0.99, eps=0), lambda g, t: np.sign(g) / np.sqrt(1 - 0.99 ** t)),
    (AdamOptimizer, lambda g, t: g / (abs(g) + 1e-8)),  # eps beside the root, and no slow start
    (AdamWOptimizer, lambda g, t: g / (abs(g) + 1e-8)),
])
def test_closed_form_where_the_gradient_stays_the_same(make, closed_form):
    optimizer, g = make(), np.array([2.0, -0.5, 1e-5])
    for t in range(1, 9):
        np.testing.assert_allclose(optimizer.update(g, 0.1), 0.1 * closed_form(g, t), rtol=1e-9)


@pytest.mark.parametrize("make", CLASSES)
def test_learning_rate_scales_the_step_and_nothing_that_is_remembered(make):
    steps, rates = gradients((3,)), [1.0, 0.1, 0.0, 2.0, 0.5, 0.1, 1.0]
    changing, constant = make(), make()
    for g, lr in zip(steps, rates):
        np.testing.assert_allclose(changing.update(g, lr), lr * constant.update(g, 1.0), rtol=1e-12)


@pytest.mark.parametrize("make", CLASSES)
def test_float32_stays_float32_even_with_a_float64_learning_rate(make):
    optimizer = make(weight_decay=0.1)
    for g in gradients((3, 2)):
        optimizer.update_with_decay(np.ones((3, 2), np.float32), g.astype(np.float32), LR)
    remembered = [value for value in vars(optimizer).values() if isinstance(value, np.ndarray)]
    assert {array.dtype for array in remembered} <= {np.dtype(np.float32)}


def trained(make_optimizer):
    """The weights of a small network after 5 steps; its layers get what make_optimizer gives, one call a layer."""
    np.random.seed(1)
    X, Y = data(4, 5, 4, 1)
    layers = [conv(2, 2, 1, 3, optimizer=make_optimizer()), dense(36, 4, optimizer=make_optimizer()),
              dense(4, 4, optimizer=make_optimizer()), dense(4, 3, optimizer=make_optimizer())]
    net = Network(layers, LR, mse, np.float64)
    for _ in range(5):
        net.train_step((X, Y))
    return [getattr(layer, name) for layer in net.layers for name in layer.weights]


@pytest.mark.parametrize("make", CLASSES)
def test_one_object_given_to_all_layers_is_the_same_as_one_for_each(make):
    shared = make()
    before = dict(vars(shared))
    for together, apart in zip(trained(lambda: shared), trained(make)):
        np.testing.assert_array_equal(together, apart)
    assert vars(shared) == before


@pytest.mark.parametrize("make, direction", CASES)
def test_each_weight_of_a_layer_takes_the_steps_of_the_paper(make, direction):
    layer = dense(3, 2, optimizer=make())
    w, b, w_steps, b_steps = layer.w, layer.b, gradients((3, 2)), gradients((2,))
    expected = zip(reference.descend(direction, w, w_steps, LR), reference.descend(direction, b, b_steps, LR))
    for dw, db, (expected_w, expected_b) in zip(w_steps, b_steps, expected):
        layer.update({"w": dw, "b": db}, LR)
        np.testing.assert_allclose(layer.w, expected_w, rtol=1e-12)
        np.testing.assert_allclose(layer.b, expected_b, rtol=1e-12)


@pytest.mark.parametrize("layer", [dense, lambda *shape, **more: conv(1, 2, *shape, **more)], ids=["dense", "conv"])
@pytest.mark.parametrize("make", CLASSES)
def test_weight_decay_is_for_the_weights_and_not_for_the_biases(make, layer):
    plain, decayed = (layer(3, 2, optimizer=make(weight_decay=decay), bias=True) for decay in (0.0, 0.5))
    for some in (plain, decayed):
        some.w, some.b = np.ones_like(some.w), np.ones_like(some.b)
        for _ in range(3):
            some.update({"w": np.full_like(some.w, 0.1), "b": np.full_like(some.b, 0.1)}, LR)
    assert (decayed.w != plain.w).all()
    np.testing.assert_array_equal(decayed.b, plain.b)


def test_optimizer_must_have_update():
    with pytest.raises(TypeError, match="update"):
        type("Still", (AbstractOptimizer,), {})()


def test_optimizer_of_ones_own_needs_update_only():
    class Sign:
        def update(self, dx, lr):
            return lr * np.sign(dx)

    layer = dense(2, 1, optimizer=Sign())
    w = layer.w
    layer.update({"w": np.array([[-3.0], [0.2]]), "b": np.array([5.0])}, 0.5)
    np.testing.assert_allclose(layer.w, w + [[0.5], [-0.5]])
    np.testing.assert_allclose(layer.b, [-0.5])


class Remembering:
    """A student's own optimizer, with the course's one method."""

    def __init__(self):
        self.past = []

    def update(self, dx, lr):
        self.past = [*self.past[-1:], dx]
        return lr * sum(self.past)


@pytest.mark.parametrize("kind", [MomentumSGDOptimizer, NesterovSGDOptimizer, AdaGradOptimizer, RMSPropOptimizer,
                                  AdamOptimizer, AdamWOptimizer, Remembering])
@pytest.mark.parametrize("shape", [(4, 3), (3, 5)])
def test_optimizer_that_has_worked_is_refused(kind, shape):
    optimizer = kind()
    dense(*shape, optimizer=optimizer)  # it has done nothing yet
    optimizer.update(np.ones((4, 3)), 0.1)
    with pytest.raises(ValueError, match=rf"has worked for another weight already .*write {kind.__name__}\(...\)"):
        dense(*shape, optimizer=optimizer)


class Counting(AbstractOptimizer):
    """Remembers a number alone."""

    t = 0

    def update(self, dx, lr):
        self.t += 1
        return lr / self.t * dx


@pytest.mark.parametrize("kind", [AdamOptimizer, SGDOptimizer, Counting])
def test_optimizer_of_another_weight_is_refused(kind):
    layer = dense(4, 3, optimizer=kind())
    for _ in range(2):
        with pytest.raises(ValueError, match=rf"is another weight's already: write {kind.__name__}\(...\), a new one"):
            dense(3, 5, optimizer=layer.optimizers["w"])
        layer.forward(np.ones((2, 4)))
        layer.update(layer.get_weight_grad(np.ones((2, 4)), np.ones((2, 3))), 0.1)


def test_optimizer_that_begins_with_an_array_of_one_number_is_new():
    class Velocity(AbstractOptimizer):
        def __init__(self):
            super().__init__()
            self.v = np.zeros(1)

        def update(self, dx, lr):
            self.v = 0.9 * self.v + dx
            return lr * self.v
    assert dense(4, 3, optimizer=Velocity()).optimizers["w"].v == 0


def test_optimizer_without_a_memory_may_go_on_anywhere():
    optimizer = SGDOptimizer(weight_decay=0.1)
    optimizer.update(np.ones((4, 3)), 0.1)
    assert dense(4, 3, optimizer=optimizer).optimizers["w"].weight_decay == 0.1


@pytest.mark.parametrize("with_settings", [False, True])
def test_optimizer_of_ones_own_has_no_weight_decay_unless_it_says_so(with_settings):
    class Halving(AbstractOptimizer):
        def __init__(self):
            if with_settings:
                super().__init__()
            self.calls = 0

        def update(self, dx, lr):
            return 0.5 * lr * dx

    layer = dense(4, 3, optimizer=Halving())
    before = {name: getattr(layer, name).copy() for name in layer.weights}
    grad = {name: np.full(array.shape, 2.0) for name, array in before.items()}
    layer.update(grad, 0.1)
    for name, array in before.items():
        np.testing.assert_allclose(getattr(layer, name), array - 0.1, rtol=1e-12)
