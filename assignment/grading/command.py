"""Grading a class: `python -m assignment.grade PATH ...` prints a table for each submission, and writes a CSV for all.

    python -m assignment.grade PATH ... [--csv FILE] [--roster FILE] [--seed N] [--feedback DIR [--lang ko|en]]

PATH: a project's folder, a zip of it, or a folder or a zip full of them. With --csv, a grading that was stopped is
taken up again by the same command: what is done stands in FILE.unfinished until all is. A FILE that is complete keeps
its seed, what was entered by hand, and the lines of students who are not graded this time. With --roster, a table with
numbers and names, the grading says who handed in nothing, and which numbers and names do not fit. With --feedback,
each student gets a folder in DIR, with a page for the student to read; the class gets statistics.
"""
import argparse
import secrets
import sys
from pathlib import Path

from assignment.grading.feedback.folder import write_feedback
from assignment.grading.journal import Journal
from assignment.grading.plain_text import plain
from assignment.grading.report import report, total
from assignment.grading.roster import check, read_roster
from assignment.grading.similarity import similar_answers
from assignment.grading.submission import submissions
from assignment.grading.table import read_csv, write_csv
from assignment.grading.whole_class import grade_all
from assignment.judging import isolation
from assignment.judging.words import LANGUAGES, print_anything, usual_language
from assignment.problems import TOTAL
from training.options import random_seed
from training.parser import first_line


def _options(argv):
    parser = argparse.ArgumentParser(description=first_line(__doc__))
    parser.add_argument("paths", metavar="PATH", type=Path, nargs="+", help="project folder, zip, or folder of them")
    parser.add_argument("--csv", type=Path, help="file for a line a submission")
    parser.add_argument("--roster", type=Path, help="table (CSV) of the numbers and names of who takes the course")
    parser.add_argument("--seed", type=random_seed, help="draw the same inputs as a grading before")
    parser.add_argument("--feedback", metavar="DIR", type=Path, help="folder for a page a student, and statistics")
    parser.add_argument("--lang", choices=LANGUAGES, default=usual_language(), help="language of the feedback")
    return parser.parse_args(argv)


def _found(options, unfinished):
    """(Submissions, Students who handed in nothing) of the paths in the options."""
    roster = read_roster(options.roster) if options.roster else []
    own_files = [path for path in (options.csv, unfinished, options.roster, options.feedback) if path]
    found = submissions(options.paths, [one.number for one in roster], own_files)
    return found, check(found, roster) if roster else []


def _write(options, found, all_grades, absent, seed, earlier):
    """The CSV, and what is to be said of it."""
    similar = similar_answers(found, all_grades)
    kept = write_csv(options.csv, found, all_grades, similar, absent, seed, earlier)
    for change in kept.changes:
        print(f"kept: {plain(change)}")
    if kept.rows:
        names = [f"{row.get('number', '')} {row.get('name', '')}".strip() or "no name" for row in kept.rows[:5]]
        print(f"kept as they were, not graded now: {plain(', '.join(names))}"
              f"{f' and {len(kept.rows) - 5} more' * (len(kept.rows) > 5)}")
    print(f"{plain(str(options.csv))}: {len(found)} submissions")


def _begun(options):
    """(Submissions, Students who handed in nothing, what the CSV had, Journal, seed): all that a grading starts from.
    """
    unfinished = options.csv and options.csv.with_name(options.csv.name + ".unfinished")
    found, absent = _found(options, unfinished)
    if options.feedback:
        options.feedback.mkdir(parents=True, exist_ok=True)
    earlier, journal = read_csv(options.csv), Journal(unfinished)
    seeds = options.seed, journal.seed, earlier.seed, secrets.randbelow(10 ** 6)
    seed = next(seed for seed in seeds if seed is not None)
    if journal.seed != seed:
        journal.add("seed", seed)
    print(f"{len(found)} submissions, seed {seed}; --seed {seed} repeats this grading\n", flush=True)
    if not isolation.is_possible():
        print("isolation: none (assignment/README.md says what an answer can do here)\n", flush=True)
    return found, absent, earlier, journal, seed


def _grade(options, found, absent, earlier, journal, seed):
    """Grade, print each table when it is there, and write the CSV and the feedback."""
    shown = []

    def show(submission, grades):
        shown.append(submission)
        print(report(submission, grades) + "\n", flush=True)
        print(f"[{len(shown)}/{len(found)}] {submission.number} {submission.name} {total(grades)}/{TOTAL}",
              file=sys.stderr, flush=True)

    all_grades = grade_all(found, seed, journal, show)
    for one in absent:
        print(f"{one.number} {one.name}: {one.note}")
    if options.csv:
        _write(options, found, all_grades, absent, seed, earlier)
    if options.feedback:
        write_feedback(options.feedback, found, all_grades, options.lang)
        print(f"{plain(str(options.feedback))}: feedback for {len(found)} submissions")
    if options.csv:
        journal.file.unlink()


def main(argv=None):
    """Find the submissions, grade them with one seed, print and write the results."""
    options = _options(argv)
    print_anything((sys.stdout, sys.stderr))  # names and lines of students, on any terminal
    try:
        begun = _begun(options)
    except (OSError, ValueError) as error:
        sys.exit(f"error: {plain(str(error))}")
    try:
        _grade(options, *begun)
    except KeyboardInterrupt:
        sys.exit("stopped" + ("; the same command goes on from here" if options.csv else ""))
    except OSError as error:
        sys.exit(f"error: {plain(str(error))}; when it is mended, the same command goes on from here")


if __name__ == "__main__":
    main()
