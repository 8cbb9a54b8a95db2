"""A table is rows of texts under each other in columns: the first column from the left, numbers from the right."""
from html import escape


def aligned(rows):
    """rows: lists of texts, of the same length -> one text, a line for each row."""
    widths = [max(map(len, column)) for column in zip(*rows)]
    return "\n".join("  ".join([first.ljust(widths[0]), *map(str.rjust, rest, widths[1:])]).rstrip()
                     for first, *rest in rows)


def html(rows, text=""):
    """The same rows, of which the first is the head, as a table of a notebook, and a text."""
    lines = ["<tr>" + "".join(f"<{cell}>{escape(word)}</{cell}>" for word in row) + "</tr>"
             for row, cell in zip(rows, ["th", *["td"] * len(rows)])]
    return f"<pre>{escape(text)}</pre>" + (f"<table>{''.join(lines)}</table>" if rows else "")
