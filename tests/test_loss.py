"""Losses are the mean over the batch, with the gradient that belongs to it, finite whatever the outputs are."""
import numpy as np
import pytest

from nn.loss import (
    PaddedCrossEntropy,
    SoftmaxCrossEntropy,
    cross_entropy,
    mse,
    one_hot,
    padded_cross_entropy,
    sigmoid_cross_entropy,
)
from nn.metrics import probabilities
from tests.small import data
from textbook import loss as reference

pytestmark = pytest.mark.filterwarnings("error")  # an overflow is an error, not a warning


@pytest.mark.parametrize("dtype, tolerance", [(np.float64, 1e-12), (np.float32, 1e-6)])
@pytest.mark.parametrize("n, classes", [(1, 3), (5, 3), (3, 5), (4, 2)])
@pytest.mark.parametrize("loss, textbook", [
    (mse, reference.mean_squared_error), (cross_entropy, reference.cross_entropy),
    (sigmoid_cross_entropy, reference.sigmoid_cross_entropy),
    (SoftmaxCrossEntropy(0.2), lambda X, Y: reference.smoothed_cross_entropy(X, Y, 0.2))])
def test_loss_and_gradient_equal_the_textbooks(loss, textbook, n, classes, dtype, tolerance):
    X, Y = data(n, classes, classes=classes, dtype=dtype)
    before = X.copy(), Y.copy()
    value, gradient = textbook(np.float64(X), np.float64(Y))
    np.testing.assert_allclose(np.sum(loss.compute(X, Y)), value, rtol=tolerance, atol=tolerance)
    np.testing.assert_allclose(loss.deriv(X, Y), gradient, rtol=tolerance, atol=tolerance)
    assert loss.deriv(X, Y).dtype == dtype
    np.testing.assert_array_equal((X, Y), before)


@pytest.mark.parametrize("loss", [mse, cross_entropy, SoftmaxCrossEntropy(0.3), sigmoid_cross_entropy])
def test_showing_a_batch_twice_changes_neither_the_loss_nor_the_step(loss):
    X, Y = data(4, 3)
    twice = np.vstack([X, X]), np.vstack([Y, Y])
    np.testing.assert_allclose(loss.compute(*twice), loss.compute(X, Y))
    np.testing.assert_allclose(loss.deriv(*twice)[:4] + loss.deriv(*twice)[4:], loss.deriv(X, Y))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("logits, label, value, gradient", [
    ([1000, -1000], [0, 1], 2000, [1, -1]),  # sure, and wrong
    ([1000, -1000], [1, 0], 0, [0, 0]),
    ([-1000, -1000], [1, 0], np.log(2), [-0.5, 0.5]),
    ([1000, 1000], [1, 0], np.log(2), [-0.5, 0.5]),
    ([0, 0], [0.5, 0.5], np.log(2), [0, 0]),
])
def test_cross_entropy_of_large_logits(logits, label, value, gradient, dtype):
    X, Y = np.array([logits], dtype), np.array([label], dtype)
    np.testing.assert_allclose(cross_entropy.compute(X, Y), value, rtol=1e-6)
    np.testing.assert_allclose(cross_entropy.deriv(X, Y), [gradient], atol=1e-7)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("loss", [mse, cross_entropy, SoftmaxCrossEntropy(0.1), sigmoid_cross_entropy,
                                  padded_cross_entropy])
@pytest.mark.parametrize("far", [90, 100, 740, 1e4])
def test_sure_networks_are_no_error_to_a_numpy_that_was_told_to_raise_them(loss, far, dtype):
    X, Y = np.array([[0, -far, far], [-far, 0, 1], [far, far, -far]], dtype), np.eye(3, dtype=dtype)
    with np.errstate(all="raise"):
        assert np.isfinite(loss.compute(X, Y)) and np.isfinite(loss.deriv(X, Y)).all()
        if hasattr(loss, "softmax"):
            np.testing.assert_allclose(loss.softmax(X).sum(axis=1), 1, rtol=1e-6)


def test_the_gradient_of_a_right_no_keeps_all_its_digits():
    """As PyTorch's does: p - 0, with p however small."""
    X = np.linspace(-80, -1, 500, dtype=np.float32).reshape(-1, 1)
    p = np.exp(np.float64(X)) / (1 + np.exp(np.float64(X)))
    np.testing.assert_allclose(sigmoid_cross_entropy.deriv(X, np.zeros_like(X)), p / len(X), rtol=1e-6, atol=0)


def test_smoothed_cross_entropy_is_least_where_the_network_is_as_sure_as_the_labels():
    loss, Y, sure = SoftmaxCrossEntropy(label_smoothing=0.1), np.eye(4)[:1], 0.9 + 0.1 / 4
    np.testing.assert_allclose(loss.deriv(np.log([[sure, *3 * [(1 - sure) / 3]]]), Y), 0, atol=1e-12)
    np.testing.assert_allclose(loss.compute(np.array([[-1000.0, 1000.0, 0, 0]]), Y), 2000 * sure + 2 * 1000 * 0.1 / 4)


@pytest.mark.parametrize("smoothing", [-0.1, 1.0, np.nan])
def test_smoothing_that_leaves_no_label_is_refused(smoothing):
    with pytest.raises(ValueError, match="label_smoothing must be a number, 0 or more and below 1, but is"):
        SoftmaxCrossEntropy(smoothing)


def test_softmax_is_taken_over_each_images_outputs():
    X = np.array([[0, np.log(3)], [1000, 1000], [5, 5 - np.log(4)]])
    np.testing.assert_allclose(cross_entropy.softmax(X), [[0.25, 0.75], [0.5, 0.5], [0.8, 0.2]])


@pytest.mark.parametrize("labels, advice", [
    (np.array([2, 0, 1, 1]), r"make labels one-hot; write one_hot\(labels, 3\)"),
    (np.array([[2], [0], [1], [1]]), r"make labels one-hot; write one_hot\(labels.reshape\(-1\), 3\)"),
    (np.zeros((4, 5)), r"labels one-hot: write one_hot\(labels, 3\), or the last layer .* as there are classes, 5"),
    (np.zeros((1, 3)), "1 labels for 4 images"), (np.zeros((3, 3)), "3 labels for 4 images"),
    (np.zeros((2, 2, 3)), r"each step is a row here; write labels.reshape\(-1, 3\)"),
    (np.float64(1), "make labels one-hot, and the last layer as wide as there are classes")])
@pytest.mark.parametrize("loss", [mse, cross_entropy, sigmoid_cross_entropy])
def test_labels_of_another_shape_are_refused(loss, labels, advice):
    for method in (loss.compute, loss.deriv):
        with pytest.raises(ValueError, match=advice):
            method(np.zeros((4, 3)), labels)


@pytest.mark.parametrize("labels", [np.array([2, 0, 1], np.uint8), np.array([2, 0, 1]), [2, 0, 1]])
def test_one_hot(labels):
    Y = one_hot(labels, 4)
    assert Y.dtype == np.float32
    np.testing.assert_array_equal(Y, [[0, 0, 1, 0], [1, 0, 0, 0], [0, 1, 0, 0]])


def test_one_hot_of_no_labels():
    assert one_hot(np.array([], int), 4).shape == (0, 4)


@pytest.mark.parametrize("labels, words", [
    ([0, 3], "of shape (2,) from 0 to 3"), ([0, 3], "integers from 0 to 2, but was given"), ([-1, 0], "from -1 to 0"),
    ([0.0, 1.0], "float64"), ([[0], [1]], "of shape (2, 1)"), (np.eye(3), "of shape (3, 3)"), (1, "of shape ()")])
def test_one_hot_refuses_what_is_no_label(labels, words):
    with pytest.raises(ValueError) as caught:
        one_hot(labels, 3)
    assert words in str(caught.value)


# --- steps of sequences of different lengths

def sentences(*lengths, steps=4, classes=3):
    """Outputs X and labels Y (N, steps, classes) of sequences that have labels at their first steps, and then none."""
    X, Y = data(len(lengths) * steps, classes, classes=classes)
    X, Y = X.reshape(-1, steps, classes), Y.reshape(-1, steps, classes)
    for n, length in enumerate(lengths):
        Y[n, length:] = 0
    return X, Y


def as_rows(X, Y):
    return X.reshape(-1, X.shape[-1]), Y.reshape(-1, Y.shape[-1])


@pytest.mark.parametrize("form", [lambda X, Y: (X, Y), as_rows], ids=["sequences", "rows"])
@pytest.mark.parametrize("smoothing", [0.0, 0.2])
@pytest.mark.parametrize("lengths", [(4, 2, 1), (4, 4), (3,), (0, 2)])
def test_padding_is_no_part_of_the_mean_and_gets_no_gradient(lengths, smoothing, form):
    X, Y = sentences(*lengths)
    loss, total, gradient = PaddedCrossEntropy(smoothing), 0.0, np.zeros(X.shape)
    for n, length in enumerate(lengths):
        for t in range(length):
            value, slope = reference.smoothed_cross_entropy(X[n, t:t + 1], Y[n, t:t + 1], smoothing)
            total, gradient[n, t] = total + value / sum(lengths), slope[0] / sum(lengths)
    np.testing.assert_allclose(loss.compute(*form(X, Y)), total)
    np.testing.assert_allclose(loss.deriv(*form(X, Y)), form(gradient, Y)[0], atol=1e-12)
    X[Y.sum(axis=-1) == 0] += 100
    np.testing.assert_allclose(loss.compute(*form(X, Y)), total)


@pytest.mark.parametrize("lengths", [(4, 2, 1), (3,), (0, 2)])
def test_gradients_over_the_steps_are_the_measured_slopes(lengths):
    X, Y = sentences(*lengths)
    slopes, h = np.zeros(X.shape), 1e-5
    for at in np.ndindex(X.shape):
        losses = []
        for step in (h, -h):
            moved = X.copy()
            moved[at] += step
            losses.append(padded_cross_entropy.compute(moved, Y))
        slopes[at] = (losses[0] - losses[1]) / (2 * h)
    np.testing.assert_allclose(padded_cross_entropy.deriv(X, Y), slopes, atol=1e-9)


def test_without_padding_it_is_the_cross_entropy():
    X, Y = data(5, 3)
    assert padded_cross_entropy.compute(X, Y) == cross_entropy.compute(X, Y)
    np.testing.assert_array_equal(padded_cross_entropy.deriv(X, Y), cross_entropy.deriv(X, Y))


def test_a_sequence_is_right_if_all_its_labelled_steps_are():
    X, Y = sentences(4, 2, 1)
    X = Y + 0.1 * np.eye(3)[2]  # at padding it says 2
    X[2, 0] = 1 - Y[2, 0]
    np.testing.assert_array_equal(padded_cross_entropy.right(X, Y), [True, True, False])
    np.testing.assert_array_equal(padded_cross_entropy.right(*as_rows(X, Y)), [*[True] * 6, False])


def test_baseline_loss_is_the_entropy_of_the_labels_that_there_are():
    Y = np.array([[[1, 0], [0, 1], [0, 0]], [[1, 0], [0, 1], [0, 0]]])
    np.testing.assert_allclose(padded_cross_entropy.baseline_loss(Y), np.log(2))


@pytest.mark.parametrize("Y, advice", [
    (np.zeros((2, 3, 3)), "needs a label in some row"),
    (np.array([[[1, 0, 0], [0, 0, 0]], [[0, 0.5, 0], [0, 0, 0]]]), r"row 2 sums to 0.5: write one_hot\(labels")])
def test_labels_that_are_neither_one_hot_nor_padding_are_refused(Y, advice):
    with pytest.raises(ValueError, match=advice):
        padded_cross_entropy.check_labels(Y)
    with pytest.raises(ValueError, match=advice):
        padded_cross_entropy.compute(np.ones(Y.shape), Y)


@pytest.mark.parametrize("n", [1, 2, 3, 7])
@pytest.mark.parametrize("loss", [cross_entropy, sigmoid_cross_entropy, mse])
def test_probabilities_of_each_image_are_those_that_it_has_alone(loss, n):
    outputs = np.random.normal(size=(n, 3))
    alone = [probabilities(loss, row[None])[0] for row in outputs]
    together = probabilities(loss, outputs)
    np.testing.assert_allclose(together, alone, rtol=1e-12)
    np.testing.assert_allclose(together.sum(axis=1), 1, rtol=1e-12)
