"""What a Python does first in whose environment this project is installed, so that each file of it can be run.

`python any/file.py`, which is what an IDE's Run button does, finds the project's packages from any folder, and a file
of tests runs its tests. Of all else only NAMES can be imported, from anywhere.
"""
import os
import subprocess
import sys
from importlib.machinery import PathFinder

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
NAMES = ("nn", "export", "inspection", "readers", "training", "mnist_loader", "mnist_test")


class Installed:
    """Finds NAMES where Python finds them nowhere else."""

    @staticmethod
    def find_spec(name, path=None, target=None):
        return PathFinder.find_spec(name, [ROOT]) if path is None and name in NAMES else None


class ProjectFirst:
    """At a program's first import Python is to look in its project's folder, and not beside the program.

    There a file such as inspection/trace.py would stand in for Python's own.
    """

    def __init__(self, folder, project):
        self.folder, self.project = folder, project

    def find_spec(self, name, path=None, target=None):
        if sys.path and os.path.realpath(sys.path[0]) == self.folder:
            sys.path[0] = self.project
            sys.path += [self.folder, os.path.dirname(self.folder)]  # what the hand-out has beside one another
            sys.meta_path.remove(self)
        return None


def project_of(file):
    """The folder of the project, a copy of this one, that a file is in; None if it is in none."""
    folder = os.path.dirname(file)
    while not os.path.isfile(os.path.join(folder, "installing", "startup.py")):
        folder, below = os.path.dirname(folder), folder
        if folder == below:
            return None
    return folder


def run_tests(file):
    """Run a file of tests in place of this program, which would only define them."""
    sys.stdout.flush()
    try:
        status = subprocess.call([sys.executable, "-m", "pytest", file, *sys.argv[1:]])
    except KeyboardInterrupt:
        status = 130
    os._exit(status)


def main():
    sys.meta_path.append(Installed)
    file = os.path.realpath(sys.argv[0]) if getattr(sys, "argv", [""])[0].endswith(".py") else ""
    project = project_of(file) if os.path.isfile(file) else None
    if project is None:
        return
    parts = os.path.relpath(os.path.dirname(file), project).split(os.sep)
    if parts[0] == "tests" and os.path.basename(file).startswith("test_"):
        run_tests(file)
    if parts != [os.curdir]:
        sys.meta_path.insert(0, ProjectFirst(os.path.dirname(file), project))
        sys.modules["__main__"].__package__ = ".".join(parts)  # for imports that begin with a dot


if __name__ != "__main__":
    main()
