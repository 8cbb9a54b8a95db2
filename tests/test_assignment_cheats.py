"""Tricks that want points for nothing get none, in namespaces and without; what searches the machine, in namespaces."""
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from assignment.grading.data import write_public_copy
from assignment.grading.grader import Answer, Conditions, grade
from assignment.grading.project import handed_out
from assignment.judging import isolation, packages
from assignment.judging.criteria import SECONDS
from assignment.judging.process import Ended, Process
from assignment.problems import PROBLEMS
from tests.assignment_answers import with_definitions
from tests.assignment_graded import graded, public_data, text_of
from tests.assignment_variants import CONV, LAST, mine

pytestmark = pytest.mark.slow
MODES = [pytest.param(False, id="without"), pytest.param(True, id="isolated")]
POSIX = pytest.mark.skipif(os.name != "posix", reason="needs POSIX")


@pytest.fixture(params=MODES)
def isolated(request):
    if request.param and not isolation.is_possible():
        pytest.skip("this machine has no namespaces for users")
    return request.param


@pytest.fixture
def namespaces():
    if not isolation.is_possible():
        pytest.skip("this machine has no namespaces for users")


def opened(number, snippet, **more):
    """path -> bytes of the hand-out as it is, with definitions in problem `number`'s file, and more files."""
    files = {path: text.encode() for path, text in handed_out().items()}
    path = PROBLEMS[number].file
    return {**files, path: with_definitions(handed_out()[path], snippet).encode(),
            **{path: text.encode() for path, text in more.items()}}


def relu(body):
    """ReLU whose two methods have this body."""
    body = "".join(f"        {line}\n" for line in body.splitlines())
    return opened(2, f"class ReLU:\n    def compute(self, x):\n{body}\n    def deriv(self, x):\n{body}")


def test_hand_out_has_no_solution_on_its_path(isolated):
    for body in ("from nn.ops.elementwise import maximum\nreturn maximum(x, 0)",
                 "from assignment.handout import answers\nreturn x", "import textbook.optimizer\nreturn x",
                 "from nn.ops.elementwise import heaviside\nreturn heaviside(x)"):
        grade = graded(relu(body), 2, isolated=isolated)
        assert grade.points == 0 and ("ImportError" in text_of(grade) or "ModuleNotFoundError" in text_of(grade))
    pooling = ("class MaxPooling:\n    def forward(self, inputs):\n        from nn.ops.pooling import max_pooling\n"
               "    def backward(self, layer_err):\n        pass\n")
    assert graded(opened(6, pooling), 6, isolated=isolated).points == 0


def test_an_answer_that_imports_itself_is_no_answer(isolated):
    files = {path: text.encode() for path, text in handed_out().items()}
    for number, name in ((2, "activation import ReLU"), (3, "optimizer import AdamOptimizer"),
                         (6, "maxpooling import MaxPooling")):
        files[PROBLEMS[number].file] = f"from nn.{name}\n".encode()
        assert graded(files, number, isolated=isolated).points == 0


SEARCH = """import os
found = []
for top, folders, names in os.walk("/"):
    if top.startswith(("/sys", "/proc")):
        folders[:] = []
    for name in names:
        if name in ("pooling.py", "answers.py", "relu.py", "build.py", "mnist_test.py", "t10k-labels-idx1-ubyte.gz"):
            try:
                text = open(os.path.join(top, name), errors="replace").read(10 ** 6)
            except OSError:
                continue
            if "def max_pooling" in text or "np.maximum(x, 0.0)" in text or name.startswith("t10k"):
                found.append(os.path.join(top, name))
raise RuntimeError(f"found {found}")"""


def test_solution_is_nowhere_on_the_disk(namespaces):
    grade = graded(relu(SEARCH), 2, isolated=True)
    assert grade.points == 0 and "RuntimeError: found []" in text_of(grade)


def test_nothing_of_the_machine_is_to_be_seen(namespaces):
    home = Path(__file__).resolve().parents[1]
    grade = graded(relu(f"""import os, sys, socket
seen = [path for path in ({str(home)!r}, "/proc/1", "/root/.ssh", "/home") if os.path.exists(path)]
try:
    socket.create_connection(("1.1.1.1", 53), 1)
    seen.append("network")
except OSError:
    pass
words = [word for word in (*sys.argv, *os.environ.values()) if {str(home)!r} in word]
raise RuntimeError(f"saw {{seen}} {{words}} {{os.getpid() < 9}}")"""), 2, isolated=True)
    assert "saw [] [] True" in text_of(grade)


OTHERS = """import importlib, sys
for name in ("numpy.linalg", "matplotlib.pyplot", "mpl_toolkits", "PIL.Image", "pylab"):
    importlib.import_module(name)
found = []
for name in ("pytest", "_pytest", "pluggy", "pip", "ruff", "setuptools", "textbook"):
    try:
        importlib.import_module(name)
        found.append(name)
    except ModuleNotFoundError:
        pass
raise RuntimeError(f"found {found}")"""


def test_no_package_can_be_imported_but_numpy_and_matplotlib(isolated):
    assert "RuntimeError: found []" in text_of(graded(relu(OTHERS), 2, isolated=isolated))


def test_no_other_package_lies_where_packages_are_installed(namespaces):
    """Nor in the interpreter's own folder for them."""
    body = """import glob, os, sys
folders = [*sys.path, os.path.dirname(os.__file__) + "/site-packages", *glob.glob("/usr/*/python3*/*-packages")]
found = [name for folder in folders if os.path.isdir(folder) for name in os.listdir(folder)
         if name in ("pytest", "_pytest", "pip", "setuptools", "threadpoolctl.py", "textbook")]
raise RuntimeError(f"found {found}")"""
    assert "RuntimeError: found []" in text_of(graded(relu(body), 2, isolated=True))


def test_module_of_ones_own_may_be_called_like_a_package_that_is_missing(isolated):
    files = relu("import pluggy\nreturn pluggy.f(x)")
    files["pluggy.py"] = b"import numpy as np\n\n\ndef f(x):\n    return np.maximum(x, 0)\n"
    assert graded(files, 2, isolated=isolated).points == 7


def test_this_project_as_an_installed_package_is_hidden(namespaces, tmp_path, monkeypatch):
    (tmp_path / "site-packages" / "textbook").mkdir(parents=True)
    (tmp_path / "site-packages" / "textbook" / "pooling.py").write_text("solution = 1")
    (tmp_path / "site-packages" / "mnist_test.py").write_text("solution = 1")
    folders = packages.folders()
    monkeypatch.setattr(packages, "folders", lambda: [*folders, str(tmp_path / "site-packages")])
    grade = graded(relu(f"""import os, mnist_test
found = os.listdir({str(tmp_path / "site-packages")!r})
raise RuntimeError(f"found {{found}} {{hasattr(mnist_test, 'solution')}}")"""), 2, isolated=True)
    assert "found [] False" in text_of(grade)


def test_interpreter_and_data_cannot_be_written(namespaces):
    grade = graded(relu("""import os, numpy
tried = []
for path in (numpy.__file__, os.__file__, "/lib/evil", "/usr/lib/evil"):
    try:
        open(path, "a").close()
        tried.append(path)
    except OSError:
        pass
raise RuntimeError(f"wrote {tried}")"""), 2, isolated=True)
    assert "wrote []" in text_of(grade)


FRAMES = """import gc, sys
frame, seen = sys._getframe(1), []
while frame is not None:
    seen += list(frame.f_locals.values()) + list(frame.f_globals.values())
    frame = frame.f_back
seen += [one for holder in gc.get_objects() for one in (holder if isinstance(holder, (list, tuple)) else
         holder.values() if isinstance(holder, dict) else [])]
found = [one for one in seen if isinstance(one, np.ndarray) and one.shape == x.shape and one.dtype == float
         and not np.array_equal(one, x)]
raise RuntimeError(f"found {len(found)}")"""


def test_memory_holds_no_expected_value_and_no_later_input(isolated):
    """Any array of x's shape that is not x would do."""
    first, second, *_ = text_of(graded(relu(FRAMES), 2, isolated=isolated)).split("\n")
    assert "found 0" in first and "found 0" in second


FORGED = """import json, os, struct
text = json.dumps({"head": {"token": "%s", "values": 1, "printed": 0}, "arrays": [["<f8", [2, 3]]]}).encode()
for number in range(3, 40):
    try:
        os.write(number, (struct.pack(">I", len(text)) + text + np.maximum(x, 0).tobytes()) * 40)
    except OSError:
        pass
os._exit(0)"""


def test_prepared_results_and_an_early_exit_gain_nothing(isolated):
    for body in ("import os\nos._exit(0)", FORGED % "guessed"):
        grade = graded(relu(body), 2, isolated=isolated)
        assert grade.points == 0, text_of(grade)


def test_surplus_message_is_a_failed_call(isolated):
    """A right answer that writes a message of its own after the last call's: of this call nobody knows what it gave."""
    body = FORGED.replace("os._exit(0)", "return np.maximum(x, 0)") % "guessed"
    grade = graded(relu(body), 2, isolated=isolated)
    assert grade.points == 0 and "messages of its own" in text_of(grade)


def test_large_results_are_refused_before_they_are_read(isolated):
    import resource

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    huge = FORGED.replace("[2, 3]", "[2 ** 27]".replace("2 ** 27", str(2 ** 27))) % "guessed"
    for body, words in ((huge, "arrays of 134217728 numbers"), ("return np.zeros(2 ** 27)", "of 134217728 numbers")):
        grade = graded(relu(body), 2, isolated=isolated)
        assert grade.points == 0 and words in text_of(grade), text_of(grade)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 2 ** 18  # kB: 256 MB


SPOIL = """import os
import numpy as np
for name in os.listdir("data"):
    try:
        with open("data/" + name, "r+b") as file:
            file.seek(8)
            file.write(b"\\x01" * 1000)
    except OSError:
        pass


def """


def test_data_is_the_same_for_the_next_one(isolated, tmp_path):
    """An answer overwrites what it can of its data; the folder that all answers' data comes from stays as it is."""
    write_public_copy(tmp_path / "data")
    before = {file.name: file.read_bytes() for file in (tmp_path / "data").iterdir()}
    files = opened(4, "def helper():\n    pass\n")
    files["mnist_test.py"] = files["mnist_test.py"].replace(b"import argparse\n", b"import argparse\nimport spoil\n")
    files["spoil.py"] = (SPOIL + "nothing():\n    pass\n").encode()
    grade(Answer(files, 4), Conditions(1, tmp_path / "data", None, isolated))
    assert {file.name: file.read_bytes() for file in (tmp_path / "data").iterdir()} == before


def test_data_has_no_labels_but_those_to_train_on():
    labels = (public_data() / "train-labels-idx1-ubyte").read_bytes()[8:]
    assert set(labels[:50000]) == set(range(10)) and set(labels[50000:]) == {0} and len(labels) == 60000
    assert set((public_data() / "t10k-labels-idx1-ubyte").read_bytes()[8:]) == {0}


def test_what_an_answer_writes_down_is_gone_for_the_next(namespaces):
    """Problem 5's process has our pooling on its path; what it copies elsewhere is not there in problem 6's."""
    body = """import os
seen = []
for place in ("/tmp/kept", "/dev/shm/kept", "/dev/kept", "/project/kept", "/kept", "/runner/kept", "/var/tmp/kept"):
    if os.path.exists(place):
        seen.append(place)
    try:
        open(place, "w").close()
    except OSError:
        pass
kept = os.path.exists("/tmp/kept")
raise RuntimeError(f"saw {seen}, wrote {kept}")"""
    for _ in range(2):
        assert "saw [], wrote True" in text_of(graded(relu(body), 2, isolated=True)).split("\n")[0]


LAYER = """class Claimed(AbstractLayer):
    def __init__(self):
        self.w = np.random.normal(size=(5, 5, 1, 8))
        self.activation = relu
        self.inside = [{inside}]

    def forward(self, inputs):
        return {outputs}

    def get_activation_grad(self, z, upstream_gradient):
        return upstream_gradient

    def backward(self, layer_err):
        return layer_err

    def get_weight_grad(self, inputs, layer_err):
        return {{"w": np.ones_like(self.w)}}

    def update(self, grad, lr):
        self.w = self.w + 0.1


"""
DENSE = ("Flatten((28, 28, 1)), "
         "FullyConnected((784, 30), activation=sigmoid, optimizer=AdamOptimizer(), weight_init=he), ")


@pytest.mark.parametrize("outputs, inside", [
    ("inputs, inputs", ""), ("inputs, inputs", CONV.format("relu")), ("np.maximum(inputs, -9), inputs * 1", ""),
    ("inputs, np.abs(inputs)", ""), ("inputs, np.tanh(inputs)", "")])
def test_layer_that_only_claims_to_be_relu_or_a_convolution_is_neither(outputs, inside, isolated):
    files = mine(f"Claimed(), {DENSE}{LAST.format(30)}", LAYER.format(outputs=outputs, inside=inside))
    grade = graded(files, 5, isolated=isolated)
    assert "no layer is a convolution" in text_of(grade) and "no layer has ReLU" in text_of(grade), text_of(grade)
    assert grade.points <= 20 - 3 - 3 - 1


def test_layer_of_a_module_in_nn_is_none_of_the_hand_outs(isolated):
    """It is called Conv, and has ReLU for its activation, which it does not use."""
    files = mine(f"claimed.Conv(), {DENSE}{LAST.format(30)}", "from nn import claimed\n\n\n")
    claimed = LAYER.format(outputs="inputs, inputs", inside="").replace("class Claimed", "class Conv")
    head = "import numpy as np\nfrom nn.layer import AbstractLayer\nfrom nn.activation import relu\n\n\n"
    grade = graded({**files, "nn/claimed.py": (head + claimed).encode()}, 5, isolated=isolated)
    assert "no layer is a convolution" in text_of(grade) and "no layer has ReLU" in text_of(grade), text_of(grade)


WRAP = LAYER.format(outputs="inputs, self.through(inputs)", inside="").replace("class Claimed", "class Wrap").replace(
    "def __init__(self):", """def through(self, x):
        for layer in self.held:
            x = layer.forward(x)[1]
        return x

    def __init__(self, held):
        self.held = held""")


@pytest.mark.parametrize("body, words", [
    ("    given = assignment(relu, AdamOptimizer())\n    return [Wrap(given[:2]), Wrap(given[2:])]\n", "`assignment`"),
    ("    return mlp(relu, AdamOptimizer())\n", "the three-layer MLP as it was handed out"),
    ("    return assignment(relu, AdamOptimizer())\n", "`assignment` as it was handed out"),
    ("    given = assignment(relu, AdamOptimizer())\n    return [*given[:2], Same(), *given[2:]]\n", "`assignment`"),
    (f"    return Network([{CONV.format('relu')}, MaxPooling(2), {LAST.format(1152)}], 0.001, cross_entropy)\n",
     "a Network is no layer"),
    (f"    return [Network([{CONV.format('relu')}, MaxPooling(2), {LAST.format(1152)}], 0.001, cross_entropy)]\n",
     "a Network is no layer"),
    ("    raise NotImplementedError\n", "NotImplementedError")])
def test_network_that_is_not_ones_own_gets_nothing(body, words, isolated):
    same = LAYER.format(outputs="inputs, inputs", inside="").replace("class Claimed", "class Same")
    grade = graded(mine(None, same + WRAP, body), 5, isolated=isolated)
    assert grade.points == 0 and words in text_of(grade), text_of(grade)


def test_another_function_than_mine_gets_nothing(isolated):
    files = mine(f"{CONV.format('relu')}, MaxPooling(2), {LAST.format(1152)}")
    files["mnist_test.py"] = files["mnist_test.py"].replace(b"def mine(", b"def other(").replace(
        b'"mine": lambda: Network(mine()', b'"mine": lambda: Network(other()')
    grade = graded(files, 5, isolated=isolated)
    assert grade.points == 0 and "must call mine()" in text_of(grade)


SLOW = """class Slow(WeightlessLayer):
    def forward(self, inputs):
        for _ in range(10 ** 9 * (len(inputs) > 9)):
            pass
        return inputs, inputs

    def backward(self, layer_err):
        return layer_err


"""


@POSIX
def test_larger_network_is_stopped_after_its_processor_time(isolated, monkeypatch):
    """The layer works fast until it is trained: on 50 images it loops."""
    from assignment.judging import training

    monkeypatch.setattr(training, "PROCESSOR_SECONDS", 2)
    monkeypatch.setitem(SECONDS, 5, 50)
    slow = "from nn.layer import WeightlessLayer\n\n\n" + SLOW
    files = mine(f"Slow(), {CONV.format('relu')}, MaxPooling(2), {LAST.format(1152)}", slow)
    start = time.perf_counter()
    grade = graded(files, 5, isolated=isolated)
    assert grade.points == 20 - 5 - 1 and "used up its processor time" in text_of(grade), text_of(grade)
    assert time.perf_counter() - start < 60


RUNS_ON = """import os, time
if os.fork() == 0:
    os.setsid()
    time.sleep({seconds})
    os._exit(0)
return np.maximum(x, 0)"""


def running(mark):
    """The processes of runners that have `mark` among their arguments."""
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            command = Path(f"/proc/{pid}/cmdline").read_bytes()
        except OSError:
            continue
        if b"answer_runner" in command and str(mark).encode() in command:
            found.append(int(pid))
    return found


def until(condition, seconds):
    deadline = time.perf_counter() + seconds
    while not condition() and time.perf_counter() < deadline:
        time.sleep(0.1)
    return condition()


def test_process_of_a_session_of_its_own_ends_with_the_namespace(namespaces, tmp_path, monkeypatch):
    folders = packages.folders()
    monkeypatch.setattr(packages, "folders", lambda: [*folders, str(tmp_path)])
    graded(relu(RUNS_ON.format(seconds=300)), 2, isolated=True)
    assert until(lambda: running(tmp_path) == [], 10)


UNMOURNED = "import ctypes\\nctypes.CDLL(None).prctl(1, 0)\\nwhile True: pass"  # the system does not end it any more


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks at Linux's processes")
@pytest.mark.parametrize("body", ["while True: pass", "pow(3, 10 ** 9)", UNMOURNED], ids=["loop", "deaf", "unmourned"])
def test_nothing_runs_on_when_the_grader_is_killed(body, isolated, tmp_path):
    """What hears the pipe's end no more is ended by the system, and the other way round."""
    program = f"""from assignment.judging import packages
from tests.assignment_graded import graded
from tests.test_assignment_cheats import relu
folders = packages.folders()
packages.folders = lambda: [*folders, {str(tmp_path)!r}]
graded(relu("{body}"), 2, isolated={isolated})"""
    grader = subprocess.Popen([sys.executable, "-c", program], cwd=Path(__file__).resolve().parents[1])
    assert until(lambda: running(tmp_path), 60)
    time.sleep(1)
    grader.send_signal(signal.SIGKILL)
    grader.wait()
    assert until(lambda: running(tmp_path) == [], 60)


def test_process_that_says_nothing_has_ended(isolated):
    with pytest.raises(Ended, match="no answer within 2 seconds"):
        with Process({"nn/__init__.py": b""}, 2, isolated=isolated) as process:
            process.ask("case", make=["time", "sleep"], settings=[9], objects=1)


def test_isolation_none_is_said_once(monkeypatch, capsys, tmp_path):
    from assignment.grading import command, whole_class

    monkeypatch.setattr(isolation, "is_possible", lambda: False)
    monkeypatch.setattr(whole_class, "conditions", lambda seed, folder: Conditions(seed))
    (tmp_path / "class").mkdir()
    command.main([str(tmp_path / "class")])
    assert capsys.readouterr().out.count("isolation: none") == 1
