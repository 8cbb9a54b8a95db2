"""A fully connected layer connects every input with every output: a matrix product, plus a bias."""
import numpy as np

from nn.checks import settings
from nn.checks.inputs import rows
from nn.layer import TrainableLayer
from nn.ops.products import matrix_product


class FullyConnected(TrainableLayer):
    """z = x w + b, from (N, n_in) to (N, n_out); images (N, H, W, C) are taken as rows of H * W * C = n_in numbers.

    wshape: (n_in, n_out), the shape of w. weight_init: a function from that shape to the first weights.
    bias: whether there is a b (n_out,), which starts at 0.

    Backwards, with the error e = dL/dz:  dL/dw = x^T e,  dL/db = sum_n e_n,  dL/dx = e w^T.
    """

    in_parts = apart = keeps_contract = True

    def __init__(self, wshape, activation, weight_init, optimizer, bias=True):
        self.wshape = settings.shape(self, "wshape", "(n_in, n_out)", wshape)
        w = settings.initial_weights(self, self.wshape, weight_init, "weight_init")
        super().__init__(activation, optimizer, w=w, b=settings.first_bias(self, bias, self.wshape[1]))

    def forward(self, inputs):
        self.input_shape = np.shape(inputs)
        z = matrix_product(rows(self, inputs, self.wshape[0]), self.w)
        if self.b is not None:
            z += self.b
        return z, self.activation.compute(z)

    def get_weight_grad(self, inputs, layer_err):
        dw, db = matrix_product(inputs.reshape(len(inputs), -1).T, layer_err), layer_err.sum(axis=0)
        return {"w": dw} if self.b is None else {"w": dw, "b": db}

    def backward(self, layer_err):
        return matrix_product(layer_err, self.w.T).reshape(self.input_shape)

    def __repr__(self):
        return f"FullyConnected({self.wshape})"
