"""The hand-out in a folder: what it brings along for its check, and which of the files there are the student's."""
import json
from dataclasses import dataclass
from pathlib import Path

CASES, GIVEN = "cases.npz", "given.json"
LEFT_OUT = {"data", "venv", ".venv", "env", "tests", "judging", "__pycache__", "site-packages", ".git", ".idea",
            ".vscode", ".ipynb_checkpoints", ".pytest_cache"}
OF_THE_HANDOUT = {"check.py", "pack.py"}
ENVIRONMENT = "pyvenv.cfg", "conda-meta"  # what a folder of installed packages holds


@dataclass(frozen=True)
class Handout:
    """What the hand-out in a folder brings along. first_batch(): images (50, 784) of bytes and labels (50,)."""

    folder: Path
    first_batch: object

    @property
    def data(self):
        return self.folder / "data"

    @property
    def cases(self):
        return self.folder / "judging" / CASES

    def given(self):
        """path -> bytes of the Python files as they were handed out."""
        texts = json.loads((self.folder / "judging" / GIVEN).read_text(encoding="utf-8"))
        return {path: text.encode("utf-8") for path, text in texts.items()}


def own_files(folder):
    """path -> bytes of the Python files in a folder that are the student's or the course's, sorted."""
    folder, found = Path(folder), {}
    for path in sorted(folder.rglob("*.py")):
        parts = path.relative_to(folder).parts
        if not LEFT_OUT & set(parts[:-1]) and parts[0] not in OF_THE_HANDOUT and not _is_installed(folder, parts):
            found["/".join(parts)] = path.read_bytes()
    return found


def _is_installed(folder, parts):
    """Whether it lies in a virtual environment, or one of conda's, whatever that is called."""
    return any((folder.joinpath(*parts[:k]) / mark).exists() for k in range(1, len(parts)) for mark in ENVIRONMENT)
