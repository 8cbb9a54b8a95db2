"""A value is a number that an outcome comes to, such as its accuracy: what pictures and tables show."""
from typing import Callable, NamedTuple

import numpy as np

LAST = 20  # iterations whose losses are averaged for the loss at the end


class Value(NamedTuple):
    """heading: what it is. of: a function of an Outcome, that returns nan where there is none. form: for `format`."""

    heading: str
    of: Callable
    form: str = ".2f"

    def text(self, outcomes):
        """The mean over these outcomes, and in brackets the smallest and the largest; how many have none, if any."""
        numbers = np.array([self.of(outcome) for outcome in outcomes], dtype=float)
        there = numbers[np.isfinite(numbers)]
        missing = f"{len(numbers) - len(there)} of {len(numbers)} diverged" if len(there) < len(numbers) else ""
        if len(there) == 0:
            return "diverged"
        mean, low, high = (format(number, self.form) for number in (there.mean(), there.min(), there.max()))
        spread = f" ({low} to {high})" if low != high else ""
        return mean + spread + (f", {missing}" if missing else "")


def watched(name, heading=None, form=".2f", look=-1):
    """What was seen under this name at one of the looks, the last one if left out."""
    return Value(heading or name, lambda outcome: (
        np.nan if outcome.facts["diverged"] else outcome.looks[look][2][name]), form)


LOSS = Value("loss at the end", lambda outcome: np.mean(outcome.losses[-LAST:]), ".3f")
VALIDATION = watched("validation", "validation accuracy, %")
TEST = Value("test accuracy, %", lambda outcome: outcome.facts["test"])
SECONDS = Value("seconds of training", lambda outcome: outcome.looks[-1][1], ".1f")
WEIGHTS = Value("weights", lambda outcome: outcome.facts["weights"], ",.0f")
MULTIPLICATIONS = Value("multiplications an image", lambda outcome: outcome.facts["multiplications"], ",.0f")
