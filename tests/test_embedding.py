"""The embedding against the product of one-hot words with its table, and its gradient against slopes."""
import numpy as np
import pytest

from nn import EachStep, Embedding, Network, cross_entropy, one_hot, padded_cross_entropy
from nn.gradient_check import check_gradients
from nn.initializer import lecun
from nn.ops.products import sums_of_rows
from nn.optimizer import AdamOptimizer, SGDOptimizer
from nn.rnn import RNN
from tests.small import dense

WORDS = np.array([[0, 3, 3], [4, 0, 3]])  # some more than once; 1 and 2 not at all


def embedding(n_words=5, n_out=4, optimizer=None):
    return Embedding((n_words, n_out), weight_init=lecun, optimizer=optimizer or SGDOptimizer())


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("words", [WORDS, WORDS.astype(np.float32), WORDS[:1], WORDS[..., None]])
def test_it_is_the_product_of_one_hot_words(words, dtype):
    layer = embedding()
    layer.astype(dtype)
    z, activation = layer.forward(words)
    rows = one_hot(words.astype(int).ravel(), 5)
    np.testing.assert_array_equal(z, (rows @ layer.w).reshape(*words.shape, 4))
    np.testing.assert_array_equal(activation, z)
    e = np.random.normal(size=z.shape).astype(dtype)
    np.testing.assert_allclose(layer.get_weight_grad(words, e)["w"], rows.T @ e.reshape(-1, 4), rtol=1e-5)
    assert layer.get_weight_grad(words, e)["w"].dtype == layer.backward(e).dtype == z.dtype == dtype
    np.testing.assert_array_equal(layer.backward(e), np.zeros(words.shape))


@pytest.mark.parametrize("groups", [[2, 0, 2, 2, 0], [1, 1, 1, 1, 1], [4, 3, 2, 1, 0], [0, 4, 0, 4, 4]])
def test_sums_of_rows_adds_up_as_one_row_at_a_time_does(groups):
    rows, sums = np.random.normal(size=(5, 3)), np.zeros((5, 3))
    np.add.at(sums, groups, rows)
    np.testing.assert_allclose(sums_of_rows(rows, np.array(groups), 5), sums, atol=1e-12)


@pytest.mark.parametrize("layers, loss, Y", [
    (lambda: [embedding(), dense(12, 3)], cross_entropy, np.eye(3)[[0, 2]]),
    (lambda: [embedding(), EachStep(), dense(4, 3)], padded_cross_entropy, np.eye(4)[[0, 2, 3, 1, 3, 3], :3]),
    (lambda: [embedding(), RNN((4, 3), weight_init=lecun, optimizer=SGDOptimizer()), EachStep(), dense(3, 3)],
     padded_cross_entropy, np.eye(4)[[0, 2, 3, 1, 3, 3], :3])])
def test_its_gradient_is_the_measured_slope(layers, loss, Y):
    for row in check_gradients(layers(), loss, WORDS, Y):
        assert row.error < 1e-6, str(row)


def test_words_that_are_not_there_are_not_changed_and_no_optimizer_is_shared():
    layer = embedding(optimizer=AdamOptimizer())
    net, before = Network([layer, dense(12, 3)], 0.1, cross_entropy), layer.w.copy()
    net.train_step((WORDS, np.eye(3)[[0, 2]]))
    moved = (layer.w != before.astype(np.float32)).all(axis=1)
    np.testing.assert_array_equal(moved, [True, False, False, True, True])


@pytest.mark.parametrize("words, advice", [
    ([[0, 5]], r"words \(N, T\), whole numbers from 0 to 4, but .* they go up to 5; write Embedding\(\(6, 4\), ...\)"),
    ([[0, -1]], "number the words of the vocabulary from 0"), ([[0.5, 1]], "number the words of the vocabulary from 0"),
    ([[np.nan, 1]], "number the words of the vocabulary from 0"),
    ([0, 1], r"this is one sentence; a batch of one is written words\[None\]")])
def test_what_is_no_word_is_refused(words, advice):
    with pytest.raises(ValueError, match=advice):
        embedding().forward(np.array(words))


def test_its_shape_has_two_numbers():
    with pytest.raises(ValueError, match=r"must be \(n_words, n_out\), .* such as Embedding\(\(1000, 32\), ...\)"):
        Embedding(1000, weight_init=lecun, optimizer=SGDOptimizer())


@pytest.mark.filterwarnings("error")
def test_words_of_a_vocabulary_of_200_are_not_taken_for_bytes():
    Network([embedding(200), dense(12, 3)], 0.1, cross_entropy).train_step((WORDS + 100, np.eye(3)[[0, 2]]))
