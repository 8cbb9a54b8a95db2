"""Every test starts from the same random numbers, and no test opens a window."""
import os
import signal

import numpy as np
import pytest

os.environ.setdefault("MPLBACKEND", "Agg")
if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:  # as in a script's `nohup ... &`; the programs that are started
    signal.signal(signal.SIGINT, signal.default_int_handler)  # by tests would be deaf to Ctrl-C, too


@pytest.fixture(autouse=True)
def same_random_numbers():
    np.random.seed(0)
