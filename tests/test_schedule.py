"""Learning-rate schedules against their closed forms, at the steps where something changes."""
import numpy as np
import pytest

from training.schedule import Cosine, OneCycle


@pytest.mark.parametrize("schedule, expected", [
    (Cosine(0.4, steps=100),
     {0: 0.4, 25: 0.2 + 0.2 / np.sqrt(2), 50: 0.2, 75: 0.2 - 0.2 / np.sqrt(2), 100: 0.0, 150: 0.0}),
    (Cosine(0.5, steps=60, final=0.1), {0: 0.5, 20: 0.4, 30: 0.3, 40: 0.2, 60: 0.1, 61: 0.1}),
    (OneCycle(0.4, steps=100), {0: 0.02, 9: 0.2, 19: 0.4, 20: 0.4, 60: 0.2, 98: 0.01, 99: 0.005, 100: 0.0, 150: 0.0}),
    (OneCycle(0.6, steps=10, rise=0.5), {0: 0.12, 4: 0.6, 5: 0.6, 6: 0.48, 9: 0.12}),
    (OneCycle(0.6, steps=1), {0: 0.6}),
])
def test_it_is_the_closed_form(schedule, expected):
    assert {step: schedule(step) for step in expected} == pytest.approx(expected, abs=1e-15)


def test_cosine_falls_all_the_way():
    rates = [Cosine(0.1, steps=50)(step) for step in range(51)]
    assert np.all(np.diff(rates) < 0)


@pytest.mark.parametrize("schedule", [Cosine, OneCycle])
@pytest.mark.parametrize("steps", [0, -1])
def test_a_schedule_needs_at_least_one_step(steps, schedule):
    with pytest.raises(ValueError, match=f"{schedule.__name__}: steps must be a positive integer, but is {steps}"):
        schedule(0.1, steps)


@pytest.mark.parametrize("rise", [0, 1, -0.1, 20])
def test_a_rise_that_is_no_share_of_the_steps_is_refused(rise):
    with pytest.raises(ValueError, match=f"OneCycle: rise must be .* 0.*, but is {rise}"):
        OneCycle(0.1, steps=10, rise=rise)
