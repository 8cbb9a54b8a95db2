"""The table of a class is a CSV with a line a submission, which a teacher opens in Excel and grades on by hand."""
import csv
import io

from assignment.grading import similarity
from assignment.grading.project import handed_out
from assignment.grading.report import total
from assignment.problems import BY_HAND, GRADED, PROBLEMS, TOTAL
from nn.whole_file import write_whole

HAND = f"problem {BY_HAND} (by hand)"  # the column


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
    write_whole(path, lambda file: file.write(text.getvalue().encode("utf-8-sig")))


def same_answers(found, all_grades):
    """For each submission (who else has its problem 6, who else has its network), after renaming, as text."""
    labels = [f"{one.number} {one.name}".strip() + ("" if one.number else f" [{k + 1}]") for k, one in enumerate(found)]
    file = PROBLEMS[6].file
    pooling = {label: similarity.fingerprint(one.files.get(file, b"")) for label, one in zip(labels, found)}
    networks = {label: grades[5].network for label, grades in zip(labels, all_grades)}
    same_pooling = similarity.same_as(pooling, similarity.fingerprint(handed_out()[file]))
    same_network = similarity.same_as(networks, "")
    return [(", ".join(same_pooling[label]), ", ".join(same_network[label])) for label in labels]


def _cell(value):
    """A name that begins like a formula stays text in Excel."""
    return "'" + value if isinstance(value, str) and value[:1] in ("=", "+", "-", "@") else value
