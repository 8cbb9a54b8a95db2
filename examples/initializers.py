"""What an initialisation does to a deep network, in tanh and ReLU: `python -m examples.initializers`.

For each pair of activation and initialisation, a network of ten hidden layers gets 1,000 images of MNIST. The table
shows how much the activations of some layers vary from image to image (0: the layer says the same of all images), how
large the first hidden layer's gradient is, and the loss after 200 steps of gradient descent (2.30 is guessing).
"""
import argparse

import numpy as np

from nn import Flatten, FullyConnected, Network, SGDOptimizer, cross_entropy, he, linear, relu, tanh, xavier
from readers.mnist import load_images
from training.loop import batches
from training.program import as_program

WIDTHS = (784, *[100] * 10, 10)
SHOWN = (1, 4, 7, 10)
INITIALIZERS = {
    "zeros": np.zeros,
    "0.01 x normal": lambda shape: np.random.normal(size=shape) * 0.01,
    "xavier": xavier,
    "he": he,
}


def deep(activation, initializer):
    """Ten hidden layers of 100."""
    shapes = list(zip(WIDTHS[:-1], WIDTHS[1:]))
    return [Flatten((28, 28, 1)),
            *[FullyConnected(shape, activation=activation, optimizer=SGDOptimizer(), weight_init=initializer)
              for shape in shapes[:-1]],
            FullyConnected(shapes[-1], activation=linear, optimizer=SGDOptimizer(), weight_init=initializer)]


def spreads(net, X):
    """The standard deviation, from image to image, of each hidden layer's activations (their mean over the units)."""
    found = []
    for layer in net.layers[:-1]:
        X = layer.predict(X)
        found.append(float(X.std(axis=0).mean()))
    return found


def first_gradient(net, X, Y):
    """The root mean square of the first hidden layer's gradient."""
    _, grads = net.gradients((X, Y))
    return float(np.sqrt(np.mean(grads[1]["w"] ** 2)))


def main(steps=200, lr=0.1):
    (images, labels), _, _ = load_images()
    print(f"{'':21s}" + "".join(f"{f'layer {k}':>10s}" for k in SHOWN)
          + f"{'gradient':>12s}{f'loss, {steps} steps':>18s}")
    for activation in (tanh, relu):
        for name, initializer in INITIALIZERS.items():
            np.random.seed(0)
            net = Network(deep(activation, initializer), lr, cross_entropy)
            spread = spreads(net, images[:1000])
            gradient = first_gradient(net, images[:1000], labels[:1000])
            losses = [net.train_step(batch) for _, batch in zip(range(steps), batches(images, labels, 50))]
            print(f"{type(activation).__name__ + ', ' + name:21s}" + "".join(f"{spread[k]:10.4f}" for k in SHOWN)
                  + f"{gradient:12.1e}{np.mean(losses[-20:]):18.2f}", flush=True)


if __name__ == "__main__":
    argparse.ArgumentParser(description=__doc__).parse_args()  # so that --help says what this is
    as_program(main)
