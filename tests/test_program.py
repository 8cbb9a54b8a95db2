"""A program's weights, picture and accuracy survive any output, any missing screen, and each other's failure."""
import io
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import mnist_test
from nn.network import Network
from tests.test_mnist_loader import idx, small_data
from training.loop import History
from training.program import SIGNALS, TERMINATIONS, as_program, finish

unix_only = pytest.mark.skipif(os.name == "nt", reason="Windows has no such signals")
SCRIPT = Path(mnist_test.__file__).resolve()
SCREENS = ("DISPLAY", "WAYLAND_DISPLAY", "MPLBACKEND", "PYTHONIOENCODING", "PYTHONUTF8")


def tiny_mnist(folder, training=12, test=3):
    """Put a few training and test images into `folder`, as MNIST's files; return it."""
    for subset, n in ("train", training), ("t10k", test):
        images, labels = small_data(n)
        (folder / f"{subset}-images-idx3-ubyte").write_bytes(idx(images))
        (folder / f"{subset}-labels-idx1-ubyte").write_bytes(idx(labels))
    return folder


@pytest.fixture(scope="module")
def data_folder(tmp_path_factory):
    return tiny_mnist(tmp_path_factory.mktemp("data"))


def start(folder, data_folder, *options, environment=None, **more):
    """Start mnist_test.py in `folder`, on a few images and without a screen."""
    clean = {name: value for name, value in os.environ.items() if name not in SCREENS}
    command = [sys.executable, str(SCRIPT), "--network", "mlp", "--data", str(data_folder), "--save", "w.npz", *options]
    return subprocess.Popen(command, cwd=folder, env={**clean, **(environment or {})}, stderr=subprocess.PIPE,
                            **{"stdout": subprocess.PIPE, **more})


def assert_kept(folder):
    """The weights and the picture are there, whole, and nothing else is."""
    assert sorted(file.name for file in folder.iterdir()) == ["loss_curve.png", "w.npz"]
    assert (folder / "loss_curve.png").read_bytes().endswith(b"IEND\xaeB`\x82")
    experiment = mnist_test.EXPERIMENTS["mlp"]
    Network(experiment.layers(), experiment.lr, experiment.loss).load(folder / "w.npz")


# --- output

COURSES_LINES = ["#### 학습 종료 #####", "Calculate accuracy over all test set (시간 소요)"]


@pytest.mark.parametrize("encoding", ["cp1252", "cp437", "latin-1", "ascii", "gbk", "cp949", "utf-8", "utf-16"])
def test_courses_lines_are_printed_as_well_as_the_encoding_can(encoding, monkeypatch):
    written = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(written, encoding=encoding))
    monkeypatch.setattr(sys, "stderr", sys.stderr)
    as_program(lambda: print("\n".join(COURSES_LINES), flush=True))
    printed = written.getvalue().decode(encoding).splitlines()
    escaped = [line.encode("ascii", "backslashreplace").decode() for line in COURSES_LINES]
    assert printed == (COURSES_LINES if encoding in ("cp949", "utf-8", "utf-16") else escaped)


@pytest.mark.slow
def test_redirected_run_in_such_an_encoding_ends_well(tmp_path, data_folder):
    run = start(tmp_path, data_folder, environment={"PYTHONIOENCODING": "cp1252"})
    printed, errors = run.communicate()
    assert run.returncode == 0 and errors == b"" and b"Accuracy over all test set " in printed
    assert b"\n#### \\ud559\\uc2b5 \\uc885\\ub8cc #####" in printed
    assert_kept(tmp_path)


@pytest.mark.slow
@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="only Linux has a disk that is always full")
def test_full_disk_under_the_output_costs_nothing_but_the_output(tmp_path, data_folder):
    with open("/dev/full", "w") as full:
        run = start(tmp_path, data_folder, stdout=full)
        errors = run.communicate()[1]
    assert run.returncode == 1 and errors == b""
    assert_kept(tmp_path)


@pytest.mark.slow
def test_reader_of_the_output_that_goes_away_costs_nothing_but_the_output(tmp_path, data_folder):
    run = start(tmp_path, data_folder, "--epochs", "50")
    run.stdout.readline()
    run.stdout.close()  # as `| head -1` does
    errors = run.stderr.read()
    assert run.wait() == 1 and errors == b""
    assert_kept(tmp_path)


# --- screens

@pytest.mark.slow
@pytest.mark.parametrize("backend", [
    "module://matplotlib_inline.backend_inline", "nonsense", "module://missing", "webagg", "tkagg", "svg", ""])
def test_no_backend_for_screens_keeps_the_picture_from_its_file(backend, tmp_path, data_folder):
    code = ("import sys; sys.modules['tornado'] = None\n"  # a WebAgg that could work would wait for its window
            f"sys.argv[0] = {str(SCRIPT)!r}; import runpy; runpy.run_path(sys.argv[0], run_name='__main__')")
    clean = {name: value for name, value in os.environ.items() if name not in SCREENS}
    run = subprocess.run([sys.executable, "-c", code, "--network", "mlp", "--data", str(data_folder),
                          "--save", "w.npz"], cwd=tmp_path, env={**clean, "MPLBACKEND": backend, "PYTHONPATH":
                          str(SCRIPT.parent)}, capture_output=True)
    assert run.returncode == 0 and run.stderr == b""
    assert b"Accuracy over all test set " in run.stdout and b"Loss curve: loss_curve.png" in run.stdout
    assert_kept(tmp_path)


def test_missing_matplotlib_is_found_out_before_training(tmp_path, data_folder):
    (tmp_path / "matplotlib.py").write_text("raise ImportError('No module named matplotlib')")
    run = start(tmp_path, data_folder, environment={"PYTHONPATH": str(tmp_path)})
    printed, errors = run.communicate()
    assert run.returncode == 2 and printed == b""
    assert b"a picture needs matplotlib (No module named matplotlib): pip install -r requirements" in errors


# --- what stops and what fails

@pytest.mark.skipif(os.name == "nt", reason="Windows sends Ctrl-C in another way")
def test_ctrl_c_in_the_test_evaluation_costs_the_accuracy_alone(tmp_path, data_folder):
    slow = ("import time, training.command as command; real = command.evaluate\n"
            "def evaluate(net, X, Y):\n"
            "    if len(X) == 3: print('evaluating', flush=True); time.sleep(60)\n"  # the three test images
            "    return real(net, X, Y)\n"
            "command.evaluate = evaluate\n"
            "import mnist_test; from training.program import as_program; as_program(mnist_test.main)")
    run = subprocess.Popen([sys.executable, "-c", slow, "--network", "mlp", "--data", str(data_folder),
                            "--save", "w.npz"], cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                           env={**os.environ, "PYTHONPATH": str(SCRIPT.parent)})
    while run.stdout.readline() != b"evaluating\n":
        pass
    time.sleep(0.1)
    run.send_signal(signal.SIGINT)
    printed, errors = run.communicate()
    assert run.returncode == 1 and errors == b"" and b"Accuracy over" not in printed
    assert printed == b"\nStopped.\nLoss curve: loss_curve.png\n"
    assert_kept(tmp_path)


def read_until(run, words):
    while words not in (line := run.stdout.readline()):
        assert line, run.stderr.read()


@pytest.mark.slow
@unix_only
@pytest.mark.parametrize("number", TERMINATIONS)
def test_sigterm_and_sighup_do_what_ctrl_c_does(number, tmp_path, data_folder):
    run = start(tmp_path, data_folder, "--epochs", "100000", "--checkpoint", "c.npz")
    read_until(run, b"Iteration: 10,")
    run.send_signal(number)
    printed, errors = run.communicate(timeout=60)
    assert run.returncode == -number and errors == b"" and b"Accuracy over all test set " in printed
    assert (tmp_path / "c.npz").stat().st_size > 0
    (tmp_path / "c.npz").unlink()
    assert_kept(tmp_path)


@unix_only
@pytest.mark.parametrize("number", SIGNALS)
def test_hang_up_after_nohup_and_signals_that_are_ignored_stay_ignored(number, tmp_path):
    code = (f"import os, signal\nsignal.signal({int(number)}, signal.SIG_IGN)\n"
            "from training.program import Stop, as_program\n"
            "def main():\n    with Stop() as stop:\n"
            f"        os.kill(os.getpid(), {int(number)})\n        print(stop.asked, flush=True)\n"
            f"    os.kill(os.getpid(), {int(number)})\n    print('still here')\nas_program(main)")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=SCRIPT.parent)
    assert (done.returncode, done.stdout, done.stderr) == (0, "False\nstill here\n", "")


@pytest.mark.slow
@unix_only
@pytest.mark.parametrize("number, status", [(signal.SIGINT, 1), (signal.SIGTERM, -signal.SIGTERM)])
@pytest.mark.parametrize("where, options", [
    ("training.command.load_sets", []), ("training.command.print_sanity_check", ["--check"]),
    ("training.command.Trace", ["--trace"]), ("training.command.Summary", ["--summary"]),
    ("mnist_test.read_options", []), ("mnist_test.load_weights", [])])
def test_stopped_before_it_trains_it_ends_without_a_traceback(where, options, number, status, tmp_path, data_folder):
    module, name = where.rsplit(".", 1)
    code = (f"import sys, time, mnist_test, {module}\n"
            "def slow(*arguments):\n    print('here', flush=True); time.sleep(60)\n"
            f"{module}.{name} = slow\n"
            "if 'load_sets' == '" + name + "': mnist_test.load_sets = slow\n"
            "from training.program import as_program; as_program(mnist_test.main)")
    run = subprocess.Popen([sys.executable, "-c", code, "--network", "mlp", "--data", str(data_folder), *options],
                           cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                           env={**os.environ, "PYTHONPATH": str(SCRIPT.parent)})
    read_until(run, b"here")
    time.sleep(0.1)
    run.send_signal(number)
    printed, errors = run.communicate(timeout=60)
    assert (run.returncode, printed, errors) == (status, b"\nStopped.\n", b"")


@pytest.mark.slow
def test_first_lines_of_help_are_there_though_python_leaves_docstrings_out(tmp_path):
    for module in ("mnist_test", *(f"examples.{name}" for name in ("captioning", "compare", "draw", "to_pytorch"))):
        run = subprocess.run([sys.executable, "-OO", "-m", module, "--help"], capture_output=True, cwd=SCRIPT.parent)
        assert (run.returncode, run.stderr) == (0, b"")


@pytest.mark.slow
@unix_only
@pytest.mark.parametrize("number, status", [(signal.SIGINT, 0), (signal.SIGTERM, -signal.SIGTERM)])
def test_a_signal_while_the_weights_are_saved_does_not_cost_them(number, status, tmp_path, data_folder):
    code = ("import time, nn.files.weights as weights; real = weights.atomic_write\n"
            "def slow(*arguments): print('saving', flush=True); time.sleep(0.5); real(*arguments)\n"
            "weights.atomic_write = slow\n"
            "import mnist_test; from training.program import as_program; as_program(mnist_test.main)")
    run = subprocess.Popen([sys.executable, "-c", code, "--network", "mlp", "--data", str(data_folder),
                            "--save", "w.npz"], cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                           env={**os.environ, "PYTHONPATH": str(SCRIPT.parent)})
    read_until(run, b"saving")
    run.send_signal(number)
    printed, errors = run.communicate(timeout=60)
    assert run.returncode == status and errors == b"" and b"Accuracy over" in printed
    assert_kept(tmp_path)


def raises(error):
    def step():
        raise error
    return step


@pytest.mark.parametrize("error, words", [
    (None, ""), (KeyboardInterrupt(), "\nStopped.\n"), (OSError(28, "No space left on device"), "error: [Errno 28] No"),
    (FloatingPointError("no accuracy"), "error: no accuracy\n"), (ValueError("mine"), "Traceback"),
    (MemoryError(), "MemoryError\n")])
@pytest.mark.parametrize("place", [0, 1, 2])
@pytest.mark.parametrize("diverged, unkept", [(False, False), (True, False), (False, True)])
def test_every_step_is_done_whichever_fails_and_the_status_says_so(error, words, place, diverged, unkept, capsys):
    done = []
    steps = [lambda k=k: done.append(k) for k in range(3)]
    if error is not None:
        steps[place] = raises(error)
    try:
        finish(History(diverged=diverged, unkept=unkept), *steps)
        status = 0
    except SystemExit as end:
        status = end.code
    said = capsys.readouterr()
    assert done == [k for k in range(3) if error is None or k != place]
    assert status == (0 if error is None and not diverged and not unkept else 1) and words in said.out + said.err


@pytest.mark.parametrize("name, content", [
    ("train-labels-idx1-ubyte", b"damaged"), ("t10k-images-idx3-ubyte", b"<html>404</html>")])
def test_damaged_data_ends_the_program_in_one_line(name, content, tmp_path):
    folder = tmp_path / "data"
    folder.mkdir()
    (tiny_mnist(folder) / name).write_bytes(content)
    run = start(tmp_path, folder)
    printed, errors = run.communicate()
    assert run.returncode == 1 and printed == b""
    assert errors.startswith(b"error: " + str(folder / name).encode() + b": expected ") and errors.count(b"\n") == 1
    assert sorted(file.name for file in tmp_path.iterdir()) == ["data"]
