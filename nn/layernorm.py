"""Layer normalisation gives every input on its own mean 0 and variance 1: the batch may be as small as one."""
import numpy as np

from nn.activation import linear
from nn.checks import settings
from nn.checks.inputs import last_axes
from nn.layer import TrainableLayer
from nn.ops.normalization import normalised_rows, normalised_rows_gradient


class LayerNorm(TrainableLayer):
    """Layer normalisation (Ba, Kiros & Hinton, 2016) over the last axes of the inputs, those that `features` names.

    features: C for (N, C), or for each step of (N, T, C); (H, W, C) for whole images (N, H, W, C).
    With the F numbers x_f that are normalised together, weights w and b of the shape `features`, 1 and 0 at first,
    and the error e = dL/dz, forwards and backwards:

        mean = 1/F sum_f x_f    var = 1/F sum_f (x_f - mean)^2    xhat = (x - mean) / sqrt(var + eps)    z = w xhat + b
        dL/db = sum_n e_n       dL/dw = sum_n e_n xhat_n          g = e w = dL/dxhat
        dL/dx_f = (g_f - 1/F sum_f g_f - xhat_f 1/F sum_f g_f xhat_f) / sqrt(var + eps)

    No statistics of the batch are in it: training and inference are the same.
    """

    keeps_contract = True
    decayed = ()

    def __init__(self, features, activation=linear, *, optimizer, eps=1e-5):
        features = (features,) if np.ndim(features) == 0 else features
        self.features = settings.shape(self, "features", "C, (H, W, C) or another (...)", features)
        self.eps = settings.number(self, "eps", eps)
        super().__init__(activation, optimizer, w=np.ones(self.features), b=np.zeros(self.features))

    def forward(self, inputs):
        """Raises ValueError if the inputs' last axes are not `features`."""
        inputs = last_axes(self, inputs, self.features)
        self.xhat, self.inv_std = normalised_rows(self._rows(inputs), self.eps)
        z = self.xhat * self.w.reshape(-1)
        z += self.b.reshape(-1)
        z = z.reshape(inputs.shape)
        return z, self.activation.compute(z)

    def get_weight_grad(self, inputs, layer_err):
        e = self._rows(layer_err)
        return {"w": np.einsum("ij,ij->j", e, self.xhat).reshape(self.features),
                "b": e.sum(axis=0).reshape(self.features)}

    def backward(self, layer_err):
        g = self._rows(layer_err) * self.w.reshape(-1)
        return normalised_rows_gradient(g, self.xhat, self.inv_std).reshape(layer_err.shape)

    def _rows(self, x):
        """A row for each group of numbers that are normalised together."""
        return x.reshape(-1, self.w.size)

    def __repr__(self):
        return f"LayerNorm({self.features})"
