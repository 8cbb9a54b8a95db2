"""Dropout silences random units in training, so that none can rely on another, and many learn what few would have."""
import numpy as np

from nn.layer import WeightlessLayer

DRAWS = 2 ** 16  # a 16-bit draw for each unit costs a quarter of a float's, and makes p exact to 1 / 65,536


class Dropout(WeightlessLayer):
    """Inverted dropout (Srivastava et al., 2014): each number is 0 with probability p, else multiplied by 1 / (1 - p).

        z = mask x,  dL/dx = mask e,  mask = 0 or 1 / (1 - p), drawn anew for each batch

    The scale keeps the mean, so at inference nothing is left to do: the inputs pass unchanged. The draws come from
    NumPy's global generator: np.random.seed makes them reproducible. Raises ValueError unless 0 <= p < 1.
    """

    def __init__(self, p):
        if not 0 <= p < 1:
            raise ValueError(f"Dropout: p, the probability of dropping a unit, must be 0 or more and below 1, but is {p!r}")
        self.p = p

    def forward(self, inputs):
        dropped = int(self.p * DRAWS)  # of all DRAWS values, this many mean 0
        self.mask = (np.random.randint(0, DRAWS, inputs.shape, dtype=np.uint16) >= dropped).astype(inputs.dtype)
        self.mask *= DRAWS / (DRAWS - dropped)
        z = inputs * self.mask
        return z, z

    def predict(self, inputs):
        return inputs

    def backward(self, layer_err):
        return layer_err * self.mask

    def __repr__(self):
        return f"Dropout({self.p})"
