"""A loss curve tells what is wrong with a training, if anything is: here a small network really is trained."""
import numpy as np

from assignment.questions.question import Question, number
from nn import FullyConnected, Network, SGDOptimizer, cross_entropy, linear
from nn.metrics import baseline_loss

STEPS, EVERY, WIDTH, POINTS = 60, 5, 40, 120  # WIDTH: characters of the longest bar
CASES = {  # name -> (the learning rates, whether the labels belong to the points)
    "too large": ((80, 160), True), "too small": ((0.001, 0.004), True), "fine": ((0.8, 1.5), True),
    "guessing": ((0.8, 1.5), False)}


def loss_curve(rng):
    """One of the CASES. If the learning rate is too large, the loss is seen to rise again."""
    case, classes = str(rng.choice(list(CASES))), int(rng.integers(3, 6))
    losses, guess = _trained(rng, classes, *CASES[case])
    while case == "too large" and np.diff(losses).max() < 0.2:
        losses, guess = _trained(rng, classes, *CASES[case])
    lines = [f"    {EVERY * k:4}  {loss:6.3f}  {'#' * round(WIDTH * loss / losses.max())}"
             for k, loss in enumerate(losses)]
    return Question("loss_curve", {"losses": losses, "classes": classes}, {"case": case}, {
        "classes": classes, "lines": "\n".join(lines), "guess": f"ln {classes} = {number(guess)}"}, case)


def _trained(rng, classes, rates, belong):
    """(Losses, the loss of guessing) of a linear layer that learns to tell clouds of points in the plane apart."""
    labels, angles = rng.permutation(np.arange(POINTS) % classes), 2 * np.pi * np.arange(classes) / classes
    X = 1.2 * np.stack([np.cos(angles), np.sin(angles)], axis=1)[labels] + rng.normal(size=(POINTS, 2)) * 0.7
    Y = np.eye(classes)[labels if belong else rng.permutation(labels)]
    guess, w = baseline_loss(cross_entropy, Y), np.zeros((2, classes))
    while cross_entropy.compute(X @ w, Y) < 1.5 * guess:  # so that guessing is seen as a fall, too
        w = 2 * rng.normal(size=w.shape)
    net = Network([FullyConnected((2, classes), linear, w.reshape, SGDOptimizer())], rng.uniform(*rates),
                  cross_entropy, np.float64)
    return np.array([net.train_step((X, Y)) for _ in range(STEPS)])[::EVERY], guess
