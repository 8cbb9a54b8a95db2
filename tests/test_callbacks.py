"""Callbacks are told how a training goes, in order; they may stop it, and what is no callback is told what to write."""
import os
import signal
from functools import partial

import numpy as np
import pytest

from nn import Network, cross_entropy, linear, mse
from nn.metrics import accuracy
from tests.small import data, dense
from training.callbacks import HOOKS, Callback, Diagnosis, Progress, Validation
from training.loop import History, train

X, Y = data(6, 5)


def small(lr=0.1):
    return Network([dense(5, 3)], lr, cross_entropy)


class Notes(Callback):
    """Notes each hook that is called, with the number of steps until then, under its own name."""

    def __init__(self, notes, name="", act=lambda hook, training: None):
        self.notes, self.name, self.act = notes, name, act

    def note(self, hook, training):
        self.notes.append(f"{self.name}{hook} {len(training.history.losses)}")
        self.act(hook, training)


for hook in HOOKS:
    setattr(Notes, hook, lambda self, training, hook=hook: self.note(hook[3:], training))

ALL = ["train_begin 0", "epoch_begin 0", "batch_begin 0", "batch_end 1", "batch_begin 1", "batch_end 2", "epoch_end 2",
       "epoch_begin 2", "batch_begin 2", "batch_end 3", "batch_begin 3", "batch_end 4", "epoch_end 4", "train_end 4"]


def noted(act=lambda hook, training: None, **settings):
    """The notes of two epochs of two batches, and the History."""
    notes = []
    history = train(small(), (X, Y), **{"epochs": 2, "batch_size": 3, "callbacks": [Notes(notes, act=act)], **settings})
    return notes, history


def test_hooks_are_called_in_this_order():
    assert noted()[0] == ALL


def test_each_callback_is_told_in_the_order_of_the_list():
    notes = []
    train(small(), (X, Y), epochs=1, batch_size=6, callbacks=[Notes(notes, "a "), Notes(notes, "b ")])
    assert notes == [f"{name} {note}" for note in ("train_begin 0", "epoch_begin 0", "batch_begin 0", "batch_end 1",
                                                  "epoch_end 1", "train_end 1") for name in "ab"]


def test_a_training_that_goes_on_begins_in_the_middle_of_its_epoch():
    assert noted(history=History([1.0], order=np.arange(6)))[0] == [
        "train_begin 1", "epoch_begin 1", *ALL[4:]]
    assert noted(history=History([1.0] * 4))[0] == ["train_begin 4", "train_end 4"]


def test_a_callback_is_told_what_is_known_of_the_training():
    told = {}

    class Asks(Callback):
        def on_batch_end(self, training):
            told.update({name: value for name, value in vars(training).items() if not name.startswith("_")})
    net, asks, validation = small(), Asks(), Validation((X, Y))
    history = train(net, (X, Y), epochs=3, batch_size=3, iterations=5, augment=lambda X: X + 1,
                    callbacks=[validation, asks], verbose=False)
    assert told["net"] is net and told["history"] is history and told["callbacks"] == [validation, asks]
    assert (told["epochs"], told["batch_size"], told["total"], told["epoch"]) == (3, 3, 5, 3)
    assert told["batch"][0].shape == (3, 5) and told["batch"][0].sum() != X[:3].sum() and told["interrupted"] is False


# --- what is printed

def test_no_callback_is_needed_for_the_courses_lines(capsys):
    train(small(), (X, Y), epochs=2, batch_size=3)
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("Iteration: 0, loss : ") and lines[1:] == ["Epoch 1/2", "Epoch 2/2"]


def test_a_callback_of_ones_own_leaves_the_courses_lines_as_they_are(capsys):
    train(small(), (X, Y), epochs=1, batch_size=3, callbacks=[Callback()])
    assert "Iteration: 0, loss : " in capsys.readouterr().out


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("net, iterations", [(small(), 120), (small(1e38), 120), (small(0.0), 120)])
def test_not_verbose_is_silence_whatever_happens(net, iterations, capsys):
    net.layers[0].w[0] = np.inf if net.lr > 1 else net.layers[0].w[0]
    X, Y = data(200, 5)
    train(net, (X, Y), epochs=10, batch_size=10, iterations=iterations, callbacks=[Validation((X, Y))], verbose=False)
    assert capsys.readouterr() == ("", "")


def test_the_printing_callbacks_can_be_chosen_one_by_one(capsys):
    X, Y = data(200, 5)
    train(small(0.0), (X, Y), epochs=1, batch_size=2, callbacks=[Diagnosis()], verbose=False)
    assert capsys.readouterr().out.startswith("After 100 iterations the network is no better than guessing")
    train(small(0.0), (X, Y), epochs=1, batch_size=2, callbacks=[Progress()], verbose=False)
    assert "guessing" not in capsys.readouterr().out


def test_several_sets_are_evaluated_and_printed_in_their_order(capsys):
    history = train(small(), (X, Y), epochs=1, batch_size=3,
                    callbacks=[Validation((X[:2], Y[:2]), "few"), Validation((X, Y))])
    assert list(history.accuracies) == ["few", "validation"]
    line = capsys.readouterr().out.splitlines()[-1]
    assert line.startswith("Epoch 1/1, few loss : ") and ", validation loss : " in line


# --- how a training ends

@pytest.mark.parametrize("at, expected", [
    ("train_begin 0", ["train_begin 0", "train_end 0"]),
    ("batch_begin 1", [*ALL[:7], "train_end 2"]),  # the step that is under way ends, and the epoch with it
    ("batch_end 1", [*ALL[:4], "train_end 1"]), ("batch_end 2", [*ALL[:7], "train_end 2"]),
    ("epoch_end 2", [*ALL[:7], "train_end 2"]), ("epoch_begin 2", [*ALL[:8], "train_end 2"]), ("train_end 4", ALL)])
def test_a_callback_may_stop_the_training_between_two_steps(at, expected, capsys):
    def stop(hook, training):
        if f"{hook} {len(training.history.losses)}" == at:
            training.stop()
    notes, history = noted(stop)
    assert notes == expected
    assert f"\nStopped after {len(history.losses)} iterations.\n" in capsys.readouterr().out
    assert (history.order is None) == (at not in ("batch_end 1", "epoch_begin 2"))


@pytest.mark.parametrize("error", [ValueError("mine"), OSError(28, "full"), SystemExit(3)])
@pytest.mark.parametrize("hook", [hook[3:] for hook in HOOKS])
def test_what_a_callback_raises_comes_out_and_signals_are_pythons_again(hook, error):
    def fail(now, training):
        if now == hook:
            raise error
    history = History()
    with pytest.raises(type(error)) as caught:
        noted(fail, history=history)
    assert caught.value is error and signal.getsignal(signal.SIGINT) is signal.default_int_handler
    assert len(history.losses) == {"batch_end": 1, "epoch_end": 2, "train_end": 4}.get(hook, 0)


@pytest.mark.parametrize("hook", [hook[3:] for hook in HOOKS])
def test_ctrl_c_in_a_callback_costs_nothing_that_was_reached(hook, capsys):
    def interrupt(now, training):
        if now == hook:
            raise KeyboardInterrupt
    notes, history = noted(interrupt)
    assert notes[-1].startswith("train_end") and notes.count(notes[-1]) == 1
    assert len(history.losses) == {"batch_end": 1, "epoch_end": 2, "train_end": 4}.get(hook, 0)
    assert ("Stopped after" in capsys.readouterr().out) == (hook != "train_end")


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such signals")
def test_ctrl_c_twice_breaks_off_and_once_does_not():
    seen = []

    def press(times, hook, training):
        if hook == "batch_begin":
            for _ in range(times):
                os.kill(os.getpid(), signal.SIGINT)
        if hook == "train_end":
            seen.append((training.intact, training.interrupted, training.stop.asked, len(training.history.losses)))
    for times in (1, 2):
        noted(partial(press, times))
    assert seen == [(True, False, True, 1), (False, True, True, 0)]


@pytest.mark.filterwarnings("ignore")
def test_a_training_that_diverges_ends_at_once_and_is_not_intact():
    notes, seen = [], []
    net = small()
    net.train_step = lambda batch: float("nan")
    train(net, (X, Y), epochs=2, batch_size=3, verbose=False,
          callbacks=[Notes(notes, act=lambda hook, training: seen.append(training.intact))])
    assert notes == [*ALL[:4], "train_end 1"] and seen == [True] * 3 + [False] * 2


# --- what is no callback

class Keras(Callback):
    def on_train_batch_end(self, batch, logs=None):
        pass


class TwoArguments(Callback):
    def on_epoch_end(self, epoch, logs):
        pass


class NoArgument(Callback):
    def on_train_end(self):
        pass


class MayHaveMore(Callback):
    def on_epoch_end(self, training, logs=None):
        pass


class Ruins(Callback):
    """After the last step a weight is nan."""

    def on_epoch_end(self, training):
        training.net.layers[0].w[0, 0] = np.nan


def test_an_accuracy_of_outputs_that_are_nan_is_nan_and_is_not_kept(capsys):
    net = small()
    history = train(net, (X, Y), 1, callbacks=[Ruins(), Validation((X, Y))])
    assert "validation accuracy : nan" in capsys.readouterr().out
    assert history.accuracies == {} and np.isnan(accuracy(net, X, Y))


@pytest.mark.parametrize("callbacks, words", [
    (Validation((X, Y)), "callbacks must be a list, but is a Validation: write"),
    (Validation((X, Y)), "write callbacks=[Validation(validation_set)]"),
    ({"validation": 1}, "write callbacks=[Validation(validation_set)]"),
    (None, "callbacks must be a list, but is None: write callbacks=[Validation(validation_set)]"),
    ([Validation], "one is the class Validation: write callbacks=[Validation(validation_set)]"),
    ([Validation((X, Y)), Progress], "one is the class Progress: write callbacks=[Progress()]"),
    ([print], "must be objects of subclasses of Callback, but one is the function print"),
    ([lambda training: None], "or class Mine(Callback) with a method on_epoch_end(self, training)"),
    ([[Progress()]], "but one is a list of 1"), ([None], "but one is None"),
    ([(X, Y)], "must be objects of subclasses of Callback"),
    ([Keras()], "Keras.on_train_batch_end would never be called: the hooks are on_train_begin, on_epoch_begin, "
                "on_batch_begin, on_batch_end, on_epoch_end, on_train_end; write def on_batch_end(self, training)"),
    ([TwoArguments()], "TwoArguments.on_epoch_end must take one argument: write def on_epoch_end(self, training)"),
    ([type("Mine", (Callback,), {"epoch_end": print})()], "write def on_epoch_end(self, training)"),
    ([NoArgument()], "NoArgument.on_train_end must take one argument: write def on_train_end(self, training)"),
])
def test_what_is_no_callback_is_told_what_to_write_before_the_first_step(callbacks, words):
    net = small()
    net.train_step = lambda batch: pytest.fail("too late")
    with pytest.raises(TypeError) as caught:
        train(net, (X, Y), callbacks=callbacks)
    assert words in str(caught.value)


def test_a_hook_may_have_arguments_that_can_be_left_out():
    train(small(), (X, Y), 1, callbacks=(MayHaveMore(),), verbose=False)


def test_two_sets_of_one_name_are_refused():
    with pytest.raises(ValueError, match=r"two sets are called 'validation': write Validation\(data, name\)"):
        train(small(), (X, Y), callbacks=[Validation((X, Y)), Validation((X, Y))])


def test_a_loss_that_explodes_early_is_told_and_not_printed_with_all_its_digits(capsys, recwarn):
    net = Network([dense(4, 3, activation=linear)], 0.05, mse)
    train(net, (10 * np.ones((20, 4)), np.ones((20, 3))), epochs=6, batch_size=10)
    printed = capsys.readouterr().out
    assert "so the learning rate is too large: divide it by ten" in printed
    assert max(map(len, printed.split("After")[0].splitlines())) < 110
    assert [one for one in recwarn if one.category is RuntimeWarning] == []


def test_a_loss_that_falls_is_not_said_to_explode(capsys):
    train(small(), (X, Y), epochs=6, batch_size=2)
    assert "too large" not in capsys.readouterr().out


@pytest.mark.parametrize("every, iterations", [(10, [0, 10]), (4, [0, 4, 8]), (0, [])])
def test_progress_prints_a_line_each_so_many_iterations(every, iterations, capsys):
    train(small(), (X, Y), epochs=6, batch_size=3, print_every=every)
    lines = [line for line in capsys.readouterr().out.splitlines() if line.startswith("Iteration")]
    assert [int(line.split()[1].rstrip(",")) for line in lines] == iterations
