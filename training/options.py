"""The options of the command line name an experiment, change its settings, and say what is done with the network."""
import os
import re
import sys
from argparse import ArgumentTypeError
from dataclasses import fields, replace
from itertools import combinations
from math import inf
from pathlib import Path

from inspection.loss_curve import figure_class
from inspection.plots import PLOTS
from nn.files.atomic import check_file, check_writable
from training.experiment import ACTIVATIONS, OPTIMIZERS, SCHEDULES, Experiment
from training.kept import about
from training.parser import Parser, number, one_of

LOOKS = ("summary", "trace", "check", "digit")  # ends without training, and writes nothing
MOST = 10 ** 12  # of anything that is counted
PICTURE_ENDINGS = (".png", ".pdf", ".svg", ".jpg")
GOES_ON = ("load", "save"), ("resume", "checkpoint")  # the new file takes the old one's place


def read_options(experiments, description, argv=None):
    """(the options, the one of `experiments` that they name, with the settings that they change).

    argv: the options as a list of strings; if left out, those that the program was started with (in a notebook none,
    because those are its own). One that makes no sense ends the program with a line that says why, and exit status 2.
    """
    parser = settings_parser(experiments, description)
    _add_views(parser)
    _add_results(parser)
    options, experiment = chosen(parser, experiments, argv)
    if options.digit is not None and options.load is None:
        parser.error("argument --digit: the network must have learned; name its weights with --load FILE, which is "
                     "missing: write --load weights.npz")
    return options, experiment


def chosen(parser, experiments, argv=None):
    """What `read_options` returns, of the options of another parser, one that began as a `network_parser`."""
    options = parser.parse_args(_arguments() if argv is None else argv)
    _check_resume(parser, options)
    check_files(parser, options)
    _choose(parser, options, experiments)
    experiment = experiments[options.network]
    if experiment.activation is None and options.activation is not None:
        parser.error(f"argument --activation: {options.network} has activation functions of its own, leave it out")
    settings = {field.name for field in fields(Experiment)}
    changed = {name: value for name, value in vars(options).items() if name in settings and value is not None}
    return options, replace(experiment, **changed)


def _check_resume(parser, options):
    """A checkpoint brings the weights, and the state of the random numbers, with it."""
    if getattr(options, "resume", None) is not None:
        for name, what in (("load", "weights"), ("seed", "random numbers")):
            if getattr(options, name) is not None:
                parser.error(f"argument --resume: it brings the {what} with it, leave --{name} out, which "
                             f"is given, but must not be")
    if getattr(options, "seed", 0) is None:
        options.seed = 0


def _choose(parser, options, experiments):
    """Set options.network, and options.activation: what was given, or what the file of --load was kept with."""
    given = options.network or options.named
    if options.named not in (None, given):
        parser.error(f"argument --network: expected one network, but was given {given} and {options.named}: leave "
                     f"{given} out")
    option = "resume" if getattr(options, "resume", None) is not None else "load"
    path = getattr(options, option)
    kept = about(path)
    name = kept.get("network", kept.get("make_layers"))
    known = [other for other, experiment in experiments.items() if kept and name == other.split(".")[-1]
             or kept and "network" not in kept and name == getattr(experiment.make_layers, "__qualname__", None)]
    if kept and given is None and not known:
        parser.error(f"argument --{option}: {path} must hold weights of {', '.join(experiments)}, but holds those of "
                     f"{name}: name another file, or give it to the program that has this network")
    if kept and given is not None and given not in known:
        parser.error(f"argument --{option}: {path} must hold weights of {given}, but holds those of "
                     f"{name}: " + (f"write --network {known[0]}" if known else "name another file"))
    if given is None and len(known) > 1:
        parser.error(f"argument --{option}: {path} must be of one network, but {', '.join(known)} may be meant: write "
                     f"--network {known[0]}, or the other")
    options.network = given or next(iter(known), next(iter(experiments)))
    activation = kept.get("activation")
    if activation and options.activation not in (None, activation):
        parser.error(f"argument --activation: {path} must go on with {activation}, with which it was trained, but "
                     f"was given {options.activation}: write --activation {activation}, or leave --activation out")
    if activation and experiments[options.network].activation is not None:
        options.activation = activation


def _arguments():
    in_notebook = re.search("ipykernel|kernel_launcher", sys.argv[0])
    return [] if in_notebook else sys.argv[1:]


def network_parser(experiments, description):
    """A parser of the options that say which network it is, and with which weights."""
    parser = Parser(description)
    add = parser.add_argument_group("which network").add_argument
    networks = one_of(experiments)
    add("network", nargs="?", **{**networks, "metavar": "NETWORK"}, help="default: the one that --load names, or "
        f"{next(iter(experiments))}")
    add("--network", dest="named", **networks, help="the same, by its option")
    add("--activation", **one_of(ACTIVATIONS), help="of the hidden layers")
    add("--load", metavar="FILE", type=input_file,
        help="begin with the weights that --save wrote, or a checkpoint's, instead of random ones")
    return parser


def settings_parser(experiments, description):
    """The same, with the options that say how it is trained, and with what.

    It leaves None for each setting that stays as the experiment has it.
    """
    parser = network_parser(experiments, description)
    add = parser.add_argument_group("how it is trained").add_argument
    add("--data", type=input_file, help="folder or file to read instead of the usual one")
    add("--epochs", type=positive_integer, help="how often all training images are shown")
    add("--iterations", type=positive_integer, help="stop after so many batches")
    add("--batch-size", type=positive_integer, help="images a batch")
    add("--lr", type=positive_number, help="learning rate")
    add("--schedule", **one_of(SCHEDULES), help="whether the learning rate stays, falls to 0 as a half "
        "cosine, or rises and then falls to 0")
    add("--optimizer", **one_of(OPTIMIZERS))
    add("--weight-decay", type=non_negative_number,
        help="L2 regularisation of the weights (adamw, nesterovw: decoupled)")
    add("--seed", type=random_seed, help="the same seed gives the same run (default: 0)")
    add("--print-every", metavar="N", type=count, default=10, help="a line each N iterations, 0: one each epoch "
        "(default: %(default)s)")
    add("--save", metavar="FILE", type=output_file, help="file for the weights after the training")
    return parser


def _add_views(parser):
    add = parser.add_argument_group("look, and end without training").add_argument
    add("--summary", action="store_true", help="each layer's output, weights, multiplications and share of the time")
    add("--trace", action="store_true", help="one training step, number by number")
    add("--check", action="store_true", help="whether this network can learn; exit status 1 if something is wrong")
    add("--digit", metavar="FILE", type=input_file,
        help="what the network of --load says about a picture of a digit of your own")


def _add_results(parser):
    add = parser.add_argument_group("go on, and keep what was reached").add_argument
    add("--checkpoint", metavar="FILE", type=output_file,
        help="write all that is needed to go on, each epoch and when the training is stopped")
    add("--resume", metavar="FILE", type=input_file,
        help="go on where the training stopped that wrote this --checkpoint")
    add("--picture", metavar="FILE", type=picture_file, default="loss_curve.png",
        help="file for the loss curve (default: %(default)s)")
    add("--pictures", metavar="DIR", type=output_file,
        help="folder for pictures of mistakes, filters, and what happens in the layers; with --digit, of what "
        "the network saw")


def check_files(parser, options):
    """Two options that name the same file end the program, and so does a file that cannot be written.

    That is found out before the training and not after it. Where there will be none, nothing will be written.
    """
    files = [(name, getattr(options, name, None)) for name in ("picture", "load", "resume", "checkpoint", "save")]
    folder = getattr(options, "pictures", None)
    files += [("pictures", folder / f"{name}.png") for name in PLOTS if folder]
    named = [(name, path, os.path.realpath(path)) for name, path in files if path is not None]
    for (name, path, place), (other, _, other_place) in combinations(named, 2):
        if place == other_place and (name, other) not in GOES_ON:
            parser.error(f"argument --{other}: {Path(path).name} is the file of --{name}, name another one")
    looks = any(getattr(options, look, None) for look in LOOKS)
    if not looks or options.digit:
        _make_folder(parser, folder)
    if not looks:
        for name, path, _ in named:
            if name not in ("load", "resume"):
                _check_output(parser, name, path)


def _make_folder(parser, folder):
    try:
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        parser.error(f"argument --pictures: {str(folder)!r} cannot be made a folder ({error.strerror})")


def _check_output(parser, name, path):
    try:
        check_writable(path)
        if name in ("picture", "pictures"):
            figure_class()
    except OSError as error:
        parser.error(f"argument --{name}: {str(path)!r} cannot be written ({error.strerror}), but must be: "
                     f"name a file in a folder that exists and that you may write to")
    except ImportError as error:
        parser.error(f"argument --{name}: a picture needs matplotlib ({error}): pip install -r requirements.txt")


# From here on: the kinds of arguments, as argparse's `type=` has them. Each turns a text into a value, or says what it
# expected; argparse puts the option's name before the message.

positive_number = number("a positive number", lambda n: 0 < n < inf, 0.001)
non_negative_number = number("a number, 0 or more", lambda n: 0 <= n < inf, 0.0001)
positive_integer = number("a positive integer", lambda n: 0 < n <= MOST, 10, int)
count = number("an integer, 0 or more", lambda n: 0 <= n <= MOST, 10, int)
random_seed = number("an integer from 0 to 4294967295", lambda n: 0 <= n < 2 ** 32, 1, int)


def input_file(text):
    """A path that can be read from its beginning to its end, if there is anything."""
    try:
        check_file(text)
    except FileNotFoundError:  # who reads it says what it should have been
        pass
    except OSError as error:
        raise ArgumentTypeError(f"{text!r} cannot be read ({error.strerror})") from None
    return text


def output_file(text):
    """A path that a file is to be written to."""
    if not text:
        raise ArgumentTypeError("expected the name of a file, but was given nothing: name one")
    return Path(text)


def picture_file(text):
    """A file that matplotlib can draw into."""
    if Path(text).suffix.lower() not in PICTURE_ENDINGS:
        raise ArgumentTypeError(f"{text!r} must end in {', '.join(PICTURE_ENDINGS[:-1])} or {PICTURE_ENDINGS[-1]}, "
                                f"but is none of these: write {Path(text).with_suffix('.png')}")
    return output_file(text)
