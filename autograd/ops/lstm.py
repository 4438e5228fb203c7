"""The long short-term memory: a layer over a whole sequence, as one operator."""

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

    sigmoid(x) is (tanh(x / 2) + 1) / 2, so that one tanh serves all four gates.
    """
    cells = np.empty((len(x), c.shape[1]), x.dtype)
    out = np.empty((len(x), h.shape[1]), x.dtype)
    half = np.array(0.5, x.dtype)
    bias = None if b_ih is None else _halved(b_ih + b_hh)
    gates, runs = entering(x, _halved(w_ih), bias, 4, steps)
    recalled = Products(by_gate(_halved(w_hh), 4).swapaxes(1, 2), steps)
    for run in runs:
        multiply, product = recalled.sized(run.size)
        state, cell = h[: run.size], c[: run.size]
        fresh = np.empty_like(cell)
        every = run.by_gate(gates, 4)
        views = every, every[:, :2], *every.swapaxes(0, 1), run.by_step(cells), run.by_step(out)
        for block, two, i, f, z, o, c_next, h_next in in_order(run, steps.reverse, *views):
            multiply(state)
            np.add(product, block, out=block)
            np.tanh(block, out=block)
            for each in (two, o):
                np.multiply(each, half, out=each)
                np.add(each, half, out=each)
            cell = np.multiply(f, cell, out=c_next)
            np.multiply(i, z, out=fresh)
            np.add(cell, fresh, out=cell)
            np.tanh(cell, out=fresh)
            if w_hr is None:
                state = np.multiply(o, fresh, out=h_next)
            else:
                state = np.matmul(o * fresh, w_hr.T, out=h_next)
        h, c = replaced(h, state), replaced(c, cell)
    return out, h.copy(), c.copy(), gates, cells


def _halved(weight: Raw) -> Raw:
    """A weight or bias, half of it for the gates that become a sigmoid."""
    out = weight.copy()
    size = len(out) // 4
    out[: 2 * size] *= 0.5
    out[3 * size :] *= 0.5
    return out


def _local(gates: Any, cells: Any, before: Any, into: Sequence[Any]) -> tuple[Any, ...]:
    """What a change of c' (i, f, z) and of h' (o, and c' through tanh) means at each gate.

    Of arrays each operation writes into one of the five of ``into``, so that nothing else is
    needed; of tensors these are None.
    """
    i, f, z, o = gates
    of_i, of_f, of_z, of_o, of_c = into
    times, less = np.multiply, np.subtract
    t = np.tanh(cells, out=of_c)
    ot = times(o, t, out=of_o)
    shown = less(o, times(ot, t, out=of_c), out=of_c)
    ot = less(ot, times(ot, o, out=of_i), out=of_o)
    fb = times(f, before, out=of_f)
    fb = less(fb, times(fb, f, out=of_i), out=of_f)
    iz = times(times(less(1, i, out=of_i), i, out=of_i), z, out=of_i)
    zi = times(less(1, times(z, z, out=of_z), out=of_z), i, out=of_z)
    return iz, fb, zi, ot, shown


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
    before_h, before_c = steps.before(out, h), steps.before(cells, c)
    reaching = Reaching(_local, 5, steps, (gates, 4), (cells, 1), (before_c, 1))

    def finish(rows: slice, d: Any) -> Any:
        d = d[:, : len(w_ih)]
        dx = np.matmul(d, w_ih) if needs[0] else None
        return dx, against(d, before_h[rows], x[rows])

    dh, dc = arriving(g_h, h), arriving(g_c, c)
    tops = []
    back = Back(by_gate(w_hh, 4), steps)
    stages = reaching.stages(x.shape[1], finish)
    for run in stages:
        pull, top, down = back.sized(run.size), dh[: run.size], dc[: run.size]
        means, forget = reaching.of(run), run.by_gate(gates, 4)[:, 1]
        coming = [None if each is None else run.by_step(each) for each in (g_out, g_cells)]
        own = None if g_gates is None else _own(run.by_gate(gates, 4), run.by_gate(g_gates, 4))
        parts = means[:, :4], means[:, :3], means[:, 3:4], means[:, 4]
        arrays = *parts, forget, *coming, own
        for d, three, last, shown, f, g_row, g_cell, more in in_order(
            run, not steps.reverse, *arrays
        ):
            top = plus(top, g_row)
            if w_hr is not None:
                tops.append(top)
                top = np.matmul(top, w_hr)
            down = plus(down, g_cell) + top * shown
            top = pull(reaching.put(d, more, (three, down), (last, top)))
            down = down * f
        dh, dc = replaced(dh, top), replaced(dc, down)
    dxs, found = zip(*stages.results(), strict=True)
    dw_hh, dw_ih, db = by_source(found, h.shape[1], x.shape[1])
    dw_hr = None
    if w_hr is not None and needs[7]:
        o = _rows_of(steps, gates, 3)
        dw_hr = np.matmul(steps.joined(tops).T, o * np.tanh(cells))
    return steps.joined(dxs) if needs[0] else None, dh, dc, dw_ih, dw_hh, db, db, dw_hr


def _own(gates: Any, g: Any) -> Any:
    """What gradients of the gates themselves bring to a run, (steps, gates, rows, hidden)."""
    i, f, z, o = gates.swapaxes(0, 1)
    return np.stack([i * (1 - i), f * (1 - f), 1 - z * z, o * (1 - o)], 1) * g


def _rows_of(steps: Steps, gates: Any, gate: int) -> Any:
    """One of the gates, (rows, hidden)."""
    runs = [run.by_gate(gates, 4)[:, gate] for run in steps.runs]
    rows = [each.reshape(each.shape[0] * each.shape[1], each.shape[2]) for each in runs]
    return rows[0] if len(rows) == 1 else np.concatenate(rows)


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
