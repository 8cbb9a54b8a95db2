"""Losses, each as (mean over the batch, gradient by the network's output)."""
import numpy as np


def softmax(X):
    e = np.exp(X)
    return e / e.sum(axis=1, keepdims=True)


def cross_entropy(X, Y):
    """(mean loss, gradient)."""
    p = softmax(X)
    return np.mean([-np.log(p_n[np.argmax(y)]) for p_n, y in zip(p, Y)]), (p - Y) / len(X)


def smoothed_cross_entropy(X, Y, smoothing):
    """Mean (loss, gradient) if each label, with probability `smoothing`, is replaced by one drawn from all K."""
    drawn = [cross_entropy(X, np.tile(label, (len(X), 1))) for label in np.eye(Y.shape[1])]
    return [(1 - smoothing) * kept + smoothing * sum(each) / len(drawn)
            for kept, each in zip(cross_entropy(X, Y), zip(*drawn))]


def sigmoid_cross_entropy(X, Y):
    """(mean loss, gradient)."""
    p = 1 / (1 + np.exp(-X))
    losses = [-np.log(p_nk if y_nk else 1 - p_nk) for p_nk, y_nk in zip(p.flat, Y.flat)]
    return np.sum(losses) / len(X), (p - Y) / len(X)


def mean_squared_error(X, Y):
    """(mean loss, gradient)."""
    return np.mean([0.5 * np.dot(x - y, x - y) for x, y in zip(X, Y)]), (X - Y) / len(X)
