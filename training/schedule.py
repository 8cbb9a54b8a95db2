"""A learning-rate schedule says how large the steps are as training goes on: large to get there, small to settle.

A schedule is called with the number of the step, from 0, and returns the learning rate of that step:

    schedule = Cosine(0.1, steps=10_000)
    net.lr = schedule(step)  # before each net.train_step
"""
import math


class Cosine:
    """final + (lr - final) (1 + cos(pi step / steps)) / 2: from lr down to final at `steps`, where it stays.

    Source: Loshchilov & Hutter (2017), equation 5, without restarts. Raises ValueError if `steps` is less than 1.
    """

    def __init__(self, lr, steps, final=0.0):
        self.lr, self.steps, self.final = lr, _checked(self, steps), final

    def __call__(self, step):
        done = min(step / self.steps, 1.0)
        return self.final + (self.lr - self.final) * 0.5 * (1.0 + math.cos(math.pi * done))


class OneCycle:
    """lr (step + 1) / (rise steps), until that is lr, then lr (steps - step) / ((1 - rise) steps): up, and down to 0.

    Source: Smith (2018), "1cycle". The rise lets the network settle before it meets a learning rate that would be
    too large for its first weights; with so large a one, few epochs are enough. rise: the share of the steps that it
    takes, 0 < rise < 1. Raises ValueError if that does not hold, or if `steps` is less than 1.
    """

    def __init__(self, lr, steps, rise=0.2):
        if not 0 < rise < 1:
            raise ValueError(f"OneCycle: rise must lie between 0 and 1, but is {rise!r}")
        self.lr, self.steps, self.rise = lr, _checked(self, steps), rise

    def __call__(self, step):
        up = (step + 1) / (self.rise * self.steps)
        down = (self.steps - step) / ((1 - self.rise) * self.steps)
        return self.lr * max(0.0, min(up, down, 1.0))


def _checked(schedule, steps):
    if steps < 1:
        raise ValueError(f"{type(schedule).__name__}: steps must be 1 step or more, but is {steps!r}")
    return steps
