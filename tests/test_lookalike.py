"""Data as people have it is read, upright and with its labels, or told apart and answered with what to do."""
import gzip
import io
import pickle
import struct
import zipfile

import numpy as np
import pytest

from mnist_loader import DataError, load_data
from readers import idx as idx_files
from readers import stored
from tests.test_damaged_data import write_mnist
from tests.test_mnist_loader import GOOD, idx, small_data

TRAIN, TEST = small_data(14), small_data(3)


def check(read, n_train, n_validation, images=TRAIN[0], labels=TRAIN[1], n_test=3):
    """What was read begins with these images and labels, in this order; the test set has its own."""
    (x, y), (validation_x, validation_y), (test_x, test_y) = read
    assert [len(y), len(validation_y), len(test_y)] == [n_train, n_validation, n_test]
    found, n = np.concatenate([x, validation_x]), n_train + n_validation
    np.testing.assert_allclose(found, images[:n].reshape(n, 784) / 255, rtol=1e-6)
    assert np.concatenate([y, validation_y]).tolist() == labels[:n].tolist()
    assert x.dtype == np.float32 and y.dtype == np.int64 and len(test_x) == n_test


def write_idx(folder, names, turned=False):
    folder.mkdir(parents=True, exist_ok=True)
    for name, array in zip(names, (*TRAIN, *TEST)):
        (folder / name).write_bytes(idx(array.transpose(0, 2, 1) if turned and array.ndim == 3 else array))


HEADER = "label," + ",".join(f"pixel{k}" for k in range(784))


def csv(images, labels, header=HEADER, last=False):
    rows = np.insert(images.reshape(-1, 784), 784 if last else 0, labels, axis=1)
    return "\n".join([*([header] if header else []), *(",".join(map(str, row)) for row in rows)]) + "\n"


# --- IDX files under other names and in other places

def test_names_that_7_zip_leaves_are_read(tmp_path):
    write_mnist(tmp_path)
    for file in list(tmp_path.iterdir()):
        file.rename(tmp_path / file.name.replace("-idx", ".idx"))
    assert len(load_data(tmp_path)[0][1]) == 10
    assert len(load_data(tmp_path / "mnist.pkl.gz")[0][1]) == 10


def test_files_each_in_a_folder_of_its_name_are_read(tmp_path):
    write_mnist(tmp_path)
    for file in list(tmp_path.iterdir()):
        content = file.read_bytes()
        file.unlink()
        file.mkdir()
        (file / file.name).write_bytes(content)
    assert len(load_data(tmp_path)[0][1]) == 10


def test_tilde_is_the_home_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    (tmp_path / "data").mkdir()
    write_mnist(tmp_path / "data")
    assert len(load_data("~/data")[0][1]) == 10


@pytest.mark.parametrize("place", ["MNIST/raw", "FashionMNIST/raw", "raw"])
def test_folder_of_torchvision_is_read(place, tmp_path):
    (tmp_path / place).mkdir(parents=True)
    write_mnist(tmp_path / place)
    assert len(load_data(tmp_path)[0][1]) == 10


def test_of_two_data_sets_of_torchvision_one_is_to_be_named(tmp_path):
    for place in ("MNIST/raw", "FashionMNIST/raw"):
        (tmp_path / place).mkdir(parents=True)
        write_mnist(tmp_path / place)
    with pytest.raises(DataError, match=r"expected one data set, got 2. Name one, such as .*FashionMNIST.raw\.$"):
        load_data(tmp_path)


@pytest.mark.parametrize("members", [1, 2, 5])
def test_gzip_file_is_known_by_its_content_and_may_have_several_members(members, tmp_path):
    write_mnist(tmp_path)
    for file in tmp_path.iterdir():
        cuts = np.linspace(0, file.stat().st_size, members + 1).astype(int)
        content = file.read_bytes()
        file.write_bytes(b"".join(gzip.compress(content[a:b]) for a, b in zip(cuts, cuts[1:])))
    assert len(load_data(tmp_path)[0][1]) == 10


@pytest.mark.parametrize("subset", ["digits", "mnist"])
def test_digits_of_emnist_are_turned_upright(subset, tmp_path):
    write_idx(tmp_path, [f"emnist-{subset}-{name}-ubyte" for name in (
        "train-images-idx3", "train-labels-idx1", "test-images-idx3", "test-labels-idx1")], turned=True)
    check(load_data(tmp_path), 12, 2)


def test_digits_of_emnist_under_mnists_names_are_told(tmp_path, monkeypatch):
    write_mnist(tmp_path)
    monkeypatch.setattr(idx_files, "EMNIST_DIGITS", 12)
    with pytest.raises(DataError, match="got 12, as many as EMNIST's digits are, which lie on their side. Give the"):
        load_data(tmp_path)


def test_letters_of_emnist_are_told(tmp_path):
    write_idx(tmp_path, [f"emnist-letters-{name}-ubyte" for name in ("train-images-idx3", "train-labels-idx1")])
    with pytest.raises(FileNotFoundError, match="got files of EMNIST. Of its sets digits and mnist are read"):
        load_data(tmp_path)


def test_labels_of_qmnist_are_read(tmp_path):
    for subset, (images, labels) in (("train", TRAIN), ("test", TEST)):
        (tmp_path / f"qmnist-{subset}-images-idx3-ubyte").write_bytes(idx(images))
        columns = np.stack([labels, *[np.full(len(labels), 77)] * 7], axis=1)
        header = struct.pack(">III", 0xC02, len(labels), 8)
        (tmp_path / f"qmnist-{subset}-labels-idx2-int").write_bytes(header + columns.astype(">i4").tobytes())
    check(load_data(tmp_path), 12, 2)


# --- tables

@pytest.mark.parametrize("header", [True, False])
@pytest.mark.parametrize("packed", [True, False])
def test_csv_is_split_as_mnist_is(header, packed, tmp_path):
    text = csv(*TRAIN) if header else csv(*TRAIN, header=None)
    (tmp_path / "digits").write_bytes(gzip.compress(text.encode()) if packed else text.encode())
    check(load_data(tmp_path / "digits"), 10, 2, n_test=2)


def test_column_of_labels_is_found_by_its_name(tmp_path):
    header = ",".join([*(f"pixel{k}" for k in range(1, 785)), "class"])
    (tmp_path / "mnist_784.csv").write_text(csv(*TRAIN, header, last=True))
    check(load_data(tmp_path / "mnist_784.csv"), 10, 2, n_test=2)


def test_folder_of_csv_files_is_read(tmp_path):
    (tmp_path / "fashion-mnist_train.csv").write_text(csv(*TRAIN))
    (tmp_path / "fashion-mnist_test.csv").write_text(csv(*TEST))
    check(load_data(tmp_path), 12, 2)


def test_kaggles_folder_has_labels_in_one_file_only(tmp_path):
    (tmp_path / "train.csv").write_text(csv(*TRAIN))
    (tmp_path / "test.csv").write_text("\n".join(",".join(["7"] * 784) for _ in range(3)))
    (tmp_path / "sample_submission.csv").write_text("ImageId,Label\n1,0\n")
    check(load_data(tmp_path), 10, 2, n_test=2)
    with pytest.raises(DataError, match="got pixels alone, as Kaggle's test.csv has. Name the file that has labels"):
        load_data(tmp_path / "test.csv")


@pytest.mark.parametrize("names", [("x_train", "y_train", "x_test", "y_test"),
                                   ("train_images", "train_labels", "test_images", "test_labels")])
@pytest.mark.parametrize("shape, scale", [((28, 28), 1), ((28, 28, 1), 255.0), ((784,), 1)])
def test_npz_is_read_bytes_or_from_0_to_1(names, shape, scale, tmp_path):
    arrays = [TRAIN[0].reshape(-1, *shape) / scale, TRAIN[1][:, None], TEST[0].reshape(-1, *shape) / scale, TEST[1]]
    with open(tmp_path / "any name", "wb") as file:
        np.savez_compressed(file, **dict(zip(names, arrays)))
    check(load_data(tmp_path / "any name"), 12, 2)
    (tmp_path / "any name").rename(tmp_path / "mnist.npz")
    check(load_data(tmp_path), 12, 2)


def test_npy_files_of_mnist_c_are_read(tmp_path):
    for name, array in zip(("train_images", "train_labels", "test_images", "test_labels"), (*TRAIN, *TEST)):
        np.save(tmp_path / f"{name}.npy", array[..., None].astype(np.uint8) if array.ndim == 3 else array)
    check(load_data(tmp_path), 12, 2)
    (tmp_path / "test_labels.npy").unlink()
    with pytest.raises(FileNotFoundError, match="test_labels.npy: expected this file beside the others"):
        load_data(tmp_path)


def npz(**arrays):
    file = io.BytesIO()
    np.savez(file, **arrays)
    return file.getvalue()


def npy(array):
    file = io.BytesIO()
    np.save(file, array)
    return file.getvalue()


def zipped(name, content):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as packed:
        packed.writestr(name, content)
    return file.getvalue()


IMAGES, LABELS = (array.astype(np.uint8) for array in TRAIN)
OTHERS = [
    (idx(TRAIN[0]), "got one IDX file, of 14 x 28 x 28 numbers. Images and labels, for training and for the test"),
    (idx(TRAIN[1]), "got one IDX file, of 14 numbers."),
    (b"MATLAB 5.0 MAT-file, Platform: GLNXA64", "got a file of MATLAB (.mat). Read it with scipy.io.loadmat"),
    (b"\x89HDF\r\n\x1a\n", "got HDF5 (.h5, or .mat of MATLAB 7.3). Read it with h5py"),
    (b"PAR1\x15\x04", "got Parquet, Hugging Face's form of data sets. Read it with their library datasets"),
    (b"% a comment\n%\n@RELATION mnist_784\n", "got ARFF, OpenML's and Weka's form of tables. Put one line that names"),
    (npy(LABELS), "got one array of NumPy (.npy). It is images or labels alone: np.load it"),
    (zipped("train-images-idx3-ubyte", b""), "got a zip file. Unpack it, and name the folder that it becomes."),
    (zipped("archive/data.pkl", b""), "got a file of PyTorch. Read it with torch.load"),
    (b"\xfd7zXZ\0", "got a file packed by xz. Unpack it"),
    (bytes(257) + b"ustar", "got a tar file. Unpack it"),
    (npz(arr_0=IMAGES), "expected arrays x_train, y_train, x_test, y_test, got arr_0. Give them these names"),
    (npz(x_train=IMAGES.reshape(14, 784).T, y_train=LABELS, x_test=IMAGES, y_test=LABELS), "got (784, 14). Transpose"),
    (npz(x_train=IMAGES[:5], y_train=LABELS[:5], x_test=IMAGES, y_test=LABELS), "expected at least 6 images"),
    (npz(x_train=IMAGES[:, :14], y_train=LABELS, x_test=IMAGES, y_test=LABELS), "28 x 28 pixels, got (14, 14, 28)"),
    (npz(x_train=IMAGES, y_train=LABELS[:9], x_test=IMAGES, y_test=LABELS), "expected 14 labels, one for each image"),
    (npz(x_train=IMAGES, y_train=LABELS + 1, x_test=IMAGES, y_test=LABELS), "expected labels 0..9, got 10"),
    (npz(x_train=IMAGES - 1.0, y_train=LABELS, x_test=IMAGES, y_test=LABELS), "expected pixels from 0 to 255, or"),
    (npz(x_train=IMAGES, y_train=LABELS, x_test=IMAGES, y_test=LABELS)[:-200], "got one that cannot be read (File"),
    (npz(x_train=np.array([{}]), y_train=LABELS, x_test=IMAGES, y_test=LABELS), "Object arrays cannot be loaded"),
    (csv(*TRAIN).replace(",255,", ",much,").encode(), "expected a CSV file of numbers, but for a line of"),
    (b"label,pixel0", "expected 785 columns, of a label and 784 pixels, got 2. Other sizes need a reader of your own."),
    (csv(*TRAIN).split("\n")[0].encode(), "expected images of 28 x 28 pixels, got (0, 0)"),
    (pickle.dumps([(GOOD[0].T, GOOD[1])] * 3), "expected images (N, 784), a row for each, got (784, 2). Transpose it"),
    (b"nonsense", "expected a pickle of NumPy arrays (IDX files are read by naming their folder), got one that cannot"),
]


@pytest.mark.parametrize("content, words", OTHERS, ids=[words[:30] for _, words in OTHERS])
def test_file_of_another_form_is_told_by_its_content_in_one_line(content, words, tmp_path):
    (tmp_path / "mnist.pkl").write_bytes(content)
    with pytest.raises(DataError) as caught:
        load_data(tmp_path / "mnist.pkl")
    message = str(caught.value)
    assert message.startswith(f"{tmp_path / 'mnist.pkl'}: expected ") and words in message and "\n" not in message
    assert "comes with this project" not in message and len(message) < 600


@pytest.mark.parametrize("content, words", [
    (zipped("train-images-idx3-ubyte", b""), "got a zip file, x. Unpack it"),
    (b"PAR1", "got Parquet, Hugging Face's form of data sets, x. Read it with their library"),
    (b"a cat", "got neither. Download it again, or make it anew, from its source."),
])
def test_folder_that_has_another_form_only_is_told(content, words, tmp_path):
    (tmp_path / "x").write_bytes(content)
    with pytest.raises(FileNotFoundError) as caught:
        load_data(tmp_path)
    assert f"train-images-idx3-ubyte.gz: expected this file, or it unpacked, {words}" in str(caught.value)


def test_npz_that_unpacks_to_a_flood_is_refused_before_it_has(tmp_path, monkeypatch):
    monkeypatch.setattr(stored, "LARGEST_FILE", 2 ** 20)
    with open(tmp_path / "x.npz", "wb") as file:
        np.savez_compressed(file, x_train=np.zeros(2 ** 22, np.uint8))
    with pytest.raises(DataError, match="expected at most 1,048,576 bytes, unpacked, got 4,194"):
        load_data(tmp_path / "x.npz")


@pytest.mark.parametrize("n", [1, 5])
def test_too_few_images_are_told(n, tmp_path):
    for name, array in zip(("train-images-idx3-ubyte", "train-labels-idx1-ubyte"), small_data(n)):
        (tmp_path / name).write_bytes(idx(array))
    for name, array in zip(("t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"), TEST):
        (tmp_path / name).write_bytes(idx(array))
    with pytest.raises(DataError, match=f"at least 6 images for training.*, got {n} and 3. Add images."):
        load_data(tmp_path)


def test_unpacked_pickle_is_read_under_any_name(tmp_path):
    (tmp_path / "digits.pkl").write_bytes(pickle.dumps([GOOD] * 3))
    assert load_data(tmp_path / "digits.pkl")[2][1].tolist() == [7, 3]
