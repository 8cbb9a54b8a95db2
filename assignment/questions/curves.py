"""A loss curve tells what is wrong with a training, if anything is: here a small network really is trained."""
import numpy as np

from assignment.questions.question import Question, number
from nn import FullyConnected, Network, SGDOptimizer, cross_entropy, linear
from nn.metrics import baseline_loss

STEPS, EVERY, WIDTH, POINTS = 60, 5, 40, 120  # WIDTH: characters of the longest bar
CASES = {  # name -> (the learning rates, whether the labels belong to the points)
    "too large": ((60, 120), True), "too small": ((0.001, 0.004), True), "fine": ((0.8, 1.5), True),
    "guessing": ((0.8, 1.5), False)}


def loss_curve(rng):
    """One linear layer learns to tell clouds of points in the plane apart, or cannot."""
    case, classes = str(rng.choice(list(CASES))), int(rng.integers(3, 6))
    rates, belong = CASES[case]
    labels, angles = rng.permutation(np.arange(POINTS) % classes), 2 * np.pi * np.arange(classes) / classes
    X = 1.2 * np.stack([np.cos(angles), np.sin(angles)], axis=1)[labels] + rng.normal(size=(POINTS, 2)) * 0.5
    Y = np.eye(classes)[labels if belong else rng.permutation(labels)]
    w = 2 * rng.normal(size=(2, classes))
    net = Network([FullyConnected((2, classes), linear, w.reshape, SGDOptimizer())], rng.uniform(*rates),
                  cross_entropy, np.float64)
    losses = np.array([net.train_step((X, Y)) for _ in range(STEPS)])[::EVERY]
    lines = [f"    {EVERY * k:4}  {loss:6.3f}  {'#' * round(WIDTH * loss / losses.max())}"
             for k, loss in enumerate(losses)]
    return Question("loss_curve", {"losses": losses, "classes": classes}, {"case": case}, {
        "classes": classes, "lines": "\n".join(lines),
        "guess": f"ln {classes} = {number(baseline_loss(cross_entropy, Y))}"}, case)
