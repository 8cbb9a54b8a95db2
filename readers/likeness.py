"""Likeness to a digit: a network has a number ready for whatever it is shown, so what looks like none is told apart.

The limits were chosen on MNIST's training digits and on sheets with its validation digits. What they refuse of test
digits is in benchmarks/README.md.
"""
import numpy as np

from readers.paper import connected_parts, grown

INK = 0.3  # from here on a pixel is part of a stroke
LEAST, FILLED = 22, 0.72  # ink of the thinnest digit, in pixels; of its box, what the thickest strokes fill
ROUND = 0.86  # of its box, what the roundest 0 fills with its hole
STROKES = 4  # that three rows, or columns, of a digit do not cross
BESIDE, LONG = 3, 8  # strokes that so many rows cross only where some of them meet around a hole, as in a 4 or an 8
HOLES, HOLE = 3, 2  # that no digit has, and of so many pixels at least
SECOND = 0.25  # of the largest part's ink, what another part may have: a stroke of a 5 has less
CLEAR, THIRD = 0.5, 0.1  # ink of a stroke's middle; of the largest part's, what a third part of such ink may have
BARS = 3  # parts that lie side by side: a digit that light has broken is in parts one above the other


def doubt(image):
    """Why an image (28, 28, 1) looks like no digit, in some words, or None if it looks like one."""
    ink = image[..., 0]
    mask = ink > INK
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    if ink.sum() < LEAST:
        return "hardly any stroke is left of it in 28 x 28 pixels"
    box = mask[rows[0]:rows[-1] + 1, columns[0]:columns[-1] + 1]
    _, *holes = sorted((part.sum() for part in connected_parts(~np.pad(mask, 1))), reverse=True)  # what is around it
    if sum(size >= HOLE for size in holes) >= HOLES:
        return "it has more holes than any digit"
    if min(box.shape) > 8 and (box.mean() > FILLED or box.sum() + sum(holes) > ROUND * box.size):
        return "it is a blot or a box, and has no strokes"
    masses = sorted(ink[part].sum() for part in connected_parts(grown(mask)))
    if len(masses) > 1 and masses[-2] > SECOND * masses[-1]:
        return "it is in two parts, as two digits are"
    masses = sorted(ink[part].sum() for part in connected_parts(ink > CLEAR))
    if len(masses) >= BARS and masses[-BARS] > THIRD * masses[-1] and _crossed(ink > CLEAR, 3) >= BARS:
        return "it is in three parts side by side, or more"
    if max(_crossed(mask, 3), _crossed(mask.T, 3) - 1) >= STROKES or not holes and _crossed(mask, LONG) >= BESIDE:
        return "it has more strokes side by side than any digit"
    return None


def _crossed(mask, rows):
    """How many strokes lie side by side in so many rows at least."""
    starts = np.diff(np.pad(mask, ((0, 0), (1, 0))).astype(np.int8), axis=1) == 1
    return np.sort(starts.sum(axis=1))[-rows]
