"""The check-up judges layers and networks of tests' own: no wrong gradient passes, and nothing that is right is blamed.

`python -m pytest -m slow -s tests/test_judged.py` judges them all, and prints how many were judged how.
"""
from collections import Counter

import numpy as np
import pytest

from inspection.sanity_check import _gradients, sanity_check
from nn import Network, cross_entropy
from readers.mnist import load_images
from tests import judged_others
from tests.judged_layers import RIGHT, SINGLE_RIGHT, SINGLE_WRONG, WRONG
from tests.judged_networks import HEALTHY, SICK, standardised

SEEDS = 20  # of the layers that compute in float32
pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture(scope="module")
def digits():
    X, Y = load_images()[0]
    return X[:2000], Y[:2000]


def gradients(make, digits, seed=0):
    """What is said of the gradients of a network's layers: "OK", "WRONG", or "?" where some were not checked."""
    np.random.seed(seed)
    net = Network(make(), 0.01, cross_entropy)
    [finding] = _gradients(net, *(array[4 * seed:] for array in digits))
    return finding.status


def findings(make, digits):
    """What is wrong with a network."""
    np.random.seed(0)
    return [str(finding) for finding in sanity_check(*make(*digits)) if finding.status != "OK"]


def judged(title, expected, verdicts):
    """How many verdicts, (name, verdict), there are of each kind; printed, with the names of those not expected."""
    counts = Counter(verdict for _, verdict in verdicts)
    print(f"\n{title}: " + ", ".join(f"{n} {verdict}" for verdict, n in sorted(counts.items())))
    print("\n".join(f"  {verdict}: {name}" for name, verdict in verdicts if verdict != expected))
    return counts


# --- a few of each, quickly

@pytest.mark.parametrize("name", ["convolution", "overlapping max pooling", "dropout", "recurrent", "gated block",
                                  "switched by whole numbers"])
def test_right_layers_pass(name, digits):
    assert gradients(RIGHT[name], digits) == "OK"


@pytest.mark.parametrize("name", ["-db at the pixels", "100 db", "db = 0", "dw lacks a corner", "ties get all",
                                  "ties get all, at the pixels", "dx of another image", "1.01 dw"])
def test_wrong_layers_are_named(name, digits):
    assert gradients(WRONG[name], digits) == "WRONG"


def test_slope_that_is_wrong_for_few_images_is_named(digits):
    assert gradients(judged_others.WRONG["clipped, never stopped"], digits) == "WRONG"


@pytest.mark.slow
@pytest.mark.parametrize("name", ["float32, ReLU", "float32 swish"])
@pytest.mark.parametrize("seed", [0, 1])
def test_right_layers_that_compute_in_float32_pass(name, seed, digits):
    assert gradients(SINGLE_RIGHT[name], digits, seed) == "OK"


@pytest.mark.slow
@pytest.mark.parametrize("name", ["float32, -dw", "float32 swish, no slope"])
@pytest.mark.parametrize("seed", [0, 1])
def test_wrong_layers_that_compute_in_float32_are_named(name, seed, digits):
    assert gradients(SINGLE_WRONG[name], digits, seed) == "WRONG"


@pytest.mark.parametrize("name", ["mlp", "mlp, standardised", "mlp, last layer begins at 0", "mlp, digits as numbers",
                                  "mlp, residual", "mlp, mse, sigmoid last", "regression of features", "words"])
def test_healthy_networks_pass(name, digits):
    assert findings(HEALTHY[name], digits) == []


@pytest.mark.parametrize("name, what, words", [
    ("softmax as a layer, last", "loss at the start", "gives no number below 0, as softmax"),
    ("sigmoid last, convolutions", "loss at the start", "gives no number below 0"),
    ("tanh last", "loss at the start", "gives numbers from -1 to 1 alone"),
    ("batch normalisation last", "loss at the start", "as a normalisation does"),
    ("divided by 255 twice", "images", "divide them by 255 once, and not twice"),
    ("nan", "images", "hold nan or inf"),
    ("dropout of 0.95", "units and signals", "% of its inputs 0"),
    ("only linear layers", "units and signals", "3 layers are one linear map"),
    ("tanh of N(0, 1)", "units and signals", "are saturated"),
    ("rate of 1e6", "steps after 10 batches", "the learning rate is too large"),
])
def test_sick_networks_are_told_why(name, what, words, digits):
    assert [words in line for line in findings(SICK[name], digits) if line.startswith(what)] == [True]


@pytest.mark.parametrize("scaled", [lambda X: X, standardised])
def test_a_high_rate_is_not_blamed_on_the_images(scaled, digits):
    found = findings(lambda X, Y: SICK["rate of 1e6"](scaled(X), Y), digits)
    assert found and not any(line.startswith("images") or "first weights" in line for line in found)


# --- all of them

@pytest.mark.long
@pytest.mark.slow
@pytest.mark.parametrize("right, wrong, at_least", [
    (RIGHT, WRONG, 40), (judged_others.RIGHT, judged_others.WRONG, 16)])
def test_all_layers(right, wrong, at_least, digits):
    right = judged("right layers", "OK", [(name, gradients(make, digits)) for name, make in right.items()])
    wrong = judged("wrong layers", "WRONG", [(name, gradients(make, digits)) for name, make in wrong.items()])
    assert min(sum(right.values()), sum(wrong.values())) >= at_least
    assert not right["WRONG"] and right["?"] <= 0.05 * sum(right.values())
    assert not wrong["OK"] and wrong["WRONG"] >= 0.9 * sum(wrong.values())


@pytest.mark.long
@pytest.mark.slow
@pytest.mark.parametrize("kind, layers, expected, never", [
    ("right", SINGLE_RIGHT, "OK", "WRONG"), ("wrong", SINGLE_WRONG, "WRONG", "OK")])
def test_all_layers_that_compute_in_float32(kind, layers, expected, never, digits):
    verdicts = [(f"{name}, seed {seed}", gradients(make, digits, seed)) for name, make in layers.items()
                for seed in range(SEEDS)]
    assert not judged(f"{kind} layers in float32, {SEEDS} seeds", expected, verdicts)[never]


@pytest.mark.long
@pytest.mark.slow
@pytest.mark.parametrize("kind, networks, expected, at_least, others", [
    ("healthy", HEALTHY, "OK", 60, 0), ("sick", SICK, "alarm", 40, 2),
    ("further healthy", judged_others.HEALTHY, "OK", 20, 0), ("further sick", judged_others.SICK, "alarm", 20, 1)])
def test_all_networks(kind, networks, expected, at_least, others, digits):
    verdicts = [(name, "alarm" if findings(make, digits) else "OK") for name, make in networks.items()]
    counts = judged(f"{kind} networks", expected, verdicts)
    assert len(verdicts) >= at_least and len(verdicts) - counts[expected] <= others
