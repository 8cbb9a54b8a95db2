"""The folder of a class's feedback: a folder a student, with names that every disk takes, and the statistics."""
import json
import unicodedata

from assignment.grading.feedback import statistics
from assignment.grading.feedback.contents import contents
from assignment.grading.feedback.gradescope import results
from assignment.grading.feedback.page import page
from assignment.grading.feedback.text import text
from nn.files.atomic import atomic_write

LONGEST = 60  # characters of a folder's name


def write_feedback(folder, found, all_grades, language):
    """Write feedback.html, feedback.txt and results.json for each Submission with its number -> Grade; and, for more
    than one, the statistics. Returns the names of the students' folders, in order. Raises OSError.
    """
    names = folder_names(found)
    for name, one, grades in zip(names, found, all_grades):
        its = contents(one, grades, language)
        place = folder / name
        place.mkdir(parents=True, exist_ok=True)
        _write(place / "feedback.html", page(its))
        _write(place / "feedback.txt", text(its))
        _write(place / "results.json", json.dumps(results(its), ensure_ascii=False, indent=1))
    if len(found) > 1:
        _write_statistics(folder, all_grades, language)
    return names


def _write_statistics(folder, all_grades, language):
    lines, count = statistics.statistics(all_grades), len(all_grades)
    _write(folder / "statistics.html", statistics.page(lines, count, language))
    _write(folder / "statistics.csv", "\ufeff" + statistics.table(lines, language))
    atomic_write(folder / statistics.PICTURE, lambda file: statistics.picture(lines, file))


def _write(path, content):
    atomic_write(path, lambda file: file.write(content.encode("utf-8", "replace")))


def folder_names(found):
    """A name for each Submission, of its number and name alone, and none twice, whatever a disk makes of capitals."""
    names, taken = [], set()
    for one in found:
        base = _safe(f"{one.number or 'no_number'}_{one.name or 'no_name'}")
        name, count = base, 1
        while name.casefold() in taken:
            count += 1
            name = f"{base}-{count}"
        taken.add(name.casefold())
        names.append(name)
    return names


def _safe(name):
    """Letters, digits, - and _ only, so that it is no path, no hidden file and no device."""
    composed = unicodedata.normalize("NFC", name)
    return "".join(c if c.isalnum() or c in "-_" else "_" for c in composed).strip("_")[:LONGEST]
