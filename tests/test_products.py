"""A product that is cut is the product."""
import numpy as np
import pytest

import nn.ops.tiles
from nn.ops.products import matrix_product, stack_of_products


@pytest.mark.parametrize("m, k, n", [(6, 4, 5), (5, 4, 6), (1, 3, 7), (7, 3, 1), (1, 1, 1)])
@pytest.mark.parametrize("tile_bytes", [1, 2 ** 20])
def test_product_is_that_of_matrices(m, k, n, tile_bytes, monkeypatch):
    monkeypatch.setattr(nn.ops.tiles, "TILE_BYTES", tile_bytes)
    a, b = np.random.normal(size=(m, k)), np.random.normal(size=(k, n))
    np.testing.assert_allclose(matrix_product(a, b), a @ b, rtol=1e-12)
    np.testing.assert_allclose(matrix_product(b.T, a.T), b.T @ a.T, rtol=1e-12)


@pytest.mark.parametrize("shape, parts", [
    ((50, 784, 100), 0), ((128, 512, 128), 0), ((128, 1152, 256), 4), ((3072, 100, 4000), 20)])
def test_large_products_are_cut_and_small_ones_are_not(shape, parts, monkeypatch):
    cut = []
    monkeypatch.setattr("nn.ops.products.share_out", lambda work, parts: cut.extend(parts))
    m, k, n = shape
    matrix_product(np.zeros((m, k)), np.zeros((k, n)))
    assert len(cut) == parts


@pytest.mark.parametrize("m, small, count", [
    (6, 10 ** 6, 1), (6, 3 * 4 * 5, 2), (4, 4 * 5, 4), (6, 1, 1), (5, 4 * 4 * 5, 1)])
def test_products_of_a_stack_are_those_of_its_matrices_cut_where_that_makes_them_small(m, small, count, monkeypatch):
    a, stack, out = np.random.normal(size=(m, 4)), np.random.normal(size=(2, 3, 4, 5)), np.empty((2, 3, m, 5))
    expected, taken, matmul = a @ stack, [], np.matmul

    def noting(a, b, out):
        taken.append(a.shape)
        return matmul(a, b, out=out)

    monkeypatch.setattr(nn.ops.products, "SMALL", small)
    monkeypatch.setattr(np, "matmul", noting)
    stack_of_products(a, stack, out)
    np.testing.assert_allclose(out, expected, rtol=1e-12)
    assert taken == [(count, m // count, 4)]
