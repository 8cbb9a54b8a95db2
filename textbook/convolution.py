"""Convolution, and its gradients by weight and input: each output is a sum over one window."""
import numpy as np

from textbook.windows import each_place, output_of, padded, unpadded


def convolution(x, w, b, strides, padding):
    x = padded(x, padding)
    z = output_of(x.shape, w.shape[:2], strides, w.shape[3])
    for at, window in each_place(x.shape, w.shape[:2], strides):
        for f in range(w.shape[3]):
            z[at][f] = np.sum(x[window] * w[..., f]) + (0.0 if b is None else b[f])
    return z


def convolution_weight_gradient(x, e, kernel, strides, padding):
    x, dw = padded(x, padding), np.zeros((*kernel, x.shape[3], e.shape[3]))
    for at, window in each_place(x.shape, kernel, strides):
        for f in range(e.shape[3]):
            dw[..., f] += x[window] * e[at][f]
    return dw


def convolution_input_gradient(e, w, size, strides, padding):
    dx = padded(np.zeros((len(e), *size, w.shape[2])), padding)
    for at, window in each_place(dx.shape, w.shape[:2], strides):
        for f in range(w.shape[3]):
            dx[window] += w[..., f] * e[at][f]
    return unpadded(dx, padding)
