"""A network is a list of layers; a training step sends a batch forward, its error backward, and updates the weights."""
from math import isfinite

import numpy as np

from nn.checks import data, settings
from nn.checks.calls import Checked, no_attribute, not_called, usage
from nn.checks.inputs import Misfit
from nn.checks.written import written_network
from nn.files import weights
from nn.layer import predicts_in_parts, put, statistics
from nn.ops.process import at_work, set_up_process
from nn.ops.threads import share_out
from nn.ops.tiles import TILE_BYTES
from nn.sequential import Sequential

PREDICT_BATCH = 96  # images at a time in `forward`, or a multiple if they are small; products like multiples of 32


class Network(Sequential, metaclass=Checked):
    """layers: a list of layer objects. lr: the learning rate; `net.lr` may be changed at any time.
    loss: an object with compute(X, Y) and deriv(X, Y), such as cross_entropy. dtype: everything is computed in it.
    """

    lr, loss = settings.LearningRate(), settings.Loss()
    __repr__ = written_network
    __call__, __getattr__ = not_called, no_attribute

    def __init__(self, layers, lr, loss, dtype=np.float32):
        super().__init__(layers, settings.floating_dtype(dtype))
        self.lr, self.loss, self._has_learned = lr, loss, False
        self._statistics = []  # as `gradients` found them, until `update`

    def train_step(self, mini_batch=(), *others):
        """A step of gradient descent on mini_batch = (X, Y): inputs (N, ...), labels (N, K). Returns the mean loss.

        A loss or a gradient that is nan or inf says nothing about which way is down: it changes nothing, and what is
        returned is no finite number.
        """
        with at_work():
            loss, grads = self.gradients(mini_batch, *others)
            if not (isfinite(loss) and data.finite(grads)):
                return data.no_step(loss, mini_batch)
            self.update(grads)
        return loss

    def gradients(self, mini_batch=(), *others):
        """The mean loss of mini_batch = (X, Y), and its gradients: a dict (weight's name -> array) for each layer.

        The dict is {} for a layer that has no weights, or that does not train. Nothing is updated; statistics, such as
        a batch normalisation's running mean, move when `update` is called.
        """
        set_up_process()
        before = statistics(self.layers)
        with at_work():
            try:
                X, Y = data.pair(mini_batch, self.dtype, *others)
                output = self.forward_in_training(X)
                if not self._has_learned:
                    data.check_first_outputs(output, Y, self.layers[-1], self.loss)
                loss = float(np.asarray(self.loss.compute(output, Y)).sum())
                upstream = self.loss.deriv(output, Y)
                if np.shape(upstream) != output.shape:
                    raise data.no_gradient(self.loss, upstream, output.shape, Y.shape)
                first = next((k for k, layer in enumerate(self.layers) if layer.trainable), len(self.layers))
                grads, _ = self.backward(upstream, first)
                self._has_learned, self._statistics = True, statistics(self.layers)
            finally:
                put(before)
        return loss, grads

    def update(self, grads):
        """Let each layer that trains take a step down its gradient, of those that `gradients` returned."""
        with at_work():
            self.step(grads, float(self.lr))  # a number of Python's, with which float32 stays float32
        put(self._statistics)

    def forward(self, X=None):
        """X (N, ...) -> the outputs (N, K), for cross-entropy the logits, as the network gives them at inference."""
        set_up_process()
        X = data.not_empty(X, self.dtype)
        try:
            with at_work():
                return np.concatenate(self._predictions(X))
        except Misfit as misfit:
            misfit.of_whole(X.shape)
            raise

    @usage('net.save("weights.npz")')
    def save(self, path, about=None):
        """Write all weights to an .npz file. about: what else there is to say of the network, a dict of texts."""
        weights.save(self, path, about)

    @usage('net.load("weights.npz")')
    def load(self, path):
        """Read the weights that `save` wrote. Raises ValueError, changing nothing, if they are of another network."""
        weights.load(self, path)

    def _predictions(self, X):
        """The outputs for X, a piece at a time. The first piece tells how many images the widest layer has room for."""
        first, widest = X[:PREDICT_BATCH], 1
        for activation in self.activations(first):
            widest, first = max(widest, first[0].nbytes), activation
        size = PREDICT_BATCH * max(1, TILE_BYTES // (PREDICT_BATCH * widest))
        pieces = [X[i:i + size] for i in range(PREDICT_BATCH, len(X), size)]
        share = share_out if all(map(predicts_in_parts, self.layers)) else map
        return [first, *share(self.predict, pieces)]
