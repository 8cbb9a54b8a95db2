"""An embedding gives each word of a vocabulary a row of numbers of its own, and these numbers are learned."""
import numpy as np

from nn.activation import linear
from nn.checks import settings
from nn.checks.inputs import words
from nn.layer import TrainableLayer
from nn.ops.products import sums_of_rows


class Embedding(TrainableLayer):
    """z_nt = w[x_nt]: words x (N, T), whole numbers from 0 to V - 1, become (N, T, D), for each word its row of w.

    wshape: (V, D), words in the vocabulary and numbers for each. weight_init: a function from that shape to first
    weights. Source: Bengio et al. (2003), "A neural probabilistic language model", section 2, the matrix C.

    It is the product of one-hot words with w, without the multiplications by 0. So a word's row gets the errors of all
    places where the word stands, and the numbers of the words themselves, between which w is constant, get none:

        dL/dw_v = sum over all n, t with x_nt = v of e_nt,  dL/dx = 0
    """

    takes_words = keeps_contract = True

    def __init__(self, wshape, *, weight_init, optimizer):
        self.wshape = settings.shape(self, "wshape", "(n_words, n_out)", wshape)
        w = settings.initial_weights(self, self.wshape, weight_init, "weight_init")
        super().__init__(linear, optimizer, w=w)

    def forward(self, inputs):
        """Raises ValueError unless all inputs are whole numbers (as floats, too) from 0 to V - 1."""
        self.words = words(self, inputs, self.wshape[0])
        z = self.w[self.words]
        return z, z

    def get_weight_grad(self, inputs, layer_err):
        return {"w": sums_of_rows(layer_err.reshape(-1, self.wshape[1]), self.words.reshape(-1), self.wshape[0])}

    def backward(self, layer_err):
        return np.zeros(self.words.shape, layer_err.dtype)

    def __repr__(self):
        return f"Embedding({self.wshape})"
