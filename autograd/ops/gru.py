"""The gated recurrent unit: a layer over a whole sequence, as one operator."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd.graph import Raw
from autograd.operator import Op
from autograd.ops.recurrent import (
    Back,
    Reaching,
    against,
    arriving,
    by_gate,
    by_source,
    entering,
    in_order,
    plus,
    replaced,
)
from autograd.ops.stepping import Products, Steps

__all__: list[str] = []


def _gru(
    x: Raw, h: Raw, w_ih: Raw, w_hh: Raw, b_ih: Raw, b_hh: Raw, steps: Steps
) -> tuple[Raw, ...]:
    """The kernel; beside the results it gives what the rule needs, the gates and W_hn h + b_hn.

    sigmoid(x) is (tanh(x / 2) + 1) / 2.
    """
    size = h.shape[1]
    recalled = np.empty((len(x), size), x.dtype)
    out = np.empty_like(recalled)
    half = np.array(0.5, x.dtype)
    bias, own = None, np.zeros(size, x.dtype)
    if b_ih is not None:
        bias, own = _halved(b_ih), b_hh[2 * size :]
        bias[: 2 * size] += b_hh[: 2 * size] * half
    gates, runs = entering(x, _halved(w_ih), bias, 3, steps)
    recall = Products(by_gate(_halved(w_hh), 3).swapaxes(1, 2), steps)
    for run in runs:
        multiply, product = recall.sized(run.size)
        of_two, of_n = product[:2], product[2]
        state = h[: run.size]
        every = run.by_gate(gates, 3)
        views = every[:, :2], *every.swapaxes(0, 1), run.by_step(recalled), run.by_step(out)
        for two, r, z, n, known, h_next in in_order(run, steps.reverse, *views):
            multiply(state)
            np.add(of_n, own, out=known)
            np.add(of_two, two, out=two)
            np.tanh(two, out=two)
            np.multiply(two, half, out=two)
            np.add(two, half, out=two)
            np.multiply(r, known, out=of_n)
            np.add(n, of_n, out=n)
            np.tanh(n, out=n)
            np.subtract(state, n, out=h_next)
            np.multiply(h_next, z, out=h_next)
            state = np.add(h_next, n, out=h_next)
        h = replaced(h, state)
    return out, h.copy(), gates, recalled


def _halved(weight: Raw) -> Raw:
    """A weight or bias, half of it for the gates that become a sigmoid."""
    out = weight.copy()
    out[: 2 * (len(out) // 3)] *= 0.5
    return out


def _local(gates: Any, recalled: Any, before: Any, into: Sequence[Any]) -> tuple[Any, ...]:
    """What a change of h' means at the gates n, r, z, and for W_hn h + b_hn.

    Of arrays each operation writes into one of the four of ``into``, so that nothing else is
    needed; of tensors these are None.
    """
    r, z, n = gates
    of_n, of_r, of_z, of_hn = into
    times, less = np.multiply, np.subtract
    dn = less(1, times(n, n, out=of_n), out=of_n)
    dn = times(dn, less(1, z, out=of_hn), out=of_n)
    dr = times(less(1, r, out=of_r), recalled, out=of_r)
    dr = times(dr, times(dn, r, out=of_z), out=of_r)
    dz = times(less(1, z, out=of_z), z, out=of_z)
    dz = times(dz, less(before, n, out=of_hn), out=of_z)
    return dn, dr, dz, times(dn, r, out=of_hn)


def _gru_rule(
    g: Any,
    needs: Sequence[bool],
    x: Any,
    h: Any,
    w_ih: Any,
    w_hh: Any,
    y: Any,
    steps: Steps,
) -> tuple[Any, ...]:
    """Gates and products may have gradients of their own: those of a derivative made of them."""
    out, _, gates, recalled = y
    g_out, g_h, g_gates, g_recalled = g
    before = steps.before(out, h)
    size = h.shape[1]
    reaching = Reaching(_local, 4, steps, (gates, 3), (recalled, 1), (before, 1))
    turned = np.concatenate([w_ih[2 * size :], w_ih[: 2 * size]])

    def finish(rows: slice, d: Any) -> Any:
        of_x, of_h = d[:, : 3 * size], d[:, size:]
        dx = np.matmul(of_x, turned) if needs[0] else None
        return dx, against(of_x, x[rows]), against(of_h, before[rows])

    dh = arriving(g_h, h)
    back = Back(by_gate(w_hh, 3), steps)
    stages = reaching.stages(x.shape[1], finish)
    for run in stages:
        pull, top = back.sized(run.size), dh[: run.size]
        means, every = reaching.of(run), run.by_gate(gates, 3)
        given = None if g_gates is None else run.by_gate(g_gates, 3)
        more, g_row = (None if each is None else run.by_step(each) for each in (g_recalled, g_out))
        own = None
        if given is not None or more is not None:
            own = _own(given, more, every, run.by_step(recalled))
        for d, z, g_top, extra in in_order(run, not steps.reverse, means, every[:, 1], g_row, own):
            top = plus(top, g_top)
            d = reaching.put(d, extra, (d, top))
            top = pull(d[1:]) + top * z
        dh = replaced(dh, top)
    dxs, of_x, of_h = zip(*stages.results(), strict=True)
    dw_hh, db_hh = by_source(of_h, size)
    dw_ih, db_ih = (np.concatenate([d[size:], d[:size]]) for d in by_source(of_x, x.shape[1]))
    return steps.joined(dxs) if needs[0] else None, dh, dw_ih, dw_hh, db_ih, db_hh


def _own(g_gates: Any, g_recalled: Any, gates: Any, recalled: Any) -> Any:
    """What gradients of the gates, and of W_hn h + b_hn, bring to the four of `_local`."""
    r, z, n = gates.swapaxes(0, 1)
    of_r, of_z, of_n = (0, 0, 0) if g_gates is None else g_gates.swapaxes(0, 1)
    dn = of_n * (1 - n * n)
    dr = (dn * recalled + of_r) * (r * (1 - r))
    return np.stack([dn, dr, of_z * (z * (1 - z)), plus(dn * r, g_recalled)], 1)


gru = Op(
    "gru",
    _gru,
    "x h w_ih w_hh b_ih b_hh",
    params="steps",
    outputs=True,
    together=_gru_rule,
    blas=True,
)
"""A layer h' = (1 - z) n + z h with r, z = sigmoid(W_ih x + b_ih + W_hh h + b_hh).

n = tanh(W_in x + b_in + r (W_hn h + b_hn)). The rows of the weights stand in the order r, z, n.
Gives the state at each row, the last states, and then, for the derivative, the gates and
W_hn h + b_hn at each row.
"""
gru.nones = True
