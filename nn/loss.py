"""A loss is one number that says how far the network's outputs are from the labels; training makes it small.

X (N, K) are the network's outputs (for cross-entropy: logits, any real numbers), Y (N, K) the labels, one-hot.
`compute(X, Y)` is the mean loss of the batch, `deriv(X, Y)` its gradient dL/dX, of X's shape and dtype.
Both raise ValueError when X and Y differ in shape.
"""
import numpy as np


def _check(X, Y):
    if np.shape(X) != np.shape(Y):
        raise ValueError(f"the loss needs labels of the outputs' shape {np.shape(X)}, but they are {np.shape(Y)}: "
                         f"make labels one-hot, and the last layer as wide as there are classes")


class MeanSquaredError:
    """L = 1/(2N) sum_n |X_n - Y_n|^2;  dL/dX = (X - Y) / N."""

    def compute(self, X, Y):
        _check(X, Y)
        return 0.5 * np.sum((X - Y) ** 2) / len(X)

    def deriv(self, X, Y):
        _check(X, Y)
        return (X - Y) / len(X)


class SoftmaxCrossEntropy:
    """L = -1/N sum_n sum_k Y_nk log p_nk with p = softmax(X);  dL/dX = (p - Y) / N.

    Every row of Y must sum to 1 (one-hot, or probabilities). Source: Bridle (1990); Goodfellow, Bengio & Courville,
    Deep Learning, section 6.2.2.3. The row's maximum is subtracted first: softmax stays the same, exp cannot overflow,
    and a confident miss costs its logits' distance and not infinity.

    label_smoothing: 0 <= s < 1, or ValueError, puts (1 - s) Y + s / K in place of Y (Szegedy et al., 2016, section 7).
    A network that is never to be quite sure generalises a little better; its loss ends at those labels' entropy, not 0.
    """

    def __init__(self, label_smoothing=0.0):
        if not 0 <= label_smoothing < 1:
            raise ValueError(f"SoftmaxCrossEntropy: label_smoothing must lie in 0..1, 1 excluded, "
                             f"but is {label_smoothing}")
        self.label_smoothing = label_smoothing

    def compute(self, X, Y):
        _check(X, Y)
        shifted = X - X.max(axis=1, keepdims=True)
        log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
        return -np.sum(self._smoothed(Y) * log_p) / len(X)

    def deriv(self, X, Y):
        _check(X, Y)
        return (self._softmax(X) - self._smoothed(Y)) / len(X)

    def _softmax(self, X):
        """p_nk = exp(X_nk) / sum_j exp(X_nj): each row sums to 1."""
        e = np.exp(X - X.max(axis=1, keepdims=True))
        return e / e.sum(axis=1, keepdims=True)

    def _smoothed(self, Y):
        return (1 - self.label_smoothing) * np.asarray(Y) + self.label_smoothing / np.shape(Y)[1]


mse, cross_entropy = MeanSquaredError(), SoftmaxCrossEntropy()


def one_hot(x, size):
    """Labels x (N,), integers 0..size-1, or ValueError -> (N, size) float32, 1 at the label and 0 elsewhere."""
    x = np.asarray(x)
    if x.ndim != 1 or not np.issubdtype(x.dtype, np.integer) or x.size and not 0 <= x.min() <= x.max() < size:
        raise ValueError(f"one_hot expects labels (N,), integers from 0 to {size - 1}, but was given {x.dtype} of "
                         f"shape {x.shape}" + (f" from {x.min()} to {x.max()}" if x.size else ""))
    return np.eye(size, dtype=np.float32)[x]
