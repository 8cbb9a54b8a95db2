"""A gradient check compares the gradients that backpropagation computes with slopes that are simply measured.

The measured slope of the loss L at a weight w is the central difference (L(w + h) - L(w - h)) / 2h, whose error is of
the order of h^2. Everything is computed in float64, by the methods that `Network.train_step` is made of.

Where L has a kink between w - h and w + h (ReLU at 0, max pooling where two pixels tie) there is no slope to measure,
and what backpropagation computes may be right all the same. Such a probe is left out, and counted. Slopes are less sure
where a layer computes in float32 inside; there an error is what goes beyond that.
"""
from copy import deepcopy
from functools import cached_property
from typing import NamedTuple

import numpy as np

from nn.checks.calls import usage
from nn.checks.settings import check_counts, layers_of
from nn.checks.slopes import along, central_slope, dense_lines, lines, noise_of, surest_slopes
from nn.layer import chains, named_layers
from nn.network import Network
from nn.ops.process import draws_put_back

FLOOR = 1e-4  # a gradient whose norm is smaller is compared with this: rounding alone is about 1e-11
RIGHT = 1e-6  # relative errors below it are right
ROUNDING = 100 * np.finfo(np.float64).eps  # relative, of a loss: many sums of products are in it
BLURRED = 0.1  # slopes that may be off by a larger share cannot tell right from wrong
COARSE = 2.5 * 4.0 ** -np.arange(9)  # the steps for losses that are rounded to float32


class GradientError(NamedTuple):
    """How far one weight's gradient is off: |backprop - measured| / (|backprop| + |measured|), Euclidean norms.

    probes: how many slopes were measured. kinks: how many of these were left out, because the loss has a kink there. If
    nothing is left, the error is nan, which is neither right nor wrong: the weight was not checked. doubt: how far the
    slopes themselves may be off, relative like the error, where that was much; the error is what goes beyond it.
    """

    layer: str
    weight: str
    error: float
    probes: int = 0
    kinks: int = 0
    doubt: float = 0.0

    def __str__(self):
        result = "not checked" if np.isnan(self.error) else f"relative error {self.error:.1e}" + (
            f" beyond the slopes' own {self.doubt:.0e}" if self.doubt > RIGHT else "")
        left_out = f", {self.kinks} of {self.probes} probes left out, on kinks" if self.kinks else ""
        return f"{self.layer + ' ' + self.weight:45s} {result}{left_out}"


@usage("check_gradients(net.layers, cross_entropy, X, Y)")
def check_gradients(layers, loss, X, Y, samples=100, h=1e-5, seed=0):
    """Check a list of layers against central differences, on the batch X (N, ...), Y (N, K).

    Returns a list of GradientError: one for each weight of each layer, and first one for dL/dX. Below 1e-6 is right,
    above 1e-3 is wrong, nan was not checked: every probe sits on a kink (ReLU, max pooling), so try another X.
    samples: how many slopes are measured at most for each weight, at one number each; of large weights a quarter along
    lines on which all numbers move. The layers, X and Y are left as they are. A layer that was frozen is checked, too.
    Raises ValueError if a layer's gradient does not have one array for each of its weights, or if a layer computes
    something else each time.
    """
    check_counts(samples=samples)
    net = Network(deepcopy(layers_of(layers)), lr=0.0, loss=loss, dtype=np.float64)
    for _, layer in named_layers(net.layers):
        if not layer.trainable:
            vars(layer).pop("trainable", None)  # thaw what was frozen; what its class does not train stays as it is
    for chain in chains(net):
        chain.admission.updates = False  # a gradient of a wrong shape is one of those that are looked for
    X, Y = np.array(X, np.float64), np.asarray(Y, np.float64)
    generator, probe = np.random.default_rng(seed), _Probe(net, X, Y, h, seed)
    with draws_put_back():
        return [probe.error(place, name, array, np.array(gradient, np.float64), generator, samples)
                for place, name, array, gradient in _compared(net, X, *probe.backprop())]


def _compared(net, X, grads, dX):
    """(place and layer, name, array, its gradient) of the inputs and of each weight, also of layers within layers."""
    yield "X", "w", X, dX
    for place, layer in named_layers(net.layers):
        k, *within = place.split(".")
        for name in layer.weights:
            gradient = grads[int(k)].get(".".join([*within, name]))
            if gradient is not None:
                yield f"{place} {layer!r}", name, getattr(layer, name), gradient


class _Probe:
    """The loss of a network on one batch, as a function of a step along a line in one of its arrays."""

    def __init__(self, net, X, Y, h, seed):
        self.net, self.X, self.Y, self.h, self.seed = net, X, Y, h, seed
        self.middle = None  # the loss where nothing is moved

    def backprop(self):
        """The gradients of all weights, and dL/dX."""
        self.middle, grads = self._seeded(self.net.gradients, (self.X, self.Y))
        first = self._activations()
        again = self._activations()
        for k, (layer, one, other) in enumerate(zip(self.net.layers, first, again)):
            if not np.allclose(one, other, rtol=1e-9, atol=1e-12, equal_nan=True):
                raise ValueError(f"{k} {layer!r}: forward computes something else each time, so no "
                                 f"slope can be measured; draw its random numbers from np.random (np.random.normal, "
                                 f"...), which the check seeds, and not from a generator of the layer's own")
        _, dX = self.net.backward(self.net.loss.deriv(again[-1], self.Y))
        return grads, dX

    def error(self, place, name, array, backprop, generator, samples):
        """The GradientError of an array, along up to `samples` lines."""
        if backprop.shape != array.shape or not np.isfinite(backprop).all():
            return GradientError(place, name, np.inf)
        expected, losses = self._along(lines(array, samples, generator), array, backprop)
        error = _relative(expected, np.array([central_slope(loss, self.h) for loss in losses]))
        if error < RIGHT:  # so no kink disturbed a probe
            return GradientError(place, name, error, len(losses))
        fine = self.noise < self.h ** 2 * (1 + abs(self.middle))
        if not fine:  # the slopes at single numbers are lost in it
            expected, losses = self._along(dense_lines(array, samples, generator), array, backprop)
        slopes, doubts = surest_slopes(losses, self.middle, (self.h, self.h / 10) if fine else COARSE, self.noise)
        sure = doubts < (100 * self.noise / self.h if fine else np.inf)
        return GradientError(place, name, *self._beyond_doubt(expected[sure], slopes[sure], doubts[sure], len(losses)))

    def _along(self, lines, array, backprop):
        """For each line the slope that backpropagation says it has, and the loss as a function of the step."""
        lines = list(lines)
        return (np.array([backprop.flat[places] @ direction for places, direction in lines]),
                [along(line, array, self._loss) for line in lines])

    def _beyond_doubt(self, expected, slopes, doubts, probes):
        """(error, probes, kinks, doubt) of the slopes that were not on kinks."""
        kinks = probes - len(slopes)
        doubt = float(np.linalg.norm(doubts)) / max(np.linalg.norm(expected) + np.linalg.norm(slopes), FLOOR)
        # numbers on which the loss does not depend say nothing about those on kinks, on which it does
        if doubt > BLURRED or kinks and not (np.abs(expected) + np.abs(slopes) > self.noise / self.h).any():
            return np.nan, probes, kinks, doubt
        return max(_relative(expected, slopes) - doubt, 0.0), probes, kinks, doubt

    @cached_property
    def noise(self):
        """How far a loss may be off because numbers are rounded."""
        arrays = [getattr(layer, name) for _, layer in named_layers(self.net.layers) for name in layer.weights]
        arrays += [self.X] if (self.X % 1).any() else []  # a word that moves is another word
        noise = noise_of(self._loss, arrays, np.random.default_rng(self.seed))
        return max(noise, ROUNDING * (1 + abs(self.middle)))

    def _loss(self):
        return np.sum(self.net.loss.compute(self._seeded(self.net.forward_in_training, self.X), self.Y))

    def _activations(self):
        """Each layer's activation on the batch."""
        output = self._seeded(self.net.forward_in_training, self.X)
        return [*self.net.inputs[1:], output]

    def _seeded(self, call, *arguments):
        np.random.seed(self.seed)  # a layer that draws numbers, such as dropout, draws the same ones every time
        return call(*arguments)


def _relative(backprop, measured):
    size = np.linalg.norm(backprop) + np.linalg.norm(measured)
    return float(np.linalg.norm(backprop - measured) / max(size, FLOOR))
