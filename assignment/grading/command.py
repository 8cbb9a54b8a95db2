"""Grading a class: `python -m assignment.grade PATH ...` prints a table for each submission, and writes a CSV for all.

    python -m assignment.grade PATH ... [--csv FILE] [--seed N]

PATH: a project's folder, a zip of it, or a folder full of them. With --csv, a grading that was stopped is taken up
again by the same command: what is done stands in FILE.unfinished until all is. A FILE that is complete keeps its seed,
and the points that were entered by hand, when the class is graded again.
"""
import argparse
import secrets
import sys
from pathlib import Path

from assignment.grading.journal import Journal
from assignment.grading.report import report, total
from assignment.grading.submission import submissions
from assignment.grading.table import read_csv, write_csv
from assignment.grading.whole_class import grade_all
from assignment.judging import isolation
from assignment.problems import TOTAL
from training.arguments import random_seed


def _options(argv):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("paths", metavar="PATH", type=Path, nargs="+", help="project folder, zip, or folder of them")
    parser.add_argument("--csv", type=Path, help="file for a line a submission")
    parser.add_argument("--seed", type=random_seed, help="draw the same inputs as a grading before")
    return parser.parse_args(argv)


def main(argv=None):
    """Find the submissions, grade them with one seed, print and write the results."""
    options, shown = _options(argv), []
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")  # names and lines of students, on any terminal
    try:
        found = submissions(options.paths)
        by_hand, earlier = read_csv(options.csv, found)
        journal = Journal(options.csv and options.csv.with_name(options.csv.name + ".unfinished"))
        seeds = options.seed, journal.seed, earlier, secrets.randbelow(10 ** 6)
        seed = next(seed for seed in seeds if seed is not None)
        if journal.seed != seed:
            journal.add("seed", seed)
    except (OSError, ValueError) as error:
        sys.exit(f"error: {error}")
    print(f"{len(found)} submissions, seed {seed}; --seed {seed} repeats this grading\n", flush=True)
    if not isolation.is_possible():
        print("isolation: none (assignment/README.md says what an answer can do here)\n", flush=True)

    def show(submission, grades):
        shown.append(submission)
        print(report(submission, grades) + "\n", flush=True)
        print(f"[{len(shown)}/{len(found)}] {submission.number} {submission.name} {total(grades)}/{TOTAL}",
              file=sys.stderr, flush=True)

    try:
        all_grades = grade_all(found, seed, journal, show)
        if options.csv:
            write_csv(options.csv, found, all_grades, seed, by_hand)
            journal.file.unlink()
            print(f"{options.csv}: {len(found)} lines")
    except KeyboardInterrupt:
        sys.exit("stopped" + ("; the same command goes on from here" if options.csv else ""))
    except OSError as error:
        sys.exit(f"error: {error}; when it is mended, the same command goes on from here")
