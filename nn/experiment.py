"""An experiment is a network, the data, and how the one is trained on the other; the command line may change the settings."""
import argparse
import sys
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Callable, Optional

import numpy as np

from nn import activation, optimizer
from nn.activation import cross_entropy
from nn.network import Network
from nn.picture import draw_history
from nn.schedule import Cosine
from nn.training import accuracy, train

ACTIVATIONS = {name: getattr(activation, name) for name in ("relu", "leaky_relu", "sigmoid", "tanh", "linear")}
OPTIMIZERS = {
    "sgd": optimizer.SGDOptimizer, "momentum": optimizer.MomentumSGDOptimizer, "nesterov": optimizer.NesterovSGDOptimizer,
    "adagrad": optimizer.AdaGradOptimizer, "rmsprop": optimizer.RMSPropOptimizer,
    "adam": optimizer.AdamOptimizer, "adamw": optimizer.AdamWOptimizer,
}
SCHEDULES = {"constant": lambda lr, steps: None, "cosine": Cosine}


@dataclass(frozen=True)
class Experiment:
    """`layers(activation, optimizer)` makes the list of layers; the rest is how it is trained unless options say otherwise.

    iterations: where to stop, if before the last epoch ends. schedule: "constant", or "cosine": the learning rate falls to 0
    along half a cosine. augment: a function of a batch of images. watch_training: whether each epoch ends with the
    training set's loss and accuracy, too. Raises ValueError for an activation, optimizer or schedule that there is not.
    """

    layers: Callable
    activation: str = "relu"
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
        for setting, known in (("activation", ACTIVATIONS), ("optimizer", OPTIMIZERS), ("schedule", SCHEDULES)):
            if getattr(self, setting) not in known:
                raise ValueError(f"Experiment: {setting} must be one of {', '.join(known)}, but is {getattr(self, setting)!r}")

    def make_layers(self):
        """The list of layers, with first weights from NumPy's global generator."""
        made = OPTIMIZERS[self.optimizer](weight_decay=self.weight_decay)
        return self.layers(ACTIVATIONS[self.activation], made)

    def train(self, net, train_set, validation_set):
        """Train `net` as the settings say. Returns a History."""
        watched = {"training": train_set} if self.watch_training else {}
        steps = self.epochs * -(-len(train_set[0]) // self.batch_size)
        schedule = SCHEDULES[self.schedule](self.lr, min(steps, self.iterations or steps))
        return train(net, train_set, {**watched, "validation": validation_set}, self.epochs, self.batch_size,
                     schedule=schedule, augment=self.augment, iterations=self.iterations)


def run(experiments, load, description, argv=None):
    """Choose one of `experiments` (name -> Experiment) and change its settings from the command line, then run it.

    load(path) -> (train, validation, test), each a pair (images (N, H, W, C), one-hot labels (N, K)). Prints the course's
    lines, saves and shows the loss curve. Returns (network, History). A setting that makes no sense, or data that cannot
    be read, ends the program with one line that says why.
    """
    options = _parse(experiments, description, argv)
    settings = {field.name for field in fields(Experiment)}
    experiment = replace(experiments[options.network], **{
        name: value for name, value in vars(options).items() if name in settings and value is not None})
    try:
        train_set, validation_set, test_set = load(options.data)
    except (OSError, ValueError) as error:
        sys.exit(f"error: {error}")  # on standard error, with exit status 1
    np.random.seed(options.seed)
    net = Network(experiment.make_layers(), lr=experiment.lr, loss=experiment.loss)
    history = experiment.train(net, train_set, validation_set)
    print("#### 학습 종료 #####")
    print("Calculate accuracy over all test set (시간 소요)")
    print(f"Accuracy over all test set {accuracy(net, *test_set):.2f}")
    draw_history(history, options.picture, title=options.network)
    print(f"Loss curve: {options.picture}")
    return net, history


def _parse(experiments, description, argv):
    """The options; None for a setting that stays as the experiment has it."""
    parser = argparse.ArgumentParser(description=description)
    add = parser.add_argument
    add("--network", choices=experiments, default=next(iter(experiments)), help="default: %(default)s")
    add("--epochs", type=positive_integer, help="how often all training images are shown")
    add("--iterations", type=positive_integer, help="stop after so many batches")
    add("--batch-size", type=positive_integer, help="images a batch")
    add("--lr", type=_number("a positive number", lambda n: n > 0), help="learning rate")
    add("--schedule", choices=SCHEDULES, help="whether the learning rate stays, or falls to 0 as a half cosine")
    add("--optimizer", choices=OPTIMIZERS)
    add("--weight-decay", type=_number("a number, 0 or more", lambda n: n >= 0),
        help="L2 regularisation of the weights (adamw: decoupled)")
    add("--activation", choices=ACTIVATIONS, help="of the hidden layers")
    add("--seed", type=random_seed, default=0, help="of the random numbers: the same seed gives the same run (default: 0)")
    add("--data", help="folder or file to read instead of the usual one")
    add("--picture", type=_picture, default="loss_curve.png", help="file for the loss curve (default: %(default)s)")
    return parser.parse_args(argv)


def _number(wanted, allowed, kind=float):
    """A converter for argparse: kind(text), if that is finite and `allowed`."""
    def convert(text):
        try:
            value = kind(text)
        except ValueError:
            value = np.nan
        if not (np.isfinite(value) and allowed(value)):
            raise argparse.ArgumentTypeError(f"expected {wanted}, but was given {text!r}")
        return value
    return convert


positive_integer = _number("a positive integer", lambda n: n > 0, int)
random_seed = _number("an integer from 0 to 4294967295", lambda n: 0 <= n < 2 ** 32, int)


def _picture(text):
    """A path that the picture can be written to, found out before the training and not after it."""
    path = Path(text)
    if path.suffix.lower() not in (".png", ".pdf", ".svg", ".jpg"):
        raise argparse.ArgumentTypeError(f"{text!r} must end in .png, .pdf, .svg or .jpg")
    existed = path.exists()
    try:
        open(path, "ab").close()
    except OSError as error:
        raise argparse.ArgumentTypeError(f"{text!r} cannot be written ({error.strerror}); name a file in a folder that exists")
    if not existed:
        path.unlink()
    return path
