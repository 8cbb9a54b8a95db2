"""The command line changes an experiment's settings, runs it, and says in one line what it cannot do."""
import numpy as np
import pytest

from nn.activation import linear, sigmoid
from nn.loss import mse, one_hot
from tests.small import dense
from training.experiment import ACTIVATIONS, OPTIMIZERS, Experiment, run


def make_layers(activation, optimizer):
    return [dense(4, 5, activation=activation, optimizer=optimizer),
            dense(5, 3, activation=linear, optimizer=optimizer)]


EXPERIMENTS = {
    "first": Experiment(make_layers, epochs=2, batch_size=6),
    "second": Experiment(make_layers, "tanh", "momentum", 0.02, loss=mse, weight_decay=0.25, epochs=1, batch_size=10,
                         schedule="cosine"),
    "louder": Experiment(make_layers, epochs=2, batch_size=6, augment=lambda X: X * 5),
    "watched": Experiment(make_layers, epochs=2, batch_size=6, watch_training=True),
    "fixed": Experiment(lambda optimizer: make_layers(sigmoid, optimizer), activation=None, epochs=2, batch_size=6),
}


def load(path):
    if path is not None:
        raise FileNotFoundError(f"{path}: there is nothing")
    generator = np.random.default_rng(3)
    return [(generator.normal(size=(n, 4)), one_hot(generator.integers(3, size=n), 3)) for n in (20, 4, 8)]


@pytest.fixture
def start(tmp_path, monkeypatch):
    """A function of the options: (network, History)."""
    monkeypatch.chdir(tmp_path)
    return lambda *options: run(EXPERIMENTS, load, "a description", list(options))


def test_first_experiment_is_the_usual_one_and_the_courses_lines_end_it(start, tmp_path, capsys):
    net, history = start()
    lines = capsys.readouterr().out.splitlines()
    correct = np.sum(net.forward(load(None)[2][0]).argmax(1) == load(None)[2][1].argmax(1))
    assert lines[-4:] == ["#### 학습 종료 #####", "Calculate accuracy over all test set (시간 소요)",
                          f"Accuracy over all test set {correct / 8 * 100:.2f}", "Loss curve: loss_curve.png"]
    assert lines[0].startswith("Iteration: 0, loss : ")
    assert len(history.losses) == 8 and list(history.accuracies) == ["validation"]
    assert (tmp_path / "loss_curve.png").read_bytes().startswith(b"\x89PNG")


SETTINGS = {
    "lr": lambda net, history: net.lr,
    "steps": lambda net, history: len(history.losses),
    "epochs": lambda net, history: len(history.accuracies["validation"]),
    "optimizer": lambda net, history: type(net.layers[1].optimizers["w"]),
    "decay": lambda net, history: net.layers[1].optimizers["w"].weight_decay,
    "activation": lambda net, history: net.layers[0].activation,
    "output": lambda net, history: net.layers[1].activation,
    "loss": lambda net, history: type(net.loss).__name__,
    "dtype": lambda net, history: net.layers[1].w.dtype,
}
USUAL = {"lr": 0.001, "steps": 8, "epochs": 2, "optimizer": OPTIMIZERS["adam"], "decay": 0.0,
         "activation": ACTIVATIONS["relu"], "output": linear, "loss": "SoftmaxCrossEntropy", "dtype": np.float32}
SECOND = {"lr": 0.01, "steps": 2, "epochs": 1, "optimizer": OPTIMIZERS["momentum"], "decay": 0.25,
          "activation": ACTIVATIONS["tanh"], "loss": "MeanSquaredError"}  # half of a cosine is half the learning rate


@pytest.mark.parametrize("options, expected", [
    ("", {}),
    ("--lr 0.3", {"lr": 0.3}),
    ("--epochs 3", {"steps": 12, "epochs": 3}),
    ("--iterations 5", {"steps": 5}),
    ("--batch-size 7", {"steps": 6}),
    ("--weight-decay 0.5", {"decay": 0.5}),
    ("--lr 0.4 --schedule cosine --epochs 1 --iterations 2", {"lr": 0.2, "steps": 2, "epochs": 1}),
    ("--lr 0.4 --schedule cosine --epochs 9 --iterations 2", {"lr": 0.2, "steps": 2, "epochs": 1}),
    ("--network second", SECOND),
    ("--network second --schedule constant --activation sigmoid --weight-decay 0 --lr 0.5",
     {**SECOND, "lr": 0.5, "activation": ACTIVATIONS["sigmoid"], "decay": 0.0}),
    ("--network fixed --optimizer sgd", {"activation": sigmoid, "optimizer": OPTIMIZERS["sgd"]}),
    *[(f"--optimizer {name}", {"optimizer": kind}) for name, kind in OPTIMIZERS.items()],
    *[(f"--activation {name}", {"activation": function}) for name, function in ACTIVATIONS.items()],
])
def test_options_change_what_they_name_and_nothing_else(options, expected, start, monkeypatch):
    monkeypatch.setattr("training.experiment.draw_history", lambda *arguments, **more: None)
    result = start(*options.split())
    assert {name: read(*result) for name, read in SETTINGS.items()} == {**USUAL, **expected}


def test_seed_decides_the_run(start):
    losses = {seed: start("--seed", str(seed))[1].losses for seed in (0, 1)}
    assert start()[1].losses == losses[0] == start("--seed", "0")[1].losses and losses[0] != losses[1]


def test_augmentation_of_the_experiment_is_used(start):
    assert start("--network", "louder")[1].losses != start()[1].losses


def test_accuracy_over_the_training_set_is_watched_where_the_experiment_says_so(start):
    _, history = start("--network", "watched")
    assert list(history.accuracies) == ["training", "validation"]
    assert history.losses == start()[1].losses


@pytest.mark.filterwarnings("ignore")
def test_training_that_diverges_ends_as_any_other(start, tmp_path, capsys):
    _, history = start("--optimizer", "sgd", "--lr", "1e38", "--activation", "linear")
    printed = capsys.readouterr().out
    assert history.diverged and "training stops" in printed and printed.count("Accuracy over all test set") == 1
    assert (tmp_path / "loss_curve.png").is_file()


@pytest.mark.parametrize("name", ["mine.png", "mine.PDF", "folder/mine.svg", "mine.jpg"])
def test_picture_goes_where_it_is_told_to(name, start, tmp_path, capsys):
    (tmp_path / "folder").mkdir()
    start("--picture", name)
    assert (tmp_path / name).stat().st_size > 5000 and not (tmp_path / "loss_curve.png").exists()
    assert capsys.readouterr().out.endswith(f"Loss curve: {name}\n")


@pytest.mark.parametrize("options, words", [
    ("--lr -1", "argument --lr: expected a positive number, but was given '-1'"),
    ("--lr 0", "expected a positive number, but was given '0'"),
    ("--lr nan", "expected a positive number, but was given 'nan'"),
    ("--lr inf", "expected a positive number, but was given 'inf'"),
    ("--lr fast", "expected a positive number, but was given 'fast'"),
    ("--weight-decay -1", "argument --weight-decay: expected a number, 0 or more, but was given '-1'"),
    ("--weight-decay nan", "expected a number, 0 or more, but was given 'nan'"),
    ("--epochs 0", "argument --epochs: expected a positive integer, but was given '0'"),
    ("--iterations -5", "argument --iterations: expected a positive integer"),
    ("--batch-size 2.5", "argument --batch-size: expected a positive integer"),
    ("--network third", "argument --network: invalid choice: 'third'"),
    ("--optimizer best", "argument --optimizer: invalid choice: 'best'"),
    ("--activation step", "argument --activation: invalid choice: 'step'"),
    ("--network fixed --activation relu",
     "argument --activation: fixed has activation functions of its own, leave it out"),
    ("--schedule never", "argument --schedule: invalid choice: 'never'"),
    ("--seed x", "argument --seed: expected an integer from 0 to 4294967295, but was given 'x'"),
    ("--seed -1", "argument --seed: expected an integer from 0 to 4294967295, but was given '-1'"),
    ("--seed 99999999999", "argument --seed: expected an integer from 0 to 4294967295"),
    ("--picture curve.doc", "'curve.doc' must end in .png, .pdf, .svg or .jpg"),
    ("--picture nowhere/curve.png", "'nowhere/curve.png' cannot be written (No such file or directory)"),
    ("--picture folder.png", "'folder.png' cannot be written (Is a directory)"),
    ("--speed 3", "unrecognized arguments: --speed 3"),
])
def test_impossible_option_is_refused_in_one_line_before_any_training(options, words, start, capsys, tmp_path):
    (tmp_path / "folder.png").mkdir()
    with pytest.raises(SystemExit) as caught:
        start(*options.split())
    said = capsys.readouterr()
    assert caught.value.code == 2 and said.out == ""
    assert words in said.err.splitlines()[-1] and said.err.count("error:") == 1


@pytest.mark.parametrize("settings, words", [
    ({"activation": "ReLU"}, "activation must be one of relu, leaky_relu, sigmoid, tanh, linear, but is 'ReLU'"),
    ({"optimizer": "best"},
     "optimizer must be one of sgd, momentum, nesterov, adagrad, rmsprop, adam, adamw, but is 'best'"),
    ({"schedule": "cosin"}, "schedule must be one of constant, cosine, one-cycle, but is 'cosin'"),
])
def test_experiment_with_a_setting_that_there_is_not_is_refused(settings, words):
    with pytest.raises(ValueError, match=words):
        Experiment(make_layers, **settings)


def test_data_that_cannot_be_read_ends_the_program_with_one_line(start):
    with pytest.raises(SystemExit) as caught:
        start("--data", "elsewhere")
    assert caught.value.code == "error: elsewhere: there is nothing"


def test_help_names_every_option(start, capsys):
    with pytest.raises(SystemExit) as caught:
        start("--help")
    printed = capsys.readouterr().out
    options = ["network", "epochs", "iterations", "batch-size", "lr", "schedule", "optimizer", "weight-decay",
               "activation", "seed", "data", "picture"]
    assert caught.value.code == 0 and "a description" in printed
    assert [name for name in options if f"--{name} " not in printed] == []
