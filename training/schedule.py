"""A learning-rate schedule says how large the steps are as training goes on: large to get there, small to settle.

A schedule is called with the number of the step, from 0, and returns the learning rate of that step:

    schedule = Cosine(0.1, steps=10_000)
    net.lr = schedule(step)  # before each net.train_step
"""
import math

from nn.checks.calls import Checked
from nn.checks.settings import count, number


class Cosine(metaclass=Checked):
    """final + (lr - final) (1 + cos(pi step / steps)) / 2: from lr down to final at `steps`, where it stays.

    Source: Loshchilov & Hutter (2017), equation 5, without restarts. Raises ValueError if `steps` is no positive
    integer, or a learning rate no number of 0 or more.
    """

    def __init__(self, lr, steps, final=0.0):
        self.lr, self.steps = number(self, "lr", lr), count(self, "steps", steps)
        self.final = number(self, "final", final)

    def __call__(self, step):
        done = min(step / self.steps, 1.0)
        return self.final + (self.lr - self.final) * 0.5 * (1.0 + math.cos(math.pi * done))


class OneCycle(metaclass=Checked):
    """lr (step + 1) / (rise steps), until that is lr, then lr (steps - step) / ((1 - rise) steps): up, and down to 0.

    Source: Smith (2018), "1cycle". The rise lets the network settle before it meets a learning rate that would be
    too large for its first weights; with so large a one, few epochs are enough. rise: the share of the steps that it
    takes, 0 < rise < 1. Raises ValueError if that does not hold, or if `steps` is no positive integer.
    """

    def __init__(self, lr, steps, rise=0.2):
        self.lr, self.steps = number(self, "lr", lr), count(self, "steps", steps)
        self.rise = number(self, "rise", rise, below=1)
        if not rise:
            raise ValueError(f"OneCycle: rise must be above 0, but is {rise}: write rise=0.2")

    def __call__(self, step):
        up = (step + 1) / (self.rise * self.steps)
        down = (self.steps - step) / ((1 - self.rise) * self.steps)
        return self.lr * max(0.0, min(up, down, 1.0))
