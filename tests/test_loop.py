"""Training shows every image once an epoch, prints the course's lines, and stops when it should."""
import re
from itertools import chain, repeat

import numpy as np
import pytest

from nn.activation import cross_entropy, mse
from nn.batchnorm import BatchNorm
from nn.loss import one_hot
from nn.metrics import accuracy, evaluate
from nn.network import Network
from nn.optimizer import AdamOptimizer
from tests.small import data, dense
from training.callbacks import Validation
from training.command import print_accuracy
from training.loop import batches, train


class FakeNet:
    """Notes what it is shown, and answers x mod 3. Its losses are the given ones (else 1.0); an exception is raised."""

    loss = mse

    def __init__(self, losses=None):
        self.losses = repeat(1.0) if losses is None else iter(losses)
        self.lr, self.rates, self.shown = 0.1, [], []

    def train_step(self, mini_batch):
        X, Y = mini_batch
        assert (Y.argmax(axis=1) == X[:, 0] % 3).all()  # each image has its own label
        self.shown.append(X[:, 0].tolist())
        self.rates.append(self.lr)
        loss = next(self.losses)
        if isinstance(loss, BaseException):
            raise loss
        return loss

    def forward(self, X):
        return np.eye(3)[X[:, 0] % 3]


def numbered(n):
    """Images 0, 1, ... and their number modulo 3 as a label."""
    return np.arange(n)[:, None], one_hot(np.arange(n) % 3, 3)


# FakeNet answers 0, 1, 2, 0: half right
VALIDATION = np.arange(4)[:, None], one_hot(np.array([0, 1, 0, 1]), 3)


@pytest.mark.parametrize("n, size, sizes", [
    (8, 3, [3, 3, 2]), (6, 3, [3, 3]), (3, 50, [3]), (4, 1, [1, 1, 1, 1]), (3, 1, [1, 1, 1]),
    (5, 10 ** 20, [5]),
    (7, 3, [3, 4]), (4, 3, [4]), (41, 20, [20, 21])])  # a rest of one image joins the batch before it
def test_each_epoch_shows_each_image_once_in_a_new_order(n, size, sizes):
    net = FakeNet()
    train(net, numbered(n), epochs=6, batch_size=size, callbacks=[Validation(VALIDATION)])
    assert [len(batch) for batch in net.shown] == sizes * 6
    epochs = [sum(net.shown[k:k + len(sizes)], []) for k in range(0, len(net.shown), len(sizes))]
    assert all(sorted(epoch) == list(range(n)) for epoch in epochs)
    assert len({tuple(epoch) for epoch in epochs}) > 2


def test_batch_normalisation_survives_a_rest_of_one_image():
    X, Y = data(41, 5)
    net = Network([dense(5, 4), BatchNorm(4, optimizer=AdamOptimizer()), dense(4, 3)], 0.01, cross_entropy)
    assert len(train(net, (X, Y), epochs=2, batch_size=20).losses) == 4


def test_batches_leave_the_data_as_it_is():
    X, Y = numbered(7)
    list(batches(X, Y, 3))
    np.testing.assert_array_equal(X[:, 0], np.arange(7))
    np.testing.assert_array_equal(Y, numbered(7)[1])


ITERATION = r"Iteration: (\d+), loss : (-?\d+\.\d{6}), epoch : (\d+/\d+), \d+ images/s, \d+:[0-5]\d left"
EPOCH = r"Epoch (\d+/\d+), validation loss : (\d+\.\d{6}), validation accuracy : (\d+\.\d{2})"


def test_lines_are_the_courses(capsys):
    losses = [2.288739 - 0.01 * k for k in range(26)]
    history = train(FakeNet(losses), numbered(26), epochs=2, batch_size=2, callbacks=[Validation(VALIDATION)])
    lines = capsys.readouterr().out.splitlines()
    found = [tuple(filter(None, re.fullmatch(f"{ITERATION}|{EPOCH}", line).groups())) for line in lines]
    assert found == [("0", "2.288739", "1/2"), ("10", "2.188739", "1/2"), ("1/2", "0.500000", "50.00"),
                     ("20", "2.088739", "2/2"), ("2/2", "0.500000", "50.00")]
    assert history.losses == losses and not history.diverged
    assert history.accuracies == {"validation": [(13, 50.0), (26, 50.0)]}


def test_each_watched_set_is_evaluated_after_each_epoch(capsys):
    callbacks = [Validation(numbered(6), "training"), Validation(VALIDATION)]
    history = train(FakeNet(), numbered(6), epochs=2, batch_size=3, callbacks=callbacks)
    assert history.accuracies == {"training": [(2, 100.0), (4, 100.0)], "validation": [(2, 50.0), (4, 50.0)]}
    assert capsys.readouterr().out.splitlines()[-1] == (
        "Epoch 2/2, training loss : 0.000000, training accuracy : 100.00, "
        "validation loss : 0.500000, validation accuracy : 50.00")


@pytest.mark.parametrize("iterations, steps, validated", [
    (None, 12, [4, 8, 12]), (1, 1, [1]), (4, 4, [4]), (5, 5, [4, 5]), (12, 12, [4, 8, 12]), (99, 12, [4, 8, 12])])
def test_iterations_stop_in_the_middle_of_an_epoch(iterations, steps, validated):
    history = train(FakeNet(), numbered(8), epochs=3, batch_size=2, iterations=iterations,
                    callbacks=[Validation(VALIDATION)])
    assert len(history.losses) == steps and [at for at, _ in history.accuracies["validation"]] == validated


@pytest.mark.parametrize("k", [0, 1, 5])
def test_ctrl_c_ends_cleanly_with_what_was_reached(k, capsys):
    net = FakeNet(chain(range(k), [KeyboardInterrupt()]))
    try:
        history = train(net, numbered(8), epochs=5, batch_size=2, callbacks=[Validation(VALIDATION)])
    except KeyboardInterrupt:  # pytest itself would stop
        pytest.fail("Ctrl-C was not caught")
    assert history.losses == list(range(k)) and len(net.shown) == k + 1
    assert capsys.readouterr().out.endswith(f"\nStopped after {k} iterations.\n")


@pytest.mark.parametrize("loss", [float("nan"), float("inf"), -float("inf")])
@pytest.mark.parametrize("k", [0, 3])
def test_loss_that_is_no_number_stops_with_advice(loss, k, capsys):
    net = FakeNet(chain(repeat(1.0, k), repeat(loss)))
    history = train(net, numbered(8), epochs=5, batch_size=2, callbacks=[Validation(VALIDATION)])
    assert len(net.shown) == len(history.losses) == k + 1 and history.diverged
    printed = capsys.readouterr().out
    assert f"The loss is {loss} at iteration {k}: training stops." in printed and "learning rate" in printed


@pytest.mark.parametrize("losses, hint", [  # guessing costs 1/3: half of 3 * (2/3 * (1/3)^2 + 1/3 * (2/3)^2)
    (np.full(120, 1 / 3), True), (np.linspace(9, 0.35, 120), True), (np.linspace(0.34, 0.33, 120), True),
    (np.linspace(0.34, 0.2, 120), False), (np.full(120, 0.1), False), (np.full(99, 0.34), False),
    (np.linspace(2, 0.01, 120), False)])
def test_loss_that_is_no_better_than_guessing_is_remarked_upon(losses, hint, capsys):
    train(FakeNet(losses), numbered(len(losses)), epochs=1, batch_size=1, callbacks=[Validation(VALIDATION)])
    printed = capsys.readouterr().out
    assert ("no better than guessing" in printed) == hint
    assert ("giving each image the same answer costs 0.33" in printed) == hint


def test_schedule_sets_the_learning_rate_of_each_step():
    net = FakeNet()
    train(net, numbered(6), epochs=2, batch_size=2, schedule=lambda iteration: 0.5 ** iteration)
    assert net.rates == [0.5 ** k for k in range(6)]
    unchanged = FakeNet()
    train(unchanged, numbered(6), epochs=1, batch_size=2)
    assert unchanged.rates == [0.1] * 3


def test_augmentation_is_for_training_only():
    net, shown = FakeNet(), []
    net.forward = lambda X: shown.extend(X[:, 0]) or np.zeros((len(X), 3))
    train(net, numbered(6), epochs=1, batch_size=2, augment=lambda X: X + 300, callbacks=[Validation(VALIDATION)])
    assert sorted(sum(net.shown, [])) == list(range(300, 306)) and shown == [0, 1, 2, 3, *net.shown[-1]]


@pytest.mark.parametrize("iterations", [1, 2, 3])
def test_last_step_that_was_too_large_is_told_though_no_set_is_evaluated_after_it(iterations, capsys):
    net = FakeNet()
    net.forward = lambda X: np.full((len(X), 3), np.nan)
    history = train(net, numbered(8), epochs=1, batch_size=2, iterations=iterations)
    assert history.losses == [1.0] * iterations and history.diverged
    assert f"After {iterations} iterations the loss is nan or inf: the last step" in capsys.readouterr().out


def test_same_seed_gives_the_same_losses():
    X, Y = data(30, 5)

    def losses(seed):
        np.random.seed(seed)
        layers = [dense(5, 4, optimizer=AdamOptimizer()), dense(4, 3, optimizer=AdamOptimizer())]
        return train(Network(layers, 0.01, cross_entropy), (X, Y), epochs=3, batch_size=7).losses
    assert losses(1) == losses(1) and losses(1) != losses(2)


@pytest.mark.parametrize("answers, percent", [([0, 1, 2, 1], 100.0), ([0, 1, 1, 2], 50.0), ([1, 2, 0, 0], 0.0)])
def test_accuracy_is_in_percent_and_the_loss_is_the_mean(answers, percent):
    net, X, Y = FakeNet(), np.zeros((4, 1)), one_hot(np.array([0, 1, 2, 1]), 3)
    net.forward = lambda X: np.eye(3)[answers] * 0.2 - 7
    assert accuracy(net, X, Y) == percent
    assert evaluate(net, X, Y) == (pytest.approx(mse.compute(net.forward(X), Y)), percent)


@pytest.mark.parametrize("output", [float("nan"), float("inf")])
@pytest.mark.filterwarnings("ignore")
def test_network_whose_loss_is_no_number_has_no_accuracy(output, capsys):
    net, (X, Y) = FakeNet(), numbered(6)
    net.forward = lambda X: np.full((len(X), 3), output)
    with pytest.raises(FloatingPointError, match="no accuracy, because the loss over the test set is (nan|inf)"):
        print_accuracy(net, X, Y)
    assert "Accuracy" not in capsys.readouterr().out


@pytest.mark.parametrize("seconds_a_step, first, second", [  # after 1 and after 11 of 20 steps
    (0.05, "0:01", "0:00"), (0.5, "0:10", "0:04"), (3.0, "0:57", "0:27"), (63.0, "19:57", "9:27")])
def test_time_left_is_that_of_the_steps_that_are_left(seconds_a_step, first, second, monkeypatch, capsys):
    net = FakeNet()
    monkeypatch.setattr("training.callbacks.time.perf_counter", lambda: seconds_a_step * len(net.shown))
    train(net, numbered(40), epochs=1, batch_size=2)
    lines = capsys.readouterr().out.splitlines()
    pace = f"{2 / seconds_a_step:.0f} images/s"
    assert lines[0].endswith(f", {pace}, {first} left") and lines[1].endswith(f", {pace}, {second} left")
