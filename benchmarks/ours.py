"""Our side: the network in NumPy, through nothing but `train_step` and `forward`."""
import numpy as np

from benchmarks.networks import build


class Side:
    def __init__(self, network):
        self.net = build(network)

    def prepare(self, images, labels):
        """Images (N, H, W, C) and labels (N,) as this side takes them: labels one-hot."""
        return images, np.eye(10, dtype=np.float32)[labels]

    def step(self, X, Y):
        self.net.train_step((X, Y))

    def predict(self, X):
        return self.net.forward(X)

    def gradients(self, X, Y):
        """{"loss": L, "0.w": dL/dw of layer 0, ...}, caught where `train_step` hands them to the layers' `update`."""
        caught = {}
        for k, layer in enumerate(self.net.layers):
            layer.update = lambda grad, lr, k=k: caught.update({f"{k}.{name}": dw for name, dw in grad.items()})
        caught["loss"] = self.net.train_step((X, Y))
        for layer in self.net.layers:
            del layer.update  # uncovers the class's own again
        return caught
