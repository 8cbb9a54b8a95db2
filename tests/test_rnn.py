"""The recurrent layer against the recurrence in plain loops, and backpropagation through time against slopes."""
import numpy as np
import pytest

from nn.activation import cross_entropy, linear, mse, relu, sigmoid, tanh
from nn.fullyconnected import FullyConnected
from nn.gradient_check import check_gradients
from nn.initializer import xavier
from nn.network import Network
from nn.optimizer import AdamOptimizer, AdamWOptimizer, SGDOptimizer
from nn.rnn import RNN, EachStep, LastStep


def rnn(n_in, n_hidden, activation=tanh, optimizer=None):
    return RNN((n_in, n_hidden), activation=activation, weight_init=xavier, optimizer=optimizer or SGDOptimizer())


def fc(n_in, n_out, optimizer=None):
    return FullyConnected((n_in, n_out), activation=linear, weight_init=xavier, optimizer=optimizer or SGDOptimizer())


def textbook(x, h0, wx, wh, b, upstream, activation):
    """h, dL/dx, dL/dh_0 and the weights' gradients, one sequence and one step at a time."""
    (n, steps, _), hidden = x.shape, len(b)
    h, dx, dh0 = np.zeros((n, steps, hidden)), np.zeros(x.shape), np.zeros(h0.shape)
    dwx, dwh, db = np.zeros_like(wx), np.zeros_like(wh), np.zeros_like(b)
    for i in range(n):
        z, before = np.zeros((steps, hidden)), np.vstack([h0[i], np.zeros((steps, hidden))])
        for t in range(steps):
            z[t] = x[i, t] @ wx + before[t] @ wh + b
            h[i, t] = before[t + 1] = activation.compute(z[t])
        from_next = np.zeros(hidden)
        for t in reversed(range(steps)):
            e = activation.deriv(z[t]) * (upstream[i, t] + from_next)
            dwx, dwh, db = dwx + np.outer(x[i, t], e), dwh + np.outer(before[t], e), db + e
            dx[i, t], from_next = wx @ e, wh @ e
        dh0[i] = from_next
    return h, dx, dh0, dwx, dwh, db


@pytest.mark.parametrize("n, steps, n_in, hidden", [(3, 5, 2, 4), (1, 7, 3, 3), (4, 1, 3, 2), (2, 2, 1, 5)])
@pytest.mark.parametrize("activation", [tanh, relu, linear], ids=repr)
@pytest.mark.parametrize("first", [0, 1])
def test_it_is_the_recurrence(n, steps, n_in, hidden, activation, first):
    np.random.seed(0)
    layer, h0 = rnn(n_in, hidden, activation), first * np.random.normal(size=(n, hidden))
    layer.b, layer.h0 = np.random.normal(size=hidden), h0 if first else None
    x, upstream = np.random.normal(size=(n, steps, n_in)), np.random.normal(size=(n, steps, hidden))
    z, h = layer.forward(x)
    layer_err = layer.get_activation_grad(z, upstream)
    grad = layer.get_weight_grad(x, layer_err)
    for ours, theirs in zip((h, layer.backward(layer_err), layer.dh0, grad["wx"], grad["wh"], grad["b"]),
                            textbook(x, h0, layer.wx, layer.wh, layer.b, upstream, activation)):
        assert ours.shape == theirs.shape
        np.testing.assert_allclose(ours, theirs, atol=1e-12)
    np.testing.assert_array_equal(layer.predict(x), h)


SEQUENCES, IMAGES = (3, 5, 2), (3, 4, 3, 2)  # of 5 steps of 2 numbers; of 4 rows of 3 * 2 numbers


@pytest.mark.parametrize("name, shape, make, rows", [
    ("many-to-one", SEQUENCES, lambda: [rnn(2, 4), LastStep(), fc(4, 3)], 3),
    ("many-to-one, two layers", SEQUENCES, lambda: [rnn(2, 4), rnn(4, 5, sigmoid), LastStep(), fc(5, 3)], 3),
    ("many-to-one, images", IMAGES, lambda: [rnn(6, 4), LastStep(), fc(4, 3)], 3),
    ("many-to-many", SEQUENCES, lambda: [rnn(2, 4), EachStep(), fc(4, 3)], 15),
    ("many-to-many, two layers", SEQUENCES, lambda: [rnn(2, 4), rnn(4, 5, sigmoid), EachStep(), fc(5, 3)], 15),
    ("many-to-many, images", IMAGES, lambda: [rnn(6, 4), EachStep(), fc(4, 3)], 12),
    ("all states in one row", SEQUENCES, lambda: [rnn(2, 4), fc(20, 3)], 3),
    ("one step", (4, 1, 2), lambda: [rnn(2, 4), LastStep(), fc(4, 3)], 4),
    ("last layer", SEQUENCES, lambda: [rnn(2, 4), rnn(4, 3, linear), LastStep()], 3),
])
@pytest.mark.parametrize("loss", [mse, cross_entropy], ids=["mse", "cross_entropy"])
def test_gradients_are_the_measured_slopes(name, shape, make, rows, loss):
    np.random.seed(1)
    X, Y = np.random.normal(size=shape), np.eye(3)[np.random.randint(3, size=rows)]
    for error in check_gradients(make(), loss, X, Y):
        assert error.error < 1e-6, str(error)


class FromFirstStates(RNN):
    """An RNN that reads the same sequences every time, from the first states that it is given: X is h_0."""

    sequences = np.random.default_rng(0).normal(size=SEQUENCES)

    def forward(self, inputs):
        self.h0 = inputs
        return super().forward(self.sequences)

    def get_weight_grad(self, inputs, layer_err):
        return super().get_weight_grad(self.sequences, layer_err)

    def backward(self, layer_err):
        return self.dh0


@pytest.mark.parametrize("activation", [tanh, sigmoid, linear], ids=repr)
@pytest.mark.parametrize("layers, rows", [(lambda: [EachStep(), fc(4, 3)], 15), (lambda: [LastStep(), fc(4, 3)], 3)])
def test_the_gradient_of_the_first_states_is_the_measured_slope(layers, rows, activation):
    np.random.seed(1)
    layer = FromFirstStates((2, 4), activation, weight_init=xavier, optimizer=SGDOptimizer())
    h0, Y = np.random.normal(size=(3, 4)), np.eye(3)[np.random.randint(3, size=rows)]
    errors = check_gradients([layer, *layers()], cross_entropy, h0, Y)
    assert (errors[0].layer, errors[0].probes) == ("X", 12)
    for error in errors:
        assert error.error < 1e-6, str(error)


def test_a_sequence_read_in_two_parts_is_read_as_a_whole():
    layer, x = rnn(2, 4), np.random.normal(size=SEQUENCES)
    _, whole = layer.forward(x)
    _, begun = layer.forward(x[:, :2])
    layer.h0 = begun[:, -1]
    np.testing.assert_allclose(layer.forward(x[:, 2:])[1], whole[:, 2:], atol=1e-12)


def test_first_states_are_in_the_networks_dtype():
    layer, x = rnn(2, 4), np.ones(SEQUENCES, np.float32)
    layer.astype(np.float32)
    layer.h0 = np.ones((3, 4))
    z, h = layer.forward(x)
    e = layer.get_activation_grad(z, np.ones_like(h))
    arrays = (z, h, e, layer.dh0, *layer.get_weight_grad(x, e).values())
    assert {array.dtype for array in arrays} == {np.dtype(np.float32)}


@pytest.mark.parametrize("shape", [(4,), (2, 4), (3, 5), (3, 1, 4)])
def test_first_states_that_do_not_fit_are_refused(shape):
    layer = rnn(2, 4)
    layer.h0 = np.zeros(shape)
    with pytest.raises(ValueError, match=r"RNN\(\(2, 4\)\): h0 must be of shape \(3, 4\), .* or to None, which is 0"):
        layer.forward(np.zeros(SEQUENCES))


def test_it_remembers():
    """The answer at each step is the input of the step before: without the recurrence, the loss stays at log 2."""
    np.random.seed(0)
    adam = AdamOptimizer()
    net = Network([rnn(1, 8, optimizer=adam), EachStep(), fc(8, 2, adam)], 0.02, cross_entropy)
    for _ in range(150):
        bits = np.random.randint(2, size=(20, 7))
        before = np.hstack([np.zeros((20, 1), int), bits[:, :-1]])
        loss = net.train_step((bits[..., None], np.eye(2)[before.reshape(-1)]))
    assert loss < 0.05 < np.log(2)
    answers = net.forward(bits[..., None]).reshape(20, 7, 2).argmax(axis=2)
    np.testing.assert_array_equal(answers, before)


@pytest.mark.parametrize("shape", [SEQUENCES, IMAGES])
def test_arguments_are_left_as_they_are_and_float32_stays(shape):
    np.random.seed(0)
    layer = rnn(int(np.prod(shape[2:])), 4, optimizer=AdamOptimizer())
    layer.astype(np.float32)
    x, upstream = np.random.normal(size=shape).astype("f4"), np.random.normal(size=(*shape[:2], 4)).astype("f4")
    z, h = layer.forward(x)
    before = [array.copy() for array in (x, upstream, z, h)]
    layer_err = layer.get_activation_grad(z, upstream)
    grad = layer.get_weight_grad(x, layer_err)
    dx = layer.backward(layer_err)
    layer.update(grad, 0.1)
    weights = [getattr(layer, name) for name in layer.weights]
    assert {array.dtype for array in (z, h, layer_err, dx, *grad.values(), *weights)} == {np.dtype("f4")}
    assert dx.shape == shape
    for array, old in zip((x, upstream, z, h), before):
        np.testing.assert_array_equal(array, old)


def test_weight_decay_is_for_both_matrices_and_not_for_the_bias():
    layer = rnn(2, 3, optimizer=AdamWOptimizer(weight_decay=0.5))
    layer.b = np.ones(3)
    before = {name: getattr(layer, name) for name in layer.weights}
    layer.update({name: np.zeros_like(weight) for name, weight in before.items()}, lr=0.1)
    for name, share in (("wx", 0.95), ("wh", 0.95), ("b", 1.0)):
        np.testing.assert_allclose(getattr(layer, name), share * before[name])


def test_a_loaded_network_predicts_as_the_saved_one(tmp_path):
    saved, loaded = (Network([rnn(2, 4), LastStep(), fc(4, 3)], 0.1, mse) for _ in range(2))
    x = np.random.normal(size=SEQUENCES)
    saved.save(tmp_path / "weights.npz")
    loaded.load(tmp_path / "weights.npz")
    np.testing.assert_array_equal(loaded.forward(x), saved.forward(x))


@pytest.mark.parametrize("shape", [(3, 5, 4), (3, 10), (3, 5, 2, 2), (3,)])
def test_inputs_that_do_not_fit_are_refused(shape):
    with pytest.raises(ValueError, match=r"RNN\(\(2, 4\)\) expects sequences \(N, T, 2\)"):
        rnn(2, 4).forward(np.zeros(shape))


def test_its_shape_has_two_numbers():
    with pytest.raises(ValueError, match=r"shape must be \(n_in, n_hidden\)"):
        RNN((2, 4, 3), weight_init=xavier, optimizer=SGDOptimizer())
