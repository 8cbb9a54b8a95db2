"""What comparisons observe in a network is what its name says, in networks small enough to tell by hand."""
import numpy as np
import pytest
from matplotlib.figure import Figure

from nn import AdamOptimizer, FullyConnected, Network, SGDOptimizer, linear, mse, relu
from report.comparisons import initialisation, perceptron, search
from report.comparisons.activation import dead, flat
from report.comparisons.optimizer import UncorrectedAdam, growth
from report.figure import histograms
from report.run import Outcome


def network(*ws, function=linear):
    layers = [FullyConnected(w.shape, function, np.zeros, SGDOptimizer()) for w in ws]
    for layer, w in zip(layers, ws):
        layer.w = w
    return Network(layers, 0.1, mse)


def test_growth_is_that_of_the_errors_from_the_last_hidden_layer_to_the_first():
    net = network(5 * np.eye(3), 2 * np.eye(3), 3 * np.eye(3), 7 * np.eye(3), function=relu)
    net.layers[-1].activation = linear
    batch = np.ones((4, 3), np.float32), np.eye(3, dtype=np.float32)[[0, 1, 2, 0]]
    assert growth(net, batch, None, None) == pytest.approx(2 * 3)


def test_units_that_are_dead_for_all_images_are_counted_apart_from_pairs():
    """Of three units the first is alive for one image of two, the second for both, and the third for none."""
    net = network(np.array([[1.0, 0.0, -1.0], [0.0, 1.0, -1.0]]), np.eye(3), function=relu)
    images = np.array([[0.0, 1.0], [1.0, 1.0]], np.float32)
    assert flat(net, None, (images, None), None) == pytest.approx(50)
    assert dead(net, None, (images, None), None) == pytest.approx(100 / 3)


def test_columns_that_differ_by_rounding_are_the_same():
    w = np.array([[0.1, 0.1 + 1e-7, 0.3], [0.2, 0.2, 0.2]])
    assert initialisation.columns(network(w), None, None, None) == 2


def test_without_correction_the_first_steps_are_what_m_and_v_say():
    for kind, first in ((AdamOptimizer, 1), (UncorrectedAdam, 0.1 / np.sqrt(0.001))):
        np.testing.assert_allclose(kind().update(np.array([3.0, -0.2]), 0.5), [0.5 * first, -0.5 * first], rtol=1e-5)


def test_exclusive_or_is_right_half_of_the_time_whatever_one_coordinate_is():
    (points, labels), *_ = perceptron.load_xor()
    assert (labels[:, 1] == (points.prod(axis=1) > 0)).mean() > 0.99
    for k in range(2):
        assert 0.4 < labels[points[:, k] > 0, 1].mean() < 0.6


def test_a_setting_explains_an_accuracy_that_follows_it_and_no_other():
    generator = np.random.default_rng(0)
    outcomes = [Outcome([], [(0, 0.0, {"validation": 50 + 10 * np.log(lr)})],
                        {"diverged": False, "labels": {"lr": lr, "width": width}})
                for lr, width in np.exp(generator.normal(size=(40, 2)))]
    assert search.explained(outcomes, "lr") == pytest.approx(100) and search.explained(outcomes, "width") < 20


def test_a_histogram_has_what_lies_beyond_in_its_outermost_bars():
    axes = Figure().add_subplot()
    histograms("tanh", lambda: {"He": [np.array([-0.9, 0.1, 7.0, 8.0])]}, -1, 1, bins=4)(axes, [], None)
    [cell] = axes.patches
    heights = 0.9 - cell.get_data().values
    np.testing.assert_allclose(heights, [0.3, 0, 0.3, 0.6], atol=1e-9)
    assert [text.get_text() for text in axes.get_yticklabels()] == ["He"]
