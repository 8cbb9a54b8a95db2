"""Threads share out the parts of a batch: each takes the next one when it is done, so a slow thread takes fewer.

BLAS, NumPy's matrix library, would split every product over all cores and wait, spinning, for the slowest of them:
beside one other busy program a step then takes twice as long. So BLAS works with one thread, and is called from as
many threads of ours as it had. They run at the same time, because NumPy lets go of Python's lock while it computes.
"""
import os
from collections import deque
from contextvars import ContextVar, copy_context
from functools import lru_cache
from queue import SimpleQueue
from threading import Lock, Thread

_sharing = ContextVar("sharing", default=False)  # whether this thread is at work on a part already
count = 1  # threads that share out the parts; `take_over_from_blas` sets it


def take_over_from_blas():
    """Let BLAS work with one thread, and have as many of our own as it had: all cores, or what OMP_NUM_THREADS says.

    This needs the package threadpoolctl. Without it, and where a BLAS cannot be set, all stays as it is.
    """
    global count
    try:
        from threadpoolctl import ThreadpoolController
    except ImportError:
        return
    blas = ThreadpoolController().select(user_api="blas")
    count = max([1, *(library["num_threads"] for library in blas.info())])
    blas.limit(limits=1)


def share_out(work, parts):
    """[work(part) for part in parts], the calls shared out. What one of them raises is raised here.

    `work` may call this in turn: then all threads have something to do, and it does its own parts alone.
    """
    if len(parts) <= 1 or count == 1 or _sharing.get():
        return [work(part) for part in parts]
    results, left = [None] * len(parts), deque(enumerate(parts))

    def take_parts(take):
        while True:
            try:
                k, part = take()
            except IndexError:
                return
            results[k] = work(part)

    before = _sharing.set(True)  # the helpers' contexts are copies of this one
    jobs = [_Job(copy_context(), take_parts, left.pop) for _ in range(min(count, len(parts)) - 1)]
    for job in jobs:
        _queue(os.getpid(), count).put(job)
    try:
        take_parts(left.popleft)  # from the other end than the helpers, so that a core meets the same part again
    finally:
        _sharing.reset(before)
        left.clear()  # after an error, or Ctrl-C, nobody takes another part
        errors = [job.end() for job in jobs]
    for error in filter(None, errors):
        raise error
    return results


class _Job:
    """A call that a helper makes in a context, unless the thread that wants it made ends it before it has begun.

    It does what a future of `concurrent.futures` does, but 50 us faster each time that work is shared out.
    """

    def __init__(self, context, *call):
        self._context, self._call, self._error = context, call, None
        self._begun, self._done = Lock(), Lock()
        self._done.acquire()

    def run(self):
        if self._begun.acquire(blocking=False):
            try:
                self._context.run(*self._call)
            except BaseException as error:
                self._error = error
            finally:
                self._done.release()

    def end(self):
        """Wait for it if it has begun. Returns the exception that it raised, or None."""
        if not self._begun.acquire(blocking=False):
            self._done.acquire()
        return self._error


@lru_cache(maxsize=1)
def _queue(process, threads):
    """The helpers' jobs. They wait for them as long as the process lives; a forked one has none, and makes its own."""
    queue = SimpleQueue()
    for _ in range(threads - 1):
        Thread(target=_help, args=(queue,), daemon=True).start()
    return queue


def _help(queue):
    while True:
        queue.get().run()
