"""CIFAR-10: the networks of a student's report, each trained as long as there."""
from examples.cifar10 import six_conv, three_layer, three_layer_small, two_layer
from nn import BatchNorm
from readers.cifar10 import load_images
from report.comparison import Comparison
from report.comparisons.normalisation import training_accuracy
from report.figure import curve, losses
from report.measurement import LOSS, SECONDS, TEST, VALIDATION, WEIGHTS, Paired, observed
from report.table import rows
from training.augment import RandomFlip
from training.experiment import Experiment

CIFAR10 = Comparison(
    title="CIFAR-10: one epoch, batches of 64",
    base=Experiment(three_layer, batch_size=64, epochs=1, schedule="cosine"),
    varied={("make_layers", "optimizer", "lr"): {
        "two-layer, SGD": (two_layer, "sgd", 0.01), "three-layer, SGD": (three_layer, "sgd", 0.02),
        "two-layer, Nesterov": (two_layer, "nesterov", 0.003),
        "three-layer, Nesterov": (three_layer_small, "nesterov", 0.01)}},
    validated=1000,
    panels=[losses(window=50, ylim=(1, 4)), curve("validation", "validation accuracy, %")],
    table=rows(WEIGHTS, LOSS, VALIDATION, TEST, SECONDS),
    documents={"two-layer, SGD": "43.7 and 44.0 validation", "three-layer, SGD": "47.7 and 47.3 validation",
               "two-layer, Nesterov": "43.4 validation", "three-layer, Nesterov": "57.7 validation"},
    load=load_images)


def not_normalised(activation, optimizer):
    """The six convolutions without batch normalisation."""
    layers = []
    for layer in six_conv(activation, optimizer):
        if isinstance(layer, BatchNorm):
            layers[-1].activation = layer.activation
        else:
            layers.append(layer)
    return layers


ABLATION = Comparison(
    title="CIFAR-10: six convolutions without one of their parts (1,280 images, 5 epochs, batches of 64)",
    base=Experiment(six_conv, weight_decay=1e-5, batch_size=64, epochs=5),
    varied={("make_layers", "optimizer", "lr", "augment"): {
        "batch normalisation, Adam, flips": (six_conv, "adam", 0.003, RandomFlip()),
        "no batch normalisation": (not_normalised, "adam", 0.001, RandomFlip()),
        "SGD in place of Adam": (six_conv, "sgd", 0.1, RandomFlip()),
        "no flips": (six_conv, "adam", 0.003, None)}},
    images=1280,
    validated=1000,
    tested=2000,
    observed={"training": training_accuracy},
    every=50,
    panels=[losses(window=20), curve("validation", "validation accuracy, %")],
    table=rows(LOSS, observed("training", "training accuracy, %"), VALIDATION, TEST,
               Paired(TEST, "batch normalisation, Adam, flips"), SECONDS),
    load=load_images)
