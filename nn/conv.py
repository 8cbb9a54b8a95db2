"""A convolution slides small filters over an image: each output pixel is the weighted sum of one window of the input.

With padded inputs x, weights w (kh, kw, C_in, C_out), bias b, strides (sh, sw) and the error e = dL/dz:

    z[n, y, x', f]    = sum_ijc  x[n, sh y + i, sw x' + j, c] w[i, j, c, f] + b[f]
    dL/dw[i, j, c, f] = sum_nyx' x[n, sh y + i, sw x' + j, c] e[n, y, x', f]
    dL/dx[n, u, v, c] = sum      e[n, y, x', f] w[i, j, c, f]  over all sh y + i = u, sw x' + j = v, and f

Each sum is a matrix product, because that is what NumPy does fastest; the rest is laying out the matrices.
"""
import numpy as np

from nn.layer import TrainableLayer, initial_weights
from nn.window import check_images, check_pad, padded, padding, pair, windows

BLOCK_BYTES = 2 ** 20  # of a matrix at a time: it stays in a core's cache, and memory is bounded at any batch size
KEPT_BYTES = 2 ** 25  # of matrices that a layer keeps from `forward` for `get_weight_grad`; it makes larger ones twice


class Conv(TrainableLayer):
    """Convolution of (N, H, W, C_in) into (N, oh, ow, C_out), oh = (H + 2 pad - kh) // stride + 1, ow alike.

    fshape: (kh, kw, C_in, C_out), the shape of w. filter_init: a function from that shape to the first weights.
    strides: one number, or (vertical, horizontal). pad: zeros on each side, or "same": oh = ceil(H / stride).
    bias: whether there is a b (C_out,), which starts at 0.
    """

    kept_inputs, kept = None, ()  # the last forward's inputs, and what im2col made of them

    def __init__(self, fshape, activation, filter_init, optimizer, strides=1, pad=0, bias=True):
        self.fshape = tuple(fshape)
        if len(self.fshape) != 4:
            raise ValueError(f"Conv: fshape must be (kh, kw, C_in, C_out), but is {fshape!r}")
        self.strides, self.pad = pair(strides, "strides"), check_pad(pad)
        super().__init__(activation, optimizer, w=initial_weights(self, self.fshape, filter_init, "filter_init"),
                         b=np.zeros(self.fshape[3]) if bias else None)

    def forward(self, inputs):
        self.kept_inputs, self.kept = inputs, []
        z = self._convolve(inputs, self.kept)
        return z, self.activation.compute(z)

    def predict(self, inputs):
        return self.activation.compute(self._convolve(inputs))

    def get_weight_grad(self, inputs, layer_err):
        kept = self.kept if inputs is self.kept_inputs else ()
        self.kept = ()  # free for what `backward` needs
        dw = 0.0
        for images, columns in kept or im2col(self._windows(inputs)):
            dw = dw + columns.T @ layer_err[images].reshape(-1, self.fshape[3])
        grad = {"w": dw.reshape(self.fshape)}
        if self.b is not None:
            grad["b"] = layer_err.sum(axis=(0, 1)).sum(axis=0)
        return grad

    def backward(self, layer_err):
        """dL/dx, one kernel row i at a time, so that only whole rows of pixels are ever added up.

        Write an input column as v = sw r + b, with 0 <= b < sw. Then j = sw j' + b, and the sum above is

            dL/dx[sh y + i, sw r + b] = sum_i  sum_j' e[y, r - j'] w[i, sw j' + b]

        The inner sum, over j' and f, is one product: windows of e along its rows, times row i of the weights.
        """
        (kh, kw, c, f), (sh, sw), (n, oh, ow, _) = self.fshape, self.strides, layer_err.shape
        (top, bottom), (left, _) = self._pads()
        _, height, width, _ = self.input_shape
        jw = -(-kw // sw)  # how many j' there are
        w = np.zeros((kh, jw * sw, c, f), self.w.dtype)
        w[:, :kw] = self.w
        w = w.reshape(kh, jw, sw, c, f)[:, ::-1].transpose(0, 1, 4, 2, 3).reshape(kh, jw * f, sw * c)
        rows = padded(layer_err, ((0, 0), (jw - 1, jw - 1)))
        dx = np.zeros((n, top + height + bottom, width, c), layer_err.dtype)
        for images, columns in im2col(windows(rows, (1, jw), (1, 1))):
            for i in range(kh):
                row = (columns @ w[i]).reshape(-1, oh, (ow + jw - 1) * sw, c)[:, :, left:left + width]
                dx[images, i:i + sh * oh:sh, :row.shape[2]] += row
        return dx[:, top:top + height]

    def _convolve(self, inputs, kept=None):
        """z, from inputs. The matrices of im2col are put into the list `kept`, if there is one and they are not too large."""
        check_images(self, inputs, self.fshape[2])
        w, view = self.w.reshape(-1, self.fshape[3]), self._windows(inputs)
        n, oh, ow = view.shape[:3]
        z = np.empty((n, oh, ow, self.fshape[3]), inputs.dtype)
        b_image = None if self.b is None else np.tile(self.b, oh * ow)  # one long row adds faster than many short ones
        for images, columns in im2col(view):
            np.matmul(columns, w, out=z[images].reshape(-1, z.shape[3]))
            if b_image is not None:
                z[images].reshape(-1, b_image.size)[...] += b_image
            if kept is not None and view.nbytes <= KEPT_BYTES:
                kept.append((images, columns))
        return z

    def _pads(self):
        return padding(self.pad, self.fshape[:2], self.strides, self.input_shape[1:3])

    def _windows(self, inputs):
        self.input_shape = inputs.shape
        return windows(padded(inputs, self._pads()), self.fshape[:2], self.strides)

    def __repr__(self):
        return f"Conv({self.fshape})"


def im2col(view):
    """Lay windows (N, oh, ow, kh, kw, C) out as the rows of matrices, some images at a time.

    Yields (images, columns): a slice of the N images, and their matrix (images * oh * ow, kh * kw * C). With many channels
    each row is copied as it is, in runs of kw * C numbers that lie side by side; with few, the transpose is filled
    instead, in runs of ow pixels.
    """
    n, oh, ow, kh, kw, c = view.shape
    step = max(1, BLOCK_BYTES // view[0].nbytes)
    for start in range(0, n, step):
        images = slice(start, min(start + step, n))
        block = view[images]
        if c < 8:
            block = block.transpose(3, 4, 5, 0, 1, 2)
            yield images, block.copy().reshape(kh * kw * c, -1).T
        else:
            yield images, block.copy().reshape(-1, kh * kw * c)
