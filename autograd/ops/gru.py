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
    against_one,
    arriving,
    back_to_x,
    by_column,
    by_gate,
    by_row,
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

BLOCKS = 5
"""What a step finds: the gates r, z, n, then W_hn h + b_hn and h - n."""


def _gru(
    x: Raw, h: Raw, w_ih: Raw, w_hh: Raw, b_ih: Raw, b_hh: Raw, steps: Steps
) -> tuple[Raw, ...]:
    """The kernel; beside the results it gives what the rule needs: what steps see and find.

    sigmoid(x) is (tanh(x / 2) + 1) / 2.
    """
    size = h.shape[1]
    seen = seeing(x, size, steps)
    every = np.empty((steps.rows, BLOCKS * size), x.dtype)
    out = np.empty((steps.rows, size), x.dtype)
    half = np.array(0.5, x.dtype)
    bias, own = None, np.zeros(size, x.dtype)
    if b_ih is not None:
        bias, own = b_ih.copy(), b_hh[2 * size :]
        bias[: 2 * size] += b_hh[: 2 * size]
    weight = by_column(w_hh, w_ih, bias, 3)
    weight[:2] *= half
    recall = Products(weight[:, :size], steps)
    state = h
    for run in entering(seen, weight[:, size:], every, BLOCKS, steps):
        multiply, product = recall.sized(run.size)
        of_two, of_n = product[:2], product[2]
        row = state[: run.size]
        blocks = run.by_gate(every, BLOCKS)
        views = blocks[:, :2], *blocks.swapaxes(0, 1), run.by_step(out)
        for two, r, z, n, recalled, less, row_ in in_order(run, steps.reverse, *views):
            multiply(row)
            np.add(of_n, own, out=recalled)
            np.add(of_two, two, out=two)
            np.tanh(two, out=two)
            np.multiply(two, half, out=two)
            np.add(two, half, out=two)
            np.multiply(r, recalled, out=of_n)
            np.add(n, of_n, out=n)
            np.tanh(n, out=n)
            np.subtract(row, n, out=less)
            np.multiply(less, z, out=row_)
            row = np.add(row_, n, out=row_)
        state = replaced(state, row)
    steps.before(out, h, seen[:, :size])
    return out.reshape(*x.shape[:-1], size), state.copy(), seen, every


def _local(every: Any, into: Sequence[Any]) -> tuple[Any, ...]:
    """What a change of h' means at the gates n, r, z, and for W_hn h + b_hn.

    Of arrays each operation writes into one of the four of ``into``, so that nothing else is
    needed; of tensors these are None.
    """
    r, z, n, recalled, less_n = every
    of_n, of_r, of_z, of_hn = into
    times, less = np.multiply, np.subtract
    dn = less(1, times(n, n, out=of_n), out=of_n)
    dn = times(dn, less(1, z, out=of_hn), out=of_n)
    dr = times(less(1, r, out=of_r), recalled, out=of_r)
    dr = times(dr, times(dn, r, out=of_z), out=of_r)
    dz = times(less(1, z, out=of_z), z, out=of_z)
    dz = times(dz, less_n, out=of_z)
    return dn, dr, dz, times(dn, r, out=of_hn)


def _gru_rule(
    g: Any,
    needs: Sequence[bool],
    w_ih: Any,
    w_hh: Any,
    x_shape: tuple[int, ...],
    h_shape: tuple[int, ...],
    y: Any,
    steps: Steps,
) -> tuple[Any, ...]:
    """What the rule reads may have gradients of its own: those of a derivative made of it."""
    _, _, seen, every = y
    g_out, g_h, g_seen, g_every = g
    size = h_shape[1]
    g_before, g_x = split(g_seen, size)
    turned = np.concatenate([w_ih[2 * size :], w_ih[: 2 * size]])
    reaching = Reaching(_local, (BLOCKS, 4, 4), every, steps)

    def finish(rows: slice, d: Any) -> Any:
        of_x, of_h = d[:3], d[1:]
        dx = back_to_x(of_x, turned) if needs[0] else None
        before, x = split(seen[rows], size)
        dw_ih = against(x, of_x, stages.so_far(1))
        return dx, dw_ih, against(before, of_h, stages.so_far(2)), against_one(d)

    dh = arriving(g_h, h_shape, every)
    back = Back(by_gate(w_hh, 3), steps)
    stages = reaching.stages(seen.shape[1], finish)
    for run in stages:
        pull, top = back.sized(run.size), dh[: run.size]
        blocks = run.by_gate(every, BLOCKS)
        coming = [None if each is None else run.by_step(each) for each in (g_out, g_before)]
        own = (None, None) if g_every is None else _own(blocks, run.by_gate(g_every, BLOCKS))
        for d, z, g_row, g_old, more, g_less in in_order(
            run, not steps.reverse, reaching.of(run), blocks[:, 1], *coming, *own
        ):
            top = plus(top, g_row)
            d = reaching.put(d, more, (d, top))
            top = plus(plus(pull(d[1:]) + top * z, g_old), g_less)
        dh = replaced(dh, top)
    dxs, of_x, of_h, db = zip(*stages.results(), strict=True)
    dx = plus(steps.joined(dxs), g_x).reshape(x_shape) if needs[0] else None
    dw_ih, db = by_row(total(of_x)[[1, 2, 0]]), total(db)
    db_ih, db_hh = (db[order].reshape(3 * size) for order in ([1, 2, 0], [1, 2, 3]))
    return dx, dh, dw_ih, by_row(total(of_h)), db_ih, db_hh


def _own(blocks: Any, g: Any) -> tuple[Any, Any]:
    """What gradients of all blocks bring to the four of `_local`, and to h; each by steps."""
    r, z, n, recalled, _ = blocks.swapaxes(0, 1)
    g_r, g_z, g_n, g_recalled, g_less = g.swapaxes(0, 1)
    dn = (g_n - g_less) * (1 - n * n)
    dr = (dn * recalled + g_r) * (r * (1 - r))
    return np.stack([dn, dr, g_z * (z * (1 - z)), dn * r + g_recalled], 1), g_less


gru = Op(
    "gru",
    _gru,
    "x h w_ih w_hh b_ih b_hh",
    params="steps",
    outputs=True,
    together=_gru_rule,
    unkept=(0, 1),
    blas=True,
)
"""A layer h' = (1 - z) n + z h with r, z = sigmoid(W_ih x + b_ih + W_hh h + b_hh).

n = tanh(W_in x + b_in + r (W_hn h + b_hn)). x is (rows, in) or (steps, batch, in); the rows of the
weights stand in the order r, z, n. Gives the state at each row, the last states, and then, for the
derivative, what each step saw and what it found.
"""
gru.nones = True
