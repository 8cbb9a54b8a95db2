"""A project is what an answer runs in: the hand-out, with the student's own part of one problem, and added files.

In problems 2, 3 and 6 no problem is solved in it; in 4 and 5, which need ReLU, Adam and pooling, those are ours.
"""
import ast
import io
import tokenize
from dataclasses import dataclass, field
from functools import lru_cache

from assignment.grading.merge import merged
from assignment.handout.build import SCRIPT, checking_files, handout_files
from assignment.judging.verdict import message, placed
from assignment.judging.words import say
from assignment.problems import PROBLEMS

SOLVED = {4: (2, 3, 6), 5: (2, 3, 6)}  # for each problem those that it needs
SETTINGS = "NETWORKS"  # in the script: what a network is trained with
UNREADABLE = (SyntaxError, ValueError, RecursionError, MemoryError)  # of a text that is no program


class Unreadable(Exception):
    """There is no answer that could be run, for a reason that is a `line` of Words."""

    def __init__(self, line):
        super().__init__(line)
        self.line = line


@dataclass(frozen=True)
class Project:
    """files: path -> bytes. lines: path -> for each line of a merged file its number in the student's, 0 if it is ours.
    """

    files: dict
    lines: dict = field(default_factory=dict)

    def place(self, error):
        """The line for an error that a runner tells: its text, and where it is in the student's files."""
        return placed(error, self.lines)


@lru_cache(maxsize=None)
def handed_out(solved=()):
    """path -> text of the Python files of the hand-out with these problems solved."""
    return {path: text for path, text in handout_files(solved).items() if path.endswith(".py")}


def projects(files, number):
    """The Projects to try, one after the other, until one of them can be run: first what the student has run.

    Raises Unreadable if the file of the answer is missing, or is no program in which it could be found.
    """
    answer = PROBLEMS[number].file
    if answer not in files:
        raise Unreadable(say("{file} is missing", "{file} 파일이 없습니다", file=answer))
    try:
        tree = ast.parse(_decoded(files[answer]))
    except UNREADABLE as error:
        tree, refusal = None, Unreadable(_refusal(error, answer))
    if answer == SCRIPT:
        found = _scripts(files, number, tree)
        if not found:
            raise refusal
        return found
    if tree is None:
        raise refusal
    own = {name.split(".")[0] for name in PROBLEMS[number].cut}
    given = {path: content for path, content in files.items() if path == answer or _is_added(path)}
    first, second = [_project(beside, number, {answer: own}) for beside in (files, given)]
    return [first] if first.files == second.files else [first, second]


def _scripts(files, number, tree):
    """The script as it was handed in; if it builds nothing, this problem's function alone, with the networks' settings;
    those of problem 4, which has none of its own, may be wrong as well.
    """
    function, = PROBLEMS[number].cut
    found, readable = [], files[SCRIPT]
    if tree is not None:
        whole = _project(files, number, {})
        same_lines = range(1, files[SCRIPT].count(b"\n") + 2)
        found.append(Project({**whole.files, SCRIPT: files[SCRIPT]}, {**whole.lines, SCRIPT: same_lines}))
    else:
        readable = readable_part(files[SCRIPT].decode("utf-8-sig", "replace")).encode("utf-8")
        tree = ast.parse(readable)
    if function in {getattr(node, "name", "") for node in tree.body}:
        found += [_project({**files, SCRIPT: readable}, number, {SCRIPT: own}, only_used=True)
                  for own in ([function, SETTINGS], [function])[:2 if number == 4 else 1]]
    return found


def _refusal(error, file):
    """The line for a file that is no program."""
    text, line = getattr(error, "msg", None) or error, getattr(error, "lineno", None)
    return message(f"SyntaxError: {' '.join(str(text).split())[:400]}", file, line, {"kind": "syntax"})


def _project(files, number, own, only_used=False):
    """own: path -> names of which the student's definitions count. only_used: see `merged`, for these files."""
    base, lines = dict(_encoded(SOLVED.get(number, ()))), {}
    for path in base.keys() & files.keys():
        try:
            if files[path] != base[path]:
                text, lines[path] = merged(base[path].decode("utf-8"), _decoded(files[path]), own.get(path, ()),
                                           only_used and path in own)
                base[path] = text.encode("utf-8")
        except UNREADABLE:
            if path in own:
                raise
    added = {path: content for path, content in files.items() if path not in base and _is_added(path)}
    return Project({**added, **base}, lines)


@lru_cache(maxsize=None)
def _encoded(solved):
    return {path: text.encode("utf-8") for path, text in handed_out(solved).items()}


def _is_added(path):
    return path not in handed_out() and path not in _checking() and path.endswith(".py")


@lru_cache(maxsize=None)
def _checking():
    """Names of the files of the hand-out's check, which are no part of an answer."""
    return set(checking_files())


def _decoded(content):
    """A file's text, as Python reads it."""
    encoding, _ = tokenize.detect_encoding(io.BytesIO(content).readline)
    text = content.decode(encoding)
    if "\0" in text:
        raise ValueError("null bytes")
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", " ")


def readable_part(source):
    """The definitions of a text that can be read each by itself, on the lines where they stand; blank lines instead of
    all else. A definition begins at a line without indentation, and ends before the next such line that is no bracket.
    """
    lines = source.splitlines()
    starts = [k for k, line in enumerate(lines) if line[:1] not in ("", " ", "\t", "#", ")", "]", "}")] + [len(lines)]
    kept = [""] * len(lines)
    start = 0
    for end in starts[1:]:
        chunk = lines[starts[start]:end]
        try:
            ast.parse("\n".join(chunk))
        except UNREADABLE:
            if all(line.startswith("@") for line in chunk if line):
                continue  # a decorator belongs to what follows
        else:
            kept[starts[start]:end] = chunk
        start = starts.index(end)
    return "\n".join(kept) + "\n"
