"""Whatever one submission makes the grading end with, the class is graded, and its line says why."""
import errno
from concurrent.futures import Future

import pytest

from assignment.grading.failures import outcome, started
from assignment.grading.grader import Grade
from assignment.grading.journal import Journal
from assignment.grading.submission import Submission
from assignment.grading.whole_class import grade_all
from assignment.problems import GRADED


def failing(error):
    def start(files, number):
        raise error
    return start


@pytest.mark.parametrize("error", [
    RecursionError("too deep"), KeyError("x"), UnicodeEncodeError("utf-8", "x", 0, 1, "?"), MemoryError(),
    OSError(errno.ENAMETOOLONG, "File name too long")])
def test_exception_is_the_reason_of_one_problem(error):
    grade = outcome(started(failing(error), {}, 6), 6)
    (lost, line), = grade.losses
    assert grade.points == 0 and lost == 30 and line.startswith(f"could not be graded: {type(error).__name__}")


def test_full_disk_stops_the_class():
    with pytest.raises(OSError, match="No space"):
        outcome(started(failing(OSError(errno.ENOSPC, "No space left")), {}, 2), 2)


def test_grade_is_passed_on():
    future = Future()
    future.set_result(Grade(3))
    assert outcome(started(lambda files, number: future, {}, 2), 2) == Grade(3)


@pytest.mark.slow
def test_class_goes_on(monkeypatch):
    """The first problem of the first fails, and only that."""
    calls = []

    def graded(self, key, work):
        calls.append(key)
        if len(calls) == 1:
            raise RecursionError("too deep")
        return Grade(1)

    monkeypatch.setattr(Journal, "graded", graded)
    shown = []
    files = [{"nn/activation.py": b"a = %d" % k} for k in range(2)]
    grades = grade_all([Submission(str(k), files=one) for k, one in enumerate(files)], 1, Journal(None),
                       lambda submission, grades: shown.append(submission.source))
    points = [grade.points for one in grades for grade in one.values()]
    assert shown == ["0", "1"] and points.count(0) <= 2 and len(points) == 2 * len(GRADED)
    assert any("RecursionError: too deep" in line for one in grades for grade in one.values()
               for _, line in grade.losses)
