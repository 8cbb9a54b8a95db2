"""A table is rows of texts under each other in columns: the first column from the left, numbers from the right."""


def aligned(rows):
    """rows: lists of texts, of the same length -> one text, a line for each row."""
    widths = [max(map(len, column)) for column in zip(*rows)]
    return "\n".join("  ".join([first.ljust(widths[0]), *map(str.rjust, rest, widths[1:])]).rstrip()
                     for first, *rest in rows)
