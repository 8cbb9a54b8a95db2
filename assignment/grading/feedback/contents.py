"""The contents of a student's feedback, in one language: points, and what was seen of each mistake. No solution."""
from dataclasses import dataclass

from assignment.grading.causes.for_students import for_student
from assignment.grading.plain_text import plain
from assignment.grading.report import total
from assignment.judging.explained import explained
from assignment.judging.words import Words
from assignment.problems import BY_HAND, PROBLEMS, TOTAL

PHRASES = {
    "title": Words("Feedback on the assignment", "과제 채점 결과"),
    "problem": Words("Problem", "문제"), "points": Words("points", "점수"), "criterion": Words("criterion", "항목"),
    "total": Words(f"Total, of {TOTAL} points by program", f"프로그램이 채점한 점수 ({TOTAL}점 만점)"),
    "hand": Words(f"Problem {BY_HAND} ({PROBLEMS[BY_HAND].points} points) is read and graded by hand.",
                  f"{BY_HAND}번 문제({PROBLEMS[BY_HAND].points}점)는 직접 읽고 채점합니다."),
    "whole": Words("for the problem as a whole", "문제 전체에서"),
    "nothing": Words("There was no code in what was handed in that could be graded.",
                     "제출된 것에 채점할 수 있는 코드가 없습니다."),
    "how": Words("Inputs were drawn anew for the grading. A cause stands here only where it is proved; what to look at "
                 "is a place to begin.",
                 "채점에는 새로 뽑은 입력을 썼습니다. 원인은 증명된 것만 적었고, 살펴볼 것에는 어디서부터 "
                 "보면 좋을지를 적었습니다."),
}


@dataclass(frozen=True)
class Contents:
    """All of one student's feedback. sections: an Explained a problem. phrases: name -> text of the language."""

    number: str
    name: str
    reached: int
    sections: list
    phrases: dict
    language: str


def contents(submission, grades, language):
    """The Contents for a Submission and its number -> Grade."""
    sections = [explained(number, grade.losses, language, for_student, plain)
                for number, grade in grades.items()] if submission.files else []
    return Contents(submission.number, submission.name, total(grades), sections,
                    {name: words.said(language) for name, words in PHRASES.items()}, language)
