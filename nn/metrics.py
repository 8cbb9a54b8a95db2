"""A metric is a number that says how good a network's answers are: its loss, and the share of them that is right."""
import numpy as np

from nn.activation import sigmoid
from nn.checks.calls import check_network, usage
from nn.checks.data import check_sets
from nn.loss import NoAccuracy, largest_is_right


@usage("evaluate(net, X, Y)")
def evaluate(net, X, Y):
    """(mean loss, accuracy in %) of `net` on X (N, ...), Y (N, K). The accuracy is None where the loss has none,
    and nan if an output is."""
    output, Y = _outputs(net, X, Y)
    loss = float(np.sum(net.loss.compute(output, Y)))
    try:
        return loss, _percentage(net.loss, output, Y)
    except NoAccuracy:
        return loss, None


@usage("accuracy(net, X, Y)")
def accuracy(net, X, Y):
    """Percentage of the images X (N, ...) that `net` gets right, as its loss has it: mostly, the label Y (N, K) of 1
    is where the largest output is. Raises NoAccuracy, a ValueError, if these labels are no classes."""
    output, Y = _outputs(net, X, Y)
    return _percentage(net.loss, output, Y)


def baseline_loss(loss, Y):
    """The loss of giving every image the same answer, for labels Y (N, K); None if the loss does not say."""
    return float(np.sum(loss.baseline_loss(Y))) if hasattr(loss, "baseline_loss") else None


def probabilities(loss, output):
    """Outputs (N, K) of a network that was trained with `loss` -> (N, K), each row from 0 to 1 and of sum 1.

    For softmax's cross-entropy this is its softmax. Otherwise an output, or the sigmoid of it if it is a logit, is the
    network's guess at a label of 0 or 1; each row is then divided by its sum.
    """
    if hasattr(loss, "softmax"):
        return loss.softmax(output)
    if getattr(loss, "takes_logits", False):
        output = sigmoid.compute(output)
    guessed = np.clip(output, 1e-6, 1.0)
    return guessed / guessed.sum(axis=1, keepdims=True)


def _outputs(net, X, Y):
    """The outputs for the images of a set, and its labels as an array. Raises ValueError if they do not fit."""
    check_network(net, "accuracy(net, X, Y)")
    [(X, Y)] = check_sets(net.loss, [("given", (X, Y))])
    return net.forward(X), Y


def _percentage(loss, output, Y):
    right = np.mean(getattr(loss, "right", largest_is_right)(output, Y))
    return np.nan if np.isnan(output).any() else 100.0 * float(right)  # nan is no answer, and argmax would take it
