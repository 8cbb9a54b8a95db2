"""A recurrent network reads MNIST's images row by row, as sequences of 28 steps: `python -m examples.rnn`."""
from nn import RNN, FullyConnected, LastStep, linear, xavier
from readers.mnist import load_images
from training.command import run
from training.experiment import Experiment
from training.program import as_program


def many_to_one(activation, optimizer):
    """28 rows of 28 pixels -> 128 hidden numbers after each row -> 10 from the last."""
    return [
        RNN((28, 128), activation=activation, optimizer=optimizer, weight_init=xavier),
        LastStep(),
        FullyConnected((128, 10), activation=linear, optimizer=optimizer, weight_init=xavier),
    ]


EXPERIMENTS = {"rnn": Experiment(many_to_one, activation="tanh", schedule="cosine")}


if __name__ == "__main__":
    as_program(run, EXPERIMENTS, load_images, __doc__)
