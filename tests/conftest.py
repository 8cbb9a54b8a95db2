"""Every test starts from the same random numbers, and no test opens a window."""
import os
import signal

import numpy as np
import pytest

os.environ.setdefault("MPLBACKEND", "Agg")
for name, usual in ("SIGINT", signal.default_int_handler), ("SIGHUP", signal.SIG_DFL):
    number = getattr(signal, name, None)  # Windows has no SIGHUP
    if number is not None and signal.getsignal(number) == signal.SIG_IGN:  # as in a script's `nohup ... &`; the
        signal.signal(number, usual)  # programs that are started by tests would be deaf to it, too


@pytest.fixture(autouse=True)
def same_random_numbers():
    np.random.seed(0)


@pytest.fixture
def few_images_will_do(monkeypatch):
    """Layers of many channels convolve as `nn.ops.winograd` does, however few the images."""
    monkeypatch.setattr("nn.ops.winograd.WORK", 1)
