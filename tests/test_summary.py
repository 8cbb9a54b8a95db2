"""A summary gives each layer's output, weights, multiplications and share of the time, also for layers of one's own."""
import re

import numpy as np
import pytest

import mnist_test
from inspection.summary import Summary
from nn import (
    RNN,
    BatchNorm,
    Conv,
    Dropout,
    EachStep,
    FullyConnected,
    LastStep,
    LayerNorm,
    MaxPooling,
    Network,
    SGDOptimizer,
    cross_entropy,
    he,
    linear,
    relu,
)
from nn.block import Block
from tests.small import Cube, Scale

SGD = SGDOptimizer()


def conv(*fshape, **more):
    return Conv(fshape, activation=relu, optimizer=SGD, filter_init=he, **more)


def dense(*wshape):
    return FullyConnected(wshape, activation=linear, optimizer=SGD, weight_init=he)


class ScaleOfChannels(Scale):
    """As in the README: a weight for each channel."""

    def get_weight_grad(self, inputs, layer_err):
        return (inputs * layer_err).reshape(-1, len(self.w)).sum(axis=0)


def rows(*layers, shape=(12, 12, 1)):
    return Summary(Network(layers, 0.1, cross_entropy), shape).rows


@pytest.mark.parametrize("layers, shape, expected", [
    ([conv(3, 3, 1, 4)], (12, 12, 1), [((10, 10, 4), 40, 36 * 100)]),
    ([conv(3, 3, 1, 4, pad="same", strides=2)], (12, 12, 1), [((6, 6, 4), 40, 36 * 36)]),
    ([MaxPooling(2), dense(36, 10)], (12, 12, 1), [((6, 6, 1), 0, 0), ((10,), 370, 360)]),
    ([BatchNorm(5, optimizer=SGD), Dropout(0.1)], (4, 4, 5), [((4, 4, 5), 10, 80), ((4, 4, 5), 0, 0)]),
    ([RNN((12, 7), weight_init=he, optimizer=SGD), LastStep()], (9, 12),
     [((9, 7), 84 + 49 + 7, 9 * (84 + 49)), ((7,), 0, 0)]),
    ([RNN((12, 7), weight_init=he, optimizer=SGD), EachStep(), dense(7, 3)], (9, 12),
     [((9, 7), 84 + 49 + 7, 9 * (84 + 49)), ((9, 7), 0, 0), ((9, 3), 24, 9 * 21)]),
    *[([RNN((n, n), weight_init=he, optimizer=SGD)], (n, n), [((n, n), 2 * n * n + n, n * 2 * n * n)])
      for n in (1, 2, 9)],  # as many steps as numbers
    ([LayerNorm((9, 9), optimizer=SGD)], (9, 9), [((9, 9), 162, 81)]),
    ([conv(1, 1, 5, 5)], (5, 5, 5), [((5, 5, 5), 30, 25 * 25)]),
    ([Cube(), Scale(np.ones((12, 12, 1)))], (12, 12, 1), [((12, 12, 1), 0, 0), ((12, 12, 1), 144, 144)]),
    ([ScaleOfChannels(np.ones(2))], (4, 4, 2), [((4, 4, 2), 2, 32)]),
    ([Block([conv(3, 3, 1, 1, pad="same"), Cube()]), dense(144, 2)], (12, 12, 1),
     [((12, 12, 1), 0, 0), ((12, 12, 1), 10, 9 * 144), ((12, 12, 1), 0, 0), ((2,), 290, 288)]),
])
def test_output_weights_and_multiplications_are_those_of_one_image(layers, shape, expected):
    assert [(row.shape, row.weights, row.multiplications) for row in rows(*layers, shape=shape)] == expected


def test_names_say_where_a_layer_stands():
    found = rows(Block([Cube(), Block([Cube()])]), dense(144, 2))
    assert [row.layer.split()[0] for row in found] == ["0", "0.0", "0.1", "0.1.0", "1"]


@pytest.mark.parametrize("layer, shape, left_out", [
    (conv(5, 5, 1, 4, strides=3), (12, 12, 1), (1, 1)), (conv(5, 5, 1, 4, strides=3), (11, 13, 1), (0, 2)),
    (MaxPooling(2), (12, 11, 1), (0, 1)), (MaxPooling(2, strides=3), (12, 12, 1), (4, 4)),
    (MaxPooling(24), (28, 28, 1), (4, 4)), (MaxPooling(28), (28, 28, 1), (0, 0)), (MaxPooling(20), (28, 20, 1), (8, 0)),
    (conv(3, 3, 1, 4), (12, 12, 1), (0, 0)), (conv(5, 5, 1, 4, strides=3, pad="same"), (12, 12, 1), (0, 0)),
])
def test_rows_that_no_window_reaches_are_noted(layer, shape, left_out):
    summary = Summary(Network([layer], 0.1, cross_entropy), shape)
    assert summary.rows[0].left_out == left_out
    note = f"{left_out[0]} rows and {left_out[1]} columns of its input are in no window"
    assert (note in str(summary)) == (left_out != (0, 0))


def test_shares_of_the_time_sum_to_1():
    found = rows(Block([conv(3, 3, 1, 8, pad="same")]), conv(3, 3, 8, 8), dense(800, 2))
    assert sum(row.share for row in found) == pytest.approx(1) and min(row.share for row in found) >= 0
    assert found[0].share < found[1].share  # a block's own share is without that of its layers


def test_no_weight_moves_while_layers_are_timed():
    with np.errstate(all="raise"):
        Summary(Network([conv(3, 3, 1, 2), dense(200, 50), dense(50, 3)], 1e30, cross_entropy), (12, 12, 1))


def test_table_ends_with_totals():
    net = Network(mnist_test.EXPERIMENTS["assignment"].layers(), 0.1, cross_entropy)
    lines = str(Summary(net, (28, 28, 1))).splitlines()
    assert lines[0].split() == ["layer", "output", "weights", "multiplications", "time"]
    assert re.fullmatch(r"0 Conv\(\(5, 5, 1, 16\)\) +\(24, 24, 16\) +416 +230,400 +\d+%", lines[1])
    assert re.fullmatch(r"total +198,342 +2,842,632 +100%", lines[6])


def test_nothing_is_changed():
    net = Network([conv(3, 3, 1, 2), BatchNorm(2, optimizer=SGD), Dropout(0.5), dense(200, 3)], 0.1, cross_entropy)
    before = [getattr(layer, name).copy() for layer in net.layers for name in (*layer.weights, *layer.statistics)]
    state = np.random.get_state()[1].tolist(), np.random.get_state()[2]
    Summary(net, (12, 12, 1))
    after = [getattr(layer, name) for layer in net.layers for name in (*layer.weights, *layer.statistics)]
    assert all((one == other).all() for one, other in zip(before, after))
    assert (np.random.get_state()[1].tolist(), np.random.get_state()[2]) == state
    assert not hasattr(net.layers[0], "size")
