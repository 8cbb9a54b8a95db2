"""A command does with a network what its options say: it inspects or trains it, and keeps what came of that."""
import sys
from copy import copy

import numpy as np

from inspection.answer import print_answer
from inspection.loss_curve import draw_history
from inspection.plots import draw_plots
from inspection.sanity_check import print_sanity_check
from inspection.summary import Summary
from inspection.trace import Trace
from nn.checks.data import check_sets
from nn.metrics import evaluate
from nn.network import Network
from readers.data_error import DataError
from training import kept
from training.callbacks import Validation
from training.checkpoint import Checkpoint, SaveCheckpoint
from training.loop import train
from training.options import read_options
from training.program import Stop, finish


def run(experiments, load, description, argv=None):
    """Do the one of `experiments` (name -> Experiment) that the command line names, step by step as mnist_test.py does.

    load(path) -> (train, validation, test), each a pair (images (N, H, W, C), one-hot labels (N, K)). Returns (the
    trained network, History). Ends the program with exit status 1 if the training diverged, or something of what it
    leaves behind is missing.
    """
    options, experiment = read_options(experiments, description, argv)
    train_set, validation_set, test_set = load_sets(load, options.data)
    np.random.seed(options.seed)
    net = Network(experiment.layers(), lr=experiment.lr, loss=experiment.loss)
    load_weights(net, options.load)
    inspect_and_exit(net, experiment, train_set, options)
    history, checkpoints = resume(net, experiment, train_set, options)
    more = [Validation(train_set, "training")] if experiment.watch_training else []
    history = train(net, train_set, experiment.epochs, experiment.batch_size,
                    schedule=experiment.learning_rates(len(train_set[0])), augment=experiment.augment,
                    iterations=experiment.iterations, history=history,
                    callbacks=[*more, Validation(validation_set), *checkpoints],
                    print_every=options.print_every)
    finish(history,
           lambda: save_weights(net, options.save, options.network, experiment.activation),
           lambda: print_accuracy(net, *test_set),
           lambda: draw_history(history, options.picture, title=options.network),
           lambda: draw_plots(net, test_set, options.pictures))
    return net, history


def inspect_and_exit(net, experiment, train_set, options):
    """Print what the options ask to see of the network, and end the program; if they ask for nothing, return."""
    (X, Y), well = train_set, True
    rates = experiment.learning_rates(len(X))
    if options.summary:
        print(Summary(net, X.shape[1:]))
    if options.trace:
        beginner = copy(net)
        beginner.lr = net.lr if rates is None else rates(0)
        print(Trace(beginner, (X[:experiment.batch_size], Y[:experiment.batch_size])))
    if options.check:
        well = print_sanity_check(net, train_set, rates)
    if options.digit is not None:
        _or_exit(print_answer, net, options.digit, options.pictures)
    if options.summary or options.trace or options.check or options.digit is not None:
        sys.exit(0 if well else 1)


def resume(net, experiment, train_set, options):
    """(the History to go on from, None for a new training; the callbacks that keep checkpoints), as the options say.

    Going on, the network and NumPy's generator are as they were then. It is to be called right before the training.
    """
    if options.checkpoint is None and options.resume is None:
        return None, []
    checkpoint, history = _or_exit(Checkpoint, net, experiment, train_set), None
    if options.resume is not None:
        history = _or_exit(checkpoint.restore, options.resume, net)
        print(f"Going on after {len(history.losses)} iterations.", flush=True)
    if options.checkpoint is None:
        return history, []
    return history, [_or_exit(SaveCheckpoint, checkpoint, options.checkpoint)]


def print_accuracy(net, X, Y):
    """Print the course's last lines: that training has ended, and the accuracy (or, where there is none, the loss).

    Raises FloatingPointError if the loss over the test set X, Y is nan or inf: then the largest output means nothing.
    """
    print("#### 학습 종료 #####")
    print("Calculate accuracy over all test set (시간 소요)")
    loss, percent = evaluate(net, X, Y)
    if not np.isfinite(loss):
        raise FloatingPointError(f"there is no accuracy, because the loss over the test set is {loss}")
    print(f"Loss over all test set {loss:f}" if percent is None else f"Accuracy over all test set {percent:.2f}")


def load_sets(load, path):
    """The three sets that load(path) returns, found fit for a training, and for the test after it, before it begins.

    Files that cannot be read end the program with one line that says why, and exit status 1. Any other exception is a
    fault in `load`, perhaps a student's own, and keeps its traceback.
    """
    try:
        sets = load(path)
    except (OSError, DataError) as error:
        sys.exit(f"error: {error}")
    if not isinstance(sets, (tuple, list)) or len(sets) != 3:
        raise TypeError(f"{getattr(load, '__name__', load)} must return three pairs (images, labels), for training, "
                        f"validation and test, but returned a {type(sets).__name__}"
                        + (f" of {len(sets)}" if isinstance(sets, (tuple, list)) else ""))
    return check_sets(None, list(zip(("training", "validation", "test"), sets)))


def load_weights(net, path):
    """Have the training begin with the weights of a file, if there is a `path`; or exit with a line that says why."""
    if path is not None:
        _or_exit(kept.load, net, path)


def save_weights(net, path, network=None, activation=None):
    """Write the weights to a file, if there is a `path`, and say so. A first Ctrl-C does not keep them from that.

    network, activation: their names, for `load_weights`, if there are any.
    """
    if path is not None:
        named = {"network": network, "activation": activation}
        with Stop():
            net.save(path, {key: name for key, name in named.items() if name is not None})
        print(f"Weights: {path}", flush=True)


def _or_exit(call, *arguments):
    """call(*arguments); a file that cannot be used ends the program with one line that says why, and exit status 1."""
    try:
        return call(*arguments)
    except (OSError, ValueError) as error:
        sys.exit(f"error: {error}")
