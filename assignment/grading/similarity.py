"""Two answers are alike if most of their statements are, in whatever order: names, comments, layout and lines without
effect do not count. That is a reason to read both, and no proof: what is short can be alike by chance.
"""
import ast
import sys
import threading
from collections import Counter, namedtuple
from functools import lru_cache

from assignment.grading.normal_form import length, normal_form
from assignment.grading.project import handed_out
from assignment.problems import PROBLEMS

ALIKE = 0.85  # of the statements by their length; two who write the textbook's loops reach 0.8 (test_..._similarity.py)
SMALL, LINES = 100, 6  # names, numbers and operators: below it, only the same text, of so many lines or with comments
LAYERS = 8  # of a network: fewer can be the same by chance
SHOWN = 5

# What a student wrote. lines: from, to. statements: Counter of normal forms. size: of all. text: as it stands
Code = namedtuple("Code", "place lines statements size text")


def similar_answers(found, all_grades):
    """For each Submission two texts: whose problem 6 is like its own, and whose network. What cannot be compared is
    like nothing, and a remark says so."""
    poolings, networks = _deeply(lambda: [[_code_of(one, number) for one in found] for number in (6, 5)])
    descriptions = [grades[5].network for grades in all_grades]

    def network_likeness(k, other):
        if not descriptions[k] or descriptions[k] != descriptions[other]:
            return 0.0
        return float(descriptions[k].count(";") >= LAYERS) or _same_text(networks[k], networks[other])

    return list(zip(_like(found, poolings, lambda k, other: likeness(poolings[k], poolings[other])),
                    _like(found, networks, network_likeness)))


def code(files, number):
    """The Code of a problem's answer in a submission's files, with the functions of the student's that it uses, there
    and in modules of the student's own. None if there is nothing: no file, no program, nothing written, or as handed
    out. Raises RecursionError for a program that is too deep.
    """
    problem = PROBLEMS[number]
    statements, text, lines = Counter(), [], []
    for path, node, source in _reached(_functions(files, problem), [*problem.cut, ""]):
        statements.update(normal_form(node))
        text += [line.strip() for line in source[node.lineno - 1:node.end_lineno]]
        lines += [node.lineno, node.end_lineno] if path == problem.file else []
    size = sum(length(one) * times for one, times in statements.items())
    own = [line for line in text if line and line not in _given_lines()]
    place = (min(lines), max(lines)) if lines else (0, 0)
    return Code(problem.file, place, statements, size, "\n".join(own)) if size else None


def likeness(one, other):
    """From 0 to 1: how much of the shorter of two Codes' statements is in the other. Of short ones 1 if they are the
    same text, else 0."""
    if one is None or other is None:
        return 0.0
    if min(one.size, other.size) < SMALL:
        return _same_text(one, other)
    common = sum(length(text) * times for text, times in (one.statements & other.statements).items())
    return common / min(one.size, other.size)


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
        texts = [f"{_label(found[other])} {value:.0%} (lines {_range(one)}, there {_range(codes[other])})"
                 for value, other in like[:SHOWN] if one and codes[other]]
        more = f" and {len(like) - SHOWN} more" if len(like) > SHOWN else ""
        cells.append(f"read both, {one.place}: {', '.join(texts)}{more}" if texts else "")
    return cells


def _label(submission):
    name = f"{submission.number} {submission.name}".strip()
    return name if submission.number else f"{name} [{submission.source}]"


def _range(one):
    return f"{one.lines[0]}-{one.lines[1]}"


def _functions(files, problem):
    """name -> [(path, node, lines)], of what the student wrote in the problem's file and in modules of his or her own.

    The methods of the problem's own class are under their names, such as `MaxPooling.forward`, and alone; those of
    another are all under the name of that class. Under "" is what the problem's class has besides: bases, settings.
    """
    found = {}
    own = problem.cut[0].split(".")[0]
    for path in [problem.file, *(path for path in files if path not in handed_out())]:
        source = files.get(path, b"").decode("utf-8", "replace")
        lines = tuple(source.splitlines())
        for names, node in _parts(source, own):
            if ast.dump(node) not in _given():
                for name in names:
                    found.setdefault(name, []).append((path, node, lines))
    return found


def _parts(source, own):
    """(names, node) of the functions in a program's text, and of all else in the class `own`; none if it is none."""
    try:
        body = ast.parse(source).body
    except (SyntaxError, ValueError):
        return
    for node in body:
        if isinstance(node, ast.FunctionDef):
            yield [node.name], node
        elif isinstance(node, ast.ClassDef):
            for part in [*node.bases, *node.body]:
                if isinstance(part, ast.FunctionDef):
                    yield [f"{own}.{part.name}", part.name] if node.name == own else [node.name], part
                elif node.name == own:
                    yield [""], part


def _reached(functions, names):
    """The functions that are used by those of some names, and these, each once."""
    reached, done = {}, set()
    while names:
        name = names.pop()
        if name not in done:
            done.add(name)
            for one in functions.get(name, ()):
                names += _words(one[1])
                reached[one] = isinstance(one[1], ast.FunctionDef)
    return [one for one, is_function in reached.items() if is_function]


def _words(node):
    """The names in a function: those of functions that it may call are among them."""
    return [part.id if isinstance(part, ast.Name) else part.attr for part in ast.walk(node)
            if isinstance(part, (ast.Name, ast.Attribute))]


def _deeply(work):
    """work(), where 400 elif in one another are not too deep. Nothing else must run meanwhile."""
    results, limit, size = [], sys.getrecursionlimit(), threading.stack_size()
    sys.setrecursionlimit(10 ** 5)
    threading.stack_size(2 ** 28)
    try:
        thread = threading.Thread(target=lambda: results.append(work()))
        thread.start()
        thread.join()
    finally:
        threading.stack_size(size)
        sys.setrecursionlimit(limit)
    return results[0]


@lru_cache(maxsize=1)
def _given():
    """The functions of the hand-out, and what its classes have besides."""
    return {ast.dump(node) for text in handed_out().values()
            for own in {problem.cut[0].split(".")[0] for problem in PROBLEMS.values() if problem.cut}
            for _, node in _parts(text, own)}


@lru_cache(maxsize=1)
def _given_lines():
    return {line.strip() for text in handed_out().values() for line in text.splitlines()}
