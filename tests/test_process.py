"""What a step has freed is there for the next one; a process that a network has worked in is set as it was before."""
import platform
import subprocess
import sys

import numpy as np
import pytest

from nn import FullyConnected, Network, cross_entropy, linear, relu
from nn.ops.process import at_work
from nn.optimizer import AdamOptimizer
from tests.test_house import ROOT

FAULTS = """
import resource
import sys
import numpy as np
from nn.ops.process import set_up_process
if "set up" in sys.argv:
    set_up_process()
for step in range(4):
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    arrays = [np.ones(2_500_000, np.float32) for _ in range(5)]  # 50 MB, which all come back at once
    del arrays
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="other C libraries keep memory in other ways")
def test_freed_memory_is_not_taken_anew_page_by_page():
    faults = [int(subprocess.run([sys.executable, "-c", FAULTS, *option], cwd=ROOT, capture_output=True, text=True,
                                 check=True).stdout) for option in ([], ["set up"])]
    assert 10 * faults[1] < faults[0]  # of 12,000 pages of 4 kB


def test_numbers_that_are_too_small_become_0_though_numpy_was_told_to_raise():
    tiny = np.full(4, 1e-30, np.float32)
    with np.errstate(all="raise"):
        with at_work():
            assert not (tiny * tiny).any()
            with at_work():
                pass
            assert not (tiny * tiny).any()
            with pytest.raises(FloatingPointError):
                tiny / 0
        with pytest.raises(FloatingPointError):
            tiny * tiny


def test_a_training_whose_gradients_fade_away_goes_on_though_numpy_was_told_to_raise():
    net = Network([FullyConnected((2, 3), relu, np.ones, AdamOptimizer(beta1=0.1, beta2=0.1)),
                   FullyConnected((3, 2), linear, lambda shape: 1e-15 * np.ones(shape), AdamOptimizer(beta1=0.1))],
                  0.01, cross_entropy)
    with np.errstate(all="raise"):
        net.train_step((np.ones((1, 2)), np.eye(2)[:1]))
        for _ in range(60):  # units that are never active: their moments fade to 0
            net.train_step((-np.ones((1, 2)), np.eye(2)[:1]))
            net.update(net.gradients((-np.ones((1, 2)), np.eye(2)[:1]))[1])
        assert np.isfinite(net.forward(np.full((1, 2), 1e-30))).all()
