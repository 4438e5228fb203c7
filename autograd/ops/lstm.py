"""The long short-term memory: a layer over a whole sequence, as one operator."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd.graph import Raw
from autograd.operator import Op
from autograd.ops.recurrent import (
    MANY,
    Repeated,
    Rows,
    Steps,
    arriving,
    of_product,
    part,
    plus,
    replaced,
)

__all__: list[str] = []


def _lstm(
    x: Raw,
    h: Raw,
    c: Raw,
    w_ih: Raw,
    w_hh: Raw,
    b_ih: Raw,
    b_hh: Raw,
    w_hr: Raw,
    steps: Steps,
) -> tuple[Raw, ...]:
    """The kernel; beside the results it gives what the rule needs, the gates and the cells.

    Each gate's numbers lie together, (4, rows, hidden). sigmoid(x) is (tanh(x / 2) + 1) / 2, so
    that one tanh serves all four.
    """
    size = c.shape[1]
    gates = np.matmul(x, _by_gate(w_ih))
    if b_ih is not None:
        gates += (b_ih + b_hh).reshape(4, 1, size)
    cells = np.empty((len(x), size), x.dtype)
    out = np.empty((len(x), h.shape[1]), x.dtype)
    weight, many = _by_gate(w_hh), len(steps.rows) > MANY
    if many:
        weight = np.ascontiguousarray(weight)
        _halve(weight)
        _halve(gates)
    for start, stop in steps.rows:
        count = stop - start
        block, cell, state = gates[:, start:stop], cells[start:stop], out[start:stop]
        total = np.matmul(h[:count], weight)
        total += block
        if not many:
            _halve(total)
        np.tanh(total, out=block)
        for each in (block[:2], block[3]):
            each *= 0.5
            each += 0.5
        i, f, z, o = block
        np.multiply(f, c[:count], out=cell)
        fresh = i * z
        cell += fresh
        np.tanh(cell, out=fresh)
        if w_hr is None:
            np.multiply(o, fresh, out=state)
        else:
            np.matmul(o * fresh, w_hr.T, out=state)
        h, c = replaced(h, state), replaced(c, cell)
    return out, h.copy(), c.copy(), gates, cells


def _by_gate(weight: Raw) -> Raw:
    """A weight's transpose for each gate: (4, in, hidden), of the same memory."""
    return weight.reshape(4, len(weight) // 4, weight.shape[1]).swapaxes(1, 2)


def _halve(gates: Raw) -> None:
    """Half of what becomes a sigmoid, in place."""
    gates[:2] *= 0.5
    gates[3] *= 0.5


def _lstm_rule(
    g: Any,
    needs: Sequence[bool],
    x: Any,
    h: Any,
    c: Any,
    w_ih: Any,
    w_hh: Any,
    w_hr: Any,
    y: Any,
    steps: Steps,
) -> tuple[Any, ...]:
    """Gates and cells may have gradients of their own: those of a derivative made of them."""
    out, _, _, gates, cells = y
    g_out, g_h, g_c, g_gates, g_cells = g
    size = c.shape[1]
    dh, dc = arriving(g_h, h), arriving(g_c, c)
    i, f, z, o = gates
    t = np.tanh(cells)
    by_i, by_f, by_z, by_o = i * (1 - i), f * (1 - f), 1 - z * z, o * (1 - o)
    factors = (z * by_i, steps.before(cells, c) * by_f, i * by_z, t * by_o)
    shown = o * (1 - t * t)
    own = None
    if g_gates is not None:
        slopes = (by_i, by_f, by_z, by_o)
        own = np.concatenate([g_gates[k] * slope for k, slope in enumerate(slopes)], 1)
    rows, tops = Rows(steps, cells, 4 * size), Rows(steps, out, h.shape[1])
    back = Repeated(w_hh, steps)
    for start, stop in reversed(steps.rows):
        here, count = slice(start, stop), stop - start
        top = plus(dh[:count], part(g_out, here))
        if w_hr is not None:
            top = np.matmul(tops.put(start, stop, top), w_hr)
        down = plus(dc[:count], part(g_cells, here)) + top * shown[here]
        found = [(down, each[here]) for each in factors[:3]] + [(top, factors[3][here])]
        d = rows.products(start, stop, found, part(own, here))
        dh, dc = replaced(dh, back.product(d)), replaced(dc, down * f[here])
    d = rows.joined()
    dx, dw_ih, db = of_product(d, x, w_ih, (needs[0], needs[3], needs[5] or needs[6]))
    dw_hh = np.matmul(d.T, steps.before(out, h)) if needs[4] else None
    dw_hr = None
    if w_hr is not None and needs[7]:
        dw_hr = np.matmul(tops.joined().T, o * t)
    return dx, dh, dc, dw_ih, dw_hh, db, db, dw_hr


lstm = Op(
    "lstm",
    _lstm,
    "x h c w_ih w_hh b_ih b_hh w_hr",
    params="steps",
    outputs=True,
    together=_lstm_rule,
    blas=True,
)
"""A layer of i, f, o = sigmoid(...), z = tanh(...) of W_ih x + b_ih + W_hh h + b_hh.

c' = f c + i z, h' = o tanh(c'), times W_hr^T where that is given. The rows of the weights stand in
the order i, f, z, o. Gives the state at each row, the last states and cells, and then, for the
derivative, gates and cells at each row.
"""
lstm.nones = True
