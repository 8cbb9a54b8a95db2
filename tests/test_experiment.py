"""The command line changes an experiment's settings, runs it, and says in one line what it cannot do."""
import numpy as np
import pytest

from nn.activation import linear, sigmoid
from nn.loss import mse, one_hot
from tests.small import dense
from training.command import run
from training.experiment import ACTIVATIONS, OPTIMIZERS, Experiment


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
    "lr": lambda net, history: round(net.lr, 9),
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
    ("--batch-size 19", {"steps": 2}),  # the rest of one image joins the batch before it
    # the cosine's length: 20 images are 3 batches of 7, and 1 of 19: half of a cosine is half the learning rate
    ("--lr 0.4 --schedule cosine --epochs 1 --batch-size 7", {"lr": 0.1, "steps": 3, "epochs": 1}),
    ("--lr 0.4 --schedule cosine --batch-size 19", {"lr": 0.2, "steps": 2}),
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
    monkeypatch.setattr("training.command.draw_history", lambda *arguments, **more: None)
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


DIVERGING = ("--optimizer", "sgd", "--lr", "1e38", "--activation", "linear")


@pytest.mark.filterwarnings("ignore")
def test_training_that_diverges_ends_with_status_1_but_keeps_picture_and_weights(start, tmp_path, capsys):
    with pytest.raises(SystemExit) as caught:
        start(*DIVERGING, "--save", "w.npz")
    said = capsys.readouterr()
    assert caught.value.code == 1 and "training stops" in said.out and "Accuracy over all" not in said.out
    assert said.err == "error: there is no accuracy, because the loss over the test set is nan\n"
    assert (tmp_path / "loss_curve.png").is_file() and (tmp_path / "w.npz").is_file()


def test_training_goes_on_from_the_weights_of_a_file(start, tmp_path, capsys):
    saved, _ = start("--save", "w.npz", "--epochs", "1")
    assert "\nWeights: w.npz\n" in capsys.readouterr().out
    loaded, _ = start("--load", "w.npz", "--iterations", "1", "--lr", "1e-30", "--save", "w.npz")
    for before, after in zip(saved.layers, loaded.layers):
        np.testing.assert_array_equal(before.w, after.w)


@pytest.mark.parametrize("make, words", [
    (lambda file: None, "w.npz: expected the weights that net.save wrote for these layers, but there is no such file"),
    (lambda file: file.write_bytes(b"hello"), "w.npz: expected the weights that net.save wrote for these layers, but"),
    (lambda file: np.savez(file, **{"0.w": np.ones(3)}), "it holds the weights of another network: 0.b is missing"),
])
def test_weights_that_cannot_be_loaded_end_the_program_before_training(make, words, start, tmp_path, capsys):
    make(tmp_path / "w.npz")
    with pytest.raises(SystemExit) as caught:
        start("--load", "w.npz")
    assert caught.value.code.startswith("error: ") and words in caught.value.code and capsys.readouterr().out == ""


@pytest.mark.parametrize("existing", [None, b"an old picture"])
@pytest.mark.parametrize("name", ["kept.png", "linked.png"])
def test_probing_for_a_file_leaves_no_trace(name, existing, start, tmp_path):
    (tmp_path / "linked.png").symlink_to(tmp_path / "kept.png")
    if existing:
        (tmp_path / "kept.png").write_bytes(existing)
    before = sorted(tmp_path.iterdir())
    for option in ("--picture", "--save"):
        with pytest.raises(SystemExit):
            start(option, name, "--data", "elsewhere")  # which fails after the options are read
    assert [file for file in sorted(tmp_path.iterdir()) if file.name != "loss_curve.png"] == before
    assert (tmp_path / "kept.png").exists() == bool(existing)
    assert not existing or (tmp_path / "kept.png").read_bytes() == existing


def test_accuracy_that_cannot_be_computed_costs_neither_weights_nor_picture(start, tmp_path, monkeypatch, capsys):
    for error, words in ((KeyboardInterrupt, "Stopped."), (OSError("no space"), "error: no space"),
                         (TypeError("a student's own layer"), "Traceback")):
        monkeypatch.setattr("training.command.print", fail_at("Calculate", error), raising=False)
        with pytest.raises(SystemExit) as caught:
            start("--save", "w.npz")
        said = capsys.readouterr()
        assert caught.value.code == 1 and words in said.out + said.err
        for name in ("w.npz", "loss_curve.png"):
            (tmp_path / name).unlink()


def fail_at(word, error):
    """A function print that raises `error` in place of the line that begins with `word`."""
    def print_or_fail(text, **more):
        if text.startswith(word):
            raise error
        print(text, **more)
    return print_or_fail


def test_weights_or_picture_that_cannot_be_written_cost_nothing_else(start, tmp_path, monkeypatch, capsys):
    for name in ("save_weights", "draw_history"):
        def fail(*arguments, **more):
            raise OSError(28, "No space left on device")
        with monkeypatch.context() as patch, pytest.raises(SystemExit) as caught:
            patch.setattr(f"training.command.{name}", fail)
            start("--save", "w.npz")
        said = capsys.readouterr()
        assert caught.value.code == 1 and said.err == "error: [Errno 28] No space left on device\n"
        assert "Accuracy over all test set" in said.out and len(list(tmp_path.iterdir())) == 1
        next(tmp_path.iterdir()).unlink()


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
    ("--network third", "argument --network: expected one of first"),
    ("--optimizer best", "argument --optimizer: expected one of sgd, momentum,"),
    ("--activation step", "argument --activation: expected one of relu, leaky_relu,"),
    ("--network fixed --activation relu",
     "argument --activation: fixed has activation functions of its own, leave it out"),
    ("--schedule never", "argument --schedule: expected one of constant, cosine, one-cycle, but was given 'never'"),
    ("--seed x", "argument --seed: expected an integer from 0 to 4294967295, but was given 'x'"),
    ("--batch-size 100000000000000000000", "argument --batch-size: expected a positive integer, but was given '1000"),
    ("--epochs 1" + 400 * "0", "argument --epochs: expected a positive integer, but was given '1000"),
    ("--lr 1" + 400 * "0", "argument --lr: expected a positive number, but was given '1000"),
    ("--seed -1", "argument --seed: expected an integer from 0 to 4294967295, but was given '-1'"),
    ("--seed 99999999999", "argument --seed: expected an integer from 0 to 4294967295"),
    ("--save nowhere/w.npz", "argument --save: 'nowhere/w.npz' cannot be written (No such file or directory)"),
    ("--save folder.png", "argument --save: 'folder.png' cannot be written (Is a directory)"),
    ("--save ./same.png --picture same.png", "argument --save: same.png is the file of --picture, name another one"),
    ("--picture curve.doc", "'curve.doc' must end in .png, .pdf, .svg or .jpg"),
    ("--picture nowhere/curve.png", "'nowhere/curve.png' cannot be written (No such file or directory)"),
    ("--picture folder.png", "'folder.png' cannot be written (Is a directory)"),
    ("--speed 3", "expected options that --help shows, but was given --speed"),
])
def test_impossible_option_is_refused_in_one_line_before_any_training(options, words, start, capsys, tmp_path):
    (tmp_path / "folder.png").mkdir()
    with pytest.raises(SystemExit) as caught:
        start(*options.split())
    said = capsys.readouterr()
    assert caught.value.code == 2 and said.out == ""
    assert words in said.err.splitlines()[-1] and said.err.count("error:") == 1


@pytest.mark.parametrize("settings, words", [
    ({"activation": "ReLU"}, "activation must be one of relu, leaky_relu, sigmoid, tanh, silu, linear, but is 'ReLU'"),
    ({"optimizer": "best"},
     "optimizer must be one of sgd, momentum, nesterov, nesterovw, adagrad, rmsprop, adam, adamw, but is 'best'"),
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
               "activation", "seed", "data", "load", "save", "picture"]
    assert caught.value.code == 0 and "a description" in printed
    assert [name for name in options if f"--{name} " not in printed] == []
