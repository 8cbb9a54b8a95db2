"""One's own project, judged: what each problem loses, and what cannot be told here."""
import re
import sys
from dataclasses import dataclass, field

import numpy as np

from .. import verdict
from ..criteria import CRITERIA, FILES, ONE_SLIP, PROCESSOR_SECONDS, SECONDS, TRAINING
from ..process import Ended, Process
from ..training import Beginning
from ..words import Words, say
from . import case_file
from .stand_in import with_stand_in

PROBLEMS = tuple(CRITERIA)
SEEDS = 20  # of which one is drawn each time
SYNTAX = "SyntaxError", "IndentationError", "TabError"
POOLING = 6  # of which problem 5 gets a stand-in
NEEDS = {4: (2,), 5: (2, 3)}  # problems whose answers these run with; in the grading, with right ones

OPEN = Words("it is still to be written", "아직 풀지 않았습니다")
NOT_ALONE = ("problems {needed} are not right yet: the grading puts right ones there, and may not take these points",
             "{needed}번 문제가 아직 맞지 않습니다. 채점에서는 올바른 것으로 바꾸므로 이 점수를 잃지 않을 수 있습니다")
NOT_IMPORTED = Words(
    "it cannot be imported here; the grading takes the answer alone, puts back what was given, and may take no points",
    "여기서는 import할 수 없습니다. 채점에서는 답만 가져오고 나눠 준 것은 되살리므로 이 점수를 잃지 않을 수 있습니다")
NOT_WRITTEN = ("problem {needed} is still to be written, and this cannot be tried without it",
               "{needed}번을 아직 풀지 않아 확인할 수 없습니다")
ONLY_THERE = Words(
    f"one slip that is proved costs {ONE_SLIP} points at most; whether it is one, only the grading can tell",
    f"증명된 실수 하나는 많아야 {ONE_SLIP}점입니다. 실수가 하나뿐인지는 채점할 때만 알 수 있습니다")
BEGUN = ("the grading trains it with {all} batches and wants over 80 %; here it made {steps} steps on one batch",
         "채점에서는 {all}번 학습해 80 %를 넘어야 합니다. 여기서는 배치 하나로 {steps}번만 학습해 보았습니다")
SLOW = ("{all} batches would take about {seconds:.0f} seconds here; the grading, with a ReLU and an Adam of its own, "
        "stops after {most} of processor time",
        "{all}번 학습하는 데 여기서는 {seconds:.0f}초쯤 걸립니다. 채점에서는 ReLU와 Adam을 준비된 것으로 바꾸고, "
        "프로세서 시간 {most}초에서 멈춥니다")
MISSING = "{file} is missing", "{file} 파일이 없습니다"
NO_DATA = Words("the training was not tried: the data cannot be read",
                "데이터를 읽을 수 없어 학습은 해 보지 않았습니다")


@dataclass
class Own:
    """The verdict on a problem here. losses: [(points lost, line)]; least: points that the grading takes at least;
    notes: Words.
    """

    number: int
    losses: list
    least: int
    notes: list = field(default_factory=list)

    @property
    def points(self):
        return sum(one.points for one in CRITERIA[self.number])

    @property
    def is_open(self):
        return any(line is OPEN for _, line in self.losses)

    @property
    def lost(self):
        return sum(lost for lost, _ in self.losses)

    @property
    def is_of_itself(self):
        """Whether nothing is lost, or nothing in which another problem's answer might have a share."""
        return all(line is OPEN or getattr(line, "parts", {}).get("itself") for _, line in self.losses)


@dataclass(frozen=True)
class Project:
    """files: path -> bytes. number: the problem for which they run."""

    files: dict
    number: int

    def place(self, error):
        line = verdict.placed(error)
        needed = re.match(r"NotImplementedError: Problem (\d)", line)
        if needed and int(needed[1]) != self.number:
            return say(*NOT_WRITTEN, needed=needed[1], kind="not written")
        return Words(line, line.korean, {"kind": "syntax"}) if line.startswith(SYNTAX) else line


def judged(files, handout, k, numbers=PROBLEMS):
    """number -> Own for problems `numbers` of path -> bytes. k: which of the seeds.

    As in the grading, a problem runs in the hand-out itself, with the student's file for it and those that the student
    added. Problems 4 and 5 need the answers to others: there the student's own stand, but for the pooling's stand-in.
    """
    given = handout.given()
    wanted = [number for number in PROBLEMS if any(number in (one, *NEEDS.get(one, ())) for one in numbers)]
    found = {}
    for number in sorted(wanted, key=lambda number: number in NEEDS):
        found[number] = _judged(files, given, handout, k, number)
        wrong = [one for one in NEEDS.get(number, ()) if found[one].losses]
        if number == 4 and found[2].is_open:  # nothing is known of ReLU then, and first weights get the wider bounds
            wrong = []
        if number == 5 and any(FILES[POOLING] in line for _, line in found[5].losses):
            wrong.append(POOLING)
        if wrong and not found[number].is_of_itself:
            found[number].least = 0
            found[number].notes.append(say(*NOT_ALONE, needed=", ".join(map(str, wrong))))
    return {number: found[number] for number in PROBLEMS if number in numbers}


def _judged(files, given, handout, k, number):
    whole, notes = sum(one.points for one in CRITERIA[number]), []
    if FILES[number] not in files:
        return Own(number, [(whole, say(*MISSING, file=FILES[number], itself=True))], whole)

    own = {FILES[one] for one in (number, *NEEDS.get(number, ()))} & files.keys()
    projects = [Project({**files, **given, **{path: files[path] for path in own}}, number)]
    if number in NEEDS:  # a script that takes more from given files than they had runs with the student's own
        path = FILES[POOLING]
        projects.append(Project({**given, **files, path: with_stand_in(files.get(path, b""), given[path])}, number))
        if number == 5:
            projects[0].files[path] = projects[1].files[path]

    def start(project):
        return Process(project.files, SECONDS[number], handout.data if number in NEEDS else None, seed=k)

    try:
        if number == 4:
            losses = verdict.of_scales(projects, start)
        elif number == 5:
            losses, notes = _network(projects, start, handout, k)
        else:
            tried = case_file.read(handout.cases, number, k)
            losses = verdict.of_calls(number, tried, verdict.called(projects, start, tried))
    except (verdict.Nothing, Ended) as nothing:
        if nothing.line.startswith("ImportError"):  # a name is missing, not a module
            return Own(number, [(whole, nothing.line)], 0, [NOT_IMPORTED])
        is_open = f"NotImplementedError: Problem {number} " in nothing.line
        return Own(number, [(whole, OPEN if is_open else nothing.line)], whole)
    lost = sum(lost for lost, _ in losses)
    if number == 3 and lost > ONE_SLIP:
        return Own(number, losses, ONE_SLIP, notes=[ONLY_THERE])
    return Own(number, losses, lost, notes=notes)


def _network(projects, start, handout, k):
    try:
        beginning = Beginning(*handout.first_batch())
    except Exception as error:  # whatever is wrong with the data, the layers can be looked at
        print(f"{NO_DATA} ({error})", file=sys.stderr)
        losses, _ = verdict.of_network(projects, start, None, np.random.default_rng(k))
        return losses, [NO_DATA]
    losses, _ = verdict.of_network(projects, start, beginning, np.random.default_rng(k))
    seconds, steps = beginning.seconds(), len(beginning.times)
    notes = [say(*BEGUN, all=TRAINING[1], steps=steps)] if steps else []
    if seconds > PROCESSOR_SECONDS:
        notes.append(say(*SLOW, all=TRAINING[1], seconds=seconds, most=PROCESSOR_SECONDS))
    return losses, notes
