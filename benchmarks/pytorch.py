"""PyTorch's side: the same networks, for images (N, C, H, W), the way PyTorch's own tutorials write and train them."""
from functools import partial

import numpy as np
import torch
from torch.nn import BatchNorm1d, BatchNorm2d, Conv2d, Flatten, LeakyReLU, Linear, MaxPool2d, ReLU, Sequential, Sigmoid

from benchmarks.networks import NETWORKS, first_layers, walk
from nn.loss import cross_entropy
from nn.network import PREDICT_BATCH


def block(k, c_in, c_out):
    return [Conv2d(c_in, c_out, k, padding="same"), BatchNorm2d(c_out), ReLU()]


MODELS = {
    "assignment": lambda: Sequential(
        Conv2d(1, 16, 5), ReLU(), Conv2d(16, 32, 6, stride=2), ReLU(), Conv2d(32, 64, 6, stride=2), ReLU(),
        Flatten(), Linear(576, 180), ReLU(), Linear(180, 10)),
    "cnn": lambda: Sequential(
        Conv2d(1, 8, 5), ReLU(), MaxPool2d(2), Conv2d(8, 32, 5), ReLU(), MaxPool2d(2),
        Flatten(), Linear(512, 128), ReLU(), Linear(128, 10)),
    "lenet": lambda: Sequential(
        Conv2d(1, 16, 5), ReLU(), MaxPool2d(2), Conv2d(16, 32, 5), ReLU(), MaxPool2d(2),
        Flatten(), Linear(512, 128), ReLU(), Linear(128, 10)),
    "lenet-batchnorm": lambda: Sequential(
        Conv2d(1, 16, 5), BatchNorm2d(16), ReLU(), MaxPool2d(2), Conv2d(16, 32, 5), BatchNorm2d(32), ReLU(),
        MaxPool2d(2), Flatten(), Linear(512, 128), ReLU(), Linear(128, 10)),
    "report": lambda: Sequential(
        Conv2d(1, 16, 3), LeakyReLU(), Conv2d(16, 32, 4, stride=2), LeakyReLU(), MaxPool2d(2),
        Flatten(), Linear(1152, 256), LeakyReLU(), Linear(256, 10)),
    "mlp": lambda: Sequential(
        Flatten(), Linear(784, 100), Sigmoid(), Linear(100, 50), Sigmoid(), Linear(50, 10)),
    "cifar": lambda: Sequential(
        *block(5, 3, 64), *block(3, 64, 32), *block(3, 32, 32), MaxPool2d(2),
        *block(3, 32, 32), *block(3, 32, 16), *block(3, 16, 16), MaxPool2d(2),
        Flatten(), Linear(1024, 10), BatchNorm1d(10)),
    "two-layer": lambda: Sequential(Flatten(), Linear(3072, 4000, bias=False), ReLU(), Linear(4000, 10, bias=False)),
    "three-layer": lambda: Sequential(
        Conv2d(3, 32, 5, padding=2), ReLU(), Conv2d(32, 16, 3, padding=1), ReLU(), Flatten(), Linear(16384, 10)),
}
MODELS.update({"six-conv": MODELS["cifar"], "three-layer-nesterov": MODELS["three-layer"]})


class TorchNetwork:
    """A model with the first weights of our `layers`, for images (H, W, C). optimizer: a function of the parameters."""

    def __init__(self, name, layers, image, optimizer):
        self.model = MODELS[name]()
        self.criterion = torch.nn.CrossEntropyLoss()
        self.weights = take_weights(self.model, layers, image)
        self.optimizer = optimizer(self.model.parameters())

    def step(self, X, Y):
        """One training step. Returns the loss."""
        loss = self.backpropagate(X, Y)
        self.optimizer.step()
        return loss

    def backpropagate(self, X, Y):
        if not self.model.training:
            self.model.train()
        self.optimizer.zero_grad()
        loss = self.criterion(self.model(X), Y)
        loss.backward()
        return loss.item()  # ours returns it as a number, too

    def predict(self, X):
        if self.model.training:
            self.model.eval()
        with torch.inference_mode():
            return self.model(X).numpy()


class Theirs(TorchNetwork):
    """The same, made to look like our `Network`, so that one loop trains both."""

    loss = cross_entropy  # for the evaluation

    @property
    def lr(self):
        return self.optimizer.param_groups[0]["lr"]

    @lr.setter
    def lr(self, value):
        self.optimizer.param_groups[0]["lr"] = value

    def train_step(self, mini_batch):
        X, Y = mini_batch
        return self.step(as_theirs(X), torch.from_numpy(Y))

    def forward(self, X):
        parts = (X[i:i + PREDICT_BATCH] for i in range(0, len(X), PREDICT_BATCH))
        return np.concatenate([self.predict(as_theirs(part)) for part in parts])


class Side(TorchNetwork):
    def __init__(self, network):
        entry = NETWORKS[network]
        # weight decay is for biases, too, here, which ours leaves out; at 1e-5 a few steps do not tell
        super().__init__(network, first_layers(network), entry.image,
                         partial(torch.optim.Adam, lr=entry.lr, weight_decay=entry.weight_decay))

    def prepare(self, images, labels):
        """Images (N, H, W, C) and labels (N,) as this side takes them."""
        return as_theirs(images), torch.from_numpy(labels)

    def gradients(self, X, Y):
        """{"loss": L, "0.w": dL/dw of our layer 0, ...}, each in our layout."""
        loss = self.backpropagate(X, Y)
        return {"loss": loss, **{name: as_ours(w.grad, image).numpy() for name, (w, image) in self.weights.items()}}


def as_theirs(images):
    """Images (N, H, W, C) as (N, C, H, W)."""
    return torch.from_numpy(np.ascontiguousarray(images.transpose(0, 3, 1, 2)))


def take_weights(model, layers, image):
    """Copy the weights of our layers, for images (H, W, C), into the model.

    Returns {"0.w": (PyTorch's weight, the (H, W, C) it looks at), ...}.
    """
    modules = iter([module for module in model if list(module.parameters())])
    weights = {}
    for k, (layer, inputs, _) in enumerate(walk(layers, image)):
        module = next(modules) if layer.weights else None
        for name in layer.weights:
            weight = module.weight if name == "w" else module.bias
            seen = layer.w.shape[:3] if layer.w.ndim == 4 else (1, 1, *inputs)[-3:]
            ours = as_ours(weight.detach(), seen)
            ours.copy_(torch.from_numpy(getattr(layer, name)).reshape(ours.shape))
            weights[f"{k}.{name}"] = weight, seen
    return weights


def as_ours(weight, image):
    """A view of a weight (F, C, H, W) or (F, C * H * W) as (H, W, C, F); vectors are the same on both sides."""
    height, width, channels = image
    return weight if weight.ndim == 1 else weight.view(-1, channels, height, width).permute(2, 3, 1, 0)
