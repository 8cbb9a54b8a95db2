"""A convolution slides small filters over an image: each output pixel is the weighted sum of one window of the input.

With padded inputs x, weights w (kh, kw, C_in, C_out), bias b, strides (sh, sw) and the error e = dL/dz:

    z[n, y, x', f]    = sum_ijc  x[n, sh y + i, sw x' + j, c] w[i, j, c, f] + b[f]
    dL/dw[i, j, c, f] = sum_nyx' x[n, sh y + i, sw x' + j, c] e[n, y, x', f]
    dL/dx[n, u, v, c] = sum      e[n, y, x', f] w[i, j, c, f]  over all sh y + i = u, sw x' + j = v, and f

These sums are computed as matrix products, because that is what NumPy does fastest. The usual way, im2col, makes each
window a row of a matrix, and so copies a pixel once for every window it is in. Here windows are cut into bands of sh
pixel rows. One place further down, a window begins one band further down: windows share bands, and less is copied.
Let the matrix X[q] have, for all images and all x', the pixels of band q as its rows, and cut w alike. Then

    z[y] = sum_p X[y + p] w_p + b        dL/dw_p = sum_y X[y + p]^T e[y]        p = 0 ... ceil(kh / sh) - 1
"""
import numpy as np

from nn.blocks import blocks
from nn.layer import TrainableLayer, initial_weights
from nn.window import check_images, check_pad, padded, padding, pair, places, windows

FEW_CHANNELS = 8  # below this many a window stays whole: bands would make thin products


class Conv(TrainableLayer):
    """Convolution of (N, H, W, C_in) into (N, oh, ow, C_out), oh = (H + 2 pad - kh) // stride + 1, ow alike.

    fshape: (kh, kw, C_in, C_out), the shape of w. filter_init: a function from that shape to the first weights.
    strides: one number, or (vertical, horizontal). pad: zeros on each side, or "same": oh = ceil(H / stride).
    bias: whether there is a b (C_out,), which starts at 0.
    """

    def __init__(self, fshape, activation, filter_init, optimizer, strides=1, pad=0, bias=True):
        self.fshape = tuple(fshape)
        if len(self.fshape) != 4:
            raise ValueError(f"Conv: fshape must be (kh, kw, C_in, C_out), but is {fshape!r}")
        self.strides, self.pad = pair(strides, "strides"), check_pad(pad)
        super().__init__(activation, optimizer, w=initial_weights(self, self.fshape, filter_init, "filter_init"),
                         b=np.zeros(self.fshape[3]) if bias else None)
        kh, _, c, _ = self.fshape
        self.whole = c < FEW_CHANNELS
        self.band_rows = kh if self.whole else self.strides[0]
        self.window_bands = -(-kh // self.band_rows)

    def forward(self, inputs):
        z = self._convolve(inputs)
        return z, self.activation.compute(z)

    def predict(self, inputs):
        return self.activation.compute(self._convolve(inputs))

    def get_weight_grad(self, inputs, layer_err):
        kh, kw, c, f = self.fshape
        dw = 0.0
        for images, matrices in self._matrices(inputs):
            e = self._ordered(layer_err[images]).reshape(-1, f)
            dw = dw + np.concatenate([X.T @ e for X in matrices])
        grad = {"w": dw.reshape(-1, kw, c, f)[:kh]}
        if self.b is not None:
            grad["b"] = layer_err.sum(axis=(0, 1)).sum(axis=0)
        return grad

    def backward(self, layer_err):
        """dL/dx, in bands D of sh pixel rows. Each band gets a share from every window that it is in:

            D[q] = sum_(y + p = q) E[y] w_p

        Columns come in groups of sw, v = sw r + s, and so do the weights', j = sw j' + s. In w_p there is a row for each
        (j', f), and a column for each pixel of a group; E[y, r] holds e[y, r - j', f], a window along a row of e.
        """
        (kh, kw, c, f), (sh, sw), (n, oh, ow, _) = self.fshape, self.strides, layer_err.shape
        (top, _), (left, _), (_, height, width, _) = *self._pads(), self.input_shape
        jh, jw = -(-kh // sh), -(-kw // sw)  # how many p, and j', there are
        w = _lengthened(_lengthened(self.w, 0, jh * sh), 1, jw * sw).reshape(jh, sh, jw, sw, c, f)
        w = w[:, :, ::-1].transpose(0, 2, 5, 1, 3, 4).reshape(jh, jw * f, sh * sw * c)
        bands, groups = oh + jh - 1, ow + jw - 1
        dx = np.empty((n, max(bands * sh, top + height), max(groups * sw, left + width), c), layer_err.dtype)
        dx[:, bands * sh:] = 0.0
        dx[:, :, groups * sw:] = 0.0
        for images in blocks(n, oh * groups * jw * f * layer_err.itemsize):
            E = windows(padded(layer_err[images], ((0, 0), (jw - 1, jw - 1))), (1, jw), (1, 1))
            E = E.swapaxes(0, 1).copy().reshape(-1, jw * f)
            row = len(E) // oh  # E[y] of all images, and one band of them
            D = np.empty((bands * row, sh * sw * c), E.dtype)
            np.matmul(E, w[0], out=D[:len(E)])
            D[len(E):] = 0.0
            for p in range(1, jh):
                D[p * row:][:len(E)] += E @ w[p]
            pixels = D.reshape(bands, -1, groups, sh, sw, c).transpose(1, 0, 3, 2, 4, 5)
            dx[images, :bands * sh, :groups * sw].reshape(pixels.shape)[...] = pixels
        return dx[:, top:top + height, left:left + width]

    def _convolve(self, inputs):
        """z (N, oh, ow, F), as the sum over p in the module's docstring."""
        check_images(self, inputs, self.fshape[2])
        self.input_shape, f = inputs.shape, self.fshape[3]
        oh, ow = self._output_size()
        w = _lengthened(self.w, 0, self.window_bands * self.band_rows).reshape(self.window_bands, -1, f)
        b = 0.0 if self.b is None else np.tile(self.b, ow)  # a long row adds faster than many short ones
        z = np.empty((len(inputs), oh, ow * f), inputs.dtype)
        for images, matrices in self._matrices(inputs):
            total = matrices[0] @ w[0]
            for X, w_p in zip(matrices[1:], w[1:]):
                total += X @ w_p
            block = self._ordered(z[images])
            np.add(total.reshape(block.shape), b, out=block)
        return z.reshape(-1, oh, ow, f)

    def _matrices(self, inputs):
        """Yields (images, matrices): a slice of the N images, and for each p its matrix X[p : p + oh].

        Rows are output pixels, in the order of `_ordered`; columns are (band, kw, C). Where windows stay whole there is
        one p, and the transpose is filled, which copies runs of ow pixels: longer ones than the few channels' kw * C.
        """
        (kh, kw, c, _), (sh, sw), (oh, ow) = self.fshape, self.strides, self._output_size()
        (top, bottom), sides = self._pads()
        end = (oh - 1) * sh + self.window_bands * self.band_rows  # of the last band
        bottom = max(bottom, end - top - inputs.shape[1])
        image_bytes = (oh + self.window_bands - 1) * ow * self.band_rows * kw * c * inputs.itemsize
        for images in blocks(len(inputs), image_bytes):
            x = padded(inputs[images], ((top, bottom), sides))
            if self.whole:
                rows = windows(x, (1, kw), (1, sw)).transpose(3, 4, 5, 0, 1, 2).copy()  # windows of one pixel row
                X = np.concatenate([rows[..., i:i + sh * oh:sh, :] for i in range(kh)])
                yield images, [X.reshape(kh * kw * c, -1).T]
            else:
                X = self._ordered(windows(x, (self.band_rows, kw), (sh, sw))).copy()
                yield images, [X[p:p + oh].reshape(-1, self.band_rows * kw * c) for p in range(self.window_bands)]

    def _ordered(self, images):
        """(N, rows, ...) -> (rows, N, ...) where windows are cut, so that X[p : p + oh] lies in one piece for all images."""
        return images if self.whole else images.swapaxes(0, 1)

    def _output_size(self):
        return [places(n + sum(pads), k, stride)
                for n, pads, k, stride in zip(self.input_shape[1:3], self._pads(), self.fshape, self.strides)]

    def _pads(self):
        return padding(self.pad, self.fshape[:2], self.strides, self.input_shape[1:3])

    def __repr__(self):
        return f"Conv({self.fshape})"


def _lengthened(w, axis, size):
    """w with zeros behind it, so that it is `size` long along `axis`."""
    zeros = np.zeros_like(w, shape=(*w.shape[:axis], size - w.shape[axis], *w.shape[axis + 1:]))
    return np.concatenate([w, zeros], axis) if zeros.size else w
