"""A digit of one's own becomes an image like MNIST's: light on dark, in a box of 20 pixels, its mass in the middle.

So were MNIST's made (LeCun, Bottou, Bengio & Haffner, 1998, section III.A): scaled to fit 20 x 20 pixels, the ratio of
the sides kept, and put into 28 x 28 pixels so that the centre of mass is in the middle.
"""
import numpy as np

from readers.idx import SIDE
from readers.paper import ink_on
from readers.picture_file import name_of, read_page

BOX = 20  # pixels that the digit's longer side gets
INK = 0.1  # what is lighter is dust, or the shade of the paper


def read_digit(source):
    """A picture of a digit, on paper or on a screen -> an image (28, 28, 1).

    source: the path of a file, or its bytes. Dark on light and light on dark will both do. Raises OSError for a file
    that is not there, ValueError for one that is no picture, is too large, or shows nothing but paper.
    """
    image = as_mnist(ink_on(read_page(source)))
    if not image.any():
        raise ValueError(f"{name_of(source)} shows nothing but paper: a digit must be darker, or lighter, than what is "
                         f"around it")
    return image


def as_mnist(ink):
    """ink (H, W), 0 paper to 1 ink -> an image (28, 28, 1) float32. Without any ink it is all 0."""
    from PIL import Image  # here, because it takes time to load

    ink = np.where(ink < INK, 0.0, ink)
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    image = np.zeros((SIDE, SIDE, 1), np.float32)
    if not len(rows):
        return image
    digit = np.float32(ink[rows[0]:rows[-1] + 1, columns[0]:columns[-1] + 1])
    height, width = (max(1, round(BOX * n / max(digit.shape))) for n in digit.shape)
    digit = np.asarray(Image.fromarray(digit).resize((width, height), Image.BOX))  # means of what each pixel covers
    top, left = _start(digit.sum(axis=1)), _start(digit.sum(axis=0))
    image[top:top + height, left:left + width, 0] = digit
    return image


def _start(mass):
    """Where a digit with this mass along an axis begins, so that its centre is at pixel 14, as MNIST's are."""
    centre = np.sum(mass * np.arange(len(mass))) / np.sum(mass)
    return int(np.clip(round(SIDE / 2 - centre), 0, SIDE - len(mass)))
