"""The arithmetic of a cell adds up to what the layer computed, whatever its strides, padding and channels."""
from math import fsum

import numpy as np
import pytest

from nn import (
    AdamOptimizer,
    AvgPooling,
    BatchNorm,
    Conv,
    Dropout,
    Flatten,
    FullyConnected,
    GlobalAvgPooling,
    MaxPooling,
    he,
    relu,
    sigmoid,
)
from page.cells import LARGEST, arithmetic
from page.pictures import places, where
from tests.test_draw import Own

NOISE = np.random.default_rng(0)


def conv(fshape, activation=relu, **settings):
    layer = Conv(fshape, activation=activation, filter_init=he, optimizer=AdamOptimizer(), **settings)
    if layer.b is not None:
        layer.b = NOISE.normal(size=fshape[3])
    layer.astype(np.float32)
    return layer


def fully_connected(shape):
    layer = FullyConnected(shape, activation=relu, weight_init=he, optimizer=AdamOptimizer())
    layer.b = NOISE.normal(size=shape[1])
    layer.astype(np.float32)
    return layer


LAYERS = [conv((3, 3, 3, 4)), conv((5, 2, 3, 4), strides=(2, 3), pad=1), conv((3, 3, 3, 4), strides=2, pad="same"),
          conv((4, 4, 3, 2), activation=sigmoid, pad="same", bias=False), MaxPooling(2),
          MaxPooling((3, 2), strides=2, pad=1), MaxPooling(3, strides=2, pad="same"), AvgPooling((2, 3)),
          AvgPooling(3, strides=(1, 2)), GlobalAvgPooling(), fully_connected((9 * 8 * 3, 5))]


@pytest.mark.parametrize("layer", LAYERS, ids=lambda layer: f"{layer!r}{vars(layer).get('strides')}")
def test_numbers_of_each_cell_add_up_to_what_the_layer_computed(layer):
    x = NOISE.normal(size=(1, 9, 8, 3)).astype(np.float32)
    z, a = (array[0] for array in layer.forward(x))
    flat = np.append(x.ravel(), 0.0)  # -1 is outside
    for cell in np.ndindex(z.shape):
        found = arithmetic(layer, x, cell)
        assert found["kind"] != "other"
        assert abs(found["sum"] + found["bias"] - found["z"]) < 1e-5 and (found["z"], found["a"]) == (z[cell], a[cell])
        check_parts(found, flat[found["lit"]])


def check_parts(found, seen):
    """The parts make up the sum, and are of the inputs that light up."""
    parts, total = found["parts"], found["sum"]
    if found["kind"] == "products":
        made = [[x * w if x is not None else 0.0 for x, w in zip(*rows)] for part in parts
                for rows in zip(part["window"], part["kernel"])]
        assert made == [row for part in parts for row in part["products"]]
        assert fsum(part["sum"] for part in parts) == pytest.approx(total, abs=1e-12)
        assert fsum(number for row in made for number in row) == pytest.approx(total, abs=1e-12)
    elif found["kind"] == "contributions":
        assert len(parts) == LARGEST and [part["x"] for part in parts] == list(seen)
        sizes = [abs(part["x"] * part["w"]) for part in parts]
        assert sizes == sorted(sizes, reverse=True)
        assert fsum([part["product"] for part in parts]) + found["rest"]["sum"] == pytest.approx(total, abs=1e-12)
    else:
        numbers = [number for row in parts[0]["window"] for number in row if number is not None]
        assert sorted(np.float32(numbers)) == sorted(seen[np.asarray(found["lit"]) >= 0])
        assert total == pytest.approx(max(numbers) if found["kind"] == "largest" else fsum(numbers) / found["count"])


class Doubled(Conv):
    """A student's own convolution, which does otherwise than its class says."""

    def forward(self, inputs):
        z, a = super().forward(inputs)
        return 2 * z, 2 * a


@pytest.mark.parametrize("layer", [Own(), Dropout(0.5), Flatten((4, 4, 2)), BatchNorm(2, optimizer=AdamOptimizer()),
                                   Doubled((3, 3, 2, 2), activation=relu, filter_init=he, optimizer=AdamOptimizer())])
def test_layers_of_another_arithmetic_are_passed_over_and_draw_no_random_number(layer):
    before = np.random.get_state()[1].copy()
    assert arithmetic(layer, np.ones((1, 4, 4, 2)), (0, 0, 0)) == {"kind": "other"}
    np.testing.assert_array_equal(np.random.get_state()[1], before)


@pytest.mark.parametrize("shape", [(10,), (130,), (5, 4), (6, 5, 3), (3, 3, 40), (2, 2, 70), (1, 1, 7)])
def test_places_say_which_number_is_where_in_a_picture(shape):
    table = places(shape)
    shown = np.sort(table[table >= 0])
    few = [n for n in range(np.prod(shape)) if len(shape) < 3 or shape[:2] == (1, 1) or n % shape[2] < 64]
    assert shown.tolist() == few
    for number in few[::7]:
        assert where(shape, [number, -1]) == np.argwhere(table == number).tolist()
