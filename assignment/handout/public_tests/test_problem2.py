"""Problem 2: ReLU. `python -m pytest tests/test_problem2.py`"""
import numpy as np

from nn.activation import relu


def test_compute():
    x = np.array([[-2.0, 0.0, 3.0], [0.5, -0.1, -7.0]])
    np.testing.assert_array_equal(relu.compute(x), [[0, 0, 3], [0.5, 0, 0]])


def test_deriv():
    x = np.array([[-2.0, 0.0, 3.0], [0.5, -0.1, -7.0]])
    np.testing.assert_array_equal(relu.deriv(x), [[0, 0, 1], [1, 0, 0]])


def test_inputs_are_left_as_they_were():
    x = np.array([[-2.0, 0.0, 3.0]])
    relu.compute(x)
    np.testing.assert_array_equal(x, [[-2, 0, 3]], err_msg="compute changed its input")
    relu.deriv(x)
    np.testing.assert_array_equal(x, [[-2, 0, 3]], err_msg="deriv changed its input")
