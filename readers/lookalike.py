"""MNIST comes in many forms; those that are not read here are told apart, and answered with what to do."""

LEAVE_OUT = "MNIST itself comes with this project: leave the path out."
LOOKALIKES = [  # (pattern of the file's path, what the file is, what to do)
    ("emnist-*", "a file of EMNIST",
     "Rename emnist-digits-train-... to train-... and emnist-digits-test-... to t10k-... (or its mnist "
     "files alike). Its other sets have more than ten classes."),
    ("*ubyte*/*ubyte*", "each file in a folder of its own", "Move the files, without these folders, into one folder."),
    ("*ubyte*.zip", "a zip file", "Unpack it there."),
    ("*.npz", "Keras's form of MNIST", LEAVE_OUT),
    ("*.csv", "Kaggle's form of MNIST", LEAVE_OUT),
    ("*.parquet", "Hugging Face's form of MNIST", LEAVE_OUT),
]


def lookalike(file):
    """(what the file is, what to do) for a file that is not of a form that is read; None for one that nobody knows."""
    return next(((what, remedy) for pattern, what, remedy in LOOKALIKES if file.match(pattern)), None)


def lookalike_in(folder):
    """The same for a folder that lacks the files that are read: the first that it has instead, or None."""
    found = (file for pattern, _, _ in LOOKALIKES for file in sorted(folder.glob(pattern)) if file.is_file())
    return next((lookalike(file) for file in found), None)
