"""Data as people have it: under the names that programs leave it is read, and other forms are told what to do."""
import gzip
import pickle

import pytest

from mnist_loader import DataError, load_data
from tests.test_damaged_data import write_mnist
from tests.test_mnist_loader import GOOD


def test_names_that_7_zip_leaves_are_read(tmp_path):
    write_mnist(tmp_path)
    for file in list(tmp_path.iterdir()):
        file.rename(tmp_path / file.name.replace("-idx", ".idx"))
    assert len(load_data(tmp_path)[0][1]) == 10
    assert len(load_data(tmp_path / "mnist.pkl.gz")[0][1]) == 10


def test_tilde_is_the_home_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    (tmp_path / "data").mkdir()
    write_mnist(tmp_path / "data")
    assert len(load_data("~/data")[0][1]) == 10


def test_gzip_file_is_known_by_its_content(tmp_path):
    write_mnist(tmp_path)
    for file in tmp_path.iterdir():
        file.write_bytes(gzip.compress(file.read_bytes()))
    assert len(load_data(tmp_path)[0][1]) == 10


@pytest.mark.parametrize("name, words", [
    ("emnist-letters-train-images-idx3-ubyte.gz", "got a file of EMNIST. Rename emnist-digits-train-... to train-..."),
    ("train-images-idx3-ubyte/train-images-idx3-ubyte", "got each file in a folder of its own. Move the files"),
    ("train-images.idx3-ubyte/train-images.idx3-ubyte", "got each file in a folder of its own. Move the files"),
    ("train-images-idx3-ubyte.zip", "got a zip file. Unpack it there."),
    ("mnist.npz", "got Keras's form of MNIST. MNIST itself comes with this project: leave the path out."),
    ("train.csv", "got Kaggle's form of MNIST. MNIST itself comes with this project"),
    ("train-00000-of-00001.parquet", "got Hugging Face's form of MNIST. MNIST itself comes with this project"),
    ("cat.png", "got neither. Download it again, or make it anew, from its source."),
])
def test_folder_with_another_form_of_the_data_is_told_apart(name, words, tmp_path):
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_bytes(b"PK")
    with pytest.raises(FileNotFoundError) as caught:
        load_data(tmp_path)
    assert f"train-images-idx3-ubyte.gz: expected this file, or it unpacked, {words}" in str(caught.value)


@pytest.mark.parametrize("name, words", [
    ("mnist.npz", "got Keras's form of MNIST. MNIST itself comes with this project: leave the path out."),
    ("train.csv", "got Kaggle's form of MNIST. MNIST itself comes with this project: leave the path out."),
    ("emnist-letters.pkl.gz", "got a file of EMNIST. Rename"),
    ("train-images-idx3-ubyte", "IDX files are read by naming their folder"),
])
def test_file_of_another_form_is_told_apart(name, words, tmp_path):
    (tmp_path / name).write_bytes(gzip.compress(b"label,pixel0") if name.endswith(".gz") else b"label,pixel0")
    with pytest.raises(DataError) as caught:
        load_data(tmp_path / name)
    assert str(caught.value).startswith(f"{tmp_path / name}: expected ") and words in str(caught.value)


def test_unpacked_pickle_is_read_under_any_name(tmp_path):
    (tmp_path / "digits.pkl").write_bytes(pickle.dumps([GOOD] * 3))
    assert load_data(tmp_path / "digits.pkl")[2][1].tolist() == [7, 3]
