"""Two answers are alike if most of their statements are, in whatever order: names, comments, layout and lines without
effect do not count. That is a reason to read both, and no proof: what is short can be alike by chance.
"""
import ast
from collections import Counter, namedtuple
from functools import lru_cache
from pathlib import PurePosixPath

from assignment.grading.normal_form import length, normal_form
from assignment.grading.project import handed_out
from assignment.problems import PROBLEMS

ALIKE = 0.8  # of the statements by their length; independent answers reach 0.6 (tests/test_assignment_similarity.py)
SMALL, LINES = 80, 6  # names, numbers and operators: below it, only the same text, of so many lines or with comments
LAYERS = 8  # of a network: fewer can be the same by chance
SHOWN = 5

# What a student wrote. lines: from, to. statements: Counter of their normal forms. size: of all. text: as it stands
Code = namedtuple("Code", "place lines statements size text")


def similar_answers(found, all_grades):
    """For each Submission two texts: whose problem 6 is like its own, and whose network. What cannot be compared is
    like nothing, and a remark says so."""
    poolings = [_code_of(one, 6) for one in found]
    networks = [_code_of(one, 5) for one in found]
    descriptions = [grades[5].network for grades in all_grades]

    def network_likeness(k, other):
        if not descriptions[k] or descriptions[k] != descriptions[other]:
            return 0.0
        return float(descriptions[k].count(";") >= LAYERS) or _same_text(networks[k], networks[other])

    return list(zip(_like(found, poolings, lambda k, other: likeness(poolings[k], poolings[other])),
                    _like(found, networks, network_likeness)))


def code(files, number):
    """The Code of a problem's answer in a submission's files, with the functions that the student wrote beside it and
    in modules that it imports. None if there is nothing: no file, no program, nothing written, or as handed out.

    Raises RecursionError for a program that is too deep.
    """
    file, names = PROBLEMS[number].file, {name.split(".")[-1] for name in PROBLEMS[number].cut}
    statements, text, lines = Counter(), [], []
    for path in [file, *_imported(files, file)]:
        source = files.get(path, b"").decode("utf-8", "replace")
        for node in _definitions(source):
            if ast.dump(node) in _given() or file == "mnist_test.py" == path and node.name not in names:
                continue
            statements.update(normal_form(node))
            text += [line.strip() for line in source.splitlines()[node.lineno - 1:node.end_lineno]]
            lines += [node.lineno, node.end_lineno] if path == file else []
    size = sum(length(one) * times for one, times in statements.items())
    own = [line for line in text if line and line not in _given_lines()]
    return Code(file, (min(lines), max(lines)) if lines else (0, 0), statements, size, "\n".join(own)) if size else None


def likeness(one, other):
    """From 0 to 1: how much of two Codes' statements is the same. Of short ones 1 if they are the same text, else 0."""
    if one is None or other is None:
        return 0.0
    if min(one.size, other.size) < SMALL:
        return _same_text(one, other)
    common = sum(length(text) * times for text, times in (one.statements & other.statements).items())
    return 2 * common / (one.size + other.size)


def _same_text(one, other):
    same = one is not None and other is not None and one.text == other.text
    return float(same and ("#" in one.text or one.text.count("\n") + 1 >= LINES))


def _code_of(submission, number):
    try:
        return code(submission.files, number)
    except Exception as error:  # a program of 400 elif, too deep for Python's own tools: the class goes on
        submission.remarks.append(f"problem {number} was not compared with others' ({type(error).__name__})")
        return None


def _like(found, codes, likeness_of):
    cells = []
    for k, one in enumerate(codes):
        like = [(likeness_of(k, other), other) for other in range(len(codes)) if other != k]
        like = sorted((pair for pair in like if pair[0] >= ALIKE), key=lambda pair: (-pair[0], pair[1]))
        texts = [f"{_label(found[other])} ({value:.0%}: {one.place} lines {_range(one)}, theirs "
                 f"{_range(codes[other])}; read both)" for value, other in like if one and codes[other]]
        cells.append(", ".join(texts[:SHOWN]) + (f" and {len(texts) - SHOWN} more" if len(texts) > SHOWN else ""))
    return cells


def _label(submission):
    name = f"{submission.number} {submission.name}".strip()
    return name if submission.number else f"{name} [{submission.source}]"


def _range(one):
    return f"{one.lines[0]}-{one.lines[1]}"


def _definitions(source):
    """The functions and methods of a program's text; none if it is no program."""
    try:
        body = ast.parse(source).body
    except (SyntaxError, ValueError):
        return
    for node in body:
        if isinstance(node, ast.FunctionDef):
            yield node
        elif isinstance(node, ast.ClassDef):
            yield from (part for part in node.body if isinstance(part, ast.FunctionDef))


def _imported(files, file):
    """The student's own modules whose names stand in the imports of a file."""
    imports = [line for line in files.get(file, b"").decode("utf-8", "replace").splitlines() if "import" in line]
    words = set(" ".join(imports).replace(".", " ").replace(",", " ").split())
    return [path for path in files if path not in handed_out() and PurePosixPath(path).stem in words]


@lru_cache(maxsize=1)
def _given():
    """The functions of the hand-out."""
    return {ast.dump(node) for path, content in handed_out().items() if path.endswith(".py")
            for node in _definitions(content.decode())}


@lru_cache(maxsize=1)
def _given_lines():
    return {line.strip() for content in handed_out().values() for line in content.decode().splitlines()}
