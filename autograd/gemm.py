"""Products of matrices as kernels take them: large ones are shared over the pool's threads.

OpenBLAS's own threads wait busily for many milliseconds after a product, and so take the cores
from the pool (`autograd.threads`) that the other kernels use. Here it is told to use one thread
for every product that it would share, and the pool shares those that are worth it.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from autograd import blas, threads
from autograd.graph import Raw

ALONE, ALONE_BY_VECTOR = 250_000, 9_000
"""Up to so many multiplications OpenBLAS shares no product by itself."""

SHARED = 30_000_000
"""From so many multiplications on, some 0.3 ms, a share of the product pays for its thread: what
takes less is slower on two threads in a net, whose next step meets the other one as it wakes."""


def product(a: Raw, b: Raw) -> Raw:
    """``a.dot(b)`` of vectors and matrices (n, m) and (m, p), which must fit.

    >>> from autograd.gemm import product
    >>> product(np.ones((2, 3)), np.ones((3, 4))).shape
    (2, 4)
    """
    work = a.size * b.shape[-1] if b.ndim > 1 else a.size
    matrices = a.ndim == b.ndim == 2 and 1 not in a.shape and 1 not in b.shape
    if work <= ALONE_BY_VECTOR or (matrices and work <= ALONE):
        return a.dot(b)
    if a.ndim == 1 or b.ndim == 1:
        with blas.one_thread:
            return a.dot(b)
    out = np.empty((len(a), b.shape[1]), np.result_type(a, b))
    hands = threads.get_num_threads() if work >= SHARED and out.dtype.kind == "f" else 1
    if hands == 1:
        with blas.one_thread:
            np.matmul(a, b, out=out)
    elif len(a) >= b.shape[1]:
        _share(lambda some: np.matmul(a[some], b, out=out[some]), len(a), hands)
    else:
        _share(lambda some: np.matmul(a, b[:, some], out=out[:, some]), b.shape[1], hands)
    return out


def products(a: Raw, b: Raw) -> Raw:
    """``np.matmul`` of stacks of matrices (..., n, m) and (..., m, p), which must fit.

    >>> from autograd.gemm import products
    >>> products(np.ones((5, 2, 3)), np.ones((5, 3, 4))).shape
    (5, 2, 4)
    """
    if a.ndim < 2 or a.shape[:-2] != b.shape[:-2] or a.dtype is not b.dtype:
        return np.matmul(a, b)
    work = a.size * b.shape[-1]
    if work <= ALONE_BY_VECTOR:
        return np.matmul(a, b)
    out = np.empty((*a.shape[:-1], b.shape[-1]), a.dtype)
    hands = threads.get_num_threads() if work >= SHARED and a.dtype.kind == "f" else 1
    if hands == 1 or a.ndim < 3 or len(a) < hands:
        with blas.one_thread:
            np.matmul(a, b, out=out)
    else:
        _share(lambda some: np.matmul(a[some], b[some], out=out[some]), len(a), hands)
    return out


def _share(multiply: Callable[[slice], object], length: int, hands: int) -> None:
    """Give each hand a slice of about the same length, in whole tiles where it can be."""
    step = -(-length // hands)
    if step > TILE:
        step = -(-step // TILE) * TILE

    def work(hand: int) -> None:
        multiply(slice(hand * step, min((hand + 1) * step, length)))

    threads.run(work, -(-length // step))


TILE = 16
"""Rows or columns that the processor's kernels take at a time."""
