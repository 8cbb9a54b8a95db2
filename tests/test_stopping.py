"""A stop that is asked for is heeded between two steps; a second Ctrl-C, and all outside, are Python's own."""
import os
import signal
import subprocess
import sys
import threading

import pytest

from training.program import Stop

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has no such signals")


def test_first_ctrl_c_asks_and_the_second_interrupts():
    with pytest.raises(KeyboardInterrupt):
        with Stop() as stop:
            os.kill(os.getpid(), signal.SIGINT)
            assert stop.asked and not stop.terminated
            os.kill(os.getpid(), signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP"])
def test_sigterm_and_sighup_take_effect_when_the_block_is_left(name):
    program = ("import os, signal; from training.program import Stop\n"
               f"with Stop() as stop:\n    os.kill(os.getpid(), signal.{name}); print(stop.asked, flush=True)\n"
               "print('still here')")
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.returncode == -getattr(signal, name) and done.stdout == "True\n"


def test_in_another_thread_nothing_changes():
    seen = []

    def work():
        with Stop() as stop:
            seen.append(stop.asked)
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert seen == [False] and signal.getsignal(signal.SIGINT) is signal.default_int_handler
