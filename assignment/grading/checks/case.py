"""A case gives inputs to a student's functions and judges what comes back: here, not where the student's code runs."""
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Criterion:
    """What `points` are given for, all or none of them, in the words of the two statements."""

    points: int
    english: str
    korean: str


@dataclass(frozen=True)
class Case:
    """make: (module, class), of which `objects` are made with the arguments `settings`. calls: (number of the object,
    method, arguments), one after the other. judges: (number of the criterion, function of the list of Answers) pairs;
    such a function returns None where all is right, else the line that says what is not.
    """

    make: tuple
    calls: list
    judges: list
    settings: tuple = ()
    objects: int = 1


@dataclass(frozen=True)
class Answer:
    """What one call gave: the arrays that it returned (a tuple's, or one); its arguments afterwards; how many
    characters it printed; the exception that it ended with, as a line, or "".
    """

    values: list
    arguments: list
    printed: int = 0
    error: str = ""


def show(array):
    """A small array as text; of a large one the shape."""
    array = np.asarray(array)
    if array.size > 25:
        return f"an array of shape {array.shape}"
    text = np.array2string(array, separator=", ", formatter={"float_kind": lambda value: f"{value:.4g}"})
    return " ".join(text.split())


def compare(given, expected, answer, position=0, suspects=()):
    """None, or the line that says how an Answer's array number `position` differs from `expected`.

    given: the inputs in words. suspects: (cause, the array that it would give); the first that fits is named.
    """
    if answer.error:
        return f"{given}: {answer.error}"
    if position >= len(answer.values):
        return f"{given}: expected {position + 1} arrays, got {len(answer.values)}"
    got = answer.values[position]
    if same(got, expected):
        return None
    cause = next((cause for cause, wrong in suspects if same(got, wrong)), "")
    return f"{given}: {_difference(np.asarray(expected), got)}" + (f"; cause: {cause}" if cause else "")


def same(got, expected):
    return np.shape(got) == np.shape(expected) and np.allclose(got, expected, rtol=1e-5, atol=1e-12, equal_nan=True)


def unchanged(given, before, answer):
    """None, or the line that says that a call changed its first argument."""
    if answer.error:
        return f"{given}: {answer.error}"
    if same(answer.arguments[0], before):
        return None
    return (f"{given}: {_difference(np.asarray(before), answer.arguments[0])} in the input afterwards; cause: the "
            f"answer writes into its input, which the rest of the network still needs; work on a copy")


def _difference(expected, got):
    if got.shape != expected.shape:
        return f"expected an array of shape {expected.shape}, got one of {got.shape}"
    if expected.size <= 9:
        return f"expected {show(expected)}, got {show(got)}"
    place = tuple(int(k) for k in np.argwhere(~np.isclose(got, expected, rtol=1e-5, atol=1e-12, equal_nan=True))[0])
    return f"expected {expected[place]:.6g} at {list(place)}, got {got[place]:.6g}"
