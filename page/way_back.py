"""The way back: what a loss says to each layer about one image, and a training step on it that can be taken back."""
import random
from collections import deque
from copy import deepcopy

import numpy as np

from inspection.recording import recorded
from nn.layer import named_layers
from nn.loss import one_hot
from nn.metrics import probabilities
from nn.ops.process import draws_put_back

MOST = 20  # steps that can be taken back
DIGITS = 10


def learns_from_many(net):
    """The layer that keeps a network from learning one image alone, such as "2 BatchNorm(32)", or None.

    Such a layer looks at its whole batch: mean and variance of one image are that image's own, and would become the
    network's running ones.
    """
    return next((f"{place} {layer!r}" for place, layer in named_layers(net.layers) if layer.statistics), None)


def way_back(net, image, label):
    """(the loss of an image (H, W, C) that was to be `label`, the Records of the layers, dL/d(image) (H, W, C)).

    It is what `train_step` would find, on a copy. The error goes down to the image, past the first layer that trains.
    """
    twin, records = recorded(net)
    X, Y = _pair(net, image, label)
    with draws_put_back():
        output = twin.forward_in_training(X)
        loss = float(np.sum(net.loss.compute(output, Y)))
        _, dX = twin.backward(net.loss.deriv(output, Y))
    return loss, [record for record in records if "." not in record.place], dX[0]


class DrawingSteps:
    """Training steps of a network on single images, of which the last MOST can be taken back, bit for bit.

    A step is a copy's: the layers as they were, with weights, statistics and optimizers, wait until they are wanted.
    """

    def __init__(self, net):
        self.net, self._before = net, deque(maxlen=MOST)

    def __len__(self):
        return len(self._before)

    def take(self, image, label, lr):
        """One `train_step` with this learning rate. Returns two dicts, of before and after: loss, and p of the label.

        Raises FloatingPointError, and nothing has changed, if the loss or a gradient is no finite number.
        """
        before, pair = self._state(), _pair(self.net, image, label)
        told = [self._told(*pair)]
        try:
            self.net.layers, self.net.lr = deepcopy(self.net.layers), lr
            if not np.isfinite(self.net.train_step(pair)):
                raise FloatingPointError("the loss or a gradient is nan or inf, so there is no step")
        except Exception:
            self._put(before)
            raise
        self._before.append(before)
        return [*told, self._told(*pair)]

    def take_back(self):
        """Undo the last step: weights, statistics, optimizers and random generators are what they were before it."""
        self._put(self._before.pop())

    def keep(self):
        """From now on none of the steps can be taken back, because others follow."""
        self._before.clear()

    def _state(self):
        return self.net.layers, self.net.lr, np.random.get_state(), random.getstate()

    def _put(self, state):
        self.net.layers, self.net.lr, ours, pythons = state
        np.random.set_state(ours)
        random.setstate(pythons)

    def _told(self, X, Y):
        with draws_put_back():
            output = self.net.forward(X)
        return {"loss": float(np.sum(self.net.loss.compute(output, Y))),
                "p": float(probabilities(self.net.loss, output)[0, Y[0].argmax()])}


def _pair(net, image, label):
    return image[None], one_hot([label], DIGITS).astype(net.dtype)
