"""A loss is one number that says how far the network's outputs are from the labels; training makes it small.

X (N, K) are the network's outputs (for the cross-entropies: logits, any real numbers), Y (N, K) the labels, one-hot.
`compute(X, Y)` is the mean loss of the batch, `deriv(X, Y)` its gradient dL/dX, of X's shape and dtype (float64 where
X holds integers). Both raise ValueError when X and Y differ in shape.

A loss may say more. `right(X, Y)`: which outputs count as right, True or False for each image, or
NoAccuracy if there is no such thing. `baseline_loss(Y)`: of the best network that gives every image the same answer.
`check_labels(Y)`: ValueError if Y cannot be its labels; `compute` asks it, too. `takes_logits`: True if X are logits;
`softmax(X)`: the probabilities that it makes of them, if it does.
"""
import numpy as np

from nn.checks import data, settings
from nn.checks.calls import Checked, Written, usage
from nn.ops.elementwise import floating, logistic
from nn.ops.process import underflow_ignored


class NoAccuracy(ValueError):
    """These labels are no classes, so no output is right or wrong."""


def largest_is_right(X, Y):
    """For each image of X (N, K), K at least 2: whether its largest output is the one that the label Y has largest."""
    if np.ndim(X) != 2 or np.shape(X)[1] < 2:
        raise NoAccuracy(f"there is no accuracy for outputs of shape {np.shape(X)}, because the largest of two or more "
                         f"outputs is the answer: give the loss a method right(X, Y) that says what is right")
    return np.argmax(X, axis=1) == np.argmax(Y, axis=1)


class MeanSquaredError(Written, metaclass=Checked):
    """L = 1/(2N) sum_n |X_n - Y_n|^2;  dL/dX = (X - Y) / N."""

    def compute(self, X, Y):
        return 0.5 * np.sum(self._difference(X, Y) ** 2) / len(X)

    def deriv(self, X, Y):
        return self._difference(X, Y) / len(X)

    def right(self, X, Y):
        """One-hot Y: the largest output is the answer. One column of labels 0 or 1: an output above 0.5 means 1."""
        X, Y = np.asarray(X), np.asarray(Y)
        if ((Y == 0) | (Y == 1)).all():
            if Y.ndim == 2 and Y.shape[1] == 1:
                return (X[:, 0] > 0.5) == (Y[:, 0] == 1)
            if Y.ndim == 2 and (Y.sum(axis=1) == 1).all():
                return largest_is_right(X, Y)
        raise NoAccuracy("there is no accuracy for labels that are neither one-hot nor one column of 0 and 1: "
                         "look at the loss, which evaluate(net, X, Y) returns")

    def baseline_loss(self, Y):
        return self.compute(np.broadcast_to(np.mean(Y, axis=0), np.shape(Y)), Y)

    def _difference(self, X, Y):
        data.check_shapes(X, Y)
        return floating(X) - floating(Y)


class SoftmaxCrossEntropy(Written, metaclass=Checked):
    """L = -1/N sum_n sum_k Y_nk log p_nk with p = softmax(X);  dL/dX = (p - Y) / N.

    Every row of Y must sum to 1 (one-hot, or probabilities), or ValueError. Source: Bridle (1990); Goodfellow, Bengio &
    Courville, Deep Learning, section 6.2.2.3. The row's maximum is subtracted first: softmax stays the same, exp cannot
    overflow, and a confident miss costs its logits' distance and not infinity.

    label_smoothing: 0 <= s < 1, or ValueError, puts (1 - s) Y + s / K in place of Y (Szegedy et al., 2016, section 7).
    A network that is never to be quite sure generalises a little better; its loss ends at those labels' entropy, not 0.
    """

    takes_logits = True
    right, check_labels = staticmethod(largest_is_right), staticmethod(data.check_rows)

    def __init__(self, label_smoothing=0.0):
        self.label_smoothing = settings.number(self, "label_smoothing", label_smoothing, below=1)

    def compute(self, X, Y):
        X = data.logits(X, Y)
        self.check_labels(Y)
        shifted = X - X.max(axis=1, keepdims=True)
        with underflow_ignored():
            log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
            return -(self._smoothed(Y) * log_p).sum() / len(X)

    def deriv(self, X, Y):
        with underflow_ignored():
            return (self.softmax(data.logits(X, Y)) - self._smoothed(Y)) / len(X)

    def baseline_loss(self, Y):
        return _entropy(np.mean(self._smoothed(Y), axis=0))

    def softmax(self, X):
        """p_nk = exp(X_nk) / sum_j exp(X_nj): each row sums to 1."""
        X = floating(X)
        with underflow_ignored():
            e = np.exp(X - X.max(axis=1, keepdims=True))
            return e / e.sum(axis=1, keepdims=True)

    _softmax = softmax  # the course's name for it, which students' published scripts call in their accuracy

    def _smoothed(self, Y):
        return (1 - self.label_smoothing) * np.asarray(Y) + self.label_smoothing / np.shape(Y)[1]


class PaddedCrossEntropy(SoftmaxCrossEntropy):
    """The cross-entropy over the steps of sequences of different lengths: L = -1/M sum_nt sum_k Y_ntk log p_ntk.

    X, Y: (N, T, K), or the steps as rows (N T, K). Shorter sequences are padded: a step whose Y is all 0 has no label.
    It is no part of the mean, which is over the M steps that have one, and its dL/dX is 0. `right`: whether a sequence
    is right at all steps that have a label; if the steps are rows, whether each of these is.
    """

    def compute(self, X, Y):
        X, Y, labelled = self._labelled(X, Y)
        self.check_labels(Y)
        return super().compute(X[labelled], Y[labelled])

    def deriv(self, X, Y):
        X, Y, labelled = self._labelled(X, Y)
        dX = np.zeros_like(X)
        dX[labelled] = super().deriv(X[labelled], Y[labelled])
        return dX

    def baseline_loss(self, Y):
        return super().baseline_loss(Y[_has_label(Y)])

    def right(self, X, Y):
        X, Y, labelled = self._labelled(X, Y)
        right = X.argmax(axis=-1) == Y.argmax(axis=-1)
        return (right | ~labelled).all(axis=1) if X.ndim == 3 else right[labelled]

    def check_labels(self, Y):
        labelled, sums = _has_label(Y), np.sum(Y, axis=-1)
        data.check_some_labelled(labelled)
        super().check_labels(np.where(labelled, sums, 1).reshape(-1, 1))

    def _labelled(self, X, Y):
        """X, Y, and which of their steps have a label (N, T)."""
        data.check_shapes(X, Y)
        Y = np.asarray(Y)
        return floating(X), Y, _has_label(Y)


class SigmoidCrossEntropy(Written, metaclass=Checked):
    """L = -1/N sum_nk Y log p + (1 - Y) log(1 - p) with p = sigmoid(X) = 1 / (1 + exp(-X));  dL/dX = (p - Y) / N.

    Each of the K outputs answers a question of its own with yes (label 1) or no (0), so K may be 1; an output above 0
    says yes. Y must lie in 0..1, or ValueError. Source: Goodfellow, Bengio & Courville, section 6.2.2.2, in the form
    max(X, 0) - X Y + log(1 + exp(-|X|)), which cannot overflow.
    """

    takes_logits = True
    check_labels = staticmethod(data.check_answers)

    def compute(self, X, Y):
        X, Y = self._checked(X, Y)
        self.check_labels(Y)
        with underflow_ignored():
            return np.sum(np.maximum(X, 0) - X * Y + np.log1p(np.exp(-np.abs(X)))) / len(X)

    def deriv(self, X, Y):
        X, Y = self._checked(X, Y)
        with underflow_ignored():
            return (logistic(X) - Y) / len(X)

    def right(self, X, Y):
        """True or False for each answer, (N, K)."""
        return (np.asarray(X) > 0) == (np.asarray(Y) > 0.5)

    def baseline_loss(self, Y):
        yes = np.mean(Y, axis=0)
        return _entropy(yes) + _entropy(1 - yes)

    def _checked(self, X, Y):
        data.check_shapes(X, Y)
        return floating(X), floating(Y)


mse, cross_entropy, sigmoid_cross_entropy = MeanSquaredError(), SoftmaxCrossEntropy(), SigmoidCrossEntropy()
padded_cross_entropy = PaddedCrossEntropy()


@usage("one_hot(labels, 10)")
def one_hot(x, size):
    """Labels x (N,), integers 0..size-1, or ValueError -> (N, size) float32, 1 at the label and 0 elsewhere."""
    numbers = data.class_numbers(x, size)
    return np.eye(size, dtype=np.float32)[numbers]


def _has_label(Y):
    """Which steps of Y (..., K) have a label, and are no padding."""
    return (np.asarray(Y) != 0).any(axis=-1)


def _entropy(p):
    """-sum p log p, with 0 log 0 = 0."""
    p = p[p > 0]
    return -np.sum(p * np.log(p))
