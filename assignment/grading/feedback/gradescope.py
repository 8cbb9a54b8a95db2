"""Gradescope's results: a dict for `results.json`, as its autograder specification describes it.

https://gradescope-autograders.readthedocs.io/en/latest/specs/
"""
from assignment.judging.explained import lines


def results(one):
    """The results of Contents: a test for each problem, with its points and the text on it."""
    said = one.phrases
    tests = [{"name": f"{said['problem']} {section.number}. {section.title}", "number": str(section.number),
              "score": section.reached, "max_score": section.points,
              "status": "passed" if section.reached == section.points else "failed", "output_format": "text",
              "output": "\n".join(lines(section, one.language)), "visibility": "after_published"}
             for section in one.sections]
    return {"score": one.reached, "output": f"{said['total']}: {one.reached}\n{said['hand']}",
            "output_format": "text", "visibility": "after_published", "tests": tests}
