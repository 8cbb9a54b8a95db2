"""BLAS computes NumPy's matrix products, and has threads of its own; while a network works it has one, called by ours.

It would split every product over all cores and wait, spinning, for the slowest of them: beside one other busy program
a step then takes twice as long. Its threads and ours (`nn.ops.threads`) would wait for one another, too, and how it
splits a product changes the last digits. So it has one for the time of the work, and afterwards as many as before. That
is how many we have: all cores, or what the variable OMP_NUM_THREADS or `threadpoolctl.threadpool_limits` says.

This needs the package threadpoolctl. Without it, and where a BLAS cannot be set, BLAS keeps its threads and we have
one: steps are slower, and with another number of threads the last digits may be others.
"""
import ctypes
import os
from functools import lru_cache
from itertools import product
from threading import Lock


class _OneThread:
    """`with one_thread as count:` lets BLAS have one thread; count: how many of ours may share the work.

    Several threads may be in it at once, and one of them several times: the last one out puts BLAS back.
    """

    def __init__(self):
        self._lock, self._inside, self._before, self._count = Lock(), 0, [], 1

    def __enter__(self):
        with self._lock:
            before = self.settle()
            if self._inside == 0:
                self._before = before
                self._count = max([count for _, count in before], default=1)
            self._inside += 1
            return self._count

    def __exit__(self, *error):
        with self._lock:
            self._inside -= 1
            if self._inside == 0:
                for set_to, count in self._before:
                    set_to(count)

    def settle(self):
        """Look how many threads BLAS has if this thread calls it, and let it have one. Returns what puts it back."""
        before = [(set_to, get()) for get, set_to in _libraries() if get() != 1]
        for set_to, _ in before:
            set_to(1)
        return before

    def start_anew(self):
        """In a process that was forked while threads were in it: they are not there, and may have held the lock."""
        self._lock = Lock()
        if self._inside:
            self._inside = 1
            self.__exit__()


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
    set_to(1)
    done = get() == 1
    set_to(count)
    return done


one_thread = _OneThread()
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=one_thread.start_anew)
