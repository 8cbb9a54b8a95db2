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
        if steps < 1:
            raise ValueError(f"Cosine: steps must be 1 step or more, but is {steps!r}")
        self.lr, self.steps, self.final = lr, steps, final

    def __call__(self, step):
        done = min(step / self.steps, 1.0)
        return self.final + (self.lr - self.final) * 0.5 * (1.0 + math.cos(math.pi * done))
