"""Who may import whom: the network knows no screen, command line or data, and its fast functions know no layer."""
import ast
from pathlib import Path

import pytest

import nn

ROOT = Path(__file__).resolve().parents[1]
OURS = {"assignment", "benchmarks", "examples", "export", "inspection", "mnist_loader", "mnist_test", "nn", "page",
        "readers", "report", "textbook", "training"}
FORBIDDEN = {"argparse", "matplotlib", "pickle"}


def imports(file):
    """The full names of the modules that a file imports, anywhere in it."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield "." * node.level + (node.module or "")


@pytest.mark.parametrize("file", sorted((ROOT / "nn").rglob("*.py")), ids=lambda file: str(file.relative_to(ROOT)))
def test_nn_imports_nothing_of_screens_and_command_lines_and_no_other_package_of_ours(file):
    tops = {name.split(".")[0] for name in imports(file)}
    assert tops & (FORBIDDEN | OURS - {"nn"}) == set()


@pytest.mark.parametrize("file", sorted((ROOT / "nn" / "ops").glob("*.py")), ids=lambda file: file.name)
def test_ops_know_no_layer(file):
    assert {name for name in imports(file) if name.startswith("nn")} <= {
        f"nn.ops.{other.stem}" for other in (ROOT / "nn" / "ops").glob("*.py")}


@pytest.mark.parametrize("file", sorted((ROOT / "nn" / "checks").glob("*.py")), ids=lambda file: file.name)
def test_checks_know_no_layer_but_the_abstract_one(file):
    ours = [name for name in imports(file) if name.split(".")[0] in OURS]
    known = ("nn.checks", "nn.ops.", "nn.layer", "nn.gradient", "nn.activation")
    assert [name for name in ours if not name.startswith(known) or name == "nn.layernorm"] == []


@pytest.mark.parametrize("file", sorted((ROOT / "nn" / "files").glob("*.py")), ids=lambda file: file.name)
def test_files_know_the_network_and_nothing_else_of_ours(file):
    assert {name.split(".")[0] for name in imports(file)} & OURS <= {"nn"}


MAY_IMPORT = {"readers": {"nn", "readers"}, "inspection": {"inspection", "nn", "readers"},
         "training": {"inspection", "nn", "readers", "training"},
         "page": {"inspection", "nn", "page", "readers", "training"}}  # a folder -> whom its files may import


@pytest.mark.parametrize("file", [file for folder in MAY_IMPORT for file in sorted((ROOT / folder).rglob("*.py"))],
                         ids=lambda file: str(file.relative_to(ROOT)))
def test_no_folder_imports_one_above_it(file):
    tops = {name.split(".")[0] for name in imports(file)}
    assert tops & OURS <= MAY_IMPORT[file.relative_to(ROOT).parts[0]]


def test_the_courses_loader_knows_no_training():
    assert {name.split(".")[0] for name in imports(ROOT / "mnist_loader.py")} & OURS <= {"nn", "readers"}


@pytest.mark.parametrize("file", sorted((ROOT / "examples").glob("*.py")), ids=lambda file: file.name)
def test_no_example_imports_a_script(file):
    """But for three that look at a trained network: they take the lists of layers that students edit there."""
    assert ("mnist_test" in set(imports(file))) == (file.name in ("draw.py", "input_gradients.py", "to_pytorch.py"))


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


@pytest.mark.parametrize("file", sorted((ROOT / "assignment" / "judging").rglob("*.py")), ids=lambda file: file.name)
def test_what_judges_answers_can_travel_with_the_hand_out(file):
    the_project_that_runs = {"nn"} if file.parent.name == "answer_runner" else set()
    assert {name.split(".")[0] for name in imports(file)} & OURS <= the_project_that_runs
