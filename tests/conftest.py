"""Every test starts from the same random numbers, and no test opens a window."""
import os

import numpy as np
import pytest

os.environ.setdefault("MPLBACKEND", "Agg")


@pytest.fixture(autouse=True)
def same_random_numbers():
    np.random.seed(0)
