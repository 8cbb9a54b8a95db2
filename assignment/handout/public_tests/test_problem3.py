"""Problem 3: Adam. `python -m pytest tests/test_problem3.py`"""
import numpy as np
import pytest

from nn.optimizer import AdamOptimizer


def test_first_step_is_as_long_as_the_learning_rate_whatever_the_gradient():
    dx = np.array([[0.5, -20.0], [3.0, -0.01]])
    np.testing.assert_allclose(AdamOptimizer().update(dx, 0.1), [[0.1, -0.1], [0.1, -0.1]], rtol=0.01)


def test_so_is_each_step_while_the_gradient_stays_the_same():
    adam = AdamOptimizer()
    for step in range(1, 21):
        np.testing.assert_allclose(adam.update(np.array([2.0, -5.0]), 0.1), [0.1, -0.1], rtol=1e-5,
                                   err_msg=f"step {step}")


def test_three_steps_with_gradients_that_change():
    adam = AdamOptimizer()
    steps = [float(adam.update(np.array([dx]), 0.1)[0]) for dx in (1.0, -2.0, 0.5)]
    assert steps == pytest.approx([0.1, -0.0366104, -0.0136691], rel=1e-4)


def test_gradient_of_zero_gives_no_step():
    np.testing.assert_array_equal(AdamOptimizer().update(np.zeros(3), 0.1), [0, 0, 0])


def test_each_object_remembers_for_itself():
    AdamOptimizer().update(np.array([1.0]), 0.1)
    np.testing.assert_allclose(AdamOptimizer().update(np.array([-1.0]), 0.1), [-0.1], rtol=1e-5)
