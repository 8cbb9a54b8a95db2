"""A residual network on MNIST: each block adds what it finds to what it is given. `python -m examples.residual`."""
from nn import BatchNorm, Block, Conv, FullyConnected, GlobalAvgPooling, MaxPooling, he, lecun, linear
from readers.mnist import load_images
from training.command import run
from training.experiment import Experiment
from training.program import as_program


class Residual(Block):
    """z = x + F(x), where F is the block's layers (He et al., 2016a; the order of F's layers is that of 2016b).

    The error goes back along both ways: dL/dx = e + (e through F). On the way beside F nothing weakens it, which is why
    networks of many such blocks still learn. F's outputs have the shape of its inputs.
    """

    def forward(self, inputs):
        z = inputs + self.run(inputs)
        return z, z

    def backward(self, layer_err):
        return layer_err + super().backward(layer_err)


def residual(channels, activation, optimizer):
    """Two convolutions, each of normalised and activated inputs, that keep height, width and channels."""
    return Residual([layer for _ in range(2) for layer in (
        BatchNorm(channels, activation=activation, optimizer=optimizer),
        Conv((3, 3, channels, channels), activation=linear, optimizer=optimizer, filter_init=he, pad="same"))])


def two_blocks(activation, optimizer):
    """28x28x1 -> 28x28x16 -> pooled 14x14x16 -> block -> pooled 7x7x16 -> block -> the mean of each channel -> 10."""
    return [
        Conv((3, 3, 1, 16), activation=linear, optimizer=optimizer, filter_init=lecun, pad="same"),
        MaxPooling(2),
        residual(16, activation, optimizer),
        MaxPooling(2),
        residual(16, activation, optimizer),
        BatchNorm(16, activation=activation, optimizer=optimizer),
        GlobalAvgPooling(),
        FullyConnected((16, 10), activation=linear, optimizer=optimizer, weight_init=lecun),
    ]


EXPERIMENTS = {"residual": Experiment(two_blocks, lr=0.003, schedule="cosine")}


if __name__ == "__main__":
    as_program(run, EXPERIMENTS, load_images, __doc__)
