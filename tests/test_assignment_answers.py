"""An answer runs beside nothing of ours, whatever it does: one line says what, and costs its own points."""
import json
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from assignment.grading import command, grader
from assignment.grading.grader import Grade
from assignment.judging import process
from assignment.judging.criteria import CRITERIA
from assignment.problems import GRADED, PROBLEMS
from tests.assignment_answers import ADAM, LOOPS, RELU, solved, with_code
from tests.assignment_graded import graded
from tests.assignment_mistakes import ANSWERS, MISTAKES, with_answer
from tests.assignment_variants import CONV, HIDDEN, LAST, mine
from tests.test_assignment_grade import hand_in, opened, rows


def with_compute(body):
    """A right ReLU that does something else first."""
    return with_answer(2, [("return np.maximum(x, 0)", f"{body}\n        return np.maximum(x, 0)")])


HOSTILE = {
    "an endless loop": ("while True: pass", "no answer within"),
    "sys.exit": ("import sys; sys.exit(0)", "SystemExit: 0 (it ends the program)"),
    "os._exit": ("import os; os._exit(0)", "ended the program before all was tried"),
    "a crash": ("import os; os.abort()", "exit status -6"),
    "10 GB": ("np.ones(10 * 2 ** 27)", "MemoryError"),
    "a killed parent": ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "exit status -9"),
    "an error of the system": ("raise OSError('mine')", "OSError: mine"),
    "an error": ("return x.nothing", "AttributeError"),
    "no array": ("return 'max'", "expected an array of numbers to be returned, got str"),
    "a large array": ("return np.zeros(2 ** 21)", "of 2097152 numbers"),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("isolated", [False, True])
def test_hostile_answer_is_one_line_and_costs_its_own_points(name, isolated, monkeypatch):
    monkeypatch.setitem(grader.SECONDS, 2, 5 if name == "an endless loop" else 60)
    body, words = HOSTILE[name]
    start = time.perf_counter()
    grade = graded(with_compute(body), 2, isolated=isolated)
    assert grade.points <= 6 and time.perf_counter() - start < 60
    assert all("\n" not in line for _, line in grade.losses) and words in grade.losses[0][1], grade.losses


@pytest.mark.slow
@pytest.mark.parametrize("content, words", [
    (b"def (", "SyntaxError: invalid syntax"), (b"", "still to be written"), (b"\xff\xfe", "SyntaxError"),
    (b"# -*- coding: no -*-\n", "SyntaxError"), (b"\0", "SyntaxError"),
    (b"class ReLU: pass", "has no attribute"),
    (b"import nowhere\n\nclass ReLU(nowhere.A): pass", "No module named 'nowhere' (nn/activation.py, line 1)"),
    (b"class ReLU:\n    raise SystemExit", "SystemExit"), (b"class ReLU:\n    while True: pass", "within 5 seconds")])
def test_file_that_cannot_be_imported_is_one_line(content, words, monkeypatch):
    monkeypatch.setitem(grader.SECONDS, 2, 5 if b"while" in content else 60)
    grade = graded({**solved(), "nn/activation.py": content}, 2)
    assert grade.points == 0 and words in grade.losses[0][1]


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks at Linux's processes")
def test_answer_that_a_stop_kills_has_no_grade():
    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(graded, with_compute("import time; time.sleep(60)"), 2, isolated=False)
        while not process._running:
            time.sleep(0.05)
        process.stop()
        with pytest.raises(process.Stopped):
            future.result()


def test_processes_that_an_answer_leaves_behind_are_killed(tmp_path):
    body = ("import subprocess\n        sleeper = subprocess.Popen(['sleep', '60'])\n        "
            f"open({str(tmp_path / 'pids')!r}, 'a').write(f'{{sleeper.pid}} ')")
    assert graded(with_compute(body), 2, isolated=False).points == 10
    pids = (tmp_path / "pids").read_text().split()
    assert pids and [pid for pid in pids if is_running(int(pid))] == []


def is_running(pid):
    """Killed processes may stay as zombies until their parent, or init, has looked at them."""
    stat = Path(f"/proc/{pid}/stat")
    return stat.exists() and stat.read_text().rsplit(")", 1)[1].split()[0] != "Z"


def test_missing_file_is_one_line():
    assert graded({}, 6) == Grade(0, [(30, "nn/maxpooling.py is missing")])


def test_ten_thousand_prints_cost_what_printing_costs():
    files = with_answer(6, [("return out, out", "print('no' * 10000)\n        return out, out")])
    grade = graded(files, 6)
    assert grade.points == 29 and "it printed 20001 characters" in grade.losses[0][1]


def test_changed_given_files_change_nothing_and_added_ones_come_along():
    files = with_answer(2, [("return np.maximum(x, 0)", "from mine import answer\n        return answer(x)")])
    files.update({"mine.py": b"import numpy as np\nfrom nn.deeper import zero\n"
                             b"def answer(x): return np.maximum(x, zero)",
                  "nn/deeper.py": b"zero = 0", "nn/loss.py": b"broken (", "mnist_loader.py": b"broken (",
                  "nn/layer.py": b"raise SystemExit", "tests/test_problem2.py": b"raise SystemExit"})
    assert graded(files, 2).points == 10


@pytest.mark.parametrize("root", ["np.sqrt(v_hat) + self.eps", "np.sqrt(v_hat + self.eps)"])
def test_epsilon_may_stand_inside_or_outside_the_root(root):
    assert graded(with_answer(3, [("np.sqrt(v_hat) + self.eps", root)]), 3).points == 10


@pytest.mark.slow
def test_another_seed_draws_other_inputs_and_the_same_seed_the_same():
    wrong = with_answer(2, [("x > 0", "x >= 0")])
    first, again, other = (graded(wrong, 2, seed) for seed in (1, 1, 2))
    assert first == again and first.losses[0][1] != other.losses[0][1]


@pytest.mark.slow
@pytest.mark.parametrize("start", [
    "images = load_data('./data/mnist.pkl.gz')\nlayers = assignment(relu, AdamOptimizer())\n"
    "net = Network(layers, lr=1, loss=cross_entropy)\nnet.train_step(1 / 0)",
    "import sys\nif sys.argv[1:]: sys.exit('no options here')\nclass Mine(Network): pass\n"
    "Mine(assignment(relu, AdamOptimizer()), 1, loss=cross_entropy)"])
def test_first_network_is_taken_wherever_it_is_built(start):
    source = with_answer(4)["mnist_test.py"].decode().replace("    main()", "    pass") + "\n" + start
    assert graded({"mnist_test.py": source.encode()}, 4).points == 10


@pytest.mark.slow
@pytest.mark.parametrize("start", ["", "1 / 0"])
def test_function_is_tried_alone_where_the_script_builds_no_network(start):
    source = with_answer(4)["mnist_test.py"].decode().replace("    main()", "    pass") + "\n" + start
    assert graded({"mnist_test.py": source.encode()}, 4).points == 10


@pytest.mark.slow
@pytest.mark.parametrize("start, words", [
    ("Network(mlp(sigmoid, SGDOptimizer()), 0.1, cross_entropy)", "the three-layer MLP as it was handed out"),
    ("Network([], 0.1, cross_entropy)", "the network has no weights")])
def test_script_without_a_network_for_the_problem_gets_no_points(start, words):
    source = with_answer(4)["mnist_test.py"].decode().replace("    main()", "    pass") + "\n" + start
    grade = graded({"mnist_test.py": source.encode()}, 4)
    assert grade.points == 0 and words in grade.losses[0][1]


@pytest.mark.slow
@pytest.mark.parametrize("body, points, words", [
    ("while True: pass", 0, "no answer within 20 seconds"), ("raise SystemExit", 10, "SystemExit"),
    ("return inputs, inputs * (len(inputs) == 2)", 12, "expected over 80 %")])
def test_network_that_fails_keeps_the_points_of_its_parts(body, points, words, monkeypatch):
    monkeypatch.setitem(grader.SECONDS, 5, 20 if "while" in body else 300)
    own = (f"class Own(WeightlessLayer):\n    def forward(self, inputs):\n        {body}\n\n"
           "    def backward(self, layer_err):\n        return layer_err\n\n\ndef mine(")
    files = with_answer(5, [("def mine(", f"from nn.layer import WeightlessLayer\n\n\n{own}"),
                            ("        Conv((5, 5, 1, 16)", "        Own(),\n        Conv((5, 5, 1, 16)")])
    grade = graded(files, 5)
    assert words in "".join(line for _, line in grade.losses)
    assert points <= grade.points <= points + 3, grade


FALLS = """class Falls(AbstractLayer):
    def forward(self, inputs):
        raise ValueError("no")

    get_activation_grad = backward = get_weight_grad = update = None


"""


@pytest.mark.slow
@pytest.mark.parametrize("layers, points", [
    (f"{CONV.replace('5, 1, 8', '5, 3, 8').format('relu')}, MaxPooling(2), {LAST.format(1152)}", 10),
    (f"Falls(), {CONV.format('relu')}, MaxPooling(2), {LAST.format(1152)}", 10),
    (f"[{CONV.format('relu')}, MaxPooling(2)], {LAST.format(1152)}", 10),
    (f"Falls(), {HIDDEN}, {LAST.format(30)}", 8), (f"{CONV.format('relu')}, {LAST.format(1152)}", 12),
    (f"{CONV.format('relu')}, MaxPooling(2), {LAST.format(1152).replace('10)', '11)')}", 13),
    (f"{CONV.format('relu')}, Falls(), {LAST.format(1152)}", 12),
    ("Falls()", 0), (f"Falls(), {LAST.format(784)}", 0), ("3, [[]]", 0), ("[], []", 0), ("", 0)])
def test_layers_that_do_not_fit_cost_that_and_half_of_what_could_not_be_tried(layers, points):
    grade = graded(mine(layers, FALLS), 5)
    assert grade.points == points, grade


@pytest.mark.slow
def test_untouched_hand_out_gets_nothing():
    points = {number: graded(opened(), number).points for number in GRADED}
    assert points == dict.fromkeys(GRADED, 0)


@pytest.mark.slow
@pytest.mark.parametrize("charged, old, new", [
    (5, "    return [\n        Conv((5, 5, 1, 16), activation", "    return [\n        Conv((5, 5, 1 16), activation"),
    (4, "        Conv((6, 6, 16, 32), strides=2", "        Conv((6, 6, 16 32), strides=2"),
    (5, '"mine": lambda: Network(mine(), lr', '"mine": Network(1 / 0, lr'),
    (5, "def mine():", "def mine():\n    raise ValueError('no')\n\n\nNET = mine()\n\n\ndef mine_no():")])
def test_mistake_in_one_function_of_the_script_costs_only_its_own_problem(charged, old, new):
    text = solved()["mnist_test.py"].decode()
    assert old in text
    files = solved("mnist_test.py", text.replace(old, new))
    points = {number: graded(files, number).points for number in (4, 5)}
    assert points == {9 - charged: PROBLEMS[9 - charged].points, charged: 0}


@pytest.mark.slow
@pytest.mark.parametrize("number, snippet", [
    (2, RELU.replace("return ", "return 0 * ")), (3, ADAM.replace("return ", "return 0 * ")),
    (6, LOOPS.replace("window.max(axis=(1, 2))", "0").replace("] += layer_err", "] += 0 * layer_err"))])
def test_zeros_get_nothing(number, snippet):
    assert graded(with_code(number, snippet), number).points == 0


@pytest.mark.slow
def test_class_of_twenty(tmp_path, monkeypatch):
    """Right, wrong, slow, hostile, and as platforms and students name and pack them; the log is printed with -s."""
    monkeypatch.setitem(grader.SECONDS, 2, 10)
    right, students = solved(), []

    def add(name, files, **more):
        students.append(name)
        hand_in(tmp_path, 20201200 + len(students), name, files, **more)

    def without(path):
        return {name: content for name, content in right.items() if name != path}

    def broken(name, raw):
        students.append(name)
        (tmp_path / f"코드_{20201200 + len(students)}_{name}.zip").write_bytes(raw)

    add("정답", right)
    add("그대로", opened(), inside="")
    add("느림", {**with_answer(6), "__MACOSX/._x.py": b"\0"}, inside="과제/코드/")
    add("복사", with_answer(6, [("window", "area"), ("cached", "kept")]))
    for name, line in zip(("제자리", "학습률", "그림", "크기", "위치", "동점", "출력"), (0, 9, 20, 25, 32, 38, 41)):
        number, _, changes, _ = MISTAKES[line]
        add(name, with_answer(number, changes))
    add("무한", with_compute("while True: pass"))
    add("종료", with_compute("import sys; sys.exit()"))
    add("메모리", with_compute("np.ones(10 * 2 ** 27)"))
    add("문법", {**right, "nn/optimizer.py": b"def update(self, dx, lr) return lr"})
    add("누락", without("nn/maxpooling.py"))
    add("경로", {**right, "../../../evil.py": b"raise SystemExit"}, inside="")
    add("폭탄", {**right, "bomb.py": b"#" * (64 * 2 ** 20)})
    broken("깨짐", (tmp_path / "코드_20201201_정답.zip").read_bytes()[:5000])
    broken("웹", b"<html>not found</html>")
    hand_in(tmp_path, 20201201, "정답 (1)", right)
    start = time.perf_counter()
    command.main([str(tmp_path), "--csv", str(tmp_path / "grades.csv"), "--seed", "3"])
    print(f"class of {len(students)}: {time.perf_counter() - start:.0f} s")
    table = {row["name"]: row for row in rows(tmp_path / "grades.csv")}
    lost = {name: {number: PROBLEMS[number].points - int(table[name][f"problem {number}"]) for number in GRADED}
            for name in students}
    assert {name: sorted(number for number in GRADED if lost[name][number]) for name in students} == {
        "정답": [], "그대로": list(GRADED), "느림": [], "복사": [], "제자리": [2], "학습률": [3], "그림": [4],
        "크기": [5], "위치": [6], "동점": [6], "출력": [6], "무한": [2], "종료": [2], "메모리": [2], "문법": [3],
        "누락": [6], "경로": [], "폭탄": [], "깨짐": list(GRADED), "웹": list(GRADED)}
    assert len(students) == len(table) == 20 and "20201204 복사 100%" in table["느림"]["same problem 6 as"]
    assert "handed in 2 times" in table["정답"]["remarks"] and "leads out" in table["경로"]["remarks"]
    assert json.dumps(lost["웹"]) == json.dumps({number: PROBLEMS[number].points for number in GRADED})
    assert sum(one.points for number in ANSWERS for one in CRITERIA[number]) == 50
