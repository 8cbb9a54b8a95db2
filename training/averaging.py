"""An average of the weights along the way is better than where the last steps, which are too large, have left them."""
from copy import deepcopy

from nn.checks import settings
from nn.optimizer import AbstractOptimizer


class Lookahead(AbstractOptimizer):
    """Every few steps of an optimizer the weight goes back to a slow average, into which they count by a share.

        w <- slow <- slow + share (w - slow)        share = 1 - forgetting (1 - lr / highest lr so far)^3

    While the learning rate rises, share is 1, and nothing is averaged; the smaller it then is, the longer the average
    remembers. Source: Zhang, Lucas, Ba & Hinton (2019), "Lookahead Optimizer", with a share that changes, as in Jordan
    (2024), arXiv 2404.00498.

    optimizer: what makes the steps between, an optimizer of `nn.optimizer`; its weight decay is kept. every: how many
    these are. forgetting: 0 to 1. Raises ValueError for a setting that is not possible.
    """

    def __init__(self, optimizer, *, every=5, forgetting=0.77):
        self.optimizer = deepcopy(settings.object_with("update", self, "optimizer", optimizer))
        self.every = settings.count(self, "every", every)
        self.forgetting = settings.number(self, "forgetting", forgetting, most=1)
        self.slow, self.highest, self.t = None, 0.0, 0

    @property
    def weight_decay(self):
        return self.optimizer.weight_decay

    @weight_decay.setter
    def weight_decay(self, given):
        self.optimizer.weight_decay = given

    def update(self, dx, lr):
        raise NotImplementedError("Lookahead averages weights, and must be told them: call update_with_decay")

    def update_with_decay(self, w, dx, lr):
        self.slow = w.copy() if self.slow is None else self.slow
        self.highest, self.t = max(self.highest, lr), self.t + 1
        change = self.optimizer.update_with_decay(w, dx, lr)
        if self.t % self.every:
            return change
        share = 1 - self.forgetting * (1 - lr / self.highest) ** 3 if self.highest else 1
        self.slow = self.slow + share * (w - change - self.slow)
        return w - self.slow
