"""A roster is who takes the course; what was handed in is compared with it, and who handed in nothing is named."""
import re
from collections import Counter, namedtuple

from assignment.grading.person_name import alike, is_korean_name
from assignment.grading.plain_text import plain
from assignment.grading.student_number import digits
from assignment.grading.text_table import read_rows

Student = namedtuple("Student", "number name note")  # note: what the table says of one who handed in nothing
HEADS = {
    "number": r"학\s*번|학생\s*번호|(student|id|sis|matriculation).{0,9}(id|no\.?|number|번호)|id|number|번호|no\.?",
    "name": r"성\s*명|이\s*름|학생\s*(명|이름)|(full|student)?.?name",
    "surname": r"성|sur.?name|last.?name|family.?name",
    "given": r"이름|first.?name|given.?name",
}
A_NUMBER = re.compile(r"[A-Za-z]?\d{6,10}|\d{2,4}-\d{4,8}")
A_NAME = re.compile(r"[^\W\d_]+(?:[ .'\-][^\W\d_]+\.?){0,4}")


def read_roster(path):
    """The Students in a file with columns of numbers and names, found by their heads or by what is in them.

    Raises OSError, or ValueError if there are no such columns.
    """
    rows = [[re.sub(r"^'|\.0$", "", one) for one in row] for row in read_rows(path) if any(row)]
    head, below = _head(rows), rows
    if head is not None:
        below = rows[head + 1:]
        heads = [re.sub(r"\s+", " ", one).casefold() for one in rows[head]]
    else:
        heads = [""] * max(map(len, rows), default=0)
    numbers = _number_column(heads, below)
    names = _name_columns(heads, below, numbers)
    if numbers is None or not names:
        raise ValueError(f"{path}: expected a column of student numbers and one of names, with the heads 학번 and "
                         f"이름, or number and name; found {', '.join(filter(None, heads)) or 'none'}")
    students = [Student(_cell(row, numbers), _joined([_cell(row, place) for place in names]), "") for row in below]
    return list(dict.fromkeys(one for one in students if A_NUMBER.fullmatch(one.number)))


def check(found, roster):
    """Compare Submissions with Students: the remarks say what does not fit, and a number or a name that is not said is
    filled in. Returns the Students who handed in nothing under their number and name."""
    by_number = {_key(one.number): one for one in roster}
    names = Counter(_plain_name(one.name) for one in roster)
    handed_in = Counter(_plain_name(one.name) for one in found)
    for one in found:
        alone = names[_plain_name(one.name)] == 1 == handed_in[_plain_name(one.name)]
        namesake = next((who for who in roster if alone and _plain_name(who.name) == _plain_name(one.name)), None)
        listed = by_number.get(_key(one.number))
        if not one.number and namesake:
            one.number = namesake.number
            one.remarks.append("the number is the roster's, by the name")
        elif listed is None:
            also = f"; it has {namesake.name} as {namesake.number}" if namesake else ""
            one.remarks.append(f"not on the roster{also}")
        elif not one.name:
            one.name = listed.name
        elif not _may_be(one.name, listed.name):
            one.remarks.append(f"the roster has {listed.number} as {listed.name}")
    return [_absent(who, found) for who in roster if not any(
        _key(one.number) == _key(who.number) and _may_be(one.name, who.name) for one in found)]


def _absent(who, found):
    """The Student, with a note if somebody's submission has the number or the name."""
    like = [one for one in found if _key(one.number) == _key(who.number)
            or who.name and _plain_name(one.name) == _plain_name(who.name)]
    note = "handed in nothing"
    if like:
        note += f" under this number and name, but see {', '.join(one.source for one in like[:3])}"
    return who._replace(note=note)


def _key(number):
    """Excel takes zeros in front away."""
    return digits(number).lstrip("0")


def _plain_name(name):
    return "".join(name.split()).casefold()


def _may_be(one, other):
    """Names in two scripts cannot be compared."""
    return one.isascii() != other.isascii() or alike(one, other)


def _head(rows):
    """The place of the first row that has heads of both columns, or None."""
    for place, row in enumerate(rows[:30]):
        kinds = {kind for kind, pattern in HEADS.items() for one in row if re.fullmatch(pattern, one, re.IGNORECASE)}
        if "number" in kinds and len(kinds) > 1:
            return place
    return None


def _cell(row, place):
    return plain(row[place]) if place < len(row) else ""


def _number_column(heads, rows):
    """Of the columns with numbers that have a head for it, or of all, that with most of them; of equals years go before
    telephones."""
    def worth(place):
        cells = [_cell(row, place) for row in rows]
        headed = re.fullmatch(HEADS["number"], heads[place], re.IGNORECASE) is not None
        fitting = [one for one in cells if A_NUMBER.fullmatch(one)]
        of_year = [one for one in fitting if re.match(r"(19|20)\d\d", one)]
        return len(fitting) > len(rows) // 3, headed, len(set(of_year)), len(set(fitting))

    best = max(range(len(heads)), key=worth, default=None)
    return best if best is not None and worth(best)[0] else None


def _name_columns(heads, rows, numbers):
    """The places whose cells make up the names: two where surnames stand apart."""
    def headed(kind):
        return [place for place, head in enumerate(heads) if re.fullmatch(HEADS[kind], head, re.IGNORECASE)]

    if headed("surname") and headed("given"):
        return [headed("surname")[0], headed("given")[0]]
    if headed("name"):
        return headed("name")[:1]

    def worth(place):
        cells = {_cell(row, place) for row in rows}
        return sum(map(is_korean_name, cells)), len([one for one in cells if A_NAME.fullmatch(one)])

    places = [place for place in range(len(heads)) if place != numbers]
    best = max(places, key=worth, default=None)
    return [best] if best is not None and any(worth(best)) else []


def _joined(parts):
    """A name out of one cell or two: Hangul without a space, the surname first; Latin the other way round."""
    parts = [re.sub(r"\s*[(\[].*$", "", part).strip() for part in parts]
    if len(parts) == 1:
        return parts[0]
    return "".join(parts) if not "".join(parts).isascii() else " ".join(reversed(parts))
