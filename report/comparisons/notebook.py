"""A notebook's three-layer MLP that learns from all images at once: as given, with a fault mended, and improved."""
import numpy as np

from examples.fully_connected import notebook, plain
from nn import FullyConnected, linear, relu, sigmoid
from nn.initializer import lecun
from nn.loss import cross_entropy
from report.comparison import Comparison
from report.comparisons.normalisation import training_accuracy
from report.figure import curve, losses
from report.measurement import LOSS, SECONDS, TEST, VALIDATION, observed
from report.table import rows
from training.experiment import Experiment


class DividedTwice(FullyConnected):
    """The notebook's last layer: the gradient of b, a mean over the images, is divided by their number again."""

    def get_weight_grad(self, inputs, layer_err):
        grad = super().get_weight_grad(inputs, layer_err)
        return {**grad, "b": grad["b"] / len(inputs)}


def as_given(optimizer):
    last = DividedTwice((64, 10), activation=linear, optimizer=optimizer, weight_init=lecun)
    return [*notebook(optimizer)[:-1], last]


def improved(optimizer):
    """The widths of the notebook's second network, with ReLU in both hidden layers."""
    return plain(relu, optimizer, (784, 256, 32, 10))


def its_test_pass(net, training, validation, test):
    """The accuracy over the test images as the notebook's test pass has it: sigmoid for ReLU, softmax for sigmoid."""
    X, labels = test
    flatten, first, second, last = net.layers
    z, _ = first.forward(flatten.predict(X))
    z, _ = second.forward(sigmoid.compute(z))
    _, output = last.forward(cross_entropy.softmax(z))
    return 100 * np.mean(output.argmax(axis=1) == labels.argmax(axis=1))


NOTEBOOK = Comparison(
    title="The notebook's MLP, all 50,000 images at once, and its improvement",
    base=Experiment(notebook, activation=None, optimizer="sgd", epochs=100),
    varied={("make_layers", "lr", "batch_size", "optimizer", "epochs", "schedule"): {
        "as given, lr 0.5": (as_given, 0.5, 50000, "sgd", 100, "constant"),
        "bias mended, lr 0.5": (notebook, 0.5, 50000, "sgd", 100, "constant"),
        "improved: ReLU, batches of 50, Adam": (improved, 0.001, 50, "adam", 10, "cosine")}},
    observed={"training": training_accuracy, "its test pass": its_test_pass},
    panels=[curve("validation", "validation accuracy, %", xscale="symlog"), losses(window=10, xscale="symlog")],
    table=rows(LOSS, observed("training", "training accuracy, %"), VALIDATION, TEST,
               observed("its test pass", "by the notebook's test pass, %"), SECONDS),
    documents={"as given, lr 0.5": "87.12 in training, 71.07 by its test pass (epoch 84)",
               "improved: ReLU, batches of 50, Adam": "65.54 in training, 17.39 by its test pass (epoch 9)"},
    seeds=1)
