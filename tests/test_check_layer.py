"""A layer that a network has not seen is tried on a copy first: a fault is named before anything has moved."""
import random
import sys
import threading

import numpy as np
import pytest

from inspection.recording import recorded
from nn import AdamOptimizer, BatchNorm, Block, Conv, Flatten, MaxPooling, Network, check_layer, mse, relu
from nn.checks.watched import FEW, STEPS, Watched
from nn.contract import LARGEST
from nn.layer import keeps_contract
from tests.small import Cube, Scale, conv, data, dense
from tests.test_contract import Own, has, hides, nudge, with_methods


def test_a_right_layer_passes_and_its_activation_is_returned():
    layer, x = Own(), np.random.normal(size=(6, 4))
    np.testing.assert_allclose(check_layer(layer, x), x * layer.W + layer.b)
    np.testing.assert_array_equal(layer.W, Own().W)


@pytest.mark.parametrize("make", [lambda: conv(2, 2, 1, 3), lambda: MaxPooling(2), Cube,
                                  lambda: Block([conv(2, 2, 1, 3), Cube()])])
def test_built_in_layers_keep_the_contract(make):
    check_layer(make(), np.random.normal(size=(6, 5, 4, 1)))


def test_a_broken_promise_is_named_without_a_network():
    with pytest.raises(ValueError, match="^Faulty: backward returned None instead of an array of shape"):
        check_layer(with_methods(backward=lambda self, e: None), np.ones((3, 4)))


def test_an_exception_of_the_layers_own_is_the_callers_to_see():
    def forward(self, inputs):
        raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        check_layer(with_methods(forward=forward), np.ones((3, 4)))


def test_inputs_are_left_as_they_are_even_by_a_layer_that_writes_into_them():
    x = np.ones((3, 4))
    with pytest.raises(ValueError, match="forward writes into an array"):
        check_layer(with_methods(forward=lambda self, x: (np.multiply(x, 2, out=x), x)), x)
    np.testing.assert_array_equal(x, np.ones((3, 4)))


def test_a_fault_is_found_before_anything_has_moved():
    np.random.seed(1)
    net = Network([dense(5, 4), BatchNorm(4, optimizer=AdamOptimizer()),
                   with_methods(update=lambda self, grad, lr: setattr(self, "W", None)), dense(4, 3)], 0.1, mse)
    before = [getattr(layer, name).copy() for layer in net.layers for name in (*layer.weights, *layer.statistics)]
    with pytest.raises(ValueError, match="2 Faulty: update made W"):
        net.train_step(data(20, 5))
    after = [getattr(layer, name) for layer in net.layers for name in (*layer.weights, *layer.statistics)]
    assert all(np.array_equal(one, other) for one, other in zip(before, after))
    assert net.layers[1].optimizers["w"].t == 0


class Noisy(Own):
    """Draws numbers of both generators, prints, and counts its calls."""

    def __init__(self, calls):
        super().__init__()
        self.calls = calls

    def __deepcopy__(self, memo):
        return Noisy(self.calls)

    def forward(self, inputs):
        self.calls.append(len(inputs))
        print("forward", np.random.random(), random.random())
        return super().forward(inputs)


def test_a_trial_draws_no_number_and_prints_nothing(capsys):
    calls = []
    net, batch = Network([Noisy(calls), dense(4, 3)], 0.1, mse), data(50, 4)
    np.random.seed(1), random.seed(1)
    first = np.random.random(), random.random()
    np.random.seed(1), random.seed(1)
    net.train_step(batch)
    assert capsys.readouterr().out == f"forward {first[0]} {first[1]}\n"
    assert calls[-1] == 50 and max(calls[:-1]) == FEW
    tried = len(calls)
    net.train_step(batch)
    assert len(calls) == tried + 1


def test_no_trial_while_a_debugger_traces():
    calls, before = [], sys.gettrace()
    net = Network([Noisy(calls), dense(4, 3)], 0.1, mse)
    sys.settrace(lambda *arguments: None)
    try:
        net.train_step(data(50, 4))
    finally:
        sys.settrace(before)
    assert calls == [50]


def test_a_copy_that_refuses_eight_inputs_gets_the_whole_batch():
    class Fixed(Own):
        def forward(self, inputs):
            return super().forward(inputs.reshape(20, 4))

        def backward(self, layer_err):
            return None

    with pytest.raises(ValueError, match="0 Fixed: backward returned None instead of an array of shape .20, 4"):
        Network([Fixed(), dense(4, 3)], 0.1, mse).train_step(data(20, 4))


def test_the_layers_before_it_are_run_on_copies():
    np.random.seed(2)
    adam = AdamOptimizer()
    norm = BatchNorm(4, optimizer=adam)
    seen = []

    class Sees(Own):
        def forward(self, inputs):
            seen.append(inputs.copy())
            return super().forward(inputs)

    net, (X, Y) = Network([dense(5, 4, activation=relu), norm, Sees(), dense(4, 3)], 0.1, mse), data(20, 5)
    net.train_step((X, Y))
    hidden = relu.compute(X[:FEW].astype(np.float32) @ net.layers[0].w)
    assert seen[0].shape == hidden.shape == (FEW, 4) and abs(seen[0].mean(axis=0)).max() < 1e-5  # normalised, of eight
    once = Network([dense(5, 4), BatchNorm(4, optimizer=adam)], 0.1, mse)
    assert norm.running_mean.any() and (once.layers[1].running_mean == 0).all()


def test_running_statistics_move_once_in_the_first_step():
    norms = []
    for own in ([], [Own()]):
        np.random.seed(3)
        net = Network([dense(5, 4), BatchNorm(4, optimizer=AdamOptimizer()), *own, dense(4, 3)], 0.1, mse)
        net.gradients(data(20, 5))
        norms.append(net.layers[1].running_mean)
    np.testing.assert_array_equal(*norms)


# --- frozen layers

def test_a_frozen_layer_is_tried_forward_and_back_and_again_when_it_thaws():
    layer = with_methods(update=lambda self, grad, lr: setattr(self, "W", None))
    layer.trainable = False
    net = Network([dense(5, 4), layer, dense(4, 3)], 0.1, mse)
    net.train_step(data(6, 5))
    layer.trainable = True
    with pytest.raises(ValueError, match="1 Faulty: update made W"):
        net.train_step(data(6, 5))


def test_a_frozen_layer_whose_backward_is_wrong_is_refused():
    layer = with_methods(backward=lambda self, e: e[:, :2])
    layer.trainable = False
    with pytest.raises(ValueError, match="1 Faulty: backward returned an array of shape"):
        Network([dense(5, 4), layer, dense(4, 3)], 0.1, mse).train_step(data(6, 5))


# --- who is tried

def test_built_in_layers_carry_the_mark_and_their_subclasses_and_changed_objects_do_not():
    class Sub(Conv):
        pass

    changed = conv(2, 2, 1, 3)
    changed.forward = changed.forward
    assert keeps_contract(conv(2, 2, 1, 3)) and keeps_contract(Block([Cube()])) and keeps_contract(MaxPooling(2))
    assert not keeps_contract(Own()) and not keeps_contract(changed) and not keeps_contract(
        Sub((2, 2, 1, 3), activation=relu, filter_init=np.zeros, optimizer=AdamOptimizer()))


def test_a_subclass_of_block_is_tried_as_a_whole():
    class Adds(Block):
        def forward(self, inputs):
            z = inputs + self.run(inputs)
            return z, z

        def backward(self, layer_err):
            layer_err += super().backward(layer_err)
            return layer_err

    with pytest.raises(ValueError, match=r"0 Adds\(.*\): backward writes into an array that it was given"):
        Network([Adds([dense(6, 6)]), dense(6, 3)], 0.1, mse).train_step(data(5, 6))


# --- what cannot be copied is watched

def uncopyable():
    file = open(__file__)
    return {"lock": threading.Lock(), "file": file, "generator": (n for n in range(3)),
            "thread": threading.Thread(target=print), "large": np.zeros(LARGEST + 1, np.uint8)}


@pytest.mark.parametrize("kind", ["lock", "file", "generator", "thread", pytest.param("large", marks=pytest.mark.slow)])
@pytest.mark.parametrize("methods, words", [
    ({"backward": lambda self, e: None}, "backward returned None"),
    ({"forward": lambda self, x: (np.multiply(x, 2, out=x), x)}, "forward writes into an array"),
    ({"update": lambda self, grad, lr: setattr(self, "W", np.sum(self.W))}, "update made W"),
    ({"get_weight_grad": lambda self, x, e: (x * e, e)}, "get_weight_grad returned a gradient of shape"),
])
def test_what_cannot_be_copied_is_held_to_the_contract_in_its_first_steps(kind, methods, words):
    layer = with_methods(**methods)
    layer.kept = uncopyable()[kind]
    net = Network([dense(5, 4), layer, dense(4, 3)], 0.1, mse)
    with pytest.raises(ValueError, match=f"^1 Faulty: {words}"):
        net.train_step(data(6, 5))


@pytest.mark.parametrize("kind", ["lock", "file", "generator", "thread", pytest.param("large", marks=pytest.mark.slow)])
def test_the_watch_ends_after_the_first_steps_and_changes_nothing(kind):
    layer, losses = Own(), []
    layer.kept = uncopyable()[kind]
    for middle in (layer, Own()):
        np.random.seed(4)
        net, batch = Network([dense(5, 4), middle, dense(4, 3)], 0.1, mse), data(6, 5)
        losses.append([net.train_step(batch) for _ in range(STEPS)])
        assert net.layers[1] is middle
        losses[-1].append(net.train_step(batch))
        assert net.layers[1] is middle
    assert losses[0] == losses[1]


@pytest.mark.parametrize("place", [0, 1])
def test_the_watch_of_a_layer_without_weights_ends_too(place):
    layer, net, batch = Flatten((5,)), Network([dense(5, 5), dense(5, 3)], 0.1, mse), data(6, 5)
    layer.kept, layer.forward = threading.Lock(), lambda inputs: (inputs, inputs)
    layer.backward = lambda layer_err: layer_err
    net.layers.insert(place, layer)
    for left in (False, False, True, True):
        net.train_step(batch)
        assert (net.layers[place] is layer) == left


def test_layers_may_be_a_tuple():
    layer = Own()
    layer.kept = threading.Lock()
    net, batch = Network([dense(5, 4)], 0.1, mse), data(6, 5)
    net.layers = (dense(5, 4), layer, dense(4, 3))
    for _ in range(STEPS + 1):
        net.train_step(batch)
    assert net.layers[1] is layer


def test_a_layer_after_one_that_cannot_be_copied_is_watched_too():
    locked, after = Own(), hides(has(V=np.ones(4)), lambda s: s.V, lambda s: nudge(s.V))
    locked.kept = threading.Lock()
    with pytest.raises(ValueError, match="^1 Hides: update changes V"):
        Network([locked, after, dense(4, 3)], 0.1, mse).train_step(data(6, 4))


def test_a_watched_layer_answers_as_the_layer_does():
    layer = Own()
    layer.kept = threading.Lock()
    net = Network([layer, dense(4, 3)], 0.1, mse)
    net.train_step(data(6, 4))
    watched = net.layers[0]
    assert isinstance(watched, Watched) and repr(watched) == "Own" and watched.weights == ("W", "b")
    watched.W = np.zeros(4)
    watched.trainable = False
    assert not layer.W.any() and not layer.trainable and watched.W is layer.W


# --- recorders

def test_a_recorder_answers_as_the_layer_does_and_has_no_place_of_its_own():
    net = Network([Block([dense(5, 4), Scale(np.ones(4))]), dense(4, 3)], 0.1, mse)
    twin, records = recorded(net)
    twin.train_step(data(6, 5))
    assert [record.place for record in records] == ["0", "0.0", "0.1", "1"]
    for layer, recorder in zip(net.layers, twin.layers):
        assert repr(layer) == repr(recorder) and layer.weights == recorder.weights
        assert layer.trainable == recorder.trainable and len(layer.sublayers) == len(recorder.sublayers)
    assert twin.layers[1].activation.compute(1.0) == net.layers[1].activation.compute(1.0)
    assert type(net.layers[0]) is Block and records[1].x is not None


def test_a_fault_is_named_while_it_is_recorded_too():
    net = Network([dense(5, 4), with_methods(forward=lambda self, x: x), dense(4, 3)], 0.1, mse)
    twin, _ = recorded(net)
    with pytest.raises(ValueError, match="1 Faulty: forward returned an array"):
        twin.train_step(data(6, 5))
