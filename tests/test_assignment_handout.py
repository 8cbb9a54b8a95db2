"""The hand-out is the course's project with its holes: it runs, its tests say what is open, and no answer is in it."""
import ast
import gzip
import io
import json
import os
import re
import struct
import subprocess
import sys
import tokenize

import numpy as np
import pytest

import mnist_loader
import mnist_test
from assignment.grading.expected import CASES
from assignment.handout import __main__ as handout
from assignment.handout import answers
from assignment.handout import mnist_loader as loader
from assignment.handout import mnist_test as script
from assignment.handout.build import NEVER_DRAWN, ROOT, checking_files, handout_files, statement
from assignment.handout.cut import brief, cut, definitions
from assignment.handout.tree_shaking import travelling
from assignment.handout.wording import REWORDED, reworded
from assignment.judging.checking import case_file
from assignment.judging.checking.own import SEEDS
from assignment.judging.criteria import CRITERIA, SECONDS
from assignment.problems import GRADED, PROBLEMS, TOTAL, Problem
from assignment.questions.question import wording
from nn.activation import leaky_relu, sigmoid
from nn.loss import cross_entropy
from nn.network import Network
from nn.optimizer import SGDOptimizer
from tests import assignment_mistakes
from tests.assignment_answers import POOLING, with_code


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
                                                     "requirements.txt", "data", "inspection", "nn", "tests"}
    assert [file for file in files if file.startswith("tests/") and not re.fullmatch(
        r"tests/(__init__|conftest|run|test_given|test_problem[2-6])\.py", file)] == []


# what only an answer has, in files that judge: an expression of its own, or an import of the solution
TELLING = ("np.maximum", "heaviside", "np.where(x", "x > 0)", "textbook", "for_students", "suspect", "SLIPS =",
           "1 - beta", "beta1", "np.sqrt(v_", "np.sqrt(self", "n_in =", "2 / n", "2 / (", "2.0 /",
           "argmax(window", "unravel_index", "window.max")


@pytest.mark.slow
def test_the_check_travels_with_no_answer_and_is_counted_apart():
    files = checking_files()
    assert set(files) & set(handout_files()) == set()
    assert {file.split("/")[0] for file in files} == {"check.py", "pack.py", "judging"}
    programs = {file: text for file, text in files.items() if file.endswith(".py")}
    for file, text in programs.items():
        found = [piece for piece in TELLING if piece in without_texts(text)]
        assert found == [], (file, found)
        assert "assignment" not in {module.split(".")[0] for module in imported(text)}
    assert {file for file in files if file not in programs} == {"judging/given.json"}
    given = json.loads(files["judging/given.json"])
    assert given == {file: text for file, text in handout_files().items()
                     if file.endswith(".py") and not file.startswith("tests/")}
    home = {file.stem for folder in ("causes", "expected") for file in (ROOT / "assignment/grading" / folder).glob("*")}
    assert {file.split("/")[-1][:-3] for file in programs} & home <= {"__init__", "scales"}  # not the causes' scales


def test_the_file_of_cases_holds_numbers_and_words_of_inputs_only(folder):
    """Nothing in it is run when it is read, and it has each problem's cases for each seed."""
    with np.load(folder / "judging" / "cases.npz", allow_pickle=False) as entries:
        assert len(entries.files) == 2 * 3 * SEEDS
        texts = [entries[name].tobytes().decode("utf-8") for name in entries.files if name.startswith("cases")]
    assert [piece for piece in (*TELLING, "def ", "lambda", "return ") if any(piece in text for text in texts)] == []
    for number in CASES:
        for k in (0, SEEDS - 1):
            again = case_file.read(folder / "judging" / "cases.npz", number, k)
            assert str(again) == str(CASES[number](np.random.default_rng([NEVER_DRAWN + k, number])))


def without_texts(source):
    """A program without its strings and comments."""
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    return " ".join(token.string if token.type not in (tokenize.STRING, tokenize.COMMENT) else '""' for token in tokens
                    ).replace(" . ", ".").replace(" (", "(").replace("( ", "(")


def imported(source):
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield node.module


def definitions_of_ours():
    """(names of classes, of all else) that the solution defines: functions, methods, objects."""
    classes, others = set(), set()
    for file in (file for folder in ("nn", "inspection", "training", "readers", "export") for file in
                 (ROOT / folder).rglob("*.py")):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
                (classes if isinstance(node, ast.ClassDef) else others).add(node.name)
        others |= {part.id for node in tree.body if isinstance(node, ast.Assign) for target in node.targets
                   for part in ast.walk(target) if isinstance(part, ast.Name)}
    return classes, others


def identifiers(source):
    """All names that a program has, and words that it compares with."""
    for node in ast.walk(ast.parse(source)):
        for key in ("id", "attr", "name", "arg", "module", "asname", "value"):
            name = getattr(node, key, None)
            if isinstance(name, str) and re.fullmatch(r"[\w.]+", name):
                yield from name.split(".")


def said(file, source):
    """What a file says to people: strings and comments of a program, all of a text."""
    if not file.endswith(".py"):
        return source
    comments = [token.string for token in tokenize.generate_tokens(io.StringIO(source).readline)
                if token.type == tokenize.COMMENT]
    return "\n".join(comments + [node.value for node in ast.walk(ast.parse(source))
                                 if isinstance(node, ast.Constant) and isinstance(node.value, str)])


def absent_names(files):
    """(file, name) of what a file of the hand-out names though only the solution has it."""
    known = {name for file, source in files.items() if file.endswith(".py") for name in identifiers(source)}
    known |= {part for file in files for part in re.split(r"[/.]", file)}
    classes, others = (names - known for names in definitions_of_ours())
    for file, source in files.items():
        text = re.sub(r"\S+://\S+", "", said(file, source))
        for match in re.finditer(r"[A-Za-z_][A-Za-z_0-9]*", text):
            name, before, after = match[0], text[match.start() - 1:match.start()], text[match.end():match.end() + 1]
            if name in classes or name in others and ("_" in name or before in set(".=`") or after in set("(`")):
                yield file, name


@pytest.mark.parametrize("solved", [(), GRADED])
def test_nothing_is_named_that_is_not_handed_out(solved):
    """No advice, docstring, comment or line of the statement names what only the solution has."""
    assert sorted(set(absent_names(handout_files(solved)))) == []


def test_names_that_are_not_handed_out_are_found():
    files = handout_files()
    files["nn/extra.py"] = '''"""A Block: write LastStep() or he(shape)."""
def f(x):  # see nn.initializer.he and net.save_weights, padded_cross_entropy
    raise ValueError(f"write weight_init=xavier in {x}, then he or she may go to the next one")
'''
    assert {name for file, name in absent_names(files) if file == "nn/extra.py"} == {
        "Block", "LastStep", "he", "save_weights", "padded_cross_entropy", "xavier"}


@pytest.mark.parametrize("words", [r"\bgit\b", r"\bREADME(?!\.(ko\.)?md)", r"\bRNN\b", r"\bxavier\b", r"SHA-256"])
def test_nothing_is_advised_that_students_cannot_do(words):
    assert [file for file, text in handout_files().items() if re.search(words, text)] == []


def test_modules_and_files_that_are_named_are_there(folder):
    for file, text in handout_files().items():
        for name in re.findall(r"\bnn(?:\.[a-z_]+)+", said(file, text)):
            path = folder / name.replace(".", "/")
            assert path.is_dir() or path.with_suffix(".py").is_file() or path.parent.with_suffix(".py").is_file(), name
        for name in re.findall(r"[\w/]+(?:\.ko)?\.(?:py|md|txt)\b", said(file, text)):
            assert (folder / name).is_file() or (folder / "nn" / name).is_file(), (file, name)


FORMULAS = ("f'(z)", "dL/da *", "x^T", "w^T e", "next layer's", "layer before.", "way back", "kept for `backward`")


def test_nothing_explains_what_problem_1_asks_for():
    files = handout_files()
    for file in ("nn/network.py", "nn/sequential.py", "nn/layer.py", "nn/fullyconnected.py"):
        assert [words for words in FORMULAS if words in said(file, files[file])] == [], file
        assert [words for words in FORMULAS if words in (ROOT / file).read_text(encoding="utf-8")] or "network" in file
    assert "inspection/trace.py" not in files
    loops = definitions(files["nn/sequential.py"])
    for name in ("Sequential.forward_in_training", "Sequential.backward"):
        assert "#" not in ast.get_source_segment(files["nn/sequential.py"], loops[name])
        assert ast.get_docstring(loops[name]).count(".") <= 4  # one sentence, in which (N, ...) may stand


def test_what_students_read_is_small_enough_to_be_read():
    apart = ("tests/", "inspection/")
    programs = [text for file, text in handout_files().items() if file.endswith(".py") and not file.startswith(apart)]
    assert len(programs) <= 32 and sum(text.count("\n") for text in programs) <= 2650


OWN = """
import numpy as np
from nn.activation import linear, mse
from nn.fullyconnected import FullyConnected
from nn.layer import AbstractLayer
from nn.network import Network
from nn.optimizer import SGDOptimizer

class Own(AbstractLayer):
    def forward(self, inputs):
        return inputs, inputs
    def get_activation_grad(self, z, upstream_gradient):
        return upstream_gradient
    def get_weight_grad(self, inputs, layer_err):
        return {}
    def backward(self, layer_err):
        BACKWARD
    def update(self, grad, lr):
        pass

layers = [FullyConnected((3, 4), linear, np.ones, SGDOptimizer()), Own()]
net = Network(layers, 0.1, mse)
for step in range(4):
    net.train_step((np.ones((2, 3)), np.ones((2, 4))))
    print(net.layers[1] is layers[1])
"""


@pytest.mark.parametrize("line, printed, said", [
    ("return layer_err", "False False True True", ""), ("pass", "", "Own: backward returned None instead of an array"),
    ("layer_err *= 2; return layer_err", "", "backward writes into an array that it was given")])
def test_a_students_layer_is_watched_in_its_first_steps(line, printed, said, folder):
    done = python(folder, "-c", OWN.replace("BACKWARD", line))
    assert done.stdout.split() == printed.split() and said in done.stderr and bool(said) == bool(done.returncode)


def test_passage_that_is_no_longer_in_the_solution_is_an_error():
    with pytest.raises(ValueError, match=r"nn/optimizer.py has this passage 0 times: to dx; AdamW"):
        reworded("nn/optimizer.py", "weight decay")


def test_rewording_leaves_programs_that_do_the_same():
    """But for two pieces of advice on sequences, which fall away, only strings change."""
    def program(source):
        tree = ast.parse(source)
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                node.value = ""
        return sum(isinstance(node, ast.stmt) for node in ast.walk(tree))

    for file in REWORDED:
        source = (ROOT / file).read_text(encoding="utf-8")
        fewer = program(source) - program(reworded(file, source))
        assert fewer == {"nn/checks/inputs.py": 2, "nn/checks/data.py": 2, "nn/layer.py": 1}.get(file, 0), file


def test_folder_holds_the_courses_files_and_nothing_hidden(folder):
    names = {file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file()}
    assert names >= {"mnist_test.py", "mnist_loader.py", "requirements.txt", "data/train-images-idx3-ubyte.gz",
                     *(f"nn/{name}.py" for name in ("activation", "conv", "optimizer", "flatten", "fullyconnected",
                                                    "layer", "network", "maxpooling"))}
    assert [name for name in names if "__pycache__" in name or name.startswith(".")] == []


def test_every_module_is_imported_and_uses_only_what_travels(folder):
    modules = [".".join(file.relative_to(folder).with_suffix("").parts).replace(".__init__", "")
               for file in sorted(folder.rglob("*.py")) if file.name != "__main__.py"]
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


def run_public_tests(folder, name, cwd):
    """The exit code of `python tests/NAME.py`, and what it prints."""
    done = python(cwd, str(folder / "tests" / f"{name}.py"))
    return done.returncode, done.stdout


@pytest.fixture
def solved(tmp_path):
    handout.main([str(tmp_path / "solved"), "--solved", *map(str, GRADED)])
    return tmp_path / "solved"


@pytest.mark.slow
@pytest.mark.parametrize("name", ["test_given", "test_problem2", "test_problem6"])
def test_each_file_of_tests_runs_as_a_program_from_any_folder(name, solved, tmp_path):
    code, output = run_public_tests(solved, name, tmp_path)
    assert code == 0 and re.search(r"=== \d+ passed in", output), output
    assert not list(solved.rglob(".pytest_cache"))


RELU = "    def compute(self, x, out=None):\n        "
MISTAKES = {  # (problem's file of tests, file, text of the answer, mistake instead) -> what the tests say
    "ReLU of a matrix only": ("test_problem2", "nn/activation.py", RELU,
                              RELU + "return np.array([[max(0.0, v) for v in row] for row in x])\n        ",
                              ["test_compute[shape0]", "test_compute[shape3]"]),
    "height and width swapped": ("test_problem6", "nn/maxpooling.py", 'settings.pair(self, "pshape", pshape)',
                                 'settings.pair(self, "pshape", pshape)[::-1]',
                                 ["test_height_unlike_width_of_image_and_window", "test_strides_of_their_own"]),
    "a package that the grading does not have": ("test_given", "nn/flatten.py", "\n\nclass Flatten",
                                                 "\n\ndef helper():\n    import torch\n\n\nclass Flatten",
                                                 ["nn/flatten.py, line 8: torch is not there in the grading",
                                                  "torch은(는) 채점 환경에 없습니다"]),
}


@pytest.mark.slow
@pytest.mark.parametrize("mistake", MISTAKES)
def test_public_tests_find_a_mistake_and_say_where(mistake, solved, tmp_path):
    name, file, text, other, words = MISTAKES[mistake]
    source = (solved / file).read_text(encoding="utf-8")
    assert text in source
    (solved / file).write_text(source.replace(text, other, 1), encoding="utf-8")
    code, output = run_public_tests(solved, name, tmp_path)
    assert code == 1 and [word for word in words if word not in output] == [], output


@pytest.mark.slow
@pytest.mark.long
@pytest.mark.parametrize("number, changes", [pytest.param(mistake[0], mistake[2], id=f"{mistake[0]}: {mistake[1]}")
                                             for mistake in assignment_mistakes.MISTAKES])
def test_public_tests_find_each_mistake_of_students(number, changes, tmp_path):
    handout.write(handout_files(GRADED), tmp_path)
    file = PROBLEMS[number].file
    (tmp_path / file).write_bytes(assignment_mistakes.with_answer(number, changes)[file])
    code, output = run_public_tests(tmp_path, f"test_problem{number}", tmp_path)
    assert code == 1, output


@pytest.mark.slow
@pytest.mark.parametrize("number", GRADED)
def test_public_tests_pass_a_right_answer_that_is_not_ours(number, tmp_path):
    handout.write(handout_files(GRADED), tmp_path)
    file = PROBLEMS[number].file
    (tmp_path / file).write_bytes(assignment_mistakes.with_answer(number)[file])
    code, output = run_public_tests(tmp_path, f"test_problem{number}", tmp_path)
    assert code == 0, output


@pytest.mark.slow
def test_public_test_of_problem_4_names_all_layers_that_are_out_of_band(tmp_path):
    handout.main([str(tmp_path / "handout"), "--solved", "2", "3"])
    code, output = run_public_tests(tmp_path / "handout", "test_problem4", tmp_path)
    assert code == 1
    assert re.findall(r"^Problem 4: after layer (\d), (\w+).* / 문제 4: 레이어 (\d)", output, re.MULTILINE) == [
        ("1", "Conv", "1"), ("2", "Conv", "2"), ("3", "Conv", "3"), ("4", "FullyConnected", "4")]


@pytest.mark.slow
def test_script_trains_as_given_and_prints_the_courses_lines(folder, tmp_path):
    picture = tmp_path / "loss.png"
    done = python(folder, "mnist_test.py", "mlp", "mlp", "--iterations", "11", "--seed", "3", "--picture", str(picture))
    assert done.returncode == 0, done.stderr
    patterns = ["Network: mlp", r"Iteration: 0, loss : \d\.\d{6}", r"Iteration: 10, loss : \d\.\d{6}",
                r"Accuracy over the validation set \d+\.\d\d",
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


@pytest.mark.slow
def test_script_prints_the_summary_of_a_network_and_does_not_train_it(folder):
    done = python(folder, "mnist_test.py", "--network", "mlp", "--summary")
    assert done.returncode == 0, done.stderr
    assert re.search(r"1 FullyConnected\(\(784, 100\)\) +\(100,\) +78,500 +78,400", done.stdout)
    assert "Iteration" not in done.stdout


@pytest.fixture
def run_script(monkeypatch, tmp_path, capsys):
    """Runs the script's main with these options, with few images, and returns what it printed. A folder is its own."""
    def run(*options):
        monkeypatch.setattr("sys.argv", ["mnist_test.py", *options])
        try:
            script.main()
        finally:
            printed = capsys.readouterr().out
        return printed

    digits = [(np.random.default_rng(0).random((size, 784)), np.arange(size) % 10) for size in (500, 100, 100)]
    monkeypatch.setattr(script, "load_data", lambda: digits)
    monkeypatch.chdir(tmp_path)
    return run


@pytest.mark.parametrize("file, words", [
    ("nowhere/loss.png", "nowhere/loss.png: it cannot be written"), ("nn", "nn: write a name that ends in .png"),
    ("loss.doc", "loss.doc: write a name that ends in .png"), ("folder.png", "folder.png: it cannot be written")])
def test_script_looks_at_the_picture_s_name_before_it_trains(file, words, run_script, tmp_path, monkeypatch):
    (tmp_path / "folder.png").mkdir()
    monkeypatch.setattr(Network, "train_step", None)  # so it would fail
    with pytest.raises(SystemExit, match=re.escape(words)):
        run_script("--picture", file)


@pytest.mark.parametrize("interrupted_at, losses", [(35, {"mlp": 20, "relu": 14}), (1, {"mlp": 0})])
def test_script_draws_what_there_is_when_it_is_interrupted(interrupted_at, losses, run_script, tmp_path, monkeypatch):
    """Ctrl-C in a training: its curve is drawn, and those before; accuracies come, and the networks after it do not."""
    step, count, draw, drawn = Network.train_step, iter(range(1, 100)), script.draw, {}

    def train_step(net, batch):
        if next(count) == interrupted_at:
            raise KeyboardInterrupt
        return step(net, batch)

    monkeypatch.setattr(Network, "train_step", train_step)
    monkeypatch.setattr(script, "draw", lambda curves, file: (drawn.update(curves), draw(curves, file)))
    printed = run_script("mlp", "relu", "mine", "--iterations", "20")
    assert {name: len(curve) for name, curve in drawn.items()} == losses
    assert f"Ctrl-C: stopped after {[*losses.values()][-1]} iterations" in printed
    assert printed.count("Accuracy over all test set") == len(losses)
    assert (tmp_path / "loss_curve.png").read_bytes().startswith(b"\x89PNG")


def test_script_draws_the_curve_that_there_is_when_the_next_network_is_not_written_yet(run_script, tmp_path):
    with pytest.raises(NotImplementedError, match="Problem 5"):
        run_script("mlp", "mine", "--iterations", "5")
    assert (tmp_path / "loss_curve.png").is_file()


def test_script_draws_anew_when_it_is_run_again_in_one_process(run_script, tmp_path):
    """As `%run mnist_test.py` does in IPython: the second picture has one curve, and the same bytes."""
    for name in ("first.png", "second.png"):
        run_script("--iterations", "5", "--picture", name)
    assert (tmp_path / "first.png").read_bytes() == (tmp_path / "second.png").read_bytes()


def test_validation_set_is_asked_after_each_epoch_and_at_the_end(run_script, monkeypatch):
    monkeypatch.setattr(script, "EPOCH", 10)
    lines = run_script("--network", "mlp", "--iterations", "25").splitlines()
    assert [line.split()[0] for line in lines[1:7]] == ["Iteration:", "Accuracy"] * 3
    assert sum(line.startswith("Accuracy over the validation set") for line in lines) == 3


def test_network_as_given_has_the_scales_that_were_handed_out(folder, tmp_path):
    """To compare with once problem 4 is solved: so these numbers stand in the script twice."""
    np.random.seed(0)
    handed_out = [layer.w.std() for layer in script.assignment(sigmoid, SGDOptimizer())]
    before = [layer.w.std() for layer in script.as_given(sigmoid, SGDOptimizer())]
    np.testing.assert_allclose(before, handed_out, rtol=0.1)


@pytest.mark.slow
def test_loader_of_the_hand_out_reads_what_ours_reads(folder):
    for ours, handed_out in zip(mnist_loader.load_data(), loader.load_data(folder / "data")):
        for array, other in zip(ours, handed_out):
            np.testing.assert_array_equal(array, other)
            assert array.dtype == other.dtype


@pytest.fixture
def few_digits(tmp_path):
    """A folder with data of the same form: 12 images to train with, 2 to test."""
    for subset, count in (("train", 12), ("t10k", 2)):
        images = struct.pack(">4I", 0x803, count, 28, 28) + bytes(range(count)) * 28 * 28
        labels = struct.pack(">2I", 0x801, count) + bytes(k % 10 for k in range(count))
        (tmp_path / f"{subset}-images-idx3-ubyte.gz").write_bytes(gzip.compress(images))
        (tmp_path / f"{subset}-labels-idx1-ubyte").write_bytes(labels)
    return tmp_path


def test_loader_of_the_hand_out_reads_packed_and_unpacked_files(few_digits):
    (images, labels), validation, test = loader.load_data(few_digits)
    assert images.shape == (10, 784) and labels.tolist() == list(range(10))
    assert validation[1].tolist() == [0, 1] and test[1].tolist() == [0, 1]
    np.testing.assert_allclose(images[0, :12], np.arange(12) / 255, rtol=1e-6)


@pytest.mark.parametrize("damage, error, words", [
    (lambda file: file.unlink(), FileNotFoundError, "is missing: take it out of the hand-out's zip again"),
    (lambda file: file.write_bytes(file.read_bytes()[:-9]), ValueError, "is damaged"),
    (lambda file: file.write_bytes(b"<html>"), ValueError, "is damaged"),
    (lambda file: file.write_bytes(gzip.compress(bytes(9000))), ValueError, "it is no such IDX file"),
    (lambda file: file.write_bytes(gzip.compress(gzip.decompress(file.read_bytes())[:-1])), ValueError, "is damaged")])
def test_loader_of_the_hand_out_says_what_to_do_about_damaged_data(damage, error, words, few_digits):
    damage(few_digits / "t10k-images-idx3-ubyte.gz")
    with pytest.raises(error, match="t10k-images") as caught:
        loader.load_data(few_digits)
    assert words in str(caught.value) and "take it out of the hand-out's zip again" in str(caught.value)


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


def programs_in(name):
    """The programs that stand in a statement, each a text, and what stands after the first as its output."""
    blocks = re.findall(r"(?:^    .*\n|^\n(?=    ))+", statement(name), re.MULTILINE)
    blocks = [re.sub("^    ", "", block, flags=re.MULTILINE).strip("\n") for block in blocks]
    gradients, timing = (next(block for block in blocks if word in block) for word in ("def small", "timeit"))
    return gradients, timing, next(block for block in blocks if block.startswith("X w "))


def test_statement_shows_how_pooling_s_gradients_are_checked(solved, folder):
    gradients, timing, output = programs_in("statement.md")
    assert (gradients, timing, output) == programs_in("statement.ko.md")
    done = python(solved, "-c", gradients)
    assert done.returncode == 0, done.stderr
    without_errors = re.compile(r" [\d.]+e-\d+")
    assert without_errors.sub("", done.stdout.strip()) == without_errors.sub("", output)
    assert all(float(error) < 1e-6 for error in re.findall(r"error (\S+)", done.stdout + output))
    assert "Problem 6 (문제 6)" in python(folder, "-c", gradients).stderr
    assert times_as_long(solved, timing) < 1


def times_as_long(folder, timing):
    """How many times as long as the convolution max pooling takes, as the statement's program says."""
    return float(re.search(r": (\d+\.\d) times as long\n$", python(folder, "-c", timing).stdout)[1])


def test_statement_s_check_finds_a_wrong_pooling_where_it_says(solved):
    file = solved / "nn" / "maxpooling.py"
    file.write_text(file.read_text(encoding="utf-8") + """

right = MaxPooling.backward
MaxPooling.backward = lambda self, layer_err: 0.5 * right(self, layer_err)
""", encoding="utf-8")
    rows = python(solved, "-c", programs_in("statement.md")[0]).stdout.splitlines()
    assert [float(row.split()[-1]) > 1e-3 for row in rows] == [True, True, True, False, False]


def test_statement_s_table_of_extra_credit_is_true():
    x = np.array([-2.0, 0.0, 3.0])
    np.testing.assert_allclose([leaky_relu.compute(x), leaky_relu.deriv(x)], [[-0.02, 0, 3], [0.01, 0.01, 1]])
    v, steps = 0.0, []
    for dx in (1.0, -2.0, 0.5):
        v = 0.9 * v + dx
        steps.append(0.1 * (dx + 0.9 * v))
    np.testing.assert_allclose(steps, [0.19, -0.299, 0.0059])
    for name in ("statement.md", "statement.ko.md"):
        assert "0.19, -0.299, 0.0059" in statement(name) and "-0.02, 0, 3" in statement(name)
        assert [row.split(":")[0] for row in extra_rows(name)] == ['"leaky"', '"nesterov"']


def extra_rows(name):
    """The rows of NETWORKS that the table of extra credit gives."""
    return re.findall(r'`("\w+": lambda: Network\(.*?\)),`', statement(name))


NESTEROV = """

class NesterovOptimizer(AbstractOptimizer):
    def __init__(self):
        super().__init__()
        self.v = 0.0

    def update(self, dx, lr):
        self.v = 0.9 * self.v + dx
        return lr * (dx + 0.9 * self.v)
"""


@pytest.mark.slow
@pytest.mark.long
def test_figures_of_extra_credit_are_those_of_the_statement_s_commands(solved):
    optimizers, main = solved / "nn" / "optimizer.py", solved / "mnist_test.py"
    optimizers.write_text(optimizers.read_text(encoding="utf-8") + NESTEROV, encoding="utf-8")
    head = "from nn.activation import leaky_relu\nfrom nn.optimizer import NesterovOptimizer\n\nNETWORKS = {"
    main.write_text(main.read_text(encoding="utf-8").replace(
        "NETWORKS = {", "\n    ".join([head, *(f"{row}," for row in extra_rows("statement.md"))])), encoding="utf-8")
    for name, percent in (("leaky", 88), ("nesterov", 94)):
        said = python(solved, "mnist_test.py", name).stdout
        assert abs(float(re.search(r"all test set ([\d.]+)", said)[1]) - percent) < 1, said
    pooling = solved / "nn" / "maxpooling.py"
    pooling.write_bytes(with_code(6, POOLING)["nn/maxpooling.py"])
    assert 100 < times_as_long(solved, programs_in("statement.md")[1]) < 1000


@pytest.mark.parametrize("name", ["statement.md", "statement.ko.md"])
def test_statement_says_which_time_limits_there_are(name):
    assert "{seconds" not in statement(name)
    for number, seconds in SECONDS.items():
        assert str(seconds) in statement(name), number
    assert SECONDS[2] == SECONDS[3] and SECONDS[4] == SECONDS[6]  # as both statements say


# what Korean texts do not say -> what README.ko.md and they say
KOREAN = {"layer": "레이어", "단계": "스텝", "weight": "가중치", "loss": "손실", "learning rate": "학습률",
          "러닝": "학습률", "optimizer": "옵티마이저", "최적화기": "옵티마이저", "convolution": "합성곱",
          "볼루션": "합성곱", "pooling": "풀링", "stride": "스트라이드", "보폭": "스트라이드", "epoch": "에폭",
          "에포크": "에폭", "validation": "검증", "seed": "시드", "one-hot": "원-핫", "라벨": "레이블",
          "sigmoid": "시그모이드", "softmax": "소프트맥스", "logit": "로짓", "cross-entropy": "교차 엔트로피",
          "update": "갱신", "부르는": "호출하는", "시험": "테스트", "테스팅": "테스트", "test 데이터": "테스트 세트"}
CODE = r"(?m)^    .*$|`[^`]*`|\{\w+\}|(?<=[가-힣])\([a-z]+\)"  # 손실(loss) says a term's English once


def korean_texts():
    """file -> its Korean texts, without code."""
    folder = ROOT / "assignment"
    for file in (folder / "README.ko.md", folder / "handout" / "statement.ko.md"):
        yield file.name, [file.read_text(encoding="utf-8")]
    yield "wording.ko.md", [text for said in wording("ko").values() for text in (
        said.values() if isinstance(said, dict) else said)]
    yield "rubric.md", [(folder / "rubric.md").read_text(encoding="utf-8").partition("# 문제 1")[2]]
    for file in sorted({*folder.glob("judging/**/*.py"), *folder.glob("grading/**/*.py"),
                        *folder.glob("handout/public_tests/*.py")}):
        strings = [node.value for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
                   if isinstance(node, ast.Constant) and isinstance(node.value, str)]
        yield file.name, [text.rpartition(" / ")[2] for text in strings if re.search("[가-힣]", text)]


def test_korean_texts_have_one_word_for_a_thing():
    said = [(name, word, right) for name, texts in korean_texts() for text in texts
            for word, right in KOREAN.items() if word in re.sub(CODE, "", text)]
    assert said == []


def test_both_statements_name_the_same_code_files_and_commands():
    english, korean = (set(re.findall(r"`[^`\n]+`", statement(name))) for name in ("statement.md", "statement.ko.md"))
    assert english == korean


@pytest.mark.parametrize("name", ["README.md", "README.ko.md"])
def test_teachers_readme_has_its_commands_and_links_to_files(name):
    folder = ROOT / "assignment"
    text = (folder / name).read_text(encoding="utf-8")
    assert re.findall(r"^    python -m assignment\.(\w+)", text, re.MULTILINE) == [
        "handout", "grade", "grade", "questions", "questions"]
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


def test_brief_text_has_the_first_sentence_of_each_docstring():
    long = SOURCE.replace("Module.", "Module.\n\nMore.").replace("Doubles.", "Doubles\n        x. Or\n        more.")
    assert brief(long) == SOURCE.replace("Doubles.", "Doubles\n        x.") and brief(SOURCE) == SOURCE


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
                   'class A:\n    x = used\n    y = b.helper\n\n    def get(self):\n        return self.x, self.y\n\n'
                   '    # nobody calls it\n    def lost(self):\n        return unused\n\n\n'
                   "# of B\nclass B:\n    z = unused\n\n\na, b2 = A(), B()\n",
        "nn/b.py": "def helper():\n    pass\n\n\nclass C:\n    pass\n",
        "nn/c.py": "used = 1\nunused = 2\n",
        "nn/d.py": "nobody = 'wants me'\n",
    }
    assert travelling(files.get, {"nn.a": ("A", "a")}, called=["get"]) == {
        "nn/__init__.py": 'from nn.a import A\n\n__all__ = ["A"]\n',
        "nn/a.py": '"""About A."""\nimport numpy as np\n\nfrom nn import b\nfrom nn.c import used\n\n\n# of A\n'
                   'class A:\n    x = used\n    y = b.helper\n\n    def get(self):\n        return self.x, self.y\n\n\n'
                   'a = A()\n',
        "nn/b.py": "def helper():\n    pass\n",
        "nn/c.py": "used = 1\n",
    }


def test_methods_travel_when_what_travels_calls_them_and_folders_within_a_package_need_no_page():
    files = {
        "nn/__init__.py": '"""The network."""\n',
        "nn/ops/__init__.py": '"""Operations."""\n',
        "nn/ops/sums.py": "class Sum:\n    def first(self):\n        return hasattr(self, 'second')\n\n"
                          "    def second(self):\n        return self.third()\n\n    def third(self):\n        pass\n\n"
                          "    def fourth(self):\n        pass\n\n    alias = fourth\n\n    def __repr__(self):\n"
                          "        return ''\n",
    }
    found = travelling(files.get, {"nn.ops.sums": ("Sum",)}, called=["first"])
    assert set(found) == {"nn/__init__.py", "nn/ops/sums.py"}
    assert re.findall(r"def (\w+)", found["nn/ops/sums.py"]) == ["first", "second", "third", "__repr__"]
    assert "fourth" in travelling(files.get, {"nn.ops.sums": ("Sum",)}, called=["alias"])["nn/ops/sums.py"]
