"""Feedback: a page a student in Korean or English, safe and without the solution, and statistics of the class."""
import csv
import json
import re
from html.parser import HTMLParser

import numpy as np
import pytest

from assignment.grading import causes, command, grader, whole_class
from assignment.grading.causes import adam, pooling, relu, scales
from assignment.grading.causes.for_students import for_student
from assignment.grading.feedback import contents
from assignment.grading.feedback.folder import folder_names, write_feedback
from assignment.grading.feedback.statistics import statistics
from assignment.grading.grader import Conditions, Grade
from assignment.grading.journal import Journal
from assignment.grading.project import handed_out
from assignment.grading.submission import Submission
from assignment.grading.whole_class import grade_all
from assignment.handout.build import ROOT
from assignment.judging import advice, points, taken
from assignment.judging.case import Finding
from assignment.judging.compare import difference
from assignment.judging.criteria import CRITERIA
from assignment.judging.explained import explained
from assignment.judging.verdict import placed
from assignment.judging.words import Words, from_json, said, say, to_json
from assignment.problems import GRADED, PROBLEMS
from tests.assignment_mistakes import MISTAKES, with_answer
from tests.test_assignment_grade import hand_in, opened

LANGUAGES = "en", "ko"


def full():
    return {number: Grade(PROBLEMS[number].points) for number in GRADED}


def wrong(line="x", cause="v gets dx without the square"):
    """Grades in which Adam's second criterion is missed."""
    what = say("expected {expected}, got {got}", "기대한 값 {expected}, 나온 값 {got}", expected="0.5", got=line,
               kind="numbers")
    found = Finding(1, say("{given}: {what}", "{given}: {what}", given=say("number {n}", "{n}번째", n=2), what=what))
    losses = points.losses(CRITERIA[3], [found.because(cause)])
    return {**full(), 3: Grade(7, losses)}


class Texts(HTMLParser):
    """The texts of a page, and its tags."""

    def __init__(self, page):
        super().__init__()
        self.tags, self.texts = [], []
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)

    def handle_data(self, data):
        self.texts.append(data)


def written(folder, found, all_grades, language="ko"):
    return [folder / name for name in write_feedback(folder, found, all_grades, language)]


@pytest.mark.parametrize("language, words", [
    ("ko", ["과제 채점 결과", "기대한 값", "0.5", "나온 값", "2번째", "원인", "2차 모멘트에 기울기의 제곱이 아니라",
            "살펴볼 것", "77"]),
    ("en", ["Feedback on the assignment", "expected", "0.5", "got", "number 2", "cause", "and not its square",
            "look at", "77"])])
def test_page_text_and_results_say_the_same(language, words, tmp_path):
    place, = written(tmp_path, [Submission("x", "20201234", "홍길동", {"a.py": b""})], [wrong("0.25")], language)
    assert place.name == "20201234_홍길동"
    page, text = ((place / name).read_text(encoding="utf-8") for name in ("feedback.html", "feedback.txt"))
    shown = " ".join(Texts(page).texts)
    results = json.loads((place / "results.json").read_text(encoding="utf-8"))
    for word in words:
        assert word in shown and word in text, word
    assert results["score"] == 77 and [test["max_score"] for test in results["tests"]] == [10, 10, 10, 20, 30]
    assert results["tests"][1]["score"] == 7 and results["tests"][1]["status"] == "failed"
    assert words[3] in results["tests"][1]["output"] and f'lang="{language}"' in page


def test_what_a_student_wrote_is_text_and_no_page(tmp_path):
    name, line = "<img src=x onerror=alert(1)>", "</dd><script>alert('`1`')</script>\x1b[2J\u202e"
    place, = written(tmp_path, [Submission("x", "1234", name, {"a.py": b""})], [wrong(line)])
    page = Texts((place / "feedback.html").read_text(encoding="utf-8"))
    assert "script" not in page.tags and "img" not in page.tags
    assert "\x1b" not in "".join(page.texts) and "\u202e" not in "".join(page.texts)


def test_folders_have_names_that_lead_nowhere_and_none_twice():
    names = folder_names([Submission("x", *one) for one in (
        ("20201234", "홍길동"), ("20201234", "홍길동"), ("../../etc", "passwd"), ("", "CON"), ("", ""),
        ("1", "a" * 500), ("20201235", "Kim"), ("20201235", "KIM"), (".hidden", "~"), ("1:2", "a\\b|c"))])
    assert len({name.casefold() for name in names}) == len(names)
    assert all(re.fullmatch(r"[\w-]{1,80}", name) for name in names), names
    assert names[0] == "20201234_홍길동" and names[1] == "20201234_홍길동-2"


def test_one_student_graded_again_leaves_the_others_and_the_statistics(tmp_path):
    found = [Submission("x", f"2020123{k}", "학생", {"a.py": b""}) for k in range(3)]
    written(tmp_path, found, [full()] * 3)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    written(tmp_path, found[:1], [wrong()])
    changed = {path.relative_to(tmp_path).parts[0] for path, content in before.items() if path.read_bytes() != content}
    assert changed == {"20201230_학생"} and len(before) == 3 * 3 + 3


@pytest.mark.parametrize("language", LANGUAGES)
def test_statistics_count_who_reached_a_criterion_and_which_mistakes_were_made(language, tmp_path):
    found = [Submission("x", f"{k}", "학생", {"a.py": b""}) for k in range(4)]
    all_grades = [full(), wrong(), wrong(), wrong(cause="")]
    line = next(one for one in statistics(all_grades) if one.label == "3.2")
    assert (line.reached, line.known) == (1, 4) and sorted(line.mistakes.values()) == [1, 2]
    written(tmp_path, found, all_grades, language)
    page = (tmp_path / "statistics.html").read_text(encoding="utf-8")
    assert said(for_student("v gets dx without the square"), language) in page and 'src="statistics.png"' in page
    assert (tmp_path / "statistics.png").read_bytes().startswith(b"\x89PNG")
    rows = list(csv.reader((tmp_path / "statistics.csv").read_text(encoding="utf-8-sig").splitlines()))
    second = [row[3] for row in rows if row[0] == "3" and row[1] == CRITERIA[3][1].words.said(language)]
    assert second == ["1", "2", "1"]


def test_statistics_count_what_a_script_lacks_by_itself():
    lost = {**full(), 5: Grade(0, [(20, taken.RETURNS_NOTHING)])}
    line = next(one for one in statistics([lost, lost]) if one.label == "5.1")
    assert line.mistakes == {taken.RETURNS_NOTHING: 2}


def test_shapes_are_shown_as_shapes_also_after_the_journal():
    line = from_json(json.loads(json.dumps(to_json(difference(np.zeros((2, 3)), np.zeros((3, 2)))))))
    line = points.of_criterion(0, CRITERIA[6][0], say("{given}: {what}", "{given}: {what}", given="x", what=line))
    row, = [dict(one.seen) for one in explained(6, [(4, line)], "ko").rows[0].mistakes]
    assert row["기대한 값"] == "모양이 (2, 3)인 배열" and row["나온 값"] == "모양이 (3, 2)인 배열"


def test_nothing_that_could_be_graded_is_said(tmp_path):
    place, = written(tmp_path, [Submission("x", "1234", "홍길동", {})], [{n: Grade(0) for n in GRADED}])
    assert "채점할 수 있는 코드가 없습니다" in (place / "feedback.txt").read_text(encoding="utf-8")


@pytest.mark.slow
def test_command_writes_feedback_of_a_class_and_leaves_its_folder_out_of_it(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(grader, "grade", lambda answer, conditions: Grade(PROBLEMS[answer.number].points))
    monkeypatch.setattr(whole_class, "conditions", lambda seed, folder: Conditions(seed))
    for k in range(2):
        hand_in(tmp_path, 20201230 + k, "홍길동", opened())
    for _ in range(2):  # the second time the feedback of the first lies in the folder of the class
        command.main([str(tmp_path), "--feedback", str(tmp_path / "feedback"), "--lang", "ko"])
        assert "feedback for 2 submissions" in capsys.readouterr().out
    assert (tmp_path / "feedback" / "20201230_홍길동" / "feedback.html").is_file()


def test_every_cause_has_words_for_students_in_both_languages():
    known = {suspect.cause for module in (adam, relu, pooling) for suspect in module.suspects([], [])}
    known |= {cause for cause, *_ in scales.FORMULAS} | {scales.SAME, scales.MEAN_OF_ONE, causes.TRUTH}
    assert len(known) > 90 and [cause for cause in known if not for_student(cause)] == []
    for cause in known:
        english, korean = for_student(cause).said("en"), for_student(cause).korean
        assert re.search("[가-힣]", korean) and not re.search("[가-힣]", english)
        assert not re.search(FORMULA, english + korean), cause


def test_a_cause_that_the_judging_tells_itself_is_told_as_it_is():
    cause = Words("print inside forward", "forward 안에 print가 있습니다")
    assert for_student(cause) is cause and for_student("a cause that nobody has put into words") == ""


def test_every_criterion_has_advice():
    for number, criteria in CRITERIA.items():
        assert len(advice.CRITERIA[number]) == len(criteria)
        for text in advice.CRITERIA[number]:
            assert re.search("[가-힣]", text.korean) and not re.search("[가-힣]", text)


def test_words_come_back_from_the_journal(tmp_path):
    line = wrong()[3].losses[0][1]
    again = from_json(json.loads(json.dumps(to_json(line))))
    assert again == line and again.korean == line.korean and again.parts["cause"] == line.parts["cause"]
    journal = Journal(tmp_path / "journal")
    journal.graded("key", lambda: wrong()[3])
    assert Journal(tmp_path / "journal").done["key"].losses[0][1].parts["number"] == 1


def test_words_speak_the_language_of_what_they_are_made_of():
    inner = Words("two", "둘")
    outer = say("{n} and {inner}", "{n}, {inner}", n=1, inner=inner)
    assert outer == "1 and two" and outer.said("ko") == "1, 둘" and outer.parts["inner"] is inner


# what only somebody who has the solution would write
FORMULA = (r"np\.(maximum|where|sqrt|prod|argmax|unravel_index|zeros)\b(?!\.)|\*\*|1 - (self\.)?beta|beta[12] ?\*|"
           r"sqrt\(|kh ?\*|/ ?n_in|// ?|unravel|argmax|\bx ?[>*] ?0\b|dx\[")


def test_an_exception_is_quoted_in_korean_with_its_place():
    line = placed({"text": "ValueError: {x}", "file": "nn/a.py", "line": 4})
    assert line.said("en") == "ValueError: {x} (nn/a.py, line 4)"
    assert line.said("ko") == "오류 메시지(원문): ValueError: {x} (nn/a.py 4번째 줄)"
    raised = say("{error}", "{error}", error=line, kind="error")
    row = explained(2, [(1, points.of_criterion(0, CRITERIA[2][0], raised))], "ko").rows[0]
    assert ("틀린 점", line.said("ko")) in row.mistakes[0].seen


@pytest.mark.slow
@pytest.mark.long
@pytest.mark.parametrize("language", LANGUAGES)
def test_feedback_of_a_class_of_twenty_has_no_solution_and_is_in_one_language(language, class_of_twenty, tmp_path):
    found, all_grades = class_of_twenty
    ours = solution_lines()
    for place in written(tmp_path, found, all_grades, language):
        text = (place / "feedback.txt").read_text(encoding="utf-8")
        page = " ".join(Texts((place / "feedback.html").read_text(encoding="utf-8")).texts)
        for criterion in (one.words.said(language) for several in CRITERIA.values() for one in several):
            text = text.replace(criterion, "")  # it stands in the statement
        text = text.replace(contents.PHRASES["how"].said("en"), "")
        look = "살펴볼 것" if language == "ko" else "look at"
        assert look in text
        assert [line for line in ours if line in text or line in page] == [], place
        assert not re.search(r"initializer|textbook|max_pooling|assignment[./]|\b(he|lecun|xavier)\b", text), place
        for line in text.splitlines():
            name, _, rest = line.strip().partition(": ")
            if name in ("cause", "원인", "look at", "살펴볼 것", "what", "틀린 점") and "Error" not in rest:
                assert not re.search(FORMULA, rest), line
                assert bool(re.search("[가-힣]", rest)) == (language == "ko"), line
    assert len(found) == 20


@pytest.fixture(scope="module")
def class_of_twenty():
    """(Submissions, their grades): nineteen mistakes of all problems, and the hand-out as it is."""
    projects = [with_answer(number, changes) for number, _, changes, _ in MISTAKES[::len(MISTAKES) // 19][:19]]
    projects.append({path: text.encode("utf-8") for path, text in handed_out().items()})
    found = [Submission(f"{k}", f"202012{k:02}", "학생", files) for k, files in enumerate(projects)]
    return found, grade_all(found, 7, Journal(None), lambda submission, grades: None)


def solution_lines():
    """The lines of our answers that say something, which the hand-out does not have."""
    given = {line.strip() for text in handed_out().values() for line in text.splitlines()}
    at_home = [path.read_text(encoding="utf-8") for folder in ("textbook", "nn", "assignment/grading/expected")
               for path in (ROOT / folder).rglob("*.py")]
    ours = {line.strip() for text in [*handed_out(GRADED).values(), *at_home] for line in text.splitlines()}
    return {line for line in ours - given if len(line) > 12 and not line.startswith(("#", "\"\"\"", "import", "from"))}
