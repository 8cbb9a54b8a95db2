"""An option's argument is text, and each function here turns one kind of it into a value, or says what it expected.

They are for argparse's `type=`; argparse puts the option's name before the message.
"""
from argparse import ArgumentTypeError
from math import isfinite, nan
from pathlib import Path

from nn.files.atomic import check_writable
from training.picture import figure_class

PICTURE_ENDINGS = (".png", ".pdf", ".svg", ".jpg")


def _number(wanted, allowed, kind=float):
    """A function text -> kind(text), if that is finite and allowed(it) is true; `wanted` says in words when it is."""
    def convert(text):
        try:
            value = kind(text)
        except ValueError:
            value = nan
        if not (isfinite(value) and allowed(value)):
            raise ArgumentTypeError(f"expected {wanted}, but was given {text!r}")
        return value
    return convert


positive_number = _number("a positive number", lambda n: n > 0)
non_negative_number = _number("a number, 0 or more", lambda n: n >= 0)
positive_integer = _number("a positive integer", lambda n: n > 0, int)
random_seed = _number("an integer from 0 to 4294967295", lambda n: 0 <= n < 2 ** 32, int)


def writable_file(text):
    """A path that a file can be written to, found out before the training and not after it."""
    if not text:
        raise ArgumentTypeError("expected the name of a file, but was given nothing")
    try:
        check_writable(text)
    except OSError as error:
        raise ArgumentTypeError(
            f"{text!r} cannot be written ({error.strerror}); name a file in a folder that exists") from None
    return Path(text)


def picture_folder(text):
    """A folder that pictures can be written to; it is made if it is not there."""
    try:
        Path(text).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ArgumentTypeError(f"{text!r} cannot be made a folder ({error.strerror})") from None
    picture_file(Path(text) / "any.png")
    return Path(text)


def picture_file(text):
    """A path that a picture can be written to, where matplotlib is there to draw it."""
    if Path(text).suffix.lower() not in PICTURE_ENDINGS:
        raise ArgumentTypeError(f"{text!r} must end in {', '.join(PICTURE_ENDINGS[:-1])} or {PICTURE_ENDINGS[-1]}")
    try:
        figure_class()
    except ImportError as error:
        raise ArgumentTypeError(f"a picture needs matplotlib ({error}): pip install -r requirements.txt") from None
    return writable_file(text)
