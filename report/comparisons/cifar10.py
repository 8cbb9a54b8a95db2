"""CIFAR-10: the networks of a student's report, each trained as long as there."""
from examples.cifar10 import six_conv, three_layer, two_layer
from readers.cifar10 import load_images
from report.comparison import Comparison
from report.picture import losses, seen
from report.table import rows
from report.value import LOSS, SECONDS, TEST, VALIDATION, WEIGHTS
from training.augment import RandomFlip
from training.experiment import Experiment

CIFAR10 = Comparison(
    title="CIFAR-10, batches of 64",
    base=Experiment(three_layer, batch_size=64),
    varied={("make_layers", "optimizer", "lr", "epochs", "schedule", "augment"): {
        "two-layer, SGD": (two_layer, "sgd", 0.01, 1, "constant", None),
        "three-layer, SGD": (three_layer, "sgd", 0.003, 1, "constant", None),
        "two-layer, Nesterov": (two_layer, "nesterov", 0.01, 1, "constant", None),
        "three-layer, Nesterov": (three_layer, "nesterov", 0.01, 1, "constant", None),
        "six convolutions": (six_conv, "adam", 0.003, 3, "cosine", RandomFlip())}},
    shown=1000,
    picture=[losses(window=100), seen("validation", "validation accuracy, %"),
             seen("validation", "validation accuracy, %", x="seconds", xscale="log")],
    table=rows(WEIGHTS, LOSS, VALIDATION, TEST, SECONDS),
    documents={"two-layer, SGD": "43.7 validation", "three-layer, SGD": "47.7 validation",
               "two-layer, Nesterov": "43.4 validation", "three-layer, Nesterov": "57.7 validation",
               "six convolutions": "75.6 validation, 75.92 test"},
    load=load_images)
