"""Our side: the network in NumPy, through nothing but what `Network` offers everyone."""
import numpy as np

from benchmarks.networks import build
from nn.ops.process import at_work


class Side:
    loop = at_work  # what steps are taken in, as `training.loop.train` takes them

    def __init__(self, network, dtype=np.float32):
        self.net = build(network, dtype)

    def prepare(self, images, labels):
        """Images (N, H, W, C) and labels (N,) as this side takes them: labels one-hot."""
        return images, np.eye(10, dtype=images.dtype)[labels]

    def step(self, X, Y):
        self.net.train_step((X, Y))

    def predict(self, X):
        return self.net.forward(X)

    def gradients(self, X, Y):
        """{"loss": L, "0.w": dL/dw of layer 0, ...}; the weights stay as they are."""
        loss, grads = self.net.gradients((X, Y))
        named = {f"{k}.{name}": grad for k, of_layer in enumerate(grads) for name, grad in of_layer.items()}
        return {"loss": loss, **named}
