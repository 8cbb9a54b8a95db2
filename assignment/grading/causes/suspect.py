"""A suspect is a wrong version of methods, which is run to see whether it explains what an answer gave."""
from dataclasses import dataclass

import numpy as np

from assignment.judging.case import Answer
from assignment.judging.compare import same


@dataclass(frozen=True)
class Suspect:
    """cause: in words. fresh(): for each case, a function that makes its objects. methods: those that it explains."""

    cause: str
    fresh: object
    methods: tuple


def proved(cases, answers, suspects):
    """method -> cause, where suspects with this cause, and no others, explain all calls of the method."""
    called = {call.method for case in cases for call in case.calls}
    found = {method: set() for method in called}
    for suspect in suspects:
        given = [_run(case, suspect.fresh()) for case in cases]
        if all(_explains(cases, given, answers, method) for method in suspect.methods):
            for method in suspect.methods:
                found[method].add(suspect.cause)
    return {method: causes.pop() for method, causes in found.items() if len(causes) == 1}


def _run(case, make):
    """The Answers of a suspect to a case."""
    objects = [make(*case.settings) for _ in range(case.objects)]
    given = []
    for call in case.calls:
        arguments = [np.array(one) if isinstance(one, np.ndarray) else one for one in call.arguments]
        try:
            with np.errstate(all="ignore"):
                returned = getattr(objects[call.object], call.method)(*arguments)
            values = returned if isinstance(returned, tuple) else (returned,)
            given.append(Answer([np.array(value) for value in values]))
        except Exception as error:
            given.append(Answer(error=" ".join(f"{type(error).__name__}: {error}".split())))
    return given


def _explains(cases, given, answers, method):
    """Whether all calls of a method gave the same. Where all of them raised, it must be with the same several texts."""
    pairs = [(one, other, case) for case, expected, got in zip(cases, given, answers)
             for call, one, other in zip(case.calls, expected, got) if call.method == method]
    if not all(_alike(*pair) for pair in pairs):
        return False
    texts = {one.error for one, _, _ in pairs}
    return "" in texts or len(texts) > 2 and all(other.error.startswith(one.error) for one, other, _ in pairs)


def _alike(one, other, case):
    if one.error or other.error:
        return bool(one.error and other.error) and one.error.split(":")[0] == other.error.split(":")[0]
    return len(one.values) == len(other.values) and all(
        same(got, value, case.rtol, case.atol) and (value.dtype.kind != "i" or got.dtype.kind in "iu")
        for got, value in zip(other.values, one.values))
