"""Initialisers draw weights at the scale of their formula, which the shape of the weights alone decides."""
import numpy as np
import pytest

from nn.initializer import fans, he, identity, lecun, xavier
from tests.small import conv, dense


@pytest.mark.parametrize("shape, fan_in, fan_out", [
    ((784, 100), 784, 100), ((5, 5, 1, 16), 25, 400), ((6, 4, 16, 32), 384, 768), ((1, 1, 8, 2), 8, 2)])
def test_fans(shape, fan_in, fan_out):
    assert fans(shape) == (fan_in, fan_out)


@pytest.mark.parametrize("init, shape, variance", [
    (he, (300, 100), 2 / 300), (he, (5, 4, 20, 80), 2 / 400), (he, (5, 5, 1, 1000), 2 / 25),
    (xavier, (300, 100), 2 / 400), (xavier, (5, 4, 20, 80), 2 / (400 + 1600)),
    (lecun, (300, 100), 1 / 300), (lecun, (5, 4, 20, 80), 1 / 400),
])
def test_weights_have_mean_0_and_the_formulas_variance(init, shape, variance):
    w = init(shape)
    assert w.shape == shape and w.size >= 25_000  # so that 3 % are more than 3 standard errors, for the variance too
    np.testing.assert_allclose(w.var(), variance, rtol=0.03)
    assert abs(w.mean()) < 0.03 * np.sqrt(variance)
    assert abs(np.mean(abs(w) > np.sqrt(variance)) - 0.317) < 0.02  # normal, not uniform


@pytest.mark.parametrize("init", [he, xavier, lecun])
def test_seed_decides_the_weights(init):
    def drawn(seed):
        np.random.seed(seed)
        return init((3, 3, 2, 4))
    np.testing.assert_array_equal(drawn(5), drawn(5))
    assert (drawn(5) != drawn(6)).all()


@pytest.mark.parametrize("init", [he, xavier, lecun, identity])
def test_shape_without_fans_is_refused(init):
    with pytest.raises(ValueError, match=r"\(n_in, n_out\) or \(kh, kw, C_in, C_out\), but this is \(5,\)"):
        init((5,))


@pytest.mark.parametrize("layer, argument, shape", [
    (conv, "filter_init", (2, 2, 1, 3)), (dense, "weight_init", (4, 3))])
@pytest.mark.parametrize("init, error, words", [
    (0.01, TypeError, "must be a function of the shape"),
    (lambda shape: np.ones(shape[::-1]), ValueError, "must return an array of shape"),
    (lambda shape: 0.01, ValueError, "must return an array of shape"),
    (lambda shape: np.full(shape, np.inf), ValueError, "returned nan or inf; look for a division by zero"),
    (lambda shape: np.full(shape, np.nan), ValueError, "returned nan or inf"),
])
def test_function_that_gives_no_weights_is_refused(layer, argument, shape, init, error, words):
    with pytest.raises(error) as caught:
        layer(*shape, **{argument: init})
    assert words in str(caught.value) and argument in str(caught.value)


@pytest.mark.parametrize("layer, argument, shape", [
    (conv, "filter_init", (2, 2, 1, 3)), (dense, "weight_init", (4, 3))])
def test_layer_starts_from_what_the_function_gives_and_keeps_a_copy(layer, argument, shape):
    given = np.arange(12.0).reshape(shape)
    made = layer(*shape, **{argument: lambda asked: given if asked == shape else None})
    made.w += 1
    np.testing.assert_array_equal(made.w, np.arange(12.0).reshape(shape) + 1)
    np.testing.assert_array_equal(given, np.arange(12.0).reshape(shape))


@pytest.mark.parametrize("shape", [(3, 3, 4, 10), (3, 3, 4, 2), (5, 3, 4, 4), (6, 8)])
def test_identity_hands_on_what_it_is_given(shape):
    if len(shape) == 4:
        x, layer = np.random.normal(size=(2, 6, 5, shape[2])), conv(*shape, pad="same")
    else:
        x, layer = np.random.normal(size=(3, 6)), dense(*shape)
    layer.w = identity(shape)
    same = min(shape[-2:])
    np.testing.assert_allclose(layer.forward(x)[0][..., :same], x[..., :same])
    rest = layer.w[..., same:]
    bound = 1 / np.sqrt(fans(shape)[0])
    assert (abs(rest) <= bound).all() and (rest.size == 0 or abs(rest).max() > 0.8 * bound)
