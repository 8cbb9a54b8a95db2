"""The data is right when known values come out, and a bad file is right when it is refused with a useful message."""
import base64
import gzip
import hashlib
import os
import pickle
import shutil
import struct
import zlib

import numpy as np
import pytest

from mnist_loader import DataError, load_data
from readers import idx as idx_files
from readers import mnist_files, stored

# Written by Python 2.7 and NumPy 1.16 (cPickle.dumps, protocols 0 and 2), then compressed: three times the same pair,
# images (2, 784) of 0, 1/4, 2/4, 3/4, 0, ... and labels 7, 3.
PYTHON2_MNIST = {
    0: "eNrt3MFOg0AUheH9fZFhUzIUFBbGup0NC9mamEKRNLF0Ml6S8vaOWE1j1Lg2f8JNgHu+yTzBSZJunA5+Trtj6NPD9Kz7bQjbWR5D3x3HFw1Tp"
       "+IzOedk3L3v/VoSZ0Ub0xrRe5/Hz5hya3FlVYie4zudfS++kKQxT4WRSGIs5q9iNpfG3Bip69qtMlkmntg6a+Pi4WTt91PZ28sfm4+Xuw0Gg8"
       "FgMBgMBoPBYDAYDAaDwWAwGAwGg8FgMBgMBoPBYDAYDAaDwWAwGAwGg8FgMBgMBoPBYDAYDAaDwWAwGAwGg8FgMP/NGNF2yCQZvhQBXn8WAeq"
       "w1P7tq4vav/IPtX/lz9dZJv9t/3Yt9ZUMy6PpK8jnARU=",
    2: "eNrt2b0KwjAUBeAk9Y9Mjj5Cp04ODmKdDXYQM4v9kQq2mpgO3bq0xafWoAEnJ9dzA/fykfMGp2FJWRW3OkiuOguK6mLOR62PNT/oLLmWd6OrxH"
       "BFPylepp9fxQRpJY37nfJ8QQXbTr3OZVJT3zKuBpKd5oIIajNDX3iSLqMo2jztvJcgJn7smxlx06zsCglZhzAMwzAMwzAMwzAMwzAMwzAMw//ax"
       "DnNv4XG6F1otPlAsvPCFRjjXwWGnI5df+G5a+JOTXL7+uAFSnmN5w==",
}
FILES = sorted(stored.SHIPPED_SHA256)
TRAIN_IMAGES, TRAIN_LABELS = "train-images-idx3-ubyte", "train-labels-idx1-ubyte"
PICKLED_IMAGES = (np.arange(2 * 784) % 4 / 4).astype(np.float32).reshape(2, 784)
PICKLED_LABELS = np.array([7, 3])


@pytest.fixture(scope="module")
def mnist():
    return load_data()


def idx(array, magic=None, shape=None):
    """The bytes of an IDX file; a magic number or shape can be given that does not fit the array."""
    header = [magic or 0x800 + array.ndim, *(shape or array.shape)]
    return struct.pack(f">{len(header)}I", *header) + array.astype(np.uint8).tobytes()


def write(file, content):
    file.write_bytes(gzip.compress(content) if file.suffix == ".gz" else content)


def small_data(n):
    return np.random.default_rng(n).integers(0, 256, (n, 28, 28)), np.arange(n) % 10


@pytest.fixture(params=[".gz", ""], ids=["gzip", "plain"])
def folder(request, tmp_path):
    """A folder with 12 training and 3 test images."""
    for subset, n in ("train", 12), ("t10k", 3):
        images, labels = small_data(n)
        write(tmp_path / f"{subset}-images-idx3-ubyte{request.param}", idx(images))
        write(tmp_path / f"{subset}-labels-idx1-ubyte{request.param}", idx(labels))
    return tmp_path


def replace(folder, name, content):
    """Give one file of the folder another content, packed or not as it was; return its path."""
    file = next(folder.glob(name + "*"))
    write(file, content)
    return file


def refusal(path, error=DataError):
    """The message with which the path is refused, which must be one line."""
    with pytest.raises(error) as caught:
        load_data(path)
    message = str(caught.value)
    assert "\n" not in message
    return message


# --- the shipped data

def test_shipped_data_has_the_courses_shapes_and_types(mnist):
    for (images, labels), n in zip(mnist, (50_000, 10_000, 10_000)):
        assert images.shape == (n, 784) and images.dtype == np.float32
        assert labels.shape == (n,) and labels.dtype == np.int64
        assert images.flags.c_contiguous and images.flags.writeable and labels.flags.writeable
        assert images.min() == 0 and images.max() == 1


def test_shipped_data_is_mnist(mnist):
    train, validation, test = mnist
    assert train[1][:10].tolist() == [5, 0, 4, 1, 9, 2, 1, 3, 1, 4]
    assert validation[1][:5].tolist() == [3, 8, 6, 9, 6]
    assert test[1][:5].tolist() == [7, 2, 1, 0, 4]
    assert np.bincount(train[1]).tolist() == [4932, 5678, 4968, 5101, 4859, 4506, 4951, 5175, 4842, 4988]
    assert np.bincount(test[1]).tolist() == [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]
    stored = np.concatenate([images for images, _ in mnist]) * 255
    assert stored.mean(dtype=np.float64) == pytest.approx(33.385964, abs=1e-5)
    # the top of the first five's stroke: the 13th to 16th pixel of its sixth row
    assert np.round(train[0][0].reshape(28, 28)[5, 12:16] * 255).tolist() == [3, 18, 18, 18]


@pytest.mark.parametrize("path", [
    "./data/mnist.pkl.gz", "data", str(stored.DATA_DIR), str(stored.DATA_DIR / "mnist.pkl.gz")])
def test_shipped_data_is_found_from_any_folder(path, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    if path.endswith(".gz"):
        (tmp_path / "data").mkdir()  # a data folder without IDX files is not in the way
    read = []
    monkeypatch.setattr(mnist_files, "load_idx_folder", lambda folder: read.append(folder) or [small_data(6)] * 2)
    load_data(path)
    assert read[0].resolve() == stored.DATA_DIR


def test_default_is_the_shipped_folder_not_the_current_one(folder, monkeypatch, tmp_path):
    shutil.copytree(folder, tmp_path / "data")
    monkeypatch.chdir(tmp_path)
    read = []
    monkeypatch.setattr(mnist_files, "load_idx_folder", lambda folder: read.append(folder) or [small_data(6)] * 2)
    load_data()
    assert read == [stored.DATA_DIR]


def test_readme_states_size_and_sha256_of_every_file():
    readme = (stored.DATA_DIR / "README.md").read_text(encoding="utf-8")
    for name in FILES:
        content = (stored.DATA_DIR / name).read_bytes()
        row = next(line for line in readme.splitlines() if f"`{name}`" in line)
        assert f"{len(content):,}" in row and hashlib.sha256(content).hexdigest() in row


# --- other folders of IDX files

def test_folder_gives_its_bytes_over_255_and_its_last_sixth_as_validation(folder):
    (images, labels), (validation_images, validation_labels), test = load_data(folder)
    all_images, all_labels = small_data(12)
    expected = (all_images / 255).astype(np.float32).reshape(12, 784)
    np.testing.assert_array_equal(images, expected[:10])
    np.testing.assert_array_equal(validation_images, expected[10:])
    assert labels.tolist() == all_labels[:10].tolist() and validation_labels.tolist() == all_labels[10:].tolist()
    np.testing.assert_array_equal(test[0], (small_data(3)[0] / 255).astype(np.float32).reshape(3, 784))
    assert images.dtype == np.float32 and labels.dtype == np.int64


@pytest.mark.parametrize("n, n_train", [(12, 10), (13, 11), (17, 15), (18, 15), (6, 5)])
def test_last_sixth_is_rounded_down_where_6_does_not_divide_the_images(n, n_train, folder):
    images, labels = small_data(n)
    replace(folder, TRAIN_IMAGES, idx(images))
    replace(folder, TRAIN_LABELS, idx(labels))
    train, validation, _ = load_data(folder)
    assert train[1].tolist() == labels[:n_train].tolist() and validation[1].tolist() == labels[n_train:].tolist()
    assert len(train[0]) == n_train and len(validation[0]) == n - n_train


def test_every_byte_becomes_exactly_its_255th(folder):
    images = (np.arange(12 * 784) % 256).reshape(12, 28, 28)
    replace(folder, TRAIN_IMAGES, idx(images))
    train, _, _ = load_data(str(folder))
    exact = np.array([np.float32(byte / 255) for byte in range(256)])
    np.testing.assert_array_equal(train[0].ravel()[:256], exact)


def test_missing_pickle_is_replaced_by_the_idx_files_of_its_folder(folder, monkeypatch, tmp_path_factory):
    assert len(load_data(folder / "mnist.pkl.gz")[0][1]) == 10
    monkeypatch.chdir(folder)
    assert len(load_data("mnist.pkl.gz")[0][1]) == 10
    monkeypatch.setattr(mnist_files, "PROJECT", folder.parent)
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    assert len(load_data(f"{folder.name}/mnist.pkl.gz")[0][1]) == 10


def test_current_folder_goes_before_the_modules(folder, monkeypatch):
    (folder / "data").mkdir()
    for file in folder.glob("*ubyte*"):
        file.rename(folder / "data" / file.name)
    monkeypatch.chdir(folder)
    assert len(load_data("./data/mnist.pkl.gz")[0][1]) == 10


IMAGES, LABELS = small_data(12)


@pytest.mark.parametrize("name, content, words", [
    (TRAIN_IMAGES, idx(IMAGES)[:-1], ["9,424 bytes", "12 items", "got 9,423"]),
    (TRAIN_IMAGES, idx(IMAGES) + b"\0", ["9,424 bytes", "got more"]),
    (TRAIN_IMAGES, idx(IMAGES, shape=(2 ** 31, 28, 28)), ["1 to 1,000,000 items", "says 2,147,483,648"]),
    (TRAIN_LABELS, idx(LABELS[:0]), ["1 to 1,000,000 items", "got a header that says 0"]),
    (TRAIN_IMAGES, idx(IMAGES)[:10], ["header of 16 bytes", "got a file of 10"]),
    (TRAIN_IMAGES, idx(IMAGES, magic=0x801), ["magic number 2051", "got 2049"]),
    (TRAIN_IMAGES, idx(IMAGES.reshape(12, 14, 56)), ["28 x 28", "got 14 x 56"]),
    (TRAIN_IMAGES, idx(IMAGES[:11]), ["11 labels", TRAIN_IMAGES, "got 12"]),
    (TRAIN_LABELS, idx(LABELS[:11]), ["12 labels", TRAIN_IMAGES, "got 11"]),
    (TRAIN_LABELS, idx(LABELS, magic=0x803), ["magic number 2049", "got 2051"]),
    (TRAIN_LABELS, idx(LABELS + 1), ["labels 0..9", "got 10 at position 9"]),
    (TRAIN_LABELS, b"", ["header of 8 bytes", "got a file of 0"]),
    ("t10k-labels-idx1-ubyte", idx(np.array([1, 2, 255])), ["labels 0..9", "got 255 at position 2"]),
])
def test_bad_idx_file_is_refused(folder, name, content, words):
    file = replace(folder, name, content)
    message = refusal(folder)
    blamed = folder / file.name.replace("images-idx3", "labels-idx1") if "one for each image" in message else file
    assert message.startswith(f"{blamed}: expected ") and message.endswith("from its source.")
    assert [word for word in words if word not in message] == []


@pytest.mark.parametrize("name", [file[:-3] for file in FILES])
def test_missing_file_is_named(folder, name):
    next(folder.glob(name + "*")).unlink()
    assert refusal(folder, FileNotFoundError).startswith(str(folder / name))


WEB_PAGE = "\ufeff\r\n<!DOCTYPE html><html><body>404</body></html>".encode()


@pytest.mark.parametrize("spoil, words", [
    (lambda packed: packed[:-9], "do not unpack"),
    (lambda packed: packed[:200] + bytes([packed[200] ^ 255]) + packed[201:], "do not unpack"),
    (lambda packed: packed[:-8] + bytes(4) + packed[-4:], "CRC check failed"),
    (lambda packed: b"", "0 bytes that do not unpack"),
    (lambda packed: WEB_PAGE, "got a web page"),
    (lambda packed: b"  <html>", "got a web page"),
    (lambda packed: b"not gzip at all", "15 bytes that do not unpack"),
], ids=["truncated", "corrupted", "checksum", "empty", "web page", "html", "text"])
@pytest.mark.parametrize("name", [TRAIN_IMAGES + ".gz", "mnist.pkl.gz"])
def test_damaged_gzip_is_refused(tmp_path, name, spoil, words):
    for subset, (images, labels) in {"train": small_data(12), "t10k": small_data(3)}.items():
        write(tmp_path / f"{subset}-images-idx3-ubyte.gz", idx(images))
        write(tmp_path / f"{subset}-labels-idx1-ubyte.gz", idx(labels))
    write_pickle(tmp_path, [(PICKLED_IMAGES, PICKLED_LABELS)] * 3)
    file = tmp_path / name
    file.write_bytes(spoil(file.read_bytes()))
    message = refusal(file if "pkl" in name else tmp_path)
    assert message.startswith(f"{file}: expected ") and words in message and "Download it again" in message


def test_web_page_in_place_of_a_file_is_refused(folder):
    file = next(folder.glob(TRAIN_LABELS + "*"))
    file.write_bytes(WEB_PAGE)
    assert refusal(folder).startswith(f"{file}: expected a data file, got a web page")


@pytest.mark.parametrize("name", FILES)
def test_altered_shipped_file_is_refused_with_the_way_back(tmp_path, monkeypatch, name):
    copy = tmp_path.resolve() / "data"
    shutil.copytree(stored.DATA_DIR, copy, ignore=shutil.ignore_patterns("README*"))
    (copy / name).write_bytes(gzip.compress(gzip.decompress((copy / name).read_bytes()), 0))  # valid, yet another file
    assert hashlib.sha256((copy / name).read_bytes()).hexdigest() != stored.SHIPPED_SHA256[name]
    monkeypatch.setattr(idx_files, "_read_pair", check_only_sums)
    load_data(copy)  # somewhere else the sum does not matter
    monkeypatch.setattr(stored, "DATA_DIR", copy)
    for path in (None, copy):
        message = refusal(path)
        assert message.startswith(f"{copy / name}: expected SHA-256 {stored.SHIPPED_SHA256[name]}")
        assert f"git checkout -- data/{name}" in message


@pytest.mark.parametrize("path", ["data", "./data/mnist.pkl.gz", "elsewhere/../data", "link", "folder of links"])
def test_altered_shipped_file_is_refused_however_it_is_reached(path, tmp_path, monkeypatch):
    tmp_path = tmp_path.resolve()
    copy, name = tmp_path / "data", FILES[0]
    shutil.copytree(stored.DATA_DIR, copy, ignore=shutil.ignore_patterns("README*"))
    (copy / name).write_bytes(gzip.compress(gzip.decompress((copy / name).read_bytes()), 0))
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "link").symlink_to(copy)
    (tmp_path / "folder of links").mkdir()
    for file in copy.iterdir():
        (tmp_path / "folder of links" / file.name).symlink_to(file)
    monkeypatch.setattr(idx_files, "_read_pair", check_only_sums)
    monkeypatch.setattr(stored, "DATA_DIR", copy)
    monkeypatch.chdir(tmp_path)
    assert "expected SHA-256" in refusal(path)


def check_only_sums(folder, prefix, subset):
    """Read the files of one subset without unpacking 47 MB of pixels each time."""
    for file in sorted(folder.glob(f"{prefix}{subset}*")):
        stored.stored_bytes(file)
    return np.zeros((6, 784)), np.zeros(6)


@pytest.mark.parametrize("path", ["nowhere", "nowhere.pkl.gz", "no/where/mnist.pkl.gz"])
def test_path_to_nothing_is_refused(path, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for wanted in (path, tmp_path / path):
        message = refusal(wanted, FileNotFoundError)
        assert str(wanted) in message and "load_data()" in message


# --- the course's mnist.pkl.gz

def write_pickle(folder, content, protocol=2):
    file = folder / "mnist.pkl.gz"
    file.write_bytes(gzip.compress(pickle.dumps(content, protocol)))
    return file


@pytest.mark.parametrize("protocol", PYTHON2_MNIST)
def test_pickle_of_python_2_is_read(tmp_path, protocol):
    file = tmp_path / "mnist.pkl.gz"
    file.write_bytes(gzip.compress(zlib.decompress(base64.b64decode(PYTHON2_MNIST[protocol]))))
    for images, labels in load_data(file):
        np.testing.assert_array_equal(images, PICKLED_IMAGES)
        np.testing.assert_array_equal(labels, PICKLED_LABELS)
        assert images.dtype == np.float32 and labels.dtype == np.int64


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
@pytest.mark.parametrize("dtypes", [("f4", "i8"), (">f8", "u1")])
def test_pickle_of_python_3_is_read_and_goes_before_idx_files(folder, protocol, dtypes, monkeypatch):
    pairs = [(PICKLED_IMAGES[:n].astype(dtypes[0]), PICKLED_LABELS[:n].astype(dtypes[1])) for n in (2, 1, 2)]
    write_pickle(folder, tuple(pairs), protocol)
    monkeypatch.chdir(folder)
    for (images, labels), n in zip(load_data("./mnist.pkl.gz"), (2, 1, 2)):
        np.testing.assert_array_equal(images, PICKLED_IMAGES[:n])
        np.testing.assert_array_equal(labels, PICKLED_LABELS[:n])
        assert images.dtype == np.float32 and images.dtype.isnative and labels.dtype == np.int64
        assert images.flags.writeable


GOOD = (PICKLED_IMAGES, PICKLED_LABELS)


@pytest.mark.parametrize("content, words", [
    ((GOOD, GOOD), "three pairs"),
    ({"train": GOOD}, "three pairs"),
    ((GOOD, GOOD, GOOD[:1]), "three pairs"),
    ((GOOD, GOOD, (1, 2)), "three pairs"),
    ((GOOD, GOOD, (PICKLED_IMAGES[:, :780], PICKLED_LABELS)), "(2, 780)"),
    ((GOOD, GOOD, (PICKLED_IMAGES, PICKLED_LABELS[:1])), "(1,)"),
    ((GOOD, GOOD, (PICKLED_IMAGES, PICKLED_LABELS / 2)), "got 3.5"),
    ((GOOD, GOOD, (PICKLED_IMAGES, PICKLED_LABELS + 3)), "got 10 at position 0"),
    ((GOOD, GOOD, (PICKLED_IMAGES, PICKLED_LABELS - 7)), "got -4 at position 1"),
    ((GOOD, GOOD, (PICKLED_IMAGES * 512, PICKLED_LABELS)), "got 0.0 to 384.0"),
    ((GOOD, GOOD, (PICKLED_IMAGES - 1, PICKLED_LABELS)), "got -1.0 to -0.25"),
    ((GOOD, GOOD, (PICKLED_IMAGES * np.float32("nan"), PICKLED_LABELS)), "got nan to nan"),
    ((GOOD, GOOD, os.getcwd), "getcwd"),
])
def test_pickle_of_something_else_is_refused(tmp_path, content, words):
    file = write_pickle(tmp_path, content)
    message = refusal(file)
    assert message.startswith(f"{file}: expected ") and words in message


class Call:
    """Pickles as the instruction to call the function."""

    def __init__(self, function, *arguments):
        self.reduced = function, arguments

    def __reduce__(self):
        return self.reduced


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
@pytest.mark.parametrize("function, argument, name", [
    (os.system, "touch {}", f"{os.name}.system"),
    (eval, "open({!r}, 'w').close()", "eval"),
    (exec, "open({!r}, 'w').close()", "exec"),
    (np.fromfile, "{}", "fromfile"),
])
def test_code_is_not_run(tmp_path, function, argument, name, protocol):
    trace = tmp_path / "trace"
    file = write_pickle(tmp_path, [Call(function, argument.format(str(trace)))], protocol)
    message = refusal(file)
    assert name in message and "may run code" in message
    assert not list(tmp_path.glob("trace*"))
