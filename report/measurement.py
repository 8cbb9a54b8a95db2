"""A measurement is a number of an outcome, such as its accuracy; figures and tables show it."""
from typing import Callable, NamedTuple

import numpy as np

LAST = 20  # iterations whose losses are averaged for the loss at the end


class Measurement(NamedTuple):
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


def observed(name, heading=None, form=".2f", at=-1):
    """What was observed under this name for the first time (at=0), the second (1), ...; if left out, the last."""
    return Measurement(heading or name, lambda outcome: (
        np.nan if outcome.facts["diverged"] else outcome.observations[at][2][name]), form)


LOSS = Measurement("loss at the end", lambda outcome: np.mean(outcome.losses[-LAST:]), ".3f")
VALIDATION = observed("validation", "validation accuracy, %")
TEST = Measurement("test accuracy, %", lambda outcome: outcome.facts["test"])
SECONDS = Measurement("seconds of training", lambda outcome: outcome.observations[-1][1], ".1f")
WEIGHTS = Measurement("weights", lambda outcome: outcome.facts["weights"], ",.0f")
MULTIPLICATIONS = Measurement("multiplications an image", lambda outcome: outcome.facts["multiplications"], ",.0f")
