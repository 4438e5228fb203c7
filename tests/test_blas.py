"""Products of matrices on threads of ours, and BLAS's own number of them, which is as it was."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import pytest

from autograd import blas, gemm, threads
from tests.on_threads import on_threads


@pytest.fixture
def of_blas() -> Iterator[Callable[[], int]]:
    """BLAS has two threads; what says how many it has now."""
    setting = blas._setting()
    if setting is None:
        pytest.skip("NumPy is built with a BLAS other than OpenBLAS")
    get, put = setting
    before = get()
    put(2)
    try:
        yield get
    finally:
        put(before)


def test_blas_is_on_one_thread_while_anybody_is_inside(of_blas: Callable[[], int]) -> None:
    with blas.one_thread:
        assert of_blas() == 1
        with blas.one_thread:
            assert of_blas() == 1
        assert of_blas() == 1
    assert of_blas() == 2


def test_blas_is_left_as_it_was_found(of_blas: Callable[[], int]) -> None:
    inside: list[int] = []
    with on_threads(2):
        threads.run(lambda number: inside.append(of_blas()), 4)
        assert inside == [1] * 4
        assert of_blas() == 2
        with pytest.raises(ZeroDivisionError):
            threads.run(lambda number: 1 // 0, 4)  # type: ignore[arg-type, return-value]
        assert of_blas() == 2


@pytest.mark.parametrize("kind", [np.float32, np.float64, np.int64])
@pytest.mark.parametrize(
    ("left", "right"),
    [((5,), (5,)), ((5, 3), (3,)), ((3,), (3, 4)), ((40, 30), (30, 50)), ((50, 30), (30, 7))],
)
def test_products_are_numpys(
    left: tuple[int, ...],
    right: tuple[int, ...],
    kind: type,
    monkeypatch: pytest.MonkeyPatch,
    threads: int,
) -> None:
    monkeypatch.setattr(gemm, "ALONE", 0)
    monkeypatch.setattr(gemm, "ALONE_BY_VECTOR", 0)
    monkeypatch.setattr(gemm, "SHARED", 1)
    random = np.random.default_rng(0)
    a, b = random.integers(-9, 9, left).astype(kind), random.integers(-9, 9, right).astype(kind)
    found = gemm.product(a, b)
    np.testing.assert_array_equal(found, a.dot(b))
    assert found.dtype == kind


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ((4, 5, 3), (4, 3, 6)),
        ((2, 4, 5, 3), (2, 4, 3, 6)),
        ((1, 5, 3), (4, 3, 6)),
        ((4, 5, 3), (3, 6)),
        ((3,), (4, 3, 6)),
        ((4, 5, 3), (3,)),
        ((0, 5, 3), (0, 3, 6)),
    ],
)
def test_products_of_stacks_are_numpys(
    left: tuple[int, ...], right: tuple[int, ...], monkeypatch: pytest.MonkeyPatch, threads: int
) -> None:
    monkeypatch.setattr(gemm, "ALONE_BY_VECTOR", -1)
    monkeypatch.setattr(gemm, "SHARED", 0)
    random = np.random.default_rng(0)
    a, b = (random.integers(-9, 9, shape).astype(float) for shape in (left, right))
    np.testing.assert_array_equal(gemm.products(a, b), np.matmul(a, b))
