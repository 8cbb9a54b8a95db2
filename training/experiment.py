"""An experiment is a network and the settings of its training, which the command line may change."""
import argparse
import re
import sys
from dataclasses import dataclass, fields, replace
from typing import Callable, Optional

import numpy as np

from nn import activation, optimizer
from nn.loss import cross_entropy
from nn.network import Network
from readers.data_error import DataError
from training.arguments import (
    non_negative_number,
    picture_file,
    positive_integer,
    positive_number,
    random_seed,
    writable_file,
)
from training.checks import check_counts, check_functions, check_sets
from training.loop import batch_count, print_accuracy, train
from training.picture import draw_history
from training.program import finish
from training.schedule import Cosine, OneCycle

ACTIVATIONS = {name: getattr(activation, name) for name in ("relu", "leaky_relu", "sigmoid", "tanh", "linear")}
OPTIMIZERS = {
    "sgd": optimizer.SGDOptimizer,
    "momentum": optimizer.MomentumSGDOptimizer,
    "nesterov": optimizer.NesterovSGDOptimizer,
    "adagrad": optimizer.AdaGradOptimizer,
    "rmsprop": optimizer.RMSPropOptimizer,
    "adam": optimizer.AdamOptimizer,
    "adamw": optimizer.AdamWOptimizer,
}
SCHEDULES = {"constant": lambda lr, steps: None, "cosine": Cosine, "one-cycle": OneCycle}


@dataclass(frozen=True)
class Experiment:
    """make_layers(activation, optimizer) returns the network's list of layers; the rest says how it is trained.

    activation: of the hidden layers; None where the network's are fixed, and then it is make_layers(optimizer).
    iterations: where to stop, if before the last epoch ends. schedule: "constant"; "cosine", the learning rate falls to
    0 along half a cosine; or "one-cycle", it rises to lr and falls to 0 in straight lines. augment: a function of a
    batch of images. watch_training: whether each epoch ends with the training set's loss and accuracy, too. Raises
    ValueError or TypeError for a setting that is not possible.
    """

    make_layers: Callable
    activation: Optional[str] = "relu"
    optimizer: str = "adam"
    lr: float = 0.001
    loss: object = cross_entropy
    weight_decay: float = 0.0
    epochs: int = 10
    iterations: Optional[int] = None
    batch_size: int = 50
    schedule: str = "constant"
    augment: Optional[Callable] = None
    watch_training: bool = False

    def __post_init__(self):
        named = {"optimizer": OPTIMIZERS, "schedule": SCHEDULES}
        if self.activation is not None:
            named["activation"] = ACTIVATIONS
        for setting, known in named.items():
            name = getattr(self, setting)
            if name not in known:
                raise ValueError(f"Experiment: {setting} must be one of {', '.join(known)}, but is {name!r}")
        check_counts(epochs=self.epochs, iterations=self.iterations, batch_size=self.batch_size)
        check_functions(augment=self.augment)
        if not callable(self.make_layers):
            raise TypeError(f"Experiment: make_layers must be a function that returns the list of layers, because each "
                            f"training needs new ones, but is {self.make_layers!r}")

    def layers(self):
        """The list of layers, with first weights from NumPy's global generator."""
        chosen = [] if self.activation is None else [ACTIVATIONS[self.activation]]
        layers = self.make_layers(*chosen, OPTIMIZERS[self.optimizer](weight_decay=self.weight_decay))
        if layers is None:
            name = getattr(self.make_layers, "__name__", "make_layers")
            raise TypeError(f"{name} returned None: let it end with return [...], the list of layers")
        return layers

    def steps(self, n):
        """How many steps a training with n images takes."""
        all_epochs = self.epochs * batch_count(n, self.batch_size)
        return min(all_epochs, self.iterations or all_epochs)

    def train(self, net, train_set, validation_set):
        """Train `net` as the settings say. Returns a History."""
        watched = {"training": train_set} if self.watch_training else {}
        schedule = SCHEDULES[self.schedule](self.lr, self.steps(len(train_set[0])))
        return train(net, train_set, {**watched, "validation": validation_set}, self.epochs, self.batch_size,
                     schedule=schedule, augment=self.augment, iterations=self.iterations)


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
    history = experiment.train(net, train_set, validation_set)
    finish(history,
           lambda: save_weights(net, options.save),
           lambda: print_accuracy(net, *test_set),
           lambda: draw_history(history, options.picture, title=options.network))
    return net, history


def read_options(experiments, description, argv=None):
    """(the options, the one of `experiments` that they name, with the settings that they change).

    argv: the options as a list of strings; if left out, those that the program was started with (in a notebook none,
    because those are its own). One that makes no sense ends the program with a line that says why, and exit status 2.
    """
    parser = _parser(experiments, description)
    options = parser.parse_args(_arguments() if argv is None else argv)
    experiment = experiments[options.network]
    if experiment.activation is None and options.activation is not None:
        parser.error(f"argument --activation: {options.network} has activation functions of its own, leave it out")
    if options.save is not None and options.save.resolve() == options.picture.resolve():
        parser.error(f"argument --save: the loss curve goes to {options.picture}, name another file")
    settings = {field.name for field in fields(Experiment)}
    changed = {name: value for name, value in vars(options).items() if name in settings and value is not None}
    return options, replace(experiment, **changed)


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
    try:
        if path is not None:
            net.load(path)
    except (OSError, ValueError) as error:
        sys.exit(f"error: {error}")


def save_weights(net, path):
    """Write the weights to a file, if there is a `path`, and say so."""
    if path is not None:
        net.save(path)
        print(f"Weights: {path}", flush=True)


def _arguments():
    in_notebook = re.search("ipykernel|kernel_launcher", sys.argv[0])
    return [] if in_notebook else sys.argv[1:]


def _parser(experiments, description):
    """It leaves None for each setting that stays as the experiment has it."""
    parser = argparse.ArgumentParser(description=description)
    add = parser.add_argument
    add("--network", choices=experiments, default=next(iter(experiments)), help="default: %(default)s")
    add("--epochs", type=positive_integer, help="how often all training images are shown")
    add("--iterations", type=positive_integer, help="stop after so many batches")
    add("--batch-size", type=positive_integer, help="images a batch")
    add("--lr", type=positive_number, help="learning rate")
    add("--schedule", choices=SCHEDULES, help="whether the learning rate stays, falls to 0 as a half "
        "cosine, or rises and then falls to 0")
    add("--optimizer", choices=OPTIMIZERS)
    add("--weight-decay", type=non_negative_number, help="L2 regularisation of the weights (adamw: decoupled)")
    add("--activation", choices=ACTIVATIONS, help="of the hidden layers")
    add("--seed", type=random_seed, default=0, help="the same seed gives the same run (default: %(default)s)")
    add("--data", help="folder or file to read instead of the usual one")
    add("--load", metavar="FILE", help="begin with the weights that --save wrote, instead of random ones")
    add("--save", metavar="FILE", type=writable_file, help="file for the weights after the training")
    add("--picture", type=picture_file, default="loss_curve.png", help="file for the loss curve (default: %(default)s)")
    return parser
