"""A measurement is a number of an outcome, such as its accuracy; figures and tables show it."""
from typing import Callable, NamedTuple, Optional

import numpy as np

LAST = 20  # iterations whose losses are averaged for the loss at the end


class Measurement(NamedTuple):
    """heading: what it is. of: a function of an Outcome, that returns nan where there is none. form: for `format`."""

    heading: str
    of: Callable
    form: str = ".2f"

    def cell(self, labels, groups):
        """What a table has in the row with these labels. groups: labels -> the outcomes, of all rows in their order."""
        return self.text(groups[labels])

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


class Paired(NamedTuple):
    """The differences between a Measurement in one row of a table and in another, seed by seed.

    What a seed makes easy or hard for both rows drops out of them (common random numbers: Law & Kelton, Simulation
    Modeling and Analysis, section 11.2), and by how many are above 0 the sign test (Dixon & Mood, 1946) judges.
    to: the other row's labels, joined by ", ", in a grid in the same column; None is the row above.
    """

    measurement: Measurement
    to: Optional[str] = None

    @property
    def heading(self):
        return f"{self.measurement.heading.partition(',')[0]} against {self.to or 'the row above'}"

    def cell(self, labels, groups):
        """The mean difference, in brackets the smallest and the largest, and in how many of the seeds it is above 0."""
        other = self._other(labels, list(groups))
        if other is None:
            return ""
        numbers, others = ({outcome.facts["seed"]: self.measurement.of(outcome) for outcome in groups[key]}
                           for key in (labels, other))
        differences = np.array([numbers[seed] - others[seed] for seed in numbers.keys() & others.keys()])
        there = differences[np.isfinite(differences)]
        if len(there) == 0:
            return "diverged"
        mean, low, high = (format(number, f"+{self.measurement.form}") for number in (
            there.mean(), there.min(), there.max()))
        return f"{mean} ({low} to {high}), higher in {np.sum(there > 0)} of {len(there)}"

    def _other(self, labels, keys):
        """The labels of the row to compare with, or None for that row itself, or where there is none above."""
        if self.to is None:
            return keys[keys.index(labels) - 1] if labels != keys[0] else None
        other, = (key for key in keys if ", ".join(map(str, key)) == self.to)
        return other if other != labels else None


def observed(name, heading=None, form=".2f", at=-1):
    """What was observed under this name for the first time (at=0), the second (1), ...; if left out, the last."""
    return Measurement(heading or name, lambda outcome: (
        np.nan if outcome.facts["diverged"] else outcome.observations[at][2][name]), form)


LOSS_AT_FIRST = Measurement("loss at first", lambda outcome: outcome.losses[0])
LOSS = Measurement("loss at the end", lambda outcome: np.mean(outcome.losses[-LAST:]), ".3f")
VALIDATION = observed("validation", "validation accuracy, %")
TEST = Measurement("test accuracy, %", lambda outcome: outcome.facts["test"])
SECONDS = Measurement("seconds of training", lambda outcome: outcome.observations[-1][1], ".1f")
WEIGHTS = Measurement("weights", lambda outcome: outcome.facts["weights"], ",.0f")
MULTIPLICATIONS = Measurement("multiplications an image", lambda outcome: outcome.facts["multiplications"], ",.0f")
