"""The hand-out is the solution without its answers, file by file."""
import re
from pathlib import Path

from assignment.handout.cut import cut, replaced, unexplained
from assignment.handout.tree_shaking import travelling
from assignment.handout.wording import EXPLAINED, reworded
from assignment.judging.criteria import CRITERIA
from assignment.problems import CALLED, COURSE, PROBLEMS

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).parent
SCRIPT = "mnist_test.py"
OWN = (SCRIPT, "mnist_loader.py", "data/README.md")  # that the hand-out has in a form of its own
ANSWERS_OF_SCRIPT = {4: ("assignment", ROOT / "mnist_test.py"), 5: ("mine", HERE / "answers.py")}


def handout_files(solved=()):
    """file -> text of the hand-out, without licence and data. solved: problems that keep their answers."""
    open_problems = {problem.file: (problem, number) for number, problem in PROBLEMS.items()
                     if number not in solved and problem.cut and problem.file != SCRIPT}

    def read(file):
        path = ROOT / file
        if not path.is_file():
            return None
        source = path.read_text(encoding="utf-8")
        return cut(source, *open_problems[file]) if file in open_problems else source

    files = {file: reworded(file, unexplained(text, EXPLAINED.get(file, ())))
             for file, text in travelling(read, COURSE, CALLED).items()}
    files.update({file: (HERE / file).read_text(encoding="utf-8") for file in OWN})
    files[SCRIPT] = _script(solved)
    for file in sorted((HERE / "public_tests").glob("*.py")):
        files[f"tests/{file.name}"] = file.read_text(encoding="utf-8")
    files.update({"README.md": statement("statement.md"), "README.ko.md": statement("statement.ko.md")})
    return files


def _script(solved):
    source = (HERE / SCRIPT).read_text(encoding="utf-8")
    for number in sorted(set(solved) & set(ANSWERS_OF_SCRIPT)):
        name, file = ANSWERS_OF_SCRIPT[number]
        source = replaced(source, name, file.read_text(encoding="utf-8"))
    return source


def statement(name):
    """The problems' text: for {points N} what the points of problem N are given for, for {seconds N} its time limit."""
    from assignment.grading.grader import SECONDS  # the grader needs the hand-out itself

    text = (HERE / name).read_text(encoding="utf-8")
    korean = name.endswith(".ko.md")

    def points(match):
        return "\n".join(f"- {one.points}: {one.korean if korean else one.english}"
                         for one in CRITERIA[int(match[1])])

    text = re.sub(r"\{seconds (\d)\}", lambda match: str(SECONDS[int(match[1])]), text)
    return re.sub(r"\{points (\d)\}", points, text)
