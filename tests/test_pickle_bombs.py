"""Few bytes of a pickle can ask for a depth that ends Python, for gigabytes, for minutes: each is refused at once."""
import io
import pickle
import random
import struct
import subprocess
import sys
import time
import tracemalloc

import numpy as np
import pytest

from readers import array_pickle
from readers.array_pickle import load_arrays
from tests.test_house import ROOT

MB = 2 ** 20
RECONSTRUCT = b"cnumpy.core.multiarray\n_reconstruct\n(cnumpy\nndarray\n(I0\ntS'b'\ntR"
BYTES_DTYPE = b"cnumpy\ndtype\n(S'u1'\nI0\nI1\ntR"
ENCODE = b"c_codecs\nencode\n"


def text(size):
    """The instruction that reads a text of so many bytes, and remembers it as number 1."""
    return b"X" + struct.pack("<I", size) + b"a" * size + b"q\x01"


BOMBS = {
    "deep tuples as a key": (b"}" + b")" + b"\x85" * 1000 + b"K\x01s.", "refused a tuple as a key"),
    "deep tuples as a key of many": (b"}(" + b")" + b"\x85" * 1000 + b"K\x01u.", "refused a tuple as a key"),
    "deep tuples as a key of a dict": (b"(" + b")" + b"\x85" * 1000 + b"K\x01d.", "refused a tuple as a key"),
    "deep tuples in a set": (b"\x8f(" + b")" + b"\x85" * 1000 + b"\x90.", "refused the instruction 'empty set'"),
    "deep tuples in a frozen set": (b"(" + b")" + b"\x85" * 1000 + b"\x91.", "refused the instruction 'frozenset'"),
    "deep lists": (b"]" * 5000 + b"a" * 4999 + b".", "refused lists within lists"),
    "a list that holds itself": (b"]q\x00h\x00a.", "refused lists within lists"),
    "deep tuples as a dtype": (b"cnumpy\ndtype\n(" + b")" + b"\x85" * 1000 + b"I0\nI1\ntR.", "no short string"),
    "doubled tuples as a dtype": (b"cnumpy\ndtype\n()" + b"q\x00h\x00\x86" * 40 + b"I0\nI1\ntR.", "no short string"),
    "doubled tuples as a shape": (RECONSTRUCT + b"(I1\n)" + b"q\x00h\x00\x86" * 40 + BYTES_DTYPE + b"I0\nX\0\0\0\0tb.",
                                  "no tuple of integers"),
    "a bytearray of 8 GB": (b"\x80\x05\x96" + struct.pack("<Q", 2 ** 33) + b".", "ends too early"),
    "bytes of 8 GB": (b"\x80\x05\x8e" + struct.pack("<Q", 2 ** 33) + b".", "ends too early"),
    "a text of 4 GB": (b"\x80\x05X" + b"\xff" * 4 + b".", "ends too early"),
    "a frame of 8 GB": (b"\x80\x05\x95" + struct.pack("<Q", 2 ** 33) + b".", "refused a frame"),
    "one text encoded again and again": (text(MB) + b"0]" + (ENCODE + b"(h\x01S'latin1'\ntRa") * 3000 + b".",
                                         "refused arrays of .* bytes from a file of"),
    "one text as array again and again": (
        text(MB) + b"0]" + (RECONSTRUCT + b"(I1\n(I1048576\nt" + BYTES_DTYPE + b"I0\nh\x01tba") * 3000 + b".",
        "refused arrays of .* bytes from a file of"),
    "a text four times as large in memory": (
        b"X" + struct.pack("<I", 8 * MB) + "😀".encode() + b"a" * (8 * MB - 4) + b".", "latin1 cannot write"),
    "a line four times as large in memory": (b"V" + b"\\U0001f600" + b"a" * (8 * MB) + b"\n.", "latin1 cannot write"),
    "an integer of a million digits": (b"I" + b"7" * MB + b"\n.", "refused a number of 1,048,577 characters"),
    "a long of a million digits": (b"L" + b"7" * MB + b"L\n.", "refused a number of 1,048,578 characters"),
    "a place in memory of a million digits": (b"]p" + b"7" * MB + b"\n.", "refused a number of 1,048,577 characters"),
    "too many instructions": (b"]" + b"K\x010" * MB + b".", "refused more than 1,000,000 instructions"),
    "keys that are all alike to a dict": (
        b"}(" + b"".join(b"\x8a\x0b" + (k * (2 ** 61 - 1)).to_bytes(11, "little") + b"N" for k in range(9999)) + b"u.",
        "refused more than 1,000 keys"),
    "a name of a megabyte": (b"c" + b"\x1b[2J" * 2 ** 18 + b"\nx\n.", r"refused '\\x1b\[2J"),
    "a codec of a megabyte": (ENCODE + b"(Va\nV" + b"\x1b" * MB + b"\ntR.", "refused the codec"),
    "a number of a megabyte": (b"F" + b"\x1b" * MB + b"\n.", "refused a number"),
}


@pytest.mark.parametrize("name", BOMBS)
def test_bomb_is_refused_at_once_and_in_few_words(name):
    content, words = BOMBS[name]
    start = time.perf_counter()
    tracemalloc.start()
    try:
        with pytest.raises(pickle.UnpicklingError, match=words) as refused:
            load_arrays(io.BytesIO(content))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert time.perf_counter() - start < 20 and peak < 40 * MB  # 20: tracing makes it ten times as slow
    assert len(str(refused.value)) < 400 and str(refused.value).isprintable()


@pytest.mark.parametrize("state", [
    b"N}S'__defaults__'\n(S'b'\ntstb.", b"N}S'__code__'\nNstb.", b"}S'harm'\nI1\nsb."])
@pytest.mark.parametrize("target", [
    ENCODE, b"cnumpy\ndtype\n", b"cnumpy.core.multiarray\nscalar\n", b"cnumpy\nndarray\n"])
def test_no_function_of_the_reader_is_written_into(target, state):
    before = {name: repr(vars(array_pickle)[name]) for name in vars(array_pickle)}
    with pytest.raises(pickle.UnpicklingError, match="refused to set the state of a (_Function|type)"):
        load_arrays(io.BytesIO(target + (b"(" if state.startswith(b"N") else b"") + state))
    assert {name: repr(vars(array_pickle)[name]) for name in vars(array_pickle)} == before


@pytest.mark.parametrize("program, what", [
    (b"cnumpy\nndarray\n(I1\ntR.", "refused to call a type"), (b"]()R.", "damaged pickle"),
    (b"])R.", "refused to call a list"),
    (ENCODE + b".", "refused a _Function"), (b"]" + ENCODE + b"a.", "refused a _Function"),
    (b"]K\x01K\x02s.", "without a dict"), (b"}(K\x01u.", "a key alone"), (b"]2.", "refused the instruction 'dup'"),
    (b"\x80\x05\x97.", "refused the instruction 'next buffer'"), (b"\x82\x01.", "refused the instruction 'ext1'"),
    (b"Px\n.", "refused the instruction 'persid'"), (b"(cos\nsystem\nS'x'\no.", "refused 'os.system'"),
    (b"(S'x'\nios\nsystem\n.", "refused the instruction 'inst'"), (b"\xfe.", "refused the instruction '0xfe'"),
])
def test_nothing_else_is_obeyed(program, what):
    with pytest.raises(pickle.UnpicklingError, match=what):
        load_arrays(io.BytesIO(program))


DEEP = r"""
import io
from readers.array_pickle import load_arrays
try:
    load_arrays(io.BytesIO(b"}" + b")" + b"\x85" * 900_000 + b"K\x01s."))
except Exception as error:
    print(type(error).__name__)
"""


def test_deep_tuples_do_not_end_python():
    done = subprocess.run([sys.executable, "-c", DEEP], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert done.returncode == 0 and done.stdout == "UnpicklingError\n"


@pytest.mark.slow
@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_budgets_leave_room_for_what_is_right(protocol):
    """As many names as the budget has values for, all bytes there are, and an array that is in the file twice."""
    X = np.arange(256, dtype=np.uint8).repeat(400)
    content = {"data": X, "same": X, "names": [f"name {k}.png" for k in range(100_000)], 5: 2.5,
               "labels": list(range(100_000)), "numbers": [np.float64(k) for k in range(1000)]}
    read = load_arrays(io.BytesIO(pickle.dumps(content, protocol)))
    np.testing.assert_array_equal(read["data"], X)
    assert read["data"] is read["same"] and read[5] == 2.5
    assert [read[name] for name in ("names", "labels", "numbers")] == [
        content[name] for name in ("names", "labels", "numbers")]


BARE = b"()]}N\x88012tldaesuRbo\x81\x85\x86\x87\x8f\x90\x91\x92\x93\x94"  # they find all on the stack
WITH_ARGUMENTS = [
    b"q\x00", b"h\x00", b"q\x01", b"h\x01", b"I1\n", b"K\x05", b"M\xff\xff", b"G" + bytes(8), b"S'u1'\n", b"U\x02f8",
    b"X\x03\0\0\0abc", b"C\x04abcd", b"\x96" + struct.pack("<Q", 3) + b"abc", b"cnumpy\ndtype\n", b"cnumpy\nndarray\n",
    b"cnumpy.core.multiarray\n_reconstruct\n", b"cnumpy.core.multiarray\nscalar\n", b"cos\nsystem\n",
    b"cnumpy.core.numeric\n_frombuffer\n", ENCODE, RECONSTRUCT, BYTES_DTYPE]


def program(generator, good):
    """A pickle that nobody has written: instructions of all kinds, arguments that may fit, and parts of good ones."""
    pieces = []
    for _ in range(generator.randrange(1, 40)):
        kind = generator.random()
        if kind < 0.2:
            start = generator.randrange(len(good))
            pieces.append(good[start:start + generator.randrange(1, 60)])
        elif kind < 0.5:
            pieces.append(bytes([generator.choice(BARE)]))
        elif kind < 0.7:
            pieces.append(generator.choice(WITH_ARGUMENTS))
        else:
            pieces.append(bytes(generator.randrange(256) for _ in range(generator.randrange(1, 10))))
    return b"".join(pieces) + b"."


@pytest.mark.slow
def test_of_30000_programs_each_is_read_or_refused_and_changes_nothing():
    generator, refused = random.Random(0), 0
    goods = [pickle.dumps({"data": [np.arange(6.0), np.float32(1)], "a": "b"}, protocol) for protocol in range(6)]
    before = {name: repr(vars(array_pickle)[name]) for name in vars(array_pickle)}
    tracemalloc.start()
    for _ in range(30_000):
        content = program(generator, generator.choice(goods))
        start = time.perf_counter()
        try:
            load_arrays(io.BytesIO(content))
        except pickle.UnpicklingError:
            refused += 1
        assert time.perf_counter() - start < 10, content
    assert tracemalloc.get_traced_memory()[1] < 40 * MB
    tracemalloc.stop()
    assert 20_000 < refused < 30_000  # some are right by chance
    assert {name: repr(vars(array_pickle)[name]) for name in vars(array_pickle)} == before
    assert all(load_arrays(io.BytesIO(good))["a"] == "b" for good in goods)
