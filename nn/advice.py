"""Advice: what somebody who gave a network something that does not fit has in hand, and the line for them to write.

The rest of nn says in few words what was expected and what came; here it becomes the sentence.
"""
import numpy as np


def on_labels(outputs, Y):
    """Labels Y of another shape than the `outputs`."""
    said = f"the loss needs labels of the outputs' shape {outputs}, but they are {Y.shape}: "
    if Y.ndim and len(Y) != outputs[0] and Y.ndim <= len(outputs):
        return said + f"{len(Y)} labels for {outputs[0]} images; give each image its label, and no other"
    if Y.ndim == 1 and outputs[1:] == (1,):
        return said + "write labels.reshape(-1, 1)"
    if len(outputs) == 2 and Y.shape[1:] == (1,):
        return said + f"make labels one-hot; write one_hot(labels.reshape(-1), {outputs[1]})"
    if Y.ndim == 1 and len(outputs) == 2:
        return said + f"make labels one-hot; write one_hot(labels, {outputs[1]})"
    if Y.ndim > 2 and outputs == (Y[..., 0].size, Y.shape[-1]):
        return said + f"each step is a row here; write labels.reshape(-1, {Y.shape[-1]})"
    if len(outputs) == 3 and Y.ndim == 2:
        return said + "put LastStep() before the last layer, so that there is one answer for each sequence"
    return said + (f"make labels one-hot with one_hot(labels, {outputs[-1]}), or the last layer as wide as there are "
                   f"classes, {Y.shape[-1]}" if Y.ndim == len(outputs) else
                   "make labels one-hot, and the last layer as wide as there are classes")


def on_labels_of_a_set(Y):
    """Labels (N,) of a whole set, before there are any outputs."""
    said = f"labels must be one-hot, (N, K), but they are {Y.shape}: "
    if (Y == np.floor(Y)).all() and Y.min() >= 0:
        return said + f"write one_hot(labels, {max(10, int(Y.max()) + 1)}), from nn.loss"
    return said + "if each image has one number to learn, write labels.reshape(-1, 1)"


def on_classes(outputs):
    """Outputs that softmax cannot be taken of."""
    said = f"cross_entropy needs outputs (N, K), K at least 2, but they are {outputs}: "
    if len(outputs) == 2:
        return said + ("softmax of one output is always 1; take loss=sigmoid_cross_entropy for a yes or no, or mse for "
                       "a number")
    if len(outputs) < 2:
        return said + "the last layer must give a row of numbers for each image"
    return said + (f"write EachStep() before the last layer, which makes each step or pixel a row, and give the labels "
                   f"as Y.reshape(-1, {outputs[-1]})")


def on_rows(sums):
    """Rows of labels that are no probabilities."""
    row = int(np.argmax(~(np.abs(sums - 1) <= 0.01)))
    return (f"cross_entropy needs labels whose rows sum to 1 (one-hot, or probabilities), but row {row} sums to "
            f"{sums[row]:g}: write one_hot(labels, K), with labels 0..K-1; if an image may be of several classes, or "
            f"of none, take loss=sigmoid_cross_entropy")


def on_one_hot(x, size):
    """Labels x (an array) that are not integers (N,) from 0 to size - 1."""
    said = (f"one_hot expects labels (N,), integers from 0 to {size - 1}, but was given {x.dtype} of shape {x.shape}"
            + (f" from {x.min()} to {x.max()}" if x.size and x.dtype.kind in "iuf" else ""))
    if x.ndim == 2 and x.shape[1] == size > 1:
        return f"{said}: these are one-hot already; leave one_hot out"
    if x.ndim == 2 and 1 in x.shape:
        return f"{said}: write one_hot(labels.reshape(-1), {size})"
    if x.ndim == 1 and x.dtype.kind in "USf":
        return f"{said}: write one_hot(np.array(labels, int), {size})"
    if x.ndim == 1 and x.dtype.kind in "iu" and x.min() >= 1 and x.max() == size:
        return f"{said}: if the classes are counted from 1, write one_hot(labels - 1, {size})"
    return said
