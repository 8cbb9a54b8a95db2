"""Results are printed as tables in Markdown, ready for a README."""


def markdown(heads, rows):
    """A table; measured numbers get three digits."""
    lines = [heads, ["---"] + ["---:"] * (len(heads) - 1), *rows]
    return "\n".join("| " + " | ".join(map(_cell, line)) + " |" for line in lines)


def _cell(cell):
    if isinstance(cell, (str, int)):
        return str(cell)
    return f"{cell:,.0f}" if cell >= 100 else f"{cell:#.3g}" if cell >= 1 else f"{cell:.2f}"
