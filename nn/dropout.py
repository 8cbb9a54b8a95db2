"""Dropout silences random units in training, so that none can rely on another, and many learn what few would have."""
from nn.checks import settings
from nn.layer import WeightlessLayer
from nn.ops.elementwise import dropout_mask, floating


class Dropout(WeightlessLayer):
    """Inverted dropout (Srivastava et al., 2014): each number is 0 with probability p, else multiplied by 1 / (1 - p).

        z = mask x,  dL/dx = mask e,  mask = 0 or 1 / (1 - p), drawn anew for each batch

    The scale keeps the mean, so at inference nothing is left to do: the inputs pass unchanged. The draws come from
    NumPy's global generator: np.random.seed makes them reproducible. Raises ValueError unless 0 <= p < 1.
    """

    in_parts = keeps_contract = silences = True

    def __init__(self, p):
        self.p = settings.number(self, "p", p, below=1)

    def forward(self, inputs):
        inputs = floating(inputs)
        self.mask = dropout_mask(inputs, self.p)
        z = inputs * self.mask
        return z, z

    def predict(self, inputs):
        return inputs

    def backward(self, layer_err):
        return layer_err * self.mask

    def __repr__(self):
        return f"Dropout({self.p})"
