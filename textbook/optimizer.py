"""Optimizers: each gives step t's direction for gradient g and keeps what it remembers in s, all 0 at first."""
import numpy as np


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
