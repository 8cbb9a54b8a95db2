"""A failure of the grading itself costs one submission one problem, says why, and lets the class be graded."""
import errno
from concurrent.futures import Future

from assignment.grading.grader import Grade
from assignment.judging.words import say
from assignment.problems import PROBLEMS

OF_THE_MACHINE = {errno.ENOSPC, errno.EDQUOT, errno.EMFILE, errno.ENFILE, errno.EROFS, errno.EIO}  # no student's fault


def started(start, files, number):
    """The Future that start(files, number) returns; if it raises, one that has the exception."""
    try:
        return start(files, number)
    except Exception as error:
        failed = Future()
        failed.set_exception(error)
        return failed


def outcome(future, number):
    """The Grade of a Future. Of an exception it is one of no points, with the reason; nothing but a full disk, or what
    else is no student's fault, is raised."""
    try:
        return future.result()
    except Exception as error:
        if isinstance(error, OSError) and error.errno in OF_THE_MACHINE:
            raise
        reason = say("could not be graded: {error}", "채점하지 못했습니다: {error}",
                     error=f"{type(error).__name__}: {str(error)[:200]}")
        return Grade(0, [(PROBLEMS[number].points, reason)])
