"""The hand-out is the solution without its answers: `python -m assignment.handout DEST` writes the students' project.

    python -m assignment.handout DEST [--solved 2 3 ...]

DEST is a folder that is empty or not there yet. --solved: problems (2 to 6) that are left solved.
"""
import argparse
import re
import shutil
import sys
from pathlib import Path

from assignment.checks import CRITERIA
from assignment.cut import cut, replaced
from assignment.problems import COURSE, GRADED, PROBLEMS, TOTAL
from assignment.travel import travelling

ROOT = Path(__file__).resolve().parents[1]
WHOLE = ("requirements.txt", "LICENSE", "data")  # copied as they are
SCRIPT = "mnist_test.py"
ANSWERS_OF_SCRIPT = {4: ("assignment", ROOT / "mnist_test.py"), 5: ("mine", ROOT / "assignment" / "answers.py")}


def handout_files(solved=()):
    """file -> text of the hand-out, without the files of WHOLE; `solved`: the problems that keep their answers."""
    open_problems = {problem.file: (problem, number) for number, problem in PROBLEMS.items()
                     if number not in solved and problem.cut and problem.file != SCRIPT}

    def read(file):
        path = ROOT / file
        if not path.is_file():
            return None
        source = path.read_text(encoding="utf-8")
        return cut(source, *open_problems[file]) if file in open_problems else source

    files = travelling(read, COURSE)
    files[SCRIPT] = _script(solved)
    for file in sorted((ROOT / "assignment" / "public_tests").glob("*.py")):
        files[f"tests/{file.name}"] = file.read_text(encoding="utf-8")
    files.update({"README.md": statement("statement.md"), "README.ko.md": statement("statement.ko.md")})
    return files


def _script(solved):
    source = (ROOT / "assignment" / SCRIPT).read_text(encoding="utf-8")
    for number in sorted(set(solved) & set(ANSWERS_OF_SCRIPT)):
        name, file = ANSWERS_OF_SCRIPT[number]
        source = replaced(source, name, file.read_text(encoding="utf-8"))
    return source


def statement(name):
    """The problems' text, with each line {points N} replaced by what the points of problem N are given for."""
    text = (ROOT / "assignment" / name).read_text(encoding="utf-8")
    korean = name.endswith(".ko.md")

    def points(match):
        return "\n".join(f"- {one.points}: {one.korean if korean else one.english}"
                         for one in CRITERIA[int(match[1])])

    return re.sub(r"\{points (\d)\}", points, text)


def write(files, folder):
    """Write file -> text into `folder`."""
    for file, text in files.items():
        path = Path(folder) / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode("utf-8"))


def main(argv=None):
    """Read the options, refuse a folder that holds something, write the hand-out."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", metavar="DEST", type=Path, help="a folder that is empty or not there yet")
    parser.add_argument("--solved", type=int, nargs="+", choices=GRADED, default=[], metavar="N",
                        help="problems (2 to 6) to leave solved")
    options = parser.parse_args(argv)
    folder = options.folder
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        sys.exit(f"error: {folder} is there and not an empty folder; name a new one, nothing was written")
    write(handout_files(options.solved), folder)
    for name in WHOLE:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, folder / name)
    left = [str(number) for number in GRADED if number not in options.solved]
    print(f"{folder}: the students' project. Open problems: {', '.join(left) or 'none'} (of {TOTAL} points graded by "
          f"program), and problem 1, which is written.")


if __name__ == "__main__":
    main()
