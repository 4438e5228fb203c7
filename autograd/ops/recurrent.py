"""What recurrent layers share, and the plain one: a whole sequence is one operator.

The products with the input are one product for many time steps. The derivative first finds what
a change at each gate means, for all steps at once; then it goes back through the steps, with a
product and a few operations for each; and the weights' gradients are again one product.
`autograd.ops.stepping` has the order of the numbers.
"""

from __future__ import annotations

import itertools
import sys
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np

from autograd import threads
from autograd.blas import SMALL_PRODUCT
from autograd.graph import Raw
from autograd.operator import Op
from autograd.ops.stepping import Products, Run, Share, Stages, Steps, is_much, part

__all__: list[str] = []

WIDE = 16
"""From so many rows in a step on, each step's product is as fast as one of many steps."""

CACHED = 1 << 20
"""Bytes of a share's d up to which it is read from the cache however often."""

ROWS, LARGE = 256, 1 << 18
"""Rows of a share: its numbers stay in the cache. Twice as many for weights of more numbers, as
the gradients of all shares are added up, and where another thread takes them: it is woken less."""


def by_gate(weight: Any, gates: int) -> Any:
    """A weight (gates hidden, in) as one for each gate: (gates, hidden, in)."""
    return weight.reshape(gates, weight.shape[0] // gates, weight.shape[1])


def by_column(w_hh: Raw, w_ih: Raw, bias: Raw | None, gates: int) -> Raw:
    """The weights and the bias as what a state, x and 1 are multiplied with, gate by gate.

    (gates, hidden + in + 1, hidden), see `seeing`.
    """
    width, inside = w_hh.shape[1], w_ih.shape[1]
    out = np.empty((gates, width + inside + 1, len(w_ih) // gates), w_ih.dtype)
    out[:, :width] = by_gate(w_hh, gates).swapaxes(1, 2)
    out[:, width:-1] = by_gate(w_ih, gates).swapaxes(1, 2)
    out[:, -1] = 0 if bias is None else bias.reshape(gates, out.shape[2])
    return out


def seeing(x: Raw, width: int, steps: Steps) -> Raw:
    """What each step sees, (rows, width + in + 1): its state, which comes later, x, and 1."""
    seen = np.empty((steps.rows, width + x.shape[-1] + 1), x.dtype)
    seen.reshape(*x.shape[:-1], seen.shape[1])[..., width:-1] = x
    seen[:, -1] = 1
    return seen


def entering(seen: Raw, weight: Raw, every: Raw, blocks: int, steps: Steps) -> Stages:
    """The product of x and 1 with ``weight`` (gates, in + 1, hidden), into the first blocks.

    ``every`` (rows, blocks hidden) by runs. Gives the runs, each when its rows are there.
    """
    gates, depth, size = weight.shape
    known = seen[:, -depth:]

    def project(share: Share) -> None:
        for run in share.runs:
            into = run.by_gate(every, blocks)[:, :gates]
            if run.size >= WIDE:
                np.matmul(run.by_step(known)[:, np.newaxis], weight, out=into)
            else:
                some = np.matmul(known[run.rows], weight)
                into[...] = some.reshape(gates, run.steps, run.size, size).swapaxes(0, 1)

    return Stages(steps.shares(rows=ROWS), project, early=known.size * gates * size)


def in_order(run: Run, flip: bool, *arrays: Any) -> Any:
    """For each step, or from the last one on, what each of ``arrays`` has for it; None stays."""
    each: list[Any] = []
    for array in arrays:
        if array is None:
            each.append(itertools.repeat(None, run.steps))
        else:
            each.append(reversed(list(array)) if flip else array)
    return zip(*each, strict=True)


def replaced(state: Any, top: Any) -> Any:
    """``state`` with its first rows replaced by ``top``."""
    count = len(top)
    return top if count == len(state) else np.concatenate([top, state[count:]])


def plus(x: Any, more: Any) -> Any:
    """The sum, where there is something to add."""
    return x if more is None else x + more


def arriving(g: Any, shape: tuple[int, ...], like: Any) -> Any:
    """The gradient of a last state: zeros where none came."""
    return np.zeros(shape, like.dtype) if g is None else g


def split(array: Any, at: int) -> tuple[Any, Any]:
    """The columns of ``array`` (rows, hidden + in + 1) for the state, and those for x."""
    return (None, None) if array is None else (array[:, :at], array[:, at:-1])


class Reaching:
    """What a change at each gate means, and, step by step, what reaches it: d.

    ``every`` (rows, blocks hidden) by runs is what the forward pass found, and ``formula(blocks,
    into)`` makes ``factors`` of it, (steps, rows, hidden) each. Arrays are written into ``into``;
    of tensors these are None, and what is found is joined at the end. d is (gates, rows, hidden).
    """

    def __init__(
        self,
        formula: Callable[..., Sequence[Any]],
        sizes: tuple[int, int, int],
        every: Any,
        steps: Steps,
    ) -> None:
        self.formula, self.every, self.steps = formula, every, steps
        self.blocks, self.factors, self.gates = sizes
        self.raw = isinstance(every, np.ndarray)
        self.size = every.shape[1] // self.blocks
        self.start = 0
        self.found: list[Any] = []

    def stages(self, width: int, finish: Callable[[slice, Any], Any]) -> Stages:
        """The runs from the last to the first; ``finish`` gets rows, and d for them.

        ``width``: of the rows that d is multiplied with.
        """
        if not self.raw:
            shares = self.steps.shares(backwards=True, rows=sys.maxsize)
            return Stages(shares, lambda share: None, partial(self._joined, finish))
        weights = self.gates * self.size * width
        work = self.steps.rows * weights
        rows = ROWS if weights < LARGE and not is_much(work) else 2 * ROWS
        shares = self.steps.shares(backwards=True, rows=rows)
        stages = Stages(shares, self._prepare, partial(self._handed, finish), late=work)
        self.late = stages.late
        return stages

    def _prepare(self, share: Share) -> None:
        """Work out the factors of a share."""
        self.start = share.rows.start
        shape = self.factors, share.rows.stop - self.start, self.size
        kind = self.every.dtype
        self.means = np.empty(shape, kind) if self.late else threads.scratch("means", shape, kind)
        for run in share.runs:
            self._factors(run, self._inside(run))

    def _inside(self, run: Run) -> Raw:
        """The factors of a run, (factors, steps, rows, hidden)."""
        rows = run._replace(start=run.start - self.start).rows
        return self.means[:, rows].reshape(self.factors, run.steps, run.size, self.size)

    def _handed(self, finish: Callable[[slice, Any], Any], share: Share) -> Callable[[], Any]:
        return partial(finish, share.rows, self.means[: self.gates])

    def _joined(self, finish: Callable[[slice, Any], Any], share: Share) -> Callable[[], Any]:
        return lambda: finish(share.rows, self.steps.joined(self.found, 1))

    def _factors(self, run: Run, into: Sequence[Any]) -> Sequence[Any]:
        return self.formula(run.by_gate(self.every, self.blocks).swapaxes(0, 1), into)

    def of(self, run: Run) -> Any:
        """The factors of a run: (steps, factors, rows, hidden)."""
        if self.raw:
            return self._inside(run).swapaxes(0, 1)
        return np.stack(list(self._factors(run, [None] * self.factors)), 1)

    def put(self, d: Any, own: Any, *parts: tuple[Any, Any]) -> Any:
        """A step's d: factors times what comes, one part after the other, and ``own`` added.

        Of arrays the factors are parts of ``d``, which then is what reaches the gates.
        """
        if self.raw:
            for factors, by in parts:
                np.multiply(factors, by, out=factors)
            if own is not None:
                d += own
            return d
        d = plus(np.concatenate([factors * by for factors, by in parts]), own)
        self.found.append(d)
        return d


class Back:
    """What reaches the state before a step from its gates: the sum of d_k W_k over the gates."""

    def __init__(self, weight: Any, steps: Steps) -> None:
        self.weight = weight
        self.products = Products(weight, steps) if isinstance(weight, np.ndarray) else None

    def sized(self, rows: int) -> Callable[[Any], Any]:
        """A function of d (gates, rows, hidden)."""
        weight = self.weight
        if self.products is None:
            return lambda d: np.matmul(d, weight).sum(0)
        multiply, out = self.products.sized(rows)
        reduce = np.add.reduce

        def back(d: Raw) -> Any:
            multiply(d[:, np.newaxis])
            return reduce(out, 0)

        return back


def back_to_x(d: Any, weight: Any) -> Any:
    """What reaches x, (rows, in), by a weight (gates hidden, in): the sum of d_k W_k."""
    return np.matmul(d, by_gate(weight, len(d))).sum(0)


def against(seen: Any, d: Any, known: Any = None) -> Any:
    """A weight's gradient from d (gates, rows, hidden), (gates, in, hidden): seen^T d_k.

    ``seen`` (rows, in). As many products that BLAS need not pack it is faster than as one. It is
    added to ``known``, in place, where that is given.
    """
    gates, rows, size = d.shape
    width = seen.shape[1]
    high, wide = part(width, 48), part(size, 64)
    if not isinstance(d, np.ndarray) or d.nbytes > CACHED or high * wide * rows > SMALL_PRODUCT:
        found = np.matmul(seen.T, d)
    else:
        shape = gates, width, size
        given = known is not None
        found = threads.scratch("against", shape, d.dtype) if given else np.empty(shape, d.dtype)
        np.matmul(
            seen.reshape(rows, width // high, high).transpose(1, 2, 0)[:, np.newaxis],
            d.reshape(gates, 1, rows, size // wide, wide).swapaxes(2, 3),
            out=found.reshape(gates, width // high, high, size // wide, wide).swapaxes(2, 3),
        )
    return found if known is None else np.add(known, found, out=known)


def against_one(d: Any) -> Any:
    """A bias's gradient from d (gates, rows, hidden), (gates, hidden): the sum over the rows."""
    return np.matmul(np.ones((1, d.shape[1]), d.dtype), d)[:, 0]


def total(products: Sequence[Any]) -> Any:
    """The sum of what all shares found; one that has been added to the last is that itself."""
    whole = products[-1]
    for each in products[-2::-1]:
        if each is not whole:
            whole += each
    return whole


def by_row(whole: Any) -> Any:
    """A gradient (gates, in, hidden) laid out as the weight is: (gates hidden, in)."""
    gates, width, size = whole.shape
    return whole.swapaxes(1, 2).reshape(gates * size, width)


def by_source(whole: Any, at: int) -> tuple[Any, Any]:
    """From the gradient for all that steps see, those of the weights for the state and for x."""
    return by_row(whole[:, :at]), by_row(whole[:, at:])


def _rnn(
    x: Raw, h: Raw, w_ih: Raw, w_hh: Raw, b_ih: Raw, b_hh: Raw, relu: bool, steps: Steps
) -> tuple[Raw, ...]:
    """The kernel; beside the results it gives what the rule needs: what steps see, and states."""
    seen = seeing(x, h.shape[1], steps)
    states = np.empty((steps.rows, h.shape[1]), x.dtype)
    bias = None if b_ih is None else b_ih + b_hh
    weight = by_column(w_hh, w_ih, bias, 1)
    recalled = Products(weight[:, : h.shape[1]], steps)
    state = h
    for run in entering(seen, weight[:, h.shape[1] :], states, 1, steps):
        multiply, (product,) = recalled.sized(run.size)
        zero = np.zeros_like(product)
        row = state[: run.size]
        for (row_,) in in_order(run, steps.reverse, run.by_step(states)):
            multiply(row)
            row = row_
            row += product
            if relu:
                np.maximum(row, zero, out=row)
            else:
                np.tanh(row, out=row)
        state = replaced(state, row)
    steps.before(states, h, seen[:, : h.shape[1]])
    return states.copy().reshape(*x.shape[:-1], h.shape[1]), state.copy(), seen, states


def _tanh_local(every: Any, into: Sequence[Any]) -> tuple[Any, ...]:
    """What a change of h' means before tanh."""
    (h,) = every
    return (np.subtract(1, np.multiply(h, h, out=into[0]), out=into[0]),)


def _relu_local(every: Any, into: Sequence[Any]) -> tuple[Any, ...]:
    """What a change of h' means before relu, which lets that of nan pass."""
    (h,) = every
    return (np.multiply(~(h <= 0), h.dtype.type(1), out=into[0]),)


def _rnn_rule(
    g: Any,
    needs: Sequence[bool],
    w_ih: Any,
    w_hh: Any,
    x_shape: tuple[int, ...],
    h_shape: tuple[int, ...],
    y: Any,
    relu: bool,
    steps: Steps,
) -> tuple[Any, ...]:
    """What the rule reads may have gradients of its own: those of a derivative made of it."""
    _, _, seen, states = y
    g_out, g_last, g_seen, g_states = g
    g_before, g_x = split(g_seen, h_shape[1])
    reaching = Reaching(_relu_local if relu else _tanh_local, (1, 1, 1), states, steps)

    def finish(rows: slice, d: Any) -> Any:
        dx = back_to_x(d, w_ih) if needs[0] else None
        return dx, against(seen[rows, :-1], d, stages.so_far(1)), against_one(d)

    dh = arriving(g_last, h_shape, states)
    back = Back(by_gate(w_hh, 1), steps)
    stages = reaching.stages(seen.shape[1], finish)
    for run in stages:
        pull, top = back.sized(run.size), dh[: run.size]
        coming = g_out, g_states, g_before
        arrays = [None if each is None else run.by_step(each) for each in coming]
        for d, g_row, g_state, g_old in in_order(run, not steps.reverse, reaching.of(run), *arrays):
            top = plus(plus(top, g_row), g_state)
            top = plus(pull(reaching.put(d, None, (d, top))), g_old)
        dh = replaced(dh, top)
    dxs, dw, db = zip(*stages.results(), strict=True)
    dx = plus(steps.joined(dxs), g_x).reshape(x_shape) if needs[0] else None
    dw_hh, dw_ih = by_source(total(dw), h_shape[1])
    db = total(db).reshape(h_shape[1])
    return dx, dh, dw_ih, dw_hh, db, db


rnn = Op(
    "rnn",
    _rnn,
    "x h w_ih w_hh b_ih b_hh",
    params="relu steps",
    outputs=True,
    together=_rnn_rule,
    unkept=(0, 1),
    blas=True,
)
"""A layer h' = act(W_ih x + b_ih + W_hh h + b_hh): the state at each row, and the last ones.

x (rows, in) or (steps, batch, in), h (batch, hidden), w_ih (hidden, in), w_hh (hidden, hidden),
biases (hidden,) or None; act is tanh or relu. Gives besides, for the derivative, what each step
saw, and the states once more.
"""
rnn.nones = True
