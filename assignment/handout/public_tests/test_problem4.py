"""Problem 4: first weights. `python tests/test_problem4.py`, or `python -m pytest tests/test_problem4.py`."""
if __name__ == "__main__":
    from run import run
    run(__file__)

import numpy as np
import pytest

from mnist_test import assignment
from nn.activation import relu
from nn.optimizer import AdamOptimizer

NETWORKS, IMAGES = 20, 10  # that are drawn, because each draw is a little different
HIDDEN = (0.8, 1.25)  # how many times as large a signal may be after a layer as before it
FIRST, LAST = (0.5, 1.25), (0.6, 1.8)  # the first layer, and one without ReLU, may use one of several rules


def changes():
    """The layers, and how many times as large a signal is after each as before it: roots of mean squares."""
    np.random.seed(0)
    ratios = []
    for _ in range(NETWORKS):
        signal, layers = np.random.random((IMAGES, 28, 28, 1)), assignment(relu, AdamOptimizer())
        ratios.append([])
        for layer in layers:
            signal = signal / np.sqrt(np.mean(signal ** 2))
            _, signal = layer.forward(signal)
            ratios[-1].append(np.mean(signal ** 2))
            if not 0 < ratios[-1][-1] < np.inf:
                signal = np.random.random(signal.shape)  # so that the next layers can be tried, too
    return layers, np.sqrt(np.mean(ratios, axis=0))


def test_signals_neither_fade_nor_explode_in_any_layer():
    try:
        relu.compute(np.zeros(1))
    except NotImplementedError as error:
        pytest.skip(f"needs ReLU first: {error} / ReLU가 먼저 필요합니다")
    wrong = []
    for k, (layer, change) in enumerate(zip(*changes())):
        low, high = FIRST if k == 0 else LAST if k == 4 else HIDDEN
        if not low < change < high:
            wrong.append(f"Problem 4: after layer {k + 1}, {layer}, a signal is {change:.2f} times as large, not "
                         f"{low} to {high} / 문제 4: 레이어 {k + 1}, 신호가 {change:.2f}배로 변합니다 "
                         f"({low}~{high}배여야 합니다)")
    if wrong:
        pytest.fail("\n".join(wrong), pytrace=False)
