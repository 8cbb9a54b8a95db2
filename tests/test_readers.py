"""Each data set is read as it is distributed, into images and one-hot labels as a network takes them."""
import pickle
import re

import numpy as np
import pytest

from readers import cifar10, mnist
from tests.test_array_pickle import PYTHON2_BATCH


def test_images_and_labels_are_in_the_networks_form(monkeypatch):
    pair = np.arange(2 * 784).reshape(2, 784) / 2000, np.array([3, 9])
    monkeypatch.setattr(mnist, "load_data", lambda path: [pair] * 3 if path == "there" else None)
    for images, labels in mnist.load_images("there"):
        assert images.shape == (2, 28, 28, 1) and images[1, 2, 3, 0] == (784 + 2 * 28 + 3) / 2000
        np.testing.assert_array_equal(labels, np.eye(10)[[3, 9]])


PIXELS = np.random.default_rng(0).integers(256, size=(3, 32, 32)).astype(np.uint8)
# the batch of Python 2, with a row of 3072 numbers instead of 4; labels and names stay as they are
BATCH = PYTHON2_BATCH.replace(b"K\x01K\x04\x86", b"K\x01M\x00\x0c\x86").replace(
    b"U\x04\x00\x7f\x80\xff", b"T\x00\x0c\x00\x00" + PIXELS.tobytes())


@pytest.fixture
def folder(tmp_path):
    for name in (*cifar10.BATCHES, "test_batch"):
        (tmp_path / name).write_bytes(BATCH)
    return tmp_path


def test_cifar_is_read_as_normalised_images_and_one_hot_labels(folder):
    (images, labels), _, test_set = cifar10.load_images(folder)
    expected = (PIXELS.transpose(1, 2, 0) / 255 - cifar10.MEAN) / cifar10.STD
    assert images.shape == (5, 32, 32, 3) and images.dtype == np.float32
    assert labels.tolist() == 5 * [np.eye(10)[6].tolist()]
    np.testing.assert_allclose(images, np.stack(5 * [expected]), rtol=1e-5, atol=1e-6)
    np.testing.assert_array_equal(test_set[0], images[:1])


def test_cifar_that_is_missing_or_damaged_is_named_with_what_to_do(folder):
    (folder / "data_batch_3").write_bytes(BATCH[:-100])
    named = re.escape(str(folder / "data_batch_3"))
    with pytest.raises(ValueError, match=named + ".*Unpack cifar-10-python.tar.gz again"):
        cifar10.load_images(folder)
    (folder / "data_batch_2").unlink()
    with pytest.raises(FileNotFoundError, match="data_batch_2 is missing.*download cifar-10-python.tar.gz"):
        cifar10.load_images(folder)
    with open(folder / "data_batch_1", "wb") as file:
        file.truncate(cifar10.LARGEST + 1)  # takes no room on the disk
    with pytest.raises(ValueError, match="data_batch_1: expected at most 67,108,864 bytes, got a file of 67,108,865"):
        cifar10.load_images(folder)


@pytest.mark.parametrize("row, column", [(0, 0), (0, 31), (31, 0), (17, 5)])
def test_channels_are_red_green_blue_and_rows_come_before_columns(row, column, folder):
    pixels = np.zeros((3, 32, 32), np.uint8)
    pixels[:, row, column] = 255, 51, 204
    (folder / "test_batch").write_bytes(BATCH.replace(PIXELS.tobytes(), pixels.tobytes()))
    images, _ = cifar10.load_images(folder)[2]
    known = [(1.0 - 0.4914) / 0.2023, (0.2 - 0.4822) / 0.1994, (0.8 - 0.4465) / 0.2010]  # as the field has them
    np.testing.assert_allclose(images[0, row, column], known, rtol=1e-5)
    black = [-0.4914 / 0.2023, -0.4822 / 0.1994, -0.4465 / 0.2010]
    np.testing.assert_allclose(images[0, row, column - 1], black, rtol=1e-5)
    assert np.sum(np.abs(images[0] - black) > 1e-4) == 3


def test_cifar_is_split_into_49000_1000_and_10000_and_no_image_is_in_two(tmp_path, monkeypatch):
    files = {tmp_path / name: k for k, name in enumerate(
        ["data_batch_1", "data_batch_2", "data_batch_3", "data_batch_4", "data_batch_5", "test_batch"])}

    def numbered(file):
        return 10_000 * files[file] + np.arange(10_000)[:, None, None, None], np.zeros((10_000, 10))
    monkeypatch.setattr(cifar10, "_read", numbered)
    parts = cifar10.load_images(tmp_path)
    ranges = [(images.min(), images.max(), len(np.unique(images)), len(labels)) for images, labels in parts]
    assert ranges == [(0, 48_999, 49_000, 49_000), (49_000, 49_999, 1_000, 1_000), (50_000, 59_999, 10_000, 10_000)]


@pytest.mark.parametrize("content", [PIXELS, [PIXELS], "text"], ids=["array", "list", "text"])
def test_cifar_batch_that_is_no_dictionary_is_named(content, folder):
    (folder / "data_batch_1").write_bytes(pickle.dumps(content))
    with pytest.raises(ValueError, match=f"data_batch_1: expected .* holds a {type(content).__name__}"):
        cifar10.load_images(folder)
