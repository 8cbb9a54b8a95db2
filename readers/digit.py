"""A digit of one's own becomes an image like MNIST's: light on dark, in a box of 20 pixels, its mass in the middle.

So were MNIST's made (LeCun, Bottou, Bengio & Haffner, 1998, section III.A): scaled to fit 20 x 20 pixels, the ratio of
the sides kept, and put into 28 x 28 pixels so that the centre of mass is in the middle.
"""
import numpy as np

from readers.idx import SIDE

BOX = 20  # pixels that the digit's longer side gets
ORIENTATION = 0x0112  # a photo's tag that says how the telephone was held (the EXIF standard)
TURNS = {3: 2, 6: 3, 8: 1}  # its value -> quarter turns to the left that set the photo upright
INK = 0.1  # what is lighter is dust, or the shade of the paper


def as_mnist(ink):
    """ink (H, W), 0 paper to 1 ink -> an image (28, 28, 1) float32. Without any ink it is all 0."""
    ink = np.where(ink < INK, 0.0, ink)
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    image = np.zeros((SIDE, SIDE, 1), np.float32)
    if not len(rows):
        return image
    digit = ink[rows[0]:rows[-1] + 1, columns[0]:columns[-1] + 1]
    height, width = (max(1, round(BOX * n / max(digit.shape))) for n in digit.shape)
    digit = _shares(height, digit.shape[0]) @ digit @ _shares(width, digit.shape[1]).T
    top, left = _start(digit.sum(axis=1)), _start(digit.sum(axis=0))
    image[top:top + height, left:left + width, 0] = digit
    return image


def read_digit(path):
    """A picture file, of a digit on paper or on a screen -> an image (28, 28, 1).

    Dark on light and light on dark will both do: what the edge of the picture shows is paper. Raises OSError for a file
    that is not there, ValueError for one that is no picture, or shows nothing but paper.
    """
    from matplotlib.image import imread  # here, because it takes as long to load as the data
    from PIL import Image, UnidentifiedImageError  # with which matplotlib reads pictures

    try:
        with Image.open(path) as file:
            turns = TURNS.get(file.getexif().get(ORIENTATION), 0)
        picture = np.rot90(np.asarray(imread(path), np.float64), turns)
    except (SyntaxError, ValueError, UnidentifiedImageError) as error:
        raise ValueError(f"{path} cannot be read as a picture ({error}); save the digit as a .png file") from None
    grey = _grey(picture)
    edge = np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])
    ink = np.abs(grey - np.median(edge))
    if ink.max() < INK:
        raise ValueError(f"{path} shows nothing but paper: a digit must be darker, or lighter, than what is around it")
    return as_mnist(np.clip((ink / ink.max() - 2 * INK) / (1 - 4 * INK), 0, 1))


def _grey(picture):
    """(H, W), (H, W, 3) or, with transparency, (H, W, 4), in 0..1 or 0..255 -> (H, W) in 0..1, on white paper."""
    picture = picture / (255.0 if picture.max() > 1 else 1.0)
    if picture.ndim == 2:
        return picture
    colours = picture[..., :3].mean(axis=2)
    return colours if picture.shape[2] < 4 else 1 + picture[..., 3] * (colours - 1)


def _shares(cells, pixels):
    """(cells, pixels): the weight of each pixel in each cell, where `cells` cover a line of `pixels`; rows sum to 1."""
    edges = np.linspace(0, pixels, cells + 1)[:, None]
    covered = np.clip(edges - np.arange(pixels), 0, 1)  # of each pixel, what lies left of each edge
    return np.diff(covered, axis=0) * cells / pixels


def _start(mass):
    """Where a digit with this mass along an axis begins, so that its centre is at pixel 14, as MNIST's are."""
    centre = np.sum(mass * np.arange(len(mass))) / np.sum(mass)
    return int(np.clip(round(SIDE / 2 - centre), 0, SIDE - len(mass)))
