"""Test-time views: a network looks at each image mirrored and shifted, too, and its answers are averaged."""
import numpy as np

from nn.checks.calls import check_network
from nn.checks.inputs import images


class Views:
    """A network that answers by the mean over six views of an image: as it is, and shifted by a pixel two ways, each
    mirrored, too. Mirrored views count as much as the others, and the images as they are as much as the shifted ones.

    It has the `forward` and the `loss` of a network, so that `nn.metrics.accuracy(Views(net), X, Y)` is its accuracy.
    What a shift brings in is the reflection of what is there. Source: Jordan (2024), arXiv 2404.00498.
    """

    def __init__(self, net):
        check_network(net, "accuracy(Views(net), X, Y)")
        self.net, self.loss = net, net.loss

    def forward(self, X):
        """X (N, H, W, C) -> the mean outputs (N, K)."""
        X = np.asarray(X)
        images(self, X)
        framed = np.pad(X, ((0, 0), (1, 1), (1, 1), (0, 0)), mode="reflect")
        shifted = framed[:, :-2, :-2], framed[:, 2:, 2:]
        return self._mirrored(X) / 2 + sum(map(self._mirrored, shifted)) / 4

    def _mirrored(self, X):
        return (self.net.forward(X) + self.net.forward(X[:, :, ::-1])) / 2

    def __repr__(self):
        return "Views(net)"
