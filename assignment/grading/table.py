"""The table of a class is a CSV with a line a student, which a teacher opens in Excel and grades on by hand.

What the teacher entered stays when the class, or one student, is graded again: points of problem 1, points changed
after an appeal, reasons, columns and rows of the teacher's own.
"""
import csv
import io
from collections import Counter, namedtuple

from assignment.grading.person_name import alike
from assignment.grading.plain_text import cell
from assignment.grading.student_number import digits
from assignment.grading.text_table import number, read_rows, written
from assignment.problems import BY_HAND, GRADED, PROBLEMS, TOTAL
from nn.files.atomic import atomic_write

HAND = f"problem {BY_HAND} (by hand)"
POINTS = {graded: f"problem {graded}" for graded in GRADED}
ALL = TOTAL + PROBLEMS[BY_HAND].points
PROGRAM = "by program"  # the points that the program gave: what differs from them was changed by hand
LIKE = ("same problem 6 as", "same network as")
COLUMNS = ["number", "name", HAND, *POINTS.values(), f"total of {TOTAL}", f"total of {ALL}", "reason", *LIKE, "remarks",
           PROGRAM, "file", "seed"]
Kept = namedtuple("Kept", "changes rows")  # changes: lines on points that were changed by hand. rows: not graded now


class Table:
    """rows: column -> text, for each row of an earlier table. own: the teacher's columns. seed: or None."""

    def __init__(self, rows=(), own=(), seed=None):
        self.rows, self.own, self.seed = list(rows), list(own), seed

    def take(self, line):
        """Remove and return the row of the same student as `line`, or an empty one: that of the same file, else of the
        same number and a name that is like it, or, without a number, the one row of that name and no number."""
        def of_student(row):
            if line["number"]:
                return _same_number(row.get("number", ""), line["number"]) and alike(row.get("name", ""), line["name"])
            return row.get("file") and not row.get("number") and line["name"] and row.get("name") == line["name"]

        same = [row for row in self.rows if line["file"] and row.get("file") == line["file"]]
        same = same or [row for row in self.rows if of_student(row)]
        if not same or not line["number"] and len(same) > 1:
            return {}
        self.rows = [row for row in self.rows if row is not same[0]]
        return same[0]


def read_csv(path):
    """The Table in a file that an earlier grading wrote, in any form that a spreadsheet gave it; an empty one if there
    is no file. Raises ValueError if the file is something else."""
    if path is None or not path.is_file():
        return Table()
    wanted = {name.casefold(): name for name in COLUMNS}
    try:
        rows = read_rows(path)
    except ValueError as error:
        raise ValueError(f"{error}; if it is no table of this program's, move it away, or name another file") from None
    named = [[wanted.get(" ".join(head.casefold().split()), head) for head in row] for row in rows[:30]]
    place = next((k for k, heads in enumerate(named) if {HAND, *POINTS.values()} <= set(heads)), None)
    if place is None:
        raise ValueError(f"{path} is no table of this program's: move it away, or name another file")
    below = [row for row in rows[place + 1:] if any(row)]
    heads = _one_each(named[place], max(map(len, below), default=0))
    below = [dict(zip(heads, row)) for row in below]
    own = [head for head in heads if head not in COLUMNS and any(row.get(head) for row in below)]
    seeds = Counter(int(value) for value in (number(row.get("seed", "")) for row in below) if value is not None)
    return Table(below, own, seeds.most_common(1)[0][0] if seeds else None)


def _one_each(heads, count):
    """A head for each of `count` columns or more, and none twice, so that no column of the teacher's is lost."""
    heads, unique = heads + [""] * (count - len(heads)), []
    for k, head in enumerate(heads):
        head = head or f"column {k + 1}"
        unique.append(f"{head} ({k + 1})" if head in unique else head)
    return unique


def write_csv(path, found, all_grades, alike_answers, absent, seed, earlier):
    """A line for each Submission, with number -> Grade and the two cells of LIKE, and for each absent Student; then the
    rows of an `earlier` Table that are not graded now. UTF-8 with a byte order mark, which Excel needs. Returns Kept.
    """
    lines, changes = [], []
    for one, grades, like in zip(found, all_grades, alike_answers):
        points = {POINTS[graded]: str(grade.points) for graded, grade in grades.items()}
        line = {"number": one.number, "name": one.name, **points, **dict(zip(LIKE, like)),
                "remarks": "; ".join(one.remarks), PROGRAM: " ".join(points.values()), "file": one.source,
                "seed": str(seed)}
        lines.append({column: cell(text) for column, text in line.items()})
    lines += [{"number": cell(one.number), "name": cell(one.name), "remarks": cell(one.note), "file": ""}
              for one in absent]
    rows = [(line, earlier.take(line)) for line in lines]
    for line, row in rows:
        changes += _keep(line, row, whole_class=not any(one.get("file") for one in earlier.rows))
    kept = [row for row in earlier.rows if row.get("file")]
    lines = sorted(lines + kept, key=lambda line: (line.get("number", ""), line.get("name", ""), line["file"]))
    for line in lines:
        _add_up(line)
    text = io.StringIO()
    table = csv.DictWriter(text, [*COLUMNS, *earlier.own], restval="", extrasaction="ignore")
    table.writeheader()
    table.writerows([*lines, *(row for row in earlier.rows if not row.get("file"))])
    atomic_write(path, lambda file: file.write(text.getvalue().encode("utf-8-sig")))
    return Kept(changes, earlier.rows)


def _keep(line, row, whole_class):
    """Put into a line what the teacher entered into the row of the same student. Returns a text for each change."""
    changes = []
    line.update({column: text for column, text in row.items() if column not in COLUMNS})
    line.update({column: row.get(column, "") for column in (HAND, "reason")})
    before = row.get(PROGRAM, "").split()
    for place, column in enumerate(POINTS.values()):
        entered, graded = row.get(column, ""), before[place] if len(before) == len(POINTS) else line.get(column, "")
        if entered and not _equal(entered, graded):
            changes.append(f"{line['number']} {line['name']}, {column}: {entered} by hand, {line.get(column) or 0} by "
                           f"program ({line['reason'] or 'no reason given'})")
            line[column] = entered
    for column in LIKE if not whole_class else ():  # one student is graded: the others are not compared
        line[column] = line.get(column) or row.get(column, "")
    return changes


def _equal(one, other):
    return one == other or number(one) is not None and number(one) == number(other)


def _same_number(one, other):
    """Excel writes 20201234 as a number, and takes zeros in front away."""
    one, other = (digits(text.lstrip("'")).split(".")[0].lstrip("0") for text in (one, other))
    return one == other


def _add_up(line):
    """The totals; empty as long as points are missing."""
    points = [number(line.get(column, "")) for column in POINTS.values()]
    by_hand = number(line.get(HAND, ""))
    there = None not in points
    line[f"total of {TOTAL}"] = written(sum(points)) if there else ""
    line[f"total of {ALL}"] = written(sum(points) + by_hand) if there and by_hand is not None else ""
