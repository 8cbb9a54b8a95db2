"""Learning-rate schedules against their closed forms, at the steps where something changes."""
import numpy as np
import pytest

from nn.schedule import Constant, Cosine, StepDecay, WarmUp


@pytest.mark.parametrize("schedule, expected", [
    (Constant(0.3), {0: 0.3, 1: 0.3, 10 ** 6: 0.3}),
    (StepDecay(0.8, every=10, factor=0.5), {0: 0.8, 9: 0.8, 10: 0.4, 19: 0.4, 20: 0.2, 39: 0.1}),
    (StepDecay(1.0, every=1), {0: 1.0, 1: 0.1, 3: 0.001}),
    (Cosine(0.4, steps=100),
     {0: 0.4, 25: 0.2 + 0.2 / np.sqrt(2), 50: 0.2, 75: 0.2 - 0.2 / np.sqrt(2), 100: 0.0, 150: 0.0}),
    (Cosine(0.5, steps=60, final=0.1), {0: 0.5, 20: 0.4, 30: 0.3, 40: 0.2, 60: 0.1, 61: 0.1}),
    (WarmUp(4, Constant(0.8)), {0: 0.2, 1: 0.4, 2: 0.6, 3: 0.8, 4: 0.8, 99: 0.8}),
    (WarmUp(1, Constant(0.8)), {0: 0.8, 1: 0.8}),
    (WarmUp(5, StepDecay(1.0, every=10)), {0: 0.2, 4: 1.0, 5: 1.0, 14: 1.0, 15: 0.1}),
    (WarmUp(10, Cosine(0.4, steps=100)), {0: 0.04, 9: 0.4, 10: 0.4, 60: 0.2, 110: 0.0}),
])
def test_it_is_the_closed_form(schedule, expected):
    assert {step: schedule(step) for step in expected} == pytest.approx(expected, abs=1e-15)


def test_cosine_falls_all_the_way():
    rates = [Cosine(0.1, steps=50)(step) for step in range(51)]
    assert np.all(np.diff(rates) < 0)


@pytest.mark.parametrize("make, name", [
    (lambda: StepDecay(0.1, every=0), "StepDecay: every"),
    (lambda: Cosine(0.1, steps=0), "Cosine: steps"),
    (lambda: WarmUp(-1, Constant(0.1)), "WarmUp: steps"),
])
def test_a_schedule_needs_at_least_one_step(make, name):
    with pytest.raises(ValueError, match=f"{name} must be 1 step or more"):
        make()
