"""Train a network on MNIST: `python mnist_test.py`. Edit the lists of layers below, or give options (`--help`)."""
import numpy as np

from inspection.loss_curve import draw_history
from inspection.plots import draw_plots
from nn import (  # more than is used here: what the README names, for lists of your own
    RNN,
    AdamOptimizer,
    AvgPooling,
    BatchNorm,
    Block,
    Conv,
    Dropout,
    EachStep,
    Embedding,
    Flatten,
    FullyConnected,
    GlobalAvgPooling,
    GroupNorm,
    LastStep,
    LayerNorm,
    MaxPooling,
    MomentumSGDOptimizer,
    Network,
    PatchWhitening,
    SGDOptimizer,
    SoftmaxCrossEntropy,
    check_gradients,
    cross_entropy,
    he,
    leaky_relu,
    lecun,
    linear,
    mse,
    one_hot,
    padded_cross_entropy,
    relu,
    sigmoid,
    sigmoid_cross_entropy,
    tanh,
    xavier,
)
from nn.metrics import accuracy
from readers.mnist import load_images
from training.augment import RandomAffine
from training.callbacks import Validation
from training.command import inspect_and_exit, load_sets, load_weights, print_accuracy, resume, save_weights
from training.experiment import Experiment
from training.loop import train
from training.options import read_options
from training.program import as_program, finish


def cnn(activation, optimizer):
    """A small LeNet: 28x28x1 -> 24x24x8 -> pooled 12x12x8 -> 8x8x32 -> pooled 4x4x32 -> 128 -> 10."""
    return [
        Conv((5, 5, 1, 8), activation=activation, optimizer=optimizer, filter_init=he),
        MaxPooling(2),
        Conv((5, 5, 8, 32), activation=activation, optimizer=optimizer, filter_init=he),
        MaxPooling(2),
        FullyConnected((4 * 4 * 32, 128), activation=activation, optimizer=optimizer, weight_init=he),
        FullyConnected((128, 10), activation=linear, optimizer=optimizer, weight_init=lecun),
    ]


def best(activation, optimizer):
    """Five convolutions, wider the smaller the picture: 12x12x32 -> 10x10x64 -> 4x4x64 -> 4x4x128 -> 4x4x128 -> 10.

    The outputs of each are normalised, after max pooling where there is one: they are a quarter as many then. A
    convolution needs no bias there, because batch normalisation subtracts the mean.
    """
    def convolution(fshape, *pooling, pad=0):
        return [Conv(fshape, activation=linear, optimizer=optimizer, filter_init=he, pad=pad, bias=False), *pooling,
                BatchNorm(fshape[-1], activation=activation, optimizer=optimizer)]

    return [
        *convolution((5, 5, 1, 32), MaxPooling(2)),
        *convolution((3, 3, 32, 64)),
        *convolution((3, 3, 64, 64), MaxPooling(2)),
        *convolution((3, 3, 64, 128), pad="same"),
        *convolution((3, 3, 128, 128), pad="same"),
        Flatten((4, 4, 128)),
        Dropout(0.3),
        FullyConnected((4 * 4 * 128, 10), activation=linear, optimizer=optimizer, weight_init=lecun),
    ]


def plain(activation, optimizer):
    """The six problems' layers alone: 28x28x1 -> 24x24x32 -> 12x12x32 -> 8x8x64 -> 4x4x64 -> 4x4x64 -> 128 -> 10."""
    return [
        Conv((5, 5, 1, 32), activation=activation, optimizer=optimizer, filter_init=he),
        MaxPooling(2),
        Conv((5, 5, 32, 64), activation=activation, optimizer=optimizer, filter_init=he),
        MaxPooling(2),
        Conv((3, 3, 64, 64), activation=activation, optimizer=optimizer, filter_init=he, pad="same"),
        Flatten((4, 4, 64)),
        FullyConnected((4 * 4 * 64, 128), activation=activation, optimizer=optimizer, weight_init=he),
        FullyConnected((128, 10), activation=linear, optimizer=optimizer, weight_init=lecun),
    ]


def assignment(activation, optimizer):
    """The assignment's three convolutions: 28x28x1 -> 24x24x16 -> 10x10x32 -> 3x3x64 -> 180 -> 10."""
    return [
        Conv((5, 5, 1, 16), strides=1, activation=activation, optimizer=optimizer,
             filter_init=lambda shp: np.random.normal(size=shp) * np.sqrt(2.0 / (5 * 5 * 1))),
        Conv((6, 6, 16, 32), strides=2, activation=activation, optimizer=optimizer,
             filter_init=lambda shp: np.random.normal(size=shp) * np.sqrt(2.0 / (6 * 6 * 16))),
        Conv((6, 6, 32, 64), strides=2, activation=activation, optimizer=optimizer,
             filter_init=lambda shp: np.random.normal(size=shp) * np.sqrt(2.0 / (6 * 6 * 32))),
        FullyConnected((3 * 3 * 64, 180), activation=activation, optimizer=optimizer,
                       weight_init=lambda shp: np.random.normal(size=shp) * np.sqrt(2.0 / (3 * 3 * 64))),
        FullyConnected((180, 10), activation=linear, optimizer=optimizer,
                       weight_init=lambda shp: np.random.normal(size=shp) * np.sqrt(1.0 / 180)),
    ]


def mlp(activation, optimizer):
    """The course's first network, three fully connected layers: 784 -> 100 -> 50 -> 10."""
    return [
        Flatten((28, 28, 1)),
        FullyConnected((28 * 28, 100), activation=activation, optimizer=optimizer,
                       weight_init=lambda shp: np.random.normal(size=shp) * np.sqrt(1.0 / (28 * 28))),
        FullyConnected((100, 50), activation=activation, optimizer=optimizer,
                       weight_init=lambda shp: np.random.normal(size=shp) * np.sqrt(1.0 / 100)),
        FullyConnected((50, 10), activation=linear, optimizer=optimizer,
                       weight_init=lambda shp: np.random.normal(size=shp) * np.sqrt(1.0 / 50)),
    ]


SMOOTHED = SoftmaxCrossEntropy(label_smoothing=0.1)
EXPERIMENTS = {
    "cnn": Experiment(cnn, lr=0.018, schedule="one-cycle", loss=SMOOTHED, epochs=3, batch_size=240),
    "best": Experiment(best, optimizer="nesterov", lr=0.08, weight_decay=5e-4, schedule="one-cycle", loss=SMOOTHED,
                       batch_size=64, augment=RandomAffine(degrees=10, zoom=0.1, slant=0.1, pixels=1)),
    "plain": Experiment(plain, schedule="cosine"),
    "assignment": Experiment(assignment, schedule="cosine"),
    "mlp": Experiment(mlp, schedule="cosine"),
}


def main():
    """Data, network, loop; then weights, accuracy and pictures, each even if another one fails."""
    options, experiment = read_options(EXPERIMENTS, __doc__)
    train_set, validation_set, test_set = load_sets(load_images, options.data)

    np.random.seed(options.seed)
    net = Network(experiment.layers(), lr=experiment.lr, loss=experiment.loss)
    load_weights(net, options.load)
    inspect_and_exit(net, experiment, train_set, options)
    history, checkpoints = resume(net, experiment, train_set, options)

    history = train(net, train_set, experiment.epochs, experiment.batch_size,
                    schedule=experiment.learning_rates(len(train_set[0])), augment=experiment.augment,
                    iterations=experiment.iterations, history=history,
                    callbacks=[Validation(validation_set), *checkpoints], print_every=options.print_every)

    finish(history,
           lambda: save_weights(net, options.save, options.network, experiment.activation),
           lambda: print_accuracy(net, *test_set),
           lambda: draw_history(history, options.picture, title=options.network),
           lambda: draw_plots(net, test_set, options.pictures))


if __name__ == "__main__":
    as_program(main)
