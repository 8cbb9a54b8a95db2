"""Flatten turns images into rows of numbers, as a fully connected layer takes them."""
from nn.checks import settings
from nn.checks.inputs import same_size
from nn.layer import WeightlessLayer


class Flatten(WeightlessLayer):
    """(N, H, W, C) -> (N, H * W * C). shape: (H, W, C) of one input."""

    in_parts = keeps_contract = True

    def __init__(self, shape):
        self.shape = settings.shape(self, "shape", "(H, W, C) of one input, or (...)", shape)

    def forward(self, inputs):
        inputs = same_size(self, inputs, self.shape)
        self.input_shape = inputs.shape
        rows = inputs.reshape(len(inputs), -1)
        return rows, rows

    def backward(self, layer_err):
        return layer_err.reshape(self.input_shape)

    def __repr__(self):
        return f"Flatten({self.shape})"
