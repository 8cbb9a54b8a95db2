"""Measurements of the sides are interleaved: one works while the others idle, so a machine's bad moment hits all."""
import json
import os
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple, Optional

import numpy as np

ROOT = Path(__file__).resolve().parents[1]


class Checkout(NamedTuple):
    """The folder whose code a side runs, by which interpreter, and its module of `benchmarks`.

    threads: how many it may have, if not as many as it takes by itself. dtype: what it computes in, if not float32.
    """

    python: str
    module: str
    folder: Path = ROOT
    threads: Optional[int] = None
    dtype: Optional[str] = None

    def start(self, network):
        """A worker's process."""
        limit = {} if self.threads is None else {"OMP_NUM_THREADS": str(self.threads)}
        command = [self.python, "-m", "benchmarks.worker", self.module, network]
        command += [] if self.dtype is None else [self.dtype]  # the worker of an older checkout takes none
        return subprocess.Popen(command, cwd=self.folder, env={**os.environ, **limit}, text=True,
                                stdin=subprocess.PIPE, stdout=subprocess.PIPE)


def torch_version(python):
    """The version of PyTorch that this interpreter imports, or ""."""
    command = [python, "-c", "import torch; print(torch.__version__)"]
    try:
        return subprocess.run(command, text=True, capture_output=True).stdout.strip()
    except OSError as error:
        raise SystemExit(f"--torch-python must name an interpreter that has PyTorch, but {python!r} does not start: "
                         f"{error}") from None


@contextmanager
def workers(checkouts, network):
    """Start a worker for each side in checkouts (side -> Checkout). Yields {side: function (method, *arguments)}."""
    processes = {side: checkout.start(network) for side, checkout in checkouts.items()}
    try:
        yield {side: _caller(side, process) for side, process in processes.items()}
    finally:
        for process in processes.values():
            process.kill()
            process.communicate()


@contextmanager
def background_load():
    """Another program that keeps one core busy, as long as the `with` lasts."""
    process = subprocess.Popen([sys.executable, "-c", "while True: pass"])
    try:
        yield
    finally:
        process.kill()
        process.wait()


def _caller(side, process):
    def call(*command):
        if process.poll() is None:
            print(json.dumps(command), file=process.stdin, flush=True)
        answer = process.stdout.readline()
        if not answer:
            raise SystemExit(f"the worker of side {side!r} ended with exit code {process.wait()} at {command}; what it "
                             f"said is above")
        return json.loads(answer)
    return call


def interleaved(calls, rounds):
    """Call each of `calls` (name -> function that returns seconds) in turn, `rounds` times, after one round to warm up.

    Returns {name: the median of what each call returned, (rounds,)}.
    """
    medians = {name: [] for name in calls}
    for _ in range(rounds + 1):
        for name, call in calls.items():
            medians[name].append(np.median(call()))
    return {name: np.array(each[1:]) for name, each in medians.items()}


def ratio(ours, theirs):
    """The median of the paired ratios: what slows down a whole round is in both, and cancels."""
    return np.median(ours / theirs)
