"""The pickle guard reads arrays of every kind that NumPy writes, and refuses whatever else a pickle may ask for."""
import io
import pickle

import numpy as np
import pytest

from readers.array_pickle import load_arrays

OBJECTS = np.array([(np.arange(2.0), np.arange(2)), {}], dtype=object)


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
@pytest.mark.parametrize("content, name", [
    (OBJECTS, "object"),
    ([np.array(["a"])], "<U1"),
    (np.zeros(2, [("a", "O"), ("b", "i4")]), "V12"),
    (np.dtype("f4"), "_Dtype"),
    (np.ndarray, "type"),
    ({1, 2}, "set"),
    (pickle.PicklingError(), "Error"),
])
def test_only_arrays_of_numbers_are_read(content, name, protocol):
    with pytest.raises(pickle.UnpicklingError, match=f"refused.*{name}"):
        load_arrays(io.BytesIO(pickle.dumps(content, protocol)))


@pytest.mark.parametrize("text, encoding", [("a", "utf8"), ("a", "rot13"), ("a", "hex"), ("a", "idna")])
def test_only_the_latin1_codec_is_reachable(text, encoding):
    program = f"c_codecs\nencode\n(V{text}\nV{encoding}\ntR.".encode()
    with pytest.raises(pickle.UnpicklingError, match=f"refused the codec '{encoding}'"):
        load_arrays(io.BytesIO(program))
    assert load_arrays(io.BytesIO("c_codecs\nencode\n(Va\\u00ff\nVlatin1\ntR.".encode())) == b"a\xff"


def test_array_that_never_got_its_numbers_is_refused():
    with pytest.raises(pickle.UnpicklingError, match="refused a _Array"):
        load_arrays(io.BytesIO(b"cnumpy.core.multiarray\n_reconstruct\n(cnumpy\nndarray\n(I0\ntS'b'\ntR."))


def test_forged_flags_of_a_dtype_are_not_believed():
    """State 63 as a dtype's flags says "these bytes are Python objects"; NumPy's own dtype would believe it."""
    array = np.array([1, 2], "u8")
    plain = pickle.dumps(array, 0)
    forged = plain.replace(b"I0\nt", b"I63\nt").replace(b"(I63\nt", b"(I0\nt")
    assert forged != plain
    read = load_arrays(io.BytesIO(forged))
    np.testing.assert_array_equal(read, array)
    assert not read.dtype.hasobject


@pytest.mark.parametrize("core", [b"numpy.core", b"numpy._core"])
@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
@pytest.mark.parametrize("array", [
    np.arange(6, dtype=np.uint8).reshape(2, 3), np.asfortranarray(np.arange(6, dtype=">i2").reshape(2, 3)),
    np.array(2.5), np.array([True, False]), np.float32(1.5), np.arange(12.0).reshape(3, 4)[:, ::2]], ids=repr)
def test_arrays_are_read_under_the_old_and_the_new_name_of_numpys_core(array, protocol, core):
    written = pickle.dumps({"data": [array, "text", 3], "same": array}, protocol)
    if protocol < 4:  # later protocols store the length of the name with it
        written = written.replace(b"numpy._core", b"numpy.core").replace(b"numpy.core", core)
    read = load_arrays(io.BytesIO(written))
    assert list(read) == ["data", "same"] and read["data"][1:] == ["text", 3] and read["data"][0] is read["same"]
    np.testing.assert_array_equal(read["same"], array)
    assert type(read["same"]) is type(array) and read["same"].dtype == array.dtype


# A CIFAR-10 batch of one 2 x 2 grey picture, written by Python 2.7 and NumPy 1.16.
PYTHON2_BATCH = (
    b"\x80\x02}q\x01(U\x0bbatch_labelq\x02U\x01bU\x06labelsq\x03]q\x04K\x06aU\x04dataq\x05cnumpy.core.multiarray\n"
    b"_reconstruct\nq\x06cnumpy\nndarray\nq\x07K\x00\x85U\x01b\x87Rq\x08(K\x01K\x01K\x04\x86cnumpy\ndtype\nq\tU\x02u1"
    b"K\x00K\x01\x87Rq\n(K\x03U\x01|NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tb\x89U\x04\x00\x7f\x80\xfftbU\tfilenames"
    b"q\x0b]q\x0cU\x05a.pngq\rau.")


@pytest.mark.parametrize("encoding, text", [("latin1", str), ("bytes", str.encode)])
def test_dict_of_python_2_is_read(encoding, text):
    read = load_arrays(io.BytesIO(PYTHON2_BATCH), encoding)
    assert read.pop(text("data")).tolist() == [[0, 127, 128, 255]]
    assert read == {text("batch_label"): text("b"), text("labels"): [6], text("filenames"): [text("a.png")]}


@pytest.mark.parametrize("end", range(0, len(PYTHON2_BATCH), 7))
def test_truncated_pickle_is_refused(end):
    with pytest.raises(pickle.UnpicklingError):
        load_arrays(io.BytesIO(PYTHON2_BATCH[:end]))


@pytest.mark.parametrize("old, new", [
    (b"U\x04\x00\x7f\x80\xff", b"U\x03\x00\x7f\x80"), (b"U\x04\x00\x7f\x80\xff", b"N"), (b"u1", b"i4"), (b"u1", b"??")])
def test_array_that_contradicts_itself_is_refused(old, new):
    with pytest.raises(pickle.UnpicklingError, match="damaged pickle"):
        load_arrays(io.BytesIO(PYTHON2_BATCH.replace(old, new)))
