"""What was handed in is a tree: folders hold files, and an archive is one more folder, in an archive, too."""
import os
import shutil
import stat
import tempfile
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from assignment.grading import archives
from assignment.grading.identity import identity
from assignment.grading.plain_text import name_as_text, plain
from assignment.judging.criteria import READ
from assignment.problems import GRADED, PROBLEMS

FILES, BYTES, _ = READ  # of Python files in a project: how many are read, and how large one may be
ALL_BYTES = READ[2], 2 ** 29  # of all Python files in a project, and of all in what lies on the disk
DEPTH = 24  # folders in folders, archives counted
ARCHIVES, NESTED = 1000, 2 ** 29  # of archives within one that lies on the disk: how many are opened, and how large
PACKED = 200  # what an archive in an archive shrank by, if it is more than this, only a bomb shrinks by
NAMES = {PurePosixPath(PROBLEMS[number].file).name for number in GRADED}
JUNK = {"__macosx", "__pycache__", "venv", ".venv", "env", "site-packages", "node_modules", ".git", ".idea", ".vscode",
        ".ipynb_checkpoints", ".pytest_cache", ".ds_store", "thumbs.db", "desktop.ini"}
PYTHONS_OWN = {"lib", "lib64", "bin", "scripts", "include", "share", "conda-meta", "condabin", "pkgs", "envs", "dlls",
               "library", "tools", "etc", "tcl", "man", "libs"}  # folders in an environment: nothing there is written
ARCHIVE_NAMES = (".zip", ".egg", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".7z", ".rar", ".alz")
DOCUMENTS = (".docx", ".pptx", ".xlsx", ".hwpx", ".odt", ".pdf", ".npz", ".pages", ".key", ".numbers")  # some are zips


class Node:
    """A file or, with `children`, a folder or an archive.

    name, source (its place) are for people. note: why it was not read, or not all of it. content: of a Python file.
    open: () -> a binary file; it works only while the archive is open.
    """

    def __init__(self, name, source, children=None, note="", time=0.0, size=0, packed=0, open=None):
        self.name, self.source, self.children, self.note = name, source, children, note
        self.time, self.size, self.packed, self.open = time, size, packed, open
        self.content, self.archive, self.on_disk = None, False, False

    def child(self, name):
        """The child of that name, in any case, or None."""
        return next((one for one in self.children or () if one.name.casefold() == name), None)

    def below(self, path=""):
        """(path, Node) of all that is below it; a folder comes before what it holds."""
        for one in self.children or ():
            yield path + one.name, one
            yield from one.below(f"{path}{one.name}/")

    def is_project(self):
        """Whether it is a folder with Python files in an nn/, or with a file of an answer's name; but not one of
        several students', nor one with an archive or a project in it: then the file is one more thing handed in.
        """
        children = self.children or ()
        nn = self.child("nn")
        with_nn = nn is not None and any(is_python(one) for one in nn.children or ())
        if not with_nn and not any(one.name.casefold() in NAMES and one.children is None for one in children):
            return False
        others = [one for one in children if one.children is not None or is_archive(one)]
        students = {identity([one.name]).number for one in others} - {""}
        return len(students) < 2 and (
            with_nn or not any(is_archive(one) or one.child("nn") is not None for one in others))


@dataclass
class Budget:
    """What may still be read of one thing that lies on the disk."""

    files: int = FILES
    archives: int = ARCHIVES
    bytes: int = field(default_factory=lambda: ALL_BYTES[1])


def is_python(node):
    """Whether it is a Python file by its name."""
    return node.children is None and node.name.casefold().endswith(".py")


def is_archive(node):
    """Whether it is, or was, an archive by its name."""
    return node.name.casefold().endswith(ARCHIVE_NAMES)


def is_junk(name):
    """Whether systems and programs put files of this name beside people's own."""
    return name.casefold() in JUNK or name.startswith(("._", "~$", ".~lock"))


def tree(path, leave_out=()):
    """The Node of a file or folder `path` and of all below it, read. leave_out: real paths that are passed over.

    What cannot be read has a note that says why: nothing is raised for it.
    """
    path = path.absolute()
    node = _on_disk(os.fspath(path), Node(name_as_text(path.name), plain(name_as_text(os.fspath(path)))), leave_out, 0)
    for one in [node] if node.children is None or node.is_project() else node.children:
        _read_below(one, Budget(), 1)
    return node


def _on_disk(path, node, leave_out, depth):
    try:
        status = os.stat(path)
        node.time, node.size, node.on_disk = status.st_mtime, status.st_size, True
        if stat.S_ISREG(status.st_mode):
            node.open = lambda: open(path, "rb")
        elif not stat.S_ISDIR(status.st_mode):
            node.note = "is neither a file nor a folder and was not read"
        else:
            node.children = []
            if depth > DEPTH:
                raise OSError(0, f"more than {DEPTH} folders deep")
            for name in sorted(os.listdir(path), key=lambda name: (name_as_text(name), name)):
                _inside(os.path.join(path, name), name_as_text(name), node, leave_out, depth)
            node.children = _without_python(node.children)
    except OSError as error:
        node.note = f"cannot be read: {error.strerror}"
    return node


def _inside(path, name, node, leave_out, depth):
    if not (is_junk(name) or depth and name.startswith(".") or os.path.realpath(path) in leave_out):
        child = Node(name, f"{node.source}/{plain(name)}")
        node.children.append(child)
        if os.path.islink(path):
            child.note = "is a link and was not read"
        else:
            _on_disk(path, child, leave_out, depth + 1)


def _without_python(children):
    """The Nodes in a folder but for an installation of Python, by venv or conda, if the folder holds one."""
    names = {one.name.casefold() for one in children}
    installed = names & {"pyvenv.cfg", "conda-meta"} or {"lib", "scripts", "dlls"} <= names
    return [one for one in children if not (installed and one.name.casefold() in PYTHONS_OWN)]


def _read_below(node, budget, depth):
    """Read the Python files at and below a Node, and open archives; but none within a project."""
    if node.note:
        return
    if node.is_project():
        _read_project(node, budget)
    elif node.children is not None:
        for one in node.children:
            _read_below(one, budget, depth + 1)
    elif is_python(node):
        _read(node, budget)
    elif not node.name.casefold().endswith(DOCUMENTS):
        _open(node, budget, depth)


def _read_project(node, budget):
    python = [one for _, one in node.below() if is_python(one) and not one.note]
    python.sort(key=lambda one: one.name.casefold() not in NAMES)  # the answers first
    own = Budget(FILES, 0, min(ALL_BYTES[0], budget.bytes))
    for one in python:
        _read(one, own)
    budget.bytes -= min(ALL_BYTES[0], budget.bytes) - own.bytes


def _read(node, budget):
    if budget.files == 0 or budget.bytes <= 0:
        node.note = f"is beyond the first {FILES:,} Python files, or {ALL_BYTES[0] >> 20} MB of them, and was not read"
        return
    try:
        with node.open() as file:
            content = file.read(BYTES + 1)
    except Exception as error:  # damaged files end in many: none may stop the class
        node.note = f"cannot be read: {_reason(error)}"
        return
    budget.files, budget.bytes = budget.files - 1, budget.bytes - len(content)
    if len(content) > BYTES:
        node.note = f"has more than {BYTES:,} bytes and was not read"
    else:
        node.content = content


def _open(node, budget, depth):
    """Give a file its children, if it is an archive; a note, if it is one by its name or content and cannot be read."""
    try:
        with node.open() as file:
            kind = archives.kind(file.read(512))
        if kind not in ("zip", "tar"):
            node.note = _why_closed(node, kind)
            return
        budget.archives -= 1
        if budget.archives < 0 or depth > DEPTH:
            raise ValueError(f"more than {ARCHIVES:,} archives, or {DEPTH} folders, in one another")
        with _seekable(node) as file, archives.entries(file, kind) as entries:
            node.children, node.archive = [], True
            _grow(node, entries)
            for one in [node] if node.is_project() else node.children:
                _read_below(one, budget, depth + 1)
    except Exception as error:  # damaged files end in many: none may stop the class
        node.note = f"cannot be read: {_reason(error)}"
    finally:
        for _, one in node.below():
            one.open = None


def _why_closed(node, kind):
    if kind:
        return f"is packed as {kind}, which is not opened here: unpack it, and grade the folder"
    if not is_archive(node):
        return ""
    return f"cannot be read: it is {'no archive, or one that is damaged or not complete' if node.size else 'empty'}"


def _seekable(node):
    """The open file itself, or of one in another archive a copy that the system deletes when it is closed."""
    if node.on_disk:
        return node.open()
    if node.size > NESTED or node.size > PACKED * (node.packed + 1000):
        raise ValueError(f"it unpacks to {node.size:,} bytes")
    copy = tempfile.TemporaryFile()
    with node.open() as file:
        shutil.copyfileobj(file, copy)
    copy.seek(0)
    return copy


def _grow(node, entries):
    """Put Entries of an archive below its Node, without what systems put there and without installed Pythons."""
    folders = {(): node}

    def folder(parts):
        if parts not in folders:
            above = folder(parts[:-1])
            folders[parts] = Node(parts[-1], f"{above.source}/{plain(parts[-1])}", [])
            above.children.append(folders[parts])
        return folders[parts]

    for entry in entries:
        parts = entry.parts
        if any(is_junk(part) or part.startswith(".") and part != ".." for part in parts) or not parts:
            continue
        if len(parts) > DEPTH:
            parts, entry.note = ("/".join(parts[:3]) + "/...",), f"is more than {DEPTH} folders deep and was not read"
        if entry.note:
            node.children.append(Node("/".join(parts), f"{node.source}/{plain('/'.join(parts))}", note=entry.note))
        elif entry.folder:
            folder(parts)
        else:
            above = folder(parts[:-1])
            above.children.append(Node(parts[-1], f"{above.source}/{plain(parts[-1])}", time=entry.time(),
                                       size=entry.size, packed=entry.packed, open=entry.open))
    for one in folders.values():
        one.children = _without_python(one.children)


def _reason(error):
    text = plain(getattr(error, "strerror", None) or str(error) or type(error).__name__)
    return "it is encrypted and needs a password" if "encrypted" in text else text[:200]
