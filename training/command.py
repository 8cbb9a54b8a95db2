"""A command does with a network what the options say: looks at it, trains it or goes on, and keeps what came of it."""
import sys
from copy import copy
from functools import partial

import numpy as np

from nn.network import Network
from readers.data_error import DataError
from training.answer import print_answer
from training.checkpoint import Checkpoint
from training.checks import check_sets
from training.checkup import print_check_up
from training.loop import print_accuracy
from training.options import read_options
from training.picture import draw_history
from training.pictures import draw_pictures
from training.program import finish


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
    look_and_exit(net, experiment, train_set, options)
    history = train_or_resume(net, experiment, train_set, validation_set, options)
    finish(history,
           lambda: save_weights(net, options.save),
           lambda: print_accuracy(net, *test_set),
           lambda: draw_history(history, options.picture, title=options.network),
           lambda: draw_pictures(net, test_set, options.pictures))
    return net, history


def look_and_exit(net, experiment, train_set, options):
    """Print what the options ask to see of the network, and end the program; if they ask for nothing, return."""
    (X, Y), well = train_set, True
    rates = experiment.learning_rates(len(X))
    if options.summary:
        print(net.summary(X.shape[1:]))
    if options.trace:
        beginner = copy(net)
        beginner.lr = net.lr if rates is None else rates(0)
        print(beginner.trace((X[:experiment.batch_size], Y[:experiment.batch_size])))
    if options.check:
        well = print_check_up(net, train_set, rates)
    if options.digit is not None:
        _or_exit(print_answer, net, options.digit, options.pictures)
    if options.summary or options.trace or options.check or options.digit is not None:
        sys.exit(0 if well else 1)


def train_or_resume(net, experiment, train_set, validation_set, options):
    """Train the network as the experiment says, and keep checkpoints if the options say so. Returns a History."""
    if options.checkpoint is None and options.resume is None:
        return experiment.train(net, train_set, validation_set)
    checkpoint, history, keep = Checkpoint(net, experiment, train_set), None, None
    if options.resume is not None:
        history = _or_exit(checkpoint.restore, options.resume, net)
        print(f"Going on after {len(history.losses)} iterations.", flush=True)
    if options.checkpoint is not None:
        keep = partial(checkpoint.write, options.checkpoint)
    return experiment.train(net, train_set, validation_set, history, keep)


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
        _or_exit(net.load, path)


def save_weights(net, path):
    """Write the weights to a file, if there is a `path`, and say so."""
    if path is not None:
        net.save(path)
        print(f"Weights: {path}", flush=True)


def _or_exit(call, *arguments):
    """call(*arguments); a file that cannot be used ends the program with one line that says why, and exit status 1."""
    try:
        return call(*arguments)
    except (OSError, ValueError) as error:
        sys.exit(f"error: {error}")
