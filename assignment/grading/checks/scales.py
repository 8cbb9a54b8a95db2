"""Problem 4 is the scale of first weights: for each weight, its variance times fan_in must fit its activation function.

Judged on the weights that the script's network starts with, however they are written. Sources: He et al. (2015) for
ReLU, LeCun et al. (1998) and Glorot & Bengio (2010) for the others; sigmoid's slope of 1/4 at 0 allows up to 16.
"""
import numpy as np

from assignment.grading.checks.case import Criterion

CRITERIA = (
    Criterion(10, "in equal parts for each weight of the network: its variance fits its n_in and its activation "
                  "function (within a wide band around the value in the literature)",
              "네트워크의 각 weight에 똑같이 나눈다: 분산이 n_in과 활성화 함수에 맞는다 "
              "(문헌의 값 둘레로 넓은 범위를 인정한다)"),
)
ARGUMENT = "cnn"  # python mnist_test.py cnn
MLP = [[784, 100], [100, 50], [50, 10]]
GIVEN_MLP = "the script built the three-layer MLP as it was handed out, not a network for this problem"


def judge(results):
    """List of (points lost, line), given what the script's network was when it started, and its run on two images."""
    shapes = [[2, 28, 28, 1], *(results[1]["shapes"] if len(results) > 1 else [])]
    for layer, shape in zip(results[0]["layers"], shapes):
        layer["input"] = shape[1:]
    layers = [layer for layer in results[0]["layers"] if layer["shape"] and len(layer["shape"]) > 1]
    if not layers or [layer["shape"] for layer in layers] == MLP:
        return [(10, GIVEN_MLP if layers else "the network has no weights")]
    weights = [results[0][layer["weight"]] for layer in layers]
    same = len(weights) > 1 and np.ptp([np.std(w) for w in weights]) < 0.15 * np.mean([np.std(w) for w in weights])
    lines = [line for line in (_weight(layer, w, same) for layer, w in zip(layers, weights)) if line]
    left = [10 * (len(layers) - k) // len(layers) for k in range(len(lines) + 1)]
    return [(before - after, line) for before, after, line in zip(left, left[1:], lines)]


def _weight(layer, w, same):
    """None, or the line that says what is wrong with the scale of one weight."""
    fan_in, variance = int(np.prod(w.shape[:-1])), float(np.var(w))
    low, high, fits = _band(layer["behaves"])
    chance = 3 * np.sqrt(2 / w.size)  # three standard deviations of the variance that is measured in so few numbers
    if low * max(0.0, 1 - chance) <= variance * fan_in <= high * (1 + chance):
        return None
    return (f"{layer['name']} of {w.shape} with {layer['activation']}: expected variance * n_in = about {fits}, n_in = "
            f"{fan_in}, got {variance * fan_in:.3g}{_cause(layer, variance, fan_in, fits, same)}")


def _band(behaves):
    """(lowest, highest, best) variance * fan_in for an activation function with these values at -1, 0 and 1."""
    if behaves is None:
        return 0.4, 2.8, 1
    below, middle, above = behaves
    if abs(above - 1) < 1e-6 and -0.5 < below <= 1e-6:  # ReLU and its kin pass about half
        return 1.4, 2.8, 2
    return (0.4, 20, 1) if abs(middle - 0.5) < 1e-6 else (0.4, 2.4, 1)


def _cause(layer, variance, fan_in, fits, same):
    if variance == 0:
        return "; cause: all weights are the same number, so that all units learn the same"
    if same:
        return "; cause: the same scale for every layer, whatever its n_in"
    pictures = [np.prod(layer["input"])] if "input" in layer and len(layer["shape"]) == 4 else []
    known = [(k / size, "n_in is taken from the picture's height and width; it is kh * kw * C_in")
             for size in pictures for k in (1, 2)]
    known += [((k / fan_in) ** 2, "the variance is used as the standard deviation: the root is missing")
              for k in (1, 2)]
    known += [(1 / fan_in, "1 / n_in does not make up for the half that ReLU cuts off")] if fits == 2 else []
    distance, cause = min((abs(np.log(variance / guess)), cause) for guess, cause in known)
    return f"; cause: {cause}" if distance < np.log(1.3) else ""
