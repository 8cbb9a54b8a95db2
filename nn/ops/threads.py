"""Threads share out the parts of a batch: each takes the next one when it is done, so a slow thread takes fewer.

There are as many as BLAS, NumPy's matrix library, has for itself, and it has one meanwhile (`nn.ops.blas`). They run
at the same time, because NumPy lets go of Python's lock while it computes.
"""
import os
from collections import deque
from contextvars import ContextVar, copy_context
from queue import SimpleQueue
from threading import Lock, Thread

from nn.ops.blas import ONE, have_threads, one_thread

_sharing = ContextVar("sharing", default=False)  # whether this thread is at work on a part already


def share_out(work, parts):
    """[work(part) for part in parts], the calls shared out. What one of them raises is raised here.

    `work` may call this in turn: then all threads have something to do, and it does its own parts alone.
    """
    if len(parts) <= 1 or _sharing.get():
        return [work(part) for part in parts]
    with one_thread as count:
        results, left = [None] * len(parts), deque(enumerate(parts))
        jobs = [_Job(_take_parts, left.pop, work, results) for _ in range(min(count, len(parts)) - 1)]
        _helpers.give(jobs)
        try:  # from the other end than the helpers, so that a core meets the same part again
            copy_context().run(_take_parts, left.popleft, work, results)
        finally:
            left.clear()  # after an error, or Ctrl-C, nobody takes another part
            errors = [job.end() for job in jobs]
    for error in filter(None, errors):
        raise error
    return results


def _take_parts(take, work, results):
    """Do one part after the other, until none is left to take. In a context of its own."""
    _sharing.set(True)
    while True:
        try:
            k, part = take()
        except IndexError:
            return
        results[k] = work(part)


class _Job:
    """A call that a helper makes in this context, unless the thread that wants it made ends it before it has begun.

    It does what a future of `concurrent.futures` does, but 50 us faster each time that work is shared out.
    """

    def __init__(self, *call):
        self._context, self._call, self._error = copy_context(), call, None
        self._lock = Lock()  # whoever has it runs the job, or has ended it

    def run(self):
        if self._lock.acquire(blocking=False):
            try:
                have_threads(ONE)  # some kinds of BLAS have a number of threads for each thread that calls them
                self._context.run(*self._call)
            except BaseException as error:
                self._error = error
            finally:
                self._lock.release()

    def end(self):
        """Wait for it if it has begun. Returns the exception that it raised, or None."""
        self._lock.acquire()
        return self._error


class _Helpers:
    """Threads that do jobs, as many as were ever wanted at once. They live as long as the process."""

    def __init__(self):
        self._lock, self._queue, self._count, self._most = Lock(), SimpleQueue(), 0, float("inf")

    def give(self, jobs):
        """Hand jobs out. Where the system has no more threads, there are fewer helpers, and some jobs stay undone."""
        if self._count < len(jobs):
            self._grow(len(jobs))
        for job in jobs[:self._count]:
            self._queue.put(job)

    def _grow(self, count):
        with self._lock:
            while self._count < min(count, self._most):
                try:
                    Thread(target=self._help, args=(self._queue,), daemon=True).start()
                    self._count += 1
                except RuntimeError:
                    self._most = self._count

    @staticmethod
    def _help(queue):
        while True:
            queue.get().run()


_helpers = _Helpers()
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_helpers.__init__)  # a forked process has none of them
