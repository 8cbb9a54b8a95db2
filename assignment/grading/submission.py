"""A submission is what a student handed in: one project of it is graded, and of all else a remark says what it is."""
import os
from dataclasses import dataclass, field

from assignment.grading import student_project
from assignment.grading.hand_in import hand_ins, other_students
from assignment.grading.identity import Identity, identity
from assignment.grading.person_name import alike
from assignment.grading.plain_text import name_as_text, plain
from assignment.grading.student_number import digits, is_date
from assignment.grading.tree import is_python, tree

SHOWN = 8  # remarks on one submission, and names in one remark


@dataclass
class Submission:
    """files: path in the project -> bytes. remarks: what the teacher should know about how it was handed in."""

    source: str
    number: str = ""
    name: str = ""
    files: dict = field(default_factory=dict)
    remarks: list = field(default_factory=list)


def submissions(paths, known=(), leave_out=()):
    """The Submissions in files and folders `paths`, sorted; of several of one student the newest.

    Nothing that is there is missing, and nothing is raised for what it is like: what cannot be graded has no files and
    a remark. known: the numbers of a roster. leave_out: paths of the grading's own files. Raises FileNotFoundError.
    """
    passed_over = {os.path.realpath(path) for path in leave_out}
    known, found = {digits(number) for number in known}, []
    for path in paths:
        if not path.exists():
            raise FileNotFoundError(f"{path}: no such file or folder")
        found += _around(path, hand_ins(tree(path, passed_over), known))
    made = [_submission(several) for several in _students(found, known)]
    _tell_shared_numbers(made)
    _tell_apart(made)
    return sorted(made, key=lambda one: (one.number, one.name, one.source))


def _around(path, found):
    """The HandIns of a path; one that does not say whose it is may lie in a folder that does."""
    above = name_as_text(path.absolute().parent.name)
    if len(found) == 1 and found[0].who.certain < 2 <= identity([above]).certain:
        found[0].names.insert(0, above)
        found[0].who = identity(found[0].names)
    return found


def _students(found, known):
    """The HandIns in lists, one a student: of one platform's student, then of one number and of names that are alike.

    Without a number, and not by a platform's word, nobody is known to be the same person.
    """
    for many in _by(found, lambda one: one.who.platform).values():
        number = next((one.who for one in many if one.who.number), None)
        if number and many[0].who.platform:
            for one in many:
                one.who = Identity(one.who.number or number.number, one.who.name if one.who.number else number.name,
                                   one.who.platform, 3)
    _drop_numbers_of_a_class(found, known)
    groups = []
    for many in _by(found, lambda one: digits(one.who.number)).values():
        named = sorted(many, key=lambda one: not one.who.name)
        for one in named:
            fitting = [group for group in groups if _same(group[0].who, one.who)]
            if len(fitting) == 1:
                fitting[0].append(one)
            else:
                groups.append([one])
    return groups


def _same(one, other):
    if one.number or other.number:
        return digits(one.number) == digits(other.number) and alike(one.name, other.name)
    return bool(one.platform) and one.platform == other.platform


def _drop_numbers_of_a_class(found, known):
    """What several students have for a number, and is a day, or not begun by a year, is that of the class or course."""
    for number, many in _by(found, lambda one: digits(one.who.number)).items():
        people = len({one.who.name for one in many if one.who.name})
        if number not in known and (is_date(number) and people > 1 or people > 2 and number[:2] not in ("19", "20")):
            for one in many:
                one.who = Identity("", one.who.name, one.who.platform, 2)


def _by(found, key):
    groups = {}
    for one in found:
        groups.setdefault(key(one), []).append(one)
    return groups


def _submission(several):
    """The Submission of a student's HandIns: the newest that has code is graded."""
    several = sorted(several, key=lambda one: one.age())
    newest = next((one for one in reversed(several) if one.projects()), several[-1])
    with_code = [one for one in several if one.has_code()]
    if not newest.projects() and with_code:
        newest = with_code[-1]
    name = next((one.who.name for one in (newest, *several) if one.who.name), "")
    made = Submission(newest.source, plain(newest.who.number), plain(name))
    try:
        loose = [part for one in several if one is not newest for part in one.parts if is_python(part[1])]
        parts = newest.parts + (loose if not newest.projects() else [])
        made.files, made.remarks = student_project.files(newest.projects(), parts)
    except Exception as error:  # whatever is in one student's file, the class is graded
        made.remarks.append(f"cannot be read: {type(error).__name__}: {error}")
    made.remarks = _remarks(made, newest, several, with_code)
    return made


def _remarks(made, newest, several, with_code):
    remarks = list(made.remarks)
    others = [one for one in with_code if one is not newest and one.projects()]
    if newest.projects() and others:
        names = _listed(one.place() for one in others)
        remarks.append(f"handed in {len(others) + 1} times: this is the last, not {names}")
    beside = [one for one in several if one is not newest and one not in others]
    unread = {one.place(): part.note for one in beside for _, part in one.parts if part.note}
    remarks += [f"{name} was handed in, too: {note}" for name, note in unread.items()]
    files = [path for path, part in newest.parts if not part.children and not is_python(part) and not part.note]
    files = files if newest.projects() else []
    files += [one.place() for one in beside if one.place() not in unread]
    if files:
        remarks.append(f"beside it: {_listed(files)}")
    remarks += [f"{number} {name} is named in it, too" for number, name in other_students(newest)]
    remarks = [plain(remark) for remark in remarks]
    return remarks[:SHOWN] + ([f"and {len(remarks) - SHOWN} more remarks"] if len(remarks) > SHOWN else [])


def _listed(names):
    names = list(names)
    return ", ".join(names[:SHOWN]) + (f" and {len(names) - SHOWN} more" if len(names) > SHOWN else "")


def _tell_shared_numbers(made):
    for number, many in _by(made, lambda one: digits(one.number)).items():
        for one in many if number and len(many) > 1 else ():
            one.remarks.append(f"{one.number} is also the number of "
                               f"{_listed(f'{other.name} ({other.source})' for other in many if other is not one)}")


def _tell_apart(made):
    """Two places whose names are shown alike get different ones: the table knows a line by its place."""
    for source, many in _by(made, lambda one: one.source).items():
        for k, one in enumerate(many[1:], 2):
            one.source = f"{source} [{k}]"
