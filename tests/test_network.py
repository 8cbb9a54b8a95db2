"""A network's training step, its predictions, its files, and what it refuses."""
import numpy as np
import pytest

import nn.network
from nn.activation import cross_entropy, leaky_relu, linear, mse, relu, sigmoid
from nn.conv import Conv
from nn.flatten import Flatten
from nn.loss import SoftmaxCrossEntropy
from nn.maxpooling import MaxPooling
from nn.network import Network
from nn.optimizer import (
    AdaGradOptimizer,
    AdamOptimizer,
    AdamWOptimizer,
    MomentumSGDOptimizer,
    NesterovSGDOptimizer,
    RMSPropOptimizer,
    SGDOptimizer,
)
from tests.small import Cube, Scale, conv, data, dense
from tests.test_layer import FIVE

OPTIMIZERS = [SGDOptimizer(), MomentumSGDOptimizer(), NesterovSGDOptimizer(), AdaGradOptimizer(), RMSPropOptimizer(),
              AdamOptimizer(weight_decay=0.1), AdamWOptimizer()]


def wide(optimizer=None):
    """A network for images (N, 8, 7, 1) with every kind of layer, few and many channels."""
    return [conv(3, 2, 1, 9, activation=relu, optimizer=optimizer), MaxPooling(2), Cube(),
            conv(2, 2, 9, 2, pad=1, activation=leaky_relu, optimizer=optimizer), MaxPooling(2, 1), Flatten((3, 3, 2)),
            Scale(np.linspace(0.5, 1, 18)), dense(18, 6, activation=sigmoid, optimizer=optimizer),
            dense(6, 5, optimizer=optimizer), dense(5, 3, activation=linear, optimizer=optimizer)]


def arrays_in(thing):
    if isinstance(thing, np.ndarray):
        return [thing]
    parts = thing.values() if isinstance(thing, dict) else thing if isinstance(thing, (tuple, list)) else []
    return [array for part in parts for array in arrays_in(part)]


def watch(thing, methods, seen):
    """Make all arrays that go into or come out of the methods read-only, and note (class, method, dtype)."""
    def watched(name, method):
        def call(*arguments):
            for array in arrays_in(arguments):
                array.flags.writeable = False
            result = method(*arguments)
            for array in arrays_in((arguments, result)):
                array.flags.writeable = False
                seen.append((type(thing).__name__, name, array.dtype))
            return result
        return call
    for name in methods:
        setattr(thing, name, watched(name, getattr(thing, name)))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("loss", [mse, cross_entropy])
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("given", [np.float64, np.float32])
def test_all_is_computed_in_the_networks_dtype_and_nothing_is_overwritten(optimizer, loss, dtype, given):
    layers, seen, (X, Y) = wide(optimizer), [], data(4, 8, 7, 1, dtype=given)
    before = X.copy(), Y.copy()
    loss = type(loss)()
    net = Network(layers, np.float64(0.01), loss, dtype)
    for layer in layers:
        watch(layer, FIVE, seen)
    watch(loss, ["deriv"], seen)
    for _ in range(2):
        net.train_step((X, Y))
    assert {entry for entry in seen if entry[2] != dtype} == set()
    assert {getattr(layer, name).dtype for layer in layers for name in layer.weights} == {np.dtype(dtype)}
    assert net.forward(X).dtype == dtype
    np.testing.assert_array_equal(X, before[0])
    np.testing.assert_array_equal(Y, before[1])


@pytest.mark.parametrize("images", [
    lambda X: (X * 9).astype(np.uint8), lambda X: (X * 9).astype(np.int64), lambda X: X.astype(np.float16),
    np.ndarray.tolist])
def test_images_of_any_type_are_taken(images):
    X, Y = data(4, 8, 7, 1)
    net = Network(wide(), 0.1, cross_entropy)
    assert net.forward(images(abs(X))).dtype == np.float32
    assert np.isfinite(net.train_step((images(abs(X)), Y)))


@pytest.mark.parametrize("loss", [mse, cross_entropy])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_train_step_returns_the_mean_loss_before_its_update(loss, dtype):
    net, (X, Y) = Network(wide(), 0.05, loss, dtype), data(4, 8, 7, 1, dtype=dtype)
    for _ in range(3):
        before = np.sum(loss.compute(net.forward(X), Y))
        returned = net.train_step((X, Y))
        assert isinstance(returned, float) and returned == pytest.approx(before, rel=1e-6)
        assert np.sum(loss.compute(net.forward(X), Y)) < 0.999 * before


def test_loss_may_give_one_number_for_each_image():
    class PerImage(SoftmaxCrossEntropy):
        def compute(self, X, Y):
            return np.array([super(PerImage, self).compute(x[None], y[None]) for x, y in zip(X, Y)]) / len(X)

    layers, (X, Y) = [dense(5, 3)], data(4, 5)
    assert Network(layers, 0.0, PerImage()).train_step((X, Y)) == pytest.approx(
        Network(layers, 0.0, cross_entropy).train_step((X, Y)))


def test_learning_rate_may_change_while_training():
    net, batch = Network([dense(5, 3, bias=False)], 0.5, mse, np.float64), data(4, 5)
    start = net.layers[0].w
    net.train_step(batch)
    step = net.layers[0].w - start
    for lr in (0.0, 0.25, 2.0):
        net.layers[0].w, net.lr = start, lr
        net.train_step(batch)
        np.testing.assert_allclose(net.layers[0].w - start, step * lr / 0.5, atol=1e-15)


@pytest.mark.parametrize("layer, name", [(0, "w"), (0, "b"), (7, "w"), (8, "b")])
@pytest.mark.parametrize("optimizer", [SGDOptimizer(), AdamOptimizer()])
def test_array_assigned_to_a_weight_is_used_and_not_written_into(layer, name, optimizer):
    net, batch = Network(wide(optimizer), 0.1, mse), data(4, 8, 7, 1)
    mine = getattr(net.layers[layer], name) * 0.5 + 0.1
    predictions, before = net.forward(batch[0]), mine.copy()
    setattr(net.layers[layer], name, mine)
    assert not np.allclose(net.forward(batch[0]), predictions)
    net.train_step(batch)
    np.testing.assert_array_equal(mine, before)
    assert not np.array_equal(getattr(net.layers[layer], name), mine)


def test_layers_below_the_first_weights_are_not_differentiated():
    layers, batch = [MaxPooling(2), Flatten((4, 3, 1)), dense(12, 3)], data(4, 8, 7, 1)
    for layer in layers:
        layer.backward = lambda layer_err: pytest.fail("nobody needs this gradient")
    Network(layers, 0.1, mse).train_step(batch)


def test_network_without_weights_has_a_loss():
    X, Y = data(4, 3)
    assert Network([Flatten((3,))], 0.1, mse, np.float64).train_step((X, Y)) == pytest.approx(mse.compute(X, Y))


@pytest.mark.parametrize("n, piece", [(1, 100), (7, 3), (6, 3), (7, 7)])
def test_forward_in_pieces_gives_the_same_as_at_once(n, piece, monkeypatch):
    net, (X, _) = Network(wide(), 0.1, mse, np.float64), data(n, 8, 7, 1)
    at_once = X
    for layer in net.layers:
        at_once = layer.forward(at_once)[1]
    monkeypatch.setattr(nn.network, "PREDICT_BATCH", piece)
    np.testing.assert_allclose(net.forward(X), at_once, rtol=1e-12)


def test_forward_of_many_images_shows_a_layer_only_some_at_a_time():
    net, sizes = Network([Cube(), dense(30_000, 3)], 0.1, mse), []
    watched = net.layers[0].predict
    net.layers[0].predict = lambda inputs: sizes.append(len(inputs)) or watched(inputs)
    assert net.forward(np.ones((301, 30_000))).shape == (301, 3)
    assert sum(sizes) == 301 and max(sizes) <= 100


def test_forward_uses_predict_and_train_step_uses_forward():
    class Doubles(Cube):
        def predict(self, inputs):
            return 2 * inputs

    net, (X, Y) = Network([Doubles()], 0.1, mse, np.float64), data(4, 3)
    np.testing.assert_array_equal(net.forward(X), 2 * X)
    assert net.train_step((X, Y)) == pytest.approx(mse.compute(X ** 3, Y))


@pytest.mark.parametrize("optimizer, lr, loss", [
    (SGDOptimizer(), 0.5, cross_entropy), (AdamOptimizer(), 0.01, cross_entropy), (AdamOptimizer(), 0.01, mse)])
def test_network_learns_its_batch(optimizer, lr, loss):
    X, Y = data(12, 8, 7, 1)
    net = Network([conv(3, 2, 1, 8, activation=relu, optimizer=optimizer), MaxPooling(2),
                   dense(72, 3, activation=linear, optimizer=optimizer)], lr, loss)
    losses = [net.train_step((X, Y)) for _ in range(60)]
    assert losses[-1] < 0.05 * losses[0] and (net.forward(X).argmax(1) == Y.argmax(1)).all()


# --- files

class Counts(Cube):
    """Keeps something that is not trained."""

    statistics = ("seen",)

    def __init__(self):
        self.seen = np.zeros(2)


@pytest.mark.parametrize("name", ["net.npz", "net", "a.b/net.weights"])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_loaded_network_gives_the_same_predictions(name, dtype, tmp_path):
    trained, fresh = (Network([Counts(), *wide(AdamOptimizer())], 0.01, cross_entropy, dtype) for _ in range(2))
    X, Y = data(4, 8, 7, 1)
    trained.train_step((X, Y))
    trained.layers[0].seen = np.array([3.0, 4.0], dtype)
    assert not np.allclose(trained.forward(X), fresh.forward(X))
    (tmp_path / "a.b").mkdir()
    trained.save(str(tmp_path / name))
    assert (tmp_path / name).is_file()
    fresh.load(tmp_path / name)
    np.testing.assert_array_equal(fresh.forward(X), trained.forward(X))
    np.testing.assert_array_equal(fresh.layers[0].seen, [3, 4])
    fresh.train_step((X, Y))


def test_weights_are_loaded_in_the_networks_dtype(tmp_path):
    double, single = (Network(wide(), 0.1, mse, dtype) for dtype in (np.float64, np.float32))
    double.save(tmp_path / "net")
    single.load(tmp_path / "net")
    assert {getattr(layer, name).dtype for layer in single.layers for name in layer.weights} == {np.dtype(np.float32)}
    np.testing.assert_array_equal(single.layers[0].w, double.layers[0].w.astype(np.float32))


@pytest.mark.parametrize("other, words", [
    (lambda: [dense(5, 4), dense(4, 2)], "1.w is (4, 2) there and (4, 3) here"),
    (lambda: [dense(5, 4), dense(4, 3, bias=False)], "1.b is missing there and (3,) here"),
    (lambda: [dense(5, 4), dense(4, 3), dense(3, 3)], "2.b is (3,) there and missing here"),
    (lambda: [dense(5, 4), Cube(), dense(4, 3)], "1.w is missing there and (4, 3) here"),
    (lambda: [dense(4, 5), dense(5, 3)], "0.w is (4, 5) there and (5, 4) here"),
])
def test_weights_of_another_network_are_refused_and_nothing_is_changed(other, words, tmp_path):
    Network(other(), 0.1, mse).save(tmp_path / "net")
    net = Network([dense(5, 4), dense(4, 3)], 0.1, mse)
    before = [(layer.w.copy(), layer.b.copy()) for layer in net.layers]
    with pytest.raises(ValueError) as caught:
        net.load(tmp_path / "net")
    assert words in str(caught.value) and "another network" in str(caught.value)
    for layer, (w, b) in zip(net.layers, before):
        np.testing.assert_array_equal(layer.w, w)
        np.testing.assert_array_equal(layer.b, b)


# --- what is refused

one = dense(5, 5)


@pytest.mark.parametrize("layers, error, words", [
    ([], ValueError, "at least one layer, but the list is empty"),
    ([dense(5, 4), Conv], TypeError, "layers[1] must be a layer, an object of a subclass of AbstractLayer"),
    ([Flatten], TypeError, "write Flatten((28, 28, 1))"),
    ([dense(5, 4), relu], TypeError, "layers[1] must be a layer"),
    ([one, dense(5, 5), one], ValueError, "layers[2] is the same object as an earlier one"),
])
def test_list_that_is_no_network_is_refused(layers, error, words):
    with pytest.raises(error) as caught:
        Network(layers, 0.1, mse)
    assert words in str(caught.value)


@pytest.mark.parametrize("change, error, words", [
    ({"loss": SoftmaxCrossEntropy}, TypeError, "loss must be an object with compute and deriv"),
    ({"loss": relu.compute}, TypeError, "such as cross_entropy"),
    ({"loss": "mse"}, TypeError, "but is 'mse'"),
    ({"lr": -0.1}, ValueError, "lr must be a number, 0 or more, but is -0.1"),
    ({"lr": float("nan")}, ValueError, "lr must be a number"),
    ({"lr": [0.1]}, ValueError, "lr must be a number"),
])
def test_impossible_loss_or_learning_rate_is_refused(change, error, words):
    with pytest.raises(error) as caught:
        Network(**{"layers": [dense(5, 3)], "lr": 0.1, "loss": mse, **change})
    assert words in str(caught.value)


@pytest.mark.parametrize("labels", [np.array([0, 2, 1, 1]), np.zeros((4, 10))])
@pytest.mark.parametrize("loss", [mse, cross_entropy])
def test_labels_that_are_not_one_hot_are_refused_before_anything_is_changed(labels, loss):
    net = Network([dense(5, 3)], 0.1, loss)
    before = net.layers[0].w.copy()
    with pytest.raises(ValueError, match=r"labels of the outputs' shape \(4, 3\).*make labels one-hot"):
        net.train_step((np.ones((4, 5)), labels))
    np.testing.assert_array_equal(net.layers[0].w, before)


@pytest.mark.parametrize("k", [0, 2])
def test_assigned_float64_weights_do_not_leak_into_later_steps(k):
    net = Network([conv(3, 3, 1, 2), MaxPooling(2), dense(3 * 3 * 2, 4)], lr=0.01, loss=cross_entropy)
    net.layers[k].w = np.asarray(net.layers[k].w, np.float64)
    X, Y = data(5, 8, 8, 1, classes=4)
    net.train_step((X, Y))
    assert net.layers[k].w.dtype == np.float32 and net.forward(X).dtype == np.float32


@pytest.mark.parametrize("call", [lambda net, X: net.forward(X), lambda net, X: net.train_step((X, np.zeros((0, 4))))])
def test_batch_of_no_images_is_refused(call):
    with pytest.raises(ValueError, match="N at least 1"):
        call(Network([dense(4, 4)], lr=0.1, loss=cross_entropy), np.zeros((0, 4)))
