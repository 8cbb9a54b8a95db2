"""An autopsy: which of a report's faults, and of the code that it was handed, make the figures that it prints?

Each suspect is a class that differs from the right one in one line. A network is made of some of them and trained as
the report says; where it does not say the learning rate, three are tried.
"""
from functools import partial

import numpy as np

from nn import AdamOptimizer, Conv, Flatten, FullyConnected, MaxPooling, lecun, linear
from nn.activation import ReLU
from nn.layer import TrainableLayer
from nn.ops.elementwise import maximum
from nn.ops.windows import images_first
from report.comparison import Comparison
from report.comparisons import networks
from report.figure import bars, curve, losses
from report.measurement import LOSS, TEST, VALIDATION, Measurement
from report.table import grid, rows
from training.experiment import Experiment


class LrInMoment(AdamOptimizer):
    """The report's Adam: m <- beta1 m + lr dx, where 1 - beta1 belongs; so m is lr / (1 - beta1) times as large."""

    def update(self, dx, lr):
        return lr / (1 - self.beta1) * super().update(dx, lr)


class InPlace(ReLU):
    """The report's ReLU: f(z) is written into z."""

    in_parts = True  # so that the layer does not protect its z from it

    def compute(self, x, out=None):
        return maximum(x, 0, out=x)


class SummedApart(Conv):
    """The handed-out convolution: dL/dw is the product of two sums, where the sum of products belongs."""

    def get_weight_grad(self, inputs, layer_err):
        windows = super().get_weight_grad(inputs, np.ones_like(layer_err))["w"]
        return {"w": windows * layer_err.sum(axis=(0, 1, 2)), "b": layer_err.sum(axis=(0, 1, 2))}


class FromZ:
    """The handed-out `train_step`: a layer's weight gradient gets z of the layer `before`, and not its activation."""

    before = None

    def forward(self, inputs):
        self.z, activation = super().forward(inputs)
        return self.z, activation

    def get_weight_grad(self, inputs, layer_err):
        return super().get_weight_grad(inputs if self.before is None else self.before.z, layer_err)


class DenseFromZ(FromZ, FullyConnected):
    """A fully connected layer with that fault."""

    keeps_contract = True  # it does not, but it cannot be tried alone


class ConvFromZ(FromZ, Conv):
    """A convolution with it."""

    keeps_contract = True


class SummedApartFromZ(FromZ, SummedApart):
    """A convolution with both of the hand-out's."""

    keeps_contract = True


class PlaceInWindow(MaxPooling):
    """Pooling's backward pass takes the maximum's place in its window for its place in the picture, and overwrites."""

    def backward(self, layer_err):
        places = images_first(np.argmax(self.hits, axis=0))  # (N, oh, ow, C), row by row
        dx = np.zeros((len(layer_err), *self.size, layer_err.shape[3]), layer_err.dtype)
        image, channel = np.ogrid[:len(layer_err), :layer_err.shape[3]]
        for y, x in np.ndindex(*layer_err.shape[1:3]):
            dx[(image, *divmod(places[:, y, x], self.pshape[1]), channel)] = layer_err[:, y, x]
        return dx


class AsPrinted(MaxPooling):
    """The report's backward pass to the letter: its index is a list [n, row, column, c], which means four whole images.

    The lists come from a cache that is never cleared and always read from its start, where the first image's first
    column of windows is; and the last image's errors overwrite all others.
    """

    first = None

    def forward(self, inputs):
        z, activation = super().forward(inputs)
        if self.first is None:
            self.first = [divmod(k, self.pshape[1]) for k in images_first(np.argmax(self.hits, axis=0))[0, :, 0, 0]]
        return z, activation

    def backward(self, layer_err):
        dx = np.zeros((len(layer_err), *self.size, layer_err.shape[3]), layer_err.dtype)
        for place, error in zip(self.first, layer_err[-1, :, -1, -1]):
            dx[[0, *place, 0]] = error
        return dx


ADAM, RELU, Z, SUMS = "Adam: lr in m", "ReLU: writes into z", "z for the activation", "convolution: sums apart"
PLACES, PRINTED = "pooling: place in the window", "pooling: as printed"
CONVOLUTIONS = {(False, False): Conv, (False, True): SummedApart, (True, False): ConvFromZ,
                (True, True): SummedApartFromZ}


def autopsied(activation, optimizer, network, faults):
    """The layers that network(activation, optimizer, convolution, dense, pooling) makes of parts with these faults."""
    layers = network(InPlace() if RELU in faults else activation, LrInMoment() if ADAM in faults else optimizer,
                     CONVOLUTIONS[Z in faults, SUMS in faults], DenseFromZ if Z in faults else FullyConnected,
                     PlaceInWindow if PLACES in faults else AsPrinted if PRINTED in faults else MaxPooling)
    for before, layer in zip(layers, layers[1:]):
        if Z in faults and isinstance(before, TrainableLayer) and isinstance(layer, TrainableLayer):
            layer.before = before
    return layers


def mlp(activation, optimizer, convolution, dense, pooling):
    """The report's first network, which is the course's."""
    return [Flatten((28, 28, 1)),
            *(dense(shape, activation=f, optimizer=optimizer, weight_init=lecun)
              for shape, f in (((784, 100), activation), ((100, 50), activation), ((50, 10), linear)))]


def cnn(activation, optimizer, convolution, dense, pooling):
    return networks.with_spreads(networks.report(activation, optimizer, [], convolution, dense), networks.REPORTS)


def pooled(activation, optimizer, convolution, dense, pooling):
    layers = networks.report(activation, optimizer, [pooling(2)], convolution, dense)
    return networks.with_spreads(layers, networks.REPORTS)


RATES = [0.0002, 0.001, 0.01]  # the first and the last are the hand-out's for its CNN and its MLP
SUSPECTS = [ADAM, RELU, Z, SUMS, PRINTED]
LAST_PRINTED = Measurement("last printed loss", lambda outcome: outcome.losses[(len(outcome.losses) - 1) // 10 * 10],
                           ".3f")  # every tenth is printed


def autopsy(title, network, alone, together, accuracy, loss, rates=RATES, tested=2000):
    """A comparison of the faults, each of `alone` for itself and all of `together`, with what the report printed.

    rates: the learning rates at which it may have printed it.
    """
    faults = {"none": [], **{name: [name] for name in alone}, "all but Adam's": together[1:], "all": together}
    return Comparison(
        title=title,
        base=Experiment(partial(autopsied, network=network), iterations=100),
        varied={"faults": faults, "lr": RATES},
        every=100, validated=200, tested=tested,
        panels=[bars(TEST, {"lr": lr}, accuracy if lr in rates else None, xlim=(0, 100)) for lr in RATES],
        table=grid("lr", TEST, LAST_PRINTED),
        documents={f"all, {lr}": f"{accuracy}, loss {loss}" for lr in rates},
        seeds=5)


IN_MLP = autopsy("The report's MLP with its faults, 100 iterations", mlp, SUSPECTS[:3], SUSPECTS[:3], 88.68, 0.339,
                 rates=[0.01], tested=None)
IN_CNN = autopsy("The report's CNN with its faults, 100 iterations", cnn, SUSPECTS[:4], SUSPECTS[:4], 43.57, 2.292)
IN_POOLED = autopsy("The report's CNN, pooled, with its faults, 100 iterations", pooled,
                    [*SUSPECTS[:4], PLACES, PRINTED], SUSPECTS, 18.71, 2.297)

SECTION_4, ONCE = "CNN of section 4, 10 iterations", "CNN, pooled, 1 iteration"

SHORT = Comparison(
    title="The report's first tries: 10 iterations, and a single one",
    base=Experiment(autopsied),
    varied={("network", "activation", "iterations"): {SECTION_4: (cnn, "leaky_relu", 10), ONCE: (pooled, "relu", 1)},
            "faults": {"none": [], ADAM: [ADAM], "all": SUSPECTS}, "lr": RATES},
    every=10, validated=200, tested=2000,
    panels=[bars(TEST, {"network": network, "lr": lr}, accuracy, xlim=(0, 100))
            for network, accuracy in ((SECTION_4, 13.58), (ONCE, 10.40)) for lr in (0.001, 0.01)],
    table=grid("lr", TEST),
    documents={f"{network}, all, {lr}": accuracy for network, accuracy in ((SECTION_4, "13.58"), (ONCE, "10.40"))
               for lr in RATES},
    seeds=5)

LONGER = Comparison(
    title="The report's CNN with its faults, lr 0.001, 2,000 iterations",
    base=Experiment(partial(autopsied, network=cnn), iterations=2000),
    varied={"faults": {ADAM: [ADAM], "all": SUSPECTS[:4]}},
    panels=[losses(window=20), curve("validation", "validation accuracy, %")],
    table=rows(LOSS, VALIDATION, TEST),
    documents={"all": "89.81, losses 0.24 to 0.66"},
    seeds=2)
