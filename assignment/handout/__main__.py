"""The hand-out is the solution without its answers: `python -m assignment.handout DEST` writes the students' project.

    python -m assignment.handout DEST [--solved 2 3 ...]

DEST is a folder that is empty or not there yet. --solved: problems (2 to 6) that are left solved.
"""
import argparse
import shutil
import sys
from pathlib import Path

from assignment.handout.build import ROOT, checking_files, handout_files, write_cases
from assignment.problems import GRADED, TOTAL

WHOLE = ("LICENSE", "data/*.gz")  # copied as they are


def write(files, folder):
    """Write file -> text into `folder`."""
    for file, text in files.items():
        path = Path(folder) / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode("utf-8"))


def main(argv=None):
    """Read the options, refuse a folder that holds something, write the hand-out."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", metavar="DEST", type=Path, help="a folder that is empty or not there yet")
    parser.add_argument("--solved", type=int, nargs="+", choices=GRADED, default=[], metavar="N",
                        help="problems (2 to 6) to leave solved")
    options = parser.parse_args(argv)
    folder = options.folder
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        sys.exit(f"error: {folder} is there and not an empty folder; name a new one, nothing was written")
    write({**handout_files(options.solved), **checking_files(options.solved)}, folder)
    write_cases(folder)
    for file in (file for pattern in WHOLE for file in ROOT.glob(pattern)):
        shutil.copy(file, folder / file.relative_to(ROOT))
    left = [str(number) for number in GRADED if number not in options.solved]
    print(f"{folder}: the students' project. Open problems: {', '.join(left) or 'none'} (of {TOTAL} points graded by "
          f"program), and problem 1, which is written.")


if __name__ == "__main__":
    main()
