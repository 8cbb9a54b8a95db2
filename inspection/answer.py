"""The answer is what a network says about a picture of a digit of one's own, or why it says nothing."""
import numpy as np

from nn.files.atomic import atomic_write
from nn.metrics import probabilities
from readers.digit import read_digit
from readers.likeness import doubt

SEEN = "digit.png"  # the picture of what the network saw
SURE = 0.5  # probability; of 100 test digits about 99 have more


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
    print(f"{path}: {first} ({p[first]:.1%}), or else {second} ({p[second]:.1%}) or {third} ({p[third]:.1%})"
          + ("" if p[first] >= SURE else "; it is not sure: is this one digit, alone and whole?"))


def _draw_seen(image, path):
    """Ten pixels a side for each one of the image, dark on light as MNIST is shown."""
    from PIL import Image

    pixels = np.kron(np.uint8(np.round(255 * (1 - image[..., 0]))), np.ones((10, 10), np.uint8))
    atomic_write(path, lambda file: Image.fromarray(pixels).save(file, format="PNG"))
    print(f"What the network saw: {path}", flush=True)
