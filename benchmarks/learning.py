"""Both sides learn CIFAR-10: from the same first weights, on the same batches, in the same number of epochs?

    python -m benchmarks.learning three-layer --epochs 2 --seeds 0 1 2

The networks and their settings are those of `examples.cifar10`. This needs an interpreter that has PyTorch, and the
data where the example looks for it, or --data.
"""
import argparse
import sys
from contextlib import redirect_stdout
from dataclasses import replace
from functools import partial

import numpy as np
import torch

from benchmarks.pytorch import Theirs
from examples.cifar10 import EXPERIMENTS
from nn.loss import cross_entropy
from nn.network import Network
from readers.cifar10 import load_images
from training.callbacks import Validation
from training.loop import train
from training.options import positive_integer, random_seed
from training.parser import first_line

# accuracies over the validation images, in %, of the course's report
REPORTED = {"two-layer": 43.7, "three-layer": 47.7, "three-layer-nesterov": 57.7, "six-conv": 75.6}
OPTIMIZERS = {
    "sgd": torch.optim.SGD,
    "nesterov": partial(torch.optim.SGD, momentum=0.9, nesterov=True),
    "adam": torch.optim.Adam,
}


def both(name, seed, train_set, validation_set, epochs):
    """The accuracies in % over the validation images after each epoch: (ours, PyTorch's)."""
    experiment = replace(EXPERIMENTS[name], epochs=epochs)
    np.random.seed(seed)
    layers = experiment.layers()
    optimizer = partial(OPTIMIZERS[experiment.optimizer], lr=experiment.lr, weight_decay=experiment.weight_decay)
    theirs = Theirs(layers, train_set[0].shape[1:], optimizer)  # copies the weights before ours learn
    drawn = np.random.get_state()
    accuracies = []
    for net in (Network(layers, experiment.lr, cross_entropy), theirs):
        np.random.set_state(drawn)  # the same batches and the same flips
        history = train(net, train_set, epochs, experiment.batch_size, augment=experiment.augment,
                        schedule=experiment.learning_rates(len(train_set[0])), iterations=experiment.iterations,
                        callbacks=[Validation(validation_set)])
        accuracies.append([percent for _, percent in history.accuracies["validation"]])
    return accuracies


def reached(accuracies, wanted):
    """The first epoch, counted from 1, whose accuracy is at least the one wanted, or "-"."""
    return next((str(epoch) for epoch, percent in enumerate(accuracies, 1) if percent >= wanted), "-")


def main():
    parser = argparse.ArgumentParser(prog="python -m benchmarks.learning", description=first_line(__doc__))
    parser.add_argument("network", choices=REPORTED)
    parser.add_argument("--epochs", type=positive_integer, default=2)
    parser.add_argument("--seeds", type=random_seed, nargs="+", default=[0])
    parser.add_argument("--data", help="the folder cifar-10-batches-py")
    options = parser.parse_args()
    try:
        train_set, validation_set, _ = load_images(options.data)
    except (OSError, ValueError) as error:
        sys.exit(f"error: {error}")
    wanted = REPORTED[options.network]
    print(f"| {options.network}, seed | {wanted} % reached in epoch: ours | PyTorch "
          "| after each epoch: ours | PyTorch |")
    print("| --- | ---: | ---: | --- | --- |")
    for seed in options.seeds:
        with redirect_stdout(sys.stderr):
            ours, theirs = both(options.network, seed, train_set, validation_set, options.epochs)
        cells = [seed, reached(ours, wanted), reached(theirs, wanted),
                 *(" ".join(f"{percent:.1f}" for percent in side) for side in (ours, theirs))]
        print("| " + " | ".join(map(str, cells)) + " |", flush=True)


if __name__ == "__main__":
    main()
