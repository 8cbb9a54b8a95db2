"""Problem 3: Adam. `python tests/test_problem3.py`, or `python -m pytest tests/test_problem3.py`."""
if __name__ == "__main__":
    from run import run
    run(__file__)

import numpy as np

from nn.optimizer import AdamOptimizer


def test_first_step_is_as_long_as_the_learning_rate_whatever_the_gradient():
    dx = np.array([[0.5, -20.0], [3.0, -0.01]])
    np.testing.assert_allclose(AdamOptimizer().update(dx, 0.5), [[0.5, -0.5], [0.5, -0.5]], rtol=0.01,
                               err_msg="first step, t = 1: are both moments corrected? / "
                                       "첫 스텝(t = 1): 두 모멘트를 모두 보정했나요?")


def test_so_is_each_step_while_the_gradient_stays_the_same():
    adam = AdamOptimizer()
    for step in range(1, 21):
        np.testing.assert_allclose(adam.update(np.array([2.0, -5.0]), 0.5), [0.5, -0.5], rtol=1e-5,
                                   err_msg=f"step {step}, with the same gradient / {step}번째 스텝, 같은 기울기")


def test_three_steps_with_gradients_that_change():
    adam = AdamOptimizer()
    steps = [float(adam.update(np.array([dx]), 0.5)[0]) for dx in (1.0, -2.0, 0.5)]
    np.testing.assert_allclose(steps, [0.5, -0.183052, -0.0683454], rtol=1e-4,
                               err_msg="three steps with the gradients 1, -2, 0.5 / 기울기가 1, -2, 0.5일 때 세 스텝")


def test_gradient_of_zero_gives_no_step():
    np.testing.assert_array_equal(AdamOptimizer().update(np.zeros(3), 0.5), [0, 0, 0],
                                  err_msg="gradient 0: is there an epsilon? / 기울기 0: epsilon이 있나요?")


def test_each_object_remembers_for_itself():
    AdamOptimizer().update(np.array([1.0]), 0.5)
    np.testing.assert_allclose(AdamOptimizer().update(np.array([-1.0]), 0.5), [-0.5], rtol=1e-5,
                               err_msg="a new object remembers the gradients of another one / "
                                       "새 객체가 다른 객체의 기울기를 기억합니다")


def test_gradient_is_left_as_it_was():
    dx = np.array([[0.5, -2.0]])
    AdamOptimizer().update(dx, 0.5)
    np.testing.assert_array_equal(dx, [[0.5, -2.0]], err_msg="update changed dx / `update`가 dx를 바꾸었습니다")
