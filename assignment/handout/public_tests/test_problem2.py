"""Problem 2: ReLU. `python tests/test_problem2.py`, or `python -m pytest tests/test_problem2.py`."""
if __name__ == "__main__":
    from run import run
    run(__file__)

import numpy as np
import pytest

from nn.activation import relu

X = [-2.0, 0.0, 3.0, 0.5, -0.1, -7.0] * 4  # with what f and f' are at these
F = [0, 0, 3, 0.5, 0, 0] * 4
SLOPE = [0, 0, 1, 1, 0, 0] * 4
SHAPES = [(24,), (4, 6), (2, 3, 4), (2, 3, 2, 2)]


@pytest.mark.parametrize("shape", SHAPES)
def test_compute(shape):
    np.testing.assert_array_equal(relu.compute(np.reshape(X, shape)), np.reshape(F, shape),
                                  err_msg=f"compute of an array {shape} / {shape} 배열의 compute")


@pytest.mark.parametrize("shape", SHAPES)
def test_deriv(shape):
    np.testing.assert_array_equal(relu.deriv(np.reshape(X, shape)), np.reshape(SLOPE, shape),
                                  err_msg=f"deriv of an array {shape} / {shape} 배열의 deriv")


def test_deriv_is_that_of_its_own_input():
    relu.compute(np.array([[1.0, 1.0]]))
    np.testing.assert_array_equal(relu.deriv(np.array([[-1.0, 2.0]])), [[0, 1]],
                                  err_msg="deriv must look at its own x / deriv는 자신이 받은 x로 계산해야 합니다")


@pytest.mark.parametrize("method", ["compute", "deriv"])
def test_inputs_are_left_as_they_were(method):
    x = np.array([[-2.0, 0.0, 3.0]])
    getattr(relu, method)(x)
    np.testing.assert_array_equal(x, [[-2, 0, 3]], err_msg=f"{method} changed its input / "
                                                           f"{method}가 입력을 바꾸었습니다")
