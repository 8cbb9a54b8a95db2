"""Statistics of a class: for each criterion how many reached it, and which mistakes the others made."""
import csv
import io
from collections import Counter
from dataclasses import dataclass, field
from html import escape

from assignment.grading.causes.for_students import for_student
from assignment.grading.feedback.page import document, with_code
from assignment.grading.plain_text import cell
from assignment.judging.criteria import CRITERIA
from assignment.judging.explained import explained
from assignment.judging.words import Words, said

PICTURE = "statistics.png"
ERROR, OTHER = Words("an exception", "예외"), Words("something else", "그 밖의 것")
DIFFERENT = Words("other numbers, without a proved cause", "값이 다름 (원인은 증명되지 않음)")
OPEN = Words("not written", "풀지 않음")
KINDS = {"error": ERROR, "same error": ERROR, "syntax": ERROR, "numbers": DIFFERENT, "shape": DIFFERENT}
TITLE = Words("Statistics of the class", "반 전체 통계")
HEADS = (Words("criterion", "항목"), Words("reached", "맞은 사람"), Words("mistakes, how many", "실수와 인원"))
UNTRIED = Words("could not be tried", "확인할 수 없었음")


@dataclass
class Line:
    """One criterion: its problem, its place there, its Words, how many reached it of those of whom it is known;
    mistake (Words) -> how many. Where one slip cost a whole problem's points, only the first criterion is known.
    """

    problem: int
    place: int
    criterion: Words
    reached: int = 0
    known: int = 0
    mistakes: Counter = field(default_factory=Counter)

    @property
    def label(self):
        """The problem's number and the criterion's, from 1: "6.3"."""
        return f"{self.problem}.{self.place + 1}"


def statistics(all_grades):
    """The Lines of all criteria, for the number -> Grade of each student."""
    found = [Line(problem, place, one.words) for problem in CRITERIA for place, one in enumerate(CRITERIA[problem])]
    for line in found:
        for grades in all_grades:
            losses = grades[line.problem].losses
            one = explained(line.problem, losses, "en").rows[line.place]
            why = [why for _, why in losses if _part(why, "number", _part(why, "about")) in (line.place, None)]
            if one.reached is None and not why:
                continue
            line.known += 1
            line.reached += one.reached == one.points
            if one.reached != one.points:
                line.mistakes[_mistake(why[0])] += 1
    return found


def _part(line, name, otherwise=None):
    part = getattr(line, "parts", {}).get(name)
    return otherwise if part is None else part


def _mistake(line):
    """Words for what was wrong: the proved cause, else the kind of difference."""
    if "NotImplementedError" in line:
        return OPEN
    if _part(line, "untried"):
        return UNTRIED
    if _part(line, "itself"):
        return line
    if _part(line, "cause"):
        return for_student(_part(line, "cause")) or _part(line, "cause")
    return KINDS.get(_part(line, "kind"), OTHER)


def picture(lines, file):
    """A PNG of the share of the class that reached each criterion, written to a binary file."""
    from matplotlib.figure import Figure

    axes = Figure(figsize=(8, 0.22 * len(lines) + 1), layout="tight").subplots()
    shares = [100 * line.reached / max(1, line.known) for line in lines]
    shades = ["#8fb0d0" if line.problem % 2 == 0 else "#c3d4e6" for line in lines]
    axes.barh([line.label for line in lines], shares, color=shades)
    for place, line in enumerate(lines):
        axes.text(1, place, f"{line.reached} / {line.known}", va="center", fontsize=7)
    axes.set(xlim=(0, 100), ylim=(len(lines) - 0.4, -0.6), xlabel="% that reached a criterion (problem.criterion)")
    axes.tick_params(axis="y", labelsize=8)
    axes.figure.savefig(file, format="png", dpi=120)


def page(lines, count, language):
    """The HTML page, which shows the picture beside it."""
    heads = "".join(f"<th>{escape(head.said(language))}</th>" for head in HEADS)
    rows = [f"<tr><td>{line.label} {with_code(line.criterion.said(language))}</td>"
            f'<td class="points">{line.reached} / {line.known}</td><td>{_listed(line, language)}</td></tr>'
            for line in lines]
    title = TITLE.said(language)
    return document(title, language, f'<h1>{escape(title)} ({count})</h1>\n<img src="{PICTURE}" alt="">\n<table>\n'
                                     f"<tr>{heads}</tr>\n" + "\n".join(rows) + "\n</table>")


def _listed(line, language):
    return "<br>".join(f"{number} × {escape(str(said(mistake, language)))}"
                       for mistake, number in line.mistakes.most_common())


def table(lines, language):
    """The same as CSV: a row for each criterion and mistake, and one for how many reached it."""
    text = io.StringIO()
    rows = csv.writer(text)
    rows.writerow(["problem", "criterion", "points", "students", "what"])
    for line in lines:
        start = [line.problem, line.criterion.said(language), CRITERIA[line.problem][line.place].points]
        rows.writerow([*start, line.reached, HEADS[1].said(language)])
        rows.writerows([*start, number, cell(str(said(mistake, language)))]
                       for mistake, number in line.mistakes.most_common())
    return text.getvalue()
