"""Statistics move with the step: where no step is made, nothing has moved."""
from copy import deepcopy

import numpy as np
import pytest

from nn import AdamOptimizer, BatchNorm, Block, Network, cross_entropy, mse
from nn.layer import named_layers
from tests.small import Scale, data, dense
from tests.test_contract import Own


class Remembers(Own):
    """Keeps a running mean, in place, and says so."""

    statistics = ("running",)

    def __init__(self, n=4):
        super().__init__(n)
        self.running = np.zeros(n)

    def forward(self, inputs):
        self.running *= 0.9
        self.running += 0.1 * inputs.mean(axis=0)
        return super().forward(inputs)


def network():
    np.random.seed(0)
    adam = AdamOptimizer()
    return Network([dense(5, 4, optimizer=adam), BatchNorm(4, optimizer=adam), Remembers(),
                    Block([BatchNorm(4, optimizer=adam), Remembers()]), dense(4, 3, optimizer=adam)],
                   0.01, cross_entropy)


def state(net):
    """All weights, statistics and optimizers' arrays and counters."""
    found = []
    for _, layer in named_layers(net.layers):
        found += [np.array(getattr(layer, name)) for name in (*layer.weights, *layer.statistics)]
        for optimizer in getattr(layer, "optimizers", {}).values():
            found += [np.array(value) for value in vars(optimizer).values()]
    return found


def same(one, other):
    return len(one) == len(other) and all(map(np.array_equal, one, other))


def nan_in(X, Y):
    return np.where(np.arange(X.shape[1]) == 2, np.nan, X), Y


class Inf(type(mse)):
    """Its loss is a number, and its gradient is none."""

    def deriv(self, X, Y):
        return super().deriv(X, Y) * np.inf


class Refuses(type(mse)):
    def deriv(self, X, Y):
        raise ValueError("no gradient")


@pytest.mark.parametrize("spoil", [
    lambda net, X, Y: nan_in(X, Y), lambda net, X, Y: (X, Y[:, :2]), lambda net, X, Y: (X, Y * 5),
    lambda net, X, Y: (setattr(net, "loss", Inf()), X, Y)[1:],
    lambda net, X, Y: (setattr(net, "loss", Refuses()), X, Y)[1:],
    lambda net, X, Y: (X[:, :4], Y),
])
@pytest.mark.parametrize("steps", [0, 3])
@pytest.mark.filterwarnings("ignore:the loss is nan")
def test_a_step_that_is_not_made_leaves_everything_as_it_was(spoil, steps):
    net, (X, Y) = network(), data(6, 5)
    for _ in range(steps):
        net.train_step((X, Y))
    bad, before = spoil(net, X, Y), state(net)
    try:
        with np.errstate(all="ignore"):
            assert not np.isfinite(net.train_step(bad))
    except ValueError:
        pass
    assert same(before, state(net))


def test_gradients_alone_move_nothing_and_update_moves_what_they_found():
    net, batch = network(), data(6, 5)
    other, before = deepcopy(net), state(net)
    _, grads = net.gradients(batch)
    assert same(before, state(net))
    net.update(grads)
    other.train_step(batch)
    assert same(state(net), state(other)) and not same(before, state(net))


def test_a_frozen_batch_normalisation_goes_on_watching():
    net, batch = network(), data(6, 5)
    net.layers[1].trainable = False
    before = net.layers[1].running_mean.copy()
    net.train_step(batch)
    assert (net.layers[1].running_mean != before).all()


@pytest.mark.parametrize("layers", [
    lambda: [dense(5, 4), dense(4, 3)], lambda: [Block([dense(5, 4), Own()]), dense(4, 3)],
    lambda: [Block([Block([dense(5, 4)]), Scale(np.ones(4))]), dense(4, 3)]])
def test_gradients_are_good_for_a_copy_too(layers):
    net, batch = Network(layers(), 0.1, mse), data(6, 5)
    net.train_step(batch)
    twin = deepcopy(net)
    _, grads = net.gradients(batch)
    net.update(grads)
    twin.update(grads)
    assert same(state(net), state(twin))


def test_another_number_of_gradients_than_of_layers_is_refused():
    net = network()
    _, grads = net.gradients(data(6, 5))
    with pytest.raises(ValueError, match="expected a gradient for each of 5 layers, .* but was given 4"):
        net.update(grads[:4])
