"""A sanity check passes networks that can learn, and tells what is wrong with those that cannot."""
import numpy as np
import pytest

import mnist_test
from inspection import sanity_check as sanity_check_module
from inspection.sanity_check import print_sanity_check, sanity_check
from nn import (
    AdamOptimizer,
    Embedding,
    Flatten,
    FullyConnected,
    Network,
    SGDOptimizer,
    cross_entropy,
    he,
    lecun,
    mse,
    relu,
    sigmoid,
    tanh,
)
from nn.layer import AbstractLayer
from nn.loss import one_hot


def digits(n=1000):
    """Images (n, 8, 8, 1) in 0..1 of ten kinds, and their labels."""
    generator = np.random.default_rng(0)
    kinds, labels = generator.random((10, 8, 8, 1)) < 0.3, np.arange(n) % 10
    noise = 0.3 * generator.random((n, 8, 8, 1))
    return np.clip(0.7 * kinds[labels] + noise, 0, 1).astype(np.float32), one_hot(labels, 10)


def network(init=he, activation=relu, lr=0.003, optimizer=None, first=FullyConnected, loss=cross_entropy, hidden=2):
    optimizer = optimizer or AdamOptimizer()
    widths = [64] + [20] * hidden
    return Network([
        Flatten((8, 8, 1)),
        *(kind((n_in, n_out), activation=activation, optimizer=optimizer, weight_init=init)
          for kind, n_in, n_out in zip([first] + [FullyConnected] * hidden, widths, widths[1:])),
        FullyConnected((20, 10), activation=mnist_test.linear, optimizer=optimizer, weight_init=init),
    ], lr=lr, loss=loss)


class Doubled(FullyConnected):
    """Its error is twice what it should be."""

    def get_activation_grad(self, z, upstream_gradient):
        return 2 * super().get_activation_grad(z, upstream_gradient)


class Shifted(FullyConnected):
    """It starts with a bias with which no unit of a ReLU ever fires."""

    def __init__(self, *arguments, **settings):
        super().__init__(*arguments, **settings)
        self.b = self.b - 100


def scaled(scale):
    return lambda shape: np.random.normal(size=shape) * scale


def brighter(X, Y):
    return 255 * X, Y


def unbalanced(X, Y):
    return X, one_hot(np.where(np.arange(len(X)) % 50 == 0, 1, 0), 10)


def seen(net, change=None):
    X, Y = digits()
    return list(sanity_check(net, change(X, Y) if change else (X, Y)))


@pytest.mark.parametrize("settings", [
    {}, {"activation": tanh}, {"optimizer": SGDOptimizer(), "lr": 0.3}, {"loss": mse, "init": lecun},
    {"init": scaled(0.1)}])
def test_network_that_can_learn_passes(settings):
    assert [str(finding) for finding in seen(network(**settings)) if finding.remedy is not None] == []


@pytest.mark.filterwarnings("ignore:the images reach")
@pytest.mark.parametrize("settings, change, what, words", [
    ({"init": scaled(2)}, None, "loss at the start", "its first weights are too large"),
    ({"init": scaled(1e-6), "lr": 1e-7, "hidden": 4}, None, "units and signals", "first weights are too small"),
    ({"init": np.zeros}, None, "steps after 10 batches", "The weights of 1 FullyConnected((64, 20)) are all 0"),
    ({"init": np.zeros, "activation": tanh}, None, "steps after 10 batches",
     "The weights of 1 FullyConnected((64, 20)) are all 0"),
    ({"lr": 1e-9}, None, "steps after 10 batches", "the learning rate is too small"),
    ({"lr": 0.0}, None, "steps after 10 batches", "the learning rate is too small"),
    ({"lr": 1}, None, "steps after 10 batches", "the learning rate is too large"),
    ({"lr": 1e3, "optimizer": SGDOptimizer()}, None, "units and signals", "It was not so at first: the learning"),
    ({"lr": 0.1}, None, "units and signals", "After 10 batches: 85% of the units of 1 Fully"),
    ({"first": Doubled}, None, "gradients", "1 FullyConnected((64, 20))"),
    ({"first": Shifted}, None, "units and signals", "100% of the units of 1 FullyConnected((64, 20)) are dead"),
    ({"init": scaled(5), "activation": sigmoid}, None, "units and signals", "are saturated"),
    ({}, brighter, "images", "divide them by 255"),
    ({}, unbalanced, "labels", "as many images of each class"),
    ({"lr": 1e-5}, None, "overfit a small batch", "does not know 20 images"),
])
def test_what_is_wrong_is_told(settings, change, what, words):
    findings = {finding.what: finding for finding in seen(network(**settings), change)}
    assert words in f"{findings[what].found}. {findings[what].remedy}" and findings[what].remedy is not None


def test_nothing_is_changed():
    net = network()
    before, state = [layer.w.copy() for layer in net.layers[1:]], np.random.get_state()[1].tolist()
    seen(net)
    assert all((layer.w == w).all() for layer, w in zip(net.layers[1:], before))
    assert np.random.get_state()[1].tolist() == state
    assert len(net.layers[1].optimizers["w"].__dict__) and net.layers[1].optimizers["w"].t == 0


@pytest.mark.parametrize("settings, well", [({}, True), ({"lr": 1e-9}, False)])
def test_it_is_printed_a_line_each(settings, well, capsys):
    assert print_sanity_check(network(**settings), digits()) == well
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 7 and all(" OK " in line or " WRONG " in line for line in lines)
    assert all(" OK " in line for line in lines) == well


@pytest.mark.parametrize("schedule, well", [(None, False), (lambda step: 0.003, True), (lambda step: 1.0, False)])
def test_its_steps_are_those_of_the_schedule(schedule, well):
    assert print_sanity_check(network(lr=0.1), digits(), schedule) == well


def test_a_peak_that_is_still_to_come_is_too_high():
    X, Y = digits()
    *_, steps = sanity_check(network(lr=3.0), (X, Y), lambda step: 0.003)
    assert "and the learning rate will be 1000 times as large: make its peak ten times smaller" in steps.remedy


@pytest.mark.slow
@pytest.mark.parametrize("name", mnist_test.EXPERIMENTS)
def test_the_networks_of_the_main_script_pass(name):
    from readers.mnist import load_images
    experiment = mnist_test.EXPERIMENTS[name]
    net = Network(experiment.layers(), lr=experiment.lr, loss=experiment.loss)
    train_set = load_images()[0]
    assert print_sanity_check(net, train_set, experiment.learning_rates(len(train_set[0])))


def test_words_are_no_images_that_reach_too_far():
    generator, adam = np.random.default_rng(0), AdamOptimizer()
    words = generator.integers(0, 10, (200, 5))
    net = Network([Embedding((10, 8), weight_init=he, optimizer=adam), Flatten((5, 8)),
                   FullyConnected((40, 10), activation=mnist_test.linear, optimizer=adam, weight_init=lecun)], 0.01,
                  cross_entropy)
    assert {finding.remedy for finding in sanity_check(net, (words, one_hot(words[:, 0], 10)))} == {None}


class OwnEmbedding(AbstractLayer):
    """Looks words up, by whole numbers."""

    def __init__(self, n, width):
        self.w = np.random.normal(size=(n, width))

    def forward(self, inputs):
        z = self.w[inputs.astype(int)]
        return z, z

    def get_activation_grad(self, z, upstream_gradient):
        return upstream_gradient

    def get_weight_grad(self, inputs, layer_err):
        dw = np.zeros_like(self.w)
        np.add.at(dw, inputs.astype(int), layer_err)
        return dw

    def backward(self, layer_err):
        return np.zeros(layer_err.shape[:-1])

    def update(self, grad, lr):
        self.w = self.w - lr * grad


@pytest.mark.parametrize("factor, expected", [(1, "OK"), (-1, "WRONG")])
def test_words_that_a_layer_of_ones_own_looks_up_are_left_whole(factor, expected):
    words, layer = np.random.default_rng(0).integers(0, 20, (50, 6)), OwnEmbedding(20, 8)
    right = layer.get_weight_grad
    layer.get_weight_grad = lambda inputs, layer_err: factor * right(inputs, layer_err)
    net = Network([layer, Flatten((6, 8)), FullyConnected((48, 10), tanh, lecun, SGDOptimizer())], 0.1, cross_entropy)
    assert status(sanity_check_module._gradients(net, words, one_hot(words[:, 0] % 10, 10)), "gradients") == expected


# --- limits

def status(findings, what):
    return next(finding.status for finding in findings if finding.what == what)


def with_shares(*shares):
    """100 images, and labels of so many images of each class."""
    return digits(100)[0], one_hot(np.repeat(np.arange(len(shares)), shares), len(shares))


@pytest.mark.parametrize("shares, expected", [
    ([11, 44, 45], "OK"), ([7, 46, 47], "OK"), ([6, 47, 47], "WRONG"),  # a fifth of a third
    ([70] + [10] * 3, "OK"), ([12] * 5 + [40], "OK"), ([8] * 5 + [60], "WRONG"), ([10] * 5 + [50], "OK"),
    ([9] * 5 + [55], "WRONG")])  # three times a sixth
def test_labels_are_even_enough_from_a_fifth_to_three_times_an_even_share(shares, expected):
    assert status(sanity_check_module._data(network(), *with_shares(*shares)), "labels") == expected


@pytest.mark.parametrize("multiple, expected", [(2.9, "OK"), (3.1, "WRONG")])
def test_a_first_loss_of_three_times_guessing_is_too_much(multiple, expected):
    net, (X, Y) = network(init=np.zeros), digits()
    losses = {b: 0.9 * b + np.log(1 + 9 * np.exp(-b)) for b in np.linspace(0, 12, 1201)}
    net.layers[-1].b[0] = min(losses, key=lambda b: abs(losses[b] - multiple * np.log(10)))
    assert status(sanity_check_module._first_loss(net, X, Y), "loss at the start") == expected


def times(factor):
    class Times(FullyConnected):
        def get_weight_grad(self, inputs, layer_err):
            return {**super().get_weight_grad(inputs, layer_err), "b": factor * layer_err.sum(axis=0)}
    return Times


@pytest.mark.parametrize("factor, expected", [(1.0, "OK"), (1 + 1.7e-3, "?"), (1 + 2.3e-3, "WRONG"),
                                              (1 + 1e-5, "?"), (1 + 1e-7, "OK")])
def test_a_gradient_is_wrong_from_a_relative_error_of_1e_3_on_and_right_below_1e_6(factor, expected):
    net = network(activation=tanh, first=times(factor))  # the error is half of what the factor is off by
    assert status(sanity_check_module._gradients(net, *digits()), "gradients") == expected


@pytest.mark.parametrize("losses, told", [
    ([1.0, 4.9, 2.0], False), ([1.0, 5.1, 2.0], True), ([1.0, 5.1, 0.9], False), ([1.0, np.nan, 2.0], True)])
def test_loss_that_jumps_to_five_times_the_first_one_and_stays_above_it_is_told(losses, told, monkeypatch):
    class Learning:
        lr, layers = 0.1, []

        def __init__(self):
            self.losses = [losses[0], *losses[1:2] * 8, losses[2]]

        def train_step(self, batch):
            return self.losses.pop(0)
    monkeypatch.setattr(sanity_check_module, "recorded", lambda net: (Learning(), []))
    monkeypatch.setattr(sanity_check_module, "layer_faults", lambda records, began_well: [])
    monkeypatch.setattr(sanity_check_module, "linear_fault", lambda net, X: None)
    net = Network([FullyConnected((4, 3), relu, he, SGDOptimizer())], 0.1, cross_entropy)
    *_, steps = sanity_check_module._first_steps(lambda step: 0.1, net, np.ones((9, 4)), np.eye(3)[np.zeros(9, int)])
    assert ("The loss jumped to" in str(steps)) == told
