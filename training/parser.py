"""A parser turns the words of a command line into options; what it does not understand it says in one line."""
import re
import sys
from argparse import ArgumentParser, ArgumentTypeError

from nn.checks.calls import closest

OTHERS = {"--learning-rate": "--lr", "--rate": "--lr", "--model": "--network", "--net": "--network",
          "--log-interval": "--print-every", "--weights": "--load", "--resume-from": "--resume"}  # elsewhere


class Parser(ArgumentParser):
    """An ArgumentParser that suggests what was probably meant, and that takes no option by its beginning alone.

    That is because a later version may have two that begin alike. The description is a program's docstring, of which
    the first line is shown.
    """

    def __init__(self, docstring):
        super().__init__(description=first_line(docstring), allow_abbrev=False, add_help=False)
        self.add_argument_group("options").add_argument("-h", "--help", action="help", help="show this and end")

    def error(self, message):
        """End the program with one line, and exit status 2."""
        self.exit(2, f"error: {message}\n")

    def parse_args(self, args=None, namespace=None):
        args = sys.argv[1:] if args is None else [*args]
        self._check_options(args)
        options, left = self.parse_known_args(args, namespace)
        if left:
            self.error(f"expected one network, but was given one more word, {left[0]}: leave {left[0]} out")
        return options

    def _check_options(self, args):
        """Each word that begins with - is an option, or a number, and those that need a value have one."""
        known = self._option_string_actions
        for word, following in zip(args, [*args[1:], None]):
            name = word.partition("=")[0]
            if not re.match(r"-+[a-zA-Z]", word):
                continue
            if name not in known:
                meant = OTHERS.get(name) or closest(name.replace("_", "-"), known)
                self.error(f"expected options that --help shows, but was given {name}" + (
                    f"; did you mean {meant}?" if meant else f": leave {name} out"))
            missing = following is None or re.match(r"--[a-zA-Z]", following)
            if known[name].nargs is None and missing and "=" not in word:
                self.error(f"argument {name}: expected a value, but was given none: write {name} "
                           f"{example(known[name])}")


def first_line(docstring):
    """The first line of a docstring, "" where Python has left all of them out (`python -OO`)."""
    return (docstring or "").partition("\n")[0]


def example(action):
    """A value that an option may have."""
    return getattr(action.type, "example", None) or action.default or action.metavar


def one_of(names):
    """For `add_argument`: the kind and the look of an argument that is one of these names."""
    def convert(text):
        if text not in names:
            meant = closest(text, names) or closest(text.lower().replace("optimizer", ""), names)
            raise ArgumentTypeError(f"expected one of {', '.join(names)}, but was given {text!r}" + (
                f"; did you mean {meant}?" if meant else f": write {next(iter(names))}, for one"))
        return text
    convert.example = next(iter(names))
    return {"type": convert, "metavar": "{" + ",".join(names) + "}"}


def number(wanted, allowed, usual, kind=float):
    """A kind of arguments: kind(text), if allowed(it) is true; `wanted` says in words when it is."""
    def convert(text):
        value = _read(text, kind)
        if value is None or not allowed(value):
            meant = _read(text.replace(",", ".").lstrip("-"), float)
            meant = meant if meant is None or kind is float else round(meant) if abs(meant) < 1e9 else None
            instead = f"did you mean {meant:g}?" if meant is not None and allowed(meant) else f"such as {usual}"
            raise ArgumentTypeError(f"expected {wanted}, but was given {text!r}; {instead}")
        return value
    convert.example = usual
    return convert


def _read(text, kind):
    try:
        return kind(text)
    except ValueError:
        return None
