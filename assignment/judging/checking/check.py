"""The check before handing in: `python check.py` says for each problem which points are reached, and what to look at.

    python check.py [N ...] [--lang ko|en] [--numbers K]

N: problems (2 to 6; all if none is named). The inputs are drawn anew each time, one set of 20; --numbers repeats one.
"""
import argparse
import secrets
import sys
import time
import unicodedata

from ..criteria import TITLES
from ..explained import explained, lines
from ..words import LANGUAGES, Words, print_anything, usual_language
from .handout import own_files
from .own import PROBLEMS, SEEDS, judged

STOPPED = 130  # the status of a program that Ctrl-C ended
HEADS = Words("problem", "문제"), Words("points", "점수")
TOTAL = Words("total", "합계")
BY_HAND = Words("Problem 1 (20 points) is read by hand.", "1번(20점)은 직접 읽고 채점합니다.")
ALL_RIGHT = Words("Nothing wrong was found.", "틀린 곳을 찾지 못했습니다.")
REPEAT = Words("numbers {k} of {count}; `--numbers {k}` draws them again",
               "{count}벌의 입력 중 {k}번을 썼습니다. 같은 입력을 다시 쓰려면 `--numbers {k}`")


def options_of(argv):
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("problems", metavar="N", type=int, nargs="*", help="problems to check (all if none is named)")
    parser.add_argument("--lang", choices=LANGUAGES, default=usual_language(), help="language")
    parser.add_argument("--numbers", metavar="K", type=int, choices=range(SEEDS), help=f"inputs 0 to {SEEDS - 1}")
    options = parser.parse_args(argv)
    if set(options.problems) - set(PROBLEMS):
        parser.error(f"problems are {', '.join(map(str, PROBLEMS))}; problem 1 is read by hand")
    return options


def main(handout, argv=None):
    """Check the project in a Handout. Returns 0 if nothing is lost, else 1."""
    options = options_of(argv)
    print_anything((sys.stdout, sys.stderr))
    k = secrets.randbelow(SEEDS) if options.numbers is None else options.numbers
    begun = time.monotonic()
    try:
        found = judged(own_files(handout.folder), handout, k, options.problems or PROBLEMS)
    except KeyboardInterrupt:
        return STOPPED
    print(table(found, options.lang))
    print(f"{REPEAT.said(options.lang).format(k=k, count=SEEDS)} ({time.monotonic() - begun:.0f} s)")
    return int(any(one.losses for one in found.values()))


def table(found, language):
    """The text on number -> Own: a table of points, then what is wrong."""
    rows = [(f"{number}. {TITLES[number].said(language)}", reached(one)) for number, one in found.items()]
    points, lost = sum(one.points for one in found.values()), sum(one.lost for one in found.values())
    least = sum(one.least for one in found.values())
    rows.append((TOTAL.said(language), _points(points, lost, least)))
    rows.insert(0, tuple(head.said(language) for head in HEADS))
    width = max(_width(first) for first, _ in rows) + 2
    texts = [first + " " * (width - _width(first)) + second for first, second in rows]
    texts.insert(1, "-" * (width + 12))
    texts.insert(-1, "-" * (width + 12))
    texts += [BY_HAND.said(language), ""]
    for one in found.values():
        texts += _details(one, language)
    if not lost:
        texts += [ALL_RIGHT.said(language), ""]
    return "\n".join(texts)


def reached(one):
    """Points of an Own as text: "8 / 10", or "5~8 / 10" where only the grading can tell."""
    return _points(one.points, one.lost, one.least)


def _points(points, lost, least):
    return f"{points - lost}{f'~{points - least}' if least < lost else ''} / {points}"


def _details(one, language):
    """What is wrong with one problem, if anything is, and what is to be said of it."""
    notes = [f"  * {note.said(language)}" for note in one.notes]
    if not one.losses and not notes:
        return []
    its = explained(one.number, one.losses, language)
    its.rows = [row for row in its.rows if row.mistakes]
    return [f"{one.number}. {its.title}: {reached(one)}", *lines(its, language), *notes, ""]


def _width(text):
    """Columns in a terminal, where a Korean letter takes two."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)
