"""Comparing is telling whether an array is the right one, and if not, in words where it differs."""
import numpy as np

from .words import say


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
    """Words on how `got` differs from `expected`: in shape, or at the first place, in digits that differ."""
    expected, got = np.asarray(expected), np.asarray(got)
    if got.shape != expected.shape:
        return say("expected an array of shape {expected}, got one of {got}",
                   "기대한 배열의 모양은 {expected}인데 나온 배열의 모양은 {got}입니다",
                   expected=expected.shape, got=got.shape, kind="shape")
    with np.errstate(all="ignore"):
        wrong = np.argwhere(~np.isclose(got, expected, rtol=rtol, atol=atol, equal_nan=True))
    place = tuple(int(k) for k in wrong[0])
    right_number, number = _unlike(float(expected[place]), float(got[place]))
    if 1 < expected.size <= 9 and show(expected) != show(got):
        return say("expected {expected}, got {got}: first at {place}",
                   "기대한 값은 {expected}인데 나온 값은 {got}입니다 (처음 다른 위치: {place})",
                   expected=show(expected), got=show(got), place=list(place), kind="numbers")
    if not place:
        return say("expected {expected}, got {got}", "기대한 값은 {expected}인데 나온 값은 {got}입니다",
                   expected=right_number, got=number, kind="numbers")
    return say("expected {expected} at {place}, got {got}",
               "{place} 위치에서 기대한 값은 {expected}인데 나온 값은 {got}입니다",
               expected=right_number, got=number, place=list(place), kind="numbers")


def _unlike(first, second):
    """Two different numbers with as many digits as it takes to see that they are, six at least."""
    for digits in range(6, 18):
        texts = f"{first:.{digits}g}", f"{second:.{digits}g}"
        if texts[0] != texts[1]:
            break
    return texts
