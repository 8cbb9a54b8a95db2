"""An optimizer says how far one weight moves, given its gradient and the learning rate.

`update(dx, lr)` returns the amount to subtract from the weight: w <- w - update(dL/dw, lr). An optimizer that
remembers (moments, velocities) remembers one weight only; layers make a copy of the object they are given for each
of their weights, so one object may be passed to all layers. Default constants are PyTorch's. Settings are given by
name, as in AdamOptimizer(beta1=0.8), because the learning rate is none of them: it is the network's.

`weight_decay` adds the gradient of weight_decay/2 * |w|^2 (L2 regularisation) to dx; AdamW does it its own way.
"""
from abc import abstractmethod
from math import sqrt

import numpy as np

from nn.checks import settings
from nn.checks.calls import Checked, Written
from nn.ops.elementwise import move_average, ratio_to_root


class AbstractOptimizer(Written, metaclass=Checked):
    """Subclass it and write `update` to have an optimizer of your own."""

    weight_decay = 0.0

    def __init__(self, weight_decay=0.0):
        self.weight_decay = settings.number(self, "weight_decay", weight_decay)

    @abstractmethod
    def update(self, dx, lr):
        """The amount to subtract from the weight whose gradient is dx (any shape); neither dx nor lr is changed."""

    def update_with_decay(self, w, dx, lr):
        """The same with weight decay: the gradient of L + weight_decay/2 * |w|^2 is dx + weight_decay * w."""
        return self.update(dx + self.weight_decay * w if self.weight_decay else dx, lr)


class SGDOptimizer(AbstractOptimizer):
    """Stochastic gradient descent: lr * dx."""

    def __init__(self, *, weight_decay=0.0):
        super().__init__(weight_decay)

    def update(self, dx, lr):
        return lr * dx


class MomentumSGDOptimizer(AbstractOptimizer):
    """v <- momentum * v + dx;  lr * v  (Polyak, 1964)."""

    def __init__(self, *, momentum=0.9, weight_decay=0.0):
        super().__init__(weight_decay)
        self.momentum = settings.number(self, "momentum", momentum, below=1)
        self.v = 0.0

    def update(self, dx, lr):
        self.v = self.momentum * self.v + dx
        return lr * self.v


class NesterovSGDOptimizer(MomentumSGDOptimizer):
    """v <- momentum * v + dx;  lr * (dx + momentum * v)  (Nesterov, 1983; Sutskever et al., 2013; as in PyTorch)."""

    def update(self, dx, lr):
        return lr * dx + self.momentum * super().update(dx, lr)


class AdaGradOptimizer(AbstractOptimizer):
    """v <- v + dx^2;  lr * dx / (sqrt(v) + eps)  (Duchi, Hazan & Singer, 2011)."""

    def __init__(self, *, eps=1e-10, weight_decay=0.0):
        super().__init__(weight_decay)
        self.eps = settings.number(self, "eps", eps)
        self.v = 0.0

    def update(self, dx, lr):
        self.v = self.v + dx * dx
        return lr * dx / (np.sqrt(self.v) + self.eps)


class RMSPropOptimizer(AbstractOptimizer):
    """v <- rho * v + (1 - rho) * dx^2;  lr * dx / (sqrt(v) + eps)  (Tieleman & Hinton, 2012)."""

    def __init__(self, *, rho=0.99, eps=1e-8, weight_decay=0.0):
        super().__init__(weight_decay)
        self.rho = settings.number(self, "rho", rho, below=1)
        self.eps = settings.number(self, "eps", eps)
        self.v = 0.0

    def update(self, dx, lr):
        self.v = self.rho * self.v + (1 - self.rho) * dx * dx
        return lr * dx / (np.sqrt(self.v) + self.eps)


class AdamOptimizer(AbstractOptimizer):
    """Adam (Kingma & Ba, 2015, algorithm 1), at step t = 1, 2, ...

        m <- beta1 * m + (1 - beta1) * dx         m^ = m / (1 - beta1^t)
        v <- beta2 * v + (1 - beta2) * dx^2       v^ = v / (1 - beta2^t)
        lr * m^ / (sqrt(v^) + eps)

    which is the same as the following, without m^ and v^ (end of the paper's section 2), where r = sqrt(1 - beta2^t):

        lr * r / (1 - beta1^t) * m / (sqrt(v) + eps * r)

    The course's hand-out writes sqrt(v^ + eps); the paper, and PyTorch, have eps outside the root, and so has this.
    """

    def __init__(self, *, beta1=0.9, beta2=0.999, eps=1e-8, weight_decay=0.0):
        super().__init__(weight_decay)
        self.beta1 = settings.number(self, "beta1", beta1, below=1)
        self.beta2 = settings.number(self, "beta2", beta2, below=1)
        self.eps = settings.number(self, "eps", eps)
        self.m = self.v = 0.0
        self.t = 0

    def update(self, dx, lr):
        if self.t == 0:
            self.m, self.v = np.zeros_like(dx), np.zeros_like(dx)
        self.t += 1
        out = np.empty_like(dx)  # whatever is in between is written here, too: memory is slow
        move_average(self.m, dx, self.beta1, out)
        move_average(self.v, np.multiply(dx, dx, out=out), self.beta2, out)
        r = sqrt(1 - self.beta2 ** self.t)
        return ratio_to_root(self.m, self.v, lr * r / (1 - self.beta1 ** self.t), self.eps * r, out)


class DecoupledDecay:
    """Weight decay beside the gradient: the optimizer's amount + lr * weight_decay * w  (Loshchilov & Hutter, 2019).

    It comes first of the classes of an optimizer: `class Mine(DecoupledDecay, MyOptimizer)`.
    """

    def update_with_decay(self, w, dx, lr):
        return self.update(dx, lr) + lr * self.weight_decay * w


class AdamWOptimizer(DecoupledDecay, AdamOptimizer):
    """Adam with decoupled weight decay."""

    def __init__(self, *, beta1=0.9, beta2=0.999, eps=1e-8, weight_decay=0.01):
        super().__init__(beta1=beta1, beta2=beta2, eps=eps, weight_decay=weight_decay)


class NesterovSGDWOptimizer(DecoupledDecay, NesterovSGDOptimizer):
    """Nesterov's momentum with decoupled weight decay, without which momentum multiplies the decay, too."""
