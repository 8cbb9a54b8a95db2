"""Winograd's convolution gives what the usual one gives, and a layer uses it for the filters that it is made for."""
from fractions import Fraction

import numpy as np
import pytest

from nn.activation import linear
from nn.ops import convolution, winograd
from tests.small import conv


def exact(matrix):
    return np.array([[Fraction(number).limit_denominator(24) for number in row] for row in matrix.tolist()])


def test_six_multiplications_are_four_sums_to_the_last_digit():
    A, B, G = map(exact, (winograd.A, winograd.B, winograd.G))
    for j, g in enumerate(np.eye(3, dtype=int)):
        for i, d in enumerate(np.eye(6, dtype=int)):
            assert (A.T @ ((G @ g) * (B.T @ d))).tolist() == [int(i == k + j) for k in range(4)]


@pytest.mark.parametrize("change, n, used", [
    ({}, 114, True), ({}, 113, False), (dict(pad=1), 200, True), (dict(pad=2), 200, True),
    (dict(pad="same"), 200, True), (dict(pad=3), 200, False),
    (dict(strides=2), 200, False), (dict(strides=(1, 2)), 200, False),
    (dict(fshape=(3, 3, 23, 99)), 200, False), (dict(fshape=(3, 3, 99, 23)), 200, False),
    (dict(fshape=(5, 3, 24, 24)), 200, False), (dict(fshape=(3, 5, 24, 24)), 200, False)])
def test_a_layer_chooses_by_what_it_is_at_the_time(change, n, used):
    change = {"fshape": (3, 3, 24, 24), **change}
    layer, x = conv(*change.pop("fshape"), **change), np.zeros((n, 3, 3, 24))
    assert layer._ops(x) is (winograd if used else convolution)
    layer.strides = (2, 2)
    assert layer._ops(x) is convolution


@pytest.mark.parametrize("n, h, w, c, f, pad", [
    (50, 14, 14, 32, 64, 1), (64, 8, 9, 128, 96, "same"), (7, 5, 6, 40, 24, 0)])
def test_float32_is_as_good_as_the_usual_convolutions(n, h, w, c, f, pad):
    """The rounding errors of both, against the same sums in float64: some three times as large, and as harmless."""
    layer = conv(3, 3, c, f, pad=pad, activation=linear)
    x = np.random.normal(size=(n, h, w, c))
    e = np.random.normal(size=layer.forward(x)[0].shape)
    where = layer._where((h, w))
    exact = all_sums(convolution, x, layer.w, e, where)
    single = [array.astype(np.float32) for array in (x, layer.w, e)]
    for right, usual, fewer in zip(exact, *(all_sums(ops, *single, where) for ops in (convolution, winograd))):
        assert fewer.dtype == np.float32
        error, usual = (np.sqrt(np.mean((each - right) ** 2)) / right.std() for each in (fewer, usual))
        assert error < 2e-6 and error < 6 * usual


def all_sums(ops, x, w, e, where):
    return [ops.convolution(x, w, None, *where)[0], *ops.convolution_weight_gradients(x, e, w.shape[:2], *where),
            ops.convolution_input_gradient(e, w, x.shape[1:3], *where)]


def test_of_no_images_there_are_no_sums():
    x, w = np.zeros((0, 5, 6, 24)), np.zeros((3, 3, 24, 32))
    assert winograd.convolution(x, w, None, (1, 1), ((1, 1), (1, 1)))[0].shape == (0, 5, 6, 32)
