"""Threads share out the parts of a batch: each takes the next one when it is done, so a slow thread takes fewer.

There are as many as BLAS, NumPy's matrix library, has for itself, and it has one meanwhile (`nn.ops.process`). They run
at the same time, because NumPy lets go of Python's lock while it computes. Without the package threadpoolctl, which
sets BLAS, there is one: steps are slower, and their last digits may depend on the number of BLAS's threads.
"""
import os
from collections import deque
from contextvars import ContextVar, copy_context
from functools import lru_cache, partial
from queue import SimpleQueue
from threading import Lock, Thread

from nn.ops.process import one_thread

_sharing = ContextVar("sharing", default=False)  # whether this thread is at work on a part already


def share_out(work, parts):
    """[work(part) for part in parts], the calls shared out. What one of them raises is raised here.

    `work` may call this in turn: then all threads have something to do, and it does its own parts alone.
    """
    if len(parts) <= 1 or _sharing.get():
        return [work(part) for part in parts]
    with one_thread as count:
        results, left = [None] * len(parts), iter(enumerate(parts))
        others = [begin(_take_parts, left, work, results) for _ in range(min(count, len(parts)) - 1)]
        try:
            copy_context().run(_take_parts, left, work, results)
        finally:
            deque(left, maxlen=0)  # after an error, or Ctrl-C, nobody takes another part
            [wait() for wait in others]
    return results


def _take_parts(left, work, results):
    """Do one part after the other, as long as some are left. In a context of its own."""
    _sharing.set(True)
    for k, part in left:
        results[k] = work(part)


def begin(call, *arguments):
    """Let a helper make this call while the caller goes on. Returns a function that waits for its result.

    What the call raises is raised by that function, which makes the call itself if no helper has begun it.
    """
    job = _Job(call, *arguments)
    with one_thread as count:
        if count > 1 and _helpers(count - 1):
            _jobs.put(job)
    return job.result


class _Job:
    """A call that a helper makes in this context, unless the thread that wants its result is there first.

    It does what a future of `concurrent.futures` does, but 50 us faster each time that work is shared out.
    """

    def __init__(self, *call):
        self._call, self._results, self._error = partial(copy_context().run, *call), [], None
        self._lock = Lock()  # whoever has it makes the call, or has its result

    def run(self):
        if self._lock.acquire(blocking=False):
            try:
                with one_thread:  # some kinds of BLAS have a number of threads for each thread that calls them
                    self._results.append(self._call())
                self._call = None  # what it was given may be large
            except BaseException as error:
                self._error = error
            finally:
                self._lock.release()

    def result(self):
        self._lock.acquire()
        if self._error:
            raise self._error
        return self._results.pop() if self._results else self._call()


@lru_cache(maxsize=None)  # what was found out once is not tried again
def _helpers(count):
    """Let there be so many helpers, and they live as long as the process. Returns how many of them the system has."""
    with _starting:
        while len(_started) < count:
            try:
                Thread(target=_help, daemon=True).start()
            except RuntimeError:
                break
            _started.append(None)
        return min(count, len(_started))


def _help():
    while True:
        _jobs.get().run()


def _start_anew():
    """In a forked process there are no helpers, and one that was just starting may have held the lock."""
    global _jobs, _starting
    _jobs, _starting = SimpleQueue(), Lock()
    _started.clear()
    _helpers.cache_clear()


_jobs, _starting, _started = SimpleQueue(), Lock(), []
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_start_anew)
