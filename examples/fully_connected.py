"""Fully connected networks of any depth on MNIST, plain or normalised: `python -m examples.fully_connected --help`."""
from nn import BatchNorm, Dropout, Flatten, FullyConnected, LayerNorm, he, lecun, linear, relu, sigmoid
from readers.mnist import load_images
from training.command import run
from training.experiment import Experiment
from training.program import as_program

DEEP = (784, 100, 100, 100, 100, 100, 10)  # the width of the input, of each hidden layer, and of the output


def plain(activation, optimizer, widths=DEEP, initializer=he, after=lambda width: [], bias=True):
    """Fully connected layers, one after the other. after(width): the layers that follow each hidden one. bias: whether
    the hidden ones have any."""
    hidden = []
    for shape in zip(widths[:-2], widths[1:-1]):
        hidden += [FullyConnected(shape, activation=activation, optimizer=optimizer, weight_init=initializer,
                                  bias=bias), *after(shape[1])]
    return [Flatten((28, 28, 1)), *hidden,
            FullyConnected(widths[-2:], activation=linear, optimizer=optimizer, weight_init=initializer)]


def normalised(normalisation):
    """The same, with each hidden layer's outputs normalised before the activation function."""
    def make_layers(activation, optimizer, widths=DEEP, initializer=he, bias=True):
        return plain(linear, optimizer, widths, initializer,
                     lambda width: [normalisation(width, activation=activation, optimizer=optimizer)], bias)
    return make_layers


def dropped(activation, optimizer, widths=DEEP, p=0.1):
    """The same as plain, with a share p of each hidden layer's outputs dropped."""
    return plain(activation, optimizer, widths, after=lambda width: [Dropout(p)])


def notebook(optimizer, first=128, second=64):
    """A three-layer MLP, 784 -> first, ReLU -> second, sigmoid -> 10, that learns from all images at once."""
    return [
        Flatten((28, 28, 1)),
        FullyConnected((784, first), activation=relu, optimizer=optimizer, weight_init=lecun),
        FullyConnected((first, second), activation=sigmoid, optimizer=optimizer, weight_init=lecun),
        FullyConnected((second, 10), activation=linear, optimizer=optimizer, weight_init=lecun),
    ]


EXPERIMENTS = {
    "plain": Experiment(plain),
    "batchnorm": Experiment(normalised(BatchNorm)),
    "layernorm": Experiment(normalised(LayerNorm)),
    "dropout": Experiment(dropped),
    "notebook": Experiment(notebook, activation=None, optimizer="sgd", lr=0.5, epochs=100, batch_size=50_000,
                           watch_training=True),
}


if __name__ == "__main__":
    as_program(run, EXPERIMENTS, load_images, __doc__)
