"""Cutting takes the answers out of a program's text: a function keeps its signature and docstring, and loses its body.

A function is named as in Python: `assignment`, or `ReLU.compute` for a method, and so is a class's setting.
"""
import ast
import re

PLACE = """\
{indent}# ---------- Problem {number} (문제 {number}): write your code here, in place of the next line ----------
{indent}raise NotImplementedError("Problem {number} (문제 {number}): {name} is still to be written")
"""


def definitions(source):
    """name -> node, for each function, method and setting of a class in a program's text."""
    found = {}
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef):
            found[node.name] = node
        for part in node.body if isinstance(node, ast.ClassDef) else ():
            if isinstance(part, ast.FunctionDef):
                found[f"{node.name}.{part.name}"] = part
            elif isinstance(part, ast.Assign) and isinstance(part.targets[0], ast.Name):
                found[f"{node.name}.{part.targets[0].id}"] = part
    return found


def cut(source, problem, number):
    """`source` without the answer: the bodies of `problem.cut` become marked places, `problem.dropped` goes altogether.

    So does the setting `out`, which only the solution needs. NumPy is imported, because the student's code will want
    it. Raises KeyError where the solution has no such function any more.
    """
    lines, found = source.splitlines(keepends=True), definitions(source)
    for name in problem.cut:
        first = found[name].lineno - 1
        lines[first] = lines[first].replace(", out=None", "")
    edits = [(found[name].body[_has_docstring(found[name])].lineno - 1, found[name].end_lineno,
              PLACE.format(indent=" " * found[name].body[0].col_offset, number=number, name=name))
             for name in problem.cut]
    edits += [(first_line(lines, found[name]) - 1, found[name].end_lineno, "") for name in problem.dropped]
    return with_numpy(edited(lines, edits))


def unexplained(source, names):
    """`source` with functions `names` that explain themselves no more: of docstrings the first sentence is left, and
    no comment.
    """
    found, edits = definitions(source), []
    lines = source.splitlines(keepends=True)
    for name in names:
        edits.append(_first_sentence(found[name]))
        start, end = found[name].body[1].lineno - 1, found[name].end_lineno
        edits.append((start, end, _without_comments("".join(lines[start:end]))))
    return edited(lines, edits)


def brief(source):
    """`source` with the first sentence of each docstring."""
    kinds = (ast.Module, ast.ClassDef, ast.FunctionDef)
    return edited(source.splitlines(keepends=True), [_first_sentence(node) for node in ast.walk(ast.parse(source))
                                                     if isinstance(node, kinds) and ast.get_docstring(node)])


def _first_sentence(node):
    """The edit that leaves of a docstring its first sentence."""
    doc = node.body[0]
    indent = " " * doc.col_offset
    sentence = re.split(r"(?<=\.)\s", ast.get_docstring(node))[0].replace("\n", f"\n{indent}")
    return doc.lineno - 1, doc.end_lineno, f'{indent}"""{sentence}"""\n'


def _without_comments(text):
    return re.sub(r"\s+# [^\n]*(?=\n)", "", text)


def replaced(source, name, other):
    """`source` with its function `name` as `other`, another program's text, has it."""
    old, new = definitions(source)[name], definitions(other)[name]
    text = "".join(other.splitlines(keepends=True)[new.lineno - 1:new.end_lineno])
    return edited(source.splitlines(keepends=True), [(old.lineno - 1, old.end_lineno, text)])


def edited(lines, edits):
    """The lines, joined, with each (start, end, text) of `edits` in place of lines[start:end], and no gap left over."""
    lines = list(lines)
    for start, end, text in sorted(edits, reverse=True):
        lines[start:end] = [text] if text else []
        if not text:
            gap = min(_blank(reversed(lines[:start])), _blank(lines[start:]))
            del lines[start:start + gap]
    return "".join(lines).rstrip("\n") + "\n"


def first_line(lines, node):
    """The number of a statement's first line, with its decorators and the comment that stands right above it."""
    line = min([node.lineno] + [decorator.lineno for decorator in getattr(node, "decorator_list", [])])
    while line > 1 and lines[line - 2].startswith(" " * node.col_offset + "#"):
        line -= 1
    return line


def with_numpy(source):
    if "import numpy as np\n" in source:
        return source
    tree = ast.parse(source)
    after = _has_docstring(tree) and tree.body[0].end_lineno
    lines = source.splitlines(keepends=True)
    return "".join(lines[:after] + ["import numpy as np\n", "\n"] + lines[after:])


def _blank(lines):
    """How many blank lines come first."""
    return next((count for count, line in enumerate(lines) if line.strip()), 0)


def _has_docstring(node):
    """1 or 0: how many statements of a body come before the program."""
    return int(ast.get_docstring(node) is not None)
