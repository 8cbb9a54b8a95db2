"""A process that is set up keeps the memory that it frees; where a system has no way to say so, nothing happens."""
import platform
import subprocess
import sys
from types import SimpleNamespace

import pytest

from nn.ops import process
from tests.test_house import ROOT

FAULTS = """
import resource
import numpy as np
from nn.ops.process import set_up_process
set_up_process()
for step in range(3):
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    np.ones(10_000_000, np.float32)  # 40 MB, which come back at once
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="other C libraries have no such setting")
def test_freed_memory_is_not_taken_anew_page_by_page():
    run = subprocess.run([sys.executable, "-c", FAULTS], cwd=ROOT, capture_output=True, text=True, check=True)
    assert int(run.stdout) < 100  # of 10,000 pages


@pytest.mark.parametrize("error", [OSError, TypeError, None])
def test_a_system_without_mallopt_is_left_as_it_is(error, monkeypatch):
    def library(name):
        if error:
            raise error
        return SimpleNamespace()  # a C library that has no mallopt

    monkeypatch.setattr(process.ctypes, "CDLL", library)
    process._keep_freed_memory()
