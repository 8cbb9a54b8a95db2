"""A submission is a student's project: a folder or a zip, wherever in it the project stands, read file by file.

Only Python files are read, up to limits, and nothing is unpacked onto the disk; so paths, links and bombs in a zip do
no harm. Names are read as Korean systems write them: zips with names in CP949, file names in decomposed Hangul.
"""
import os
import re
import stat
import unicodedata
import zipfile
import zlib
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from assignment.problems import PROBLEMS

FILES, BYTES = 2000, 2 ** 21  # of Python files: how many, and how large one may be
ANSWERS = {problem.file for number, problem in PROBLEMS.items()}
SKIPPED = {"__MACOSX", "__pycache__", "venv", ".venv", "env", "site-packages", "node_modules"}
NAMED = re.compile(r"(?P<number>\d{6,10})[_\- ]+(?P<name>[^\W\d_]+)")


@dataclass
class Submission:
    """files: path in the project -> bytes. remarks: what the teacher should know about how it was handed in."""

    source: str
    number: str = ""
    name: str = ""
    files: dict = field(default_factory=dict)
    remarks: list = field(default_factory=list)


def submissions(paths):
    """The Submissions in files and folders `paths`, sorted; of several of one student the newest.

    A folder that is a project is one submission. Any other holds submissions, or a folder for each student.
    """
    found = []
    for path in paths:
        if not path.exists():
            raise FileNotFoundError(f"{path}: no such file or folder")
        places = _places(path) or [path]
        around = [path.absolute().name] if len(places) == 1 else []  # a class's folder is not named after a student
        found += [read(one, [*reversed(one.relative_to(path).parts), *around]) for one in places]
    students = {}
    for one in sorted(found, key=lambda one: (one.number, one.name)):
        students.setdefault(one.number or one.source, []).append(one)
    return [_newest(several) for several in students.values()]


def read(path, names):
    """One Submission, of a folder or a zip. `names`: its own, and of folders around that may name the student."""
    submission = Submission(str(path), *_student(names))
    try:
        files = _of_zip(path, submission.remarks) if path.is_file() else _of_folder(path, submission.remarks)
    except (OSError, zipfile.BadZipFile, ValueError, RuntimeError, NotImplementedError, zlib.error, EOFError) as error:
        files = {}
        submission.remarks.append(f"cannot be read: {error}")
    root = _root(files)
    submission.files = {path[len(root):]: content for path, content in files.items() if path.startswith(root)}
    if not any(path in ANSWERS for path in submission.files):
        submission.remarks.append("no project found in it: no nn/, no mnist_test.py")
    return submission


def _places(path, depth=0):
    """The zips and project folders at or below a path; a project's own folders are not searched."""
    if path.is_file():
        return [path] if path.suffix.lower() == ".zip" or depth == 0 else []
    inside = [one for one in sorted(path.iterdir()) if not _skipped(one.name) and not one.is_symlink()]
    if any(one.name in ("nn", "mnist_test.py") for one in inside):
        return [path]
    found = [place for one in inside if depth < 4 for place in _places(one, depth + 1)]
    if depth == 1 and not found:
        return [path]  # a student's folder that holds no project: a line for it all the same
    return found


def _newest(several):
    """By the number that a platform adds, as in "(1)", then by the time of the file."""
    def age(one):
        counted = re.search(r"\((\d+)\)|_v?(\d{1,2})\.zip$", one.source)
        return int(counted[1] or counted[2]) if counted else 0, os.path.getmtime(one.source), one.source

    *older, newest = sorted(several, key=age)
    if older:
        newest.remarks.append(f"handed in {len(several)} times: this is the last, "
                              f"not {', '.join(Path(one.source).name for one in older)}")
    return newest


def _student(names):
    """(number, name), out of the first of `names` that is like 코드_20201234_홍길동.zip; else ("", the first)."""
    for match in (NAMED.search(_korean(name)) for name in names):
        if match:
            return match["number"], match["name"]
    return "", _korean(names[0]).removesuffix(".zip")


def _korean(name):
    return unicodedata.normalize("NFC", name)


def _skipped(name):
    return name in SKIPPED or name.startswith(".")


def _wanted(path):
    return path.suffix == ".py" and not any(_skipped(part) for part in path.parts)


def _of_folder(folder, remarks):
    files = {}
    for top, folders, names in os.walk(folder):  # does not follow links
        folders[:] = sorted(name for name in folders if not _skipped(name) and not (Path(top) / name).is_symlink())
        for name in sorted(names):
            file = Path(top) / name
            path = PurePosixPath(_korean(file.relative_to(folder).as_posix()))
            if _wanted(path) and file.is_symlink():
                remarks.append(f"{path} is a link and was not read")
            elif _wanted(path) and file.is_file():
                with open(file, "rb") as content:
                    _keep(files, path, content, remarks)
    return files


def _of_zip(file, remarks):
    files = {}
    with zipfile.ZipFile(file) as archive:
        for entry in archive.infolist():
            path = PurePosixPath(_entry_name(entry))
            if entry.is_dir() or not _wanted(path):
                if ".." in path.parts:
                    remarks.append(f"{path} leads out of the project and was not read")
                continue
            if path.is_absolute() or ".." in path.parts or ":" in str(path):
                remarks.append(f"{path} leads out of the project and was not read")
            elif stat.S_ISLNK(entry.external_attr >> 16):
                remarks.append(f"{path} is a link and was not read")
            else:
                with archive.open(entry) as content:
                    _keep(files, path, content, remarks)
    return files


def _entry_name(entry):
    """A zip says whether a name is UTF-8 (flag 0x800); where it does not, Windows in Korea meant CP949."""
    name = entry.filename
    if not entry.flag_bits & 0x800:
        raw = name.encode("cp437", "replace")
        for encoding in ("utf-8", "cp949"):
            try:
                name = raw.decode(encoding)
                break
            except UnicodeDecodeError:
                continue
    return _korean(name.replace("\\", "/"))


def _keep(files, path, content, remarks):
    """Add a file, unless it, or their number, is beyond the limits."""
    text = content.read(BYTES + 1)
    if len(text) > BYTES:
        remarks.append(f"{path} has more than {BYTES:,} bytes and was not read")
    elif len(files) == FILES:
        raise ValueError(f"more than {FILES:,} Python files")
    else:
        files[str(path)] = text


def _root(files):
    """The folder, "" or with a slash at its end, that has most of the answers' files; of equals the shortest."""
    roots = {path[:-len(answer)] for path in files for answer in ANSWERS
             if path == answer or path.endswith("/" + answer)}
    return max(sorted(roots, key=len), key=lambda root: sum(root + answer in files for answer in ANSWERS), default="")
