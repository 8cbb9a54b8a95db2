"""A class is graded in as many processes as there are cores, and equal answers once."""
import errno
import os
import tempfile
from concurrent.futures import Future, ThreadPoolExecutor

import numpy as np

from assignment.grading import grader, sandbox
from assignment.grading.learning import images_and_labels
from assignment.problems import GRADED, PROBLEMS

OF_THE_MACHINE = {errno.ENOSPC, errno.EDQUOT, errno.EMFILE, errno.ENFILE, errno.EROFS, errno.EIO}  # no student's fault


def grade_all(found, seed, journal, show):
    """Grade Submissions in as many processes as there are cores. show(submission, number -> Grade), in their order.

    Equal answers are graded once. Returns the list of those dicts.
    """
    with tempfile.TemporaryDirectory() as folder:
        data = os.path.join(folder, "data.npz")
        images, labels = images_and_labels()
        np.savez(data, images=images, labels=labels)
        pool = ThreadPoolExecutor(os.cpu_count())
        started = {}

        def start(files, number):
            try:
                key = grader.key(files, number, seed)
            except Exception as error:
                failed = Future()
                failed.set_exception(error)
                return failed
            if key not in started:
                started[key] = pool.submit(journal.graded, key, lambda: grader.grade(files, number, seed, data))
            return started[key]

        try:
            waiting = [(one, {number: start(one.files, number) for number in GRADED}) for one in found]
            all_grades = []
            for one, futures in waiting:
                all_grades.append({number: _grade(number, future) for number, future in futures.items()})
                show(one, all_grades[-1])
            return all_grades
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            sandbox.stop()
            raise
        finally:
            pool.shutdown()


def _grade(number, future):
    """The Grade that comes of it; of an exception no points and the reason: it stops the class only if it is not the
    submission's, but a full disk's."""
    try:
        return future.result()
    except Exception as error:
        if isinstance(error, OSError) and error.errno in OF_THE_MACHINE:
            raise
        reason = f"could not be graded: {type(error).__name__}: {str(error)[:200]}"
        return grader.Grade(0, [(PROBLEMS[number].points, reason)])
