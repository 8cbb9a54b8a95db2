"""Augmented images are the old ones, moved, mirrored or turned, each in its own way; the old ones stay as they are."""
import numpy as np
import pytest

from nn import Network, cross_entropy
from tests.small import dense
from training.augment import AlternatingFlip, Compose, RandomAffine, RandomFlip, RandomShift, bilinear
from training.loop import train


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


def test_a_reflected_shift_brings_in_what_is_inside():
    X = np.random.normal(size=(200, 5, 4, 2))
    framed = np.pad(X, ((0, 0), (2, 2), (2, 2), (0, 0)), "reflect")
    moves = {(y, x) for old, new in zip(framed, RandomShift(2, "reflect")(X)) for y, x in np.ndindex(5, 5)
             if (old[y:y + 5, x:x + 4] == new).all()}
    assert moves == set(np.ndindex(5, 5))
    with pytest.raises(ValueError, match='outside must be "constant", which is 0, or "reflect", but is \'wrap\''):
        RandomShift(2, "wrap")


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_two_epochs_show_each_image_both_ways_in_any_order_and_half_of_them_each_way(dtype):
    X = np.random.normal(size=(400, 3, 4, 2)).astype(dtype)
    flip, seen, order = AlternatingFlip(), [], np.random.permutation(400)
    net = Network([dense(24, 3)], 0.1, cross_entropy)
    train(net, (X, np.eye(3)[np.arange(400) % 3]), epochs=3, batch_size=400, verbose=False,
          augment=Compose(Compose(flip, RandomShift(1)), RandomFlip()), callbacks=[])
    assert flip.epoch == 3  # the loop tells it
    for flip.epoch in (1, 2, 3):
        new, shuffled = flip(X), flip(X[order])
        np.testing.assert_array_equal(new[order], shuffled)
        seen.append((new == X[:, :, ::-1]).all(axis=(1, 2, 3)))
        assert (seen[-1] | (new == X).all(axis=(1, 2, 3))).all() and new.dtype == dtype
    assert 150 < seen[0].sum() < 250
    np.testing.assert_array_equal(seen[0], ~seen[1])
    np.testing.assert_array_equal(seen[0], seen[2])


def looked_up(image, y, x):
    """The image (H, W, C) at one place between its pixels: each pixel nearer than 1 counts as much as it is near."""
    near = [(max(0, 1 - abs(y - i)) * max(0, 1 - abs(x - j)), image[i, j]) for i, j in np.ndindex(image.shape[:2])]
    return sum(weight * pixel for weight, pixel in near)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_between_pixels_an_image_is_the_mean_of_the_four_around_and_outside_it_is_0(dtype):
    X = np.random.normal(size=(3, 5, 4, 2)).astype(dtype)
    y, x = np.random.uniform(-3, 8, size=(2, 3, 9, 7)).astype(dtype)
    y[:, :2], x[:, :, :2] = np.round(y[:, :2]), np.round(x[:, :, :2])  # exactly on pixels, or on the frame
    found = bilinear(X, y, x)
    expected = [[looked_up(X[n], y[n, i, j], x[n, i, j]) for j in range(7)] for n in range(3) for i in range(9)]
    np.testing.assert_allclose(found, np.reshape(expected, (3, 9, 7, 2)), atol=1e-5)
    assert found.dtype == dtype


def maps(augment):
    """The affine maps M (400, 2, 2), t (400, 2) that take new places, counted from the middle, to old ones M p + t.

    Each pixel of the old images is its own place (y, x), so that each pixel of the new ones says where it is from.
    """
    places = np.stack(np.meshgrid(np.arange(21.0), np.arange(17.0), indexing="ij"), axis=-1) - [10, 8]
    X = np.repeat(places[None], 400, axis=0)
    before = X.copy()
    new = augment(X)
    np.testing.assert_array_equal(X, before)
    inner = np.s_[5:-5, 5:-5]  # nothing comes in from outside there
    p = np.concatenate([places[inner].reshape(-1, 2), np.ones((77, 1))], axis=1)
    fits = [np.linalg.lstsq(p, image[inner].reshape(-1, 2), rcond=None) for image in new]
    assert max(residue.max() for _, residue, _, _ in fits) < 1e-18
    solved = np.array([solution.T for solution, _, _, _ in fits])
    return solved[:, :, :2], solved[:, :, 2]


def assert_evenly_drawn(numbers, most):
    """From minus to plus `most`, of 400 numbers about as many in each quarter."""
    assert np.abs(numbers).max() <= most + 1e-9
    counts, _ = np.histogram(numbers, bins=4, range=(-most - 1e-9, most + 1e-9))
    assert counts.min() > 65, counts


def turned(angle):
    return np.moveaxis(np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]), 2, 0)


@pytest.mark.parametrize("setting, most, read, expected", [
    ("degrees", 12, lambda M: np.rad2deg(np.arctan2(M[:, 1, 0], M[:, 0, 0])), lambda a: turned(np.deg2rad(a))),
    ("zoom", 0.2, lambda M: 1 / M[:, 0, 0] - 1, lambda z: np.eye(2) / (1 + z[:, None, None])),
    ("slant", 0.25, lambda M: M[:, 1, 0], lambda k: np.eye(2) + k[:, None, None] * [[0, 0], [1, 0]]),
])
def test_an_affine_map_turns_zooms_or_slants_by_as_much_as_it_says(setting, most, read, expected):
    M, t = maps(RandomAffine(**{setting: most}))
    assert_evenly_drawn(read(M), most)
    np.testing.assert_allclose(M, expected(read(M)), atol=1e-9)
    np.testing.assert_allclose(t, 0, atol=1e-9)


def test_an_affine_map_shifts_in_both_directions_by_as_much_as_it_says():
    M, t = maps(RandomAffine(pixels=3))
    np.testing.assert_allclose(M, np.tile(np.eye(2), (400, 1, 1)), atol=1e-9)
    assert_evenly_drawn(t[:, 0], 3)
    assert_evenly_drawn(t[:, 1], 3)
    assert abs(np.corrcoef(t.T)[0, 1]) < 0.2


def test_an_affine_map_draws_all_its_numbers_apart():
    M, t = maps(RandomAffine(degrees=5, zoom=0.1, slant=0.1, pixels=1))
    drawn = np.concatenate([M.reshape(400, 4), t], axis=1)
    turn, zoom = np.arctan2(-drawn[:, 1], drawn[:, 0]), np.hypot(drawn[:, 0], drawn[:, 1])
    slant = M[:, 1, 0] / M[:, 0, 0] - np.tan(turn)
    apart = np.abs(np.corrcoef([turn, zoom, slant, t[:, 0], t[:, 1]]) - np.eye(5))
    assert apart.max() < 0.2, apart


def test_turned_images_are_slanted_along_their_own_rows():
    """Turning and slanting do not commute: rows are moved along, and not across, the direction they lie in then."""
    M, t = maps(RandomAffine(degrees=30, slant=0.3))
    a, k = np.arctan2(-M[:, 0, 1], M[:, 0, 0]), np.zeros(400)
    along = M[:, 1] - np.stack([np.sin(a), np.cos(a)], axis=1)
    k = along[:, 0] / M[:, 0, 0]
    np.testing.assert_allclose(along, k[:, None] * M[:, 0], atol=1e-9)
    np.testing.assert_allclose(M[:, 0], np.stack([np.cos(a), -np.sin(a)], axis=1), atol=1e-9)
    np.testing.assert_allclose(t, 0, atol=1e-9)
    assert_evenly_drawn(np.rad2deg(a), 30)
    assert_evenly_drawn(k, 0.3)


def test_composed_augmentations_work_one_after_the_other():
    X = np.random.normal(size=(400, 3, 4, 2)).astype(np.float32)
    both = Compose(RandomShift(1), RandomFlip())
    np.random.seed(5)
    new = both(X)
    np.random.seed(5)
    np.testing.assert_array_equal(new, RandomFlip()(RandomShift(1)(X)))
    assert repr(both) == "Compose(RandomShift(1), RandomFlip())"
    assert repr(RandomAffine(degrees=10, pixels=2)) == "RandomAffine(degrees=10, pixels=2)"
