"""Every way of computing a convolution gives torch's numbers, in however many parts.

The samples of the table of operators are too small to be cut up, and each is computed in the one
way that is chosen for it.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from autograd.ops import convolving
from autograd.ops.convolving import KERNELS, Convolution, Problem
from autograd.ops.windowing import Windows
from tests.oracle import torch

LOWERED = [kernel for _, kernel in KERNELS if kernel is not convolving.POINTWISE]

# The batch, channels, filters, size, kernel, stride, padding, dilation and groups.
PROBLEMS: list[tuple[Any, ...]] = [
    (5, 2, 3, (6, 7), (3, 2), (1, 1), (0, 0), (1, 1), 1),
    (3, 4, 6, (7, 5), (2, 3), (2, 3), (1, 2), (1, 1), 2),
    (4, 2, 2, (9, 8), (3, 3), (2, 1), (3, 0), (3, 2), 1),
    (3, 3, 3, (5, 6), (1, 2), (3, 3), (0, 1), (1, 1), 3),
    (7, 2, 4, (12,), (4,), (2,), (2,), (2,), 1),
    (2, 2, 3, (4, 5, 4), (2, 3, 2), (1, 2, 1), (1, 0, 1), (1, 1, 2), 1),
]


@pytest.mark.parametrize("kernel", LOWERED, ids=lambda kernel: kernel.layout.__name__)
@pytest.mark.parametrize("small", [1_000_000, 3_000])
@pytest.mark.parametrize("columns", [1 << 19, 1 << 9])
@pytest.mark.parametrize("problem", PROBLEMS, ids=str)
def test_as_in_torch(
    kernel: Any, small: int, columns: int, problem: tuple[Any, ...], monkeypatch: Any
) -> None:
    monkeypatch.setattr(convolving, "SMALL_PRODUCT", small)
    monkeypatch.setattr(convolving, "COLUMNS", columns)
    batch, channels, filters, size, taps, stride, padding, dilation, groups = problem
    rng = np.random.default_rng(0)
    x = rng.standard_normal((batch, channels, *size))
    w = rng.standard_normal((filters, channels // groups, *taps))
    given = [torch.from_numpy(each).requires_grad_() for each in (x, w)]
    options = (stride, padding, dilation, groups)
    theirs = getattr(torch.nn.functional, f"conv{len(size)}d")(*given, None, *options)
    g = rng.standard_normal(tuple(theirs.shape))
    by_input, by_weight = torch.autograd.grad(theirs, given, torch.from_numpy(g))
    windows = Windows(size, taps, g.shape[2:], stride, dilation, padding)
    found = Problem(windows, groups, batch, channels, filters)
    y, dx, dw = np.full_like(g, np.nan), np.zeros_like(x), np.full_like(w, np.nan)
    kernel.convolved(x, w, None, found, y)
    kernel.input_of(g, w, found, dx)
    kernel.weight_of(g, x, found, dw)
    for mine, other in ((y, theirs.detach()), (dx, by_input), (dw, by_weight)):
        np.testing.assert_allclose(mine, other.numpy(), rtol=1e-12, atol=1e-12)
    # The input's gradient as a convolution, whether or not that is the cheaper way.
    monkeypatch.setattr(convolving, "_turning_pays", lambda size, turned: max(stride) == 1)
    again = convolving.input_of(g, w, None, Convolution(windows, groups))
    np.testing.assert_allclose(again, by_input.numpy(), rtol=1e-12, atol=1e-12)
