"""A trace has the numbers of the very next training step, and leaves the network as it is."""
import numpy as np
import pytest

from inspection.trace import Trace
from nn import AdamOptimizer, BatchNorm, Dropout, Network, cross_entropy, relu
from nn.block import Block
from tests.small import Cube, Scale, data, dense


def network():
    adam = AdamOptimizer()
    return Network([Scale(np.full(5, 0.5)), dense(5, 6, activation=relu, optimizer=adam), BatchNorm(6, optimizer=adam),
                    Block([Cube(), dense(6, 6, optimizer=adam)]), Dropout(0.3), dense(6, 3, optimizer=adam)],
                   0.01, cross_entropy)


@pytest.mark.parametrize("steps", [0, 4])
def test_its_numbers_are_those_of_the_next_step(steps):
    net, batch = network(), data(7, 5)
    for _ in range(steps):
        net.train_step(batch)
    weights = [{name: getattr(layer, name).copy() for name in layer.weights} for layer in net.layers]
    trace = Trace(net, batch)
    assert all((getattr(layer, name) == before[name]).all()
               for layer, before in zip(net.layers, weights) for name in layer.weights)
    state = np.random.get_state()
    loss, grads = net.gradients(batch)
    np.random.set_state(state)
    assert trace.loss == loss == net.train_step(batch)
    records = {record.place: record for record in trace.layers}
    assert list(records) == ["0", "1", "2", "3", "3.0", "3.1", "4", "5"]
    for k, layer in enumerate(net.layers):
        record = records[str(k)]
        assert record.grads.keys() == grads[k].keys() and all((record.grads[n] == grads[k][n]).all() for n in grads[k])
        for name in layer.weights:
            np.testing.assert_array_equal(record.before[name], weights[k][name])
            np.testing.assert_array_equal(record.after[name], getattr(layer, name))


def test_it_shows_the_way_forward_and_back():
    net, (X, Y) = network(), data(7, 5)
    records = Trace(net, (X, Y)).layers
    top = [record for record in records if "." not in record.place]
    for one, other in zip(top, top[1:]):
        np.testing.assert_array_equal(one.a, other.x)
        np.testing.assert_array_equal(one.upstream, other.dx)
    np.testing.assert_array_equal(top[0].x, X.astype(np.float32))
    np.testing.assert_allclose(top[-1].upstream, cross_entropy.deriv(top[-1].a, Y), rtol=1e-5)
    assert top[0].dx is None  # nobody needs it there


def test_table_names_each_layer_and_the_formula_of_each_number():
    text = str(Trace(network(), data(7, 5)))
    for words in ("z, a = layer.forward(x)", "L = sum(loss.compute(a, Y)) = ", "dL/da = loss.deriv(a, Y)",
                  "dL/dz = layer.get_activation_grad(z, dL/da)", "dL/dw = layer.get_weight_grad(x, dL/dz)",
                  "dL/dx = layer.backward(dL/dz)", "w <- w - step", "lr = 0.01"):
        assert words in text
    lines = text.splitlines()
    forward, back = lines.index(next(line for line in lines if line.startswith("layer  "))), text.index("3. Backward")
    assert [line.split()[0] for line in lines[forward + 1:forward + 9]] == ["0", "1", "2", "3", "3.0", "3.1", "4", "5"]
    assert text[back:].index("5 FullyConnected") < text[back:].index("0 Scale")
    assert max(map(len, lines)) < 120


def test_numbers_in_the_table_are_norms_means_and_spreads():
    net, batch = network(), data(7, 5)
    trace = Trace(net, batch)
    record = trace.layers[1]
    text = str(trace)
    step = np.linalg.norm(record.after["w"] - record.before["w"])
    assert f"{np.mean(record.z):.3f} +- {np.std(record.z):.3f}" in text
    assert f"w {np.linalg.norm(record.grads['w']):.3g}, b {np.linalg.norm(record.grads['b']):.3g}" in text
    assert f"{step:.3g} {step / np.linalg.norm(record.before['w']):.1e}" in " ".join(text.split())
