"""Augmentation shows the network each image a little changed every time, so that it learns what does not matter.

Each is a function of a batch of images (N, H, W, C) that returns a new one; it draws from NumPy's global generator.
"""
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from nn import expect
from training.checks import check_functions


class RandomShift:
    """Shift each image by up to `pixels`, up or down and left or right; what comes in from outside is 0."""

    def __init__(self, pixels):
        if not isinstance(pixels, (int, np.integer)) or pixels < 0:
            raise ValueError(f"RandomShift: pixels must be an integer, 0 or more, but is {pixels!r}")
        self.pixels = pixels

    def __call__(self, X):
        X = _images(self, X)
        frame = self.pixels, self.pixels
        framed = np.pad(X, ((0, 0), frame, frame, (0, 0)))
        shifted = sliding_window_view(framed, X.shape[1:], (1, 2, 3))[:, :, :, 0]  # (N, down, right, H, W, C)
        down, right = np.random.randint(2 * self.pixels + 1, size=(2, len(X)))
        return shifted[np.arange(len(X)), down, right]

    def __repr__(self):
        return f"RandomShift({self.pixels})"


class RandomFlip:
    """Mirror each image left to right, with probability 1/2. For photographs, not for digits."""

    def __call__(self, X):
        X = _images(self, X)
        flipped = np.random.random(len(X)) < 0.5
        return np.where(flipped[:, None, None, None], X[:, :, ::-1], X)

    def __repr__(self):
        return "RandomFlip()"


class Compose:
    """One augmentation after the other, as in Compose(RandomShift(2), RandomFlip()). Any function of a batch will do.

    Raises TypeError for something that is none.
    """

    def __init__(self, *augmentations):
        check_functions(**{f"Compose: augmentation {k}": given for k, given in enumerate(augmentations, 1)})
        self.augmentations = augmentations

    def __call__(self, X):
        for augment in self.augmentations:
            X = augment(X)
        return X

    def __repr__(self):
        return f"Compose({', '.join(map(repr, self.augmentations))})"


def _images(augmentation, X):
    """X as an array, which is one of images, or ValueError."""
    X = np.asarray(X)
    expect.images(augmentation, X)
    return X
