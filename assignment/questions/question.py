"""A question of a quiz has a text and an answer in two languages, made of the same numbers."""
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

DECIMALS = 4  # of what does not come out even


@dataclass(frozen=True)
class Question:
    """kind: the section of wording.en.md and wording.ko.md whose title, text and answer it has.

    given, results: name -> the numbers of the text, and of the answer. fields: name -> what is filled in for it.
    phrase: which of the section `phrases` is filled in for {phrase}.
    """

    kind: str
    given: dict
    results: dict
    fields: dict
    phrase: str = ""

    def title(self, language):
        return wording(language)[self.kind][0]

    def text(self, language):
        return self._filled_in(wording(language)[self.kind][1], language)

    def answer(self, language):
        return self._filled_in(wording(language)[self.kind][2], language)

    def _filled_in(self, template, language):
        phrase = wording(language)["phrases"].get(self.phrase, "")
        return template.format(**self.fields, phrase=phrase.format(**self.fields))


@lru_cache
def wording(language):
    """Each section of the wording file: (title, text, answer); of the section `phrases`, name -> phrase."""
    text = (Path(__file__).parent / f"wording.{language}.md").read_text(encoding="utf-8")
    found = {}
    for section in text.split("\n## ")[1:]:
        kind, title, rest = section.split("\n", 2)
        found[kind] = (title, *(part.strip("\n") for part in rest.partition("\n---\n")[::2]))
    phrases = text.partition("\n## phrases\n")[2].splitlines()
    return {**found, "phrases": dict(line.split(" = ", 1) for line in phrases)}


def number(value, decimals=DECIMALS):
    """A number as it is written by hand, with no more decimals than that."""
    return np.format_float_positional(round(float(value), decimals) + 0.0, trim="-")


def products(left, right):
    """The sum of products that a pencil writes: 1·2 + 0.5·(-1)."""
    return " + ".join(f"{in_brackets(x)}·{in_brackets(y)}" for x, y in zip(np.ravel(left), np.ravel(right)))


def in_brackets(value):
    """A number as it stands in a sum: in brackets where it has a sign."""
    return f"({number(value)})" if value < 0 else number(value)


def side_by_side(arrays):
    """name -> number, or array of one or two axes: all of them in one block of Markdown, each behind its name."""
    blocks = [_block(f"{name} = ", np.atleast_2d(array)) for name, array in arrays.items()]
    height = max(map(len, blocks))
    blocks = [block + [" " * len(block[0])] * (height - len(block)) for block in blocks]
    return "\n".join(("    " + "     ".join(lines)).rstrip() for lines in zip(*blocks))


def _block(name, array):
    """The lines of a matrix behind its name, all of one length."""
    cells = np.vectorize(number, otypes=[object])(array)
    width = max(map(len, cells.flat))
    lines = ["  ".join(cell.rjust(width) for cell in row) for row in cells]
    return [(" " * len(name) if k else name) + line for k, line in enumerate(lines)]


def comes_out_even(*arrays, decimals):
    """Whether no number has more decimals than that, but for what is lost in floating point."""
    return all(np.allclose(np.round(array, decimals), array, rtol=0, atol=1e-4 * 10 ** -decimals) for array in arrays)


def whole(rng, low, high, *shape):
    """Whole numbers from low to high, both included, as an array of floats."""
    return rng.integers(low, high + 1, shape).astype(float)


def signed(rng, high, *shape):
    """The same from -high to high, without 0."""
    return whole(rng, 1, high, *shape) * rng.choice([-1, 1], shape)
