"""Grading a problem: the student's answer to it runs in the hand-out, and what it gives is judged here."""
import hashlib
from dataclasses import dataclass, field

import numpy as np

from assignment.grading.causes import causes, scales
from assignment.grading.expected import CASES
from assignment.grading.project import Unreadable, projects
from assignment.judging import verdict
from assignment.judging.criteria import ONE_SLIP, SECONDS
from assignment.judging.process import Ended, Process
from assignment.judging.verdict import Nothing
from assignment.judging.words import say
from assignment.problems import PROBLEMS

SEEDS = 1000  # of the generators in a process: too few to tell from one the seed that inputs are drawn from


@dataclass
class Grade:
    """points of a problem; losses: a (points lost, line) for each point lost; network: problem 5's in words, or ""."""

    points: int
    losses: list = field(default_factory=list)
    network: str = ""


@dataclass(frozen=True)
class Conditions:
    """Under which a class is graded. data: a folder that answers see as data/, or None; training: a Training or None;
    isolated: whether answers run in namespaces.
    """

    seed: int
    data: object = None
    training: object = None
    isolated: bool = False


class Answer:
    """A submission's answer to one problem, ready to be run: `projects`, or `refusal`, the line that says why not.

    It is made in one thread, because `ast` may fail where two threads parse at once (CPython 3.11).
    """

    def __init__(self, files, number):
        self.number, self.projects, self.refusal = number, [], ""
        try:
            self.projects = projects(files, number)
        except Unreadable as error:
            self.refusal = error.line

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
        losses, words = _losses(answer, conditions)
    except (Nothing, Ended) as nothing:
        losses = [(whole, nothing.line)]
    except (KeyError, TypeError, ValueError, IndexError, AttributeError) as error:  # replies that a runner never gives
        losses = [(whole, say("the results cannot be read, the answer wrote into them ({error})",
                              "답이 결과에 무언가를 써서 결과를 읽을 수 없습니다 ({error})",
                              error=type(error).__name__))]
    return Grade(whole - sum(lost for lost, _ in losses), losses, words)


def _losses(answer, conditions):
    """(losses, problem 5's network in words)."""
    number = answer.number

    def start(project):
        data = None if number in CASES else conditions.data  # a script loads it before it builds a network
        return Process(project.files, SECONDS[number], data, conditions.isolated, conditions.seed % SEEDS)

    rng = np.random.default_rng([conditions.seed, number])
    if number == 4:
        return verdict.of_scales(answer.projects, start, scales.cause), ""
    if number == 5:
        return verdict.of_network(answer.projects, start, conditions.training, rng)
    cases = CASES[number](rng)
    answers = verdict.called(answer.projects, start, cases)
    known = causes(number, cases, answers)

    def most(findings):
        proved = number == 3 and known and all("cause:" in finding.line for finding in findings if finding.tried)
        return ONE_SLIP if proved else None

    return verdict.of_calls(number, cases, answers, most, lambda finding: _with_cause(finding, known)), ""


def _with_cause(finding, known):
    if "cause:" in finding.line or finding.method not in known:
        return finding
    return finding.because(known[finding.method])
