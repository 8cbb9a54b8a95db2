"""A project is the folder in which answers' files stand where the hand-out has them, or are found by their names."""
import io
import re
import tokenize
from pathlib import PurePosixPath

from assignment.grading.identity import COPY, counter
from assignment.grading.plain_text import plain
from assignment.grading.project import handed_out
from assignment.grading.tree import Node, is_python
from assignment.problems import GRADED, PROBLEMS

ANSWERS = {PROBLEMS[number].file: PROBLEMS[number].cut[0].split(".")[0] for number in GRADED}  # file -> what it defines
LONGEST = 200, 800  # bytes of a file's name, and of its path: more cannot be written on every disk
FORBIDDEN = set('<>:"|?*')  # in names, on Windows
NOTHING = "no project found in it: no nn/, no mnist_test.py"


def files(projects, parts):
    """(path in the project -> bytes, remarks) of the best of some projects; of no project, what single files give.

    projects, parts: (path, Node), as in a HandIn; parts are all that was handed in, and the projects are among them.
    """
    remarks, found = [], {}
    loose = Node("", "", [node for path, node in parts if is_python(node)])
    candidates = [*projects, ("", loose)] if projects and loose.is_project() else list(projects)
    chosen = max(candidates, key=lambda one: _worth(*one), default=("", None))
    if len(candidates) > 1:
        others = [path or "." for path, node in candidates if node is not chosen[1] and _python(node)]
        remarks.append(f"{len(candidates)} projects: {chosen[0] or '.'} is graded, for it has most answers or is the "
                       f"newest; not {', '.join(others[:5])}{' and more' * (len(others) > 5)}")
    if chosen[1] is not None:
        found = _python(chosen[1])
    remarks += _notes([("", chosen[1])] if chosen[1] is not None else [], parts)
    elsewhere = {path: node.content for top, part in parts if part is not chosen[1]
                 for path, node in _all(top, part) if node.content is not None}
    found, moved = _with_answers_found(found, elsewhere)
    found, changed = _readable(found)
    if not any(path in ANSWERS for path in found):
        moved.append(NOTHING + _what_it_is(parts))
    return found, remarks + moved + changed


def _worth(place, node):
    """Answers that are written, answers that are there, copy, time: of projects that with the largest is graded."""
    found, _ = _with_answers_found(_python(node), {})
    there = [path for path in ANSWERS if path in found]
    written = [path for path in there if _is_written(path, found[path])]
    return (len(written), len(there), [counter(name) for name in place.split("/")],
            max((one.time for _, one in node.below()), default=0))


def _lines(content):
    return [line.rstrip() for line in content.splitlines() if line.strip()]


def _all(path, node):
    yield path or node.name, node
    yield from node.below(f"{path}/" if path else "")


def _python(node):
    return {path: one.content for path, one in node.below() if is_python(one) and one.content is not None}


def _notes(chosen, parts):
    """What was not read, one remark for a reason: "nn/a.py and 3 more: ..."."""
    reasons = {}
    for top, part in chosen + [one for one in parts if not chosen or one[1] is not chosen[0][1]]:
        for path, one in [(top, part), *part.below(f"{top}/" if top else "")]:
            if one.note:
                reasons.setdefault(one.note, []).append(path)
    return [f"{paths[0]} {note}{f' (and {len(paths) - 1} more)' * (len(paths) > 1)}".strip()
            for note, paths in reasons.items()]


def _with_answers_found(found, elsewhere):
    """(files, remarks): files with each answer where the hand-out has it, if one with its name is anywhere."""
    placed, remarks = {}, []
    for path, content in found.items():
        path = path[:-3] + ".py"  # not .PY
        placed[next((answer for answer in ANSWERS if path.casefold() == answer), path)] = content
    everywhere = {**elsewhere, **placed}
    for answer, defined in ANSWERS.items():
        if answer in placed and _is_written(answer, placed[answer]):
            continue
        named = [path for path in everywhere if _is_called(path, answer) and not path == answer in placed
                 and not _is_another(path, answer)] or [
            path for path, content in elsewhere.items() if answer not in placed and _defines(content, defined)]
        written = [path for path in named if _is_written(answer, everywhere[path])]
        if written or named and answer not in placed:
            path = min(written or named, key=lambda path: (path not in placed, len(path), path))
            remarks.append(f"{answer} is as handed out, so {path} is graded" if answer in placed else
                           f"{answer} was found as {path}")
            placed[answer] = everywhere[path]
    return placed, remarks


def _is_written(answer, content):
    """Whether it is anything but what was handed out."""
    return _lines(content) != _lines(handed_out().get(answer, "").encode())


def _is_called(path, answer):
    """Whether a file has the name of the answer's, of a copy of it, or with something in front: 20201234_conv.py."""
    stem = COPY.sub("", PurePosixPath(path).name.casefold()[:-3])
    return re.search(rf"(^|[^a-z]){PurePosixPath(answer).stem}$", stem) is not None and not stem.startswith("test_")


def _is_another(path, answer):
    """Whether the hand-out has a file of this name that is not the answer's: nn/checks/own_activation.py."""
    return any(f"/{path}".endswith(f"/{given}") for given in handed_out() if given != answer)


def _defines(content, name):
    return re.search(rf"^(class|def) {name}\b".encode(), content, re.MULTILINE) is not None


def _readable(found):
    """(files, remarks) without what no disk and no Python can take: names too long, files in files, other encodings."""
    kept, remarks = {}, []
    ours = {*handed_out(), *found}
    for path, content in found.items():
        longest, whole = max(len(part.encode()) for part in path.split("/")), len(path.encode())
        if not path.isprintable() or set(path) & FORBIDDEN:
            remarks.append(f"{path} has a name that no import can name and was not read")
        elif longest > LONGEST[0] or whole > LONGEST[1]:
            remarks.append(f"{path[:40]}... has a name of {longest} bytes and was not read")
        elif any(str(above) in ours for above in PurePosixPath(path).parents):
            remarks.append(f"{path} is in a folder that is called like a file and was not read")
        elif path.casefold() in {one.casefold() for one in kept if one != path}:
            remarks.append(f"{path} has the name of another file but for capitals and was not read")
        else:
            kept[path], encoding = _utf8(content)
            remarks += [f"{path} is written in {encoding}, which Python does not take for text: it was converted"
                        ] if encoding else []
    return kept, remarks


def _utf8(content):
    """(content as Python can read it, the encoding that it was in where Python would not have known it, or "")."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")) or content[1:40:2].count(0) > 10:
        for encoding in ("utf-16", "utf-16-le"):
            try:
                return content.decode(encoding).lstrip("\ufeff").encode(), "UTF-16"
            except UnicodeDecodeError:
                continue
    content = content[3:] if content.startswith(b"\xef\xbb\xbf") else content
    try:
        content.decode(tokenize.detect_encoding(io.BytesIO(content).readline)[0])
    except (SyntaxError, UnicodeDecodeError, LookupError):
        try:
            return content.decode("cp949").encode(), "CP949"
        except UnicodeDecodeError:
            pass
    return content, ""


def _what_it_is(parts):
    """Of what holds no project, what it is."""
    kinds = [plain(PurePosixPath(path or node.name).name) for path, node in parts if node.children is None]
    if any(node.children is not None and not node.children for _, node in parts) or not parts:
        return "; it is empty"
    return f"; it is {', '.join(kinds[:5])}{' and more' * (len(kinds) > 5)}" if kinds else ""
