"""A layer that is new in a chain is admitted before its first step: it gets the chain's dtype, and a copy is tried."""
from copy import copy

import numpy as np

from nn.checks.data import check_first_batch
from nn.checks.inputs import LayerError, Misfit
from nn.checks.layers import check_dtypes, check_layers, check_nothing_is_shared
from nn.checks.watched import FEW, Watched
from nn.contract import check_layer, copied, undisturbed
from nn.layer import keeps_contract, named_layers, unwrapped
from nn.ops.process import debugged


class Admission:
    """What a chain knows of its layers, which may change at any time. A pass that finds nothing new does nothing.

    known, tried: the layers as they were when they were converted, and tried. updates: whether a trial goes on to the
    updates.
    """

    def __init__(self):
        self.known, self.tried, self.updates = None, None, True
        self.converted, self.shown = {}, {}  # id -> layer in the chain's dtype; id -> whether it was tried unfrozen

    def take_in(self, chain):
        """Convert new layers to the chain's dtype. Raises TypeError or ValueError for what is no list of layers."""
        if self.known != _seen(chain):
            self._convert(chain)

    def try_out(self, chain, X):
        """Take new layers in, and have copies of them show what they would do in training with X (N, ...).

        Raises ValueError, before anything of the chain has moved, if one breaks its contract. A layer of which there
        is no copy, or none that works, is watched in its first steps instead. One that was frozen is tried when it
        thaws.
        """
        if self.tried != _seen(chain):
            self._convert(chain)
            self._try(chain, np.asarray(X, chain.dtype))

    def _convert(self, chain):
        check_layers(chain.layers)
        check_nothing_is_shared(named_layers(chain.layers), chain.owner)
        for layer in chain.layers:
            if id(unwrapped(layer)) not in self.converted:
                layer.astype(chain.dtype)
        check_dtypes(chain.layers, chain.dtype)
        self.known, self.converted = _seen(chain), {id(layer): layer for layer in map(unwrapped, chain.layers)}

    def _try(self, chain, X):
        if self.tried is None and not chain.owner:  # it is the network's own chain, and no block's
            check_first_batch(X, chain.layers[0])
        if debugged():
            return
        new = {key: layer for key, layer in self.converted.items() if not keeps_contract(layer)
               and (key not in self.shown or layer.trainable > self.shown[key])}
        if new:
            new = _not_tried(chain, new, X[:FEW], len(X)) and _not_tried(chain, new, X, len(X))
        if new:
            layers = []
            layers += [Watched(layer, len(X), layers) if id(unwrapped(layer)) in new else layer
                       for layer in chain.layers]
            chain.layers = layers
        self.shown = {key: layer.trainable or self.shown.get(key, False) for key, layer in self.converted.items()}
        self.known = self.tried = _seen(chain)


def _not_tried(chain, new, X, n):
    """Try copies of the layers `new` (id -> layer), each with what those before it make of X, some of n inputs.

    Returns the layers that could not be tried, because there is an exception on the way: the real step will raise it.
    """
    left, shapes, batch = dict(new), [], len(X)
    try:
        for layer in map(unwrapped, chain.layers):
            shapes.append(X.shape)
            if id(layer) in new:
                X = check_layer(layer if chain.admission.updates else _frozen(layer), X, batch, chain.layers)
                del left[id(layer)]
            else:
                with undisturbed():
                    X = np.asarray(copied(layer).forward(X)[1], chain.dtype)
    except LayerError as error:
        if not isinstance(error, Misfit) or batch == n:  # of a misfit the shape of the whole batch is told
            raise error.passed(chain.way(shapes)) from None
    except Exception:
        pass
    return left


def _frozen(layer):
    frozen = copy(layer)
    frozen.trainable = False
    return frozen


def _seen(chain):
    return [(id(layer), getattr(layer, "trainable", None), getattr(layer, "dtype", None)) for layer in chain.layers]
