"""The command that compares: it says how it goes, keeps what is finished, and passes over what it has no data for."""
import os
import re
import signal
import subprocess
import sys
import time

import pytest

from examples import compare
from report import worker_pool
from report.comparison import RUNS
from report.run import Outcome


@pytest.fixture
def here(monkeypatch):
    """The runs are done in this process, one after the other, and there are four short ones."""
    for module in compare, worker_pool:
        monkeypatch.setattr(module, "comparison", lambda name, quick: worker_pool.COMPARISONS[name].quick())
    monkeypatch.setattr(compare, "done", lambda todo, folder: ((task, worker_pool._do(task, folder)) for task in todo))


@pytest.mark.slow
def test_a_comparison_leaves_records_a_picture_and_a_table(here, tmp_path, capsys):
    assert compare.compare(["activation"], None, True, tmp_path)
    assert sorted(file.name for file in tmp_path.iterdir()) == ["activation", "activation.md", "activation.png"]
    assert sorted(file.name for file in (tmp_path / "activation").iterdir()) == [
        f"{name}-seed0.csv" for name in ("leaky_relu", "relu", "sigmoid", "tanh")]
    printed = capsys.readouterr().out
    assert re.findall(r"^\[(\d)/4\] activation: activation (\w+), seed 0: loss \d.*, \d+\.\d s, 0:0\d left$", printed,
                      re.MULTILINE) == [("1", "sigmoid"), ("2", "tanh"), ("3", "relu"), ("4", "leaky_relu")]
    assert (tmp_path / "activation.md").read_text(encoding="utf-8") in printed


@pytest.mark.slow
@pytest.mark.parametrize("quick, times", [(True, 0), (False, 4)])
def test_a_finished_run_is_not_done_again_except_by_quick(here, tmp_path, capsys, quick, times):
    compare.compare(["activation"], 1, quick, tmp_path)
    capsys.readouterr()
    compare.compare(["activation"], 1, quick, tmp_path)
    assert capsys.readouterr().out.count("from its record") == times


def test_what_has_no_data_is_passed_over(tmp_path, monkeypatch, capsys):
    def missing(load):
        raise FileNotFoundError("download it")
    monkeypatch.setattr(compare, "loaded", missing)
    assert compare.compare(["cifar10"], 1, True, tmp_path)
    assert capsys.readouterr().out.startswith("cifar10 is passed over: download it\n0 comparisons, 0 runs")


@pytest.mark.slow
def test_a_run_that_fails_does_not_stop_the_others(here, tmp_path, monkeypatch, capsys):
    do = worker_pool._do
    monkeypatch.setattr(worker_pool, "_do",
                        lambda task, folder: "a traceback" if task.place == 1 else do(task, folder))
    assert not compare.compare(["activation"], 1, True, tmp_path)
    printed = capsys.readouterr()
    assert printed.err == "[2/4] activation: a run failed\na traceback\n" and printed.out.count("accuracy") == 3
    assert not (tmp_path / "activation.png").exists()


def test_the_time_left_follows_the_pace():
    todo = worker_pool.tasks(["activation"], 1, quick=True)
    left = worker_pool.TimeLeft(todo, {"activation": ((28, 28, 1), 600)})
    outcome = Outcome([], [], {"took": 10.0})
    assert left(todo[0], outcome) == pytest.approx(30 / os.cpu_count(), rel=0.01)
    assert left(todo[1], outcome) == pytest.approx(20 / os.cpu_count(), rel=0.01)
    assert left(todo[2], Outcome([], [], {"took": 1e9}, recorded=True)) == pytest.approx(10 / os.cpu_count(), rel=0.01)


@pytest.mark.slow
def test_the_comparison_with_the_longest_run_comes_first():
    names = ["activation", "architecture", "activation-longer"]
    left = worker_pool.TimeLeft(worker_pool.tasks(names, 1, quick=False), dict.fromkeys(names, ((28, 28, 1), 50_000)))
    order = [task.name for task in left.heaviest_first()]
    assert order == ["architecture"] * 5 + ["activation-longer"] * 4 + ["activation"] * 4


@pytest.mark.parametrize("seeds, quick, count", [(1, False, 4), (4, False, 16), (None, False, 12), (None, True, 4)])
def test_each_run_is_done_with_each_seed(seeds, quick, count):
    assert len(worker_pool.tasks(["activation"], seeds, quick)) == count


def test_a_comparison_may_have_more_seeds():
    assert {task.seed for task in worker_pool.tasks(["autopsy-mlp"], None, quick=False)} == {0, 1, 2, 3, 4}


def start(*options):
    return subprocess.Popen([sys.executable, "-m", "examples.compare", *options], cwd=RUNS.parent, text=True,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def test_what_takes_hours_is_made_only_if_it_is_named():
    assert set(worker_pool.COMPARISONS) - set(compare.usual()) == {"cifar10-speedrun"}


def test_a_comparison_that_there_is_not_is_refused():
    program = start("activations")
    output, error = program.communicate()
    assert program.returncode == 2 and "there is no comparison 'activations'; choose from training, activation" in error


@pytest.mark.slow
@pytest.mark.long
def test_all_comparisons_run_quickly():
    program = start("--quick")
    output, error = program.communicate()
    assert (program.returncode, error) == (0, "")
    for name in compare.usual():
        assert f"{name} is passed over" in output or f"Picture: {RUNS / 'quick' / name}.png" in output


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="Windows has no signals to send")
@pytest.mark.parametrize("kill", [signal.SIGINT, signal.SIGKILL])
def test_a_comparison_that_is_stopped_leaves_no_process_behind(kill):
    program = start("architecture", "--quick")
    while "[1/" not in program.stdout.readline():
        pass
    children = subprocess.run(["pgrep", "-P", str(program.pid)], capture_output=True, text=True).stdout.split()
    program.send_signal(kill)
    _, error = program.communicate()
    assert len(children) >= 2 and program.returncode != 0
    assert "Stopped. The finished runs are kept" in error or kill == signal.SIGKILL
    time.sleep(2)
    assert [child for child in children if os.path.exists(f"/proc/{child}")] == []
