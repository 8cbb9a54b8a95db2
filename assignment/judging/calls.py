"""Problems 2, 3 and 6 are judged by the calls of cases: each is made in a process, and its answer compared outside."""
import numpy as np

from .case import ACTIVATION, QUIET, RUNS, UNCHANGED, Answer, Finding
from .compare import difference, same
from .process import OWN_MESSAGES, Ended
from .words import Words, say

MOST = 2 ** 22  # numbers in the arrays of an answer
ONE, TWO = Words("1 array", "배열 1개"), Words("2 arrays", "배열 2개")
WRITES = Words("the answer writes into its input, which the rest of the network still needs; work on a copy",
               "입력 배열에 값을 썼습니다. 네트워크의 다른 부분이 그 배열을 아직 쓰므로 복사본에서 계산해야 합니다")


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
            ended = error.line
        given.append(made + [Answer(error=ended)] * (len(case.calls) - len(made)))
    try:
        if not ended:
            process.finish()
    except Ended as error:  # of one call nobody knows now whether it was an answer
        given[-1][-1] = Answer(error=error.line)
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
        raise Ended(OWN_MESSAGES) from None
    return Answer(values[:count], values[count:], printed, error)


def findings(cases, given):
    """A Finding for each criterion that is not reached: what is needed and fails, then what is wrong, then what raised
    too early to say something about it. Cases that are `last` count where the others find no
    wrong result.
    """
    both = list(zip(cases, given))
    found = _found(pair for pair in both if not pair[0].last)
    if all(one.line.parts.get("kind") in ("printed", "changed") for one in found.values()):
        found = {**_found(pair for pair in both if pair[0].last), **found}
    return [one for _, one in sorted(found.items())]


def _found(pairs):
    """criterion -> the Finding that says most."""
    found = {}
    for case, some in pairs:
        for check in case.checks:
            line = failure(case, check, some)
            if line:
                rank = 0 if check.needed else 2 if _raised(case, check.criterion, some) else 1
                call, error = case.calls[check.call], some[check.call].error
                finding = Finding(check.criterion, line, call.method, error, tried=rank == 1)
                found.setdefault(check.criterion, []).append((rank, len(found.get(check.criterion, ())), finding))
    return {criterion: min(several)[2] for criterion, several in found.items()}


def _raised(case, criterion, given):
    return any(given[check.call].error for check in case.checks if check.kind == RUNS and check.criterion == criterion)


def failure(case, check, given):
    """None, or the Words that say in what an answer fails a check. An exception changes no argument, and prints not."""
    call, answer = case.calls[check.call], given[check.call]
    what = _what(case, check, call, answer)
    return what and say("{given}: {what}", "{given}: {what}", what=what, given=say(
        "{method}, {inputs}", "{method}, {inputs}", method=call.method, inputs=call.given))


def _what(case, check, call, answer):
    if check.kind == QUIET:
        return say("it printed {count} characters; cause: {cause}", "{count}글자를 출력했습니다; 원인: {cause}",
                   count=answer.printed, kind="printed",
                   cause=say("print inside {method}", "{method} 안에 print가 있습니다", method=call.method),
                   ) if answer.printed else None
    if check.kind == UNCHANGED:
        return None if answer.error else _changed(call.arguments[0], answer)
    if answer.error:
        return say("{error}", "{error}", error=answer.error,
                   kind=getattr(answer.error, "parts", {}).get("kind", "error"))
    return None if check.kind == RUNS else _unlike(case, check, call, answer)


def _unlike(case, check, call, answer):
    position = int(check.kind == ACTIVATION)
    if position >= len(answer.values) or not call.pair and len(answer.values) > 1:
        return say("expected {expected}, got {got}", "배열 {needed}개를 돌려줘야 하는데 {got}개를 돌려주었습니다",
                   expected=TWO if call.pair else ONE, needed=1 + call.pair, got=len(answer.values), kind="count")
    got, tolerance = answer.values[position], (case.rtol, case.atol)
    if any(_right(got, right, check.where, tolerance) for right in check.right):
        return None
    if check.where is not None and np.shape(got) == check.where.shape:
        got = np.where(check.where, got, check.right[0])
    return difference(check.right[0], got, *tolerance)


def _right(got, right, where, tolerance):
    if where is None or np.shape(got) != where.shape:
        return same(got, right, *tolerance)
    return same(got[where], right[where], *tolerance)


def _changed(before, answer):
    if same(answer.arguments[0], before):
        return None
    return say("{changed} in the input afterwards; cause: {cause}", "호출한 뒤의 입력: {changed}; 원인: {cause}",
               changed=difference(before, answer.arguments[0]), cause=WRITES, kind="changed")
