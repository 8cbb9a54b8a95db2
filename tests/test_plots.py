"""Pictures of a network show what they say they show, and each is drawn for networks of any kind."""
import matplotlib.image
import numpy as np
import pytest

from inspection import plots
from inspection.loss_curve import figure_class
from inspection.plots import CHANNELS, PLOTS, draw_plots, mosaic
from nn import RNN, AbstractLayer, Flatten, LastStep, Network, SGDOptimizer, cross_entropy, he
from nn.loss import one_hot
from tests.small import Cube, dense
from tests.test_summary import conv

X = np.random.default_rng(0).random((60, 8, 8, 1)).astype(np.float32)
Y = one_hot(np.arange(60) % 10, 10)
NETWORKS = {
    "convolutions": lambda: [conv(3, 3, 1, 4), conv(3, 3, 4, 8), dense(128, 10)],
    "fully connected": lambda: [Flatten((8, 8, 1)), dense(64, 12), dense(12, 10)],
    "recurrent": lambda: [RNN((8, 6), weight_init=he, optimizer=SGDOptimizer()), LastStep(), dense(6, 10)],
    "own layer": lambda: [Cube(), dense(64, 10)],
}


@pytest.mark.slow
@pytest.mark.parametrize("name", NETWORKS)
def test_each_picture_is_drawn(name, tmp_path, capsys):
    draw_plots(Network(NETWORKS[name](), 0.1, cross_entropy), (X, Y), tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(f"{picture}.png" for picture in PLOTS)
    for path in tmp_path.iterdir():
        picture = matplotlib.image.imread(path)
        assert 200 < picture.shape[0] < 6000 and picture.shape[1] > 500 and picture[..., :3].std() > 0.03
    assert capsys.readouterr().out.startswith("Pictures: mistakes.png")


def drawn(name, net, X, Y):
    figure = figure_class()(layout="constrained")
    PLOTS[name](figure, net, X, Y)
    return figure


class Given(AbstractLayer):
    """A network of its own, whose outputs are given: 10 numbers for each image, which says which it is by its pixel."""

    def __init__(self, outputs):
        self.outputs = np.asarray(outputs)

    def forward(self, inputs):
        z = self.outputs[inputs.reshape(len(inputs), -1)[:, 0].astype(int)]
        return z, z

    get_activation_grad = backward = get_weight_grad = update = None
    __abstractmethods__ = frozenset()


def given(labels, answers, confidence):
    """(network, X, Y): image k is of labels[k], answered answers[k] with confidence[k] more than the others."""
    outputs = one_hot(np.array(answers), 10) * np.array(confidence)[:, None]
    net = Network([Given(outputs)], 0.1, cross_entropy)
    X = np.zeros((len(labels), 2, 2, 1))
    X[:, 0, 0, 0] = np.arange(len(labels))
    return net, X, one_hot(np.array(labels), 10)


def test_mistakes_are_the_most_confident_ones_first():
    figure = drawn("mistakes", *given([1, 2, 3, 4], [1, 7, 8, 9], [9, 2, 8, 5]))
    titles = [axes.get_title() for axes in figure.axes if axes.get_title()]
    assert [title.split()[1] + title.split()[-1] for title in titles] == ["83", "94", "72"]
    assert titles[0].startswith("says 8 (100%)") and "75.00%" in figure.texts[0].get_text()


def test_confusion_matrix_counts_labels_in_rows_and_answers_in_columns():
    figure = drawn("confusion", *given([1, 1, 1, 2], [1, 7, 7, 2], [5] * 4))
    counts = {(text.get_position()[1], text.get_position()[0]): text.get_text() for text in figure.axes[0].texts}
    assert {place: count for place, count in counts.items() if count != "0"} == {(1, 1): "1", (1, 7): "2", (2, 2): "1"}
    assert "50.00%" in figure.axes[0].get_title()


def test_filters_are_the_first_weights():
    net = Network(NETWORKS["convolutions"](), 0.1, cross_entropy)
    shown = np.asarray(drawn("filters", net, X, Y).axes[0].images[0].get_array())
    np.testing.assert_array_equal(shown[:3, :3], net.layers[0].w[:, :, 0, 0])
    np.testing.assert_array_equal(shown[:3, 4:7], net.layers[0].w[:, :, 0, 1])


def test_histograms_count_each_activation_and_gradient():
    net = Network(NETWORKS["convolutions"](), 0.1, cross_entropy)
    figure = drawn("histograms", net, X, Y)
    totals = [sum(bar.get_height() for bar in axes.patches) for axes in figure.axes]
    assert totals == [60 * 6 * 6 * 4, 40, 60 * 4 * 4 * 8, 9 * 4 * 8 + 8, 600, 1290]


def test_no_folder_no_pictures(capsys):
    draw_plots(None, None, None)
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("shape, expected", [
    ((3, 3, 1), (3, 3)), ((3, 5, 2), (3, 11)), ((4, 4, 16), (9, 39)), ((4, 4, 33), (14, 79)), ((28, 7), (28, 7)),
    ((10,), (1, 10)), ((64,), (1, 64)), ((130,), (3, 64)), ((1, 1, 20), (1, 20)), ((2, 3, 4, 5), (2, 64)),
    ((2, 2, 999), (4 * 3 - 1, 16 * 3 - 1))])
def test_mosaic_holds_each_number_once(shape, expected):
    array = np.arange(1, np.prod(shape) + 1, dtype=np.float64).reshape(shape)
    picture = mosaic(array)
    shown = array[..., :CHANNELS] if len(shape) == 3 and shape[:2] != (1, 1) else array
    assert picture.shape == expected
    np.testing.assert_array_equal(np.sort(picture[~np.isnan(picture)]), np.sort(shown.ravel()))


def test_mosaic_lays_channels_side_by_side():
    array = np.arange(12.0).reshape(2, 2, 3)
    np.testing.assert_array_equal(mosaic(array)[:, 3:5], array[..., 1])
    assert np.isnan(mosaic(array)[:, [2, 5]]).all()
    np.testing.assert_array_equal(mosaic(np.ones((2, 2, 9)))[3:, :2], np.ones((2, 2)))  # the ninth is in the second row


def test_all_pictures_have_a_name():
    assert list(PLOTS) == ["mistakes", "confusion", "filters", "layers", "histograms"]
    assert all(getattr(plots, name) is draw for name, draw in PLOTS.items())
