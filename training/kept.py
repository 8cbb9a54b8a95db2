"""A kept file says which network it is of, so that --load can take the right one: weights, or a checkpoint."""
import sys
from contextlib import suppress

from nn.files import npz, weights
from training import checkpoint

LARGEST = 2 ** 40  # bytes of a file whose network is not known yet; only headers and a short text are read


def about(path):
    """{"network": its name, "activation": of its hidden layers} of a file; {} if it does not say, or is none.

    Who loads a file that is damaged says what is wrong with it.
    """
    with suppress(OSError, ValueError):
        if path is not None:
            return checkpoint.about(path) if is_checkpoint(path) else weights.about(path)
    return {}


def is_checkpoint(path):
    """Whether --checkpoint wrote the file. Raises OSError or ValueError if it can be no kept file."""
    with npz.opened(path, "the weights that net.save wrote for these layers", LARGEST) as archive:
        return "sha256" in npz.headers(archive)


def load(net, path):
    """Read weights that --save wrote, or those of a checkpoint, and say so then."""
    if is_checkpoint(path):
        checkpoint.load_weights(net, path)
        print(f"{path} is a checkpoint: its weights are taken, and nothing else of it (--resume goes on with all).",
              file=sys.stderr, flush=True)
    else:
        net.load(path)
