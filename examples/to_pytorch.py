"""Go on to PyTorch with a trained network: `python -m examples.to_pytorch --network NAME --load FILE`.

It writes the weights as PyTorch has them into a file, and prints the program that makes the network there. Where
PyTorch is installed, both are compared.
"""
import json
import os
import sys
from collections import Counter

import numpy as np

import nn
from examples import cifar10, fully_connected, residual, rnn
from export.pytorch import Conversion
from mnist_test import EXPERIMENTS
from nn.files.atomic import atomic_write
from training.command import load_weights
from training.options import chosen, network_parser, output_file
from training.program import as_program

IMAGES, TOLERANCE = 20, 1e-5  # what is compared: outputs for so many random images, relative to the largest of them
MNIST, CIFAR10 = (28, 28, 1), (32, 32, 3)
PROGRAMS = {  # name -> (its networks, the shape of their images)
    "mnist_test": (EXPERIMENTS, MNIST), "cifar10": (cifar10.EXPERIMENTS, CIFAR10),
    "fully_connected": (fully_connected.EXPERIMENTS, MNIST), "residual": (residual.EXPERIMENTS, MNIST),
    "rnn": (rnn.EXPERIMENTS, MNIST),
}
LINES = """\
import numpy as np
import torch
from torch.nn import {names}

model = {model}
with np.load({path}) as arrays:
    model.load_state_dict({{name: torch.from_numpy(array) for name, array in arrays.items()}})
model.eval()  # to predict, as net.forward does; model.train() before it is trained further
# images (N, {shape}) in float32 go in as model(torch.from_numpy(images).permute(0, 3, 1, 2))"""


def networks():
    """name -> (Experiment, shape of an image). A name that two programs have is written PROGRAM.NAME."""
    count = Counter(name for experiments, _ in PROGRAMS.values() for name in experiments)
    return {name if count[name] == 1 else f"{program}.{name}": (experiment, shape)
            for program, (experiments, shape) in PROGRAMS.items() for name, experiment in experiments.items()}


def read_options(argv=None):
    """(the options, the Experiment that they name, the shape of its images)."""
    known = networks()
    experiments = {name: experiment for name, (experiment, _) in known.items()}
    parser = network_parser(experiments, __doc__)
    parser.add_argument("--save", metavar="FILE", type=output_file, default="state_dict.npz",
                        help="file for the weights as PyTorch has them (default: %(default)s)")
    options, experiment = chosen(parser, experiments, argv)
    if options.load is None:
        parser.error("argument --load: the network must have learned; name the file that its training's --save wrote")
    if os.path.realpath(options.save) == os.path.realpath(options.load):
        parser.error(f"argument --save: {options.save} is the file of --load, name another one")
    return options, experiment, known[options.network][1]


def program(conversion, shape, path):
    """The lines that make the network in PyTorch, with the arrays of the file at `path`."""
    return LINES.format(names=", ".join(conversion.names), model=conversion,
                        path=json.dumps(str(path), ensure_ascii=False),
                        shape=", ".join(map(str, shape)))


def difference(lines, net, shape):
    """How far the outputs of PyTorch, which runs the `lines`, are from those of `net`; None if there is no PyTorch."""
    try:
        import torch
    except ImportError:
        return None
    made = {}
    exec(lines, made)
    images = np.random.default_rng(0).random((IMAGES, *shape), dtype=np.float32)
    with torch.inference_mode():
        theirs = made["model"](torch.from_numpy(images).permute(0, 3, 1, 2)).numpy()
    ours = net.forward(images)
    return np.max(np.abs(ours - theirs)) / max(1.0, np.max(np.abs(ours)))


def main(argv=None):
    """Network, conversion, weights; then the file, the lines, and what PyTorch makes of them, as a comment."""
    options, experiment, shape = read_options(argv)
    net = nn.Network(experiment.layers(), lr=experiment.lr, loss=experiment.loss)
    try:
        conversion = Conversion(net.layers, shape)
        load_weights(net, options.load)
        state = conversion.state_dict()
        atomic_write(options.save, lambda file: np.savez(file, **state))
    except (OSError, ValueError) as error:
        sys.exit(f"error: {error}")
    lines = program(conversion, shape, options.save)
    print(lines, flush=True)
    error = difference(lines, net, shape)
    if error is None:
        print("# PyTorch is not installed here, so the outputs were not compared")
    elif not error <= TOLERANCE:
        sys.exit(f"error: PyTorch's outputs differ by {error:.1e}, of which {TOLERANCE:g} is allowed")
    else:
        print(f"# compared for {IMAGES} random images: PyTorch's outputs differ by {error:.0e} at most")


if __name__ == "__main__":
    as_program(main)
