"""A submission runs in a process of its own, in a copy, with limits; what it did comes back as arrays and as one line.

What it prints goes nowhere. When the process has ended, or its time is over, all processes of its group are killed.
"""
import json
import os
import pickle
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import numpy as np

CHILD = Path(__file__).with_name("child.py")
LARGEST_RESULT = 2 ** 28  # bytes
_running, _lock = set(), threading.Lock()


class Stopped(BaseException):
    """The answer was killed because the grading is interrupted, so there is nothing to say about it."""


def run(files, request, seconds, folders=()):
    """Run `request` (what it may be: child.py) in a project of `files` (path -> bytes), with copies of `folders`.

    Returns (results, how it ended): a dict for each step that was done, its text and its arrays in one; and "" when all
    was done, else a line that says why not. Raises Stopped if `stop` was called meanwhile.
    """
    scratch = Path(tempfile.mkdtemp(prefix="grade-"))
    try:
        project = scratch / "project"
        for path, content in files.items():
            (project / path).parent.mkdir(parents=True, exist_ok=True)
            (project / path).write_bytes(content)
        for folder in folders:
            shutil.copytree(folder, project / folder.name)
        (scratch / "results").mkdir()
        (scratch / "request").write_bytes(pickle.dumps(request))
        ended = _wait(_start(scratch), seconds)
        return _results(scratch / "results"), ended
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def stop():
    """Kill all that runs: the grading is interrupted."""
    with _lock:
        while _running:
            _kill(_running.pop())


def _start(scratch):
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MPLBACKEND": "Agg",
                   "PYTHONIOENCODING": "utf-8", "TMPDIR": str(scratch)}
    command = [sys.executable, "-B", str(CHILD), str(scratch / "project"), str(scratch / "request"),
               str(scratch / "results")]
    process = subprocess.Popen(command, cwd=scratch, env=environment, stdin=subprocess.DEVNULL,
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
    with _lock:
        _running.add(process)
    return process


def _wait(process, seconds):
    try:
        status = process.wait(seconds)
    except subprocess.TimeoutExpired:
        status = None
    finally:
        with _lock:
            stopped = process not in _running
            _running.discard(process)
        _kill(process)
        process.wait()
    if stopped:
        raise Stopped
    if status is None:
        return f"no answer within {seconds} seconds; cause: an endless loop, or far too slow"
    return f"the answer ended the program (exit status {status}) before all was tried" if status else ""


def _kill(process):
    """The process and all that it started; a process that made a session of its own escapes."""
    if os.name != "posix":
        process.kill()
        return
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        pass  # it has ended, and nothing of it is left


def _results(folder):
    results = []
    while (folder / f"{len(results):03d}.npz").is_file():
        file = folder / f"{len(results):03d}.npz"
        if file.stat().st_size > LARGEST_RESULT:
            break
        try:
            with np.load(file, allow_pickle=False) as arrays:
                one = {name: arrays[name] for name in arrays.files}
                one.update({"text": json.loads(str(one["text"]))})
        except Exception:  # not what child.py writes: the submission wrote it
            break
        results.append(one)
    return results
