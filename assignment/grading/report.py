"""The report on a submission is a table: points, and a line for each loss."""
from assignment.grading.plain_text import plain
from assignment.problems import BY_HAND, PROBLEMS, TOTAL


def report(submission, grades):
    """The table of one submission, as text."""
    lines = [f"{submission.number} {submission.name}  ({submission.source})".strip()]
    lines += [f"  note: {remark}" for remark in submission.remarks]
    for number, grade in grades.items() if submission.files else ():
        problem = PROBLEMS[number]
        lines.append(f"  {number}  {problem.title:24} {grade.points:3}/{problem.points}")
        lines += [f"       -{lost}  {line}" for lost, line in grade.losses]
    lines.append(f"  total {total(grades)}/{TOTAL}   (problem {BY_HAND}: {PROBLEMS[BY_HAND].points} points by hand)")
    return "\n".join(map(plain, lines))


def total(grades):
    """The points of all problems that a program grades."""
    return sum(grade.points for grade in grades.values())
