"""The gradient of the input says which pixels matter to a network: `python -m examples.input_gradients`.

A training goes back to the weights; the same way back, one layer further, gives dL/dx. Three things are done with it:

    saliency: how much each pixel moves the score of a class                     (Simonyan, Vedaldi & Zisserman, 2013)
    fooling:  one step of epsilon along the sign of dL/dx, which raises the loss (Goodfellow, Shlens & Szegedy, 2015)
    liked:    steps uphill from a black picture to one that a class likes best   (Erhan et al., 2009; Simonyan et al.)

The network is one of mnist_test.py's; it is trained first, unless --load names the file of its weights.
"""
import sys
from pathlib import Path

import numpy as np

import nn
from inspection.loss_curve import figure_class
from inspection.plots import GREY, INK
from mnist_test import EXPERIMENTS
from nn.files.atomic import atomic_write
from nn.metrics import accuracy, probabilities
from readers.mnist import load_images
from training.callbacks import Validation
from training.command import load_sets, load_weights, save_weights
from training.loop import History, train
from training.options import chosen, picture_file, positive_number, settings_parser
from training.program import as_program, finish

PIECE = 500  # images at a time on the way back
STEPS, STEP, DECAY = 100, 0.05, 0.2  # towards the picture that a class likes; DECAY of |x|^2 / 2 keeps it from noise


def input_gradient(net, X, upstream):
    """dL/dX, of X's shape (N, H, W, C), where upstream(outputs) = dL/d(outputs), (N, K). The network stays as it is."""
    outputs = net.forward_in_training(X)
    return net.backward(upstream(outputs))[1]


def saliency(net, X, scored):
    """|d score / d pixel| (N, H, W), the largest of the channels; scored (N, K): 1 at each image's class, else 0."""
    return np.abs(input_gradient(net, X, lambda outputs: scored)).max(axis=-1)


def uphill(net, X, Y):
    """The sign of dL/dX, with L the cross-entropy for the labels Y, not smoothed: -1, 0 or 1 for each pixel."""
    pieces = [(X[k:k + PIECE], Y[k:k + PIECE]) for k in range(0, len(X), PIECE)]
    return np.concatenate([np.sign(input_gradient(net, x, lambda outputs, y=y: nn.cross_entropy.deriv(outputs, y)))
                           for x, y in pieces])


def stepped(X, signs, epsilon):
    """X after a step of epsilon in the direction of `signs`, as images again: numbers of 0..1."""
    return np.clip(X + epsilon * signs, 0, 1)


def liked(net, shape, classes):
    """For each class k the image (H, W, C) in 0..1 that gives output k its largest score - DECAY |x|^2 / 2, nearly."""
    X, adam = np.zeros((classes, *shape)), nn.AdamOptimizer()
    for _ in range(STEPS):
        downhill = DECAY * X - input_gradient(net, X, lambda outputs: np.eye(classes))
        X = np.clip(X - adam.update(downhill, STEP), 0, 1)
    return X


def print_accuracies(net, X, Y, epsilon):
    """How many images are recognised as they are, after a step uphill, and after one as large in random directions."""
    random = np.random.default_rng(0).choice([-1, 1], X.shape)
    for name, images in (("plain", X), (f"epsilon {epsilon:g}", stepped(X, uphill(net, X, Y), epsilon)),
                         (f"epsilon {epsilon:g}, random signs", stepped(X, random, epsilon))):
        print(f"Accuracy over {len(X):,} test images, {name}: {accuracy(net, images, Y):.2f}", flush=True)


def draw(net, X, Y, epsilon, path):
    """Three rows of pictures, a column for each class: its first image with its saliency, fooling, and liked best."""
    columns = [np.flatnonzero(column)[0] for column in Y.T if column.any()]
    X, Y = X[columns], Y[columns]
    labels, maps = Y.argmax(axis=1), saliency(net, X, Y)
    rows = {"pixels that matter": X, f"epsilon {epsilon:g}": stepped(X, uphill(net, X, Y), epsilon),
            "liked best": liked(net, X.shape[1:], Y.shape[1])[labels]}
    figure = figure_class()(figsize=(1.15 * len(X) + 0.5, 4.6), layout="constrained")
    grid = figure.subplots(len(rows), len(X), squeeze=False)
    for across, (name, images) in zip(grid, rows.items()):
        across[0].set_ylabel(name, **INK)
        for axes, image, label, p in zip(across, images, labels, probabilities(net.loss, net.forward(images))):
            axes.imshow(image.mean(axis=-1), cmap=GREY, vmin=0, vmax=2 if images is X else 1)
            axes.set_title(f"{p.argmax()} ({p.max():.0%})", color="black" if p.argmax() == label else "tab:red", **INK)
            axes.set(xticks=[], yticks=[])
    for axes, numbers in zip(grid[0], maps):
        axes.imshow(numbers, cmap="Reds", alpha=numbers / max(numbers.max(), 1e-12))
    atomic_write(path, lambda file: figure.savefig(file, format=Path(path).suffix[1:], dpi=120))
    print(f"Picture: {path}", flush=True)


def main(argv=None):
    """Options, network, and a training if there are no weights to load; then accuracies and the picture."""
    parser = settings_parser(EXPERIMENTS, __doc__)
    parser.add_argument("--epsilon", type=positive_number, default=0.1, help="of the step (default: %(default)s)")
    parser.add_argument("--picture", metavar="FILE", type=picture_file, default="input_gradients.png",
                        help="file for the picture (default: %(default)s)")
    options, experiment = chosen(parser, EXPERIMENTS, argv)
    train_set, validation_set, (X, Y) = load_sets(load_images, options.data)
    np.random.seed(options.seed)
    net, history = nn.Network(experiment.layers(), lr=experiment.lr, loss=experiment.loss), History()
    if not np.allclose(net.forward_in_training(X[:20]), net.forward(X[:20]), atol=1e-3):
        sys.exit(f"error: {options.network} trains otherwise than it predicts, so the way back that training takes is "
                 "not that of its answers; name a network without batch normalisation and dropout")
    load_weights(net, options.load)
    if options.load is None:
        history = train(net, train_set, experiment.epochs, experiment.batch_size,
                        schedule=experiment.learning_rates(len(train_set[0])), augment=experiment.augment,
                        iterations=experiment.iterations, callbacks=[Validation(validation_set)],
                        print_every=options.print_every)
    finish(history,
           lambda: save_weights(net, options.save if options.load is None else None, options.network,
                                experiment.activation),
           lambda: print_accuracies(net, X, Y, options.epsilon),
           lambda: draw(net, X, Y, options.epsilon, options.picture))


if __name__ == "__main__":
    as_program(main)
