"""Mistakes that people make, a line each: what they write, and the value that is right or the words that help."""
import linecache
import pickle
import sys
import warnings

import numpy as np
import pytest

from nn import (
    RNN,
    AdaGradOptimizer,
    AdamOptimizer,
    AdamWOptimizer,
    AvgPooling,
    BatchNorm,
    Block,
    Conv,
    Dropout,
    EachStep,
    Flatten,
    FullyConnected,
    GlobalAvgPooling,
    LastStep,
    LayerNorm,
    MaxPooling,
    MomentumSGDOptimizer,
    NesterovSGDOptimizer,
    Network,
    RMSPropOptimizer,
    SGDOptimizer,
    SoftmaxCrossEntropy,
    check_gradients,
    cross_entropy,
    he,
    leaky_relu,
    linear,
    mse,
    one_hot,
    relu,
    sigmoid,
    sigmoid_cross_entropy,
    tanh,
)
from nn.activation import AbstractActivation, Linear
from nn.checks.calls import shown
from nn.checks.data import check_sets
from nn.loss import NoAccuracy
from nn.metrics import accuracy, evaluate
from nn.optimizer import AbstractOptimizer
from tests.small import Scale, conv, data, dense
from training.augment import Compose, RandomAffine, RandomFlip, RandomShift
from training.callbacks import Validation
from training.command import load_sets, print_accuracy, run
from training.experiment import Experiment
from training.loop import batches, train
from training.options import read_options

LABELS = one_hot([3, 1, 4, 1], 10)


def logits(n_in=784, **more):
    return dense(n_in, 10, activation=linear, **more)


def mlp(loss=cross_entropy):
    return Network([Flatten((28, 28, 1)), logits()], 0.1, loss)


def cnn():
    return Network([conv(5, 5, 1, 8), MaxPooling(2), conv(3, 3, 8, 4), Flatten((10, 10, 4)), logits(400)], 0.1,
                   cross_entropy)


def rnn(*more):
    return Network([RNN((28, 16), weight_init=he, optimizer=SGDOptimizer()), *more], 0.1, cross_entropy)


def passes(loss, width=1):
    """A network whose outputs are its inputs."""
    return Network([Flatten((width,))], 0.1, loss)


def own(**methods):
    """An object of a student's own class, with these methods, or those of an activation function that is right."""
    return type("Mine", (), {"compute": lambda self, x: x, "deriv": lambda self, x: 1.0, **methods})()


def own_loss(deriv):
    return own(compute=lambda self, X, Y: 0.5 * np.mean(X ** 2), deriv=deriv)


def learn(**more):
    Network([dense(784, 10, **more)], 0.1, mse).train_step((PIXELS, LABELS))


def message(act, error=(TypeError, ValueError)):
    with pytest.raises(error) as caught:
        act()
    said = str(caught.value)
    assert "\n" not in said
    return said


# --- A: losses and accuracy

COLUMN, YES_NO = np.array([[-2.0], [0.3], [0.7], [3.0]]), np.array([[0.0], [0.0], [1.0], [1.0]])


@pytest.mark.parametrize("net, X, Y, percent", [
    (passes(sigmoid_cross_entropy), COLUMN, YES_NO, 75.0),  # an output above 0 is a yes
    (passes(mse), COLUMN, YES_NO, 100.0),  # above 0.5
    (passes(mse), -COLUMN, YES_NO, 25.0),
    (passes(sigmoid_cross_entropy, 2), [[1, -1], [1, 1]], [[1, 0], [1, 0]], 75.0),  # of four answers
    (passes(cross_entropy, 2), [[1, -1], [1, 2]], [[1, 0], [1, 0]], 50.0),
    (passes(cross_entropy, 2), [[1, -1], [1, 2]], [[0.9, 0.1], [0.9, 0.1]], 50.0),
    (passes(mse, 2), [[1, -1], [1, 2]], [[1, 0], [1, 0]], 50.0),
])
def test_loss_says_what_is_right(net, X, Y, percent):
    assert accuracy(net, X, Y) == evaluate(net, X, Y)[1] == percent


class OnlyTwoMethods:
    compute, deriv = mse.compute, mse.deriv


class SaysWhatIsRight(OnlyTwoMethods):
    def right(self, X, Y):
        return abs(X - Y) < 0.5


@pytest.mark.parametrize("loss, X, Y, percent", [
    (mse, COLUMN, COLUMN, None), (mse, np.eye(2), [[0.5, 0.5], [1, 0]], None), (mse, np.eye(2), [[1, 1], [1, 0]], None),
    (OnlyTwoMethods(), np.eye(2), np.eye(2), 100.0), (OnlyTwoMethods(), COLUMN, YES_NO, None),
    (SaysWhatIsRight(), COLUMN, YES_NO, 50.0)])
def test_where_nothing_is_right_there_is_a_loss_and_no_accuracy(loss, X, Y, percent, capsys):
    net = passes(loss, np.shape(X)[1])
    assert evaluate(net, X, Y)[1] == percent
    history = train(Network([dense(np.shape(X)[1], np.shape(Y)[1])], 0.1, loss), (X, Y), 1,
                    callbacks=[Validation((X, Y))])
    assert list(history.accuracies) == ([] if percent is None else ["validation"])
    print_accuracy(net, X, Y)
    printed = capsys.readouterr().out
    assert ("Loss over all test set" in printed) == ("Accuracy over" not in printed) == (percent is None)
    if percent is None:
        assert "no accuracy for" in message(lambda: accuracy(net, X, Y), NoAccuracy)


@pytest.mark.parametrize("loss, Y, best, cost", [
    (cross_entropy, [[1, 0], [1, 0], [0, 1], [1, 0]], np.log([0.75, 0.25]), -0.75 * np.log(0.75) - 0.25 * np.log(0.25)),
    (cross_entropy, [[1, 0, 0], [0, 1, 0]], [0, 0, -99], np.log(2)), (cross_entropy, np.eye(10), 10 * [0], np.log(10)),
    (SoftmaxCrossEntropy(0.5), [[1, 0], [1, 0]], np.log([0.75, 0.25]), -0.75 * np.log(0.75) - 0.25 * np.log(0.25)),
    (sigmoid_cross_entropy, [[1], [1], [0], [1]], [np.log(3)], -0.75 * np.log(0.75) - 0.25 * np.log(0.25)),
    (mse, [[1, 2], [3, 2], [5, 2]], [3, 2], 4 / 3)])
def test_baseline_loss_is_what_the_best_same_answer_costs(loss, Y, best, cost):
    Y = np.float64(Y)
    np.testing.assert_allclose(loss.baseline_loss(Y), cost)
    np.testing.assert_allclose(loss.compute(np.tile(np.float64(best), (len(Y), 1)), Y), cost)


STEPS = np.zeros((2, 3, 4))
SOFTMAX = "cross_entropy needs outputs (N, K), K at least 2, but they are "


@pytest.mark.parametrize("loss, X, Y, words", [
    (cross_entropy, COLUMN, YES_NO, SOFTMAX + "(4, 1): softmax of one output is always 1; "
                                              "take loss=sigmoid_cross_entropy"),
    (cross_entropy, STEPS, STEPS, SOFTMAX + "(2, 3, 4): write EachStep() before the last layer"),
    (cross_entropy, np.zeros((2, 5, 5, 3)), np.zeros((2, 5, 5, 3)), "give the labels as Y.reshape(-1, 3)"),
    (cross_entropy, np.zeros((4, 10)), 0 * LABELS, "row 0 sums to 0: write one_hot(labels, 10)"),
    (cross_entropy, np.zeros((4, 10)), 255 * LABELS, "row 0 sums to 255: write one_hot(labels, 10)"),
    (cross_entropy, np.zeros((4, 10)), LABELS + LABELS[::-1], "row 0 sums to 2"),
    (SoftmaxCrossEntropy(0.1), np.zeros((2, 3)), np.float32([[0, 1, 0], [1, 1, 0]]), "row 1 sums to 2"),
    (cross_entropy, np.zeros((2, 3)), np.float32([[0, 1, np.nan], [1, 0, 0]]), "row 0 sums to nan"),
    (sigmoid_cross_entropy, COLUMN, YES_NO * 255, "needs labels from 0 (no) to 1 (yes), but they reach from 0"),
    (sigmoid_cross_entropy, COLUMN, YES_NO[:, 0], "write labels.reshape(-1, 1)"),
    (mse, COLUMN, YES_NO[:, 0], "write labels.reshape(-1, 1)"),
    (mse, STEPS, STEPS[:, 0], "put LastStep() before the last layer"),
    (cross_entropy, np.zeros(4), np.zeros(4), "the last layer must give a row of numbers for each image"),
])
def test_labels_and_outputs_that_a_loss_cannot_take(loss, X, Y, words):
    assert words in message(lambda: loss.compute(X, Y))


@pytest.mark.parametrize("n, labels, words", [
    (4, np.array([3, 1, 4, 1]), "(N, K), but they are (4,): write one_hot(labels, 10), from nn.loss"),
    (4, np.array([3, 1, 44, 1]), "write one_hot(labels, 45)"),
    (4, np.array([3, 1, 0.5, 1]), "write labels.reshape(-1, 1)"),
    (3, LABELS, "3 images, but 4 labels"), (5, LABELS, "5 images, but 4 labels"),
    (4, LABELS * 2, "row 0 sums to 2"), (4, LABELS[:, :0], "labels are empty"),
    (4, LABELS * np.nan, "labels hold nan or inf"), (0, LABELS[:0], "images are empty, of shape (0, 784)"),
    (4, np.array(["3", "1", "4", "1"]), "labels must be numbers, but are <U1"),
])
def test_labels_that_do_not_fit_are_refused_wherever_they_come_in_and_before_any_step(n, labels, words):
    net, good, bad = mlp(), (np.zeros((4, 784)), LABELS), (np.zeros((n, 784)), labels)
    net.train_step = net.forward = lambda *arguments: pytest.fail("too late")
    for act, name in [(lambda: train(net, bad), "training"), (lambda: accuracy(net, *bad), "given"),
                      (lambda: train(net, good, callbacks=[Validation(bad)]), "validation")]:
        said = message(act)
        assert said.startswith(f"the {name} set") and words in said


# --- B: settings and inputs

BY_NAME = ("its settings are given by name, such as {0}(weight_decay=...); "
           "the learning rate is the network's: write {0}(), and Network(layers, lr=0.1")
OPTIMIZERS = [SGDOptimizer, MomentumSGDOptimizer, NesterovSGDOptimizer, AdaGradOptimizer, RMSPropOptimizer,
              AdamOptimizer, AdamWOptimizer]


@pytest.mark.parametrize("kind", OPTIMIZERS)
@pytest.mark.parametrize("make", [lambda kind: kind(0.1), lambda kind: kind(lr=0.1)])
def test_learning_rate_is_not_the_optimizers(kind, make):
    assert BY_NAME.format(kind.__name__) in message(lambda: make(kind), TypeError)


@pytest.mark.parametrize("kind, setting, value", [
    *[(kind, "weight_decay", value) for kind in OPTIMIZERS for value in (-0.1, np.inf, np.nan, "0.1")],
    (MomentumSGDOptimizer, "momentum", 1.0), (NesterovSGDOptimizer, "momentum", 9), (AdaGradOptimizer, "eps", -1),
    (RMSPropOptimizer, "rho", 1), (AdamOptimizer, "beta1", 1.0), (AdamWOptimizer, "beta2", -0.9),
    (AdamOptimizer, "eps", "1e-8")])
def test_settings_of_optimizers_lie_in_their_ranges(kind, setting, value):
    assert f"{kind.__name__}: {setting} must be a number" in message(lambda: kind(**{setting: value}), ValueError)


@pytest.mark.parametrize("lr", ["0.1", float("inf"), float("nan"), -1, None, 1j, [0.1]])
def test_learning_rate_is_a_number_whenever_it_is_set(lr):
    net = mlp()
    for act in (lambda: Network([logits()], lr, mse), lambda: setattr(net, "lr", lr)):
        assert message(act, ValueError) .startswith(f"lr must be a number, 0 or more, but is {shown(lr)}: write lr=0.")
    assert net.lr == 0.1


@pytest.mark.parametrize("dtype", [np.float16, int, np.uint8, bool, complex])
def test_dtype_is_one_that_networks_learn_in(dtype):
    assert "dtype must be np.float32 or np.float64" in message(lambda: Network([logits()], 0.1, mse, dtype), ValueError)


class Remembers(AbstractActivation):
    """x^2, whose slope is computed from what compute was given."""

    def compute(self, x):
        self.x = x
        return x ** 2

    def deriv(self, x):
        return 2 * self.x


class Doubled(Linear):
    def compute(self, x):
        return 2 * x

    def deriv(self, x):
        return np.full_like(x, 2)


def replaced():
    mine = Linear()
    mine.compute, mine.deriv = Doubled().compute, Doubled().deriv
    return mine


@pytest.mark.parametrize("activation", [Remembers(), Doubled(), replaced(), tanh])
def test_what_a_user_wrote_is_what_is_computed(activation):
    layers = [dense(5, 4, activation=activation), dense(4, 3, activation=activation)]
    assert max(row.error for row in check_gradients(layers, mse, *data(4, 5))) < 1e-6


class Fixed(AbstractOptimizer):
    def update(self, dx, lr):
        return np.full_like(dx, 0.25)


class DecaysItsOwnWay(SGDOptimizer):
    def update_with_decay(self, w, dx, lr):
        return w


class OwnSGD(SGDOptimizer):
    def update(self, dx, lr):
        return 100 * lr * dx


class NoOptimizersChild:
    def update(self, dx, lr):
        return np.full_like(dx, 0.25)


@pytest.mark.parametrize("optimizer, after", [
    (Fixed(), lambda w, dw: w - 0.25), (DecaysItsOwnWay(), lambda w, dw: 0 * w),
    (NoOptimizersChild(), lambda w, dw: w - 0.25), (OwnSGD(), lambda w, dw: w - 10 * dw)])
def test_what_a_users_optimizer_says_is_what_is_done(optimizer, after):
    net, batch = Network([dense(5, 3, optimizer=optimizer)], 0.1, mse, np.float64), data(4, 5)
    w, dw = net.layers[0].w, net.gradients(batch)[1][0]["w"]
    net.train_step(batch)
    np.testing.assert_allclose(net.layers[0].w, after(w, dw))


INTEGERS = np.array([-2, 1])


@pytest.mark.parametrize("act, value", [
    (lambda: leaky_relu.deriv(INTEGERS), [0.01, 1]), (lambda: leaky_relu.compute(INTEGERS), [-0.02, 1]),
    (lambda: relu.deriv(INTEGERS), [0, 1]), (lambda: relu.compute(INTEGERS), [0, 1]),
    (lambda: sigmoid.compute(np.uint8([0])), [0.5]), (lambda: tanh.deriv(np.uint8([0])), [1]),
    (lambda: mse.deriv(np.uint8([[1, 3]]), np.uint8([[2, 1]])), [[-1, 2]]),
    (lambda: mse.compute(np.uint8([[1, 3]]), np.uint8([[2, 1]])), 2.5),
    (lambda: cross_entropy.compute(np.uint8([[1, 3]]), np.uint8([[1, 0]])), np.log1p(np.exp(2))),
    (lambda: cross_entropy.deriv(np.uint8([[3, 3]]), np.uint8([[1, 0]])), [[-0.5, 0.5]]),
    (lambda: cross_entropy.softmax(np.uint8([[0, 3]])), [[1 / (1 + np.exp(3)), 1 / (1 + np.exp(-3))]]),
    (lambda: sigmoid_cross_entropy.compute(np.uint8([[2]]), np.uint8([[0]])), np.log1p(np.exp(2))),
    (lambda: sigmoid_cross_entropy.deriv(np.uint8([[0]]), np.uint8([[1]])), [[-0.5]]),
])
def test_integers_by_hand_give_what_floats_give(act, value):
    np.testing.assert_allclose(act(), value)


IMAGES = (2, 6, 6, 2)


@pytest.mark.parametrize("make, shape", [
    (lambda: conv(3, 3, 2, 3), IMAGES), (lambda: MaxPooling(2), IMAGES), (lambda: MaxPooling(3, 2, pad=1), IMAGES),
    (lambda: AvgPooling(2), IMAGES), (lambda: AvgPooling(3, 1), IMAGES), (lambda: GlobalAvgPooling(), IMAGES),
    (lambda: Flatten((6, 6, 2)), IMAGES), (lambda: dense(4, 3), (2, 4)),
    (lambda: dense(4, 3, activation=leaky_relu), (2, 4)),
    (lambda: BatchNorm(2, optimizer=SGDOptimizer()), IMAGES), (lambda: LayerNorm(4, optimizer=SGDOptimizer()), (2, 4)),
    (lambda: Dropout(0.5), (3, 4)), (lambda: RNN((4, 3), weight_init=he, optimizer=SGDOptimizer()), (2, 3, 4)),
    (LastStep, (2, 3, 4)), (EachStep, (2, 3, 4))])
@pytest.mark.parametrize("dtype", [np.uint8, np.int64])
def test_layers_take_integers_by_hand(make, shape, dtype):
    def results(dtype):
        np.random.seed(1)
        layer, x = make(), (np.arange(np.prod(shape)).reshape(shape) % 7).astype(dtype)
        z, a = layer.forward(x)
        e = layer.get_activation_grad(z, (np.arange(a.size).reshape(a.shape) % 5).astype(dtype))
        gradient = layer.get_weight_grad(x, e)
        return [z, a, e, *gradient.values(), layer.backward(e), layer.predict(x)]

    for of_integers, of_floats in zip(results(dtype), results(np.float64)):
        np.testing.assert_allclose(of_integers, of_floats)


PIXELS = np.random.default_rng(0).random((4, 784))


def ends_in(activation, loss):
    return Network([dense(784, 10, activation=activation)], 0.1, loss)


@pytest.mark.parametrize("net, X, words", [
    (mlp(), np.uint8(PIXELS * 255), "the images reach 254, as bytes do"),
    (mlp(mse), PIXELS * 255, "write images / 255"),
    (ends_in(relu, cross_entropy), PIXELS, "(784, 10)), ends in ReLU, but the loss takes logits"),
    (ends_in(sigmoid, cross_entropy), PIXELS, "write activation=linear for the last layer"),
    (ends_in(sigmoid, sigmoid_cross_entropy), PIXELS, "ends in Sigmoid"),
    (Network([Scale(np.ones(10))], 0.1, cross_entropy), LABELS, "Scale, gives probabilities, such as softmax does"),
])
@pytest.mark.filterwarnings("always")
def test_what_may_be_meant_is_warned_of_once_at_the_first_step(net, X, words):
    with pytest.warns(UserWarning) as caught:
        net.train_step((X, LABELS))
    assert len(caught) == 1 and words in str(caught[0].message) and _is_here(caught[0])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        net.train_step((X, LABELS))


def _is_here(warning):
    """Whether it points at a line of this file that calls a network."""
    line = linecache.getline(warning.filename, warning.lineno)
    return warning.filename == __file__ and ("net.train_step(" in line or "net.gradients(" in line)


class OwnNetwork(Network):
    """A student's network, in a module of their own."""

    def train_step(self, mini_batch):
        return super().train_step(mini_batch)  # net.train_step(


@pytest.mark.parametrize("kind, call", [
    (Network, lambda net, batch: net.train_step(batch)), (Network, lambda net, batch: net.gradients(batch)),
    (OwnNetwork, lambda net, batch: net.train_step(batch))])
def test_a_warning_points_at_the_persons_line_through_however_many_calls(kind, call):
    net = kind([dense(784, 10, activation=relu)], 0.1, cross_entropy)
    with pytest.warns(UserWarning) as caught:
        call(net, (255 * PIXELS, LABELS))
    assert len(caught) == 2 and all(map(_is_here, caught))


@pytest.mark.parametrize("net, X", [
    (mlp(), PIXELS), (mlp(), PIXELS - 0.5), (mlp(), 300 * PIXELS - 150), (mlp(), 1000 * PIXELS),
    (ends_in(sigmoid, mse), PIXELS)])
def test_what_is_usual_is_not_warned_of(net, X):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        net.train_step((X, LABELS))


@pytest.mark.parametrize("spoilt", [np.nan, np.inf])
def test_data_that_are_no_numbers_are_refused_before_they_spoil_anything(spoilt):
    X = PIXELS.copy()
    X[2, 5] = spoilt
    net = Network([BatchNorm(784, optimizer=SGDOptimizer()), logits()], 0.1, cross_entropy)
    assert "hold nan or inf" in message(lambda: net.train_step((X, LABELS)), ValueError)
    assert "the training set's images hold nan or inf" in message(lambda: train(net, (X, LABELS)), ValueError)
    np.testing.assert_array_equal(net.layers[0].running_mean, 0)


@pytest.mark.parametrize("change, words", [
    ({"batch_size": 0}, "batch_size must be a positive integer, but is 0"),
    ({"batch_size": -5}, "batch_size must be a positive integer, but is -5"),
    ({"batch_size": 20.0}, "batch_size must be a positive integer, but is 20.0; write batch_size=20"),
    ({"batch_size": True}, "batch_size must be a positive integer"),
    ({"epochs": 0}, "epochs must be a positive integer, but is 0"),
    ({"epochs": "3"}, "epochs must be a positive integer, but is '3'"),
    ({"iterations": 0}, "iterations must be a positive integer, but is 0"),
    ({"augment": RandomFlip}, "augment must be an object, but is the class RandomFlip: write augment=RandomFlip(...)"),
    ({"augment": 2}, "augment must be a function, or an object that can be called like one, but is 2"),
])
def test_settings_of_a_training_are_looked_at_before_its_first_step(change, words):
    net = mlp()
    net.train_step = lambda batch: pytest.fail("too late")
    assert words in message(lambda: train(net, (PIXELS, LABELS), **change))
    assert words in message(lambda: Experiment(list, **change))


SETS = {"training": (PIXELS, LABELS), "validation": (PIXELS, LABELS), "test": (PIXELS, LABELS)}


@pytest.mark.parametrize("change, words", [
    ({"test": (PIXELS.reshape(4, 28, 28), LABELS)}, "the test set's images have the shape (N, 28, 28), but"),
    ({"validation": (PIXELS[:, :100], LABELS)}, "the validation set's images have the shape (N, 100), but"),
    ({"test": (PIXELS, LABELS[:, :5])}, "the test set's labels have the shape (N, 5), but the training set's (N, 10)"),
    ({"test": (PIXELS, LABELS[:3])}, "the test set has 4 images, but 3 labels"),
    ({"training": (PIXELS.T, LABELS)}, "the training set's images are (784, 4), a column for each of the 4 labels: "
     "each row must be an image, so transpose it, write images.T"),
    ({"validation": (PIXELS[:0], LABELS[:0])}, "the validation set's images are empty"),
    ({"test": PIXELS}, "the test set must be a pair (images, labels), but is a ndarray"),
    ({"test": (PIXELS, LABELS, 1)}, "the test set must be a pair (images, labels), but is a tuple of 3"),
])
def test_sets_are_looked_at_before_the_first_step(change, words):
    assert words in message(lambda: load_sets(lambda path: list({**SETS, **change}.values()), None))


def test_finite_numbers_whose_sum_is_not_are_taken():
    assert check_sets(None, [("training", (np.full((4, 3), 3e38, np.float32), LABELS))])


def test_lists_of_images_are_taken(capsys):
    X, Y = PIXELS.tolist(), LABELS.tolist()
    assert len(train(mlp(), (X, Y), epochs=2, batch_size=2, callbacks=[Validation((X, Y))]).losses) == 4
    assert RandomShift(1)(PIXELS.reshape(4, 28, 28, 1).tolist()).shape == (4, 28, 28, 1)


def forgets(activation, optimizer):
    [Flatten((28, 28, 1))]


@pytest.mark.parametrize("act, words", [
    (lambda: Experiment(forgets).layers(), "forgets returned None: let it end with return [...], the list of layers"),
    (lambda: Experiment(lambda: []).layers(), "make_layers is called with activation, optimizer, but the function"),
    (lambda: Experiment([Flatten((3,))]), "make_layers must be a function that returns the list of layers"),
    (lambda: load_sets(lambda path: None, None), "must return three pairs (images, labels), for training"),
    (lambda: load_sets(lambda path: [1, 2], None), "but returned a list of 2"),
    (lambda: RandomShift(2.5), "RandomShift: pixels must be an integer, 0 or more, but is 2.5"),
    (lambda: RandomAffine(pixels=-1), "RandomAffine: pixels must be a number, 0 or more, but is -1"),
    (lambda: RandomAffine(degrees="10"), "RandomAffine: degrees must be a number, 0 or more, but is '10'"),
    (lambda: RandomAffine(zoom=1), "RandomAffine: zoom must be a number, 0 or more and below 1, but is 1"),
    (lambda: RandomAffine(slant=1)(PIXELS), "RandomAffine(slant=1) expects images (N, H, W, C), but was given"),
    (lambda: RandomShift(2)(PIXELS), "RandomShift(2) expects images (N, H, W, C), but was given an array of shape"),
    (lambda: Compose(RandomShift(2), RandomFlip), "but is the class RandomFlip: write RandomFlip(...)"),
    (lambda: Compose([RandomFlip()]), "write Compose(RandomFlip())"),
    (lambda: Compose(RandomFlip(), 2), "but is 2: write a function of the images"),
    (lambda: RandomFlip()(PIXELS), "write X.reshape(-1, 28, 28, 1)"),
])
def test_what_an_experiment_is_made_of(act, words):
    assert words in message(act)


def test_value_error_of_a_students_own_load_keeps_its_traceback():
    with pytest.raises(ValueError, match="could not convert"):
        run({"mine": Experiment(forgets)}, lambda path: float("three"), "", [])


@pytest.mark.parametrize("started_as, options", [
    (["/site-packages/ipykernel_launcher.py", "-f", "/run/kernel-1.json"], None),
    (["/site-packages/colab_kernel_launcher.py", "-f", "/run/kernel-1.json"], None),
    (["mine.py", "--epochs", "7"], 7)])
def test_in_a_notebook_the_kernels_own_arguments_are_no_options(started_as, options, monkeypatch):
    monkeypatch.setattr(sys, "argv", started_as)
    _, experiment = read_options({"mine": Experiment(forgets, epochs=2)}, "")
    assert experiment.epochs == (options or 2)


# --- C: advice

ONE = "a batch of one is written image[None]"


@pytest.mark.parametrize("make, shape, words", [
    (mlp, (28, 28, 1), "this is one image; " + ONE), (mlp, (784,), "of shape (784,): this is one image; " + ONE),
    (mlp, (28, 28), ONE), (mlp, (5, 32, 32, 1), "layer 0, Flatten((28, 28, 1)) expects inputs of shape (N, 28, 28, 1)"),
    (cnn, (28, 28, 1), "layer 0, Conv((5, 5, 1, 8)) expects images (N, H, W, 1)"), (cnn, (28, 28, 1), ONE),
    (cnn, (28, 28), "this is one grey image; a batch of one is written image[None, :, :, None]"),
    (cnn, (5, 28, 28), "grey images have one channel; write X[..., None]"),
    (cnn, (5, 1, 28, 28), "these images have their channels in front; write X.transpose(0, 2, 3, 1)"),
    (cnn, (5, 3, 32, 32), "these images have their channels in front; write X.transpose(0, 2, 3, 1)"),
    (cnn, (1, 28, 28), "write image.transpose(1, 2, 0)[None]"), (cnn, (5, 784), "write X.reshape(-1, 28, 28, 1)"),
    (cnn, (5, 28, 28, 3), "C_in must be the 3 channels of the images; write Conv((5, 5, 3, 8), ...)"),
    (cnn, (5, 32, 32, 1), "layer 3, Flatten((10, 10, 4)) expects inputs of shape (N, 10, 10, 4)"),
    (cnn, (5, 32, 32, 1), "write Flatten((12, 12, 4)) (the way there: (5, 32, 32, 1) -> 0 Conv((5, 5, 1, 8)) -> "
                          "(5, 28, 28, 8) -> 1 MaxPooling((2, 2)) -> (5, 14, 14, 8) -> 2 Conv((3, 3, 8, 4)) -> "
                          "(5, 12, 12, 4))"),
    (cnn, (5, 8, 8, 1), "layer 2, Conv((3, 3, 8, 4)) expects images that its window fits into"),
    (cnn, (5, 8, 8, 1), "a window of 3 pixels does not fit into 2; use a smaller window, more pad, or less pooling"),
    (cnn, (5, 4, 8, 1), "layer 0, Conv((5, 5, 1, 8)) expects images that its window fits into"),
    (lambda: rnn(logits(16)), (5, 28, 28), "write LastStep() before this layer for one answer a sequence"),
    (rnn, (28, 28), "this is one sequence; a batch of one is written sequence[None]"),
    (rnn, (5, 784), "if each 28 of the 784 numbers are a step, write X.reshape(-1, 28, 28)"),
    (rnn, (5, 28, 30), "each step has 30 numbers; write RNN((30, 16), ...)"),
    (lambda: Network([dense(784, 5), LastStep()], 0.1, mse), (5, 784), "layer 1, LastStep expects sequences (N, T, H)"),
    (lambda: Network([conv(8, 1, 5, 5)], 0.1, mse), (5, 28, 28, 1),
     "fshape is in the order (C_out, C_in, kh, kw) here; write Conv((5, 5, 1, 8), ...)"),
    (lambda: Network([conv(5, 5, 1, 8), Flatten((24, 24, 8)), conv(3, 3, 8, 4)], 0.1, mse), (5, 28, 28, 1),
     "put no Flatten, and nothing else that makes rows of images, before this layer"),
    (lambda: Network([dense(784, 500), dense(512, 10)], 0.1, mse), (50, 784),
     "layer 1, FullyConnected((512, 10)) expects 512 numbers per image, but was given an array of shape (50, 500): it "
     "holds 500 per image; write FullyConnected((500, 10), ...) (the way there: (50, 784) -> 0 FullyConnected((784,"),
    (lambda: Network([dense(784, 5), BatchNorm(6, optimizer=SGDOptimizer())], 0.1, mse), (5, 784),
     "write BatchNorm(5, ...)"),
    (lambda: Network([dense(784, 5), Block([dense(5, 4), dense(3, 2)])], 0.1, mse), (5, 784),
     "layer Block.1, FullyConnected((3, 2)) expects 3 numbers per image"),
    (lambda: Network([dense(784, 5), Block([dense(5, 4), dense(3, 2)])], 0.1, mse), (5, 784),
     "(the way there: (5, 784) -> 0 FullyConnected((784, 5)) -> (5, 5) -> Block.0 FullyConnected((5, 4)) -> (5, 4))"),
    (lambda: Network([conv(5, 5, 1, 8), Block([Block([conv(3, 3, 4, 8)])])], 0.1, mse), (5, 28, 28, 1),
     "C_in must be the 8 channels of the layer before; write Conv((3, 3, 8, 8), ...) (the way there: (5, 28, 28, 1) -> "
     "0 Conv((5, 5, 1, 8)) -> (5, 24, 24, 8))"),
    (lambda: Network([Block([conv(5, 5, 3, 8)])], 0.1, mse), (5, 28, 28, 1),
     "C_in must be the 1 channels of the images; write Conv((5, 5, 1, 8), ...)"),
])
def test_shape_that_does_not_fit_is_answered_for_what_the_person_has_in_hand(make, shape, words):
    net = make()
    for act in (lambda: net.forward(np.zeros(shape)), lambda: net.train_step((np.zeros(shape), LABELS))):
        assert words in message(act, ValueError)


@pytest.mark.parametrize("layers", [lambda: [logits(700)], lambda: [Block([logits(700)])]])
def test_the_first_layer_is_told_the_shape_of_the_whole_batch_though_it_saw_a_piece(layers):
    net = Network(layers(), 0.1, mse)
    assert "was given an array of shape (500, 784)" in message(lambda: net.forward(np.zeros((500, 784))), ValueError)


def test_a_misfit_goes_from_one_process_to_another():
    with pytest.raises(ValueError) as caught:
        cnn().forward(np.zeros((5, 32, 32, 1)))
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)


@pytest.mark.parametrize("act, words", [
    (lambda: Flatten(784), "Flatten: shape must be (H, W, C) of one input"),
    (lambda: Flatten(784), "but is 784: write a tuple of positive integers, such as Flatten((28, 28, 1))"),
    (lambda: dense(784), "wshape must be (n_in, n_out), but is (784,)"),
    (lambda: FullyConnected(784, relu, he, SGDOptimizer()), "a tuple of positive integers, such as FullyConnected(("),
    (lambda: Conv(5, relu, he, SGDOptimizer()), "Conv: fshape must be (kh, kw, C_in, C_out), but is 5"),
    (lambda: dense(784 / 2, 10), "392.0 is no integer; where you divide, write // in place of /"),
    (lambda: MaxPooling(4 / 2), "but is 2.0; where you divide, write // in place of /"),
    (lambda: conv(0, 5, 1, 8), "fshape must be (kh, kw, C_in, C_out), but is (0, 5, 1, 8): write a tuple of positive"),
    (lambda: conv(5, 5, 1, 0), "fshape must be (kh, kw, C_in, C_out), but is (5, 5, 1, 0)"),
    (lambda: MaxPooling(0), "MaxPooling: pshape must be a positive integer, or a (height, width) pair of them, but"),
    (lambda: BatchNorm(0, optimizer=SGDOptimizer()), "BatchNorm: channels must be a positive integer, but is 0"),
    (lambda: BatchNorm(True, optimizer=SGDOptimizer()), "BatchNorm: channels must be a positive integer, but is True"),
    (lambda: RNN(28, weight_init=he, optimizer=SGDOptimizer()), "such as RNN((28, 128), ...)"),
    (lambda: conv(5, 5, 1, 8, filter_init=he((5, 5, 1, 8))),
     "but is an array of shape (5, 5, 1, 8): write filter_init=he, without calling it"),
    (lambda: dense(4, 3, weight_init="he"), "but is 'he': write weight_init=he"),
    (lambda: dense(4, 3, weight_init=lambda shp: None), "but returned None: let it end with a return"),
    (lambda: conv(5, 5, 1, 8, stride=2), "Conv has no setting 'stride': write strides="),
    (lambda: conv(5, 5, 1, 8, padding=2), "Conv has no setting 'padding': write pad="),
    (lambda: MaxPooling(2, stride=2), "MaxPooling has no setting 'stride': write strides="),
    (lambda: AdamOptimizer(beta=0.9), "AdamOptimizer has no setting 'beta': write beta"),
    (lambda: SGDOptimizer(nesterov=True), "SGDOptimizer has no setting 'nesterov': its settings are weight_decay"),
    (lambda: GlobalAvgPooling(2), "takes no setting without its name, but was given 2: it has none"),
    (lambda: LastStep(axis=1), "LastStep has no setting 'axis': it has none"),
    (lambda: dense(4, 3, units=3), "no setting 'units': write wshape="),
    (lambda: dense(4, 3, activation="relu"), "but is 'relu': write activation=relu, without quotation marks"),
    (lambda: dense(4, 3, optimizer="adam"), "write optimizer=AdamOptimizer(), without quotation marks"),
    (lambda: Dropout("half"), "must be a number, 0 or more and below 1, but is 'half'"),
    (lambda: mlp().train_step(PIXELS, LABELS), "write net.train_step((X, Y)), with two pairs of brackets"),
    (lambda: mlp().train_step(PIXELS), "train_step takes one mini-batch, a pair"),
    (lambda: mlp().train_step((PIXELS.T, LABELS)), "(784, 4): each column is an image here, and each row must be one: "
     "transpose it, write X.T"),
    (lambda: Network([logits()], 0.1, mse).train_step((PIXELS.T, LABELS)), "(784, 4): each column is an image here"),
    (lambda: next(batches(PIXELS, LABELS[:3], 2)), "there are 4 images, but 3 labels: give each image its label"),
    (lambda: mlp(own_loss(lambda self, X, Y: None)).train_step((PIXELS, LABELS)), "Mine.deriv must return an array of "
     "shape (4, 10), but returned None: let it end with a return"),
    (lambda: mlp(own_loss(lambda self, X, Y: X[:, :1])).train_step((PIXELS, LABELS)), "Mine.deriv must return an array "
     "of shape (4, 10), but returned one of shape (4, 1)"),
    (lambda: mlp(own_loss(lambda self, X, Y: 0.1)).train_step((PIXELS, LABELS[:, :5])), "returned one of shape (); the "
     "labels have another shape, (4, 5)"),
    (lambda: learn(activation=own(compute=lambda self, x: None)), "Mine.compute must return an array of shape (4, 10), "
     "but returned None: let it end with a return"),
    (lambda: learn(activation=own(compute=lambda self, x: x.max())), "Mine.compute must return an array of shape "
     "(4, 10), but returned one of shape ()"),
    (lambda: learn(activation=own(deriv=lambda self, x: None)), "Mine.deriv must return an array of shape (4, 10)"),
    (lambda: learn(activation=own(deriv=lambda self, x: x[:, :1])), "Mine.deriv must return an array"),
    (lambda: learn(optimizer=own(update=lambda self, dx, lr: None)), "Mine.update must return an array of shape "
     "(784, 10), but returned None: let it end with a return"),
    (lambda: learn(optimizer=own(update=lambda self, dx, lr: lr * dx.mean())), "but returned one of shape ()"),
    (lambda: learn(optimizer=type("Mine", (AbstractOptimizer,), {"update": lambda self, dx, lr: None})()),
     "Mine.update must return an array of shape (784, 10), but returned None: let it end with a return"),
    (lambda: learn(optimizer=type("Mine", (AbstractOptimizer,), {"update": lambda self, dx, lr: lr * dx[0]})()),
     "Mine.update must return an array of shape (784, 10), but returned one of shape (10,)"),
    (lambda: Network(None, 0.1, mse), "let the function that makes the list end with return [...]"),
    (lambda: Network([[logits()]], 0.1, mse), "write * before a list within the list"),
    (lambda: one_hot(["5", "0"], 10), "was given <U1 of shape (2,): write one_hot(np.array(labels, int), 10)"),
    (lambda: one_hot([5.0, 0.0], 10), "write one_hot(np.array(labels, int), 10)"),
    (lambda: one_hot([[5], [0]], 10), "write one_hot(labels.reshape(-1), 10)"),
    (lambda: one_hot(LABELS, 10), "these are one-hot already; leave one_hot out"),
    (lambda: one_hot([1, 10], 10), "if the classes are counted from 1, write one_hot(labels - 1, 10)"),
])
def test_each_says_what_to_write(act, words):
    assert words in message(act)


@pytest.mark.parametrize("sets", [(PIXELS, LABELS), {"validation": (PIXELS, LABELS)}, {}])
@pytest.mark.parametrize("more", [{}, {"epochs": 2}])
def test_sets_where_training_takes_callbacks_are_told_what_to_write(sets, more):
    said = message(lambda: train(mlp(), (PIXELS, LABELS), sets, **more), TypeError)
    assert "write train(net, train_set, callbacks=[Validation(validation_set)])" in said
