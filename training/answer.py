"""An answer is what a network's outputs say about one input: how likely it holds each class to be."""
import numpy as np

from nn.activation import sigmoid


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
