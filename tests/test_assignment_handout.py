"""The hand-out is the course's project with its holes: it runs, its tests say what is open, and no answer is in it."""
import ast
import os
import re
import subprocess
import sys

import numpy as np
import pytest

import mnist_test
from assignment.handout import __main__ as handout
from assignment.handout import answers
from assignment.handout import mnist_test as script
from assignment.handout.build import ROOT, handout_files, statement
from assignment.handout.cut import cut, definitions
from assignment.handout.tree_shaking import travelling
from assignment.judging.criteria import CRITERIA
from assignment.problems import GRADED, PROBLEMS, TOTAL, Problem
from nn.activation import sigmoid
from nn.loss import cross_entropy
from nn.network import Network
from nn.optimizer import SGDOptimizer


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("course") / "handout"
    handout.main([str(folder)])
    return folder


def python(folder, *arguments):
    return subprocess.run([sys.executable, "-B", *arguments], cwd=folder, capture_output=True, encoding="utf-8",
                          env={**os.environ, "PYTHONIOENCODING": "utf-8", "MPLBACKEND": "Agg"})


def failed_and_passed(folder):
    """Names of the files of tests that fail, and of those that pass; what pytest printed."""
    done = python(folder, "-m", "pytest", "-q", "-rA", "-p", "no:cacheprovider")
    found = {word: set(re.findall(rf"^{word} tests/(\w+)\.py", done.stdout, re.MULTILINE))
             for word in ("FAILED", "PASSED")}
    return found["FAILED"], found["PASSED"], done.stdout


def operations(source):
    """What a program does, without constructors, which check settings: names, "**", "compare with 0"."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            node.body = [part for part in node.body if getattr(part, "name", "") != "__init__"]
    for node in ast.walk(tree):
        if isinstance(node, (ast.Name, ast.Attribute, ast.alias)):
            yield getattr(node, "id", None) or getattr(node, "attr", None) or node.name
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow) and not _two(node.right):
            yield "**"
        elif isinstance(node, ast.Compare) and any(
                isinstance(part, ast.Constant) and part.value == 0 for part in (node.left, *node.comparators)):
            yield "compare with 0"


def _two(node):
    """Squares of Tanh's derivative are no key."""
    return isinstance(node, ast.Constant) and node.value == 2


@pytest.mark.parametrize("number", [number for number in GRADED if PROBLEMS[number].keys])
def test_no_key_of_an_answer_is_left_and_each_is_in_the_solution(number):
    problem = PROBLEMS[number]
    left = set(operations(handout_files()[problem.file]))
    assert left & set(problem.keys) == set()
    if number != 4:  # its keys are the names of nn/initializer.py, which do not travel at all
        solved = (ROOT / problem.file).read_text(encoding="utf-8")
        assert set(operations(solved)) & set(problem.keys)


@pytest.mark.parametrize("file, written, given", [
    ("nn/activation.py", "ReLU", "Sigmoid"), ("nn/maxpooling.py", "MaxPooling", None), ("nn/conv.py", None, "Conv")])
def test_what_a_student_writes_may_keep_something_from_call_to_call(file, written, given):
    """In the solution `in_parts` lets threads call its methods in any order."""
    handed_out = definitions(handout_files()[file])
    assert f"{written}.in_parts" not in handed_out
    assert given is None or f"{given}.in_parts" in handed_out


def test_what_a_student_writes_has_the_courses_signature():
    source = handout_files()["nn/activation.py"]
    handed_out = definitions(source)
    for name in PROBLEMS[2].cut:
        assert [argument.arg for argument in handed_out[name].args.args] == ["self", "x"]
    assert "out=None" in source  # the other functions, which are not theirs to write, keep it


ANSWERS_BEHIND_THE_WALL = {2: ("def maximum", "def heaviside"), 3: ("def move_average", "def ratio_to_root"),
                           4: ("def he(", "def fans("), 6: ("def max_pooling", "def window_pixels")}


@pytest.mark.parametrize("solved", [(), *((number,) for number in GRADED)])
def test_nothing_travels_that_gives_an_answer_away(solved):
    files = handout_files(solved)
    text = "\n".join(files.values())
    for number in set(ANSWERS_BEHIND_THE_WALL) - set(solved):
        assert [piece for piece in ANSWERS_BEHIND_THE_WALL[number] if piece in text] == []
    assert [name for name in ("RMSProp", "AdaGrad", "class AdamW", "AvgPooling", "average_pooling", "def he(")
            if name in text] == []
    assert {file.split("/")[0] for file in files} == {"README.md", "README.ko.md", "mnist_loader.py", "mnist_test.py",
                                                     "nn", "readers", "tests"}
    assert [file for file in files if file.startswith("tests/") and not re.fullmatch(
        r"tests/(__init__|test_given|test_problem[2-6])\.py", file)] == []


def test_folder_holds_the_courses_files_and_nothing_hidden(folder):
    names = {file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file()}
    assert names >= {"mnist_test.py", "mnist_loader.py", "requirements.txt", "data/train-images-idx3-ubyte.gz",
                     *(f"nn/{name}.py" for name in ("activation", "conv", "optimizer", "flatten", "fullyconnected",
                                                    "layer", "network", "maxpooling"))}
    assert [name for name in names if "__pycache__" in name or name.startswith(".")] == []


def test_every_module_is_imported_and_uses_only_what_travels(folder):
    modules = [".".join(file.relative_to(folder).with_suffix("").parts).replace(".__init__", "")
               for file in sorted(folder.rglob("*.py"))]
    program = f"import importlib, nn\nfor name in {modules}: importlib.import_module(name)\nfrom nn import *\n" \
              "from nn.activation import leaky_relu, mse, cross_entropy"
    done = python(folder, "-c", program)
    assert len(modules) > 20 and done.returncode == 0, done.stderr


@pytest.mark.slow
def test_names_that_a_module_uses_have_travelled(folder):
    command = [sys.executable, "-m", "ruff", "check", "--isolated", "--select", "F821,F822,E9", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True)
    if "No module named ruff" in done.stderr:
        pytest.skip("needs ruff")
    assert done.returncode == 0, done.stdout


def test_tests_of_open_problems_fail_and_say_which_and_no_others(folder):
    failed, passed, output = failed_and_passed(folder)
    assert failed == {"test_problem2", "test_problem3", "test_problem5", "test_problem6"} and passed == {"test_given"}
    assert "needs ReLU first: Problem 2" in output
    for number in (2, 3, 5, 6):
        assert f"Problem {number} (문제 {number})" in output


@pytest.mark.slow
@pytest.mark.parametrize("solved, open_problems", [
    ((2, 3), {4, 5, 6}), ((2, 3, 4, 6), {5}), ((2, 3, 4, 5), {6}), (GRADED, set())])
def test_solved_problems_pass(solved, open_problems, tmp_path):
    handout.main([str(tmp_path / "handout"), "--solved", *map(str, solved)])
    failed, passed, output = failed_and_passed(tmp_path / "handout")
    assert failed == {f"test_problem{number}" for number in open_problems}, output
    assert passed >= {"test_given", *(f"test_problem{number}" for number in solved if number != 5 or 6 in solved)}


def test_script_trains_as_given_and_prints_the_courses_lines(folder, tmp_path):
    picture = tmp_path / "loss.png"
    done = python(folder, "mnist_test.py", "mlp", "mlp", "--iterations", "11", "--seed", "3", "--picture", str(picture))
    assert done.returncode == 0, done.stderr
    patterns = ["Network: mlp", r"Iteration: 0, loss : \d\.\d{6}", r"Iteration: 10, loss : \d\.\d{6}",
                "#### 학습 종료 #####", r"Calculate accuracy over all test set \(시간 소요\)",
                r"Accuracy over all test set \d+\.\d\d"]
    assert re.fullmatch("\n".join([*patterns, *patterns, r"Loss curve: .*loss\.png", ""]), done.stdout), done.stdout
    assert picture.read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize("options, words", [
    (["cnnn"], "no network is called cnnn; there are mlp"),
    (["mine"], "Problem 5 (문제 5): mine is still to be written")])
def test_script_says_what_it_cannot_do(options, words, folder):
    done = python(folder, "mnist_test.py", *options)
    assert done.returncode != 0 and words in done.stderr


def test_script_has_the_projects_networks():
    """The MLP is the project's own, and problem 4's network is but for the scales; nobody need compare them by eye."""
    def made(make):
        np.random.seed(0)
        layers = make(sigmoid, SGDOptimizer())
        return [layer.w for layer in layers if layer.weights], [(layer, vars(layer).get("strides")) for layer in layers]

    for ours, handed_out, same in ((mnist_test.mlp, script.mlp, True),
                                   (mnist_test.assignment, script.assignment, False)):
        (weights, settings), (others, other_settings) = made(ours), made(handed_out)
        assert str(settings) == str(other_settings)
        assert [np.array_equal(w, other) for w, other in zip(weights, others)] == [same] * len(weights)
    assert Network(answers.mine(), 0.001, cross_entropy).forward(np.zeros((2, 28, 28, 1))).shape == (2, 10)


def test_solution_has_no_marker():
    solution = [file for pattern in ("*.py", "nn/**/*.py", "training/*.py") for file in ROOT.glob(pattern)]
    assert [file for file in solution if "NotImplementedError(\"Problem" in file.read_text(encoding="utf-8")] == []


def test_a_folder_that_holds_something_is_left_alone(tmp_path):
    (tmp_path / "report.pdf").write_text("mine")
    with pytest.raises(SystemExit, match="not an empty folder"):
        handout.main([str(tmp_path)])
    assert [file.name for file in tmp_path.iterdir()] == ["report.pdf"]


@pytest.mark.parametrize("name, text", [("statement.md", "english"), ("statement.ko.md", "korean")])
def test_statement_says_what_points_are_given_for(name, text):
    text_of_all = statement(name)
    assert "{points" not in text_of_all
    for number in GRADED:
        assert sum(one.points for one in CRITERIA[number]) == PROBLEMS[number].points
        assert [one for one in CRITERIA[number] if f"- {one.points}: {getattr(one, text)}" not in text_of_all] == []
    assert TOTAL == 80 and sum(problem.points for problem in PROBLEMS.values()) == 100


@pytest.mark.parametrize("name", ["README.md", "README.ko.md"])
def test_teachers_readme_has_three_commands_and_links_to_files(name):
    folder = ROOT / "assignment"
    text = (folder / name).read_text(encoding="utf-8")
    assert re.findall(r"^    python -m assignment\.(\w+)", text, re.MULTILINE) == ["handout", "grade", "grade"]
    assert [link for link in re.findall(r"\]\(([^)]+)\)", text) if not (folder / link).is_file()] == []


SOURCE = '''"""Module."""
from fast import other, quick


class Layer:
    """What it is."""

    def forward(self, x):
        """Doubles."""
        y = quick(x)
        return y

    # how it was
    @property
    def helper(self):
        return 1

    def backward(self, e):
        return 2 * e
'''


def test_cut_leaves_signature_and_docstring():
    problem = Problem("doubling", 5, "layer.py", cut=("Layer.forward",), dropped=("Layer.helper",))
    assert cut(SOURCE, problem, 7) == '''"""Module."""
import numpy as np

from fast import other, quick


class Layer:
    """What it is."""

    def forward(self, x):
        """Doubles."""
        # ---------- Problem 7 (문제 7): write your code here, in place of the next line ----------
        raise NotImplementedError("Problem 7 (문제 7): Layer.forward is still to be written")

    def backward(self, e):
        return 2 * e
'''


def test_function_that_the_solution_no_longer_has_is_an_error():
    with pytest.raises(KeyError, match="Layer.predict"):
        cut(SOURCE, Problem("", 1, "layer.py", cut=("Layer.predict",)), 7)


def test_what_nothing_reaches_stays_at_home():
    files = {
        "nn/__init__.py": "from nn.a import A, B\nfrom nn.b import C\n\n__all__ = ['A', 'B', 'C']\n",
        "nn/a.py": '"""About A."""\nimport numpy as np\n\nfrom nn import b\nfrom nn.c import used, unused\n\n\n# of A\n'
                   'class A:\n    x = used\n    y = b.helper\n\n\n# of B\nclass B:\n    z = unused\n\n\n'
                   "a, b2 = A(), B()\n",
        "nn/b.py": "def helper():\n    pass\n\n\nclass C:\n    pass\n",
        "nn/c.py": "used = 1\nunused = 2\n",
        "nn/d.py": "nobody = 'wants me'\n",
    }
    assert travelling(files.get, {"nn.a": ("A", "a")}) == {
        "nn/__init__.py": 'from nn.a import A\n\n__all__ = ["A"]\n',
        "nn/a.py": '"""About A."""\nimport numpy as np\n\nfrom nn import b\nfrom nn.c import used\n\n\n# of A\n'
                   'class A:\n    x = used\n    y = b.helper\n\n\na = A()\n',
        "nn/b.py": "def helper():\n    pass\n",
        "nn/c.py": "used = 1\n",
    }
