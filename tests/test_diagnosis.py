"""Where a training fails, it is told which layer went wrong first, and which of the usual causes fits."""
from types import SimpleNamespace

import numpy as np
import pytest

from inspection.diagnosis import data_fault, diagnosis, dropout_fault, unit_fault
from nn import (
    Flatten,
    FullyConnected,
    MomentumSGDOptimizer,
    Network,
    SGDOptimizer,
    cross_entropy,
    he,
    linear,
    relu,
    sigmoid,
    tanh,
)
from nn.loss import one_hot
from nn.metrics import baseline_loss
from tests.small import Cube
from tests.test_sanity_check import Shifted, digits, network, scaled
from training.loop import train

IMAGES, LABELS = digits(400)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("settings, change, words", [
    ({"optimizer": MomentumSGDOptimizer(), "lr": 1e9}, None, "it is the steps that are too large"),
    ({"init": scaled(1e30)}, None, "2 FullyConnected((20, 20)) is the first layer with nan or inf"),
    ({"init": scaled(1e15), "hidden": 3}, None, "is the first layer with nan or inf"),
    ({"init": scaled(1e15), "hidden": 3}, None, "so the first weights are too large"),
    ({}, lambda X, Y: (X * 3e38, Y), "The images reach from"),
])
def test_loss_that_is_no_number_is_explained(settings, change, words, capsys):
    train(network(**settings), change(IMAGES, LABELS) if change else (IMAGES, LABELS), batch_size=50)
    printed = capsys.readouterr().out
    assert "training stops. " in printed and words in printed.split("Look at, in this order")[0].split("stops. ")[1]


def test_layer_that_went_wrong_is_the_first_one(capsys):
    """Cubes make numbers of 1e13 into numbers that float32 cannot hold."""
    net = Network([Flatten((8, 8, 1)), FullyConnected((64, 20), linear, scaled(1e13), MomentumSGDOptimizer()), Cube(),
                   FullyConnected((20, 10), linear, he, MomentumSGDOptimizer())], 0.1, cross_entropy)
    with np.errstate(all="ignore"):
        train(net, (IMAGES, LABELS), batch_size=50)
    assert "2 Cube is the first layer with nan or inf, from inputs of up to 1e+1" in capsys.readouterr().out


@pytest.mark.parametrize("settings, change, words", [
    ({"lr": 1e-9}, None, "the learning rate is too small"),
    ({"init": np.zeros, "activation": tanh}, None, "are all 0"),
    ({"first": Shifted}, None, "100% of the units of 1 FullyConnected((64, 20)) are dead"),
    ({"init": scaled(20), "activation": sigmoid, "lr": 1e-5}, None, "are saturated"),
    ({"init": scaled(1e-6), "lr": 1e-8, "hidden": 4}, None, "have faded"),
    ({"optimizer": SGDOptimizer(), "lr": 1e4, "activation": tanh}, None, "the learning rate is"),
    ({"lr": 1e-4}, lambda X, Y: (X, one_hot(np.random.randint(10, size=len(Y)), 10)), "belong together"),
    ({}, lambda X, Y: (np.full_like(X, 0.5), Y), "nothing but 0.5"),
])
def test_loss_that_does_not_move_is_explained(settings, change, words, capsys):
    X, Y = change(IMAGES, LABELS) if change else (IMAGES, LABELS)
    train(network(**{"activation": relu, **settings}), (X, Y), epochs=13, batch_size=50)
    printed = capsys.readouterr().out
    assert "no better than guessing" in printed and words in printed.split("Look at, in this order")[0]


def test_training_that_learns_is_not_remarked_upon(capsys):
    train(network(), (IMAGES, LABELS), epochs=13, batch_size=50)
    assert "Look at" not in capsys.readouterr().out


def test_network_that_cannot_be_tried_out_has_no_diagnosis():
    assert diagnosis(object(), (IMAGES, LABELS), [1.0], None) == ""


def test_nothing_is_changed():
    net = network(lr=1e-9)
    before, state = net.layers[1].w.copy(), np.random.get_state()[1].tolist()
    diagnosis(net, (IMAGES, LABELS), [2.3], baseline_loss(cross_entropy, LABELS))
    assert (net.layers[1].w == before).all() and np.random.get_state()[1].tolist() == state


@pytest.mark.filterwarnings("ignore")
def test_loss_that_is_no_number_changes_no_weight():
    net = network()
    net.train_step((IMAGES, LABELS))
    before = [layer.w.copy() for layer in net.layers[1:]]
    assert np.isnan(net.train_step((np.full_like(IMAGES[:5], np.nan), LABELS[:5])))
    assert all((layer.w == w).all() for layer, w in zip(net.layers[1:], before))


# --- limits

@pytest.mark.parametrize("X, words", [
    ([0.0, 1.0], None), ([-1.0, 1.0], None), ([-2.43, 2.75], None), ([-4.9, 4.9], None),
    ([-5.1, 5.1], "divide them by 255, perhaps"), ([0.0, 255.0], "divide them by 255, perhaps"),
    ([0.0, 0.022], None), ([0.0, 0.018], "divide them by 255 once"), ([0.5, 0.5], "nothing but 0.5"),
    ([0.0, np.nan], "nan or inf")])
def test_images_are_neither_too_bright_nor_too_dark(X, words):
    fault = data_fault(np.array(X, np.float32), None)
    assert fault is None if words is None else words in fault


def record(**given):
    return SimpleNamespace(name="layer", layer=SimpleNamespace(weights=(), **given.pop("layer", {})), **given)


def units(f, z):
    return record(layer={"activation": f}, z=np.array(z), a=f.compute(np.array(z)))


@pytest.mark.parametrize("dead, told", [(13, False), (15, True)])
def test_seven_in_ten_dead_units_are_too_many(dead, told):
    fault = unit_fault(units(relu, [[-1.0] * dead + [1.0] * (20 - dead)]), False)
    assert ("dead" in fault) if told else fault is None


@pytest.mark.parametrize("f", [tanh, sigmoid])
@pytest.mark.parametrize("slope, share, later, told", [
    (0.24, 11, False, True), (0.26, 20, False, False), (0.24, 9, False, False), (0.24, 20, True, False),
    (0.019, 11, True, True), (0.021, 20, True, False)])
def test_units_whose_slope_is_small_are_saturated(f, slope, share, later, told):
    steep = np.linspace(0, 12, 120001)
    z = steep[np.argmin(np.abs(f.deriv(steep) / f.deriv(np.zeros(1)) - slope))]
    fault = unit_fault(units(f, [[z] * share + [0.0] * (20 - share)]), later)
    assert ("saturated" in fault) if told else fault is None


@pytest.mark.parametrize("dropped, told", [(16, False), (18, True)])
def test_dropout_of_nearly_all_is_told(dropped, told):
    x = np.ones((1, 20))
    fault = dropout_fault(record(x=x, a=np.where(np.arange(20) < dropped, 0.0, x)))
    assert (fault is not None) == told
