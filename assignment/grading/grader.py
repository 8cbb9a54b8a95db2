"""Grading a problem: the student's answer to it runs in the hand-out, and what it gives is judged here."""
import hashlib
from dataclasses import dataclass, field

import numpy as np

from assignment.grading.causes import causes, network, scales
from assignment.grading.expected import CASES
from assignment.grading.project import Unreadable, projects
from assignment.judging import calls, points
from assignment.judging import network as judged_network
from assignment.judging import scales as judged_scales
from assignment.judging.criteria import CRITERIA
from assignment.judging.process import Ended, Process
from assignment.problems import PROBLEMS

SECONDS = {2: 30, 3: 30, 4: 60, 5: 300, 6: 60}
ARGUMENTS = {4: "cnn", 5: "mine"}  # python mnist_test.py ...
ONE_SLIP = 5  # points that one proved slip costs at most in problem 3
MOST = 2 ** 23  # numbers in first weights
SEEDS = 1000  # of the generators in a process: too few to tell from one the seed that inputs are drawn from


@dataclass
class Grade:
    """points of a problem; losses: a (points lost, line) for each point lost; network: problem 5's in words, or ""."""

    points: int
    losses: list = field(default_factory=list)
    network: str = ""


@dataclass(frozen=True)
class Conditions:
    """Under which a class is graded. data: a folder that answers see as data/, or None; training: TrainingData or None;
    isolated: whether answers run in namespaces.
    """

    seed: int
    data: object = None
    training: object = None
    isolated: bool = False


class Nothing(Exception):
    """The answer gets no points, for a reason in one line."""


class Answer:
    """A submission's answer to one problem, ready to be run: `projects`, or `refusal`, the line that says why not.

    It is made in one thread, because `ast` may fail where two threads parse at once (CPython 3.11).
    """

    def __init__(self, files, number):
        self.number, self.projects, self.refusal = number, [], ""
        try:
            self.projects = projects(files, number)
        except Unreadable as error:
            self.refusal = str(error)

    def key(self, seed):
        """The same text for the same answer, modules and seed: it need not be graded again."""
        digest = hashlib.sha256(f"{self.number} {seed} {self.refusal}".encode("utf-8", "surrogatepass"))
        for project in self.projects:
            for path, content in sorted(project.files.items()):
                digest.update(f"\n{path} {len(content)}\n".encode("utf-8", "surrogatepass") + content)
        return digest.hexdigest()


def grade(answer, conditions):
    """The Grade of an Answer."""
    whole, words = PROBLEMS[answer.number].points, ""
    try:
        if answer.refusal:
            raise Nothing(answer.refusal)
        losses, words = (_calls if answer.number in CASES else _network)(answer, conditions)
    except (Nothing, Ended) as nothing:
        losses = [(whole, str(nothing))]
    except (KeyError, TypeError, ValueError, IndexError, AttributeError) as error:  # replies that a runner never gives
        losses = [(whole, f"the results cannot be read, the answer wrote into them ({type(error).__name__})")]
    return Grade(whole - sum(lost for lost, _ in losses), losses, words)


def _process(project, number, conditions):
    data = None if number in CASES else conditions.data  # a script loads it before it builds a network
    return Process(project.files, SECONDS[number], data, conditions.isolated, conditions.seed % SEEDS)


def _calls(answer, conditions):
    """(losses, "") of a problem whose functions are called."""
    number = answer.number
    cases = CASES[number](np.random.default_rng([conditions.seed, number]))
    for project in answer.projects:
        with _process(project, number, conditions) as process:
            answers = calls.answers(process, cases, project.place)
        error = _only_error(answers)
        if not error:
            break
    if error:
        raise Nothing(error)
    findings = calls.findings(cases, answers)
    known = causes(number, cases, answers) if findings else {}
    findings = [_with_cause(finding, known) for finding in findings]
    capped = number == 3 and known and all("cause:" in finding.line for finding in findings if finding.tried)
    return points.losses(CRITERIA[number], findings, most=ONE_SLIP if capped else None), ""


def _with_cause(finding, known):
    if "cause:" in finding.line or finding.method not in known:
        return finding
    return finding.because(known[finding.method])


def _only_error(answers):
    """The error that every call of every case ended with, or None: where nothing is written, or nothing is imported."""
    errors = [answer.error for some in answers for answer in some]
    kinds = {"open" if error.startswith("NotImplementedError") else error for error in errors}
    return errors[0] if len(kinds) == 1 else None


def _network(answer, conditions):
    """(losses, the network in words) of a problem that is judged on the network which the script builds."""
    number, line = answer.number, ""
    for project in answer.projects:
        with _process(project, number, conditions) as process:
            taken, _ = process.ask("take", argument=ARGUMENTS[number], function=PROBLEMS[number].cut[0])
            if "error" not in taken:
                judge = _scales if number == 4 else _learning
                return judge(process, project, taken, conditions)
            line = line or project.place(taken["error"])
    raise Nothing(line)


def _scales(process, project, taken, conditions):
    reply, arrays = process.ask("weights", most=MOST)
    if "error" in reply:
        raise Nothing(project.place(reply["error"]))
    weights = judged_scales.weights_of(reply["layers"], arrays)
    process.finish()
    return judged_scales.losses(weights, scales.cause), ""


def _learning(process, project, taken, conditions):
    wrong = network.not_a_network(taken)
    if wrong:
        raise Nothing(wrong)
    rng = np.random.default_rng([conditions.seed, 5])
    try:
        looked = judged_network.look(process, project.place, conditions.training, rng)
    except judged_network.NoNetwork as error:
        raise Nothing(str(error)) from None
    line = looked.lines.get(judged_network.FITS)
    cause = network.cause_of_misfit(taken)
    if line and cause:
        looked.lines[judged_network.FITS] = f"{line}; cause: {cause}"
    return judged_network.losses(looked, CRITERIA[5]), f"{looked.words}; lr {taken['lr']}"
