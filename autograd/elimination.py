"""Gaussian elimination and substitution on raw stacks of matrices, block by block.

NumPy solves with a matrix but hands out neither its triangular factors nor a solution with
them. What is here is LAPACK's: the same pivots, and infinities where a pivot is zero.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

BLOCK = 32
"""The width of a block; all the work outside it is matrix products."""


def eliminated(a: Any) -> tuple[Any, Any, Any]:
    """L and U in one array, the row that each step swapped with its own (from 1), and info.

    Rows are chosen by the largest entry (partial pivoting). ``info`` is the number of the
    first zero on the diagonal of U, or 0.
    """
    rows, columns = a.shape[-2:]
    lu = np.array(a.reshape(math.prod(a.shape[:-2]), rows, columns))
    steps = min(rows, columns)
    pivots = np.empty((len(lu), steps), np.int32)
    for start in range(0, steps, BLOCK):
        stop = min(start + BLOCK, steps)
        for k in range(start, stop):
            row = k + np.argmax(np.abs(lu[:, k:, k]), axis=1)
            pivots[:, k] = row + 1
            _swap(lu, k, row)
            pivot = lu[:, k, k, None]
            lu[:, k + 1 :, k] /= pivot + (pivot == 0)
            lu[:, k + 1 :, k + 1 : stop] -= lu[:, k + 1 :, k, None] * lu[:, k, None, k + 1 : stop]
        if stop < columns:
            here, below, right = slice(start, stop), slice(stop, None), slice(stop, None)
            lu[:, here, right] = substituted(lu[:, here, here], lu[:, here, right], False, True)
            lu[:, below, right] -= lu[:, below, here] @ lu[:, here, right]
    zero = np.diagonal(lu, axis1=-2, axis2=-1) == 0
    info = np.where(zero.any(-1), zero.argmax(-1) + 1, 0) if steps else np.zeros(len(lu))
    shape = a.shape[:-2]
    return (
        lu.reshape(a.shape),
        pivots.reshape(*shape, steps),
        info.astype(np.int32).reshape(shape)[()],
    )


def _swap(x: Any, k: int, row: Any) -> None:
    """Swap entry ``k`` of each item of ``x`` with its own one of ``row``."""
    if len(row) == 1:  # of one matrix: plain indices are several times faster
        (each,), other = x, int(row[0])
        if other != k:
            kept = each[k].copy()
            each[k] = each[other]
            each[other] = kept
    elif (row != k).any():
        items = np.arange(len(x))
        x[items, row], x[items, k] = x[items, k], x[items, row]


def permutation(pivots: Any, rows: int) -> Any:
    """The order of rows that a sequence of swaps leads to: ``a[order] = L @ U``."""
    swaps = pivots.reshape(math.prod(pivots.shape[:-1]), pivots.shape[-1]) - 1
    order = np.tile(np.arange(rows), (len(swaps), 1))
    for k, row in enumerate(swaps.T):
        _swap(order, k, row)
    return order.reshape(*pivots.shape[:-1], rows)


def substituted(a: Any, b: Any, upper: bool, unit: bool) -> Any:
    """The solution of ``a @ x = b`` with one triangle of ``a``; ``unit``: with a diagonal of ones.

    The other triangle is not read. A zero on the diagonal gives infinities and nan.
    """
    if not upper:  # both with their rows, and a's columns, in the opposite order
        return substituted(a[..., ::-1, ::-1], b[..., ::-1, :], True, unit)[..., ::-1, :]
    count = a.shape[-1]
    shape = (*np.broadcast_shapes(a.shape[:-2], b.shape[:-2]), *b.shape[-2:])
    x = np.array(np.broadcast_to(b, shape))
    if not x.size:
        return x
    regular = unit or (np.diagonal(a, axis1=-2, axis2=-1) != 0).all()
    for stop in range(count, 0, -BLOCK):
        start = max(stop - BLOCK, 0)
        here = slice(start, stop)
        if stop < count:
            x[..., here, :] -= a[..., here, stop:] @ x[..., stop:, :]
        block = np.triu(a[..., here, here], 1 if unit else 0)
        if unit:
            block += np.eye(stop - start, dtype=block.dtype)
        if regular:  # elimination finds nothing to do, and no rows to swap
            x[..., here, :] = np.linalg.solve(block, x[..., here, :])
            continue
        for k in range(stop - start - 1, -1, -1):
            row = x[..., start + k, :]
            row /= block[..., k, k, None]
            x[..., start : start + k, :] -= block[..., :k, k, None] * row[..., None, :]
    return x


def inverse(a: Any) -> Any:
    """The inverses by L and U, with infinities where a matrix is singular."""
    lu, pivots, _ = eliminated(a)
    rows = a.shape[-1]
    swapped = np.eye(rows, dtype=a.dtype)[permutation(pivots, rows)]
    return substituted(lu, substituted(lu, swapped, False, True), True, False)
