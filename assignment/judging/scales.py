"""Problem 4 is judged by the first weights themselves, however they are written: for each, its mean and its variance.

Sources: He et al. (2015) for ReLU, LeCun et al. (1998) and Glorot & Bengio (2010) for the others, PyTorch's
`calculate_gain` for tanh; sigmoid's slope of 1/4 at 0 allows up to 16.
"""
from dataclasses import dataclass

import numpy as np

POINTS = 10
# shape -> n_in as it was handed out, of which the variance is the reciprocal
HANDED_OUT = {(5, 5, 1, 16): 28 * 28, (6, 6, 16, 32): 16 * 24 * 24, (6, 6, 32, 64): 32 * 10 * 10,
              (3 * 3 * 64, 180): 3 * 3 * 64, (180, 10): 100}
GIVEN_MLP = "the script built the three-layer MLP as it was handed out, not a network for this problem"
MLP = [(784, 100), (100, 50), (50, 10)]
UNTOUCHED = "the scales are those that were handed out"
SIGMAS = 5  # so far chance may go, with as few numbers as a weight has


@dataclass(frozen=True)
class Weight:
    """A layer's first weights w, its class and activation function by name, and this function's values at -1, 0, 1."""

    name: str
    activation: str
    behaves: object
    w: np.ndarray
    is_first: bool

    @property
    def n_in(self):
        return int(np.prod(self.w.shape[:-1]))

    @property
    def variance(self):
        return float(np.var(self.w))

    @property
    def chance(self):
        """How far the variance of so few numbers may be from the true one, as a share of it."""
        return SIGMAS * np.sqrt(2 / self.w.size)

    def __str__(self):
        return f"{self.name} of {self.w.shape} with {self.activation}"


def weights_of(described, arrays):
    """The Weights that a runner told."""
    return [Weight(str(one["name"])[:40], str(one["activation"])[:40], one["behaves"], np.asarray(w, float), k == 0)
            for k, (one, w) in enumerate(zip(described, arrays))]


def losses(weights, cause_of=lambda weights: ""):
    """[(points lost, line)] in equal parts for each weight. cause_of: what is wrong with all of them, in words."""
    shapes = [weight.w.shape for weight in weights]
    if not weights or shapes == MLP:
        return [(POINTS, GIVEN_MLP if weights else "the network has no weights")]
    if is_untouched(weights):
        return [(POINTS, UNTOUCHED)]
    lines = [f"{weight}: {line}" for weight in weights for line in [fault(weight)] if line]
    if lines:
        cause = cause_of(weights)
        lines = [f"{line}; cause: {cause}" if cause else line for line in lines]
    count = max(len(weights), len(HANDED_OUT))
    lines += ["a weight fewer than the network that was handed out has"] * (count - len(weights))
    left = [POINTS * (count - k) // count for k in range(len(lines) + 1)]
    return [(before - after, line) for before, after, line in zip(left, left[1:], lines) if before > after]


def is_untouched(weights):
    """Whether all scales are those that were handed out; where one was changed, each is judged for itself."""
    return [weight.w.shape for weight in weights] == list(HANDED_OUT) and all(
        abs(weight.variance * HANDED_OUT[weight.w.shape] - 1) < weight.chance for weight in weights)


def fault(weight):
    """None, or what is wrong with a weight: all the same, a mean that is not 0, equal along an axis, or its scale."""
    w, variance = weight.w, weight.variance
    if not np.isfinite(w).all():
        return "some weights are no finite numbers"
    if variance == 0:
        return f"all weights are the same number, {w.flat[0]:.4g}, so that all units learn the same"
    for axis in range(w.ndim):
        if w.shape[axis] > 1 and np.var(w, axis=axis, ddof=1).mean() < 0.4 * variance:
            return (f"expected weights that differ along each axis, but along axis {axis} of {w.shape} they are all "
                    f"(nearly) the same")
    deviation = np.sqrt(variance)
    if abs(w.mean()) > deviation * (0.2 + SIGMAS / np.sqrt(w.size)):
        return (f"expected a mean near 0, got {w.mean():.3g} with a standard deviation of {deviation:.3g}"
                + (", and no weight is negative" if w.min() >= 0 else ""))
    low, high, fits = _band(weight)
    if low * max(0.0, 1 - weight.chance) <= variance * weight.n_in <= high * (1 + weight.chance):
        return None
    return f"expected variance * n_in = about {fits}, n_in = {weight.n_in}, got {variance * weight.n_in:.3g}"


def has_relu(weight):
    """Whether the activation function passes about half, as ReLU and its kin do."""
    below, _, above = weight.behaves or (None, None, None)
    return above is not None and abs(above - 1) < 1e-6 and -0.5 < below <= 1e-6


def _band(weight):
    """(lowest, highest, best in words) variance * n_in for the activation function."""
    if has_relu(weight):
        return (0.6, 2.8, "1 or 2") if weight.is_first else (1.4, 2.8, "2")
    if weight.behaves is not None and abs(weight.behaves[1] - 0.5) < 1e-6:
        return 0.4, 20, "1"
    return 0.4, 3.2, "1"
