"""What cannot be seen in one layer is told on a network's first step: layers that share, losses that are no mean."""
import numpy as np
import pytest

from nn import RNN, Block, LastStep, Network, SGDOptimizer, check_layer, he, mse
from nn.checks.watched import FEW
from nn.loss import MeanSquaredError
from tests.small import data, dense
from tests.test_contract import Own

# --- layers that share what each should have

def test_one_object_in_two_places_is_refused_also_within_blocks():
    layer = dense(4, 4)
    for layers in ([Block([layer]), Block([layer])], [layer, Block([Block([layer])])]):
        with pytest.raises(ValueError, match="is the same object as layer .*: make one for each place"):
            Network(layers, 0.1, mse)


def tie(net):
    net.layers[1].w = net.layers[0].w


def tie_transposed(net):
    net.layers[1].w = net.layers[0].w.T


@pytest.mark.parametrize("tied", [tie, tie_transposed])
def test_tied_weights_which_an_update_would_part_are_refused(tied):
    net = Network([dense(4, 4), dense(4, 4)], 0.1, mse)
    tied(net)
    with pytest.raises(ValueError, match=r"w of layer 1, .* is the very array that is w of layer 0.*w = w.copy\(\)"):
        net.train_step((np.ones((3, 4)), np.ones((3, 4))))


def test_equal_weights_of_their_own_are_right():
    net = Network([dense(4, 4), dense(4, 4)], 0.1, mse)
    net.layers[1].w = net.layers[0].w.copy()
    net.train_step((np.ones((3, 4)), np.ones((3, 4))))


@pytest.mark.parametrize("dtypes", [(np.float32, np.float64), (np.float64, np.float32)])
def test_a_layer_in_two_networks_of_different_dtypes_is_refused(dtypes):
    layer = dense(4, 3)
    one, _ = (Network([layer], 0.1, mse, dtype) for dtype in dtypes)
    for call in (lambda: one.train_step(data(5, 4)), lambda: one.forward(np.ones((2, 4)))):
        with pytest.raises(ValueError, match="was put into another network, too: make one for each"):
            call()


def test_the_states_that_a_recurrent_layer_shows_cannot_be_spoiled():
    rnn = RNN((2, 3), weight_init=he, optimizer=SGDOptimizer())
    net = Network([rnn, LastStep(), dense(3, 3)], 0.1, mse)
    net.forward_in_training(np.ones((4, 5, 2)))
    with pytest.raises(ValueError, match="read-only"):
        rnn.h[:] = 0


# --- layers that predict as they train

class TrainFlag(Own):
    """As pasted from another code base: dropout that is on unless somebody says otherwise."""

    def forward(self, inputs, train_flg=True):
        self.mask = np.random.random(inputs.shape) > 0.5 if train_flg else np.ones(inputs.shape)
        z = (inputs * self.W + self.b) * self.mask
        return z, z

    def get_activation_grad(self, z, upstream_gradient):
        return upstream_gradient * self.mask


class OwnNumbers(Own):
    """Noise from a generator of its own, which no seed of NumPy's reaches."""

    def __init__(self):
        super().__init__()
        self.generator = np.random.default_rng(0)

    def forward(self, inputs):
        z = inputs * self.W + self.b + self.generator.normal(size=inputs.shape)
        return z, z


class OfTheBatch(Own):
    """Centres each number over the batch."""

    def forward(self, inputs):
        z = (inputs - inputs.mean(axis=0)) * self.W + self.b
        return z, z


class OfTheLargest(Own):
    """Divides by the largest number of the batch, which one half of it has."""

    def forward(self, inputs):
        z = inputs / np.abs(inputs).max() * self.W + self.b
        return z, z


class Predicts(TrainFlag):
    def predict(self, inputs):
        return self.forward(inputs, train_flg=False)[1]


@pytest.mark.parametrize("kind, words", [
    (TrainFlag, "forward computes something else each time"), (OwnNumbers, "forward computes something else each time"),
    (OfTheBatch, "depends on the others of its batch"), (OfTheLargest, "depends on the others of its batch")])
def test_a_layer_that_predicts_as_it_trains_is_told_on_its_first_step(kind, words):
    net, batch = Network([kind(), dense(4, 3)], 0.1, mse), data(20, 4)
    with pytest.warns(UserWarning, match=f"{kind.__name__}: .*{words}.*write predict") as told:
        net.train_step(batch)
    assert [warning.filename for warning in told] == [__file__]
    with pytest.warns(UserWarning, match=words):
        check_layer(kind(), batch[0])


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("kind", [Predicts, Own])
def test_a_layer_that_predicts_rightly_is_not(kind):
    Network([kind(), dense(4, 3)], 0.1, mse).train_step(data(20, 4))


class RunningMean(Own):
    """Predicts with a mean that forward moves; `statistics` says so, or not."""

    def __init__(self):
        super().__init__()
        self.mean = np.zeros(4)

    def forward(self, inputs):
        self.mean = 0.9 * self.mean + 0.1 * inputs.mean(axis=0)
        z = (inputs - inputs.mean(axis=0)) * self.W + self.b
        return z, z

    def predict(self, inputs):
        return (inputs - self.mean) * self.W + self.b


def test_what_forward_changes_and_predict_computes_with_must_be_listed():
    with pytest.raises(ValueError, match=r"0 RunningMean: forward changes mean, with which predict computes, but "
                                         r"statistics does not list it.*statistics = \('mean',\)"):
        Network([RunningMean(), dense(4, 3)], 0.1, mse).train_step(data(20, 4))


def test_what_is_listed_is_no_fault_and_neither_is_a_cache():
    class Listed(RunningMean):
        statistics = ("mean",)

        def forward(self, inputs):
            self.cache = inputs * 2
            return super().forward(inputs)

    Network([Listed(), dense(4, 3)], 0.1, mse).train_step(data(20, 4))


# --- losses that are no mean

class Summed(MeanSquaredError):
    def compute(self, X, Y):
        return super().compute(X, Y) * len(X)


class OfEach(MeanSquaredError):
    """A vector, the loss of each input divided by their number: its sum is the mean."""

    def compute(self, X, Y):
        return 0.5 * ((X - Y) ** 2).sum(axis=1) / len(X)


class OfEachUndivided(MeanSquaredError):
    def compute(self, X, Y):
        return 0.5 * ((X - Y) ** 2).sum(axis=1)


class OverTheRoot(MeanSquaredError):
    def compute(self, x, y):
        return super().compute(x, y) * np.sqrt(len(x))


@pytest.mark.parametrize("loss", [Summed(), OfEachUndivided(), OverTheRoot()])
def test_a_loss_that_grows_with_the_batch_is_told(loss):
    with pytest.warns(UserWarning, match=f"{type(loss).__name__}.compute gives .*divide by len.X., in compute and in"):
        Network([dense(4, 3)], 0.1, loss).train_step(data(FEW, 4))


class SpoilsOutputs(MeanSquaredError):
    def compute(self, X, Y):
        X -= Y
        return 0.5 * (X ** 2).sum() / len(X)


class SpoilsLabels(MeanSquaredError):
    def deriv(self, X, Y):
        Y -= X
        return -Y / len(X)


@pytest.mark.parametrize("loss, method", [(SpoilsOutputs(), "compute"), (SpoilsLabels(), "deriv")])
def test_a_loss_that_writes_into_what_it_is_given_is_told(loss, method):
    net, (X, Y) = Network([dense(4, 3)], 0.1, loss), data(FEW, 4)
    with pytest.raises(ValueError, match=f"{type(loss).__name__}.{method} writes into the outputs or labels"):
        net.train_step((X, Y))


def test_a_large_batch_is_tried_by_a_few_rows():
    sizes = []

    class Notes(MeanSquaredError):
        def __deepcopy__(self, memo):
            return self

        def compute(self, X, Y):
            sizes.append(len(X))
            return super().compute(X, Y)

    Network([dense(4, 3)], 0.1, Notes()).train_step(data(1000, 4))
    assert sizes == [64, 128, 1000]


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("loss", [mse, OfEach()])
def test_a_loss_whose_sum_is_the_mean_is_right(loss):
    Network([dense(4, 3)], 0.1, loss).train_step(data(FEW, 4))


@pytest.mark.parametrize("what, spoilt", [("images", lambda X, Y: (X * np.nan, Y)),
                                          ("labels", lambda X, Y: (X, Y * np.nan))])
def test_a_later_batch_that_is_no_numbers_is_told_and_changes_nothing(what, spoilt):
    net, batch = Network([dense(4, 3)], 0.1, mse), data(6, 4)
    net.train_step(batch)
    before = net.layers[0].w.copy()
    with pytest.warns(UserWarning, match=f"this step is not made, because the {what} hold nan or inf"):
        assert not np.isfinite(net.train_step(spoilt(*batch)))
    np.testing.assert_array_equal(net.layers[0].w, before)
