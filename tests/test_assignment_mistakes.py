"""Each mistake that students are known to make costs points in its own problem, nowhere else, and is named."""
import pytest

from assignment.grading.journal import Journal
from assignment.grading.submission import Submission
from assignment.grading.whole_class import grade_all
from assignment.problems import GRADED, PROBLEMS
from tests.assignment_mistakes import ANSWERS, MISTAKES, with_answer

pytestmark = pytest.mark.slow
SEED = 7


@pytest.fixture(scope="module")
def grades():
    """number -> Grade for each line of MISTAKES, then for each right answer; equal answers are graded once."""
    projects = [with_answer(number, changes) for number, _, changes, _ in MISTAKES]
    projects += [with_answer(number) for number in ANSWERS]
    found = [Submission(f"{k}", files=files) for k, files in enumerate(projects)]
    return grade_all(found, SEED, Journal(None), lambda submission, grades: None)


@pytest.mark.parametrize("line", range(len(MISTAKES)), ids=[f"{line[0]} {line[1]}" for line in MISTAKES])
def test_mistake_costs_points_in_its_own_problem_and_is_named(line, grades):
    number, _, _, words = MISTAKES[line]
    lost = {k: PROBLEMS[k].points - grade.points for k, grade in grades[line].items()}
    lines = "\n".join(text for _, text in grades[line][number].losses)
    assert {k for k, points in lost.items() if points} == {number}, lines
    assert words in lines
    assert lost[number] == sum(points for points, _ in grades[line][number].losses) <= PROBLEMS[number].points


@pytest.mark.parametrize("number", ANSWERS)
def test_textbook_answer_with_python_loops_gets_all_points(number, grades):
    grade = grades[len(MISTAKES) + list(ANSWERS).index(number)]
    assert {k: one.points for k, one in grade.items()} == {k: PROBLEMS[k].points for k in GRADED}
