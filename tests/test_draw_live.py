"""A training that is watched is the same training; one that is led by hand says so, and pauses, steps and goes on."""
import threading
import time
from contextlib import contextmanager

import numpy as np
import pytest

from nn import AdamOptimizer, Dropout, FullyConnected, Network, cross_entropy, he, linear
from page.answers import Answers, Refused
from page.live import Share
from training.loop import train

RATES = [0.01 / (k + 1) for k in range(400)]
DRAWING = np.ones((28, 28, 1), "<f4").tobytes()


def data(n=40):
    noise = np.random.default_rng(0)
    return noise.random((n, 28, 28, 1)).astype(np.float32), np.eye(10, dtype=np.float32)[np.arange(n) % 10]


class Noisy(Dropout):
    """A student's own layer that draws random numbers in prediction, too."""

    def predict(self, inputs):
        return super().predict(inputs) + 0 * np.random.random()


def network():
    np.random.seed(0)
    last = FullyConnected((784, 10), activation=linear, optimizer=AdamOptimizer(), weight_init=he)
    return Network([Noisy(0.2), last], lr=0.01, loss=cross_entropy)


def learn(net, answers, epochs=5, verbose=False):
    live = answers.learns(4 * epochs, RATES.__getitem__, data())
    try:
        train(net, data(), epochs, 10, schedule=live.schedule(RATES.__getitem__, 0.01), history=answers.history,
              callbacks=[live], verbose=verbose)
    finally:
        live.end()
        answers.ready = True


@contextmanager
def learning(net, answers, **settings):
    """The training runs in a thread, and has ended when the block ends."""
    thread = threading.Thread(target=learn, args=(net, answers), kwargs=settings)
    thread.start()
    try:
        yield
    finally:
        answers.live.go_on()
        thread.join(20)
    assert not thread.is_alive()


def until(condition):
    start = time.perf_counter()
    while not condition():
        assert time.perf_counter() - start < 20, "nothing came of it"
        time.sleep(0.005)


def paused():
    """A network, and the Answers of its page, on which its training is paused before it begins."""
    net = network()
    answers = Answers(net, "mine")
    answers.live.pause()
    return net, answers


def weights_without_a_page(epochs=5):
    net = network()
    train(net, data(), epochs, 10, schedule=RATES.__getitem__, verbose=False)
    return net.layers[1].w


def test_training_that_is_watched_and_paused_is_the_same_to_the_bit(capsys):
    net, answers = paused()
    with learning(net, answers):
        until(lambda: answers.live.running)
        seen = set()
        for done in (1, 2, 3):
            answers.lead(b"", "one_step")
            until(lambda done=done: answers.status()["done"] == done)
            seen.add(tuple(answers.answer(DRAWING)["digits"]))
            answers.back(DRAWING, "3")
            answers.cell(DRAWING, "1", "0", "4")
            assert answers.status()["state"] == "paused"
    assert len(seen) == 3
    np.testing.assert_array_equal(net.layers[1].w, weights_without_a_page())
    assert answers.live.accuracies and answers.status()["changes"] == [] and capsys.readouterr().out == ""


def test_question_is_answered_between_two_steps_of_a_training_that_runs():
    net, answers = paused()
    answers.live._questions.share = 1.0  # this training is too short to wait for its share
    with learning(net, answers, epochs=100):
        until(lambda: answers.live.running)
        first = answers.answer(DRAWING)["digits"]
        answers.live.go_on()
        until(lambda: answers.status()["done"] > 0)
        assert answers.answer(DRAWING)["digits"] != first and answers.live.running
        answers.live.pause()
        until(lambda: answers.status()["state"] == "paused")
        assert answers.status()["done"] < 400


def test_learning_rate_that_is_changed_by_hand_is_told(capsys):
    net, answers = paused()
    with learning(net, answers):
        answers.factor(b"", "0.5")
        assert answers.status()["rate"] == pytest.approx(RATES[0] / 2)
    assert answers.status()["changes"] == [{"kind": "rate", "factor": 0.5, "iteration": 0}]
    assert not np.array_equal(net.layers[1].w, weights_without_a_page())
    assert net.lr == pytest.approx(RATES[19] / 2)
    out = capsys.readouterr().out
    assert "after 0 iterations: the learning rate is the schedule's x 0.5" in out
    assert "This run was changed by hand" in out


def test_step_on_a_drawing_needs_a_pause_and_is_told_once_training_goes_on(capsys):
    net, answers = paused()
    with learning(net, answers):
        until(lambda: answers.live.running)
        answers.step(DRAWING, "3")
        answers.step(DRAWING, "3")
        answers.take_back(b"")
        assert answers.status()["can_take_back"] == 1 and answers.status()["changes"] == []
        answers.live.paused = False
        until(lambda: answers.live.changes)
        assert answers.status()["can_take_back"] == 0
    assert answers.status()["changes"] == [{"kind": "drawing", "count": 1, "iteration": 0}]
    assert "it has learned 1 x a drawing" in capsys.readouterr().out


def test_step_while_the_training_runs_is_refused():
    with pytest.raises(Refused, match="pause the training"):
        Answers(network(), "mine", ready=False).step(DRAWING, "3")


def test_training_that_fails_says_why_in_the_words_of_the_console(capsys):
    net = network()
    net.layers[1].w[0, 0] = np.inf
    answers = Answers(net, "mine")
    with np.errstate(all="ignore"):
        learn(net, answers, verbose=True)
    trouble = answers.status()["trouble"]
    assert trouble.startswith("The loss is") and trouble in capsys.readouterr().out


def test_share_of_the_time():
    share, start = Share(0.25), time.perf_counter()
    assert share.is_due
    time.sleep(0.02)
    share.spend(start)
    assert not share.is_due
    until(lambda: share.is_due)
    assert time.perf_counter() - start > 0.09
