"""What you were given is right: these tests pass from the start, and if one fails, a given file was changed.

처음부터 통과하는 테스트입니다. 실패하면 주어진 파일이 바뀐 것입니다.
"""
if __name__ == "__main__":
    from run import run
    run(__file__)

import ast
import sys
import sysconfig
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from mnist_test import mlp
from nn.activation import cross_entropy, linear, sigmoid, tanh
from nn.conv import Conv
from nn.flatten import Flatten
from nn.fullyconnected import FullyConnected
from nn.gradient_check import check_gradients
from nn.network import Network
from nn.optimizer import SGDOptimizer

ROOT = Path(__file__).resolve().parents[1]
ALLOWED = {"numpy", "matplotlib", "threadpoolctl"}


def small(shape):
    return np.random.normal(size=shape) * 0.3


def test_gradients_of_convolution_and_fully_connected():
    np.random.seed(0)
    layers = [
        Conv((3, 2, 1, 2), strides=2, activation=tanh, optimizer=SGDOptimizer(), filter_init=small),
        Flatten((2, 2, 2)),
        FullyConnected((8, 3), activation=linear, optimizer=SGDOptimizer(), weight_init=small),
    ]
    X, Y = np.random.normal(size=(4, 6, 5, 1)), np.eye(3)[[0, 1, 2, 1]]
    for row in check_gradients(layers, cross_entropy, X, Y):
        assert row.error < 1e-6, row


def test_the_three_layer_network_learns():
    np.random.seed(0)
    net = Network(mlp(sigmoid, SGDOptimizer()), lr=0.5, loss=cross_entropy)
    X, Y = np.random.random((20, 28, 28, 1)), np.eye(10)[np.arange(20) % 10]
    losses = [net.train_step((X, Y)) for _ in range(50)]
    assert losses[-1] < losses[0] - 0.1


def programs():
    """The project's files, without the tests, the check's files, and folders of installed packages."""
    yield from ROOT.glob("*.py")
    for folder in ROOT.iterdir():
        if folder.is_dir() and folder.name not in ("tests", "judging") and not (folder / "pyvenv.cfg").is_file():
            yield from folder.rglob("*.py")


def is_allowed(name):
    """Whether a module is of this project, of Python itself, or one of the few others."""
    if name in ALLOWED or not name or (ROOT / name).is_dir() or (ROOT / f"{name}.py").is_file():
        return True
    if hasattr(sys, "stdlib_module_names"):
        return name in sys.stdlib_module_names
    spec, home = find_spec(name), Path(sysconfig.get_paths()["stdlib"])  # Python 3.9
    return spec is not None and (spec.origin in (None, "built-in", "frozen") or home in Path(spec.origin).parents
                                 and "site-packages" not in spec.origin)


def test_nothing_is_imported_that_the_grading_does_not_have():
    wrong = []
    for file in programs():
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            names = ([alias.name for alias in node.names] if isinstance(node, ast.Import) else
                     [node.module or ""] if isinstance(node, ast.ImportFrom) and not node.level else [])
            wrong += [f"{file.relative_to(ROOT).as_posix()}, line {node.lineno}: {name} is not there in the grading, "
                      f"use NumPy / {name}은(는) 채점 환경에 없습니다. NumPy를 쓰세요" for name in names
                      if not is_allowed(name.split(".")[0])]
    if wrong:
        pytest.fail("\n".join(wrong), pytrace=False)
