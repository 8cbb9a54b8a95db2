"""A student's number, in the name of a file, is digits beside a name, or digits that begin with a year.

A day, a term, a course's number, a time and a telephone are none.
"""
import re
import time

from assignment.grading.person_name import is_korean_name, korean_name, name_after, name_before

NO_NUMBER = re.compile(
    r"(?<!\d)\d{8}T\d{4,6}Z?(-\d+)*(?!\d)"  # 20261120T050000Z-001
    r"|(?<!\d)(19|20)\d\d\s*[-._/년]\s*\d{1,2}\s*[-._/월]\s*\d{1,2}일?([-_T ]+\d{1,2}[-:._]\d\d([-:._]\d\d)?)?(?!\d)"
    r"|(?<!\d)(19|20)\d\d\s*(학년도|년도|년|[-_. ])?\s*[1-4]\s*학기|(?<!\d)(19|20)\d\d[-_.][1-4](?!\d)"  # terms
    r"|(?<![A-Za-z])[A-Za-z]{2,5}-?\d{2,6}(?!\d)"  # CSE4010, hw12
    r"|(?<!\d)\d{11,}(?!\d)|(?<!\d)01\d-\d{3,4}-\d{4}(?!\d)")  # times in one run, telephones
NUMBER = re.compile(r"(?<![0-9A-Za-z])((?:19|20)\d\d-\d{4,6}|\d{6,10}|[A-Za-z]\d{6,7})(?!\d)")


def digits(number):
    """A number without what it may be written with: 2020-12345 and 202012345 are the same."""
    return number.replace("-", "").upper()


def is_date(number):
    """Whether it may be one: 20261120, 261120, or a year and a month, or term."""
    if not number.isdecimal() or len(number) not in (6, 8):
        return False
    short = re.fullmatch(r"(\d\d)?(\d\d)(\d\d)(\d\d)", number)
    month, day = int(short[3]), int(short[4])
    by_month = len(number) == 6 and number[:2] in ("19", "20") and 1 <= int(number[4:]) <= 12
    return by_month or 1 <= month <= 12 and 1 <= day <= 31 and (len(number) == 6 or number[:2] in ("19", "20"))


def without_dates(text, known=()):
    """`text` with \\0 in place of all that has digits and is no student's number; but what is in `known` is one."""
    return NO_NUMBER.sub(lambda match: match[0] if digits(match[0]) in known else "\0" * len(match[0]), text)


def number_and_name(text, known=()):
    """(number, name) of the last run of digits and letters that is like both; ("", "") if none is. known: numbers, as
    `digits` gives them, that are students'."""
    found = _candidates(text, known)
    return max(found)[-2:] if found else ("", "")


def numbers_and_names(text):
    """All (number, name) in `text` that stand beside each other."""
    return [(number, name) for _, beside, *_, number, name in sorted(_candidates(text, ())) if beside]


def _candidates(text, known):
    """Of each number that may be a student's: what makes it likely, the most important first, number and name."""
    masked, found = without_dates(text, known), []
    for match in NUMBER.finditer(masked):
        number = match[1]
        after, before = name_after(masked[match.end():]), name_before(masked[:match.start()])
        name = before if is_korean_name(before) and not is_korean_name(after) else after or before
        of_year, beside = re.fullmatch(r"(19|20)\d\d-?\d{4,6}", number) is not None, bool(name)
        date, of_roster = is_date(number), digits(number) in known
        of_today = date and (len(number) == 6 or int(number[:4]) >= time.localtime().tm_year)
        if of_roster or not of_today and (name or of_year and (not date or number == masked)):
            found.append((of_roster, beside, of_year and not date, not date, match.start(), number,
                          name or korean_name(masked)))
    return found
