"""Check your answers before you hand in: `python check.py`, or `python check.py 6` for one problem.

--lang ko or --lang en changes the language.
"""
import sys
from pathlib import Path

import numpy as np
from judging.checking.check import main
from judging.checking.handout import Handout

from mnist_loader import load_data


def first_batch():
    """The first 50 training images (50, 784) of bytes, and their labels (50,)."""
    images, labels = load_data()[0]
    return np.round(255 * images[:50].reshape(50, -1)).astype(np.uint8), labels[:50]


HANDOUT = Handout(Path(__file__).resolve().parent, first_batch)

if __name__ == "__main__":
    sys.exit(main(HANDOUT))
