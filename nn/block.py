"""A block is a layer made of layers: it stands in the place of one, and a network reaches them all."""
from copy import copy

import numpy as np

from nn.layer import AbstractLayer
from nn.sequential import Sequential


class Block(AbstractLayer):
    """The layers, one after the other. A subclass says in `forward` and `backward` what else happens to x and errors.

    A residual block adds x to what its layers make of it: z = x + F(x), dL/dx = e + (what F's backward makes of e).

        class Residual(Block):
            def forward(self, inputs):
                z = inputs + self.run(inputs)
                return z, z

            def backward(self, layer_err):
                return layer_err + super().backward(layer_err)

    `run` is F in training and in prediction, where batch normalisation and dropout within it predict, too.
    """

    keeps_contract = True  # its layers are tried where they stand

    def __init__(self, layers):
        """Raises what `Network` raises for a list that is none of layers."""
        self.chain = Sequential(layers, np.float64, owner=f"{type(self).__name__}.")
        self.grads, self.dx = [], None

    @property
    def sublayers(self):
        return self.chain.layers

    @property
    def gradient_names(self):
        return (*self.weights, *(f"{k}.{name}" for k, layer in enumerate(self.sublayers) if layer.trainable
                                 for name in layer.gradient_names))

    def run(self, inputs):
        """F(x), the last layer's activation; once in each forward pass, because the way back is gone once."""
        self.dx = None
        return self.chain.forward_in_training(inputs)

    def forward(self, inputs):
        z = self.run(inputs)
        return z, z

    def predict(self, inputs):
        """The same `forward`, with layers that predict; what training left for `backward` is not overwritten."""
        predicting = copy(self)
        predicting.run = self.chain.predict
        return predicting.forward(inputs)[1]

    def get_activation_grad(self, z, upstream_gradient):
        return upstream_gradient

    def get_weight_grad(self, inputs, layer_err):
        """Each layer's gradients, under names such as "0.w". They and dL/dx are found together, on one way back."""
        self._go_back(layer_err)
        return {f"{k}.{name}": array for k, grad in enumerate(self.grads) for name, array in grad.items()}

    def backward(self, layer_err):
        if self.dx is None:  # the block is frozen, so nobody asked for its gradients
            self._go_back(layer_err)
        return self.dx

    def update(self, grad, lr):
        within = [{} for _ in self.sublayers]
        for name, array in grad.items():
            place, _, rest = name.partition(".")
            if rest:  # the others are the block's own
                within[int(place)][rest] = array
        self.chain.step(within, lr)

    def astype(self, dtype):
        super().astype(dtype)
        self.chain.dtype = np.dtype(dtype)
        for layer in self.sublayers:
            layer.astype(dtype)

    def _go_back(self, layer_err):
        self.grads, self.dx = self.chain.backward(layer_err)

    def __repr__(self):
        return f"{type(self).__name__}({self.sublayers})"
