"""Likeness to a digit: a network has a number ready for whatever it is shown, so what looks like none is told apart.

The limits refuse about one in two hundred of MNIST's validation digits.
"""
import numpy as np

from readers.paper import connected_parts, grown

INK = 0.3  # from here on a pixel is part of a stroke
LEAST, FILLED = 22, 0.72  # ink of the thinnest digit, in pixels; of its box, what the thickest strokes fill
STROKES = 4  # that a row, or a column, of a digit crosses at most
SECOND = 0.25  # of the largest part's ink, what another part may have: a stroke of a 5 has less


def doubt(image):
    """Why an image (28, 28, 1) looks like no digit, in some words, or None if it looks like one."""
    ink = image[..., 0]
    mask = ink > INK
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    if ink.sum() < LEAST:
        return "hardly any stroke is left of it in 28 x 28 pixels"
    box = mask[rows[0]:rows[-1] + 1, columns[0]:columns[-1] + 1]
    if min(box.shape) > 8 and box.mean() > FILLED:
        return "it is a blot and has no strokes"
    masses = sorted(ink[part].sum() for part in connected_parts(grown(mask)))
    if len(masses) > 1 and masses[-2] > SECOND * masses[-1]:
        return "it is in two parts, as two digits are"
    if max(_crossed(mask), _crossed(mask.T) - 1) >= STROKES:
        return "it has more strokes side by side than any digit"
    return None


def _crossed(mask):
    """How many strokes lie side by side in at least three rows."""
    starts = np.diff(np.pad(mask, ((0, 0), (1, 0))).astype(np.int8), axis=1) == 1
    return np.sort(starts.sum(axis=1))[-3]
