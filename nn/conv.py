"""A convolution slides small filters over an image: each output pixel is the weighted sum of a window of the input."""
from nn.checks import settings
from nn.checks.inputs import images
from nn.layer import TrainableLayer
from nn.ops import convolution, winograd
from nn.ops.windows import padding


class Conv(TrainableLayer):
    """Convolution of (N, H, W, C_in) into (N, oh, ow, C_out), oh = (H + 2 pad - kh) // stride + 1, ow alike.

    With padded inputs x, weights w (kh, kw, C_in, C_out), bias b, strides (sh, sw) and the error e = dL/dz:

        z[n, y, x', f]    = sum_ijc  x[n, sh y + i, sw x' + j, c] w[i, j, c, f] + b[f]
        dL/dw[i, j, c, f] = sum_nyx' x[n, sh y + i, sw x' + j, c] e[n, y, x', f],    dL/db[f] = sum_nyx' e[n, y, x', f]
        dL/dx[n, u, v, c] = sum      e[n, y, x', f] w[i, j, c, f]  over all sh y + i = u, sw x' + j = v, and f

    `nn.ops.convolution` says how each of the sums becomes matrix products, and `nn.ops.winograd` how fewer will do.

    fshape: (kh, kw, C_in, C_out), the shape of w. filter_init: a function from that shape to the first weights.
    strides: one number, or (vertical, horizontal). pad: zeros on each side, or "same": oh = ceil(H / stride).
    bias: whether there is a b (C_out,), which starts at 0.
    """

    in_parts = apart = keeps_contract = True

    def __init__(self, fshape, activation, filter_init, optimizer, strides=1, pad=0, bias=True):
        self.fshape = settings.shape(self, "fshape", "(kh, kw, C_in, C_out)", fshape)
        self.kernel, self.strides = self.fshape[:2], settings.pair(self, "strides", strides)
        self.pad = settings.pad(self, pad)
        w = settings.initial_weights(self, self.fshape, filter_init, "filter_init")
        super().__init__(activation, optimizer, w=w, b=settings.first_bias(self, bias, self.fshape[3]))

    def forward(self, inputs):
        inputs = images(self, inputs, self.fshape[2], self.kernel, self.pad)
        self.size, f = inputs.shape[1:3], self.activation
        function = f.compute if f.in_parts else None
        z, a = self._ops(inputs).convolution(inputs, self.w, self.b, *self._where(self.size), function)
        return z, a if f.in_parts else f.compute(z)

    def get_weight_grad(self, inputs, layer_err):
        where = self._where(inputs.shape[1:3])
        dw, db = self._ops(inputs).convolution_weight_gradients(inputs, layer_err, self.kernel, *where)
        return {"w": dw} if self.b is None else {"w": dw, "b": db}

    def backward(self, layer_err):
        return self._ops(layer_err).convolution_input_gradient(layer_err, self.w, self.size, *self._where(self.size))

    def _ops(self, x):
        """The module that makes the sums over such a batch faster."""
        return winograd if winograd.pays(len(x), self.fshape, self.strides, self.pad) else convolution

    def _where(self, size):
        return self.strides, padding(self.pad, self.kernel, self.strides, size)

    def __repr__(self):
        return f"Conv({self.fshape})"
