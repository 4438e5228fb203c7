"""The long short-term memory: a layer over a whole sequence, as one operator."""

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

    The gates of a step are one block, (4, batch, hidden), where the projected rows were: what is
    computed with one gate then goes through memory that lies together.
    """
    gates = projected(x, w_ih, b_ih, b_hh)
    size = c.shape[1]
    cells = np.empty((len(x), size), x.dtype)
    out = np.empty((len(x), h.shape[1]), x.dtype)
    weight = turned(w_hh, steps)
    with np.errstate(over="ignore"):
        for start, stop in steps.rows:
            count = stop - start
            row, cell, state = gates[start:stop], cells[start:stop], out[start:stop]
            total = np.matmul(h[:count], weight)
            total += row
            block = row.reshape(4, count, size)
            parts = total.reshape(count, 4, size).swapaxes(0, 1)
            block[...] = parts
            i, f, z, o = block
            sigmoid_(block[:2])
            np.tanh(z, out=z)
            sigmoid_(o)
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
    before = steps.before(cells, c)
    rows, tops = Rows(steps, gates, 4 * size), Rows(steps, out, h.shape[1])
    told = Rows(steps, cells, size)
    for start, stop in reversed(steps.rows):
        here, count = slice(start, stop), stop - start
        i, f, z, o = gates[here].reshape(4, count, size)
        t = np.tanh(cells[here])
        top = plus(dh[:count], part(g_out, here))
        if w_hr is not None:
            top = np.matmul(tops.put(start, stop, top), w_hr)
            told.put(start, stop, o * t)
        shown = top * o  # with the factors 1 - t t, 1 - i, ... multiplied out
        shaped = shown * t
        down = plus(dc[:count], part(g_cells, here)) + shown - shaped * t
        entered = down * i
        written = entered * z
        kept = down * f
        recalled = kept * before[here]
        found = [
            written - written * i,
            recalled - recalled * f,
            entered - written * z,
            shaped - shaped * o,
        ]
        if g_gates is not None:
            slopes = (i * (1 - i), f * (1 - f), 1 - z * z, o * (1 - o))
            own = g_gates[here].reshape(4, count, size)
            found = [each + own[k] * slopes[k] for k, each in enumerate(found)]
        d = rows.put(start, stop, *found)
        dh, dc = replaced(dh, np.matmul(d, w_hh)), replaced(dc, kept)
    d = rows.joined()
    dx, dw_ih, db = of_product(d, x, w_ih, (needs[0], needs[3], needs[5] or needs[6]))
    dw_hh = np.matmul(d.T, steps.before(out, h)) if needs[4] else None
    dw_hr = None
    if w_hr is not None and needs[7]:
        dw_hr = np.matmul(tops.joined().T, told.joined())
    return dx, dh, dc, dw_ih, dw_hh, db, db, dw_hr


lstm = Op(
    "lstm",
    _lstm,
    "x h c w_ih w_hh b_ih b_hh w_hr",
    params="steps",
    outputs=True,
    together=_lstm_rule,
)
"""A layer of i, f, o = sigmoid(...), z = tanh(...) of W_ih x + b_ih + W_hh h + b_hh.

c' = f c + i z, h' = o tanh(c'), times W_hr^T where that is given. The rows of the weights stand in
the order i, f, z, o. Gives the state at each row, the last states and cells, and then, for the
derivative, gates and cells at each row.
"""
lstm.nones = True
