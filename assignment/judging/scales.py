"""Problem 4 is judged by the first weights themselves, however they are written: for each, its mean and its variance.

Sources: He et al. (2015) for ReLU, LeCun et al. (1998) and Glorot & Bengio (2010) for the others, PyTorch's
`calculate_gain` for tanh; sigmoid's slope of 1/4 at 0 allows up to 16.
"""
from dataclasses import dataclass

import numpy as np

from .taken import ITSELF
from .words import Words, say

POINTS = 10
# shape -> n_in as it was handed out, of which the variance is the reciprocal
HANDED_OUT = {(5, 5, 1, 16): 28 * 28, (6, 6, 16, 32): 16 * 24 * 24, (6, 6, 32, 64): 32 * 10 * 10,
              (3 * 3 * 64, 180): 3 * 3 * 64, (180, 10): 100}
GIVEN_MLP = Words("the script built the three-layer MLP as it was handed out, not a network for this problem",
                  "스크립트가 이 문제의 네트워크가 아니라 나눠 준 3층 MLP를 만들었습니다", ITSELF)
NO_WEIGHTS = Words("the network has no weights", "네트워크에 가중치가 없습니다", ITSELF)
FEWER = Words("a weight fewer than the network that was handed out has", "나눠 준 네트워크보다 가중치가 하나 적습니다")
MLP = [(784, 100), (100, 50), (50, 10)]
UNTOUCHED = Words("the scales are those that were handed out", "나눠 준 크기 그대로입니다", ITSELF)
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
    def variance(self):
        return float(np.var(self.w))

    @property
    def chance(self):
        """How far the variance of so few numbers may be from the true one, as a share of it."""
        return SIGMAS * np.sqrt(2 / self.w.size)

    @property
    def signal(self):
        """How many times as large the mean square of a signal is after the layer as before it."""
        squares = np.square(self.w - self.w.mean()).sum() / self.w.shape[-1]  # what one output adds up
        return float(squares * (np.mean(np.square([self.behaves[0], self.behaves[2]])) if has_relu(self) else 1))

    @property
    def words(self):
        return Words(f"{self.name} of {self.w.shape} with {self.activation}",
                     f"{self.name}, 가중치의 모양 {self.w.shape}, {self.activation}")


def weights_of(described, arrays):
    """The Weights that a runner told."""
    return [Weight(str(one["name"])[:40], str(one["activation"])[:40], one["behaves"], np.asarray(w, float), k == 0)
            for k, (one, w) in enumerate(zip(described, arrays))]


def losses(weights, cause_of=lambda weights: ""):
    """[(points lost, line)] in equal parts for each weight. cause_of: what is wrong with all of them, in words."""
    shapes = [weight.w.shape for weight in weights]
    if not weights or shapes == MLP:
        return [(POINTS, GIVEN_MLP if weights else NO_WEIGHTS)]
    if is_untouched(weights):
        return [(POINTS, UNTOUCHED)]
    lines = [say("{layer}: {what}", "{layer}: {what}", layer=weight.words, what=line, number=0)
             for weight in weights for line in [fault(weight)] if line]
    cause = cause_of(weights) if lines else ""
    if cause:
        lines = [say("{found}; cause: {cause}", "{found}; 원인: {cause}", found=line, cause=cause) for line in lines]
    count = max(len(weights), len(HANDED_OUT))
    lines += [FEWER] * (count - len(weights))
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
        return Words("some weights are no finite numbers", "유한한 수가 아닌 가중치가 있습니다")
    if variance == 0:
        return say("all weights are the same number, {got:.4g}, so that all units learn the same",
                   "가중치가 모두 같은 수({got:.4g})라서 모든 유닛이 똑같은 것을 배웁니다",
                   got=float(w.flat[0]) + 0.0, kind="same")  # never -0
    for axis in range(w.ndim):
        if w.shape[axis] > 1 and np.var(w, axis=axis, ddof=1).mean() < 0.4 * variance:
            return say("expected weights that differ along each axis, but along axis {axis} of {shape} they are all "
                       "(nearly) the same",
                       "가중치는 어느 축으로든 달라야 하는데 {shape}의 {axis}번 축으로는 (거의) 모두 같습니다",
                       axis=axis, shape=w.shape, kind="same")
    deviation = np.sqrt(variance)
    if abs(w.mean()) > deviation * (0.2 + SIGMAS / np.sqrt(w.size)):
        return say("expected a mean near 0, got {got:.3g} with a standard deviation of {deviation:.3g}{negative}",
                   "평균이 0에 가까워야 하는데 {got:.3g}이고 표준편차는 {deviation:.3g}입니다{negative}",
                   got=float(w.mean()), deviation=deviation, kind="mean", negative=Words(
                       ", and no weight is negative", ". 음수인 가중치가 없습니다") if w.min() >= 0 else "")
    low, high = _band(weight)
    if low * max(0.0, 1 - weight.chance) <= weight.signal <= high * (1 + weight.chance):
        return None
    return say("expected a layer that makes a signal's mean square about {low:g} to {high:g} times as large, got "
               "{got:.3g} times",
               "레이어를 지나면 신호의 제곱 평균이 {low:g}~{high:g}배쯤이어야 하는데 {got:.3g}배가 됩니다",
               low=low, high=high, got=weight.signal, kind="fades" if weight.signal < low else "explodes")


def has_relu(weight):
    """Whether the activation function passes about half, as ReLU and its kin do."""
    below, _, above = weight.behaves or (None, None, None)
    return above is not None and abs(above - 1) < 1e-6 and -0.5 < below <= 1e-6


def _band(weight):
    """(lowest, highest) of the signal for the activation function."""
    if has_relu(weight):
        return (0.3, 1.4) if weight.is_first else (0.7, 1.4)
    if weight.behaves is not None and abs(weight.behaves[1] - 0.5) < 1e-6:
        return 0.4, 20
    return 0.4, 3.2
