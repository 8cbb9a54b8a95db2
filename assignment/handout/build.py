"""The hand-out is the solution without its answers, file by file."""
import json
import re
from pathlib import Path

import numpy as np

from assignment.grading.expected import CASES
from assignment.handout.cut import brief, cut, replaced, unexplained
from assignment.handout.tree_shaking import travelling
from assignment.handout.wording import BRIEF, EXPLAINED, LEFT_OUT, reworded
from assignment.judging.checking import case_file
from assignment.judging.checking.handout import CASES as CASE_FILE
from assignment.judging.checking.handout import GIVEN
from assignment.judging.checking.own import SEEDS
from assignment.judging.criteria import CRITERIA, SECONDS
from assignment.problems import CALLED, COURSE, PROBLEMS

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).parent
SCRIPT = "mnist_test.py"
OWN = (SCRIPT, "mnist_loader.py", "requirements.txt", "data/README.md")  # that the hand-out has in a form of its own
NEVER_DRAWN = 10 ** 6  # seeds of gradings are smaller
ANSWERS_OF_SCRIPT = {4: ("assignment", ROOT / "mnist_test.py"), 5: ("mine", HERE / "answers.py")}


def handout_files(solved=()):
    """file -> text of the hand-out, without licence and data. solved: problems that keep their answers."""
    open_problems = {problem.file: (problem, number) for number, problem in PROBLEMS.items()
                     if number not in solved and problem.cut and problem.file != SCRIPT}

    def read(file):
        path = ROOT / file
        if not path.is_file():
            return None
        source = reworded(file, path.read_text(encoding="utf-8"), LEFT_OUT)
        return cut(source, *open_problems[file]) if file in open_problems else source

    files = {file: reworded(file, unexplained(brief(text) if file.startswith(BRIEF) else text, EXPLAINED.get(file, ())))
             for file, text in travelling(read, COURSE, CALLED).items()}
    files.update({file: (HERE / file).read_text(encoding="utf-8") for file in OWN})
    files[SCRIPT] = _script(solved)
    for file in sorted((HERE / "public_tests").glob("*.py")):
        files[f"tests/{file.name}"] = file.read_text(encoding="utf-8")
    files.update({"README.md": statement("statement.md"), "README.ko.md": statement("statement.ko.md")})
    return files


def checking_files(solved=()):
    """file -> text of what travels for `check.py` and `pack.py`: the judging, and the hand-out's files once more."""
    files = {file.name: file.read_text(encoding="utf-8") for file in (HERE / "check.py", HERE / "pack.py")}
    judging = ROOT / "assignment" / "judging"
    files.update({file.relative_to(judging.parent).as_posix(): file.read_text(encoding="utf-8")
                  for file in sorted(judging.rglob("*.py"))})
    given = {file: text for file, text in handout_files(solved).items()
             if file.endswith(".py") and not file.startswith("tests/")}
    return {**files, f"judging/{GIVEN}": json.dumps(given, ensure_ascii=False, indent=1)}


def write_cases(folder):
    """Write the file of cases for them: SEEDS sets of inputs and right results, none of which a grading can draw."""
    case_file.write(Path(folder) / "judging" / CASE_FILE, {
        number: [make(np.random.default_rng([NEVER_DRAWN + k, number])) for k in range(SEEDS)]
        for number, make in CASES.items()})


def _script(solved):
    source = (HERE / SCRIPT).read_text(encoding="utf-8")
    for number in sorted(set(solved) & set(ANSWERS_OF_SCRIPT)):
        name, file = ANSWERS_OF_SCRIPT[number]
        source = replaced(source, name, file.read_text(encoding="utf-8"))
    return source


def statement(name):
    """The problems' text: for {points N} what the points of problem N are given for, for {seconds N} its time limit."""
    text = (HERE / name).read_text(encoding="utf-8")
    korean = name.endswith(".ko.md")

    def points(match):
        return "\n".join(f"- {one.points}: {one.korean if korean else one.english}"
                         for one in CRITERIA[int(match[1])])

    text = re.sub(r"\{seconds (\d)\}", lambda match: str(SECONDS[int(match[1])]), text)
    return re.sub(r"\{points (\d)\}", points, text)
