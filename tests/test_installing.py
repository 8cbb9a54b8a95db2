"""Installed, each file of the project runs from any folder; nothing else of it is found, least of all by answers."""
import os
import re
import site
import subprocess
import sys
import venv
import zipfile
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import numpy as np
import pytest

from assignment.judging.process import python

ROOT = Path(__file__).resolve().parents[1]
SPEC = spec_from_file_location("backend", ROOT / "installing" / "backend.py")
BACKEND = module_from_spec(SPEC)
SPEC.loader.exec_module(BACKEND)


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """A Python in whose environment the project is installed, as pip would."""
    folder = tmp_path_factory.mktemp("installed")
    venv.create(folder / "venv", symlinks=os.name != "nt")
    scripts, packages = ("Scripts", "Lib/site-packages") if os.name == "nt" else (
        "bin", f"lib/python{sys.version_info[0]}.{sys.version_info[1]}/site-packages")
    wheel = BACKEND.build_editable(folder)
    zipfile.ZipFile(folder / wheel).extractall(folder / "venv" / packages)
    (folder / "venv" / packages / "ours.pth").write_text(str(Path(np.__file__).parents[1]))
    (folder / "elsewhere").mkdir()

    def run(*words):
        done = subprocess.run([folder / "venv" / scripts / "python", *map(str, words)], text=True, capture_output=True,
                              cwd=folder / "elsewhere", env={**os.environ, "PYTHONPATH": "", "MPLBACKEND": "Agg"})
        return done.returncode, done.stdout, done.stderr
    return run


@pytest.mark.parametrize("file", ["nn/conv.py", "inspection/trace.py", "training/loop.py", "readers/mnist.py",
                                  "assignment/judging/compare.py", "assignment/grading/tree.py",
                                  "assignment/grading/feedback/statistics.py", "tests/small.py",
                                  "report/table.py", *[f"examples/{file.name} --help" for file in
                                                       sorted((ROOT / "examples").glob("[a-z]*.py"))]])
@pytest.mark.slow
def test_a_file_runs_from_any_folder(file, installed):
    path, *options = file.split()
    status, _, errors = installed(ROOT / path, *options)
    assert (status, errors) == (0, "")


@pytest.mark.slow
def test_a_file_of_tests_runs_its_tests(installed):
    status, printed, _ = installed(ROOT / "tests" / "test_schedule.py", "-q")
    assert status == 0 and re.search(r"\d+ passed", printed)


@pytest.mark.slow
def test_elsewhere_the_networks_packages_are_found_and_nothing_else(installed):
    program = "import importlib.util as u; print([n for n in {} if u.find_spec(n)])"
    names = ["nn", "training", "inspection", "readers", "export", "tests", "data", "examples", "assignment", "textbook"]
    assert installed("-c", program.format(names))[1] == f"{names[:5]}\n"


@pytest.mark.slow
def test_a_python_that_runs_answers_does_not_read_the_line(installed):
    program = "import importlib.util as u, sys; sys.path += {!r}; print(u.find_spec('nn'), u.find_spec('numpy_cnn'))"
    status, printed, _ = installed(*python()[1:], "-c", program.format(site.getsitepackages()))
    assert (status, printed) == (0, "None None\n")


def test_what_is_installed_is_what_pyproject_lists():
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    [listed] = re.findall("^dependencies = (.*)", text, re.MULTILINE)
    assert listed == str(list(BACKEND.DEPENDENCIES)).replace("'", '"')
    [packages] = re.findall("^packages = (.*)", text, re.MULTILINE)
    folders = {file.parent.relative_to(ROOT).as_posix().replace("/", ".")
               for top in ("nn", "export", "inspection", "readers", "training") for file in (ROOT / top).rglob("*.py")}
    assert sorted(folders) == sorted(re.findall('"(.*?)"', packages))
    assert (ROOT / "assignment" / "handout" / "requirements.txt").read_text().split() == list(BACKEND.DEPENDENCIES)
