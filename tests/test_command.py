"""A command inspects the network and ends, or trains, goes on, and keeps what came of it."""
import os
import re
from dataclasses import replace
from pathlib import Path

import matplotlib.image
import numpy as np
import pytest

from nn import Network, linear
from nn.files.atomic import atomic_write
from nn.loss import one_hot
from tests.small import dense
from training.command import run
from training.experiment import Experiment

X = np.random.default_rng(3).random((60, 4, 4, 1))
Y = one_hot(np.arange(60) % 3, 3)
X[np.arange(60), np.arange(60) % 3] += 1.0
X = X / 2


def make_layers(activation, optimizer):
    return [dense(16, 8, activation=activation, optimizer=optimizer),
            dense(8, 3, activation=linear, optimizer=optimizer)]


def ten_digits(activation, optimizer):
    return [dense(784, 10, activation=linear, optimizer=optimizer)]


EXPERIMENTS = {"small": Experiment(make_layers, epochs=3, batch_size=20, lr=0.01, schedule="cosine"),
               "digits": Experiment(ten_digits)}


@pytest.fixture
def start(tmp_path, monkeypatch):
    """A function of the options: the exit status and the network, each None if there is none."""
    monkeypatch.chdir(tmp_path)

    def begin(options):
        try:
            return None, run(EXPERIMENTS, lambda path: [(X, Y), *[(X[:10], Y[:10])] * 2], "", options.split())
        except SystemExit as end:
            return end.code, None
    return begin


@pytest.mark.parametrize("options, first, status", [
    ("--summary", "layer ", 0),
    ("--trace", "1. Forward", 0),
    ("--check", "images ", 0),
    ("--check --lr 1e-12", "images ", 1),
    ("--summary --trace --check", "layer ", 0),
])
def test_inspections_print_and_end_without_training(options, first, status, start, tmp_path, capsys):
    assert start(options)[0] == status
    printed = capsys.readouterr().out
    assert printed.startswith(first) and "Iteration" not in printed and list(tmp_path.iterdir()) == []
    assert ("dL/dw" in printed) == ("--trace" in options)
    assert ("overfit a small batch" in printed) == ("--check" in options)


def test_digit_of_ones_own_is_asked_about(start, tmp_path, capsys):
    experiment = EXPERIMENTS["digits"]
    Network(experiment.layers(), 0.1, experiment.loss).save(tmp_path / "w.npz")
    picture = np.ones((60, 60))
    picture[10:50, 28:34] = 0.0
    matplotlib.image.imsave(tmp_path / "one.png", picture, cmap="gray")
    assert start("--network digits --load w.npz --digit one.png")[0] == 0
    assert re.fullmatch(r"one\.png: \d \(\d+\.\d%\), or else \d \(.*%\) or \d \(.*%\); it is not sure: is this .*\n",
                        capsys.readouterr().out)
    (tmp_path / "two.png").write_text("none")
    assert start("--network digits --load w.npz --digit two.png")[0].startswith("error: two.png cannot be read")


def test_what_the_network_saw_is_kept_also_of_what_looks_like_no_digit(start, tmp_path, capsys):
    experiment = EXPERIMENTS["digits"]
    Network(experiment.layers(), 0.1, experiment.loss).save(tmp_path / "w.npz")
    for name, columns in ("one.png", [30]), ("two.png", [15, 45]):
        picture = np.ones((60, 60))
        for column in columns:
            picture[10:50, column - 3:column + 3] = 0.0
        matplotlib.image.imsave(tmp_path / name, picture, cmap="gray")
    assert start("--network digits --load w.npz --digit one.png --pictures p")[0] == 0
    seen = matplotlib.image.imread(tmp_path / "p" / "digit.png")
    assert seen.shape[:2] == (280, 280) and seen[140, 140] < 0.1 and seen[140, 60] == 1 and seen[10, 140] == 1
    assert f"What the network saw: {Path('p') / 'digit.png'}\n" in capsys.readouterr().out
    (tmp_path / "p" / "digit.png").unlink()
    said = start("--network digits --load w.npz --digit two.png --pictures p")[0]
    assert said.startswith("error: two.png looks like no digit: it is in two parts, as two digits are; take")
    assert (tmp_path / "p" / "digit.png").is_file() and "%" not in capsys.readouterr().out


@pytest.mark.parametrize("options, words", [
    ("--digit x.png", "argument --digit: the network must have learned; name its weights with --load FILE"),
    ("--resume c.npz --load w.npz", "argument --resume: it brings the weights with it, leave --load out"),
    ("--save a.npz --checkpoint ./a.npz", "argument --save: a.npz is the file of --checkpoint, name another one"),
    ("--load a.npz --checkpoint a.npz", "argument --checkpoint: a.npz is the file of --load, name another one"),
    ("--resume a.npz --save a.npz", "argument --save: a.npz is the file of --resume, name another one"),
    ("--picture p/filters.png --pictures p", "argument --pictures: filters.png is the file of --picture, name another"),
    ("--save=", "argument --save: expected the name of a file, but was given nothing"),
    ("--checkpoint no/a.npz", "argument --checkpoint: 'no/a.npz' cannot be written"),
    ("--pictures file", "argument --pictures: 'file' cannot be made a folder"),
    ("--sum", "was given --sum; did you mean --summary?"), ("--pict x.png", "was given --pict; did you mean --picture"),
    ("--check=1", "argument --check: ignored explicit argument '1'"),
])
def test_what_makes_no_sense_is_refused_in_one_line(options, words, start, tmp_path, capsys):
    (tmp_path / "file").write_text("")
    (tmp_path / "p").mkdir()
    assert start(options)[0] == 2
    said = capsys.readouterr()
    assert said.out == "" and words in said.err.splitlines()[-1]


def test_the_step_that_is_traced_is_the_first_one(start, capsys):
    start("--trace --lr 0.5 --schedule one-cycle --epochs 20")
    rates = replace(EXPERIMENTS["small"], lr=0.5, schedule="one-cycle", epochs=20).learning_rates(len(X))
    assert f"lr = {rates(0):g}\n" in capsys.readouterr().out and rates(0) < 0.1


def test_checkpoint_goes_on_and_from_its_end_to_the_evaluation(start, capsys):
    _, (net, history) = start("--checkpoint c.npz")
    whole = capsys.readouterr().out
    _, (again, resumed) = start("--resume c.npz")
    printed = capsys.readouterr().out
    assert printed.startswith("Going on after 9 iterations.\n#### ")
    assert printed.splitlines()[-4:] == whole.splitlines()[-4:]
    assert history.losses == resumed.losses and (net.layers[0].w == again.layers[0].w).all()


@pytest.mark.parametrize("options, words", [
    ("--resume none.npz", "error: none.npz: expected a file that --checkpoint wrote, but there is no such file"),
    ("--resume bad.npz", "error: bad.npz: expected a file that"),
    ("--resume c.npz --epochs 4", "error: c.npz is the checkpoint of another training: experiment.epochs is 3 there"),
])
def test_checkpoint_that_does_not_fit_ends_the_program_in_one_line(options, words, start, tmp_path):
    start("--checkpoint c.npz")
    (tmp_path / "bad.npz").write_bytes((tmp_path / "c.npz").read_bytes()[:-100])
    status, _ = start(options)
    assert status.startswith(words) and "\n" not in status


@pytest.mark.parametrize("failing, status", [(range(1, 5), 1), ([4], 1), ([1, 2], 0)])
def test_checkpoint_that_cannot_be_written_loses_nothing_and_the_last_one_decides_the_status(
        failing, status, start, tmp_path, monkeypatch, capsys):
    written = []

    def sometimes_full(path, write):
        written.append(path)
        if len(written) in failing:
            raise OSError(28, "No space left on device", str(path))
        atomic_write(path, write)
    monkeypatch.setattr("training.checkpoint.atomic_write", sometimes_full)
    ended, _ = start("--checkpoint c.npz --save w.npz")
    said = capsys.readouterr()
    assert (ended or 0) == status and len(written) == 4 and (tmp_path / "w.npz").is_file()
    assert "Accuracy over all test set" in said.out
    assert said.err.count("could not be kept: [Errno 28] No space left on device: 'c.npz'") == len(failing)


def test_checkpoint_is_not_replaced_where_resume_was_forgotten(start, tmp_path):
    start("--checkpoint c.npz")
    kept = (tmp_path / "c.npz").read_bytes()
    for options in ("--checkpoint c.npz", "--checkpoint ./c.npz --epochs 5", "--resume other.npz --checkpoint c.npz"):
        (tmp_path / "other.npz").write_bytes(kept)
        status, _ = start(options)
        assert status.startswith("error: ") and "c.npz is there already" in status and "add --resume" in status
        assert "name another file" in status and (tmp_path / "c.npz").read_bytes() == kept
    if os.name != "nt":
        (tmp_path / "link.npz").symlink_to("c.npz")
        assert start("--resume link.npz --checkpoint c.npz")[0] is None
    (tmp_path / "empty.npz").write_bytes(b"")
    assert start("--checkpoint empty.npz")[0] is None


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("more", ["", " --iterations 1", " --epochs 1 --batch-size 60"])
def test_training_that_diverged_replaces_no_file(more, start, tmp_path, capsys):
    start("--save w.npz --pictures p --epochs 1 --activation linear")
    before = {file: file.read_bytes() for file in tmp_path.rglob("*.*")}
    assert len(before) == 7
    status, _ = start(f"--load w.npz --save w.npz --pictures p --lr 1e38 --optimizer sgd --activation linear{more}")
    said = capsys.readouterr()
    assert status == 1 and {file: file.read_bytes() for file in tmp_path.rglob("*.*")} == before
    assert "too large" in said.out
    assert "this file stays as it was, because the training diverged: 'w.npz'" in said.err
    assert "loss_curve.png'" in said.err


@pytest.mark.parametrize("options", ["--summary", "--trace", "--check",
                                     "--load w.npz --digit one.png --network digits"])
def test_what_only_looks_needs_no_folder_that_can_be_written_and_makes_none(options, start, tmp_path, monkeypatch):
    experiment = EXPERIMENTS["digits"]
    Network(experiment.layers(), 0.1, experiment.loss).save(tmp_path / "w.npz")
    picture = np.ones((60, 60))
    picture[10:50, 28:34] = 0.0
    matplotlib.image.imsave(tmp_path / "one.png", picture, cmap="gray")

    def refuse(path):
        raise PermissionError(13, "Permission denied", str(path))
    monkeypatch.setattr("training.options.check_writable", refuse)
    pictures = "" if "--digit" in options else "--pictures new"
    assert start(f"{options} {pictures} --save s.npz")[0] == 0
    assert sorted(file.name for file in tmp_path.iterdir()) == ["one.png", "w.npz"]
    assert start("")[0] == 2


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such files")
@pytest.mark.parametrize("option", ["--load", "--data", "--save", "--resume", "--checkpoint", "--picture", "--digit"])
@pytest.mark.parametrize("path", ["/dev/zero", "pipe.png", "loop.png"])
def test_pipe_device_and_link_to_itself_are_refused(option, path, start, tmp_path, capsys):
    os.mkfifo(tmp_path / "pipe.png")
    (tmp_path / "loop.png").symlink_to("loop.png")
    assert start(f"{option} {path}")[0] == 2
    said = capsys.readouterr().err.splitlines()[-1]
    assert f"argument {option}: " in said and path in said


@pytest.mark.slow
def test_pictures_go_into_a_folder_that_is_made(start, tmp_path):
    start("--pictures new/folder --epochs 1")
    assert len(list((tmp_path / "new" / "folder").glob("*.png"))) == 5


def test_help_groups_the_options(start, capsys):
    assert start("--help")[0] == 0
    groups = re.findall(r"^(\w.*):$", capsys.readouterr().out, re.MULTILINE)
    assert groups == ["options", "which network", "how it is trained", "look, and end without training",
                      "go on, and keep what was reached"]
