"""The settings of a window that slides over images: how large it is, how far it steps, how much is put around the image."""
import numpy as np


def pair(value, name):
    """A height and a width out of one positive integer for both, or two. Raises ValueError for anything else."""
    both = tuple(value) if isinstance(value, (tuple, list)) else (value, value)
    if len(both) != 2 or any(not isinstance(n, (int, np.integer)) or n < 1 for n in both):
        raise ValueError(f"{name} must be a positive integer, or a (height, width) pair of them, but is {value!r}")
    return both


def check_pad(pad):
    """Return pad if `nn.ops.windows.padding` takes it, else raise ValueError."""
    if pad == "same" or isinstance(pad, (int, np.integer)) and pad >= 0:
        return pad
    raise ValueError(f'pad must be a number of pixels, 0 or more, or "same", but is {pad!r}')


def check_images(layer, x, channels=None):
    """Raise ValueError unless x is a batch of images (N, H, W, C), with `channels` channels if that is given."""
    if np.ndim(x) != 4 or channels not in (None, x.shape[3]):
        wanted = "C" if channels is None else channels
        raise ValueError(f"{layer!r} expects images (N, H, W, {wanted}), but was given an array of shape {np.shape(x)}: "
                         + ("reshape the data to images, and put no Flatten before this layer" if np.ndim(x) != 4 else
                            f"C_in must be the {x.shape[3]} channels of the layer before"))
