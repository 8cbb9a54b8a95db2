"""An initialiser draws a layer's first weights at the scale that keeps signals alive: neither fading nor exploding.

Each takes the weights' shape, (n_in, n_out) or (kh, kw, C_in, C_out), and returns an array of it, drawn from NumPy's
global generator as the course's lambdas do: `FullyConnected((784, 100), weight_init=he, ...)`. The scale rests on

    fan_in  = how many inputs one output sums up   = n_in  = kh * kw * C_in
    fan_out = how many outputs one input goes into = n_out = kh * kw * C_out
"""
import numpy as np

from nn.checks.calls import usage


def fans(shape):
    """(fan_in, fan_out) of a weight shape."""
    if len(shape) < 2:
        raise ValueError(f"a weight's shape is (n_in, n_out) or (kh, kw, C_in, C_out), but this is {tuple(shape)}")
    window = int(np.prod(shape[:-2]))
    return window * shape[-2], window * shape[-1]


@usage("he, without calling it, as in weight_init=he")
def he(shape):
    """N(0, 2 / fan_in), for ReLU and its kin (He, Zhang, Ren & Sun, 2015)."""
    return np.random.normal(size=shape) * np.sqrt(2.0 / fans(shape)[0])


@usage("xavier, without calling it, as in weight_init=xavier")
def xavier(shape):
    """N(0, 2 / (fan_in + fan_out)), for tanh and sigmoid (Glorot & Bengio, 2010)."""
    return np.random.normal(size=shape) * np.sqrt(2.0 / sum(fans(shape)))


@usage("lecun, without calling it, as in weight_init=lecun")
def lecun(shape):
    """N(0, 1 / fan_in), for linear layers and tanh (LeCun, Bottou, Orr & Mueller, 1998)."""
    return np.random.normal(size=shape) * np.sqrt(1.0 / fans(shape)[0])


def identity(shape):
    """The first filters hand the input on: the middle pixel of filter c is 1 at channel c and 0 elsewhere.

    If there are more filters than channels, the rest is uniform within 1 / sqrt(fan_in) of 0, as PyTorch draws all.
    """
    bound = 1 / np.sqrt(fans(shape)[0])
    w = np.random.uniform(-bound, bound, size=shape)
    middle, same = tuple(k // 2 for k in shape[:-2]), range(min(shape[-2:]))
    w[..., :len(same)] = 0
    w[(*middle, same, same)] = 1
    return w
