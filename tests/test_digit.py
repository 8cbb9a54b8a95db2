"""A digit of one's own becomes an image like MNIST's, and the network is asked about it."""
import matplotlib.image
import numpy as np
import pytest
from PIL import Image

from nn import cross_entropy, mse, sigmoid_cross_entropy
from nn.metrics import probabilities
from readers.digit import as_mnist, read_digit
from readers.mnist import load_images


@pytest.fixture(scope="module")
def images():
    return load_images()[2][0][:200, :, :, 0]


@pytest.mark.parametrize("enlarged, border", [(1, 0), (10, 0), (7, 40), (3, 5)])
def test_an_image_of_mnist_enlarged_and_moved_becomes_itself_again(images, enlarged, border):
    def drawn(image):
        return np.pad(np.kron(image, np.ones((enlarged, enlarged))), ((border, 2 * border), (0, border)))
    found = np.array([as_mnist(drawn(image))[..., 0] for image in images])
    assert np.mean(np.abs(found - images).max(axis=(1, 2)) < 0.11) > 0.96  # but for its faintest pixels


@pytest.mark.parametrize("shape", [(200, 40), (40, 200), (3, 3), (1, 1), (280, 280), (20, 19)])
def test_longer_side_gets_20_pixels_and_the_mass_lies_in_the_middle(shape):
    ink = np.zeros((400, 400))
    ink[5:5 + shape[0], 90:90 + shape[1]] = 1.0
    image = as_mnist(ink)
    assert image.shape == (28, 28, 1) and image.dtype == np.float32 and 0 <= image.min() <= image.max() == 1
    rows, columns = np.flatnonzero(image.any(axis=(1, 2))), np.flatnonzero(image.any(axis=(0, 2)))
    sides = [round(20 * n / max(shape)) for n in shape]
    assert [len(rows), len(columns)] == sides
    assert all(abs(where.mean() - 14) <= 0.5 for where in (rows, columns))


def test_mass_and_not_the_box_is_in_the_middle():
    ink = np.zeros((100, 100))
    ink[10:90, 10:20] = 1.0
    ink[80:90, 10:60] = 1.0  # an L: most of it is on the left and at the bottom
    image = as_mnist(ink)[..., 0]
    assert abs(np.sum(image * np.arange(28)) / image.sum() - 14) <= 0.5
    assert abs(np.sum(image.T * np.arange(28)) / image.sum() - 14) <= 0.5


def test_without_ink_it_is_empty():
    assert not as_mnist(np.full((50, 50), 0.05)).any()


@pytest.mark.parametrize("paper, ink, channels", [(1.0, 0.0, 0), (0.0, 1.0, 0), (0.9, 0.2, 3), (0.3, 0.8, 4)])
def test_picture_file_is_read_dark_on_light_and_light_on_dark(images, paper, ink, channels, tmp_path):
    image = np.pad(np.kron(images[0], np.ones((9, 9))), 30)
    picture = paper + (ink - paper) * image
    if channels:
        picture = np.stack([picture] * 3 + [np.ones_like(picture)] * (channels - 3), axis=2)
    matplotlib.image.imsave(tmp_path / "seven.png", picture, cmap="gray", vmin=0, vmax=1)
    found = read_digit(tmp_path / "seven.png")
    assert np.mean(np.abs(found[..., 0] - images[0])) < 0.03


def test_what_is_transparent_is_paper(tmp_path):
    picture = np.zeros((50, 50, 4))  # black, and invisible
    picture[10:40, 20:28, 3] = 1.0
    matplotlib.image.imsave(tmp_path / "one.png", picture)
    assert 80 < np.sum(read_digit(tmp_path / "one.png") > 0.5) < 130


@pytest.mark.parametrize("orientation, turns", [(1, 0), (3, 2), (6, 1), (8, 3)])
def test_photo_is_set_upright_as_its_tag_says(orientation, turns, tmp_path):
    picture = np.ones((60, 50))
    picture[10:50, 20:24] = picture[10:14, 20:40] = 0.0
    matplotlib.image.imsave(tmp_path / "upright.png", picture, cmap="gray", vmin=0, vmax=1)
    photo = Image.fromarray(np.rot90(np.uint8(255 * picture), turns))  # as the sensor sees it
    tags = photo.getexif()
    tags[0x0112] = orientation
    photo.save(tmp_path / "photo.png", exif=tags)
    np.testing.assert_allclose(read_digit(tmp_path / "photo.png"), read_digit(tmp_path / "upright.png"), atol=0.02)


@pytest.mark.parametrize("content, words", [
    (b"no picture", "cannot be read as a picture"), (b"", "cannot be read as a picture"), (None, "nothing but paper")])
def test_file_that_shows_no_digit_is_refused(content, words, tmp_path):
    if content is None:
        matplotlib.image.imsave(tmp_path / "x.png", np.full((20, 20), 0.8), cmap="gray", vmin=0, vmax=1)
    else:
        (tmp_path / "x.png").write_bytes(content)
    with pytest.raises(ValueError, match=words) as caught:
        read_digit(tmp_path / "x.png")
    assert str(tmp_path / "x.png") in str(caught.value)


def test_file_that_is_not_there_is_an_oserror(tmp_path):
    with pytest.raises(OSError):
        read_digit(tmp_path / "x.png")


@pytest.mark.parametrize("loss, outputs, expected", [
    (cross_entropy, [[0.0, np.log(3.0)]], [[0.25, 0.75]]), (mse, [[0.2, 0.6]], [[0.25, 0.75]]),
    (mse, [[-1.0, 2.0]], [[0.0, 1.0]]), (sigmoid_cross_entropy, [[-np.log(3.0), np.log(3.0)]], [[0.25, 0.75]])])
def test_probabilities_follow_from_the_loss(loss, outputs, expected):
    np.testing.assert_allclose(probabilities(loss, np.array(outputs)), expected, atol=1e-5)
