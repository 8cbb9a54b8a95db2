"""Explained is what a student reads of a verdict: a row for each criterion, and of each mistake what was seen."""
from dataclasses import dataclass, field

from .advice import advice
from .criteria import CRITERIA, TITLES
from .words import Words, said, say

NAMES = {"note": Words("note", "참고"), "what": Words("what", "틀린 점"), "given": Words("input", "입력"),
         "expected": Words("expected", "기대한 값"), "got": Words("got", "나온 값"),
         "layer": Words("layer", "레이어"), "place": Words("differs first at", "처음 다른 위치"),
         "cause": Words("cause", "원인"), "look": Words("look at", "살펴볼 것")}
PROBLEM, WHOLE = Words("Problem", "문제"), Words("for the problem as a whole", "문제 전체에서")
CHANGED = Words("the input was changed by the call", "호출한 뒤 입력이 바뀌었습니다")
COMPARED = "numbers", "shape", "count", "changed"  # kinds of difference of which expected and got say enough


@dataclass(frozen=True)
class Mistake:
    """lost: points. seen: (name, text) for each part that there is, in order."""

    lost: int
    seen: list


@dataclass
class Row:
    """reached: of the `points` of a criterion, or None where they were taken from the problem as a whole."""

    criterion: str
    points: int
    reached: object
    mistakes: list = field(default_factory=list)


@dataclass
class Explained:
    """One problem in one language. rows: one for each criterion. whole: Mistakes that cost the problem as a whole."""

    number: int
    title: str
    rows: list
    whole: list
    reached: int
    points: int


def explained(number, losses, language, cause_told=lambda cause: cause, tidy=str):
    """The Explained of [(points lost, line)] of a problem.

    cause_told(cause): what is told of a cause, or "". tidy(text): how texts are shown that students may have written.
    """
    rows = [Row(one.words.said(language), one.points, one.points) for one in CRITERIA[number]]
    points, whole = sum(row.points for row in rows), []
    for lost, line in losses:
        place = getattr(line, "parts", {}).get("number")
        seen = [(NAMES[name].said(language), tidy(str(said(text, language))))
                for name, text in _seen(number, line, cause_told)]
        (whole if place is None else rows[place].mistakes).append(Mistake(lost, seen))
        if place is not None:
            rows[place].reached -= lost
    reached = points - sum(lost for lost, _ in losses)
    for row in rows if whole else ():
        row.reached = None if reached else 0
    return Explained(number, TITLES[number].said(language), rows, whole, reached, points)


def lines(one, language):
    """The text of an Explained, without its title: a line for each criterion, and below it what was seen."""
    found = []
    for mistake in one.whole:
        found += [f"  {WHOLE.said(language)}:", *_lines(mistake)]
    for row in one.rows:
        found.append(f"  {'-' if row.reached is None else row.reached}/{row.points}  {row.criterion}")
        for mistake in row.mistakes:
            found += _lines(mistake)
    return found


def _lines(mistake):
    return [f"       -{mistake.lost}", *(f"       {name}: {text}" for name, text in mistake.seen)]


def _seen(number, line, cause_told):
    parts = getattr(line, "parts", {})
    cause, kind = parts.get("cause"), parts.get("kind")
    seen = [("note", parts["note"])] if "note" in parts else []
    seen += [("what", CHANGED)] if kind == "changed" else []
    seen += [(name, parts[name]) for name in ("given", "layer") if name in parts]
    if kind in COMPARED and "given" in parts:
        seen += [(name, _shape(parts[name]) if kind == "shape" else parts[name])
                 for name in ("expected", "got", "place") if name in parts]
    else:
        seen.append(("what", _without_cause(line, parts, cause)))
    seen += [("cause", told) for told in [cause and cause_told(cause)] if told]
    return seen if parts.get("untried") else seen + [("look", text) for text in advice(number, line)]


def _shape(shape):
    return say("an array of shape {shape}", "모양이 {shape}인 배열", shape=tuple(shape))


def _without_cause(line, parts, cause):
    """What is said of a mistake, without its criterion, its input and its cause, which stand beside it."""
    text = next((parts[name] for name in ("what", "reason", "found", "line") if name in parts), line)
    if not cause:
        return text
    return Words(str(text).split("; cause: ")[0], str(said(text, "ko")).split("; 원인: ")[0])
