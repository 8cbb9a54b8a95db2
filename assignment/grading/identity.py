"""An identity is a student's number and name, as the names of what was handed in, and of folders around it, say them.

Students write 코드_20201234_홍길동.zip, in any order and with more around it; learning platforms put names and numbers
of their own in front. Dates, terms, courses and the numbers of platforms are no student's number.
"""
import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from assignment.grading.person_name import WORDS, korean_name, possible_names
from assignment.grading.student_number import is_date, number_and_name, without_dates

SUFFIX = re.compile(r"(?i)(\.(zip|egg|tar|gz|tgz|bz2|xz|7z|rar|alz|py|ipynb|docx?|pptx?|xlsx?|hwpx?|pdf|txt|md|html?"
                    r"|csv|png|jpe?g))+$")
COPY = re.compile(r"\s*[(\[]\s*(\d{1,3})\s*[)\]]\s*$|\s+-\s*복사본.*$")  # what systems add to a second file
MOODLE = re.compile(r"^(?P<who>.+?)_(?P<id>\d{3,})_assignsubmission_[a-z]+_?(?P<rest>.*)$", re.IGNORECASE)
CANVAS = re.compile(r"^(?P<who>[^\W\d_]+)(?:_late)?_(?P<id>\d{1,10})_(?P<file>\d{1,10})_(?P<rest>.+)$", re.IGNORECASE)
EMAIL = re.compile(r"[\w.+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
BLACKBOARD = re.compile(r"^(?P<task>.+)_(?P<id>[^_]+)_attempt_(?P<time>\d{4}(?:-\d\d){5})_?(?P<rest>.*)$")


@dataclass(frozen=True)
class Identity:
    """number, name: "" if not said. platform: which student it is to the platform that the names are of, or "".

    certain: 0 for words that name anything, 1 for a word that may be a name, 2 for a name, 3 for a number and name.
    """

    number: str = ""
    name: str = ""
    platform: str = ""
    certain: int = 0


def identity(names, known=()):
    """The Identity of what has these names, those of the folders around it first. known: the roster's numbers.

    The outermost that has a number counts: platforms name a folder after who handed in, students name what is in it.
    """
    known = frozenset(known)
    found = [_of_name(name, known) for name in names] or [Identity()]
    number = next((one for one in found if one.number), Identity())
    name = next((one for one in [number, *sorted(found, key=lambda one: -one.certain)] if one.name), number)
    platform = next((one.platform for one in found if one.platform), "")
    return Identity(number.number, name.name, platform, max(one.certain for one in found))


def stem(name):
    """A file's name without suffixes and without what systems add to a second copy; full-width digits become others."""
    name = SUFFIX.sub("", unicodedata.normalize("NFKC", name).strip())
    return COPY.sub("", SUFFIX.sub("", COPY.sub("", name))) or name


def students_part(name):
    """The part of a file's name that its student wrote, without what a platform has put in front."""
    text = stem(name)
    _, match = _platform(text)
    return match["rest"] if match else text


def counter(name):
    """(the time of an attempt, which copy) that a platform or a system wrote into a name: ("", 2) for "x (2).zip"."""
    text = SUFFIX.sub("", name)
    attempt = BLACKBOARD.match(text)
    text = attempt["rest"] if attempt else text
    copy = re.search(r"[(\[]\s*(\d{1,3})\s*[)\]]\s*$|[-_]v?(\d{1,2})$|^(?:버전|version)\s*(\d{1,3})$", text.lower())
    return attempt["time"] if attempt else "", int(next(filter(None, copy.groups()))) if copy else 0


@lru_cache(maxsize=2 ** 16)
def _of_name(name, known):
    text = stem(name)
    platform, match = _platform(text)
    if match:
        return _on_platform(platform, match, known)
    number, found = number_and_name(text, known)
    if number:
        return Identity(number, found, "", 3 if found else 2)
    name = korean_name(without_dates(text))
    if name:
        return Identity("", name, "", 2)
    if EMAIL.search(text):
        return Identity("", EMAIL.search(text)[0], "", 2)
    front, _, back = text.rpartition(" - ")  # Google Forms: what the file was called, and who sent it
    words = possible_names(without_dates(back if front else text))
    return Identity("", back if front and words else text, "", 1 if words else 0)


def _platform(text):
    """(name, match) of the platform that has named a file so, or ("", None)."""
    for platform, pattern in (("Moodle", MOODLE), ("Blackboard", BLACKBOARD), ("Canvas", CANVAS)):
        match = pattern.match(text)
        if match and not (platform == "Canvas" and _of_students(match)):
            return platform, match
    return "", None


def _on_platform(platform, match, known):
    """The file's own name tells the number, what stands in front of it the name and who it is to the platform."""
    fields = match.groupdict()
    parts = [fields["rest"], fields["id"] if platform == "Blackboard" else "", fields.get("who") or ""]
    found = [number_and_name(part, known) for part in parts]
    number, name = next((one for one in found if one[0]), ("", ""))
    who = fields.get("who") or ""
    name = name or (who if possible_names(who) and not found[2][0] else "")
    name = name or korean_name(without_dates(fields["rest"]))
    return Identity(number, name or ("" if number else fields["id"]), f"{platform} {fields['id']}", 3 if number else 2)


def _of_students(match):
    """Whether what looks like a name of Canvas's has a student's number where Canvas has numbers of its own."""
    return match["who"].casefold() in WORDS or any(
        re.fullmatch(r"(19|20)\d{6,8}", match[part]) and not is_date(match[part]) for part in ("id", "file"))
