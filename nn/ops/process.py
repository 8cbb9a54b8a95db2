"""What a network asks of its process: one thread of BLAS while it works, and to keep memory that a step has freed.

BLAS computes NumPy's matrix products, and has threads of its own. It would split every product over all cores and wait,
spinning, for the slowest of them: beside one other busy program a step then takes twice as long. Its threads and ours
(`nn.ops.threads`) would wait for one another, too, and how it splits a product changes the last digits. So it has one
for the time of the work, and afterwards as many as before. That is how many we have: all cores, or what the variable
OMP_NUM_THREADS or `threadpoolctl.threadpool_limits` says.

This needs the package threadpoolctl. Without it, and where a BLAS cannot be set, BLAS keeps its threads and we have
one: steps are slower, and with another number of threads the last digits may be others.
"""
import ctypes
import os
import random
import sys
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from functools import lru_cache
from itertools import product, repeat
from threading import Lock

import numpy as np

ONE = repeat(1)  # for each BLAS, however many there are
LARGEST = 2 ** 25 - 2 ** 13  # bytes; glibc learns nothing from arrays of 32 MB and more
_NOTHING = nullcontext()
_working = ContextVar("working", default=False)  # whether this thread, or the one that it helps, is in `at_work`


class at_work:
    """`with at_work():` a network computes: BLAS has one thread, and what is too small for its dtype becomes 0.

    Afterwards all is as it was before. Each method of a network enters it by itself. A loop may enter it once for all
    of its steps, as `training.loop.train` does, which saves some 15 microseconds a step.

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


def underflow_ignored():
    """`with underflow_ignored():` what is too small for its dtype becomes 0, even if NumPy was told to raise errors."""
    return _NOTHING if _working.get() else np.errstate(under="ignore")  # a network at work has seen to it


class _OneThread:
    """`with one_thread as count:` lets BLAS have one thread; count: how many of ours may share the work.

    Several threads may be in it at once, and one of them several times: the last one out puts BLAS back.
    """

    def __init__(self):
        self._lock, self._before = Lock(), []  # for each that is in it, how many threads BLAS had when it came

    def __enter__(self):
        with self._lock:
            self._before.append(have_threads(ONE))
            return max(self._before[0], default=1)

    def __exit__(self, *error):
        with self._lock:
            if len(self._before) == 1:
                have_threads(self._before[0])
            del self._before[-1:]  # there is none in a process that was forked meanwhile

    def start_anew(self):
        """In a process that was forked while threads were in it: they are not there, and may have held the lock."""
        for before in self._before[:1]:
            have_threads(before)
        self.__init__()


def have_threads(counts):
    """Let each BLAS have so many threads if this thread calls it. Returns how many they had."""
    before = [get() for get, _ in _libraries()]
    for (_, set_to), now, count in zip(_libraries(), before, counts):
        if now != count:
            set_to(count)
    return before


@lru_cache(maxsize=None)
def _libraries():
    """(function that says how many threads it has, function that sets that) of each BLAS in this process.

    None of them if one cannot be set: its threads and ours would wait for one another.
    """
    try:
        from threadpoolctl import ThreadpoolController
    except ImportError:
        return []
    libraries = [_functions(library) for library in ThreadpoolController().select(user_api="blas").lib_controllers]
    return libraries if all(_can_be_set(*library) for library in libraries) else []


def _functions(library):
    """(get, set) of a library that threadpoolctl has found.

    OpenBLAS is asked itself: that takes a third of the time, and newer versions of threadpoolctl ignore what is set by
    another thread of Python than the first that set something.
    """
    openblas = ctypes.PyDLL(library.filepath)
    for prefix, suffix in product(("", "scipy_"), ("", "64_", "_64")):
        name = f"{prefix}openblas_%s_num_threads{suffix}"
        if hasattr(openblas, name % "get") and getattr(library, "threading_layer", None) == "pthreads":
            return openblas[name % "get"], openblas[name % "set"]
    return library.get_num_threads, library.set_num_threads


def _can_be_set(get, set_to):
    count = get()
    if count is None:  # threadpoolctl does not know either
        return False
    set_to(1)
    done = get() == 1
    set_to(count)
    return done


@lru_cache(maxsize=None)  # the second call finds it done
def set_up_process():
    """Free one array of nearly 32 MB that nobody has written to, once a process.

    glibc's malloc gives freed memory back to the system unless it has seen the process free arrays as large before.
    What a step has freed is wanted again by the next one, and to take it anew each time, page by page, would cost up to
    a third of the step's time. From this array malloc learns to keep up to 64 MB. No setting is changed: those that the
    process has (mallopt, MALLOC_TRIM_THRESHOLD_) go on to hold, and other systems do as they always do.
    """
    np.empty(LARGEST, np.uint8)


@contextmanager
def draws_put_back():
    """Random numbers that are drawn meanwhile, NumPy's and Python's, will be drawn again."""
    ours, pythons = np.random.get_state(), random.getstate()
    try:
        yield
    finally:
        np.random.set_state(ours)
        random.setstate(pythons)


def debugged():
    """Whether a debugger follows each line: it is to show the real step, not a copy's."""
    return sys.gettrace() is not None


one_thread = _OneThread()
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=one_thread.start_anew)
