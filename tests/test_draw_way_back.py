"""The way back is the gradient that a training step would take; such a step lowers the loss, and can be taken back."""
from copy import deepcopy

import numpy as np
import pytest

import mnist_test
from nn import (
    AdamOptimizer,
    BatchNorm,
    Conv,
    Dropout,
    Flatten,
    FullyConnected,
    Network,
    cross_entropy,
    he,
    linear,
    one_hot,
)
from page.answers import Answers
from page.way_back import DrawingSteps, learns_from_many, way_back
from readers.mnist import load_images
from training.state import state


@pytest.fixture(scope="module")
def digits():
    return load_images()[2][0][:3]


def default():
    np.random.seed(0)
    experiment = mnist_test.EXPERIMENTS["cnn"]
    return Network(experiment.layers(), lr=experiment.lr, loss=experiment.loss), experiment.learning_rates(50_000)(0)


def with_dropout():
    adam = AdamOptimizer()
    return Network([Conv((3, 3, 1, 2), activation=linear, optimizer=adam, filter_init=he),
                    Flatten((26, 26, 2)), Dropout(0.5),
                    FullyConnected((26 * 26 * 2, 10), activation=linear, optimizer=adam, weight_init=he)],
                   lr=0.01, loss=cross_entropy)


def same(one, other):
    def equal(a, b):
        return a == b if isinstance(a, tuple) else np.array_equal(a, b)
    return one.keys() == other.keys() and all(equal(one[place], other[place]) for place in one)


def test_way_back_is_the_gradient_of_a_step_and_of_each_pixel(digits):
    net = default()[0]
    for layer in net.layers:
        layer.astype(np.float64)
    net.dtype = np.dtype(np.float64)
    image = digits[0] + np.random.random((28, 28, 1))  # no two windows are alike, and no z is 0
    before = deepcopy(state(net, None))
    loss, records, dx = way_back(net, image, 3)
    assert same(state(net, None), before)
    expected, grads = deepcopy(net).gradients((image[None], one_hot([3], 10)))
    assert loss == expected and len(records) == len(net.layers)
    for record, grad in zip(records, grads):
        assert all(np.array_equal(record.grads[name], grad[name]) for name in grad)
        assert record.error.shape == record.z.shape
    for pixel in [(10, 12, 0), (14, 14, 0)]:
        more, less = image.copy(), image.copy()
        more[pixel] += 1e-5
        less[pixel] -= 1e-5
        slope = (way_back(net, more, 3)[0] - way_back(net, less, 3)[0]) / 2e-5
        assert dx[pixel] == pytest.approx(slope, rel=1e-4, abs=1e-9)


@pytest.mark.parametrize("label", [2, 3, 7])
def test_step_of_the_default_network_lowers_the_loss_and_is_taken_back_bit_for_bit(label, digits):
    net, lr = default()
    net.train_step((digits[:2], one_hot([7, 2], 10)))  # so that the optimizers have moments
    steps, before, generator = DrawingSteps(net), deepcopy(state(net, None)), np.random.get_state()
    first, second = steps.take(digits[0], label, lr), steps.take(digits[0], label, lr)
    assert first[0]["loss"] > first[1]["loss"] == second[0]["loss"]
    assert not same(state(net, None), before)
    steps.take_back()
    steps.take_back()
    assert same(state(net, None), before) and len(steps) == 0
    assert all(np.array_equal(one, other) for one, other in zip(generator, np.random.get_state()))


def test_after_a_step_was_taken_back_the_network_learns_on_as_if_there_had_been_none(digits):
    nets = [with_dropout() for _ in range(2)]
    nets[1].layers = deepcopy(nets[0].layers)
    weights = []
    for net, takes_one in zip(nets, (False, True)):
        np.random.seed(1)
        pair = digits, one_hot([7, 2, 1], 10)
        net.train_step(pair)
        if takes_one:
            steps = DrawingSteps(net)
            steps.take(digits[0], 3, 0.01)
            steps.take_back()
        net.train_step(pair)
        weights.append(net.layers[0].w)
    np.testing.assert_array_equal(*weights)


def test_step_whose_gradient_is_no_number_changes_nothing(digits):
    net = with_dropout()
    steps, before = DrawingSteps(net), net.layers
    net.layers[0].w[0, 0, 0, 0] = np.nan
    with pytest.raises(FloatingPointError, match="nan or inf"), np.errstate(all="ignore"):
        steps.take(digits[0], 3, 0.01)
    assert net.layers is before and len(steps) == 0


def test_network_with_batch_normalisation_learns_no_image_alone(digits):
    net = with_dropout()
    assert learns_from_many(net) is None
    net.layers.insert(1, BatchNorm(2, optimizer=AdamOptimizer()))
    answers = Answers(net, "mine")
    said = [answer(digits[0].tobytes(), "3") for answer in (answers.back, answers.step)]
    assert said == [{"alone": learns_from_many(net)}] * 2 == [{"alone": "1 BatchNorm(2)"}] * 2
    assert len(answers.drawing_steps) == 0
