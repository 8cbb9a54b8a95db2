"""Grading a class: `python -m assignment.grade PATH ...` prints a table for each submission, and writes a CSV for all.

    python -m assignment.grade PATH ... [--csv FILE] [--seed N]

PATH: a project's folder, a zip of it, or a folder full of them. With --csv, a grading that was stopped is taken up
again by the same command: what is done stands in FILE.unfinished until all is. A FILE that is complete keeps its seed,
and the points that were entered by hand, when the class is graded again.
"""
import argparse
import csv
import io
import json
import os
import secrets
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path
from threading import Lock

import numpy as np

from assignment import copies, grader, run
from assignment.learning import images_and_labels
from assignment.problems import BY_HAND, GRADED, PROBLEMS, TOTAL
from assignment.submission import submissions
from nn.files.atomic import atomic_write
from training.options import random_seed

HAND = f"problem {BY_HAND} (by hand)"  # the column


class Journal:
    """What is graded so far, by grader.key, in memory and, a line each, in a file if there is one."""

    def __init__(self, file):
        self.file, self.done, self.seed, self.lock = file, {}, None, Lock()
        if file is not None and file.is_file():
            self._read(file.read_text(encoding="utf-8").splitlines())

    def _read(self, lines):
        for line in lines:
            try:
                key, value = json.loads(line)
            except ValueError:
                continue  # the line that was being written when the grading was stopped
            if key == "seed":
                self.seed = value
            else:
                self.done[key] = grader.Grade(**value)

    def add(self, key, value):
        if self.file is not None:
            with self.lock, open(self.file, "a", encoding="utf-8") as file:
                file.write(json.dumps([key, value]) + "\n")

    def graded(self, key, work):
        """The Grade under this key; work() if it is not there yet."""
        if key not in self.done:
            self.done[key] = work()
            self.add(key, asdict(self.done[key]))
        return self.done[key]


def grade_all(found, seed, journal, show):
    """Grade Submissions in as many processes as there are cores. show(submission, number -> Grade), in their order.

    Equal answers are graded once. Returns the list of those dicts.
    """
    with tempfile.TemporaryDirectory() as folder:
        data = os.path.join(folder, "data.npz")
        images, labels = images_and_labels()
        np.savez(data, images=images, labels=labels)
        pool = ThreadPoolExecutor(os.cpu_count())
        started = {}

        def start(files, number):
            key = grader.key(files, number, seed)
            if key not in started:
                started[key] = pool.submit(journal.graded, key, lambda: grader.grade(files, number, seed, data))
            return started[key]

        try:
            waiting = [(one, {number: start(one.files, number) for number in GRADED}) for one in found]
            all_grades = []
            for one, futures in waiting:
                all_grades.append({number: future.result() for number, future in futures.items()})
                show(one, all_grades[-1])
            return all_grades
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            run.stop()
            raise
        finally:
            pool.shutdown()


def report(submission, grades):
    """The table of one submission, as text."""
    lines = [f"{submission.number} {submission.name}  ({submission.source})".strip()]
    lines += [f"  note: {remark}" for remark in submission.remarks]
    for number, grade in grades.items() if submission.files else ():
        problem = PROBLEMS[number]
        lines.append(f"  {number}  {problem.title:24} {grade.points:3}/{problem.points}")
        lines += [f"       -{lost}  {line}" for lost, line in grade.losses]
    lines.append(f"  total {total(grades)}/{TOTAL}   (problem {BY_HAND}: {PROBLEMS[BY_HAND].points} points by hand)")
    return "\n".join(lines)


def total(grades):
    """The points of all problems that a program grades."""
    return sum(grade.points for grade in grades.values())


def read_csv(path, found):
    """({file: points by hand}, seed) of the CSV that an earlier grading wrote; ({}, None) if there is none.

    Raises ValueError if the file is something else, or has points by hand for a submission that is not there now.
    """
    if path is None or not path.is_file():
        return {}, None
    try:
        heads, *lines = csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig")))
        lines = [dict(zip(heads, line)) for line in lines]
        by_hand = {line["file"]: line[HAND] for line in lines if line[HAND].strip()}
        seed = int(lines[0]["seed"])
    except (KeyError, IndexError, ValueError):
        raise ValueError(f"{path} is no table of this program's, or was saved in another form: move it away, or name "
                         f"another file") from None
    gone = by_hand.keys() - {_cell(one.source) for one in found}
    if gone:
        raise ValueError(f"{path} has points by hand for {', '.join(sorted(gone))}, which is not graded now: "
                         f"add it, or name another file")
    return by_hand, seed


def write_csv(path, found, all_grades, seed, by_hand):
    """A line a submission, UTF-8 with a byte order mark, which Excel needs."""
    text = io.StringIO()
    rows = csv.writer(text)
    rows.writerow(["number", "name", HAND, *(f"problem {number}" for number in GRADED), f"total of {TOTAL}",
                   "same problem 6 as", "same network as", "remarks", "file", "seed"])
    for one, grades, same in zip(found, all_grades, same_answers(found, all_grades)):
        source = _cell(one.source)
        rows.writerow([*map(_cell, [one.number, one.name]), by_hand.get(source, ""),
                       *(grades[number].points for number in GRADED), total(grades),
                       *map(_cell, [*same, "; ".join(one.remarks)]), source, seed])
    atomic_write(path, lambda file: file.write(text.getvalue().encode("utf-8-sig")))


def same_answers(found, all_grades):
    """For each submission (who else has its problem 6, who else has its network), after renaming, as text."""
    labels = [f"{one.number} {one.name}".strip() + ("" if one.number else f" [{k + 1}]") for k, one in enumerate(found)]
    file = PROBLEMS[6].file
    pooling = {label: copies.fingerprint(one.files.get(file, b"")) for label, one in zip(labels, found)}
    networks = {label: grades[5].network for label, grades in zip(labels, all_grades)}
    same_pooling = copies.same_as(pooling, copies.fingerprint(grader.handed_out(False)[file]))
    same_network = copies.same_as(networks, "")
    return [(", ".join(same_pooling[label]), ", ".join(same_network[label])) for label in labels]


def _cell(value):
    """A name that begins like a formula stays text in Excel."""
    return "'" + value if isinstance(value, str) and value[:1] in ("=", "+", "-", "@") else value


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


if __name__ == "__main__":
    main()
