"""A recurrent layer reads a sequence step by step, and hands what it has understood so far on to its next step.

    RNN((28, 128), ...), LastStep(), FullyConnected((128, 10), ...)    many-to-one: one answer, from the last state
    RNN((28, 128), ...), EachStep(), FullyConnected((128, 10), ...)    many-to-many: an answer at each step
"""
import numpy as np

from nn.activation import tanh
from nn.checks import settings
from nn.checks.inputs import first_states, sequences, steps
from nn.layer import TrainableLayer, WeightlessLayer
from nn.ops.elementwise import floating


class RNN(TrainableLayer):
    """A vanilla recurrent layer (Elman, 1990): sequences (N, T, D) -> the hidden states of all steps (N, T, H).

        z_t = x_t wx + h_{t-1} wh + b,  h_t = f(z_t),  t = 1..T

    shape: (n_in, n_hidden) = (D, H). weight_init: a function from a shape to first weights, called for wx (D, H) and
    for wh (H, H); b (H,) starts at 0. Images (N, T, W, C) are sequences of T rows, each of D = W * C numbers.

    The first state h_0 is 0, unless `layer.h0` is set to states (N, H) before the forward pass, such as what an encoder
    makes of an image. After the way back `layer.dh0` (N, H) is its gradient, the encoder's upstream gradient.

    Backpropagation through time (Werbos, 1990) fits the five methods. A state h_t goes up to the next layer and on to
    z_{t+1}, so errors come back from both, and the only thing that recurs is

        e_t = dL/dz_t = f'(z_t) (dL/da_t + e_{t+1} wh^T),  t = T..1,  e_{T+1} = 0

    This is `get_activation_grad`. With e known at all steps, the rest is as in a fully connected layer, summed over t:

        dL/dwx = sum_t x_t^T e_t,  dL/dwh = sum_t h_{t-1}^T e_t,  dL/db = sum_t e_t,  dL/dx_t = e_t wx^T

    and the first state, which went into z_1 only, gets dL/dh_0 = e_1 wh^T.
    """

    keeps_contract = True
    decayed = ("wx", "wh")

    def __init__(self, shape, activation=tanh, *, weight_init, optimizer):
        self.shape = settings.shape(self, "shape", "(n_in, n_hidden)", shape)
        self.h0 = self.dh0 = None
        hidden = self.shape[1]
        wx = settings.initial_weights(self, self.shape, weight_init, "weight_init")
        wh = settings.initial_weights(self, (hidden, hidden), weight_init, "weight_init")
        super().__init__(activation, optimizer, wx=wx, wh=wh, b=np.zeros(hidden))

    def forward(self, inputs):
        """Raises ValueError unless inputs are (N, T, n_in), or (N, T, W, C) with W * C = n_in; and h0 (N, n_hidden)."""
        n_in, n_hidden = self.shape
        inputs = sequences(self, inputs, n_in)
        z = inputs.reshape(-1, n_in) @ self.wx  # the inputs' part, of all steps in one product
        z += self.b
        z = z.reshape(*inputs.shape[:2], n_hidden)
        self.input_shape, h = inputs.shape, np.empty_like(z)
        state = self.first = first_states(self, self.h0, len(z), n_hidden, z.dtype)
        for t in range(z.shape[1]):
            if state is not None:
                z[:, t] += state @ self.wh
            h[:, t] = self.activation.compute(z[:, t])
            state = h[:, t]
        self.h = h.view()
        self.h.flags.writeable = False  # the way back needs it as it is
        return z, h

    def get_activation_grad(self, z, upstream_gradient):
        """The errors dL/dz_t (N, T, H) of all steps, from the last to the first. dL/dh_0 is left in `dh0`."""
        slopes = self.activation.deriv(z)
        e = upstream_gradient * slopes
        for t in reversed(range(z.shape[1] - 1)):
            e[:, t] += slopes[:, t] * (e[:, t + 1] @ self.wh.T)
        self.dh0 = e[:, 0] @ self.wh.T
        return e

    def get_weight_grad(self, inputs, layer_err):
        n_in, n_hidden = self.shape
        e = layer_err.reshape(-1, n_hidden)
        dwh = self.h[:, :-1].reshape(-1, n_hidden).T @ layer_err[:, 1:].reshape(-1, n_hidden)
        if self.first is not None:
            dwh += self.first.T @ layer_err[:, 0]
        return {"wx": inputs.reshape(-1, n_in).T @ e, "wh": dwh, "b": e.sum(axis=0)}

    def backward(self, layer_err):
        return (layer_err.reshape(-1, self.shape[1]) @ self.wx.T).reshape(self.input_shape)

    def __repr__(self):
        return f"RNN({self.shape})"


class LastStep(WeightlessLayer):
    """(N, T, H) -> (N, H): the state after the last step, which has seen the whole sequence."""

    keeps_contract = True

    def forward(self, inputs):
        inputs = steps(self, inputs)
        self.input_shape = inputs.shape
        last = inputs[:, -1]
        return last, last

    def backward(self, layer_err):
        dx = np.zeros(self.input_shape, layer_err.dtype)
        dx[:, -1] = layer_err
        return dx


class EachStep(WeightlessLayer):
    """(N, T, H) -> (N T, H): each step becomes a row of its own, so that later layers share their weights over time.

    A loss then takes the labels (N, T, K) as rows too: `net.train_step((X, Y.reshape(-1, K)))`; it is the mean over all
    steps. `net.forward(X).reshape(N, T, K)` are the outputs, sequence by sequence.
    """

    keeps_contract = True

    def forward(self, inputs):
        inputs = floating(inputs)
        self.input_shape = inputs.shape
        rows = inputs.reshape(-1, inputs.shape[-1])
        return rows, rows

    def backward(self, layer_err):
        return layer_err.reshape(self.input_shape)
