"""A text table is rows of cells in a file, whatever encoding and separator the spreadsheet saved it with."""
import csv
import io
from collections import Counter

SEPARATORS = ",;\t|"
WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"<html", b"<table", b"<?xml")


def read_rows(path):
    """The rows, each a list of texts without spaces around them, and with the empty rows.

    Raises OSError, or ValueError if the file is no text or a workbook.
    """
    raw = path.read_bytes()
    if raw.lstrip().lower().startswith(tuple(mark.lower() for mark in WORKBOOKS)):
        raise ValueError(f"{path} is a workbook: save the sheet as CSV, and name that file")
    text = _decoded(raw, path)
    first, _, rest = text.partition("\n")
    if first.strip().lower().startswith("sep=") and len(first.strip()) == 5:
        return _rows(rest, first.strip()[-1])
    return max((_rows(text, separator) for separator in SEPARATORS), key=_regular)


def number(text):
    """A cell as a number: 18, 18.0, or 18,5 as half of Europe writes it; None if it is none."""
    try:
        value = float(text.strip().replace(",", "."))
    except ValueError:
        return None
    return value if abs(value) < 1e9 else None  # neither nan nor inf


def written(value):
    """A number as a cell: 18, 18.5."""
    return f"{value:.10g}"


def _decoded(raw, path):
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ("utf-16",)
    elif raw[1:200:2].count(0) > len(raw[1:200:2]) // 3:
        encodings = ("utf-16-le",)
    else:
        encodings = ("utf-8-sig", "cp949")
    for encoding in encodings:
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise ValueError(f"{path} is no text that can be read: save it as CSV (UTF-8)")


def _rows(text, separator):
    try:
        return [[one.strip() for one in row] for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator)]
    except csv.Error:
        return []


def _regular(rows):
    """How many rows have as many cells as most have, if that is more than one; then how many cells."""
    widths = Counter(len(row) for row in rows if any(row))
    width, count = max(widths.items(), key=lambda one: (one[1], one[0]), default=(0, 0))
    return (count, width) if width > 1 else (0, 0)
