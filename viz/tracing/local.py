"""Local derivatives: the factor for each entry between a gradient and a contribution."""

from __future__ import annotations

import math
from itertools import count, islice
from typing import Any

import numpy as np

from autograd import engine
from autograd.graph import Node
from viz.model import WHOLE, Values

# Square roots of primes: no combination with whole coefficients is zero, so a rule that
# mixes entries cannot pass for one that does not.
_PROBE = np.sqrt([*islice((n for n in count(2) if all(n % d for d in range(2, n))), WHOLE)])


def local_derivatives(node: Node) -> list[Values | None]:
    """For each edge, d(result)/d(input) where ``upstream x local = contribution`` holds.

    That is so where the result has one entry, and where the operation works entry by
    entry on arrays of one shape; None for all others, and for large arrays.

    >>> x = tensor([1.0, 2.0], requires_grad=True)
    >>> local_derivatives((x * x).grad_fn)[0].entries
    (1.0, 2.0)
    """
    unknown: list[Values | None] = [None] * len(node.edges)
    if node.op.outputs:
        return unknown
    size = math.prod(node.shape)
    single = size == 1
    suited = [
        edge is not None and math.prod(edge.shape) <= WHOLE and (single or edge.shape == node.shape)
        for edge in node.edges
    ]
    if not any(suited) or not size:
        return unknown
    flow = engine.contributions(node, np.ones(node.shape, node.dtype)[()])
    by_entry = single or _works_by_entry(node)
    again = None
    if not by_entry:
        probe = _PROBE[:size].reshape(node.shape).astype(node.dtype)
        again = engine.contributions(node, probe)
    return [
        Values.of(d)
        if fits and d is not None and (again is None or _scaled(d, probe, again[i]))
        else None
        for i, (fits, d) in enumerate(zip(suited, flow, strict=True))
    ]


def _works_by_entry(node: Node) -> bool:
    """Whether the operator surely does: NumPy's ufuncs of plain numbers do."""
    kernel = node.op.kernel
    return isinstance(kernel, np.ufunc) and kernel.signature is None


def _scaled(factors: Any, probe: Any, result: Any) -> bool:
    """Whether the rule did to the probe what multiplying by ``factors`` does."""
    tolerance = 1e-2 if probe.dtype == np.float16 else 1e-4
    return bool(np.allclose(factors * probe, result, rtol=tolerance, atol=0, equal_nan=True))
