"""Augmented images are the old ones, shifted or mirrored, each in its own way; the old ones stay as they are."""
import numpy as np

from training.augment import Compose, RandomFlip, RandomShift


def shifted(image, down, right):
    """The image moved pixel by pixel; what comes in from outside is 0."""
    h, w, _ = image.shape
    moved = np.zeros_like(image)
    for y in range(h):
        for x in range(w):
            if 0 <= y - down < h and 0 <= x - right < w:
                moved[y, x] = image[y - down, x - right]
    return moved


def test_each_image_is_shifted_by_every_amount_up_to_the_limit():
    X = np.random.normal(size=(400, 5, 4, 2)).astype(np.float32)
    before = X.copy()
    new = RandomShift(2)(X)
    moves = [next(move for move in np.ndindex(5, 5) if (shifted(old, move[0] - 2, move[1] - 2) == image).all())
             for old, image in zip(X, new)]  # each image is found among the 25
    assert set(moves) == set(np.ndindex(5, 5))
    assert new.dtype == X.dtype
    np.testing.assert_array_equal(X, before)


def test_about_half_of_the_images_are_mirrored_left_to_right():
    X = np.random.normal(size=(400, 3, 4, 2)).astype(np.float32)
    before = X.copy()
    new = RandomFlip()(X)
    mirrored = (new == X[:, :, ::-1]).all(axis=(1, 2, 3))
    assert (mirrored | (new == X).all(axis=(1, 2, 3))).all() and 150 < mirrored.sum() < 250
    assert new.dtype == X.dtype
    np.testing.assert_array_equal(X, before)


def test_composed_augmentations_work_one_after_the_other():
    X = np.random.normal(size=(400, 3, 4, 2)).astype(np.float32)
    both = Compose(RandomShift(1), RandomFlip())
    np.random.seed(5)
    new = both(X)
    np.random.seed(5)
    np.testing.assert_array_equal(new, RandomFlip()(RandomShift(1)(X)))
    assert repr(both) == "Compose(RandomShift(1), RandomFlip())"
