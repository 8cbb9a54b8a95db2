"""An answer is what a network's outputs say about one input: how likely it holds each class to be."""
import numpy as np

from nn.activation import sigmoid
from nn.whole_file import write_whole
from readers.digit import read_digit
from readers.likeness import doubt

SEEN = "digit.png"  # the picture of what the network saw


def probabilities(loss, output):
    """Outputs (N, K) of a network that was trained with `loss` -> (N, K), each row from 0 to 1 and of sum 1.

    For softmax's cross-entropy this is its softmax. Otherwise an output, or the sigmoid of it if it is a logit, is the
    network's guess at a label of 0 or 1; each row is then divided by its sum.
    """
    if hasattr(loss, "softmax"):
        return loss.softmax(output)
    if getattr(loss, "takes_logits", False):
        output = sigmoid.compute(output)
    guessed = np.clip(output, 1e-6, 1.0)
    return guessed / guessed.sum(axis=1, keepdims=True)


def print_answer(net, path, folder=None):
    """Print what the network says about a picture file of a digit.

    folder: a Path where to put digit.png, the 28 x 28 pixels that the network saw, or None. Raises OSError or
    ValueError if the file cannot be read, or shows something that looks like no digit.
    """
    image = read_digit(path)
    if folder is not None:
        _draw_seen(image, folder / SEEN)
    why = doubt(image)
    if why is not None:
        raise ValueError(f"{path} looks like no digit: {why}; take a picture of one digit alone, with strokes that are "
                         f"well seen" + (" (what the network saw: --pictures DIR)" if folder is None else ""))
    p = probabilities(net.loss, net.forward(image[None]))[0]
    first, second, third = np.argsort(-p)[:3]
    print(f"{path}: {first} ({p[first]:.1%}), or else {second} ({p[second]:.1%}) or {third} ({p[third]:.1%})")


def _draw_seen(image, path):
    """Ten pixels a side for each one of the image, dark on light as MNIST is shown."""
    from PIL import Image

    pixels = np.kron(np.uint8(np.round(255 * (1 - image[..., 0]))), np.ones((10, 10), np.uint8))
    write_whole(path, lambda file: Image.fromarray(pixels).save(file, format="PNG"))
    print(f"What the network saw: {path}", flush=True)
