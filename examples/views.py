"""How much test-time views add on CIFAR-10: `python -m examples.views --network speedrun --load weights.npz`."""
from examples.cifar10 import EXPERIMENTS
from nn import Network
from nn.metrics import accuracy
from readers.cifar10 import load_images
from training.command import load_sets, load_weights
from training.options import chosen, input_file, network_parser
from training.program import as_program
from training.views import Views


def main(argv=None):
    """Options, network, data; then the accuracy as it is, and that of the mean over six views of each image."""
    parser = network_parser(EXPERIMENTS, __doc__)
    parser.add_argument("--data", type=input_file, help="folder or file to read instead of the usual one")
    options, experiment = chosen(parser, EXPERIMENTS, argv)
    if options.load is None:
        parser.error("argument --load: the network must have learned; name its weights with --load FILE")
    *_, (X, Y) = load_sets(load_images, options.data)
    net = Network(experiment.layers(), experiment.lr, experiment.loss)
    load_weights(net, options.load)
    plain, averaged = accuracy(net, X, Y), accuracy(Views(net), X, Y)
    print(f"Accuracy over all test set {plain:.2f}, with test-time views {averaged:.2f}")


if __name__ == "__main__":
    as_program(main)
