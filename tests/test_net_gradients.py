"""The gradients of a network can be had without an update, in one form, whatever the layers' own forms are."""
import numpy as np
import pytest

from nn import (
    AvgPooling,
    BatchNorm,
    Dropout,
    EachStep,
    Flatten,
    GlobalAvgPooling,
    GroupNorm,
    LastStep,
    LayerNorm,
    MaxPooling,
    Network,
    SGDOptimizer,
    he,
    mse,
)
from nn.ops.process import set_up_process
from nn.rnn import RNN
from tests.small import Cube, Scale, conv, data, dense


def mixed():
    """Layers with a dict, one array, None, and no gradient at all."""
    return [MaxPooling(2), conv(2, 2, 1, 3), Flatten((2, 2, 3)), Dropout(0.2), Cube(), Scale(np.linspace(0.5, 1, 12)),
            dense(12, 3)]


def arrays(net):
    return [getattr(layer, name).copy() for layer in net.layers for name in (*layer.weights, *layer.statistics)]


def test_each_layer_has_a_dict_and_nothing_is_updated():
    net, batch = Network(mixed(), 0.1, mse), data(4, 6, 6, 1)
    before = arrays(net)
    loss, grads = net.gradients(batch)
    assert isinstance(loss, float)
    assert [list(grad) for grad in grads] == [[], ["w", "b"], [], [], [], ["w"], ["w", "b"]]
    for layer, grad in zip(net.layers, grads):
        assert all(grad[name].shape == getattr(layer, name).shape for name in grad)
    for now, old in zip(arrays(net), before):
        np.testing.assert_array_equal(now, old)


@pytest.mark.parametrize("layers", [mixed, lambda: [BatchNorm(1, optimizer=SGDOptimizer()), dense(36, 3)]])
def test_a_training_step_is_the_gradients_and_then_the_update(layers):
    np.random.seed(1)
    one = Network(layers(), 0.1, mse)
    np.random.seed(1)
    two, batch = Network(layers(), 0.1, mse), data(4, 6, 6, 1)
    np.random.seed(2)
    loss = one.train_step(batch)
    np.random.seed(2)  # dropout draws as it does in a training step, and running statistics move alike
    other_loss, grads = two.gradients(batch)
    two.update(grads)
    assert loss == other_loss
    for mine, other in zip(arrays(one), arrays(two)):
        np.testing.assert_array_equal(mine, other)


def test_two_networks_are_joined_by_their_halves():
    X, Y = data(4, 6)
    layers = [dense(6, 5), dense(5, 4), dense(4, 3)]
    whole = Network([*layers], 0.1, mse, np.float64)
    _, expected = whole.gradients((X, Y))
    first, second = (Network(part, 0.1, mse, np.float64) for part in (layers[:1], layers[1:]))
    output = second.forward_in_training(first.forward_in_training(X))
    upper, between = second.backward(mse.deriv(output, Y))
    lower, dX = first.backward(between)
    for ours, theirs in zip([*lower, *upper], expected):
        assert all(np.array_equal(ours[name], theirs[name]) for name in ("w", "b"))
    assert dX.shape == X.shape


def test_backward_without_a_forward_pass_is_refused():
    net, (X, Y) = Network([dense(5, 3)], 0.1, mse), data(4, 5)
    net.forward_in_training(X)
    net.backward(Y)
    with pytest.raises(RuntimeError, match="call net.forward_in_training"):
        net.backward(Y)


def test_what_backward_has_used_is_let_go():
    net = Network([dense(5, 4), dense(4, 3)], 0.1, mse)
    net.gradients(data(4, 5))
    assert (net._inputs, net._zs) == ([], [])


# --- a prediction in between

BUILT_IN = {
    "conv": ((6, 5, 2), lambda: conv(3, 2, 2, 3)),
    "conv same": ((6, 5, 2), lambda: conv(3, 2, 2, 3, pad="same", strides=2)),
    "max pooling": ((6, 5, 2), lambda: MaxPooling(2)),
    "pooling same": ((6, 5, 2), lambda: MaxPooling(3, 2, pad="same")),
    "average pooling": ((6, 5, 2), lambda: AvgPooling(2)), "global pooling": ((6, 5, 2), GlobalAvgPooling),
    "batch norm": ((6, 5, 2), lambda: BatchNorm(2, optimizer=SGDOptimizer())),
    "layer norm": ((6, 2), lambda: LayerNorm(2, optimizer=SGDOptimizer())),
    "group norm": ((6, 5, 4), lambda: GroupNorm(2, 4, optimizer=SGDOptimizer())),
    "dropout": ((6, 2), lambda: Dropout(0.5)), "dense": ((6, 2), lambda: dense(12, 3)),
    "rnn": ((6, 2), lambda: RNN((2, 3), weight_init=he, optimizer=SGDOptimizer())),
    "last step": ((6, 2), LastStep), "each step": ((6, 2), EachStep), "a student's": ((2,), lambda: Scale([1.0, 2.0])),
    "flatten": ((6, 5, 2), lambda: Flatten((6, 5, 2))),
}
OTHER_SIZE = {  # what may differ from the inputs of training, beside their number
    "conv": (9, 8, 2), "conv same": (9, 8, 2), "max pooling": (9, 8, 3), "pooling same": (9, 8, 3),
    "average pooling": (9, 8, 3), "global pooling": (9, 8, 3), "batch norm": (9, 8, 2), "layer norm": (9, 2),
    "group norm": (9, 8, 4), "dropout": (9, 3), "rnn": (9, 2), "last step": (9, 3), "each step": (9, 3),
}


@pytest.mark.parametrize("name", BUILT_IN)
def test_a_prediction_of_another_size_changes_no_gradient(name):
    shape, make = BUILT_IN[name]
    layer, X = make(), np.random.normal(size=(4, *shape))
    z, activation = layer.forward(X)
    e = layer.get_activation_grad(z, np.random.normal(size=activation.shape))
    expected = layer.get_weight_grad(X, e), layer.backward(e)
    layer.predict(np.random.normal(size=(3, *OTHER_SIZE.get(name, shape))))
    grad, dx = layer.get_weight_grad(X, e), layer.backward(e)
    np.testing.assert_array_equal(dx, expected[1])
    for key in grad if isinstance(grad, dict) else ():
        np.testing.assert_array_equal(grad[key], expected[0][key])


# --- freezing

@pytest.mark.parametrize("frozen", [[0], [1], [2], [0, 1], [0, 2], [0, 1, 2]])
def test_a_layer_is_frozen_and_freed_at_any_time(frozen):
    net, batch = Network([dense(5, 4), Scale(np.ones(4)), dense(4, 3)], 0.1, mse), data(4, 5)
    net.train_step(batch)
    for k in frozen:
        net.layers[k].trainable = False
    before = [layer.w.copy() for layer in net.layers]
    _, grads = net.gradients(batch)
    net.train_step(batch)
    assert [k for k, layer in enumerate(net.layers) if np.array_equal(layer.w, before[k])] == frozen
    assert [k for k, grad in enumerate(grads) if not grad] == frozen
    for k in frozen:
        net.layers[k].trainable = True
    net.train_step(batch)
    assert not any(np.array_equal(layer.w, w) for layer, w in zip(net.layers, before))


# --- no side effects

def test_making_a_network_does_nothing_and_the_process_is_set_up_once_a_process(monkeypatch):
    calls = []
    monkeypatch.setattr("nn.network.set_up_process", lambda: calls.append(1))
    net = Network([dense(5, 3)], 0.1, mse)
    assert calls == []
    net.train_step(data(4, 5))
    net.forward(np.ones((2, 5)))
    assert len(calls) == 2
    set_up_process()
    done = set_up_process.cache_info().misses
    set_up_process()
    assert done == set_up_process.cache_info().misses == 1
