"""What a README points to is there, in a fresh clone, too, and the program that it shows runs."""
import os
import re
import subprocess
import sys
from pathlib import Path

import matplotlib.image
import numpy as np
import pytest

import mnist_test
from nn import Network
from tests.test_program import tiny_mnist

ROOT = Path(__file__).resolve().parents[1]


@pytest.mark.parametrize("readme", [
    "README.md", "README.ko.md", "CONTRIBUTING.md", "benchmarks/README.md", "data/README.md", "docs/report.md",
    "docs/report.ko.md"])
def test_links_lead_to_files(readme):
    links = re.findall(r"\]\(([^)#:]+)[^):]*\)", (ROOT / readme).read_text(encoding="utf-8"))
    assert [link for link in links if not ((ROOT / readme).parent / link).is_file()] == []


@pytest.mark.parametrize("readme", ["README.md", "README.ko.md", "CONTRIBUTING.md"])
def test_files_and_folders_that_a_readme_names_are_there(readme):
    folders = "nn|page|training|inspection|readers|report|benchmarks|examples|tests|docs|data"
    named = rf"`((?:{folders})/[\w./]*|\w+\.py|\.ci/run)`"
    names = re.findall(named, (ROOT / readme).read_text(encoding="utf-8"))
    written_by_the_reader = {"tests/test_scale.py"}
    missing = [name for name in names if not (ROOT / name).exists() and name not in written_by_the_reader]
    assert len(names) > 6 and missing == []


def programs(readme):
    return re.findall(r"```python\n(.*?)```", (ROOT / readme).read_text(encoding="utf-8"), re.DOTALL)


def test_the_program_of_the_readme_runs_as_it_stands(tmp_path):
    (tmp_path / "mine.py").write_text(programs("README.md")[0], encoding="utf-8")
    run = subprocess.run([sys.executable, "mine.py"], cwd=tmp_path, capture_output=True, text=True,
                         env={**os.environ, "PYTHONPATH": str(ROOT)})
    assert (run.returncode, run.stderr) == (0, "")
    first, *_, accuracy, digit = run.stdout.splitlines()
    assert first.startswith("Iteration: 0, loss : 2.") and "Epoch 1/1, validation loss : " in run.stdout
    assert digit == "the first test image shows a 7"
    assert float(re.fullmatch(r"accuracy over the test set: (\d\d\.\d\d) %", accuracy)[1]) > 96
    assert (tmp_path / "weights.npz").is_file()


@pytest.mark.slow
def test_the_callback_of_the_readme_goes_on_with_that_program(tmp_path):
    (tmp_path / "mine.py").write_text(programs("README.md")[0] + programs("README.md")[3], encoding="utf-8")
    run = subprocess.run([sys.executable, "mine.py"], cwd=tmp_path, capture_output=True, text=True,
                         env={**os.environ, "PYTHONPATH": str(ROOT)})
    assert (run.returncode, run.stderr) == (0, "")
    epochs = re.findall(r"^Epoch \d/5, validation loss : 0\.\d+, validation accuracy : (.*)$", run.stdout, re.MULTILINE)
    assert float(epochs[-1]) > 97 and all(float(percent) <= 97 for percent in epochs[:-1])
    assert run.stdout.endswith(f"\nStopped after {500 * len(epochs)} iterations.\n")


@pytest.mark.parametrize("place", [0, 3])
def test_both_readmes_have_the_same_program(place):
    english, korean = (re.sub(r" *#.*", "", programs(readme)[place]) for readme in ("README.md", "README.ko.md"))
    assert english == korean


@pytest.mark.parametrize("readme", ["README.md", "README.ko.md"])
def test_the_layer_of_a_readme_passes_the_readmes_own_test(readme, tmp_path):
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_scale.py").write_text("\n".join(programs(readme)[1:3]), encoding="utf-8")
    command = re.search(r"`python (-m pytest tests/test_scale.py -s)`", (ROOT / readme).read_text(encoding="utf-8"))[1]
    run = subprocess.run([sys.executable, *command.split()], cwd=tmp_path, capture_output=True, text=True,
                         env={**os.environ, "PYTHONPATH": str(ROOT)})
    assert run.returncode == 0 and "1 passed" in run.stdout
    assert re.search(r"^0 Scale w +relative error \d\.\de-\d\d$", run.stdout, re.MULTILINE), run.stdout


def commands():
    """Each command of the READMEs that trains something, once: as it stands, without the comment behind it."""
    text = "".join((ROOT / readme).read_text(encoding="utf-8") for readme in ("README.md", "README.ko.md"))
    return sorted({found.strip() for found in re.findall(r"python ((?:mnist_test\.py|-m examples\.)[^`#\n:]*)", text)})


def shortened(command, folder):
    """What makes a command quick: few images, one epoch; the page is asked for its help only, or it would wait."""
    if "--help" in command:
        return []
    if "examples.compare" in command:
        return ["--quick"]
    if "examples.draw" in command:
        return ["--help"]
    if "examples.to_pytorch" in command:
        return []
    if "examples.captioning" in command:  # which needs every digit in each of the three sets
        return ["--data", str(tiny_mnist(folder, training=60, test=10)), "--iterations", "2", "--picture", "curve.png"]
    if "examples.views" in command:
        return ["--data", str(tiny_mnist(folder))]
    return ["--data", str(tiny_mnist(folder)), "--epochs", "1", "--picture", "curve.png"]


def start(command, folder):
    """Run a command in another folder than the project's."""
    program, *options = command.split()
    program = [str(ROOT / program)] if program.endswith(".py") else [program]
    return subprocess.run([sys.executable, *program, *options, *shortened(command, folder)], cwd=folder,
                          capture_output=True, text=True, encoding="utf-8",
                          env={**os.environ, "PYTHONIOENCODING": "utf-8", "PYTHONPATH": str(ROOT)})


# the whole report takes a minute even with --quick; .ci/run is content with one comparison
@pytest.mark.slow
@pytest.mark.parametrize("command", [
    pytest.param(command, marks=[pytest.mark.long] if command == "-m examples.compare" else [])
    for command in commands()])
def test_each_command_of_a_readme_runs(command, tmp_path):
    if "--load" in command:
        experiment = next(iter(mnist_test.EXPERIMENTS.values()))
        Network(experiment.layers(), experiment.lr, experiment.loss).save(tmp_path / "weights.npz")
    if "--digit" in command:
        matplotlib.image.imsave(tmp_path / "mine.png", np.kron(np.eye(3), np.ones((9, 9))), cmap="gray")
    if "--resume" in command:
        assert start(command.replace("--resume run.npz", ""), tmp_path).returncode == 0
    run = start(command, tmp_path)
    if "cifar10" in command or "examples.views" in command:  # whose data is not included
        assert run.returncode == 1 and "download cifar-10-python.tar.gz" in run.stderr
    else:
        assert run.stderr == "" and run.returncode <= ("--check" in command)  # random images may be hard to learn
        ends = {"--help", "--summary", "--trace", "--check", "--digit", "examples.compare", "examples.draw",
                "examples.to_pytorch"}
        assert (tmp_path / "curve.png").is_file() or ends & {*command.split()}


def test_commands_were_found():
    assert len(commands()) > 8 and {command.split(".")[1].split()[0] for command in commands()} == {
        "py", *(file.stem for file in (ROOT / "examples").glob("*.py") if file.stem not in ("__init__", "nn"))}


@pytest.mark.parametrize("readme", ["README.md", "README.ko.md"])
def test_what_the_table_of_layers_names_can_be_written_into_the_lists_of_mnist_test(readme):
    lines = (ROOT / readme).read_text(encoding="utf-8").splitlines()
    rows = [line for line in lines if line.startswith("| `") and ("→ (N" in line or "Dropout(" in line)]
    table = "".join(row.split("|")[1] for row in rows)
    named = {*re.findall(r"([A-Z]\w+)\(", table), *re.findall(r"activation=(\w+)", table)}
    assert {"Conv", "GroupNorm", "LastStep", "linear", "tanh"} <= named <= vars(mnist_test).keys()
