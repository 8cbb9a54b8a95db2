"""A file of weights, damaged in whatever way, is loaded as it was saved, or refused by name with nothing changed."""
import io
import os
import pickle
import random
import tracemalloc
import zipfile

import numpy as np
import pytest

from nn.batchnorm import BatchNorm
from nn.loss import mse
from nn.network import Network
from nn.optimizer import SGDOptimizer
from tests.small import Scale, dense


def network():
    return Network([dense(5, 4), BatchNorm(4, optimizer=SGDOptimizer()), dense(4, 3)], 0.1, mse)


def arrays(net):
    """entry -> array, as they stand in the file."""
    return {f"{k}.{name}": getattr(layer, name) for k, layer in enumerate(net.layers)
            for name in (*layer.weights, *layer.statistics)}


def assert_refused(path, words=""):
    """Loading is a ValueError that names the file, has `words` in it, and changes no array."""
    net = network()
    before = arrays(net)
    with pytest.raises(ValueError) as caught:
        net.load(path)
    message = str(caught.value)
    assert message.startswith(f"{path}: expected the weights that net.save wrote") and "\n" not in message
    assert words in message and "allow_pickle" not in message
    assert all(after is before[entry] for entry, after in arrays(net).items())


def npz(path, save=np.savez, **changed):
    """A file of this network's weights; `changed` arrays take the place of the saved ones."""
    save(path, **{**arrays(network()), **changed})


def damaged(content, generator):
    """The bytes with some lost, changed, added or moved."""
    content, at = bytearray(content), generator.randrange(len(content))
    length = generator.choice([1, 1, 2, 8, 60, 500])
    kind = generator.randrange(6)
    if kind == 0:
        return content[:at]
    if kind == 1:
        del content[at:at + length]
    elif kind == 2:
        content[at:at] = generator.randbytes(length)
    elif kind == 3:
        content[at:at + length] = bytes(len(content[at:at + length]))
    elif kind == 4:
        content[at] ^= 1 << generator.randrange(8)
    else:
        content[at:at + length] = generator.randbytes(len(content[at:at + length]))
    return content


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
def test_of_250_damaged_files_each_is_refused_or_read_as_it_was(save, tmp_path):
    saved, generator, refused = network(), random.Random(1), 0
    file = io.BytesIO()
    save(file, **arrays(saved))
    for k in range(250):
        path = tmp_path / f"net{k}"
        path.write_bytes(damaged(file.getvalue(), generator))
        net = network()
        try:
            net.load(path)
        except ValueError as error:
            assert str(error).startswith(f"{path}: ")
            refused += 1
        else:  # the damage was in bytes that mean nothing, such as a date
            for entry, array in arrays(net).items():
                np.testing.assert_array_equal(array, arrays(saved)[entry])
    assert refused > 150


class Touch:
    """Pickles as the instruction to make a file."""

    def __reduce__(self):
        return os.mkdir, ("made_by_the_pickle",)


def saved_as(save):
    file = io.BytesIO()
    save(file)
    return file.getvalue()


def zip_of(**files):
    def save(file):
        with zipfile.ZipFile(file, "w") as archive:
            for name, content in files.items():
                archive.writestr(name, content)
    return saved_as(save)


@pytest.mark.parametrize("content, words", [
    (b"", "(BadZipFile)"),
    (b"hello, this is a text\n" * 10, "(BadZipFile)"),
    (b"\x89PNG\r\n\x1a\n" + bytes(100), "(BadZipFile)"),
    (b"PK\x03\x04", "(BadZipFile)"),
    (saved_as(lambda file: np.save(file, np.ones((5, 4)))), "(BadZipFile)"),
    (pickle.dumps(Touch()), "(BadZipFile)"),
    (saved_as(lambda file: np.save(file, np.array([Touch()]), allow_pickle=True)), "(BadZipFile)"),
    (zip_of(), "0.b is missing there and (4,) here"),
    (zip_of(**{"notes.txt": "hello"}), "notes.txt in it is no array"),
    (zip_of(**{"0.w.npy": "hello, this is a text"}), "it is damaged, or no such file at all (ValueError)"),
    (zip_of(**{"0.w.npy": b""}), "(ValueError)"),
    (zip_of(**{"0.w.npy": b"\x93NUMPY\x02\x00\xff\xff\xff\xff{}"}), "another version of NumPy's format"),
    (zip_of(**{"0.w.npy": b"\x93NUMPY\x01\x00\x0a\x00" + b"(" * 10}), "it is damaged"),
    (zip_of(**{"0.w.npy": b"\x93NUMPY\x01\x00\xff\xff" + b" " * 65535}), "(ValueError)"),  # advises allow_pickle
])
def test_file_of_another_kind_is_refused(content, words, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "net").write_bytes(content)
    assert_refused(tmp_path / "net", words)
    assert [file.name for file in tmp_path.iterdir()] == ["net"]  # no pickle was run


@pytest.mark.parametrize("values, words", [
    (np.array(["1", "2", "3"]), "2.b holds str32 values instead of real numbers"),
    (np.array([b"1", b"2", b"3"]), "2.b holds bytes8 values instead of real numbers"),
    (np.zeros(3, "V8"), "2.b holds void64 values"),
    (np.zeros(3, [("x", "f8")]), "2.b holds void64 values"),
    (np.array([True, False, True]), "2.b holds bool values"),
    (np.array([1, 2, 3j]), "2.b holds complex128 values"),
    (np.array(["2026-01-01"] * 3, "datetime64[D]"), "2.b holds datetime64[D] values"),
    (np.zeros(3, "timedelta64[s]"), "2.b holds timedelta64[s] values"),
    (np.array([1.0, float("nan"), 2.0]), "2.b holds nan, inf or numbers too large for float32"),
    (np.array([1.0, 2.0, -float("inf")]), "2.b holds nan, inf"),
    (np.array([1.0, 2.0, 1e300]), "2.b holds nan, inf or numbers too large for float32"),
    (np.zeros((3, 1)), "2.b is (3, 1) there and (3,) here"),
    (np.zeros(()), "2.b is () there and (3,) here"),
    (np.array([Touch()] * 3), "2.b holds object values"),
])
@pytest.mark.filterwarnings("ignore")
def test_values_that_no_network_has_are_refused_also_in_the_last_array(values, words, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    npz("net.npz", **{"2.b": values})
    assert_refused("net.npz", words)
    assert not os.path.exists("made_by_the_pickle")


def test_negative_variance_is_refused_and_none_at_all_is_not(tmp_path):
    npz(tmp_path / "net.npz", **{"1.running_var": np.array([1, 0, -1e-9, 1])})
    assert_refused(tmp_path / "net.npz", "1.running_var holds a negative variance")
    npz(tmp_path / "net.npz", **{"1.running_var": np.zeros(4), "1.running_mean": np.full(4, -2)})
    network().load(tmp_path / "net.npz")


class Heads(Scale):
    """Predicts a mean and the logarithm of a variance, and remembers a sum that is called like one."""

    weights, statistics = ("log_var", "w"), ("sum_var",)

    def __init__(self):
        super().__init__(np.ones(4))
        self.log_var, self.sum_var = np.full(4, -2.0), np.full(4, -3.0)


def test_what_a_weight_is_called_does_not_matter(tmp_path):
    net = Network([Heads()], 0.1, mse)
    net.save(tmp_path / "net.npz")
    net.layers[0].log_var = net.layers[0].sum_var = np.zeros(4)
    net.load(tmp_path / "net.npz")
    assert (net.layers[0].log_var == -2).all() and (net.layers[0].sum_var == -3).all()


@pytest.mark.parametrize("layer, name, value", [(0, "w", np.nan), (1, "running_mean", np.inf),
                                                (1, "running_var", -1.0)])
def test_what_could_not_be_loaded_is_not_saved(layer, name, value, tmp_path):
    net = network()
    net.save(tmp_path / "net.npz")
    before = (tmp_path / "net.npz").read_bytes()
    getattr(net.layers[layer], name)[0] = value
    with pytest.raises(FloatingPointError, match=f"net.npz: the weights are not saved, because {layer}.{name} holds"):
        net.save(tmp_path / "net.npz")
    assert (tmp_path / "net.npz").read_bytes() == before


def test_a_files_own_text_is_shortened_and_steers_no_terminal(tmp_path):
    for name in ("\x1b]0;title\x07" * 3, "x" * 60_000, "\u202egnp", "a\nb"):
        for ending in (".npy", ".txt"):
            with zipfile.ZipFile(tmp_path / "net.npz", "w") as archive:
                for k in range(20):
                    archive.writestr(f"{name}{k}{ending}", saved_as(lambda file: np.save(file, np.ones(3))))
            with pytest.raises(ValueError) as caught:
                network().load(tmp_path / "net.npz")
            assert str(caught.value).isprintable() and len(str(caught.value)) < 2000
            assert str(caught.value).startswith(str(tmp_path))


@pytest.mark.parametrize("dtype", ["f2", "f4", ">f8", "i1", "u2", "longdouble"])
@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
@pytest.mark.parametrize("order", "CF")
def test_numbers_of_any_kind_are_read(dtype, save, order, tmp_path):
    values = np.arange(20).reshape(5, 4).astype(dtype, order=order)
    npz(tmp_path / "net.npz", save, **{"0.w": values})
    net = network()
    net.load(tmp_path / "net.npz")
    np.testing.assert_array_equal(net.layers[0].w, np.arange(20).reshape(5, 4))
    assert net.layers[0].w.dtype == np.float32


def test_an_array_saved_twice_is_refused(tmp_path):
    npz(tmp_path / "net.npz")
    with zipfile.ZipFile(tmp_path / "net.npz", "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("0.w.npy", saved_as(lambda file: np.save(file, np.ones((5, 4)))))
    assert_refused(tmp_path / "net.npz", "two of its arrays have the same name")


@pytest.mark.parametrize("compression", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_unusual_compression_is_refused(compression, tmp_path):
    with zipfile.ZipFile(tmp_path / "net.npz", "w", compression) as archive:
        archive.writestr("0.w.npy", saved_as(lambda file: np.save(file, np.ones((5, 4)))))
    assert_refused(tmp_path / "net.npz", "0.w is compressed in a way that NumPy does not use")


@pytest.mark.parametrize("shape", [(50_000_000,), (5, 4)])
def test_small_file_that_unpacks_to_a_huge_array_takes_no_memory(shape, tmp_path):
    header = saved_as(lambda file: np.lib.format.write_array_header_1_0(
        file, {"descr": "<f4", "fortran_order": False, "shape": shape}))
    with zipfile.ZipFile(tmp_path / "net.npz", "w", zipfile.ZIP_DEFLATED) as archive:
        for entry, array in arrays(network()).items():
            content = header + bytes(50_000_000) if entry == "0.w" else saved_as(lambda file, a=array: np.save(file, a))
            archive.writestr(f"{entry}.npy", content)
    tracemalloc.start()
    assert_refused(tmp_path / "net.npz", "0.w ")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2_000_000


def test_missing_file_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match="nowhere.npz"):
        network().load(tmp_path / "nowhere.npz")
