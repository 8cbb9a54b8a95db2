"""The matrix products of a training step, as its formulas have them, and nothing else.

With the windows of its input as rows, a layer that has weights w (k, F) is three products of R rows. R is N * oh * ow
for a convolution, N for a fully connected layer.

    forward          (R, k) @ (k, F)
    weight gradient  (k, R) @ (R, F)
    input gradient   (R, F) @ (F, k)     the first layer needs none
"""
from contextlib import nullcontext

import numpy as np

from benchmarks.networks import NETWORKS, first_layers


class Side:
    loop = nullcontext

    def __init__(self, network, dtype=np.float32):
        self.sizes, self.dtype, self.products = sizes(network), dtype, {}

    def prepare(self, images, labels):
        return images, labels

    def step(self, X, Y):
        """Only the number of images counts. The first step lays the matrices out in memory, and is warm-up."""
        if len(X) not in self.products:
            self.products[len(X)] = list(products(self.sizes, len(X), self.dtype))
        for left, right, out in self.products[len(X)]:
            np.matmul(left, right, out=out)


def sizes(network):
    """[(rows per image, k, F)] of the layers that are products."""
    x, found = np.zeros((1, *NETWORKS[network].image)), []
    for layer in first_layers(network):
        x = layer.predict(x)
        if layer.weights and layer.w.ndim > 1:
            found.append((int(np.prod(x.shape[1:-1])), layer.w.size // x.shape[-1], x.shape[-1]))
    return found


def products(sizes, batch, dtype=np.float32):
    """(left, right, out) of each product of a step."""
    for place, (rows, k, f) in enumerate(sizes):
        x, w, e = (np.ones(shape, dtype) for shape in [(batch * rows, k), (k, f), (batch * rows, f)])
        yield x, w, np.empty_like(e)
        yield x.T, e, np.empty_like(w)
        if place > 0:
            yield e, w.T, np.empty_like(x)
