"""A damaged data file is read or refused by name: no foreign exception, no hang, no flood of memory."""
import gzip
import io
import pickle
import time
import tracemalloc

import numpy as np
import pytest

from mnist_loader import DataError, load_data
from readers import cifar10, stored
from readers.array_pickle import load_arrays
from tests.test_mnist_loader import GOOD, IMAGES, LABELS, TRAIN_IMAGES, TRAIN_LABELS, idx, small_data
from tests.test_readers import BATCH


def damaged(content, generator):
    """The bytes with one thing wrong: cut off, flipped, overwritten, left out, put in, or doubled."""
    start, end = np.sort(generator.integers(len(content) + 1, size=2))
    start = start if generator.random() < 0.5 else min(start, 40)  # headers and instructions are where it hurts
    end = end if generator.random() < 0.3 else min(start + int(generator.integers(1, 9)), len(content))
    noise = generator.bytes(end - start)
    return [
        content[:start], content[:start] + noise + content[end:], content[:start] + content[end:],
        content[:end] + noise + content[end:], content[:end] + content[start:], content[:start] + bytes(end - start),
    ][generator.integers(6)]


def write_mnist(folder):
    for subset, n in ("train", 12), ("t10k", 3):
        for kind, array in zip(("images-idx3", "labels-idx1"), small_data(n)):
            (folder / f"{subset}-{kind}-ubyte").write_bytes(idx(array))


def spoil_idx(folder, seed):
    generator = np.random.default_rng(seed)
    name, content = [(TRAIN_IMAGES, idx(IMAGES)), (TRAIN_LABELS, idx(LABELS))][seed % 2]
    if seed % 3:  # damaged after it was packed, else before
        (folder / f"{name}.gz").write_bytes(damaged(gzip.compress(content, mtime=0), generator))
    else:
        (folder / f"{name}.gz").write_bytes(gzip.compress(damaged(content, generator)))
    return folder, folder / f"{name}.gz"


def spoil_pickle(folder, seed):
    generator = np.random.default_rng(seed)
    content = damaged(pickle.dumps([GOOD] * 3, seed % 6), generator)
    (folder / "mnist.pkl.gz").write_bytes(gzip.compress(content, 1))
    return folder / "mnist.pkl.gz", folder / "mnist.pkl.gz"


def spoil_cifar(folder, seed):
    file = folder / ("data_batch_1", "test_batch")[seed % 2]
    for name in ("data_batch_1", "test_batch"):
        (folder / name).write_bytes(BATCH if file.name != name else damaged(BATCH, np.random.default_rng(seed)))
    return folder, file


def spoil_npz(folder, seed):
    names = ("x_train", "y_train", "x_test", "y_test")
    (np.savez, np.savez_compressed)[seed % 2](folder / "x.npz", **dict(zip(names, (*small_data(8), *small_data(2)))))
    (folder / "x.npz").write_bytes(damaged((folder / "x.npz").read_bytes(), np.random.default_rng(seed)))
    return folder / "x.npz", folder / "x.npz"


def spoil_csv(folder, seed):
    images, labels = small_data(8)
    rows = np.insert(images.reshape(8, 784), 0, labels, axis=1)
    text = "".join(",".join(map(str, row)) + "\n" for row in rows).encode()
    (folder / "x.csv").write_bytes(damaged(text, np.random.default_rng(seed)))
    return folder / "x.csv", folder / "x.csv"


@pytest.mark.slow
@pytest.mark.parametrize("spoil, load", [
    (spoil_idx, load_data), (spoil_pickle, load_data), (spoil_npz, load_data), (spoil_csv, load_data),
    (spoil_cifar, cifar10.load_images)])
def test_of_500_damaged_files_each_is_read_or_refused_by_name(spoil, load, tmp_path, monkeypatch):
    monkeypatch.setattr(cifar10, "BATCHES", ["data_batch_1"])
    write_mnist(tmp_path)
    refused = 0
    for seed in range(500):
        path, file = spoil(tmp_path, seed)
        try:
            load(path)
        except DataError as error:
            refused += 1
            message = str(error)
            blamed = file if "one for each image" not in message else tmp_path / TRAIN_LABELS
            assert message.startswith(str(blamed)) and "\n" not in message
        file.unlink()
    assert refused > 250  # damage to pixels cannot be seen


@pytest.mark.parametrize("name", [TRAIN_IMAGES + ".gz", "mnist.pkl.gz"])
def test_small_file_that_unpacks_to_a_flood_is_refused_before_it_has(name, tmp_path, monkeypatch):
    monkeypatch.setattr(stored, "LARGEST_FILE", 2 ** 20)
    write_mnist(tmp_path)
    (tmp_path / name).write_bytes(gzip.compress(idx(IMAGES) + bytes(2 ** 26)))
    tracemalloc.start()
    with pytest.raises(DataError, match=f"{name}: expected .* bytes.*, got more"):
        load_data(tmp_path / name if "pkl" in name else tmp_path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 2 ** 23


def test_file_that_is_too_large_is_not_even_opened(tmp_path, monkeypatch):
    monkeypatch.setattr(stored, "LARGEST_FILE", 9000)
    write_mnist(tmp_path)
    with pytest.raises(DataError, match=f"{TRAIN_IMAGES}: expected at most 9,000 bytes, got a file of 9,424"):
        load_data(tmp_path)


@pytest.mark.parametrize("written", [b"\x80\x02]r\xff\xff\xff\x0f.", b"\x80\x02]r\xff\xff\xff\x7f."])
def test_large_number_in_the_place_of_a_memory_slot_costs_nothing(written):
    start = time.perf_counter()
    assert load_arrays(io.BytesIO(written)) == []
    assert time.perf_counter() - start < 1


@pytest.mark.slow
@pytest.mark.parametrize("protocol", [0, 2, 4])
def test_few_bytes_that_name_a_list_again_and_again_are_refused(protocol):
    nested = []
    for _ in range(30):
        nested = [nested, nested]
    written = pickle.dumps(nested, protocol)
    assert len(written) < 600
    with pytest.raises(pickle.UnpicklingError, match="refused more than 300,000 values"):
        load_arrays(io.BytesIO(written))
