"""Data comes in many forms; those not read here are told apart by what is in a file, and answered with what to do."""
import re
from itertools import chain, islice

ARRAYS = ("save its arrays as np.savez('name.npz', x_train=images, y_train=labels, x_test=..., y_test=...), images "
          "(N, 28, 28) from 0 to 255, and name that file")
UNPACK = "Unpack it, and name the folder that it becomes."
PICTURES = ("Read each with PIL.Image.open(file).convert('L').resize((28, 28)), its label from its folder's name, and "
            f"{ARRAYS}.")
WITH_PANDAS = f"Read it with pandas, {ARRAYS}."
SIGNS = [  # (what the file begins with, what it is, what to do)
    (b"PK", "a zip file", UNPACK),
    (b"7z\xbc\xaf", "a 7-Zip file", UNPACK),
    (b"Rar!", "a RAR file", UNPACK),
    (b"\xfd7zXZ", "a file packed by xz", UNPACK),
    (b"BZh", "a file packed by bzip2", UNPACK),
    (b"\x28\xb5\x2f\xfd", "a file packed by Zstandard", UNPACK),
    (b"\x89PNG", "a picture", PICTURES),
    (b"\xff\xd8\xff", "a picture", PICTURES),
    (b"GIF8", "a picture", PICTURES),
    (b"\xff\xfe", "text in UTF-16", "Save it as UTF-8, or ASCII."),
    (b"{", "JSON", WITH_PANDAS),
    (b"[", "JSON", WITH_PANDAS),
    (b"SQLite format", "a database of SQLite", WITH_PANDAS),
    (b"ARROW1", "Arrow, or Feather", WITH_PANDAS),
    (b"\x93NUMPY", "one array of NumPy (.npy)", f"It is images or labels alone: np.load it, {ARRAYS}."),
    (b"MATLAB", "a file of MATLAB (.mat)", f"Read it with scipy.io.loadmat, {ARRAYS}. (Images of EMNIST's lie on their "
     f"side: images.reshape(-1, 28, 28).transpose(0, 2, 1) turns them.)"),
    (b"\x89HDF", "HDF5 (.h5, or .mat of MATLAB 7.3)", f"Read it with h5py, {ARRAYS}."),
    (b"PAR1", "Parquet, Hugging Face's form of data sets", f"Read it with their library datasets, {ARRAYS}."),
    (b"@relation", "ARFF, OpenML's and Weka's form of tables", "Put one line that names the columns "
     "(pixel1,pixel2,...,class) in the place of all lines down to @data; then it is CSV, and is read."),
]
IDX_TYPES = {8: "bytes", 9: "signed bytes", 11: "int16", 12: "int32", 13: "float32", 14: "float64"}
MOST_FILES = 1000  # of a folder that are looked at


def lookalike(content):
    """(what it is, what to do) for the unpacked bytes of a file that is of no form that is read; None if unknown."""
    start = content[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
    while start.startswith(b"%") and b"\n" in start:  # comments of ARFF
        start = start.split(b"\n", 1)[1].lstrip()
    if content[257:262] == b"ustar":
        return "a tar file", UNPACK
    if content.startswith(b"PK") and b"data.pkl" in content[:300]:
        return "a file of PyTorch", f"Read it with torch.load, {ARRAYS}."
    if re.match(rb"[-+.\d]+\s+\d+:[-+.\d]", start):
        return "LIBSVM's form of tables", f"Read it with sklearn.datasets.load_svmlight_file, {ARRAYS}."
    if content[:2] == b"\0\0" and content[2:3] and content[2] in IDX_TYPES:
        sizes = [str(int.from_bytes(content[4 + 4 * k:8 + 4 * k], "big")) for k in range(content[3])]
        return (f"one IDX file, of {' x '.join(sizes)} numbers",
                "Images and labels, for training and for the test, are four such files: name their folder.")
    return next(((what, remedy) for sign, what, remedy in SIGNS if start.lower().startswith(sign.lower())), None)


def lookalike_in(folder):
    """The same for a folder that lacks the files that are read: the first that is in it, or further down, or None."""
    inside = chain.from_iterable(sorted(folder.glob(depth)) for depth in ("*", "*/*", "*/*/*"))
    files = [file for file in islice(inside, MOST_FILES) if file.is_file()]
    if any(file.name.startswith("emnist-") and "idx" in file.name for file in files):
        return "files of EMNIST", ("Of its sets digits and mnist are read, each four files (emnist-digits-...); the "
                                   "others have more than ten classes.")
    for file in files:
        with open(file, "rb") as opened:
            start = opened.read(4096)
        known = None if start.startswith(b"\0\0") else lookalike(start)
        if known is not None:
            return f"{known[0]}, {file.relative_to(folder)}", known[1]
    return None
