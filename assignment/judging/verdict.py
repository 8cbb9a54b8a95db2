"""A verdict on a problem is what its answer loses, by one procedure for the grading and for the hand-out's check.

An answer is one or several projects to be tried in turn: `place(error)` of a project is the line for an error that the
runner tells. start(project) gives the Process in which it runs.
"""
from contextlib import contextmanager

from . import calls, network, points, scales
from .criteria import CRITERIA
from .taken import cause_of_misfit, not_a_network
from .words import Words, say

ARGUMENTS = {4: "cnn", 5: "mine"}  # python mnist_test.py ...
FUNCTIONS = {4: "assignment", 5: "mine"}
MOST = 2 ** 23  # numbers in first weights


NOTHING_RETURNED = Words("nothing is returned: the function ends without a `return` line",
                         "아무것도 돌려주지 않습니다. 함수가 `return` 없이 끝납니다", {"kind": "nothing"})


class Nothing(Exception):
    """The answer gets no points, for a reason that is a `line`."""

    def __init__(self, line):
        super().__init__(line)
        self.line = line


def placed(error, lines=()):
    """The line for an error that a runner tells: its text, and the place in the student's files.

    lines: path -> for each line of a merged file its number in the student's, 0 if it is none of theirs.
    """
    text = "".join(c if c.isprintable() else "?" for c in str(error["text"])[:420])
    if text == "TypeError: expected an array of numbers to be returned, got NoneType":
        return NOTHING_RETURNED
    file, line = str(error["file"])[:200], int(error["line"])
    if file in lines:
        line = lines[file][line - 1] if 0 < line <= len(lines[file]) else 0
    return message(text, file, line)


def message(text, file, line, parts=()):
    """Words for an exception: its own text, which is in one language, and its place, as far as it is known."""
    english = korean = f" ({file})" if file else ""
    if file and line:
        english, korean = f" ({file}, line {line})", f" ({file} {line}번째 줄)"
    return Words(f"{text}{english}", f"오류 메시지(원문): {text}{korean}", parts)


def called(projects, start, cases):
    """The Answers to cases by the first project in which anything runs. Raises Nothing with the error of all calls."""
    for project in projects:
        with start(project) as process:
            answers = calls.answers(process, cases, project.place)
        error = _only_error(answers)
        if not error:
            return answers
    raise Nothing(error)


def _only_error(answers):
    """The error that every call of every case ended with, or None: where nothing is written, or nothing is imported."""
    errors = [answer.error for some in answers for answer in some]
    kinds = {"open" if error.startswith("NotImplementedError") else error for error in errors}
    return errors[0] if len(kinds) == 1 else None


def of_calls(number, cases, answers, most=lambda findings: None, explained=lambda finding: finding):
    """[(points lost, line)] of a problem whose functions are called.

    explained(finding): the Finding with its cause, where that is known. most(findings): the points that those cost at
    most, or None.
    """
    findings = [explained(finding) for finding in calls.findings(cases, answers)]
    return points.losses(CRITERIA[number], findings, most(findings))


def of_scales(projects, start, cause_of=lambda weights: ""):
    """[(points lost, line)] of problem 4."""
    with _taken(projects, start, 4) as (process, project, _):
        reply, arrays = process.ask("weights", most=MOST)
        if "error" in reply:
            raise Nothing(project.place(reply["error"]))
        weights = scales.weights_of(reply["layers"], arrays)
        process.finish()
        return scales.losses(weights, cause_of)


def of_network(projects, start, training, rng):
    """([(points lost, line)], the network in words) of problem 5."""
    with _taken(projects, start, 5) as (process, project, taken):
        wrong = not_a_network(taken)
        if wrong:
            raise Nothing(wrong)
        try:
            looked = network.look(process, project.place, taken["parts"], training, rng)
        except network.NoNetwork as error:
            raise Nothing(error.line) from None
        line, cause = looked.lines.get(network.FITS), cause_of_misfit(taken)
        if line and cause:
            looked.lines[network.FITS] = say("{found}; cause: {cause}", "{found}; 원인: {cause}",
                                             found=line, cause=cause)
        return network.losses(looked, CRITERIA[5]), f"{looked.words}; lr {taken['lr']}"


@contextmanager
def _taken(projects, start, number):
    """(process, project, what the network is built of) of the first project whose script builds one."""
    line = ""
    for project in projects:
        with start(project) as process:
            taken, _ = process.ask("take", argument=ARGUMENTS[number], function=FUNCTIONS[number])
            if "error" not in taken:
                yield process, project, taken
                return
            line = line or project.place(taken["error"])
    raise Nothing(line)
