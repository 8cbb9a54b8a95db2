"""What a network asks of its process: to keep memory that a step has freed for the next one, and one thread of BLAS."""
from contextlib import nullcontext
from contextvars import ContextVar
from functools import lru_cache

import numpy as np

from nn.ops.blas import one_thread

LARGEST = 2 ** 25 - 2 ** 13  # bytes; glibc learns nothing from arrays of 32 MB and more
_NOTHING = nullcontext()
_working = ContextVar("working", default=False)  # whether this thread, or the one that it helps, is in `at_work`


@lru_cache(maxsize=None)  # the second call finds it done
def set_up_process():
    """Free one array of nearly 32 MB that nobody has written to, once a process.

    glibc's malloc gives freed memory back to the system unless it has seen the process free arrays as large before.
    What a step has freed is wanted again by the next one, and to take it anew each time, page by page, would cost up to
    a third of the step's time. From this array malloc learns to keep up to 64 MB. No setting is changed: those that the
    process has (mallopt, MALLOC_TRIM_THRESHOLD_) go on to hold, and other systems do as they always do.
    """
    np.empty(LARGEST, np.uint8)


def underflow_ignored():
    """`with underflow_ignored():` what is too small for its dtype becomes 0, even if NumPy was told to raise errors."""
    return _NOTHING if _working.get() else np.errstate(under="ignore")  # a network at work has seen to it


class at_work:
    """`with at_work():` a network computes: BLAS has one thread, and what is too small for its dtype becomes 0.

    Afterwards all is as it was before. Each method of a network enters it by itself. A loop may enter it once for all
    of its steps, as `training.loop.train` does, which saves some 4 microseconds a step.

    Numbers become too small for float32 in every long training, and that is harmless. So it is no error here, not even
    after `np.seterr(all="raise")`.
    """

    def __enter__(self):
        self._entered = () if _working.get() else (np.errstate(under="ignore"), one_thread)
        for each in self._entered:
            each.__enter__()
        _working.set(True)

    def __exit__(self, *error):
        for each in self._entered:
            each.__exit__()
        _working.set(not self._entered)
