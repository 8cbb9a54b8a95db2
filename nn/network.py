"""A network is a list of layers; a training step sends a batch forward, its error backward, and updates the weights."""
from collections import deque
from math import isfinite
from numbers import Real

import numpy as np

from nn.checks import data
from nn.checks.inputs import Misfit
from nn.contract import Held
from nn.files import weights
from nn.layer import AbstractLayer, predicts_in_parts
from nn.ops.blocks import BLOCK_BYTES
from nn.ops.process import set_up_process
from nn.ops.threads import share_out
from nn.summary import Summary
from nn.trace import Trace

PREDICT_BATCH = 96  # images at a time in `forward`, or a multiple if they are small; products like multiples of 32


class Chain:
    """Layers in a row: each one's activation is the next one's input, and errors come back the other way.

    A network is such a chain, and so is what a `Block` holds. Every layer is held to its contract on its first step,
    also one that is put into `layers` later.
    """

    def __init__(self, layers, dtype, owner=""):
        if layers is None:
            raise TypeError("layers is None: let the function that makes the list end with return [...]")
        self.layers, self.dtype, self.owner = list(layers), np.dtype(dtype), owner
        self._inputs, self._zs = [], []  # each layer's x and z, from the forward pass in training until backward
        self._held, self.batch = [], 0  # the layers as `nn.contract` holds them; how many inputs there were
        self.passes = 0  # forward passes in training, until now
        self._hold()

    def forward_in_training(self, X):
        """X (N, ...) -> the last layer's activation (N, K). Each layer's input x and z are kept for `backward`."""
        set_up_process()
        self._inputs, self._zs, self.batch = [], [], len(X)
        self.passes += 1
        for layer in self._held_layers():
            X = np.asarray(X, self.dtype)
            z, activation = layer.forward(X)
            self._inputs.append(X)
            self._zs.append(z)
            X = activation  # each layer's activation is the next layer's input
        return np.asarray(X, self.dtype)

    def backward(self, upstream, lowest=-1):
        """dL/d(output of `forward_in_training`) -> (the gradients, as `gradients` returns them; dL/dX): the chain rule.

        The error goes down to layer `lowest` and no further, because nobody needs it there; then there is no dL/dX to
        rely on. Each x and z is let go once it is used, so a forward pass serves one backward pass, or RuntimeError.
        """
        if len(self._zs) != len(self.layers):
            raise RuntimeError("backward needs the x and z of a forward pass: call net.forward_in_training(X) first")
        grads = [{} for _ in self.layers]
        for k, layer in reversed([*enumerate(self._held_layers())][max(lowest, 0):]):
            layer_err = layer.get_activation_grad(self._zs.pop(), np.asarray(upstream, self.dtype))
            grads[k] = layer.get_weight_grad(self._inputs.pop(), layer_err)
            if k > lowest:
                upstream = layer.backward(layer_err)
        self._inputs, self._zs = [], []
        return grads, upstream

    def step(self, grads, lr):
        """Let each layer that trains take a step down its gradient, one of the dicts that `backward` returned."""
        for layer, grad in zip(self._held_layers(), grads):
            layer.update(grad, lr)

    def activations(self, X):
        """X (N, ...) -> each layer's activation at inference, one after the other, from the first layer to the last."""
        for held in self._held_layers():
            X = np.asarray(held.predict(np.asarray(X, self.dtype)), self.dtype)
            yield X

    def predict(self, X):
        """X (N, ...) -> the last layer's activation at inference."""
        return deque(self.activations(X), maxlen=1).pop()  # of all of them, only one is kept at a time

    def way(self, layer):
        """(place, layer, shape of its inputs) of each layer down to this one, for a message."""
        last = next(k for k, held in enumerate(self._held) if held.layer is layer)
        return [(self.place(held.layer), held.layer, held.given) for held in self._held[:last + 1]]

    def place(self, layer):
        """Where a layer stands, for a message."""
        return self.owner + str(next(k for k, other in enumerate(self.layers) if other is layer))

    def hold_as(self, kind):
        """Hold all layers anew, as `kind`, a class like `nn.contract.Held`. Returns the list of its objects."""
        self._held = [kind(layer, self) for layer in self.layers]
        return self._held

    def _held_layers(self):
        """The layers as their contracts hold them. `layers` may have changed since the last time."""
        if list(map(id, self.layers)) != [id(held.layer) for held in self._held]:
            self._hold()
        return self._held

    def _hold(self):
        """Hold new layers to their contracts, in this chain's dtype; those that stayed have been looked at."""
        self._check_layers()
        known = {id(held.layer): held for held in self._held}
        for layer in self.layers:
            if id(layer) not in known:
                layer.astype(self.dtype)
                known[id(layer)] = Held(layer, self)
        self._held = [known[id(layer)] for layer in self.layers]

    def _check_layers(self):
        for k, layer in enumerate(self.layers):
            if not isinstance(layer, AbstractLayer):
                hint = (f"; write {layer.__name__}(...)" if isinstance(layer, type) else
                        "; write * before a list within the list" if isinstance(layer, (list, tuple)) else "")
                raise TypeError(f"layers[{k}] must be a layer, an object of a subclass of AbstractLayer, "
                                f"but is {layer!r}{hint}")
            if any(layer is other for other in self.layers[:k]):
                raise ValueError(f"layers[{k}] is the same object as an earlier one, {layer!r}: "
                                 f"make one for each place")
        if not self.layers:
            raise ValueError("a network needs at least one layer, but the list is empty")


class Network(Chain):
    """layers: a list of layer objects. lr: the learning rate; `net.lr` may be changed at any time.
    loss: an object with compute(X, Y) and deriv(X, Y), such as cross_entropy. dtype: everything is computed in it.
    """

    def __init__(self, layers, lr, loss, dtype=np.float32):
        if np.dtype(dtype) not in (np.float32, np.float64):
            raise ValueError(f"dtype must be np.float32 or np.float64, but is {dtype!r}")
        super().__init__(layers, dtype)
        self.lr, self.loss, self._has_learned = lr, loss, False
        self._check_loss()

    @property
    def lr(self):
        return self._lr

    @lr.setter
    def lr(self, lr):
        if not isinstance(lr, Real) or not 0 <= lr < np.inf:
            raise ValueError(f"lr must be a number, 0 or more, but is {lr!r}")
        self._lr = lr

    def train_step(self, mini_batch, *others):
        """A step of gradient descent on mini_batch = (X, Y): inputs (N, ...), labels (N, K). Returns the mean loss.

        A loss that is nan or inf says nothing about which way is down: it changes no weight.
        """
        data.check_mini_batch(mini_batch, others)
        loss, grads = self.gradients(mini_batch)
        if isfinite(loss):
            self.update(grads)
        return loss

    def gradients(self, mini_batch):
        """The mean loss of mini_batch = (X, Y), and its gradients: a dict (weight's name -> array) for each layer.

        The dict is {} for a layer that has no weights, or that does not train. Nothing is updated.
        """
        X, Y = (self._not_empty(array) for array in mini_batch)
        if not self._has_learned:
            data.first_batch(X, self.layers[0])
        output = self.forward_in_training(X)
        if not self._has_learned:
            data.first_outputs(output, self.layers[-1], self.loss)
        loss = np.sum(self.loss.compute(output, Y))
        upstream = data.loss_gradient(self.loss, self.loss.deriv(output, Y), output, Y)
        grads, _ = self.backward(upstream, self._first_trainable())
        self._has_learned = True
        return float(loss), grads

    def update(self, grads):
        """Let each layer that trains take a step down its gradient, of those that `gradients` returned."""
        self.step(grads, float(self.lr))  # a number of Python's, with which float32 stays float32

    def forward(self, X):
        """X (N, ...) -> the outputs (N, K), for cross-entropy the logits, as the network gives them at inference."""
        set_up_process()
        X = self._not_empty(X)
        try:
            return np.concatenate(self._predictions(X))
        except Misfit as misfit:
            misfit.of_whole(X.shape)
            raise

    def summary(self, shape):
        """What comes out of each layer and what it costs, for inputs of `shape` (H, W, C): print it to see a table."""
        return Summary(self, shape)

    def trace(self, mini_batch):
        """What `train_step(mini_batch)` would do now, number by number: print it to see tables. Nothing changes."""
        return Trace(self, mini_batch)

    def save(self, path):
        """Write all weights to an .npz file."""
        weights.save(self, path)

    def load(self, path):
        """Read the weights that `save` wrote. Raises ValueError, changing nothing, if they are of another network."""
        weights.load(self, path)

    def _predictions(self, X):
        """The outputs for X, a piece at a time. The first piece tells how many images the widest layer has room for."""
        first = self.predict(X[:PREDICT_BATCH])
        widest = max(np.prod(held.given[1:]) for held in self._held) * self.dtype.itemsize
        size = PREDICT_BATCH * max(1, BLOCK_BYTES // max(1, PREDICT_BATCH * int(widest)))
        pieces = [X[i:i + size] for i in range(PREDICT_BATCH, len(X), size)]
        share = share_out if all(map(predicts_in_parts, self.layers)) else map
        return [first, *share(self.predict, pieces)]

    def _first_trainable(self):
        return next((k for k, layer in enumerate(self.layers) if layer.trainable), len(self.layers))

    def _not_empty(self, array):
        array = np.asarray(array, self.dtype)
        if array.ndim == 0 or len(array) == 0:
            raise ValueError(f"expected a batch of images (N, ...), N at least 1, or its one-hot labels (N, K), but "
                             f"was given an array of shape {array.shape}")
        return array

    def _check_loss(self):
        if not (hasattr(self.loss, "compute") and hasattr(self.loss, "deriv")) or isinstance(self.loss, type):
            raise TypeError(f"loss must be an object with compute and deriv, such as cross_entropy, "
                            f"but is {self.loss!r}")
