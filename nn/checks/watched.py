"""A layer is watched in its first steps: a wrapper around it checks what its methods return, write and change."""
import numpy as np

from nn.checks import promises
from nn.gradient import named
from nn.layer import AbstractLayer, Wrapper

STEPS = 3  # a weight whose first gradient is 0 moves in the second step
FEW = 8  # inputs tell what a layer does


class Watched(Wrapper):
    """A layer whose first steps are watched: what its methods return fits, and what it learns is listed.

    batch: how many inputs the network has. among: the list of layers that this one stands in, from which it takes
    itself out after STEPS steps, leaving the layer.
    """

    def __init__(self, layer, batch, among=()):
        super().__init__(layer, _batch=batch, _among=among, _kept=set(), _steps=0, _shape=None, _some=None)

    def forward(self, inputs):
        self._shape, passes = inputs.shape, promises.passes(self._layer)
        before = {} if "forward" in self._kept else promises.copies(self._layer)
        returned = self._call("forward", inputs)
        if "forward" not in self._kept:
            promises.check_pair(self._layer, returned, self._batch)
            promises.check_passes(self._layer, passes)
            if _is_own(predict_of(self._layer)):
                promises.check_statistics_listed(self._layer, before, inputs[:FEW])
            self._kept.add("forward")
        self._some = inputs[:FEW].copy() if self._layer.trainable else None
        if not self._layer.trainable:  # so there will be no update
            self._step_is_made()
        return returned

    def get_activation_grad(self, z, upstream_gradient):
        layer_err = self._call("get_activation_grad", z, upstream_gradient)
        return self._fits("get_activation_grad", layer_err, np.shape(z), "dL/dz has z's shape")

    def get_weight_grad(self, inputs, layer_err):
        grad = named(self._layer, self._call("get_weight_grad", inputs, layer_err))
        self._kept.add("get_weight_grad")
        return grad

    def backward(self, layer_err):
        downstream = self._call("backward", layer_err)
        return self._fits("backward", downstream, self._shape, "dL/dx has the shape of forward's inputs")

    def update(self, grad, lr):
        if lr == 0:  # a step that moves nothing shows nothing
            self._layer.update(grad, lr)
            return
        promises.check_gradient(self._layer, named(self._layer, grad))
        before = promises.copies(self._layer)
        self._layer.update(grad, lr)
        promises.check_weights(self._layer, before)
        if self._some is not None:
            promises.check_weights_listed(self._layer, before, self._some)
        self._step_is_made()

    def _step_is_made(self):
        self._steps += 1
        if self._steps == STEPS and self._among:
            self._among[:] = [self._layer if layer is self else layer for layer in self._among]

    def _call(self, name, *given):
        """What the method returns. Until it has done once what it should, it is refused if it writes into `given`."""
        method = getattr(self._layer, name)
        if name in self._kept:
            return method(*given)
        some = [np.atleast_1d(array)[:FEW] for array in given]  # views
        before = [array.copy() for array in some]
        returned = method(*given)
        promises.check_unwritten(self._layer, name, before, some)
        return returned

    def _fits(self, method, returned, shape, why):
        """What a method returned, if it has the shape."""
        if method not in self._kept:
            promises.check_shape(self._layer, method, returned, shape, why)
        self._kept.add(method)
        return returned


def predict_of(layer):
    """The class whose `predict` the layer has."""
    return next(kind for kind in type(layer).__mro__ if "predict" in vars(kind))


def _is_own(kind):
    return kind is not AbstractLayer and not vars(kind).get("keeps_contract", False)
