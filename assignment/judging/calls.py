"""Problems 2, 3 and 6 are judged by the calls of cases: each is made in a process, and its answer compared outside."""
import numpy as np

from .case import ACTIVATION, QUIET, RUNS, UNCHANGED, Answer, Finding
from .compare import difference, same
from .process import Ended

MOST = 2 ** 22  # numbers in the arrays of an answer


def answers(process, cases, place):
    """A list of Answers for each case. After the end of the process each call ends with what it ended with.

    place(error): the line for an error that the runner tells, with its place in the student's own files.
    """
    given, ended = [], ""
    for case in cases:
        made = []
        try:
            if not ended:
                for answer in _case(process, case, place):
                    made.append(answer)
        except Ended as error:
            ended = str(error)
        given.append(made + [Answer(error=ended)] * (len(case.calls) - len(made)))
    try:
        if not ended:
            process.finish()
    except Ended as error:  # of one call nobody knows now whether it was an answer
        given[-1][-1] = Answer(error=str(error))
    return given


def _case(process, case, place):
    """The Answers of a case, one after the other."""
    reply, _ = process.ask("case", make=case.make, settings=case.settings, objects=case.objects)
    broken = place(reply["error"]) if "error" in reply else ""
    for call in case.calls:
        yield Answer(error=broken) if broken else _call(process, call, place)


def _call(process, call, place):
    numbers = [None if isinstance(one, np.ndarray) else float(one) for one in call.arguments]
    arrays = [one for one in call.arguments if isinstance(one, np.ndarray)]
    reply, values = process.ask("call", *arrays, most=MOST, object=call.object, method=call.method, arguments=numbers,
                                pair=call.pair)
    try:
        count, printed = int(reply["values"]), int(reply["printed"])
        error = place(reply["error"]) if "error" in reply else ""
    except (KeyError, TypeError, ValueError):
        raise Ended("what came back is no answer: the answer wrote messages of its own") from None
    return Answer(values[:count], values[count:], printed, error)


def findings(cases, given):
    """A Finding for each criterion that is not reached: what is needed and fails, then what is wrong, then what raised
    too early to say something about it.
    """
    found = {}
    for case, some in zip(cases, given):
        for check in case.checks:
            line = failure(case, check, some)
            if line:
                rank = 0 if check.needed else 2 if _raised(case, check.criterion, some) else 1
                call, error = case.calls[check.call], some[check.call].error
                finding = Finding(check.criterion, line, call.method, error, tried=rank == 1)
                found.setdefault(check.criterion, []).append((rank, len(found.get(check.criterion, ())), finding))
    return [min(several)[2] for _, several in sorted(found.items())]


def _raised(case, criterion, given):
    return any(given[check.call].error for check in case.checks if check.kind == RUNS and check.criterion == criterion)


def failure(case, check, given):
    """None, or the line that says in what an answer fails a check. An exception changes no argument, and prints not."""
    call, answer = case.calls[check.call], given[check.call]
    words = f"{call.method}, {call.given}"
    if check.kind == QUIET:
        return (f"{words}: it printed {answer.printed} characters; cause: print inside {call.method}"
                if answer.printed else None)
    if check.kind == UNCHANGED:
        return None if answer.error else _changed(words, call.arguments[0], answer)
    if answer.error:
        return f"{words}: {answer.error}"
    if check.kind == RUNS:
        return None
    position = int(check.kind == ACTIVATION)
    if position >= len(answer.values) or not call.pair and len(answer.values) > 1:
        return f"{words}: expected {'2 arrays' if call.pair else '1 array'}, got {len(answer.values)}"
    got, tolerance = answer.values[position], (case.rtol, case.atol)
    if any(_right(got, right, check.where, tolerance) for right in check.right):
        return None
    if check.where is not None and np.shape(got) == check.where.shape:
        got = np.where(check.where, got, check.right[0])
    return f"{words}: {difference(check.right[0], got, *tolerance)}"


def _right(got, right, where, tolerance):
    if where is None or np.shape(got) != where.shape:
        return same(got, right, *tolerance)
    return same(got[where], right[where], *tolerance)


def _changed(words, before, answer):
    if same(answer.arguments[0], before):
        return None
    return (f"{words}: {difference(before, answer.arguments[0])} in the input afterwards; cause: the answer writes "
            f"into its input, which the rest of the network still needs; work on a copy")
