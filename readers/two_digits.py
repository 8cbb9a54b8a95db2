"""A scene is two digits on one canvas, one above the other, beside it, or on a diagonal, and a sentence that says so.

In the manner of the MNIST with captions of alignDRAW (Mansimov et al., 2016), section 4.1. The digit that is further up
comes first, or the left one if neither is. So each picture has one right sentence: with "below", too, "a two below a
seven" would say what "a seven above a two" does.
"""
import numpy as np

from readers.idx import CLASSES
from readers.idx import SIDE as DIGIT

SIDE = 2 * DIGIT  # of the canvas
RELATIONS = {"above": (1, 0), "left": (0, 1), "above left": (1, 1), "above right": (1, -1)}  # (down, right)
APART, ASLANT = (22, 28), 4  # pixels from digit to digit along a relation, and at most across it
HELD_OUT = (3, 7)  # pairs of digits whose difference is one of these, modulo 10, are kept out of training


def scenes(held_out):
    """All scenes (n, 3), first digit, relation, second digit, of the pairs held out of training, or of all others.

    Each digit is first in two of the 20 pairs that are held out, and second in two, so that training sees each digit at
    both places. Where a pair is held out so is its reverse: these two digits are never seen together.
    """
    everything = np.argwhere(np.ones((CLASSES, len(RELATIONS), CLASSES)))
    return everything[is_held_out(everything) == held_out]


def is_held_out(scenes):
    """For each of the scenes (N, 3), whether its pair of digits is held out of training."""
    return np.isin((scenes[:, 2] - scenes[:, 0]) % CLASSES, HELD_OUT)


class Canvas:
    """Draws scenes with digits from images (M, 28, 28, 1) and their one-hot labels (M, 10).

    It is called with scenes (N, 3), and returns pictures (N, 56, 56, 1). Which images of the digits, and where they
    stand, is drawn anew each time, from NumPy's global generator.
    """

    def __init__(self, images, labels):
        """Raises ValueError if there is a digit that no image shows."""
        self.images, self.of = images, [np.flatnonzero(labels[:, digit]) for digit in range(CLASSES)]
        missing = [digit for digit, places in enumerate(self.of) if not len(places)]
        if missing:
            raise ValueError(f"Canvas needs images of each digit, but none of the {len(images)} shows a {missing[0]}")

    def __call__(self, scenes):
        pictures = np.zeros((len(scenes), SIDE, SIDE, 1), self.images.dtype)
        for picture, (one, _, other), *corners in zip(pictures, scenes, *_corners(scenes[:, 1])):
            for digit, (top, left) in zip((one, other), corners):
                place = picture[top:top + DIGIT, left:left + DIGIT]
                np.maximum(place, self.images[np.random.choice(self.of[digit])], out=place)
        return pictures


def _corners(relations):
    """The upper left corners (N, 2) of the first digits, and of the second ones, anywhere on the canvas they fit."""
    n = len(relations)
    directions = np.array([*RELATIONS.values()])[relations]
    along, across = np.random.randint(APART[0], APART[1] + 1, (n, 2)), np.random.randint(-ASLANT, ASLANT + 1, (n, 2))
    steps = np.where(directions == 0, across, directions * along)
    lowest, highest = np.maximum(0, -steps), SIDE - DIGIT - np.maximum(0, steps)
    firsts = np.random.randint(lowest, highest + 1)
    return firsts, firsts + steps
