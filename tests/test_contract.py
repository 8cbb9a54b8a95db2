"""A layer is held to its contract on its first step, and to nothing more."""
from threading import Lock

import numpy as np
import pytest

from nn import AdamOptimizer, BatchNorm, Block, Dropout, MaxPooling, Network, SGDOptimizer, mse, relu
from nn.checks.watched import FEW, STEPS, Watched
from tests.small import Cube, Scale, conv, data, dense


class Own(Scale):
    """A student's layer, y = W x + b, in which a line of a test puts a fault."""

    weights = ("W", "b")

    def __init__(self, n=4):
        self.W, self.b = np.linspace(0.5, 1.5, n), np.zeros(n)

    def forward(self, inputs):
        z = inputs * self.W + self.b
        return z, z

    def backward(self, layer_err):
        return layer_err * self.W

    def get_weight_grad(self, inputs, layer_err):
        return (inputs * layer_err).sum(axis=0), layer_err.sum(axis=0)

    def update(self, grad, lr):
        self.W = self.W - lr * grad[0]
        self.b = self.b - lr * grad[1]


def with_methods(**methods):
    return type("Faulty", (Own,), methods)()


def shrinks(self, grad, lr):
    self.W = np.sum(self.W)


def becomes_an_object(self, grad, lr):
    self.W = np.array([None] * 4)


@pytest.mark.parametrize("methods, words", [
    ({"forward": lambda self, x: x}, "forward returned an array of shape (2, 4) instead of two arrays; "
                                     "return z, activation (without an activation function: return z, z)"),
    ({"forward": lambda self, x: None}, "forward returned None instead of two arrays"),
    ({"forward": lambda self, x: (x, x, x)}, "forward returned a tuple of 3 instead of two arrays"),
    ({"forward": lambda self, x: (x, None)}, "a batch of 2, and returned as its activation None"),
    ({"forward": lambda self, x: (x, x.sum())}, "a batch of 2, and returned as its activation float32"),
    ({"forward": lambda self, x: (x, x[:1])}, "as its activation an array of shape (1, 4); return z, activation with "
                                              "one row for each input: (2, ...)"),
    ({"forward": lambda self, x: (x, x[:0])}, "as its activation an array of shape (0, 4)"),
    ({"forward": lambda self, x: (x, x * 1j)}, "as its activation an array of shape (2, 4) of complex64"),
    ({"get_activation_grad": lambda self, z, e: None}, "get_activation_grad returned None instead of an array of shape "
                                                       "(2, 4); dL/dz has z's shape: is there a return at its end?"),
    ({"get_activation_grad": lambda self, z, e: e.sum(axis=0)}, "get_activation_grad returned an array of shape (4,)"),
    ({"backward": lambda self, e: None}, "backward returned None instead of an array of shape (2, 4); dL/dx has the "
                                         "shape of forward's inputs: is there a return at its end?"),
    ({"backward": lambda self, e: e[:, :3]}, "backward returned an array of shape (2, 3) instead of"),
    ({"backward": lambda self, e: np.array([[None] * 4] * 2)}, "backward returned an array of shape (2, 4) of object"),
    ({"get_weight_grad": lambda self, x, e: (x * e, e.sum(axis=0))}, "get_weight_grad returned a gradient of shape "
     "(2, 4) for W, which has the shape (4,); sum over the batch"),
    ({"get_weight_grad": lambda self, x, e: {}}, "get_weight_grad returned no gradient for W, b"),
    ({"get_weight_grad": lambda self, x, e: None}, "get_weight_grad returned no gradient for W, b"),
    ({"get_weight_grad": lambda self, x, e: (e[0], e[0], e[0])}, "returned 3 gradients for 2 weights; return one for "
                                                                 "each of W, b"),
    ({"weights": ()}, "get_weight_grad returned a gradient, but of which attribute"),
    ({"update": shrinks}, "update made W, an array of shape (4,), into"),
    ({"update": becomes_an_object}, "update made W, an array of shape (4,), into an array of shape (4,) of object"),
    ({"forward": lambda self, x: (np.multiply(x, 2, out=x), x)}, "forward writes into an array that it was given"),
    ({"get_activation_grad": lambda self, z, e: np.multiply(e, 2, out=e)}, "get_activation_grad writes into an array"),
    ({"get_weight_grad": lambda self, x, e: (np.multiply(x, e, out=x).sum(axis=0), e[0])}, "get_weight_grad writes in"),
    ({"backward": lambda self, e: np.multiply(e, 2, out=e)}, "that others still need; let it begin with a copy"),
])
def test_a_fault_is_refused_on_the_first_step_with_place_class_and_what_was_returned(methods, words):
    net = Network([dense(5, 4), with_methods(**methods), dense(4, 3)], 0.1, mse)
    with pytest.raises(ValueError) as caught:
        net.train_step(data(2, 5))
    assert str(caught.value).startswith("1 Faulty: ") and words in str(caught.value)


@pytest.mark.parametrize("put", [lambda net, layer: net.layers.insert(1, layer),
                                 lambda net, layer: net.layers.__setitem__(1, layer),
                                 lambda net, layer: setattr(net, "layers", [net.layers[0], layer, net.layers[2]])])
def test_a_layer_that_is_put_in_later_is_looked_at_on_its_own_first_step(put):
    net = Network([dense(5, 4), Own(), dense(4, 3)], 0.1, mse)
    net.train_step(data(2, 5))
    put(net, with_methods(backward=lambda self, layer_err: None))
    with pytest.raises(ValueError, match="1 Faulty: backward returned None"):
        net.train_step(data(2, 5))


def test_a_layer_that_is_put_in_later_is_trained_in_the_networks_dtype():
    net = Network([dense(5, 4), dense(4, 3)], 0.1, mse)
    net.train_step(data(2, 5))
    net.layers[1:1] = [Own(), dense(4, 4)]
    before = [net.layers[1].W.copy(), net.layers[2].w.copy()]
    net.train_step(data(2, 5))
    for now, old in zip((net.layers[1].W, net.layers[2].w), before):
        assert now.dtype == np.float32 and not np.array_equal(now, old)


@pytest.mark.parametrize("entry, error, words", [
    (relu, TypeError, "layers[1] must be a layer"), (None, ValueError, "layers[1] is the same object as an earlier")])
def test_what_is_no_layer_is_refused_later_too(entry, error, words):
    net = Network([dense(5, 3)], 0.1, mse)
    net.layers.append(entry or net.layers[0])
    with pytest.raises(error) as caught:
        net.forward(np.ones((2, 5)))
    assert words in str(caught.value)


def test_a_layer_may_change_the_number_of_rows_by_whole_sequences():
    class Rows(Cube):
        def forward(self, inputs):
            self.shape = inputs.shape
            return (inputs.reshape(-1, 2),) * 2

        def backward(self, layer_err):
            return layer_err.reshape(self.shape)

        def get_activation_grad(self, z, upstream_gradient):
            return upstream_gradient

    class Sequences(Rows):
        def forward(self, inputs):
            self.shape = inputs.shape
            return (inputs.reshape(-1, 3, 2),) * 2

    X, _ = data(4, 3, 2)
    net = Network([Rows(), dense(2, 2), Sequences(), dense(6, 3)], 0.1, mse)
    assert np.isfinite(net.train_step((X, np.ones((4, 3)))))


# --- what is learned but not listed

def hides(start, read, write, **more):
    """A layer y = read(layer) (W x + b), with what `start` gives it, and whose update calls write(layer), too."""
    def make(self):
        Own.__init__(self)
        start(self)

    def forward(self, inputs):
        z = (inputs * self.W + self.b) * read(self)
        return z, z

    def update(self, grad, lr):
        Own.update(self, grad, lr)
        write(self)

    return type("Hides", (Own,), {"__init__": make, "forward": forward, "update": update, **more})()


def has(**values):
    return lambda self: vars(self).update(values)


class Box:
    def __init__(self):
        self.v = np.ones(4)


def nudge(array):
    array -= 1e-12  # far less than what a sum in single precision shows


def count(layer):
    layer.t += 1


def pass_(layer):
    pass


V_TOO = "list it in the class, weights = ('W', 'b', 'V')"
OF_ITS_OWN = 'give each trained array a name of its own, self.W = ..., and list the names in the class'


@pytest.mark.parametrize("layer, name, advice", [
    (lambda: hides(has(V=np.ones(4)), lambda s: s.V, lambda s: nudge(s.V)), "V", V_TOO),
    (lambda: hides(has(V=np.ones(4)), lambda s: s.V, lambda s: setattr(s, "V", s.V * 0.9)), "V", V_TOO),
    (lambda: hides(has(V=0.9), lambda s: s.V, lambda s: setattr(s, "V", s.V - 1e-12)), "V", V_TOO),
    (lambda: hides(has(V=np.float64(0.9)), lambda s: s.V, lambda s: setattr(s, "V", s.V * 0.9)), "V", V_TOO),
    (lambda: hides(has(V=2), lambda s: s.V, lambda s: setattr(s, "V", s.V + 1)), "V", V_TOO),
    (lambda: hides(has(p={"v": np.ones(4)}), lambda s: s.p["v"], lambda s: nudge(s.p["v"])), "p['v']", OF_ITS_OWN),
    (lambda: hides(has(p=[1, np.ones(4)]), lambda s: s.p[1], lambda s: nudge(s.p[1])), "p[1]", OF_ITS_OWN),
    (lambda: hides(has(p=(1, np.ones(4))), lambda s: s.p[1], lambda s: nudge(s.p[1])), "p[1]", OF_ITS_OWN),
    (lambda: hides(has(box=Box()), lambda s: s.box.v, lambda s: nudge(s.box.v)), "box.v", OF_ITS_OWN),
    (lambda: hides(has(box={"a": [Box()]}), lambda s: s.box["a"][0].v, lambda s: nudge(s.box["a"][0].v)),
     "box['a'][0].v", OF_ITS_OWN),
])
def test_what_update_changes_and_forward_computes_with_must_be_listed(layer, name, advice):
    net = Network([dense(5, 4), layer(), dense(4, 3)], 0.1, mse)
    with pytest.raises(ValueError) as caught:
        net.train_step(data(6, 5))
    assert str(caught.value).startswith(f"1 Hides: update changes {name}, with which forward computes")
    assert advice in str(caught.value)


def test_a_weight_that_the_course_does_not_name_is_not_missed():
    class Unlisted(Own):
        weights = ()
        get_weight_grad = Cube.get_weight_grad

        def update(self, grad, lr):
            self.W = self.W - lr

    with pytest.raises(ValueError, match=r"0 Unlisted: update changes W, .* weights = \('W',\)"):
        Network([Unlisted(), dense(4, 3)], 0.1, mse).train_step(data(6, 4))


def test_a_weight_that_moves_in_the_second_step_only_is_found():
    layer = hides(has(V=np.ones(4), t=0), lambda s: s.V, lambda s: (count(s), nudge(s.V) if s.t > 1 else None))
    with pytest.raises(ValueError, match="update changes V"):
        Network([layer, dense(4, 3)], 0.1, mse).train_step(data(6, 4))


def test_a_step_that_moves_nothing_is_no_look():
    layer = hides(has(V=np.ones(4)), lambda s: s.V, lambda s: nudge(s.V))
    layer.update = lambda grad, lr: type(layer).update(layer, grad, lr) if lr else None
    net, batch = Network([layer, dense(4, 3)], 0.0, mse), data(6, 4)
    for _ in range(STEPS + 1):
        net.train_step(batch)
    net.lr = 0.1
    with pytest.raises(ValueError, match="update changes V"):
        net.train_step(batch)


@pytest.mark.parametrize("layer", [
    lambda: hides(has(v=np.zeros(4), t=0, best=1.0), lambda s: 1.0,
                  lambda s: (count(s), vars(s).update(v=0.9 * s.v + s.W, best=0.5 * s.best))),
    lambda: hides(has(v={"W": np.zeros(4)}), lambda s: 1.0, lambda s: s.v.update(W=s.v["W"] + s.W)),
    lambda: hides(pass_, lambda s: 1.0, lambda s: setattr(s, "history", [*vars(s).get("history", []), 1.0])),
    lambda: hides(has(opt=AdamOptimizer()), lambda s: 1.0, lambda s: s.opt.update(s.W, 0.1)),
    lambda: hides(has(t=0), lambda s: 1 + 0 * s.t, count),
    lambda: hides(has(cache=None), lambda s: setattr(s, "cache", s.W * 2) or 1.0, lambda s: setattr(s, "cache", None)),
    lambda: hides(has(alias={}), lambda s: 1.0, lambda s: s.alias.update(W=s.W)),
    lambda: hides(has(V=np.ones(4), t=3.0), lambda s: s.t, lambda s: setattr(s, "t", s.t * 0.5), statistics=("t",)),
    lambda: hides(has(lock=Lock()), lambda s: 1.0, pass_),
    lambda: hides(has(runs=[], chain=None), lambda s: 1.0, pass_),
    lambda: hides(has(pair=(0, 1)), lambda s: 1.0, lambda s: setattr(s, "pair", (s.pair[0] + 1, 1))),
])
def test_velocities_counters_and_caches_are_no_fault(layer):
    net, batch = Network([dense(5, 4), layer(), dense(4, 3)], 0.1, mse), data(6, 5)
    for _ in range(STEPS + 1):
        net.train_step(batch)


class PReLU(Scale):
    """y = x, or a x where x is negative: a is one number."""

    weights = ("a",)

    def __init__(self):
        self.a = 0.25

    def forward(self, inputs):
        self.x = inputs
        z = np.where(inputs > 0, inputs, self.a * inputs)
        return z, z

    def backward(self, layer_err):
        return layer_err * np.where(self.x > 0, 1.0, self.a)

    def get_weight_grad(self, inputs, layer_err):
        return float(np.sum(layer_err * inputs * (inputs < 0)))

    def update(self, grad, lr):
        self.a = self.a - lr * grad


def test_a_trained_number_is_an_array_of_shape_nothing(tmp_path):
    nets, batch = [Network([dense(5, 4), PReLU(), dense(4, 3)], 0.1, mse) for _ in range(2)], data(6, 5)
    nets[0].train_step(batch)
    assert nets[0].layers[1].a != np.float32(0.25)
    nets[0].save(tmp_path / "net.npz")
    nets[1].load(tmp_path / "net.npz")
    a = nets[1].layers[1].a
    assert a == np.float32(nets[0].layers[1].a) and a.shape == () and a.dtype == np.float32
    nets[1].train_step(batch)


def test_a_trained_number_has_one_of_our_optimizers():
    class Tuned(PReLU):
        optimizer = AdamOptimizer()

        def update(self, grad, lr):
            self.a = self.a - self.optimizer.update(grad, lr)

    layer = Tuned()
    layer.a = np.array(0.25)
    for _ in range(3):
        layer.update(np.array(2.0), 0.1)
    np.testing.assert_allclose(layer.a, 0.25 - 3 * 0.1)


# --- a look leaves no trace

class Drops(Own):
    """Draws in forward, and has a velocity, so that it is looked at."""

    velocity = 0.0

    def forward(self, inputs):
        self.mask = np.random.random(inputs.shape) < 0.7
        z = (inputs * self.W + self.b) * self.mask
        return z, z

    def get_activation_grad(self, z, upstream_gradient):
        return upstream_gradient * self.mask

    def update(self, grad, lr):
        super().update(grad, lr)
        self.velocity = self.velocity + grad[0]


def mixed():
    adam = AdamOptimizer()
    return [conv(2, 2, 1, 3, optimizer=adam), BatchNorm(3, optimizer=adam), MaxPooling(2), Dropout(0.3), Cube(),
            dense(12, 4, optimizer=adam), Drops(), PReLU(), dense(4, 3)]


@pytest.mark.filterwarnings("ignore:Drops")
def test_the_trial_changes_no_bit_of_the_training(monkeypatch):
    trained = []
    for untried in (True, False):
        monkeypatch.setattr("nn.admission.debugged", lambda untried=untried: untried)
        np.random.seed(3)
        net, batch = Network(mixed(), 0.01, mse), data(5, 5, 5, 1)
        losses = [net.train_step(batch) for _ in range(STEPS + 2)]
        arrays = [getattr(layer, name) for layer in net.layers for name in (*layer.weights, *layer.statistics)]
        trained.append((losses, arrays, np.random.get_state()[1]))
    assert trained[0][0] == trained[1][0]
    for one, other in zip((*trained[0][1], trained[0][2]), (*trained[1][1], trained[1][2])):
        np.testing.assert_array_equal(one, other)


@pytest.mark.filterwarnings("ignore:Drops")
def test_after_the_first_steps_nothing_is_looked_at(monkeypatch):
    net, batch = Network(mixed(), 0.01, mse), data(5, 5, 5, 1)
    for _ in range(STEPS):
        net.train_step(batch)
    for name in [name for name in vars(Watched) if name.startswith("_check")]:
        monkeypatch.setattr(Watched, name, lambda *arguments: pytest.fail("a look"))
    monkeypatch.setattr("nn.admission.check_layer", lambda *arguments: pytest.fail("a trial"))
    net.train_step(batch)
    assert not any(isinstance(layer, Watched) for layer in net.layers)


def test_few_images_are_enough_for_the_look():
    sizes = []

    class Sees(Own):
        def forward(self, inputs):
            sizes.append(len(inputs))
            return super().forward(inputs)

        def update(self, grad, lr):
            super().update(grad, lr)
            self.velocity = self.W * 2

    Network([Sees(), dense(4, 3)], 0.1, mse).train_step(data(50, 4))
    assert max(sizes[:-1]) == FEW and sizes[-1] == 50


# --- a layer that holds layers

class PlainResidual(Scale):
    """A student's residual block that keeps its layers in attributes."""

    def __init__(self, *inner):
        self.inner = list(inner)

    def forward(self, inputs):
        z = inputs
        for layer in self.inner:
            z = layer.forward(z)[1]
        return inputs + z, inputs + z


@pytest.mark.parametrize("inner", [
    lambda: dense(4, 4), lambda: BatchNorm(4, optimizer=SGDOptimizer()), lambda: Dropout(0.5), lambda: MaxPooling(2)])
def test_layers_within_a_layer_that_is_no_block_are_refused(inner):
    with pytest.raises(ValueError) as caught:
        Network([dense(5, 4), PlainResidual(inner()), dense(4, 3)], 0.1, mse).train_step(data(6, 5))
    assert "1 PlainResidual: it holds a layer, inner[0] = " in str(caught.value)
    assert "class PlainResidual(nn.Block)" in str(caught.value)


def test_a_network_within_a_layer_is_refused():
    layer = Own()
    layer.net = Network([dense(4, 4)], 0.1, mse)
    with pytest.raises(ValueError, match="0 Own: it holds a layer, net.layers"):
        Network([layer, dense(4, 3)], 0.1, mse).train_step(data(6, 4))


def test_a_layer_may_know_its_neighbours_and_its_network():
    layer = Own()
    net = Network([dense(5, 4), layer, dense(4, 3)], 0.1, mse)
    layer.before, layer.net = net.layers[0], net
    net.train_step(data(6, 5))


def test_a_layer_within_a_block_is_held_to_its_contract():
    net = Network([Block([with_methods(backward=lambda self, e: None)]), dense(4, 3)], 0.1, mse)
    net.layers.insert(0, dense(4, 4))
    with pytest.raises(ValueError, match="^Block.0 Faulty: backward returned None"):
        net.train_step(data(6, 4))


# --- what else D asks of a foreign layer

@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("theirs", [np.float64, np.float32, np.float16, np.int64])
def test_a_foreign_layers_output_goes_on_in_the_networks_dtype(dtype, theirs):
    seen = []

    class Casts(Cube):
        def forward(self, inputs):
            return inputs.astype(theirs), (inputs * 3).astype(theirs)

        def get_activation_grad(self, z, upstream_gradient):
            return upstream_gradient

        def backward(self, layer_err):
            return layer_err.astype(theirs)

    class Notes(Own):
        def forward(self, inputs):
            seen.append(inputs.dtype)
            return super().forward(inputs)

        def get_activation_grad(self, z, upstream_gradient):
            seen.append(upstream_gradient.dtype)
            return upstream_gradient

        predict = Cube.predict

    net, (X, Y) = Network([Casts(), Notes(), Casts(), Notes(), Casts()], 1e-4, mse, dtype), data(6, 4, classes=4)
    net.train_step((X, Y))
    assert net.forward(X).dtype == net.forward_in_training(X).dtype == dtype and set(seen) == {np.dtype(dtype)}


def test_a_learning_rate_of_double_precision_leaves_single_precision_as_it_is():
    net = Network([Own(), dense(4, 3)], np.float64(0.1), mse)
    net.train_step(data(6, 4))
    assert net.layers[0].W.dtype == np.float32


# --- gradients that were changed by hand, and layers that compare as equal

def test_gradients_that_were_added_up_in_dicts_of_ones_own_are_taken():
    nets = []
    for _ in range(2):
        np.random.seed(0)
        nets.append(Network([dense(5, 4), Own(), dense(4, 3)], 0.1, mse))
    batch = data(6, 5)
    _, grads = nets[0].gradients(batch)
    nets[0].update([{name: (grad[name] + grad[name]) / 2 for name in grad} for grad in grads])
    nets[1].train_step(batch)
    for one, other in zip(*(net.layers for net in nets)):
        for name in one.weights:
            np.testing.assert_array_equal(getattr(one, name), getattr(other, name))


def test_a_layer_is_replaced_by_one_that_equals_it():
    class Equal(Own):
        def __eq__(self, other):
            return type(other) is type(self)

    net = Network([dense(5, 4), Equal(), dense(4, 3)], 0.1, mse)
    net.layers[1] = Equal()
    net.train_step(data(6, 5))
    assert (net.layers[1].W != Equal().W).any()


class InTuples(Own):
    """Its trained arrays are in tuples, which stay the same while the arrays in them change."""

    weights = ()

    def __init__(self, nested=False):
        self.arrays = ((np.linspace(0.5, 1.5, 4),), np.zeros(4)) if nested else (np.linspace(0.5, 1.5, 4), np.zeros(4))

    W = property(lambda self: self.arrays[0] if isinstance(self.arrays[0], np.ndarray) else self.arrays[0][0])
    b = property(lambda self: self.arrays[1])

    def get_weight_grad(self, inputs, layer_err):
        self.grad = (inputs * layer_err).sum(axis=0), layer_err.sum(axis=0)

    def update(self, grad, lr):
        for array, of_array in zip((self.W, self.b), self.grad):
            array -= lr * of_array


@pytest.mark.parametrize("nested, names", [(False, r"arrays\[0\], arrays\[1\]"),
                                           (True, r"arrays\[0\]\[0\], arrays\[1\]")])
def test_trained_arrays_in_tuples_are_found(nested, names):
    layer = InTuples(nested)
    net = Network([dense(4, 4), layer, dense(4, 3)], 0.1, mse)
    before = [layer.W.copy(), layer.b.copy()]
    with pytest.raises(ValueError, match=f"update changes {names}, with which forward computes.*a name of its own"):
        net.train_step(data(5, 4))
    assert all((array == old).all() for array, old in zip((layer.W, layer.b), before))
