"""Sums over dimensions of large arrays take another way than small ones."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from autograd import pixels
from autograd.sums import inner, product, total

SHAPES = [(6000,), (2500, 3), (3, 2500), (9, 7, 8, 11), (1, 5000, 1), (0, 5000), (3, 5, 700)]


def layouts(x: np.ndarray) -> list[np.ndarray]:
    """The array as it is, with its dimensions from the other end, and images pixel by pixel."""
    found = [x, np.asfortranarray(x), np.repeat(x, 2, -1)[..., ::2]]
    if x.ndim == 4:
        found.append(pixels.images(pixels.laid_out(x)))
    return found


@pytest.mark.parametrize("dtype", ["float32", "float64", "int64", "float16"])
@pytest.mark.parametrize("shape", SHAPES)
def test_sums_over_any_dimensions_in_any_layout(shape: tuple[int, ...], dtype: str) -> None:
    array = np.random.default_rng(0).integers(-3, 4, shape).astype(dtype)
    for x in layouts(array):
        for number in range(len(shape) + 1):
            for axes in itertools.combinations(range(len(shape)), number):
                for keepdims in (False, True):
                    expected = np.sum(array, axis=axes, keepdims=keepdims)
                    found = np.asarray(total(x, axes, keepdims))
                    np.testing.assert_array_equal(found, expected, strict=True)
        np.testing.assert_array_equal(total(x, None), np.sum(array))


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("shape", SHAPES)
def test_sums_of_products(shape: tuple[int, ...], dtype: str) -> None:
    rng = np.random.default_rng(0)
    a, b = (rng.integers(-3, 4, shape).astype(dtype) for _ in range(2))
    for first, second in itertools.product(layouts(a), layouts(b)):
        for start in range(len(shape)):
            axes = tuple(range(start, len(shape)))
            expected = np.sum(a * b, axis=axes, keepdims=True)
            np.testing.assert_array_equal(inner(first, second, axes), expected, strict=True)


@pytest.mark.parametrize("length", [1, 2, 3, 5, 16, 17, 37, 5000])
def test_products_of_lines(length: int) -> None:
    x = np.random.default_rng(0).choice([-1.0, 1.0, 2.0, 0.5], (5000 // length + 7, length))
    for axes in ((0,), (1,), (0, 1)):
        for keepdims in (False, True):
            expected = np.prod(x, axis=axes, keepdims=keepdims)
            np.testing.assert_allclose(product(x, axes, keepdims), expected, rtol=1e-12)


def test_long_sums_are_as_exact_as_sums_by_pairs() -> None:
    x = np.random.default_rng(0).random(3_000_001).astype(np.float32)
    exact = np.sum(x, dtype=np.float64)
    assert abs(float(total(x, None)) - exact) < 1e-6 * exact


def test_infinite_and_missing_numbers_stay_in_their_lines() -> None:
    x = np.ones((3000, 4), np.float32)
    x[1, 2], x[5, 0], x[7, 1], x[7, 2] = np.inf, np.nan, np.inf, -np.inf
    with np.errstate(invalid="ignore"):
        np.testing.assert_array_equal(total(x, (1,)), np.sum(x, 1))
