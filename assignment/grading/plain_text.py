"""Plain text has no character that a terminal or a spreadsheet obeys: what students wrote is shown and does nothing."""
import os
import re
import unicodedata

OBEYED = {"Cc", "Cf", "Cs", "Zl", "Zp"}  # control, invisible format (text from right to left), surrogates, line ends
FORMULA = re.compile(r"(^|[;|])(\s*[=+\-@\uff1d\uff0b\uff0d\uff20])")


def plain(text):
    r"""One line, in which the characters that would be obeyed stand as Python writes them: \x1b, \n, \u202e."""
    return "".join(character.encode("unicode_escape").decode("ascii") if unicodedata.category(character) in OBEYED
                   else character for character in text)


def cell(value):
    """A cell's value as text that no spreadsheet takes for a formula, wherever the formula would begin: after spaces
    too, and after the semicolon that separates cells in a part of the world. Anything but text stays as it is."""
    return FORMULA.sub(r"\1'\2", plain(value)) if isinstance(value, str) else value


def name_as_text(name):
    """A file's name for people: Hangul composed, and where a disk keeps bytes, read as UTF-8 or as Windows' CP949."""
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        name = decoded(os.fsencode(name))
    return unicodedata.normalize("NFC", name)


def decoded(raw):
    """Bytes of Korean text that do not say their encoding."""
    for encoding in ("utf-8", "cp949"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return raw.decode("cp949", "replace")
