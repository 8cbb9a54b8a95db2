"""Comparing is telling whether an array is the right one, and if not, in words where it differs."""
import numpy as np


def show(array):
    """A small array as text; of a large one the shape."""
    array = np.asarray(array)
    if array.size > 25:
        return f"an array of shape {array.shape}"
    text = np.array2string(array, separator=", ", formatter={"float_kind": lambda value: f"{value:.4g}"})
    return " ".join(text.split())


def same(got, expected, rtol=1e-5, atol=1e-10):
    """Whether two arrays are of one shape, and their numbers as near as the tolerances say; nan is like nan."""
    if np.shape(got) != np.shape(expected):
        return False
    with np.errstate(all="ignore"):
        return bool(np.allclose(got, expected, rtol=rtol, atol=atol, equal_nan=True))


def difference(expected, got, rtol=1e-5, atol=1e-10):
    """In words, how `got` differs from `expected`: in shape, or at the first place, in digits that differ."""
    expected, got = np.asarray(expected), np.asarray(got)
    if got.shape != expected.shape:
        return f"expected an array of shape {expected.shape}, got one of {got.shape}"
    with np.errstate(all="ignore"):
        wrong = np.argwhere(~np.isclose(got, expected, rtol=rtol, atol=atol, equal_nan=True))
    place = tuple(int(k) for k in wrong[0])
    right_number, number = _unlike(float(expected[place]), float(got[place]))
    if 1 < expected.size <= 9 and show(expected) != show(got):
        return f"expected {show(expected)}, got {show(got)}: first at {list(place)}"
    at = f" at {list(place)}" if place else ""
    return f"expected {right_number}{at}, got {number}"


def _unlike(first, second):
    """Two different numbers with as many digits as it takes to see that they are, six at least."""
    for digits in range(6, 18):
        texts = f"{first:.{digits}g}", f"{second:.{digits}g}"
        if texts[0] != texts[1]:
            break
    return texts
