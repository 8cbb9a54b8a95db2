"""The way on to PyTorch: what each layer is in a `torch.nn.Sequential`, and its arrays in PyTorch's order.

PyTorch's images are (N, C, H, W) where ours are (N, H, W, C). So its filters are (C_out, C_in, kh, kw), and a flattened
image comes channel by channel, where ours comes pixel by pixel. PyTorch itself is not needed for any of this.
"""
from functools import partial
from numbers import Integral
from typing import NamedTuple

import numpy as np

from nn.activation import LeakyReLU, Linear, ReLU, Sigmoid, SiLU, Tanh, linear
from nn.avgpooling import AvgPooling, GlobalAvgPooling
from nn.batchnorm import BatchNorm
from nn.block import Block
from nn.conv import Conv
from nn.dropout import Dropout
from nn.embedding import Embedding
from nn.flatten import Flatten
from nn.fullyconnected import FullyConnected
from nn.groupnorm import GroupNorm
from nn.layer import METHODS
from nn.layernorm import LayerNorm
from nn.maxpooling import MaxPooling
from nn.rnn import RNN, EachStep, LastStep
from nn.whitening import PatchWhitening


class Conversion:
    """The layers as modules of a `torch.nn.Sequential`, for inputs of `shape`, such as (28, 28, 1). `str`: its lines.

    What of ours is (H, W, C) for one input, is (C, H, W) there. Raises ValueError for a layer that Sequential cannot
    hold. No `Network` is needed, because it would set the process up for our speed, and a benchmark wants PyTorch's.
    """

    def __init__(self, layers, shape):
        self.layers, self.modules = list(layers), []  # modules: (place of our layer, Module)
        x, image = np.zeros((1, *shape)), tuple(shape)  # image: the shape of what a row's numbers are
        for place, layer in enumerate(self.layers):
            self.modules += [(place, module) for module in _held(layer, place, x.shape[1:], image)]
            x = layer.predict(np.asarray(x, getattr(layer, "dtype", x.dtype)))
            image = image if isinstance(layer, (Flatten, BatchNorm, LayerNorm, GroupNorm, Dropout)) else x.shape[1:]
        _check_outputs(layer, place, x.shape[1:], image)

    def __str__(self):
        return "Sequential(\n" + "".join(f"    {module.line},\n" for _, module in self.modules) + ")"

    @property
    def names(self):
        """What the lines need from `torch.nn`."""
        return sorted({"Sequential", *(module.line.split("(")[0] for _, module in self.modules)})

    def state_dict(self):
        """PyTorch's name, such as 0.weight -> array, for `load_state_dict`: what the layers hold now, copied."""
        state = {name: np.array(order(getattr(self.layers[place], ours)), order="C")
                 for name, place, ours, order in self._arrays()}
        counts = {f"{k}.num_batches_tracked": np.array(0)  # PyTorch counts batches, and makes no use of the number
                  for k, (_, module) in enumerate(self.modules) if "running_mean" in module.arrays}
        return {**state, **counts}

    def as_ours(self, theirs):
        """PyTorch's numbers for weights, such as gradients (0.weight -> array), as ours: {"0.w": array, ...}."""
        found = {}
        for name, place, ours, order in self._arrays():
            if name in theirs:
                shape = getattr(self.layers[place], ours).shape
                positions = order(np.arange(np.prod(shape)).reshape(shape))  # of PyTorch's numbers among ours
                array = found[f"{place}.{ours}"] = np.empty(shape, theirs[name].dtype)
                array.flat[positions.ravel()] = theirs[name].ravel()
        return found

    def _arrays(self):
        """(PyTorch's name, place of our layer, the layer's name, how PyTorch orders it) of each array."""
        for k, (place, module) in enumerate(self.modules):
            for name, (ours, order) in module.arrays.items():
                yield f"{k}.{name}", place, ours, order


class Module(NamedTuple):
    """One of PyTorch's. line: what makes it. arrays: PyTorch's name -> (our name, function: array -> in its order)."""

    line: str
    arrays: dict = {}


# --- orders

def as_is(array):
    return array


def filters(w):
    """(kh, kw, C_in, C_out) -> (C_out, C_in, kh, kw)."""
    return w.transpose(3, 2, 0, 1)


def channels_first(array, image):
    """(H * W * C, ...), images pixel by pixel -> channel by channel. What `image`, the shape, says is none stays."""
    if len(image) != 3:
        return array
    return np.moveaxis(array.reshape(*image, *array.shape[1:]), 2, 0).reshape(array.shape)


def matrix(w, image):
    """(n_in, n_out) -> (n_out, n_in)."""
    return channels_first(w, image).T


# --- layers: each function takes a layer, the shape of one of its inputs, and, if that is a row, of what image it is

class _Unfit(ValueError):
    """Sequential cannot hold a layer; the message says why, and what to write instead."""


def _conv(layer, shape, image):
    if layer.pad == "same" and layer.strides != (1, 1):
        raise _Unfit(f'PyTorch knows pad="same" without strides only, and here they are {layer.strides}; train with a '
                     f'number of pixels, such as pad={layer.kernel[0] // 2}')
    return [Module(_spelled("Conv2d", *layer.fshape[2:], _side(layer.kernel), stride=(_side(layer.strides), 1),
                            padding=(layer.pad, 0), bias=(layer.b is not None, True)), _weights(layer, filters))]


def _fully_connected(layer, shape, image):
    line = _spelled("Linear", *layer.wshape, bias=(layer.b is not None, True))
    flatten = [Module("Flatten()")] if len(shape) > 1 else []
    return [*flatten, Module(line, _weights(layer, partial(matrix, image=image)))]


def _flatten(layer, shape, image):
    return [Module("Flatten()")]


def _max_pooling(layer, shape, image):
    pad = (layer.pad, layer.pad)
    if layer.pad == "same":
        if layer.strides != (1, 1) or not all(k % 2 for k in layer.pshape):
            raise _Unfit('PyTorch pads all sides alike, which is pad="same" for odd windows with strides=1 only; train '
                         'with a number of pixels, such as pad=0')
        pad = tuple(k // 2 for k in layer.pshape)
    elif layer.pad > min(layer.pshape) // 2:
        raise _Unfit(f"PyTorch pads by half the window at most, which is {min(layer.pshape) // 2}, and here pad is "
                     f"{layer.pad}; train with less")
    return [Module(_spelled("MaxPool2d", _side(layer.pshape), stride=(_side(layer.strides), _side(layer.pshape)),
                            padding=(_side(pad), 0)))]


def _avg_pooling(layer, shape, image):
    return [Module(_spelled("AvgPool2d", _side(layer.pshape), stride=(_side(layer.strides), _side(layer.pshape))))]


def _global_avg_pooling(layer, shape, image):
    return [Module("AdaptiveAvgPool2d(1)"), Module("Flatten()")]


def _batchnorm(layer, shape, image):
    if len(shape) not in (1, 3):
        raise _Unfit("PyTorch's BatchNorm has the channels before the steps of a sequence; write a torch.nn.Module "
                     "that transposes them")
    name, order = ("BatchNorm1d", partial(channels_first, image=image)) if len(shape) == 1 else ("BatchNorm2d", as_is)
    arrays = {**_weights(layer, order, order), **{statistic: (statistic, order) for statistic in layer.statistics}}
    return [Module(_spelled(name, layer.channels, eps=(layer.eps, 1e-5), momentum=(layer.momentum, 0.1)), arrays)]


def _groupnorm(layer, shape, image):
    if len(shape) == 2:
        raise _Unfit("PyTorch's GroupNorm has the channels before the steps of a sequence; write a torch.nn.Module "
                     "that transposes them")
    if len(shape) == 1 and len(image) == 3 and image[:2] != (1, 1) and layer.groups > 1:
        raise _Unfit("a flattened image comes channel by channel in PyTorch, so that other numbers make a group there; "
                     "train with it before Flatten")
    order = partial(channels_first, image=image) if len(shape) == 1 else as_is
    return [Module(_spelled("GroupNorm", layer.groups, layer.channels, eps=(layer.eps, 1e-5)),
                   _weights(layer, order, order))]


def _layernorm(layer, shape, image):
    features, order = layer.features, as_is
    if len(shape) == 3 and features != shape:
        raise _Unfit(f"PyTorch's LayerNorm takes the last axes, and those of its images are the height and the width; "
                     f"train with whole images, LayerNorm({shape}), or write a torch.nn.Module that permutes them")
    if len(shape) == 3:
        features, order = (shape[2], *shape[:2]), partial(np.moveaxis, source=2, destination=0)
    elif len(shape) == 1:
        order = partial(channels_first, image=image)
    return [Module(_spelled("LayerNorm", features if len(features) > 1 else features[0], eps=(layer.eps, 1e-5)),
                   _weights(layer, order, order))]


def _dropout(layer, shape, image):
    return [Module(_spelled("Dropout", layer.p))]


MODULES = {
    Conv: _conv, FullyConnected: _fully_connected, Flatten: _flatten, MaxPooling: _max_pooling,
    AvgPooling: _avg_pooling, GlobalAvgPooling: _global_avg_pooling, BatchNorm: _batchnorm, LayerNorm: _layernorm,
    GroupNorm: _groupnorm, Dropout: _dropout, PatchWhitening: _conv,
}
ACTIVATIONS = {
    Linear: lambda function: [],
    ReLU: lambda function: [Module("ReLU()")],
    LeakyReLU: lambda function: [Module(_spelled("LeakyReLU", negative_slope=(function.slope, 0.01)))],
    Sigmoid: lambda function: [Module("Sigmoid()")],
    Tanh: lambda function: [Module("Tanh()")],
    SiLU: lambda function: [Module("SiLU()")],
}
OWN = "write a torch.nn.Module of your own for it"
REFUSED = {
    Embedding: f"PyTorch's Embedding takes integers, and a converted network is given images; {OWN}",
    RNN: f"PyTorch's RNN returns a pair, and the next layer would be given both; {OWN}",
    LastStep: f"PyTorch has no module that takes the last step of a sequence; {OWN}",
    EachStep: f"PyTorch has no module that makes each step a row; {OWN}",
    Block: f"what a block does besides running its layers is in its methods, as a skip is; {OWN}",
}


def _held(layer, place, shape, image):
    """The modules of a layer and its activation function, or ValueError, which names the layer."""
    try:
        changed = METHODS & vars(layer).keys()
        if changed:
            raise _Unfit(f"its {min(changed)} was set on the object and would be left behind; {OWN}")
        if type(layer) not in MODULES:
            raise _Unfit(next((why for kind, why in REFUSED.items() if isinstance(layer, kind)),
                              f"PyTorch does not know the class {type(layer).__name__}; {OWN}"))
        return MODULES[type(layer)](layer, shape, image) + _activation(getattr(layer, "activation", linear))
    except _Unfit as why:
        raise ValueError(f"layer {place}, {layer!r}: torch.nn.Sequential cannot hold it: {why}") from None


def _check_outputs(layer, place, shape, image):
    """Raise ValueError if the last layer's outputs are rows that PyTorch has in another order."""
    ours = np.arange(np.prod(shape))
    if len(shape) == 1 and (channels_first(ours, image) != ours).any():
        raise ValueError(f"layer {place}, {layer!r}: torch.nn.Sequential gives the numbers of the flattened images "
                         f"{image} in another order, channel by channel; end with images, or with a FullyConnected")


def _activation(function):
    if type(function) not in ACTIVATIONS:  # nor is it in there if a method was put into it
        raise _Unfit(f"PyTorch does not know its activation function, {function.__class__.__name__}; {OWN}")
    return ACTIVATIONS[type(function)](function)


def _weights(layer, order_of_w, order_of_b=as_is):
    return {"weight": ("w", order_of_w), **({} if layer.b is None else {"bias": ("b", order_of_b)})}


def _side(pair):
    """(height, width) as one number, if they are the same."""
    return pair[0] if pair[0] == pair[1] else tuple(pair)


def _spelled(name, *arguments, **options):
    """A call as Python writes it. options: name -> (value, PyTorch's default); where both are equal it is left out."""
    named = [f"{option}={_text(value)}" for option, (value, usual) in options.items() if value != usual]
    return f"{name}({', '.join([*map(_text, arguments), *named])})"


def _text(value):
    if isinstance(value, tuple):
        return f"({', '.join(map(_text, value))})"
    if isinstance(value, (bool, str)):
        return f'"{value}"' if isinstance(value, str) else str(value)
    return str(int(value)) if isinstance(value, Integral) else repr(float(value))
