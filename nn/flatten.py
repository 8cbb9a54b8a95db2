"""Flatten turns images into rows of numbers, as a fully connected layer takes them."""
import numpy as np

from nn.layer import WeightlessLayer


class Flatten(WeightlessLayer):
    """(N, H, W, C) -> (N, H * W * C). shape: (H, W, C) of one input."""

    def __init__(self, shape):
        self.shape = tuple(shape)

    def forward(self, inputs):
        if np.size(inputs) != len(inputs) * np.prod(self.shape):
            raise ValueError(f"{self!r} expects inputs of shape (N, {str(self.shape)[1:-1]}), but was given "
                             f"{inputs.shape}: write Flatten({inputs.shape[1:]})")
        self.input_shape = inputs.shape
        rows = inputs.reshape(len(inputs), -1)
        return rows, rows

    def backward(self, layer_err):
        return layer_err.reshape(self.input_shape)

    def __repr__(self):
        return f"Flatten({self.shape})"
