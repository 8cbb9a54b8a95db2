"""CIFAR-10: the networks of a student's report, each trained as long as there."""
from examples.cifar10 import three_layer, three_layer_small, two_layer
from readers.cifar10 import load_images
from report.comparison import Comparison
from report.figure import curve, losses
from report.measurement import LOSS, SECONDS, TEST, VALIDATION, WEIGHTS
from report.table import rows
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
