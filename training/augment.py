"""Augmentation shows the network each image a little changed every time, so that it learns what does not matter.

Each is a function of a batch of images (N, H, W, C) that returns a new one; it draws from NumPy's global generator.
"""
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from nn.checks.inputs import images
from nn.checks.settings import check_functions, number
from nn.ops.elementwise import floating
from training.callbacks import Callback


class RandomShift:
    """Shift each image by up to `pixels`, up or down and left or right.

    What comes in from outside is 0, or with outside="reflect" what is inside, mirrored at the edge.
    """

    def __init__(self, pixels, outside="constant"):
        if not isinstance(pixels, (int, np.integer)) or pixels < 0:
            raise ValueError(f"RandomShift: pixels must be an integer, 0 or more, but is {pixels!r}")
        if outside not in ("constant", "reflect"):
            raise ValueError(f'RandomShift: outside must be "constant", which is 0, or "reflect", but is {outside!r}')
        self.pixels, self.outside = pixels, outside

    def __call__(self, X):
        X = _images(self, X)
        frame = self.pixels, self.pixels
        framed = np.pad(X, ((0, 0), frame, frame, (0, 0)), mode=self.outside)
        shifted = sliding_window_view(framed, X.shape[1:], (1, 2, 3))[:, :, :, 0]  # (N, down, right, H, W, C)
        down, right = np.random.randint(2 * self.pixels + 1, size=(2, len(X)))
        return shifted[np.arange(len(X)), down, right]

    def __repr__(self):
        return f"RandomShift({self.pixels}{'' if self.outside == 'constant' else f', {self.outside!r}'})"


class RandomFlip:
    """Mirror each image left to right, with probability 1/2. For photographs, not for digits."""

    def __call__(self, X):
        X = _images(self, X)
        flipped = np.random.random(len(X)) < 0.5
        return np.where(flipped[:, None, None, None], X[:, :, ::-1], X)

    def __repr__(self):
        return "RandomFlip()"


class AlternatingFlip(Callback):
    """Mirror each image left to right in every other epoch: one half of them in the first, the other in the second.

    So two epochs show each image both ways, where with RandomFlip every other image is seen one way only. Which half an
    image belongs to is the parity of a sum over its bytes, so this is to be the first of a Compose. Source: Jordan
    (2024), arXiv 2404.00498.
    """

    epoch = 1

    def on_epoch_begin(self, training):
        self.epoch = training.epoch

    def __call__(self, X):
        X = _images(self, X)
        halves = np.ascontiguousarray(X).reshape(len(X), -1).view(np.uint8).sum(axis=1, dtype=np.uint32) % 2
        return np.where((halves == self.epoch % 2)[:, None, None, None], X[:, :, ::-1], X)

    def __repr__(self):
        return "AlternatingFlip()"


class RandomAffine:
    """Turn, zoom, slant and shift each image a little, around its middle; what comes in from outside is 0.

    The settings say how much at most; each image draws its own numbers, evenly from minus that to plus that. degrees:
    of the turn. zoom: the share of its size by which the image grows, below 1. slant: how many pixels a row moves to
    the side, for each row between it and the middle. pixels: of the shift, up or down and left or right.

    Source: Simard, Steinkraus & Platt (2003), "Best practices for convolutional neural networks applied to visual
    document analysis", section 2. Raises ValueError for a setting that is not possible.
    """

    def __init__(self, degrees=0, zoom=0, slant=0, pixels=0):
        self.degrees, self.zoom, self.slant, self.pixels = degrees, zoom, slant, pixels
        for name, most in vars(self).items():
            number(self, name, most, below=1 if name == "zoom" else np.inf)

    def __call__(self, X):
        X = floating(_images(self, X))
        n, h, w, _ = X.shape
        turn, zoom, slant, down, right = np.random.uniform(-1, 1, size=(5, n, 1, 1)).astype(X.dtype)
        angle, size = np.pi / 180 * self.degrees * turn, 1 + self.zoom * zoom
        y, x = np.arange(h, dtype=X.dtype)[:, None] - (h - 1) / 2, np.arange(w, dtype=X.dtype) - (w - 1) / 2
        # Each new pixel asks which place of the old image it shows, so that none of them stays empty.
        old_y = (np.cos(angle) * y - np.sin(angle) * x) / size
        old_x = (np.sin(angle) * y + np.cos(angle) * x) / size + self.slant * slant * old_y
        return bilinear(X, old_y + (h - 1) / 2 + self.pixels * down, old_x + (w - 1) / 2 + self.pixels * right)

    def __repr__(self):
        return f"RandomAffine({', '.join(f'{name}={most}' for name, most in vars(self).items() if most)})"


class Compose:
    """One augmentation after the other, as in Compose(RandomShift(2), RandomFlip()). Any function of a batch will do.

    Raises TypeError for something that is none.
    """

    def __init__(self, *augmentations):
        for given in augmentations:
            if isinstance(given, (list, tuple)):
                raise TypeError(f"Compose expects augmentations one by one, but was given {given!r}: write "
                                f"Compose({', '.join(map(repr, given))})")
        check_functions(**{f"Compose: augmentation {k}": given for k, given in enumerate(augmentations, 1)})
        # one list, however deep it was written: the training loop looks through it for callbacks
        self.augmentations = tuple(one for given in augmentations for one in getattr(given, "augmentations", [given]))

    def __call__(self, X):
        for augment in self.augmentations:
            X = augment(X)
        return X

    def __repr__(self):
        return f"Compose({', '.join(map(repr, self.augmentations))})"


def _images(augmentation, X):
    """X as an array, which is one of images, or ValueError."""
    X = np.asarray(X)
    images(augmentation, X)
    return X


def bilinear(X, y, x):
    """X (N, H, W, C) at the places y, x (N, h, w), numbers of pixels from the top left one: (N, h, w, C).

    Between pixels it is the mean of the four around the place, each weighted by how near it is; outside X it is 0.
    """
    n, h, w, c = X.shape
    width = w + 3
    # a place further out than the frame is taken as on it
    framed = np.pad(X, ((0, 0), (1, 2), (1, 2), (0, 0))).reshape(-1, c)
    y, x = np.clip(y, -1, h) + 1, np.clip(x, -1, w) + 1
    top, left = y.astype(np.intp), x.astype(np.intp)
    down, right = (y - top).astype(X.dtype)[..., None], (x - left).astype(X.dtype)[..., None]
    first = (np.arange(n)[:, None, None] * (h + 3) + top) * width + left  # the upper left one of the four
    upper = framed[first] * (1 - right) + framed[first + 1] * right
    lower = framed[first + width] * (1 - right) + framed[first + width + 1] * right
    return upper * (1 - down) + lower * down
