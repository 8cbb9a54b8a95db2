"""A worker pool does the runs of comparisons in as many processes as there are cores, each with one thread."""
import os
import signal
import threading
import traceback
from concurrent.futures import ProcessPoolExecutor, as_completed
from functools import lru_cache
from multiprocessing import active_children, get_context, parent_process
from typing import NamedTuple

from inspection.summary import Summary
from nn import Network
from report.comparisons import COMPARISONS
from report.run import outcome, record_file

THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


class Task(NamedTuple):
    """One run of the comparison `name` with one seed; `place` is the run's place in the comparison's list."""

    name: str
    place: int
    seed: int
    quick: bool


def tasks(names, seeds, quick):
    """A list of all tasks of these comparisons, with `seeds` seeds each, or with each one's own number if None."""
    return [Task(name, place, seed, quick) for name in names
            for seed in range(seeds or comparison(name, quick).seeds)
            for place in range(len(comparison(name, quick).runs()))]


def done(todo, folder):
    """Do all tasks and yield (Task, Outcome) of each as it ends; of one that fails, its traceback as a text.

    If the loop over this is left, at most the runs that are under way, one in each process, are lost.
    """
    os.environ.update(dict.fromkeys(THREADS, "1"))  # the processes inherit it
    pool = ProcessPoolExecutor(os.cpu_count(), mp_context=get_context("spawn"), initializer=_follow_parent)
    futures = {pool.submit(_do, task, folder): task for task in todo}
    try:
        for future in as_completed(futures):
            yield futures[future], future.result()
    finally:
        for future in futures:
            future.cancel()
        for process in active_children():
            process.kill()
        pool.shutdown()  # it waits for its thread, which Python's end would otherwise find half closed


@lru_cache(maxsize=None)
def comparison(name, quick):
    """The comparison of this name, or what --quick leaves of it."""
    return COMPARISONS[name].quick() if quick else COMPARISONS[name]


class TimeLeft:
    """How many seconds the rest of `todo` takes, at the pace so far; a run's size is estimated from its network.

    data: name of a comparison -> (the shape of one of its images, how many it trains with).
    """

    def __init__(self, todo, data):
        self.sizes = {task: _size(task._replace(seed=0), *data[task.name]) for task in todo}
        self.took, self.estimated = 0.0, 0.0

    def heaviest_first(self):
        """The comparisons with the longest runs first: then no process is still at one when the others are done."""
        longest = {}
        for task, size in self.sizes.items():
            longest[task.name] = max(size, longest.get(task.name, 0))
        return sorted(self.sizes, key=lambda task: -longest[task.name])

    def __call__(self, task, outcome):
        """The same after `task` has ended with `outcome`."""
        size = self.sizes.pop(task)
        if not outcome.recorded:
            self.took += outcome.facts["took"]
            self.estimated += size
        pace = self.took / self.estimated if self.estimated else 1.0
        return pace * sum(self.sizes.values()) / os.cpu_count()


@lru_cache(maxsize=None)
def _size(task, shape, n):
    """About how many seconds a run takes on one core of an ordinary machine, whatever the seed."""
    experiment = comparison(task.name, task.quick).runs()[task.place].experiment
    try:
        rows = Summary(Network(experiment.layers(), experiment.lr, experiment.loss), shape).rows
    except Exception:  # the run itself will say what is wrong
        return 0.0
    images = min(experiment.batch_size, n)
    return experiment.steps(n) * sum(2e-4 + 3 * images * row.multiplications / 1.5e10 for row in rows)


def _do(task, folder):
    this = comparison(task.name, task.quick)
    run = this.runs()[task.place]
    path = record_file(folder, task.name, run, task.seed)
    try:
        if task.quick:
            path.unlink(missing_ok=True)
        return outcome(this, run, task.seed, path)
    except Exception:  # in a layer of the student's own, perhaps: the other runs go on
        return traceback.format_exc()


def _follow_parent():
    """Leave Ctrl-C to the parent, and end when it has ended, however it did."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)

    def follow():
        parent_process().join()
        os._exit(1)

    threading.Thread(target=follow, daemon=True).start()
