"""Textbook versions, obvious and slow; the fast ones in nn/ are compared with them.

Each has the arguments of the fast one in nn/ops/; `padding` is ((top, bottom), (left, right)), the pixels that are put
around an image, `kernel` (kh, kw), `size` an image's (H, W).
"""
import numpy as np


def each_place(shape, kernel, strides):
    """For each place of a window in images of `shape`: (image, output row, output column), and where its pixels are."""
    for n in range(shape[0]):
        for y, top in enumerate(range(0, shape[1] - kernel[0] + 1, strides[0])):
            for x, left in enumerate(range(0, shape[2] - kernel[1] + 1, strides[1])):
                yield (n, y, x), (n, slice(top, top + kernel[0]), slice(left, left + kernel[1]))


def padded(x, padding, value=0.0):
    return np.pad(np.asarray(x, np.float64), ((0, 0), *padding, (0, 0)), constant_values=value)


def unpadded(x, padding):
    (top, bottom), (left, right) = padding
    return x[:, top:x.shape[1] - bottom, left:x.shape[2] - right]


def output_of(shape, kernel, strides, channels):
    """Zeros of the shape of the output."""
    *_, (last, _) = each_place(shape, kernel, strides)
    return np.zeros(tuple(k + 1 for k in last) + (channels,))


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


def max_pooling(x, kernel, strides, padding):
    x = padded(x, padding, -np.inf)
    out = output_of(x.shape, kernel, strides, x.shape[3])
    for at, window in each_place(x.shape, kernel, strides):
        out[at] = x[window].max(axis=(0, 1))
    return out


def max_pooling_input_gradient(x, e, kernel, strides, padding):
    """The error goes to the first largest pixel, row by row; where windows overlap, a pixel adds up what it gets."""
    x = padded(x, padding, -np.inf)
    dx = np.zeros(x.shape)
    for at, window in each_place(x.shape, kernel, strides):
        for c in range(x.shape[3]):
            row, column = np.unravel_index(np.argmax(x[window][..., c]), kernel)
            dx[window][row, column, c] += e[at][c]
    return unpadded(dx, padding)


def average_pooling(x, kernel, strides):
    out = output_of(x.shape, kernel, strides, x.shape[3])
    for at, window in each_place(x.shape, kernel, strides):
        out[at] = x[window].mean(axis=(0, 1))
    return out


def average_pooling_input_gradient(e, kernel, strides, size):
    dx = np.zeros((len(e), *size, e.shape[3]))
    for at, window in each_place(dx.shape, kernel, strides):
        dx[window] += e[at] / np.prod(kernel)
    return dx


def softmax(X):
    e = np.exp(X)
    return e / e.sum(axis=1, keepdims=True)


def cross_entropy(X, Y):
    """(mean loss, gradient)."""
    p = softmax(X)
    return np.mean([-np.log(p_n[np.argmax(y)]) for p_n, y in zip(p, Y)]), (p - Y) / len(X)


def smoothed_cross_entropy(X, Y, smoothing):
    """Mean (loss, gradient) if each label, with probability `smoothing`, is replaced by one drawn from all K."""
    drawn = [cross_entropy(X, np.tile(label, (len(X), 1))) for label in np.eye(Y.shape[1])]
    return [(1 - smoothing) * kept + smoothing * sum(each) / len(drawn)
            for kept, each in zip(cross_entropy(X, Y), zip(*drawn))]


def sigmoid_cross_entropy(X, Y):
    """(mean loss, gradient)."""
    p = 1 / (1 + np.exp(-X))
    losses = [-np.log(p_nk if y_nk else 1 - p_nk) for p_nk, y_nk in zip(p.flat, Y.flat)]
    return np.sum(losses) / len(X), (p - Y) / len(X)


def mean_squared_error(X, Y):
    """(mean loss, gradient)."""
    return np.mean([0.5 * np.dot(x - y, x - y) for x, y in zip(X, Y)]), (X - Y) / len(X)


# The optimizers: each gives step t's direction for gradient g and keeps what it remembers in s, all 0 at first.

def sgd(g, t, s):
    return g


def momentum(g, t, s, mu=0.9):
    s["v"] = mu * s["v"] + g
    return s["v"]


def nesterov(g, t, s, mu=0.9):
    s["v"] = mu * s["v"] + g
    return g + mu * s["v"]


def adagrad(g, t, s, eps=1e-10):
    s["v"] = s["v"] + g ** 2
    return g / (np.sqrt(s["v"]) + eps)


def rmsprop(g, t, s, rho=0.99, eps=1e-8):
    s["v"] = rho * s["v"] + (1 - rho) * g ** 2
    return g / (np.sqrt(s["v"]) + eps)


def adam(g, t, s, beta1=0.9, beta2=0.999, eps=1e-8):
    s["m"] = beta1 * s["m"] + (1 - beta1) * g
    s["v"] = beta2 * s["v"] + (1 - beta2) * g ** 2
    m_hat, v_hat = s["m"] / (1 - beta1 ** t), s["v"] / (1 - beta2 ** t)
    return m_hat / (np.sqrt(v_hat) + eps)


def descend(direction, w, gradients, lr, l2=0.0, decoupled=0.0):
    """w after each step, with one of the two kinds of weight decay."""
    s = {"m": 0.0, "v": 0.0}
    for t, g in enumerate(gradients, 1):
        w = w - lr * direction(g + l2 * w, t, s) - lr * decoupled * w
        yield w
