"""Who may import whom: the network knows no screen, command line or data, and its fast functions know no layer."""
import ast
from pathlib import Path

import pytest

import nn

ROOT = Path(__file__).resolve().parents[1]
OURS = {"assignment", "benchmarks", "examples", "mnist_loader", "mnist_test", "nn", "readers", "report", "training"}
FORBIDDEN = {"argparse", "matplotlib", "pickle", "sys"}


def imports(file):
    """The full names of the modules that a file imports, anywhere in it."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module


@pytest.mark.parametrize("file", sorted((ROOT / "nn").rglob("*.py")), ids=lambda file: str(file.relative_to(ROOT)))
def test_nn_imports_nothing_of_screens_and_command_lines_and_no_other_package_of_ours(file):
    tops = {name.split(".")[0] for name in imports(file)}
    assert tops & (FORBIDDEN | OURS - {"nn"}) == set()


@pytest.mark.parametrize("file", sorted((ROOT / "nn" / "ops").glob("*.py")), ids=lambda file: file.name)
def test_ops_know_no_layer(file):
    assert {name for name in imports(file) if name.startswith("nn")} <= {
        f"nn.ops.{other.stem}" for other in (ROOT / "nn" / "ops").glob("*.py")}


@pytest.mark.parametrize("file", [ROOT / "mnist_loader.py", *sorted((ROOT / "readers").glob("*.py"))],
                         ids=lambda file: file.name)
def test_readers_know_no_training_and_not_the_courses_face_of_them(file):
    known = {"training", "examples", "mnist_test", "mnist_loader"}
    assert {name.split(".")[0] for name in imports(file)} & known == set()


@pytest.mark.parametrize("file", sorted((ROOT / "examples").glob("*.py")), ids=lambda file: file.name)
def test_no_example_imports_a_script(file):
    """But for the drawing page and the way on to PyTorch: they take the lists of layers that students edit there."""
    assert ("mnist_test" in set(imports(file))) == (file.name in ("draw.py", "to_pytorch.py"))


@pytest.mark.parametrize("file", sorted((ROOT / "examples").glob("*.py")), ids=lambda file: file.name)
def test_each_example_that_is_a_program_prints_wherever_its_output_goes(file):
    text = file.read_text(encoding="utf-8")
    assert ("__main__" in text) == ("as_program(" in text)


@pytest.mark.parametrize("file", sorted((ROOT / "nn").rglob("*.py")), ids=lambda file: str(file.relative_to(ROOT)))
def test_no_function_in_nn_is_longer_than_35_lines(file):
    nodes = ast.walk(ast.parse(file.read_text(encoding="utf-8")))
    lengths = [(node.name, node.end_lineno - node.lineno + 1) for node in nodes if isinstance(node, ast.FunctionDef)]
    assert [(name, length) for name, length in lengths if length > 35] == []


def test_public_names_are_there():
    assert [name for name in nn.__all__ if not hasattr(nn, name)] == [] and len(nn.__all__) == len(set(nn.__all__))
