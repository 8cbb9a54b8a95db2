"""The options of the command line name an experiment, change its settings, and say what is done with the network."""
import argparse
import re
import sys
from dataclasses import fields, replace
from itertools import combinations
from pathlib import Path

from training.arguments import (
    non_negative_number,
    picture_file,
    picture_folder,
    positive_integer,
    positive_number,
    random_seed,
    writable_file,
)
from training.experiment import ACTIVATIONS, OPTIMIZERS, SCHEDULES, Experiment
from training.pictures import PICTURES


def read_options(experiments, description, argv=None):
    """(the options, the one of `experiments` that they name, with the settings that they change).

    argv: the options as a list of strings; if left out, those that the program was started with (in a notebook none,
    because those are its own). One that makes no sense ends the program with a line that says why, and exit status 2.
    """
    parser = settings_parser(experiments, description)
    _add_views(parser)
    _add_results(parser)
    options, experiment = chosen(parser, experiments, argv)
    _check_files(parser, options)
    return options, experiment


def chosen(parser, experiments, argv=None):
    """What `read_options` returns, of the options of another parser, one that began as a `network_parser`."""
    options = parser.parse_args(_arguments() if argv is None else argv)
    experiment = experiments[options.network]
    if experiment.activation is None and options.activation is not None:
        parser.error(f"argument --activation: {options.network} has activation functions of its own, leave it out")
    settings = {field.name for field in fields(Experiment)}
    changed = {name: value for name, value in vars(options).items() if name in settings and value is not None}
    return options, replace(experiment, **changed)


def _arguments():
    in_notebook = re.search("ipykernel|kernel_launcher", sys.argv[0])
    return [] if in_notebook else sys.argv[1:]


def network_parser(experiments, description):
    """A parser of the options that say which network it is, and with which weights.

    No option may be abbreviated, because a later version may have two that begin alike.
    """
    parser = argparse.ArgumentParser(description=description, allow_abbrev=False)
    add = parser.add_argument_group("which network").add_argument
    add("--network", choices=experiments, default=next(iter(experiments)), help="default: %(default)s")
    add("--activation", choices=ACTIVATIONS, help="of the hidden layers")
    add("--load", metavar="FILE", help="begin with the weights that --save wrote, instead of random ones")
    return parser


def settings_parser(experiments, description):
    """The same, with the options that say how it is trained, and with what.

    It leaves None for each setting that stays as the experiment has it.
    """
    parser = network_parser(experiments, description)
    add = parser.add_argument_group("how it is trained").add_argument
    add("--data", help="folder or file to read instead of the usual one")
    add("--epochs", type=positive_integer, help="how often all training images are shown")
    add("--iterations", type=positive_integer, help="stop after so many batches")
    add("--batch-size", type=positive_integer, help="images a batch")
    add("--lr", type=positive_number, help="learning rate")
    add("--schedule", choices=SCHEDULES, help="whether the learning rate stays, falls to 0 as a half "
        "cosine, or rises and then falls to 0")
    add("--optimizer", choices=OPTIMIZERS)
    add("--weight-decay", type=non_negative_number, help="L2 regularisation of the weights (adamw: decoupled)")
    add("--seed", type=random_seed, default=0, help="the same seed gives the same run (default: %(default)s)")
    add("--save", metavar="FILE", type=writable_file, help="file for the weights after the training")
    return parser


def _add_views(parser):
    add = parser.add_argument_group("look, and end without training").add_argument
    add("--summary", action="store_true", help="each layer's output, weights, multiplications and share of the time")
    add("--trace", action="store_true", help="one training step, number by number")
    add("--check", action="store_true", help="whether this network can learn; exit status 1 if something is wrong")
    add("--digit", metavar="FILE", help="what the network of --load says about a picture of a digit of your own")


def _add_results(parser):
    add = parser.add_argument_group("go on, and keep what was reached").add_argument
    add("--checkpoint", metavar="FILE", type=writable_file,
        help="write all that is needed to go on, each epoch and when the training is stopped")
    add("--resume", metavar="FILE", help="go on where the training stopped that wrote this --checkpoint")
    add("--picture", metavar="FILE", type=picture_file, default="loss_curve.png",
        help="file for the loss curve (default: %(default)s)")
    add("--pictures", metavar="DIR", type=picture_folder,
        help="folder for pictures of mistakes, filters, and what happens in the layers; with --digit, of what "
        "the network saw")


GOES_ON = ("load", "save"), ("resume", "checkpoint")  # the new file takes the old one's place


def _check_files(parser, options):
    """Two options that cannot go together end the program."""
    files = [(name, getattr(options, name)) for name in ("picture", "load", "resume", "checkpoint", "save")]
    files += [("pictures", options.pictures / f"{name}.png") for name in PICTURES if options.pictures]
    named = [(name, Path(path).resolve()) for name, path in files if path is not None]
    for (name, path), (other, other_path) in combinations(named, 2):
        if path == other_path and (name, other) not in GOES_ON:
            parser.error(f"argument --{other}: {path.name} is the file of --{name}, name another one")
    if options.digit is not None and options.load is None:
        parser.error("argument --digit: the network must have learned; name its weights with --load FILE")
    if options.resume is not None and options.load is not None:
        parser.error("argument --resume: it brings the weights with it, leave --load out")
