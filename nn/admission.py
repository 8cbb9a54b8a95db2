"""A layer that is new in a chain is admitted before its first step: it gets the chain's dtype, and a copy is tried."""
from copy import copy
from operator import is_

import numpy as np

from nn.checks.inputs import Misfit
from nn.checks.layer_error import LayerError
from nn.contract import FEW, Watched, check_layer, copied, debugged, keeps_contract, undisturbed
from nn.layer import AbstractLayer
from nn.wrapper import unwrapped


class Admission:
    """What a chain knows of its layers, which may change at any time. A pass that finds nothing new does nothing.

    known: the layers that have the chain's dtype. tried: those that need no trial any more. trained: whether they
    trained then; a frozen layer is tried again when it thaws. updates: whether a trial goes on to the updates.
    """

    def __init__(self):
        self.known, self.tried, self.trained, self.updates = None, [], [], True

    def take_in(self, chain):
        """Convert new layers to the chain's dtype. Raises TypeError or ValueError for what is no list of layers."""
        if not _same(chain.layers, self.known):
            self._convert(chain)

    def try_out(self, chain, X):
        """Have copies of new layers show what they would do in training with the inputs X (N, ...) of the chain.

        Raises ValueError, before anything of the chain has moved, if one breaks its contract. A layer of which there
        is no copy, or none that works, is watched in its first steps instead.
        """
        trains = [layer.trainable for layer in chain.layers]
        if not (_same(chain.layers, self.tried) and trains == self.trained or debugged()):
            self._try(chain, np.asarray(X, chain.dtype), trains)

    def _convert(self, chain):
        _check_layers(chain.layers)
        for layer in chain.layers:
            if not _within(layer, self.known or ()):
                layer.astype(chain.dtype)
        self.known = list(chain.layers)

    def _try(self, chain, X, trains):
        thawed = [layer for layer, trained in zip(self.tried, self.trained) if not trained and layer.trainable]
        new = [layer for layer in map(unwrapped, chain.layers) if not keeps_contract(layer)
               and (_within(layer, thawed) or not _within(layer, self.tried))]
        if new:
            new = _not_tried(chain, new, X[:FEW], len(X)) and _not_tried(chain, new, X, len(X))
        chain.layers[:] = [Watched(layer, len(X), chain.layers) if _within(layer, new) else layer
                           for layer in chain.layers]
        self.known, self.tried, self.trained = list(chain.layers), list(chain.layers), trains


def _not_tried(chain, new, X, n):
    """Try copies of the layers `new`, each with what those before it make of X, some of n inputs.

    Returns the layers that could not be tried, because there is an exception on the way: the real step will raise it.
    """
    left, shapes, batch = list(new), [], len(X)
    try:
        with undisturbed():
            for layer in map(unwrapped, chain.layers):
                shapes.append(X.shape)
                if _within(layer, new):
                    X = check_layer(layer if chain.admission.updates else _frozen(layer), X, batch, chain.layers)
                    left = [other for other in left if other is not layer]
                else:
                    X = np.asarray(copied(layer).forward(X)[1], chain.dtype)
    except LayerError as error:
        if not isinstance(error, Misfit) or batch == n:  # of a misfit the shape of the whole batch is told
            error.passed(chain.way(shapes))
            raise
    except Exception:
        pass
    return left


def _check_layers(layers):
    for k, layer in enumerate(layers):
        if not isinstance(layer, AbstractLayer):
            hint = (f"; write {layer.__name__}(...)" if isinstance(layer, type) else
                    "; write * before a list within the list" if isinstance(layer, (list, tuple)) else "")
            raise TypeError(f"layers[{k}] must be a layer, an object of a subclass of AbstractLayer, "
                            f"but is {layer!r}{hint}")
        if any(layer is other for other in layers[:k]):
            raise ValueError(f"layers[{k}] is the same object as an earlier one, {layer!r}: "
                             f"make one for each place")
    if not layers:
        raise ValueError("a network needs at least one layer, but the list is empty")


def _frozen(layer):
    frozen = copy(layer)
    frozen.trainable = False
    return frozen


def _same(layers, others):
    return others is not None and len(layers) == len(others) and all(map(is_, layers, others))


def _within(layer, layers):
    return any(unwrapped(layer) is unwrapped(other) for other in layers)
