"""Augmentation shows the network each image a little changed every time, so that it learns what does not matter.

Each is a function of a batch of images (N, H, W, C) that returns a new one; it draws from NumPy's global generator.
"""
import numpy as np

from nn.ops.windows import padded, windows


class RandomShift:
    """Shift each image by up to `pixels`, up or down and left or right; what comes in from outside is 0."""

    def __init__(self, pixels):
        self.pixels = pixels

    def __call__(self, X):
        framed = padded(X, ((self.pixels, self.pixels), (self.pixels, self.pixels)))
        shifted = windows(framed, X.shape[1:3], (1, 1))  # (N, down, right, H, W, C): every shift, as a view
        down, right = np.random.randint(2 * self.pixels + 1, size=(2, len(X)))
        return shifted[np.arange(len(X)), down, right]


class RandomFlip:
    """Mirror each image left to right, with probability 1/2. For photographs, not for digits."""

    def __call__(self, X):
        flipped = np.random.random(len(X)) < 0.5
        return np.where(flipped[:, None, None, None], X[:, :, ::-1], X)
