"""A learning-rate schedule says how large the steps are as training goes on: large ones to get there, small ones to settle.

A schedule is called with the number of the step, from 0, and returns the learning rate of that step:

    schedule = WarmUp(500, Cosine(0.1, steps=10_000))
    net.lr = schedule(step)  # before each net.train_step
"""
import math


class Constant:
    """lr at every step."""

    def __init__(self, lr):
        self.lr = lr

    def __call__(self, step):
        return self.lr


class StepDecay:
    """lr * factor^(step // every): multiplied by `factor` after each `every` steps."""

    def __init__(self, lr, every, factor=0.1):
        self.lr, self.every, self.factor = lr, _positive(every, "StepDecay: every"), factor

    def __call__(self, step):
        return self.lr * self.factor ** (step // self.every)


class Cosine:
    """final + (lr - final) (1 + cos(pi step / steps)) / 2: from lr down to final at `steps`, where it stays.

    Source: Loshchilov & Hutter (2017), equation 5, without restarts.
    """

    def __init__(self, lr, steps, final=0.0):
        self.lr, self.steps, self.final = lr, _positive(steps, "Cosine: steps"), final

    def __call__(self, step):
        done = min(step / self.steps, 1.0)
        return self.final + (self.lr - self.final) * 0.5 * (1.0 + math.cos(math.pi * done))


class WarmUp:
    """Linear warm-up (Goyal et al., 2017): then(0) (step + 1) / steps for `steps` steps, after them then(step - steps).

    The first steps of a fresh network are its wildest: a small learning rate keeps them from doing harm.
    """

    def __init__(self, steps, then):
        self.steps, self.then = _positive(steps, "WarmUp: steps"), then

    def __call__(self, step):
        if step < self.steps:
            return self.then(0) * (step + 1) / self.steps
        return self.then(step - self.steps)


def _positive(number, name):
    if number < 1:
        raise ValueError(f"{name} must be 1 step or more, but is {number!r}")
    return number
