"""Answers that were once graded wrongly, and more of their kinds: right is right, wrong is wrong, causes are true."""
import re

import pytest

from assignment.problems import GRADED, PROBLEMS
from tests.assignment_answers import answered, solved, with_definitions
from tests.assignment_graded import CASES, given_cases, graded, text_of
from tests.assignment_variants import RIGHT, WRONG

pytestmark = pytest.mark.slow
# case -> (the problem, the points that it loses, words of its true cause or "")
LOSES = {
    "41000001": (6, 2, "dx is never cleared"),
    "41000002": (6, 2, "two objects share"),
    "41000004": (6, 3, "starts at -100"),
    "41000007": (2, 3, "what compute has kept"),
    "41000008": (4, 10, ""),
    "41000009": (4, 10, ""),
    "41000010": (4, 10, "the mean is 1"),
    "41000012": (4, 10, ""),
    "41000014": (5, 20, ""),
    "41000015": (5, 20, ""),
    "41000016": (5, 20, ""),
    "42000001": (3, 3, "the corrected m and v are kept"),
    "42000002": (3, 3, "t is always 1"),
    "42000004": (3, 3, "beta1 and beta2 are swapped"),
    "42000005": (3, 3, "beta1 is used for both"),
    "42000006": (3, 5, "t is counted after its use"),
    "42000007": (3, 3, "1 - beta * t"),
    "42000008": (3, 1, "share their moments"),
    "42000009": (6, 30, ""),
    "42000011": (6, 4, "height and width are swapped"),
    "42000012": (6, 7, ""),
    "42000014": (6, 11, ""),
    "42000015": (6, 2, "dx is made once, for the size of the first"),
    "42000016": (4, 6, "n_out is in it"),
    "42000017": (4, 8, "the gain is 1/3"),
    "42000018": (4, 10, "numbers from 0 to 1"),
    "42000020": (4, 10, "the root is of the gain alone"),
    "42000022": (4, 6, ""),
    "42000023": (5, 10, "layer 0 is a list"),
    "43000001": (5, 20, ""),
}


def submission(kind, number):
    """path -> bytes of a case: its definitions in the solved project."""
    files = solved()
    for file in sorted((CASES / kind / number).rglob("*.txt")):
        path = file.relative_to(CASES / kind / number).as_posix()
        text = file.read_text(encoding="utf-8")
        if path.endswith(".whole.txt"):
            files[path[:-len(".whole.txt")]] = text.encode()
        else:
            path = path[:-len(".txt")]
            files[path] = with_definitions(answered(path), text).encode()
    return files


def touched(files):
    """The problems whose files differ from the solved project."""
    return [number for number in GRADED if files[PROBLEMS[number].file] != solved()[PROBLEMS[number].file]]


def causes(grade):
    return re.findall("; cause: (.*)", text_of(grade))


@pytest.mark.parametrize("number", [number for kind, number in given_cases() if kind == "right"])
@pytest.mark.parametrize("seed", [104, 12345])
def test_given_right_answer_gets_all_points(number, seed):
    files = submission("right", number)
    for problem in touched(files):
        assert graded(files, problem, seed).points == PROBLEMS[problem].points, text_of(graded(files, problem, seed))


@pytest.mark.long
@pytest.mark.parametrize("kind, number", [case for case in given_cases() if case[1] in LOSES])
def test_given_wrong_answer_loses_in_its_own_problem_and_no_cause_is_false(kind, number):
    files, (problem, lost, words) = submission(kind, number), LOSES[number]
    grades = {one: graded(files, one, 12345) for one in touched(files)}
    assert {one: PROBLEMS[one].points - grades[one].points for one in grades if grades[one].losses} == {problem: lost}
    named = causes(grades[problem])
    assert bool(named) == bool(words) and all(words in cause for cause in named), text_of(grades[problem])


def test_three_imports_of_the_solution_get_nothing():
    files = submission("wrong_not_caught", "41000017")
    assert [graded(files, number).points for number in (2, 3, 6)] == [0, 0, 0]


def test_all_given_cases_are_tried():
    assert len(given_cases()) == 47
    assert {number for kind, number in given_cases() if kind != "right"} == {*LOSES, "41000017"}


@pytest.mark.long
@pytest.mark.parametrize("number, name, files", RIGHT, ids=[f"{number} {name}" for number, name, _ in RIGHT])
def test_right_answer_gets_all_points_with_any_seed(number, name, files):
    for seed in range(20 if number != 5 else 2):
        grade = graded(files, number, seed)
        assert grade.points == PROBLEMS[number].points, text_of(grade)


@pytest.mark.long
@pytest.mark.parametrize("number, name, files, words", WRONG, ids=[f"{line[0]} {line[1]}" for line in WRONG])
def test_wrong_answer_loses_in_its_own_problem_and_no_cause_is_false(number, name, files, words):
    for problem in touched(files):
        grade = graded(files, problem, 12345)
        assert (grade.points < PROBLEMS[problem].points) == (problem == number), text_of(grade)
        if problem == number:
            assert words in text_of(grade) and all(words and words in cause for cause in causes(grade)), text_of(grade)
