"""Captions are compared with what the pictures show: a table counts, and a sheet shows some of them."""
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from inspection.loss_curve import figure_class
from inspection.text_table import aligned
from nn.files.atomic import atomic_write
from readers.captions import Vocabulary, english
from readers.two_digits import is_held_out

COLUMNS = 5
HANGUL = ("Noto Sans CJK KR", "Noto Sans KR", "NanumGothic", "Malgun Gothic", "Apple SD Gothic Neo", "AppleGothic",
          "UnDotum", "Baekmuk Dotum")  # fonts that have Korean letters; the first one that is installed is taken


@dataclass
class Described:
    """Pictures (N, 56, 56, 1), the scenes (N, 3) that they show, and the N captions that a network gives them."""

    pictures: np.ndarray
    shown: np.ndarray
    captions: list
    vocabulary: Vocabulary

    def __post_init__(self):
        self.said = self.vocabulary.meant(self.captions)  # -1 where it is no sentence
        self.right = (self.said == self.shown).all(axis=1)

    def wrong_ones_of_pairs_not_held_out(self):
        """For each wrong caption that is a sentence: whether the two digits that it names are no pair held out."""
        return ~is_held_out(self.said[~self.right & (self.said[:, 0] >= 0)])


ROWS = {
    "right in every word": lambda described: described.right,
    "the first digit is right": lambda described: described.said[:, 0] == described.shown[:, 0],
    "the relation is right": lambda described: described.said[:, 1] == described.shown[:, 1],
    "the second digit is right": lambda described: described.said[:, 2] == described.shown[:, 2],
    "no sentence at all": lambda described: described.said[:, 0] < 0,
    "wrong ones that name a pair not held out": Described.wrong_ones_of_pairs_not_held_out,
}


def print_table(described):
    """Print the share of captions that are right, and in what, for each kind of pictures: name -> Described."""
    rows = [[name, *(_percentage(which(kind)) for kind in described.values())] for name, which in ROWS.items()]
    print(aligned([["Captions of pictures of", *described], *rows]), flush=True)


def draw_sheet(described, path):
    """Draw pictures of each kind, name -> Described, with their captions, and then mistakes of the last kind.

    The sheet is saved at `path`, whose ending says the format. Korean is drawn as English if no font can draw it.
    """
    *_, (last_name, last) = described.items()
    rows = [(name, kind, np.arange(COLUMNS)) for name, kind in described.items()]
    rows.append((f"mistakes, {last_name}", last, COLUMNS + np.flatnonzero(~last.right[COLUMNS:])[:COLUMNS]))
    figure, font = figure_class()(figsize=(12, 3 * len(rows)), layout="constrained"), _font(last.vocabulary)
    figure.get_layout_engine().set(h_pad=0.08)  # inches around each picture
    for (name, kind, places), part in zip(rows, figure.subfigures(len(rows), 1)):
        part.suptitle(name[0].upper() + name[1:], x=0.01, ha="left", fontweight="bold", fontsize=11)
        for axes, k in zip(part.subplots(1, COLUMNS), [*places, *[None] * (COLUMNS - len(places))]):
            if k is None:
                axes.axis("off")
            else:
                _show(axes, kind, k, font)
    atomic_write(path, lambda file: figure.savefig(file, format=Path(path).suffix[1:], dpi=120))
    print(f"Pictures with captions: {path}", flush=True)


def _show(axes, kind, k, font):
    """A picture with its caption, red if it is wrong, and then what it should be."""
    said, right = kind.captions[k], kind.vocabulary.language(*kind.shown[k])
    if font is None:
        said, right = english(*kind.said[k]) if kind.said[k, 0] >= 0 else "(no sentence)", english(*kind.shown[k])
    axes.imshow(kind.pictures[k, ..., 0], cmap="Greys", vmin=0, vmax=1)
    axes.set(xticks=[], yticks=[])
    style = {"fontsize": 8.5, **({} if font is None else {"fontfamily": font})}
    axes.set_title(said, color="black" if kind.right[k] else "tab:red", **style)
    if not kind.right[k]:
        axes.set_xlabel(f"is {right}", **style)


def _font(vocabulary):
    """A font that can draw all words of the vocabulary, or None, and a line that says what is drawn instead."""
    if all(word.isascii() for word in vocabulary.words):
        return "DejaVu Sans"
    from matplotlib.font_manager import get_font_names
    found = next((name for name in HANGUL if name in get_font_names()), None)
    if found is None:
        print("The captions are drawn in English: no font for Korean was found, such as NanumGothic.", flush=True)
    return found


def _percentage(which):
    return f"{100 * np.mean(which):.1f} %" if len(which) else "-"
