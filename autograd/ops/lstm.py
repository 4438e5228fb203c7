"""The long short-term memory: a layer over a whole sequence, as one operator."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd.graph import Raw
from autograd.operator import Op
from autograd.ops.recurrent import (
    WIDE,
    Back,
    Reaching,
    against,
    against_one,
    arriving,
    back_to_x,
    by_column,
    by_gate,
    by_source,
    entering,
    in_order,
    plus,
    replaced,
    seeing,
    split,
    total,
)
from autograd.ops.stepping import Products, Steps

__all__: list[str] = []

BLOCKS = 7
"""What a step finds: the gates o, i, f, z, then i z, f c and tanh(c'), of which h' is made."""

ORDER = [3, 0, 1, 2]
"""The gates o, i, f, z among the rows of the weights: i, f, z, o."""


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
    """The kernel; beside the results it gives what the rule needs: what steps see and find.

    sigmoid(x) is (tanh(x / 2) + 1) / 2, so that one tanh serves all four gates.
    """
    every = np.empty((steps.rows, BLOCKS * c.shape[1]), x.dtype)
    seen = seeing(x, h.shape[1], steps)
    out = np.empty((steps.rows, h.shape[1]), x.dtype)
    half = np.array(0.5, x.dtype)
    weight = by_column(w_hh, w_ih, None if b_ih is None else b_ih + b_hh, 4)[ORDER]
    weight[:3] *= half
    width = h.shape[1]
    stages = entering(seen, weight[:, width:], every, BLOCKS, steps)
    at_once = steps.most >= WIDE and not stages.early
    products = Products(weight if at_once else weight[:, :width], steps)
    state, cell = h, c
    for run in steps.in_order() if at_once else stages:
        multiply, product = products.sized(run.size)
        row, held = state[: run.size], cell[: run.size].copy()
        blocks = run.by_gate(every, BLOCKS)
        views = run.by_step(seen), blocks[:, :4], blocks[:, :3], *blocks.swapaxes(0, 1)
        for sees, four, three, o, i, f, z, taken, kept, shown, row_ in in_order(
            run, steps.reverse, *views, run.by_step(out)
        ):
            sees[:, :width] = row
            if at_once:
                multiply(sees)
            else:
                multiply(row)
                np.add(product, four, out=product)
            np.tanh(product, out=four)
            np.multiply(three, half, out=three)
            np.add(three, half, out=three)
            np.multiply(i, z, out=taken)
            np.multiply(f, held, out=kept)
            np.add(taken, kept, out=held)
            np.tanh(held, out=shown)
            if w_hr is None:
                row = np.multiply(o, shown, out=row_)
            else:
                row = np.matmul(o * shown, w_hr.T, out=row_)
        state, cell = replaced(state, row), replaced(cell, held)
    return out.reshape(*x.shape[:-1], h.shape[1]), state.copy(), cell.copy(), seen, every


def _local(every: Any, into: Sequence[Any]) -> tuple[Any, ...]:
    """What a change of c' means at i, f, z, of h' at o, and of h' for c' through tanh.

    Of arrays each operation writes into one of the five of ``into``, so that nothing else is
    needed; of tensors these are None.
    """
    o, i, f, z, taken, kept, shown = every
    of_i, of_f, of_z, of_o, of_c = into
    times, less = np.multiply, np.subtract
    h = times(o, shown, out=of_o)
    dc = less(o, times(h, shown, out=of_c), out=of_c)
    do = less(h, times(h, o, out=of_i), out=of_o)
    di = less(taken, times(taken, i, out=of_i), out=of_i)
    df = less(kept, times(kept, f, out=of_f), out=of_f)
    dz = less(i, times(taken, z, out=of_z), out=of_z)
    return di, df, dz, do, dc


def _lstm_rule(
    g: Any,
    needs: Sequence[bool],
    w_ih: Any,
    w_hh: Any,
    w_hr: Any,
    x_shape: tuple[int, ...],
    h_shape: tuple[int, ...],
    c_shape: tuple[int, ...],
    y: Any,
    steps: Steps,
) -> tuple[Any, ...]:
    """What the rule reads may have gradients of its own: those of a derivative made of it."""
    _, _, _, seen, every = y
    g_out, g_h, g_c, g_seen, g_every = g
    g_before, g_x = split(g_seen, h_shape[1])
    reaching = Reaching(_local, (BLOCKS, 5, 4), every, steps)

    def finish(rows: slice, d: Any) -> Any:
        dx = back_to_x(d, w_ih) if needs[0] else None
        return dx, against(seen[rows, :-1], d, stages.so_far(1)), against_one(d)

    dh, dc = arriving(g_h, h_shape, every), arriving(g_c, c_shape, every)
    tops = []
    back = Back(by_gate(w_hh, 4), steps)
    stages = reaching.stages(seen.shape[1], finish)
    for run in stages:
        pull, top, down = back.sized(run.size), dh[: run.size], dc[: run.size]
        blocks = run.by_gate(every, BLOCKS)
        means = reaching.of(run)
        parts = means[:, :4], means[:, :3], means[:, 3:4], means[:, 4], blocks[:, 2]
        coming = [None if each is None else run.by_step(each) for each in (g_out, g_before)]
        own = (None,) * 3 if g_every is None else _own(blocks, run.by_gate(g_every, BLOCKS))
        for d, three, last, of_c, f, g_row, g_old, more, g_cell, g_held in in_order(
            run, not steps.reverse, *parts, *coming, *own
        ):
            top = plus(top, g_row)
            if w_hr is not None:
                tops.append(top)
                top = np.matmul(top, w_hr)
            down = plus(down, g_cell) + top * of_c
            top = plus(pull(reaching.put(d, more, (three, down), (last, top))), g_old)
            down = plus(down * f, g_held)
        dh, dc = replaced(dh, top), replaced(dc, down)
    dxs, dw, db = zip(*stages.results(), strict=True)
    dw_hh, dw_ih = by_source(total(dw), h_shape[1])
    db = total(db).reshape(w_hh.shape[0])
    dw_hr = None
    if w_hr is not None and needs[7]:
        o, shown = _rows_of(steps, every, 0), _rows_of(steps, every, 6)
        dw_hr = np.matmul(steps.joined(tops).T, o * shown)
    dx = plus(steps.joined(dxs), g_x).reshape(x_shape) if needs[0] else None
    return dx, dh, dc, dw_ih, dw_hh, db, db, dw_hr


def _own(blocks: Any, g: Any) -> tuple[Any, Any, Any]:
    """What gradients of all blocks bring to the gates, to c', and to c; each by steps."""
    o, i, f, z, _, kept, shown = blocks.swapaxes(0, 1)
    g_o, g_i, g_f, g_z, g_taken, g_kept, g_shown = g.swapaxes(0, 1)
    do = g_o * o * (1 - o)
    di = (g_i + g_taken * z) * i * (1 - i)
    df = (g_f * f + g_kept * kept) * (1 - f)
    dz = (g_z + g_taken * i) * (1 - z * z)
    return np.stack([di, df, dz, do], 1), g_shown * (1 - shown * shown), g_kept * f


def _rows_of(steps: Steps, every: Any, block: int) -> Any:
    """One of the blocks, (rows, hidden)."""
    runs = [run.by_gate(every, BLOCKS)[:, block] for run in steps.runs]
    rows = [each.reshape(each.shape[0] * each.shape[1], each.shape[2]) for each in runs]
    return rows[0] if len(rows) == 1 else np.concatenate(rows)


lstm = Op(
    "lstm",
    _lstm,
    "x h c w_ih w_hh b_ih b_hh w_hr",
    params="steps",
    outputs=True,
    together=_lstm_rule,
    unkept=(0, 1, 2),
    blas=True,
)
"""A layer of i, f, o = sigmoid(...), z = tanh(...) of W_ih x + b_ih + W_hh h + b_hh.

c' = f c + i z, h' = o tanh(c'), times W_hr^T where that is given. x is (rows, in) or (steps,
batch, in); the rows of the weights stand in the order i, f, z, o. Gives the state at each row,
the last states and cells, and then, for the derivative, what each step saw and what it found.
"""
lstm.nones = True
