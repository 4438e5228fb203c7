"""Where large arrays take another way than small ones: sums at places, sorting, the k largest."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import autograd
import nn
from autograd import tensor
from autograd.add_at import BLOCK, CHUNK, add_rows
from tests.both import both, leaf, on_both, same
from tests.oracle import torch


@pytest.mark.parametrize("dtype", ["float64", "float32", "float16", "int64", "bool"])
@pytest.mark.parametrize("width", [1, 2, 3, 4, 7, 8, 400, 1400, CHUNK + 2])
def test_rows_add_up_as_with_add_at(width: int, dtype: str) -> None:
    rng = np.random.default_rng(0)
    count = 3 * CHUNK // width + 5
    places = rng.integers(0, 9, count)
    rows = rng.integers(-1, 2, (count, width)).astype(dtype)
    expected = np.zeros((9, width), "float64" if dtype == "float16" else dtype)
    np.add.at(expected, places, rows)
    found = add_rows(np.zeros((9, width), dtype), places, rows)
    np.testing.assert_array_equal(found, expected.astype(dtype), strict=True)


def test_rows_that_do_not_repeat_are_added_at_once() -> None:
    rows = np.arange(20.0).reshape(5, 4)
    places = np.array([4, 0, 6, 2, 5])
    expected = np.ones((8, 4))
    expected[places] += rows
    np.testing.assert_array_equal(add_rows(np.ones((8, 4)), places, rows), expected)


VALUES: dict[str, np.ndarray] = {
    "distinct": np.random.default_rng(0).permutation(9000) / 9000,
    "ties": np.random.default_rng(1).integers(0, 50, 9000) / 7,
    "zeros": np.random.default_rng(2).choice([0.0, -0.0, 1.0], 9000),
    "nan": np.where(np.arange(9000) % 1000 == 7, np.nan, np.random.default_rng(3).random(9000)),
}


@pytest.mark.parametrize("shape", [(9000,), (1, 9000), (9000, 1), (2, 4500), (4500, 2)])
@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("name", VALUES)
def test_long_lines_are_sorted_as_in_torch(
    name: str, descending: bool, shape: tuple[int, ...]
) -> None:
    array = VALUES[name].reshape(shape)
    dim = int(np.argmax(shape))
    mine = autograd.sort(tensor(array), dim, descending)
    theirs = torch.sort(torch.tensor(array), stable=True, dim=dim, descending=descending)
    same(mine.values, theirs.values)
    same(mine.indices, theirs.indices)


@pytest.mark.parametrize("largest", [False, True])
@pytest.mark.parametrize("k", [0, 1, 5, 2000, 4000, 4500])
@pytest.mark.parametrize("name", VALUES)
def test_the_k_largest_of_long_lines(name: str, k: int, largest: bool) -> None:
    array = VALUES[name].reshape(2, 4500)
    values, indices = autograd.topk(tensor(array), k, 1, largest)
    same(values, torch.topk(torch.tensor(array), k, 1, largest).values)
    np.testing.assert_array_equal(np.take_along_axis(array, indices.numpy(), 1), values.numpy())
    if k:
        value = autograd.kthvalue(tensor(array), k, 1).values
        same(value, torch.kthvalue(torch.tensor(array), k, 1).values)


@on_both
def test_distinct_values_have_no_derivative(lib: Any) -> None:
    x = lib.tensor([1.0, 2.0, 1.0], requires_grad=True)
    for function in (lib.unique, lib.unique_consecutive):
        with pytest.raises(RuntimeError, match="not implemented"):
            function(x).sum().backward()


@on_both
def test_rows_are_shrunk_in_place_to_a_largest_norm(lib: Any) -> None:
    functional = nn.functional if lib is autograd else lib.nn.functional
    weight = lib.tensor([[3.0, 4.0], [6.0, 8.0], [0.3, 0.4]], requires_grad=True)
    rows = functional.embedding(lib.tensor([1, 2, 1]), weight, max_norm=1.0)
    expected = np.array([[3.0, 4.0], [0.6, 0.8], [0.3, 0.4]], np.float32)
    np.testing.assert_allclose(weight.detach().numpy(), expected, rtol=1e-6)
    np.testing.assert_allclose(rows.detach().numpy(), expected[[1, 2, 1]], rtol=1e-6)
    rows.sum().backward()
    np.testing.assert_array_equal(weight.grad.numpy(), [[0.0, 0.0], [2.0, 2.0], [1.0, 1.0]])


def test_an_index_changed_after_reading_is_noticed() -> None:
    x, index = tensor([1.0, 2.0, 3.0], requires_grad=True), tensor([0, 2])
    picked = [autograd.gather(x, 0, index), autograd.index_select(x, 0, index)]
    index[0] = 1
    for each in picked:
        with pytest.raises(RuntimeError, match="modified by an inplace operation"):
            each.sum().backward()


ROWS = np.random.default_rng(4).integers(-40, 40, 3000)
INDICES: dict[str, tuple[tuple[int, ...], np.ndarray]] = {
    "rows": ((40, 6), ROWS),
    "a matrix of rows": ((40, 3, 2), ROWS.reshape(2, 1500)),
    "numbers": ((40,), ROWS),
    "rows that do not repeat": ((3000, 4), np.random.default_rng(5).permutation(3000)[:2000]),
    "a mask of rows": ((3000, 5), ROWS > 0),
    "a mask of numbers": ((3000,), ROWS > 0),
    "a mask of two dimensions": ((60, 50, 2), ROWS.reshape(60, 50) > 0),
    "a mask of nothing": ((3000, 2), ROWS > 99),
    "rows of no length": ((40, 0), ROWS),
}


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("case", INDICES)
def test_long_indices_read_and_give_back_as_in_torch(case: str, dtype: str, turned: bool) -> None:
    shape, index = INDICES[case]
    array = np.random.default_rng(6).integers(-9, 9, shape).astype(dtype)
    if turned:
        array = np.asfortranarray(array)

    def program(library: Any) -> Any:
        x = library.tensor(0.0, dtype=getattr(library, dtype)) + library.as_tensor(array)
        x.requires_grad_()
        y = x[library.as_tensor(index)]
        (g,) = library.autograd.grad((y * y).sum(), x, create_graph=True)
        (h,) = library.autograd.grad((g * x).sum(), x)
        return [y.detach(), g.detach(), h]

    for mine, theirs in zip(program(autograd), program(torch), strict=True):
        same(mine, theirs)


@pytest.mark.parametrize("wrong", [40, -41])
def test_a_long_index_out_of_range_is_an_error(wrong: int) -> None:
    with pytest.raises(IndexError):
        autograd.ones(40, 2)[tensor(np.append(ROWS, wrong))]
    with pytest.raises(IndexError):
        autograd.ones(40, 2)[tensor(ROWS > 0)]


@pytest.mark.parametrize("dim", [0, 1, 2])
def test_places_computed_by_blocks_are_those_computed_at_once(dim: int) -> None:
    rng = np.random.default_rng(0)
    shape, lengths = (70, 41, 37), [60, 40, 33]
    lengths[dim] = 50
    x = rng.standard_normal(shape)
    index = rng.integers(0, shape[dim], lengths)
    one = rng.integers(0, shape[dim], [1 if d == dim else n for d, n in enumerate(lengths)])
    assert index.size > BLOCK

    def program(lib: Any) -> Any:
        at, single, given = lib.tensor(index), lib.tensor(one), leaf(lib, x.tolist())
        y = lib.gather(given, dim, at) ** 2
        z = lib.scatter_add(given * 3, dim, at, y) + (lib.gather(given, dim, single) ** 2).sum()
        (z * z).mean().backward()
        return z, given.grad

    both(program)


def test_a_gather_is_the_same_for_any_number_of_threads(threads: int) -> None:
    rng = np.random.default_rng(0)
    x, index = rng.standard_normal((40_000, 3)), rng.integers(0, 3, (40_000, 2))
    found = autograd.gather(tensor(x), 1, tensor(index)).numpy()
    np.testing.assert_array_equal(found, np.take_along_axis(x, index, 1))


@pytest.mark.parametrize("width", [1, 3, 8, 100])
def test_one_number_for_all_is_put_at_one_place_of_each_row(width: int, threads: int) -> None:
    rng = np.random.default_rng(0)
    x, index = rng.standard_normal((40_000, width)), rng.integers(0, width, (40_000, 1))

    def program(lib: Any) -> Any:
        given = leaf(lib, x.tolist(), dtype="float32")
        picked = given.gather(1, lib.tensor(index))
        picked.mean().backward(retain_graph=True)
        (g,) = lib.autograd.grad((picked**2).sum(), given, create_graph=True)
        (h,) = lib.autograd.grad(g.sum(), given)
        return given.grad, h

    both(program)
