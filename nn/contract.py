"""A layer's contract is what its methods promise a network; whether it keeps it, a few steps of a copy show.

`check_layer` is for layers what `check_gradients` is for gradients. A network calls it by itself, once for each layer
that is not built in, before that layer's first step; a running step looks at nothing.
"""
import io
import warnings
from contextlib import contextmanager, redirect_stdout
from copy import deepcopy
from types import MethodType

import numpy as np

from nn.checks import promises
from nn.checks.attributes import attributes, close
from nn.checks.calls import usage
from nn.checks.data import warn
from nn.checks.watched import STEPS, Watched, predict_of
from nn.gradient import as_given
from nn.layer import METHODS, AbstractLayer, named_layers, unwrapped
from nn.ops.process import draws_put_back

LARGEST = 2 ** 28  # bytes of arrays in a layer that is copied
LR = 0.01


@usage("check_layer(net.layers[0], X)")
def check_layer(layer, x, batch=None, neighbours=()):
    """Take a copy of `layer` through some training steps on inputs x (N, ...). Returns its activation for them.

    Raises ValueError for the first promise that is broken, with what was done and what to write instead: forward
    returns two arrays, the others one of the right shape; no method writes into what it is given; what `update` changes
    and `forward` computes with, or `forward` and `predict`, is listed in `weights` or `statistics`. Warns if the layer
    predicts as it trains, and should not. Raises whatever the layer itself raises, too, and TypeError if it cannot be
    copied. A frozen layer (`trainable = False`) only goes forward and back.

    The layer stays as it is, but for what its methods change outside of it: attributes of the class, global variables.
    batch: how many inputs the network has, where x has more rows. neighbours: layers that it may know.
    """
    promises.check_is_layer(layer)
    promises.check_layers_within(layer, [known for other in (*neighbours, *layer.sublayers)
                                         for known in (other, unwrapped(other))])
    with undisturbed():
        activation = _make_steps(layer, np.array(x), Watched(copied(layer), batch or len(x)))
        remark = _on_prediction(layer, x)
    if remark:
        warn(f"{layer!r}: {remark}")
    return activation


def _make_steps(layer, x, twin):
    noise, activation = np.random.default_rng(0), None
    for _ in range(STEPS if layer.trainable else 1):
        z, a = twin.forward(x)
        activation = np.asarray(a, x.dtype) if activation is None else activation
        layer_err = twin.get_activation_grad(z, noise.normal(size=np.shape(a)).astype(x.dtype))
        grad = twin.get_weight_grad(x, layer_err) if layer.trainable else None
        twin.backward(layer_err)
        if layer.trainable:
            twin.update(as_given(twin, grad, getattr(grad, "form", dict)), LR)
    return activation


def _on_prediction(layer, x):
    """What is to be said of a layer that has no `predict`, so that `forward` predicts, and cannot; or None."""
    if predict_of(layer) is not AbstractLayer:
        return None
    twin = copied(layer)
    try:
        half = (len(x) + 1) // 2
        once, again, first, rest = (np.asarray(twin.forward(some.copy())[1])
                                    for some in (x, x, x[:half], x[half:] if len(x) > 1 else x))
    except Exception:  # it takes no fewer inputs, for one
        return None
    if not close(once, again):
        return ("forward computes something else each time for the same inputs, and so would the network's forward, "
                "because the layer has no method predict; write predict(self, inputs), which returns the activation at "
                "inference, without random numbers")
    if len(once) == len(x) and not (close(once[:half], first) and close(once[-len(rest):], rest)):
        return ("what forward computes for an input depends on the others of its batch, and so would the network's "
                "forward, because the layer has no method predict; write predict(self, inputs), which computes with "
                "what training has found, such as a running mean")
    return None


def copied(layer):
    """A copy that shares nothing with the layer, or TypeError: of a lock, a file or a thread there is none, and for
    more than LARGEST bytes there is no room. A function that was set on the object would still work on the layer."""
    values = [value for _, each in named_layers([layer]) for *_, value in attributes(each)]
    if sum(value.nbytes for value in values if isinstance(value, np.ndarray)) > LARGEST:
        raise TypeError(f"{layer!r} has more than {LARGEST >> 20} MB of arrays, too much for a copy")
    if any(name in vars(layer) and not isinstance(vars(layer)[name], MethodType) for name in METHODS):
        raise TypeError(f"{layer!r} has a function in the place of a method, which would work on the layer itself")
    return deepcopy(layer)


@contextmanager
def undisturbed():
    """Whatever is tried meanwhile, random numbers go on as if nothing had been, and nothing is printed or warned of."""
    with draws_put_back(), redirect_stdout(io.StringIO()), warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        yield
