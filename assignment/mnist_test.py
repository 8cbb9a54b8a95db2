"""Train networks on MNIST: `python mnist_test.py`, or `python mnist_test.py mlp relu` to compare two in one picture.

The networks are the functions below; NETWORKS lists them by name. Problem 4 is in `assignment`, problem 5 in `mine`.
"""
import argparse

import numpy as np

from mnist_loader import load_data
from nn.activation import cross_entropy, linear, relu, sigmoid
from nn.conv import Conv
from nn.flatten import Flatten
from nn.fullyconnected import FullyConnected
from nn.loss import one_hot
from nn.maxpooling import MaxPooling
from nn.network import Network
from nn.optimizer import AdamOptimizer, SGDOptimizer

BATCH = 50  # images a batch: 1,000 iterations show all 50,000 images once, which is one epoch


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


def assignment(activation, optimizer):
    """Three convolutions: 28x28x1 -> 24x24x16 -> 10x10x32 -> 3x3x64 -> 180 -> 10.

    Problem 4 (문제 4): mend the numbers in the five lambdas: they must fit the layers and their activation functions.
    """
    return [
        Conv((5, 5, 1, 16), strides=1, activation=activation, optimizer=optimizer,
             filter_init=lambda shp: np.random.normal(size=shp) * np.sqrt(1.0 / (28 * 28))),
        Conv((6, 6, 16, 32), strides=2, activation=activation, optimizer=optimizer,
             filter_init=lambda shp: np.random.normal(size=shp) * np.sqrt(1.0 / (16 * 24 * 24))),
        Conv((6, 6, 32, 64), strides=2, activation=activation, optimizer=optimizer,
             filter_init=lambda shp: np.random.normal(size=shp) * np.sqrt(1.0 / (32 * 10 * 10))),
        FullyConnected((3 * 3 * 64, 180), activation=activation, optimizer=optimizer,
                       weight_init=lambda shp: np.random.normal(size=shp) * np.sqrt(1.0 / (3 * 3 * 64))),
        FullyConnected((180, 10), activation=linear, optimizer=optimizer,
                       weight_init=lambda shp: np.random.normal(size=shp) * np.sqrt(1.0 / 100)),
    ]


def mine():
    """Problem 5 (문제 5): a network of your own, with convolution and ReLU. Return its list of layers."""
    # ---------- Problem 5 (문제 5): write your list of layers here, in place of the next line ----------
    raise NotImplementedError("Problem 5 (문제 5): mine is still to be written")


# name -> a function that makes the network, each of new layers with new first weights
NETWORKS = {
    "mlp": lambda: Network(mlp(sigmoid, SGDOptimizer()), lr=0.01, loss=cross_entropy),
    "relu": lambda: Network(mlp(relu, SGDOptimizer()), lr=0.01, loss=cross_entropy),  # needs problem 2
    "adam": lambda: Network(mlp(relu, AdamOptimizer()), lr=0.001, loss=cross_entropy),  # needs problems 2 and 3
    "cnn": lambda: Network(assignment(relu, AdamOptimizer()), lr=0.0002, loss=cross_entropy),  # problem 4
    "mine": lambda: Network(mine(), lr=0.001, loss=cross_entropy),  # problem 5: change the learning rate, too
}


def batches(images, labels, iterations):
    """`iterations` batches; all images come once, in random order, before any comes again."""
    for iteration in range(iterations):
        place = iteration * BATCH % len(images)
        if place == 0:
            order = np.random.permutation(len(images))
        chosen = order[place:place + BATCH]
        yield images[chosen], labels[chosen]


def train(net, images, labels, iterations):
    """Train `net`, and print the loss every 10 iterations. Returns the loss of each."""
    losses = []
    for iteration, batch in enumerate(batches(images, labels, iterations)):
        losses.append(net.train_step(batch))
        if iteration % 10 == 0:
            print(f"Iteration: {iteration}, loss : {losses[-1]:f}", flush=True)
    return losses


def accuracy(net, X, Y):
    """Percentage of the images X (N, 28, 28, 1) that `net` classifies as their one-hot labels Y (N, 10) say."""
    return 100.0 * np.mean(net.forward(X).argmax(axis=1) == Y.argmax(axis=1))


def draw(curves, file, smooth=50):
    """Draw each of `curves` (name -> losses) as the mean of the last `smooth` losses, all in one picture."""
    import matplotlib.pyplot as plt

    for name, losses in curves.items():
        means = [np.mean(losses[max(0, end - smooth):end]) for end in range(1, len(losses) + 1)]
        plt.plot(means, label=name)
    plt.xlabel("iteration")
    plt.ylabel(f"loss, mean of {smooth} batches")
    plt.grid(alpha=0.3)
    plt.legend()
    plt.savefig(file, dpi=120)
    print(f"Loss curve: {file}")


def main():
    """Options, data, then for each network: training and accuracy; at the end the picture."""
    parser = argparse.ArgumentParser(description="Train networks on MNIST and draw their loss curves in one picture.")
    parser.add_argument("networks", nargs="*", default=["mlp"], help=f"of {', '.join(NETWORKS)} (default: mlp)")
    parser.add_argument("--iterations", type=int, default=1000, help="batches of 50 images; 1000 are an epoch")
    parser.add_argument("--seed", type=int, default=0, help="the same seed gives the same run")
    parser.add_argument("--picture", default="loss_curve.png", help="file for the loss curves")
    options = parser.parse_args()
    unknown = set(options.networks) - set(NETWORKS)
    if unknown:
        parser.error(f"no network is called {', '.join(unknown)}; there are {', '.join(NETWORKS)}")

    train_set, _, test_set = [(images.reshape(-1, 28, 28, 1), one_hot(labels, 10)) for images, labels in load_data()]
    curves = {}
    for name in options.networks:
        np.random.seed(options.seed)
        net = NETWORKS[name]()
        print(f"Network: {name}")
        curves[name] = train(net, *train_set, options.iterations)
        print("#### 학습 종료 #####")
        print("Calculate accuracy over all test set (시간 소요)")
        print(f"Accuracy over all test set {accuracy(net, *test_set):.2f}")
    draw(curves, options.picture)


if __name__ == "__main__":
    main()
