"""The gated recurrent unit: a layer over a whole sequence, as one operator."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd.graph import Raw
from autograd.operator import Op
from autograd.ops.recurrent import (
    Rows,
    Steps,
    arriving,
    of_product,
    part,
    plus,
    projected,
    replaced,
    sigmoid_,
    turned,
)

__all__: list[str] = []


def _gru(
    x: Raw, h: Raw, w_ih: Raw, w_hh: Raw, b_ih: Raw, b_hh: Raw, steps: Steps
) -> tuple[Raw, ...]:
    """The kernel; beside the results it gives what the rule needs, the gates and W_hn h + b_hn."""
    gates = projected(x, w_ih, b_ih)
    size = h.shape[1]
    recalled = np.empty((len(x), size), x.dtype)
    out = np.empty((len(x), size), x.dtype)
    weight = turned(w_hh, steps)
    with np.errstate(over="ignore"):
        for start, stop in steps.rows:
            count = stop - start
            row, state = gates[start:stop], out[start:stop]
            product = np.matmul(h[:count], weight)
            if b_hh is not None:
                product += b_hh
            two, fresh, known = row[:, : 2 * size], row[:, 2 * size :], product[:, 2 * size :]
            recalled[start:stop] = known
            two += product[:, : 2 * size]
            sigmoid_(two)
            known *= two[:, :size]
            fresh += known
            np.tanh(fresh, out=fresh)
            np.subtract(h[:count], fresh, out=state)
            state *= two[:, size:]
            state += fresh
            h = replaced(h, state)
    return out, h.copy(), gates, recalled


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
    size = h.shape[1]
    dh = arriving(g_h, h)
    before = steps.before(out, h)
    r, z, n = (gates[:, k * size : (k + 1) * size] for k in range(3))
    of_r, of_z, of_n = (
        None if g_gates is None else g_gates[:, k * size : (k + 1) * size] for k in range(3)
    )
    inner, outer = Rows(steps, out, 3 * size), Rows(steps, out, size)
    for start, stop in reversed(steps.rows):
        here = slice(start, stop)
        top = plus(dh[: stop - start], part(g_out, here))
        kept = top * z[here]
        dn = plus(top - kept, part(of_n, here)) * (1 - n[here] * n[here])
        dn = outer.put(start, stop, dn)
        dz = plus(top * (before[here] - n[here]), part(of_z, here)) * (z[here] * (1 - z[here]))
        dr = plus(dn * recalled[here], part(of_r, here)) * (r[here] * (1 - r[here]))
        d = inner.put(start, stop, dr, dz, plus(dn * r[here], part(g_recalled, here)))
        dh = replaced(dh, kept + np.matmul(d, w_hh))
    d = inner.joined()
    _, dw_hh, db_hh = of_product(d, before, w_hh, (False, needs[3], needs[5]))
    d = np.concatenate([d[:, : 2 * size], outer.joined()], 1)
    dx, dw_ih, db_ih = of_product(d, x, w_ih, (needs[0], needs[2], needs[4]))
    return dx, dh, dw_ih, dw_hh, db_ih, db_hh


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
