"""Grading a problem: our project, with this one answer of the student's in it, is run, and what it gave is judged."""
import hashlib
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np

from assignment.grading import learning
from assignment.grading.checks import CHECKS
from assignment.grading.checks.case import Answer
from assignment.grading.sandbox import run
from assignment.handout.build import ROOT, SCRIPT, handout_files
from assignment.problems import GRADED, PROBLEMS

SECONDS = {2: 30, 3: 30, 4: 60, 5: 300, 6: 60}
HANDED_IN = "handed_in"  # where an answer's file stands, beside ours: nothing of ours imports it
EARLY = "the answer ended the program before all was tried"


@dataclass
class Grade:
    """points of a problem; losses: a (points lost, line) for each point lost; network: problem 5's in words, or ""."""

    points: int
    losses: list = field(default_factory=list)
    network: str = ""


@lru_cache(maxsize=None)
def handed_out(solved):
    """path -> bytes of the hand-out with all problems solved, or with none."""
    return {path: text.encode("utf-8") for path, text in handout_files(GRADED if solved else ()).items()}


def project(files, number):
    """path -> bytes of what is run: ours, the student's answer to this problem, and modules that the student added.

    The script is put in place of ours. None if the answer's file is missing.
    """
    answer = PROBLEMS[number].file
    if answer not in files:
        return None
    known = set(handed_out(True)) | set(handed_out(False))
    added = {path: content for path, content in files.items() if path not in known}
    place = answer if answer == SCRIPT else f"{HANDED_IN}/{answer}"
    return {**added, **handed_out(True), place: files[answer]}


def key(files, number, seed):
    """The same text for the same answer, modules and seed: it need not be graded again."""
    digest = hashlib.sha256(f"{number} {seed}".encode())
    for path, content in sorted((project(files, number) or {}).items()):
        digest.update(f"\n{path} {len(content)}\n".encode("utf-8", "surrogatepass") + content)
    return digest.hexdigest()


def grade(files, number, seed, data):
    """Grade of one problem of a submission's files. data: a file with learning.images_and_labels()."""
    points = PROBLEMS[number].points
    ours = project(files, number)
    if ours is None:
        return Grade(0, [(points, f"{PROBLEMS[number].file} is missing")])
    how = _calls if hasattr(CHECKS[number], "cases") else _network
    try:
        losses, network = how(CHECKS[number], ours, number, seed, data)
    except Exception as error:  # the judges rely on what child.py writes
        losses, network = [(points, f"the results cannot be read, the answer wrote into them ({error!r})")], ""
    return Grade(points - sum(lost for lost, _ in losses), losses, network)


def _network(check, ours, number, seed, data):
    """(losses, the network in words) of a problem that is judged on the network which the script builds."""
    request = {"kind": "network", "argument": check.ARGUMENT, "seed": seed, "data": data, "batch": learning.BATCH,
               "batches": learning.BATCHES if number == 5 else 0}
    results, ended = run(ours, request, SECONDS[number], [ROOT / "data"])
    results = [{**one, **one["text"]} for one in results]
    if not results or results[0]["error"]:
        return [(PROBLEMS[number].points, results[0]["error"] if results else ended or EARLY)], ""
    results[0]["ended"] = ended or EARLY
    return check.judge(results), check.description(results) if number == 5 else ""


def _calls(check, ours, number, seed, data):
    """(losses, "") of a problem whose functions are called: for each criterion the first line on what is wrong."""
    cases = check.cases(np.random.default_rng([seed, number]))
    request = {"kind": "calls", "seed": seed, "cases": [
        {**vars(case), "make": (f"{HANDED_IN}.{case.make[0]}", case.make[1]), "judges": None} for case in cases]}
    results, ended = run(ours, request, SECONDS[number])
    all_answers = [_answers(one) for one in results]
    if len(results) == len(cases) or not results:
        error = _only_error(all_answers) if results else ended or EARLY
        if error:
            return [(PROBLEMS[number].points, error)], ""
    lines = {}
    for k, case in enumerate(cases):
        for criterion, judge in case.judges:
            line = judge(all_answers[k]) if k < len(results) else ended or EARLY
            if line:
                lines.setdefault(criterion, line)
    return [(check.CRITERIA[k].points, f"{check.CRITERIA[k].english}: {line}") for k, line in sorted(lines.items())], ""


def _answers(result):
    """The Answers of one case, out of the dict that the process wrote."""
    return [Answer([result[f"{n} value {i}"] for i in range(one["values"])],
                   [result[f"{n} argument {i}"] for i in range(one["arguments"])], one["printed"], one["error"])
            for n, one in enumerate(result["text"])]


def _only_error(all_answers):
    """The error that every call of every case ended with, or None: where nothing is written, or nothing is imported."""
    errors = [answer.error for answers in all_answers for answer in answers]
    kinds = {"open" if error.startswith("NotImplementedError") else error for error in errors}
    return errors[0] if len(kinds) == 1 else None
