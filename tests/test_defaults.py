"""What the READMEs and docstrings say of each experiment, number by number: a change here is a change there."""
from dataclasses import asdict
from inspect import signature

import pytest

import mnist_test
from examples import cifar10, fully_connected, rnn
from nn.loss import cross_entropy
from training.experiment import Experiment
from training.loop import train

USUAL = {"activation": "relu", "optimizer": "adam", "lr": 0.001, "loss": cross_entropy, "weight_decay": 0.0,
         "epochs": 10, "iterations": None, "batch_size": 50, "schedule": "constant", "augment": None,
         "watch_training": False}
SPEEDRUN = {"activation": "silu", "optimizer": "nesterovw", "lr": 0.5, "weight_decay": 0.0133, "batch_size": 512,
            "schedule": "one-cycle", "loss": "smoothed by 0.2",
            "augment": "Compose(AlternatingFlip(), RandomShift(2, 'reflect'))"}
SETTINGS = {
    "mnist_test": (mnist_test, {
        "cnn": {"lr": 0.018, "schedule": "one-cycle", "loss": "smoothed by 0.1", "epochs": 3, "batch_size": 240},
        "best": {"optimizer": "nesterov", "lr": 0.08, "weight_decay": 5e-4, "schedule": "one-cycle", "batch_size": 64,
                 "loss": "smoothed by 0.1",
                 "augment": "RandomAffine(degrees=10, zoom=0.1, slant=0.1, pixels=1)"},
        "plain": {"schedule": "cosine"},
        "assignment": {"schedule": "cosine"},
        "mlp": {"schedule": "cosine"},
    }),
    "cifar10": (cifar10, {
        "two-layer": {"optimizer": "sgd", "lr": 0.01, "batch_size": 64, "epochs": 2},
        "three-layer": {"optimizer": "sgd", "lr": 0.003, "batch_size": 64, "epochs": 2},
        "three-layer-nesterov": {"optimizer": "nesterov", "lr": 0.01, "batch_size": 64, "epochs": 2},
        "six-conv": {"lr": 0.003, "weight_decay": 1e-5, "batch_size": 64, "schedule": "cosine",
                     "augment": "RandomFlip()"},
        "six-conv-report": {"lr": 0.003, "weight_decay": 1e-5, "batch_size": 64},
        "narrow-to-wide": {**SPEEDRUN, "activation": "relu", "batch_size": 256, "lr": 0.25, "epochs": 12},
        "speedrun": SPEEDRUN,
    }),
    "fully_connected": (fully_connected, {
        "plain": {}, "batchnorm": {}, "layernorm": {}, "dropout": {},
        "notebook": {"activation": None, "optimizer": "sgd", "lr": 0.5, "epochs": 100, "batch_size": 50_000,
                     "watch_training": True},
    }),
    "rnn": (rnn, {"rnn": {"activation": "tanh", "schedule": "cosine"}}),
}


def settings(experiment):
    """The settings, with the loss and the augmentation in a form that can be compared."""
    found = asdict(experiment)
    del found["make_layers"]
    if experiment.augment is not None:
        found["augment"] = repr(experiment.augment)
    if experiment.loss is not cross_entropy:
        found["loss"] = f"smoothed by {experiment.loss.label_smoothing}"
    return {**found, "loss": found["loss"] if isinstance(found["loss"], str) else experiment.loss}


def test_settings_of_an_experiment_that_says_nothing():
    assert settings(Experiment(list)) == USUAL


@pytest.mark.parametrize("script, name", [(script, name) for script in SETTINGS for name in SETTINGS[script][1]])
def test_settings_of_each_experiment(script, name):
    module, experiments = SETTINGS[script]
    assert settings(module.EXPERIMENTS[name]) == {**USUAL, **experiments[name]}


@pytest.mark.parametrize("script", SETTINGS)
def test_no_experiment_is_left_out_here(script):
    module, experiments = SETTINGS[script]
    assert list(module.EXPERIMENTS) == list(experiments)


def test_loop_trains_ten_epochs_in_batches_of_50_if_it_is_told_nothing():
    settings = signature(train).parameters
    assert (settings["epochs"].default, settings["batch_size"].default) == (10, 50)
