"""Fully connected networks of any depth on MNIST, plain or normalised: `python -m examples.fully_connected --help`."""
from nn import BatchNorm, Dropout, Flatten, FullyConnected, LayerNorm, he, lecun, linear, relu, sigmoid
from readers.mnist import load_images
from training.command import run
from training.experiment import Experiment
from training.program import as_program

DEEP = (784, 100, 100, 100, 100, 100, 10)  # the width of the input, of each hidden layer, and of the output


def plain(activation, optimizer, widths=DEEP, initializer=he):
    """Fully connected layers, one after the other."""
    return [Flatten((28, 28, 1)), *_hidden(activation, optimizer, widths, initializer),
            *_output(optimizer, widths, initializer)]


def normalised(normalisation):
    """The same, with each hidden layer's outputs normalised before the activation function."""
    def make_layers(activation, optimizer, widths=DEEP, initializer=he):
        hidden = []
        for layer, width in zip(_hidden(linear, optimizer, widths, initializer), widths[1:]):
            hidden += [layer, normalisation(width, activation=activation, optimizer=optimizer)]
        return [Flatten((28, 28, 1)), *hidden, *_output(optimizer, widths, initializer)]
    return make_layers


def dropped(activation, optimizer, widths=DEEP, p=0.1):
    """The same as plain, with a share p of each hidden layer's outputs dropped."""
    hidden = []
    for layer in _hidden(activation, optimizer, widths, he):
        hidden += [layer, Dropout(p)]
    return [Flatten((28, 28, 1)), *hidden, *_output(optimizer, widths, he)]


def notebook(optimizer):
    """A three-layer MLP, 784 -> 128 ReLU -> 64 sigmoid -> 10, that learns from all images at once."""
    return [
        Flatten((28, 28, 1)),
        FullyConnected((784, 128), activation=relu, optimizer=optimizer, weight_init=lecun),
        FullyConnected((128, 64), activation=sigmoid, optimizer=optimizer, weight_init=lecun),
        FullyConnected((64, 10), activation=linear, optimizer=optimizer, weight_init=lecun),
    ]


def _hidden(activation, optimizer, widths, initializer):
    return [FullyConnected(shape, activation=activation, optimizer=optimizer, weight_init=initializer)
            for shape in zip(widths[:-2], widths[1:-1])]


def _output(optimizer, widths, initializer):
    return [FullyConnected(widths[-2:], activation=linear, optimizer=optimizer, weight_init=initializer)]


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
