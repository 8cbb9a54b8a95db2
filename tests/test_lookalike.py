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


def with_index(text):
    """As pandas writes a table with its index."""
    head, *rows = text.splitlines()
    return "\n".join(["," + head, *(f"{k},{row}" for k, row in enumerate(rows))])


@pytest.mark.parametrize("form", [
    lambda text: csv(*TRAIN, header=None, last=True),
    with_index,
    lambda text: text.replace(",", ";"),
    lambda text: text.replace(",", "\t"),
    lambda text: "\ufeff" + text.replace("\n", "\r\n"),
    lambda text: "\n".join(",".join(f'"{cell}"' for cell in row.split(",")) for row in text.splitlines()),
], ids=["label last, unnamed", "index", "semicolons", "tabs", "Windows", "quoted"])
def test_csv_as_other_programs_write_it_is_read(form, tmp_path):
    (tmp_path / "x").write_bytes(form(csv(*TRAIN)).encode())
    check(load_data(tmp_path / "x"), 10, 2, n_test=2)


@pytest.mark.parametrize("end, packed", [("", bytes), (".gz", gzip.compress)])
def test_folder_of_csv_files_is_read(end, packed, tmp_path):
    (tmp_path / f"fashion-mnist_train.csv{end}").write_bytes(packed(csv(*TRAIN).encode()))
    (tmp_path / f"fashion-mnist_test.csv{end}").write_bytes(packed(csv(*TEST).encode()))
    check(load_data(tmp_path), 12, 2)


def test_kaggles_folder_has_labels_in_one_file_only(tmp_path):
    (tmp_path / "train.csv").write_text(csv(*TRAIN))
    (tmp_path / "test.csv").write_text("\n".join(",".join(["7"] * 784) for _ in range(3)))
    (tmp_path / "sample_submission.csv").write_text("ImageId,Label\n1,0\n")
    check(load_data(tmp_path), 10, 2, n_test=2)
    with pytest.raises(DataError, match="got pixels alone, as Kaggle's test.csv has. Name the file that has labels"):
        load_data(tmp_path / "test.csv")


@pytest.mark.parametrize("names", [("x_train", "y_train", "x_test", "y_test"),
                                   ("X_train", "Y_train", "X_test", "Y_test"),
                                   ("training_images", "training_labels", "test_images", "test_labels"),
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


@pytest.mark.parametrize("names, save", [
    ([f"{name}.npy" for name in ("x_train", "y_train", "x_test", "y_test")], np.save),
    ([f"kmnist-{name}.npz" for name in ("train-imgs", "train-labels", "test-imgs", "test-labels")], np.savez)])
def test_folder_with_a_file_for_each_array_is_read(names, save, tmp_path):
    for name, array in zip(names, (*TRAIN, *TEST)):
        save(tmp_path / name, array)
    check(load_data(tmp_path), 12, 2)


@pytest.mark.parametrize("labels", [TRAIN[1].astype(str), TRAIN[1].astype("S1"), TRAIN[1].astype(float),
                                    TRAIN[1].astype(">i4"), TRAIN[1].astype(np.uint8)], ids=lambda a: a.dtype.str)
def test_labels_of_any_type_are_read(labels, tmp_path):
    np.savez(tmp_path / "x.npz", x_train=TRAIN[0].astype(">f4"), y_train=labels, x_test=TEST[0], y_test=TEST[1])
    check(load_data(tmp_path / "x.npz"), 12, 2)


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
    (b"BZh91AY&SY", "got a file packed by bzip2. Unpack it"),
    (b"\x28\xb5\x2f\xfd", "got a file packed by Zstandard. Unpack it"),
    (b"\x89PNG\r\n", "got a picture. Read each with PIL.Image.open"),
    (b"\xff\xd8\xff\xe0\0\x10JFIF", "got a picture. Read each with PIL.Image.open"),
    (b"7 1:-1 2:.5\n", "got LIBSVM's form of tables. Read it with sklearn.datasets.load_svmlight_file"),
    (b'{"image": [1, 2]}', "got JSON. Read it with pandas"),
    (b"SQLite format 3\0", "got a database of SQLite. Read it"),
    ("label,1\n".encode("utf-16"), "got text in UTF-16. Save it as UTF-8"),
    (b"version https://git-lfs.github.com/spec/v1\n", "got a pointer of Git LFS in its place. Fetch the file itself"),
    (npz(x_train=IMAGES, y_train=np.eye(10)[LABELS], x_test=IMAGES, y_test=LABELS), "labels.argmax(axis=1) if they"),
    (npz(x_train=IMAGES, y_train=np.char.add(LABELS.astype(str), " "), x_test=IMAGES, y_test=LABELS), "<U"),
    (npz(x_train=IMAGES * np.nan, y_train=LABELS, x_test=IMAGES, y_test=LABELS), "got nan to nan. Put a number in"),
    (csv(TRAIN[0], TRAIN[1] + 1).encode(), "expected labels 0..9, got 10 at position 9. Classes count from 0"),
    (csv(*TRAIN).replace("\n0,", "\nzero,").encode(), "could not convert string 'zero'"),
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
    (b"\xff\xd8\xff", "got a picture, x. Read each"),
    (b"a cat", "got neither. Download it again, or make it anew, from its source."),
])
def test_folder_that_has_another_form_only_is_told(content, words, tmp_path):
    (tmp_path / "x").write_bytes(content)
    with pytest.raises(FileNotFoundError) as caught:
        load_data(tmp_path)
    assert f"train-images-idx3-ubyte.gz: expected this file, or it unpacked, {words}" in str(caught.value)


def test_another_form_further_down_is_told(tmp_path):
    (tmp_path / "train" / "7").mkdir(parents=True)
    (tmp_path / "train" / "7" / "0.png").write_bytes(b"\x89PNG")
    with pytest.raises(FileNotFoundError, match="got a picture, train.7.0.png. Read each with PIL.Image.open"):
        load_data(tmp_path)


@pytest.mark.parametrize("header, words", [
    (b"\0\0\x0d\3", "got 3331, which says float32 in 3 axes. Read it with numpy.frombuffer"),
    (b"\0\0\x0c\3", "got 3075, which says int32 in 3 axes. Read it with numpy.frombuffer"),
    (b"\3\x08\0\0", "got 50855936, the number with its bytes turned round. Write the numbers of the header big-end"),
    (b"\x1f\x8b\x08\0", "got 529205248, of a file that was packed twice. Unpack it once."),
])
def test_idx_file_of_other_numbers_is_told(header, words, tmp_path):
    write_mnist(tmp_path)
    file = next(tmp_path.glob("train-images*"))
    file.write_bytes(gzip.compress(header + idx(TRAIN[0])[4:]))
    with pytest.raises(DataError) as caught:
        load_data(tmp_path)
    assert f"expected magic number 2051, {words}" in str(caught.value)


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
