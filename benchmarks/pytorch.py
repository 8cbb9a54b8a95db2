"""PyTorch's side: our networks as `export.pytorch` converts them, trained the way PyTorch's own tutorials do it."""
from contextlib import nullcontext
from functools import partial

import numpy as np
import torch

from benchmarks.networks import NETWORKS, first_layers
from export.pytorch import Conversion
from nn.loss import cross_entropy
from nn.network import PREDICT_BATCH


class TorchNetwork:
    """A model with the first weights of our `layers`, for images (H, W, C). optimizer: a function of the parameters."""

    def __init__(self, layers, image, optimizer, dtype=np.float32):
        self.conversion = Conversion(layers, image)
        self.model = eval(str(self.conversion), dict(vars(torch.nn)))
        self.model.to(getattr(torch, np.dtype(dtype).name))
        self.model.load_state_dict({name: torch.from_numpy(array)
                                    for name, array in self.conversion.state_dict().items()})
        self.criterion = torch.nn.CrossEntropyLoss()
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
    loop = nullcontext

    def __init__(self, network, dtype=np.float32):
        entry = NETWORKS[network]
        super().__init__(first_layers(network), entry.image, partial(torch.optim.Adam, lr=entry.lr), dtype)

    def prepare(self, images, labels):
        """Images (N, H, W, C) and labels (N,) as this side takes them."""
        return as_theirs(images), torch.from_numpy(labels)

    def gradients(self, X, Y):
        """{"loss": L, "0.w": dL/dw of our layer 0, ...}, each in our layout. As with ours, no statistic moves."""
        before = [buffer.clone() for buffer in self.model.buffers()]
        loss = self.backpropagate(X, Y)
        for buffer, old in zip(self.model.buffers(), before):
            buffer.copy_(old)
        return {"loss": loss, **self.conversion.as_ours({name: weight.grad.numpy()
                                                         for name, weight in self.model.named_parameters()})}


def as_theirs(images):
    """Images (N, H, W, C) as (N, C, H, W)."""
    return torch.from_numpy(np.ascontiguousarray(images.transpose(0, 3, 1, 2)))
