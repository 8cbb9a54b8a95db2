"""Problem 5: your network. `python tests/test_problem5.py`, or `python -m pytest tests/test_problem5.py`."""
if __name__ == "__main__":
    from run import run
    run(__file__)

import traceback

import numpy as np
import pytest

from mnist_test import NETWORKS, mine
from nn.activation import linear


def network():
    """Your network, or a skip where a layer of it belongs to another problem that is still open."""
    np.random.seed(0)
    try:
        if mine() is None:
            pytest.fail("mine() returns nothing: let it end with return [...] / mine()이 아무것도 돌려주지 않습니다. "
                        "마지막 줄은 return [...]이어야 합니다", pytrace=False)
        net = NETWORKS["mine"]()
        net.train_step((np.random.random((2, 28, 28, 1)), np.eye(10)[:2]))
        return net
    except NotImplementedError as error:
        if "Problem 5" in str(error):
            raise
        pytest.skip(f"a layer of it is not written yet: {error} / 아직 풀지 않은 문제의 레이어가 들어 있습니다")
    except (TypeError, ValueError) as error:
        file, line = traceback.extract_tb(error.__traceback__)[-1][:2]
        pytest.fail(f"it cannot be trained: {error} ({file}, line {line}) / 네트워크를 학습할 수 없습니다. "
                    f"레이어의 크기가 서로 맞는지 보세요", pytrace=False)


def test_sizes_fit():
    shape = network().forward(np.random.random((3, 28, 28, 1))).shape
    assert shape == (3, 10), (f"three images give {shape} instead of (3, 10) / "
                              f"이미지 세 장의 출력이 (3, 10)이 아니라 {shape}입니다")


def filters(net):
    """Copies of the weights of its convolutions."""
    weights = [np.array(getattr(layer, name)) for layer in net.layers for name in layer.weights]
    return [w for w in weights if w.ndim == 4]


def test_it_has_a_convolution():
    assert filters(network()), "no convolution in it / 합성곱이 없습니다"


def test_it_has_a_relu():
    layers = network().layers
    if not all(type(layer).__module__.startswith("nn.") for layer in layers):
        pytest.skip("a layer of your own may have it within / 직접 만든 레이어 안에 있을 수 있습니다")
    kinds = [getattr(layer, "activation", layer).__class__.__name__ for layer in layers]
    assert [kind for kind in kinds if "relu" in kind.lower()], f"no ReLU in it, but {kinds} / ReLU가 없습니다"


def test_the_last_layer_is_linear():
    last = network().layers[-1]
    assert getattr(last, "activation", linear).__class__ is linear.__class__, (
        f"cross-entropy needs any numbers, but the last layer has {last.activation.__class__.__name__}: write "
        f"activation=linear / 마지막 레이어는 activation=linear이어야 합니다")


def test_it_learns_ten_images_by_heart_and_its_filters_move():
    net = network()
    X, Y = np.random.random((10, 28, 28, 1)), np.eye(10)
    before = filters(net)
    losses = [net.train_step((X, Y)) for _ in range(60)]
    assert [w for w, now in zip(before, filters(net)) if np.array_equal(w, now)] == [], (
        "the filters of a convolution stay as they are / 합성곱의 필터가 바뀌지 않습니다")
    assert losses[-1] < 0.8 * losses[0], (
        f"the loss went from {losses[0]:.3f} to {losses[-1]:.3f} only / "
        f"손실이 {losses[0]:.3f}에서 {losses[-1]:.3f}까지밖에 줄지 않았습니다")
