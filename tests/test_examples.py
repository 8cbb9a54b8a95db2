"""CIFAR-10 is read as it is distributed, and each example's list of layers is a network that takes a training step."""
import re

import numpy as np
import pytest

from examples import cifar10, fully_connected, rnn
from nn.network import Network
from tests.test_mnist_loader import PYTHON2_BATCH

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


@pytest.mark.parametrize("experiments, image, name", [
    (experiments, image, name)
    for experiments, image in ((cifar10.EXPERIMENTS, (32, 32, 3)), (fully_connected.EXPERIMENTS, (28, 28, 1)),
                               (rnn.EXPERIMENTS, (28, 28, 1)))
    for name in experiments])
def test_network_of_an_example_learns_the_batch_it_is_shown(experiments, image, name):
    experiment = experiments[name]
    net = Network(experiment.make_layers(), lr=experiment.lr, loss=experiment.loss)
    X, Y = np.random.normal(size=(4, *image)), np.eye(10)[[3, 1, 4, 1]]
    losses = [net.train_step((X, Y)) for _ in range(10)]
    assert net.forward(X).shape == (4, 10) and losses[-1] < losses[0]
