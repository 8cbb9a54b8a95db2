"""An answer is what a network's outputs say about one input: how likely it holds each class to be."""
import numpy as np


def probabilities(loss, output):
    """Outputs (N, K) of a network that was trained with `loss` -> (N, K), each row from 0 to 1 and of sum 1.

    For a cross-entropy this is its softmax. Where there is none, as for the squared error, an output is itself the
    network's guess at a label of 0 or 1; each row is then divided by its sum.
    """
    if hasattr(loss, "_softmax"):
        return loss._softmax(output)
    guessed = np.clip(output, 1e-6, 1.0)
    return guessed / guessed.sum(axis=1, keepdims=True)
