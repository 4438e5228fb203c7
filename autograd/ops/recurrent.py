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
from autograd.graph import Raw
from autograd.operator import Op
from autograd.ops.stepping import Products, Run, Share, Stages, Steps

__all__: list[str] = []

WIDE = 16
"""From so many rows in a step on, each step's product is as fast as one of many steps."""

ROWS, LARGE = 256, 1 << 18
"""Rows of a share: its numbers stay in the cache. Twice as many for weights of more numbers, as
the gradients of all shares are added up."""


def by_gate(weight: Any, gates: int) -> Any:
    """A weight (gates hidden, in) as one for each gate: (gates, hidden, in)."""
    return weight.reshape(gates, weight.shape[0] // gates, weight.shape[1])


def entering(x: Raw, weight: Raw, bias: Raw | None, gates: int, steps: Steps) -> tuple[Raw, Stages]:
    """x W^T + b, (rows, gates hidden) by runs, and the runs, each when its rows are there.

    ``weight`` (gates hidden, in), ``bias`` (gates hidden,).
    """
    out = np.empty((len(x), len(weight)), x.dtype)
    added = np.zeros(len(weight), x.dtype) if bias is None else bias
    added = added.reshape(gates, 1, len(weight) // gates)
    turned = by_gate(weight, gates).swapaxes(1, 2)
    if steps.most >= WIDE:
        turned = np.ascontiguousarray(turned)

    def project(share: Share) -> None:
        for run in share.runs:
            into = run.by_gate(out, gates)
            if run.size >= WIDE:
                np.matmul(run.by_step(x)[:, np.newaxis], turned, out=into)
                if bias is not None:
                    into += added
            else:
                some = np.matmul(x[run.rows], weight.T)
                by_row = some.reshape(run.steps, run.size, gates, added.shape[2])
                np.add(by_row.swapaxes(1, 2), added, out=into)

    return out, Stages(steps.shares(rows=ROWS), project, early=x.size * len(weight))


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


def arriving(g: Any, state: Any) -> Any:
    """The gradient of a last state: zeros where none came."""
    return np.zeros(state.shape, state.dtype) if g is None else g


class Reaching:
    """What a change at each gate means, and, step by step, what reaches it: d.

    ``formula(*given, into)`` gives ``count`` factors by gate, (steps, rows, hidden) each; ``given``
    are arrays (rows, gates hidden) by runs, and how many gates they have. Arrays are written into
    ``into``, and then over; of tensors these are None, and what is found is joined at the end.
    """

    def __init__(
        self,
        formula: Callable[..., Sequence[Any]],
        count: int,
        steps: Steps,
        *given: tuple[Any, int],
    ) -> None:
        like, gates = given[0]
        self.formula, self.count, self.steps, self.given = formula, count, steps, given
        self.raw = isinstance(like, np.ndarray)
        self.size = like.shape[1] // gates
        self.dtype = like.dtype
        self.start = 0
        self.found: list[Any] = []

    def stages(self, width: int, finish: Callable[[slice, Any], Any]) -> Stages:
        """The runs from the last to the first; ``finish`` gets rows, and d for them.

        ``width``: of the rows that d is multiplied with. d is (rows, gates hidden), and only lent.
        """
        if not self.raw:
            shares = self.steps.shares(backwards=True, rows=sys.maxsize)
            return Stages(shares, lambda share: None, partial(self._joined, finish))
        rows = ROWS if self.count * self.size * width < LARGE else 2 * ROWS
        shares = self.steps.shares(backwards=True, rows=rows)
        total = sum(run.steps * run.size for run in self.steps.runs)
        work = total * self.count * self.size * width
        return Stages(shares, self._prepare, partial(self._handed, finish), late=work)

    def _prepare(self, share: Share) -> None:
        """Work out the factors of a share."""
        rows = share.rows
        self.start = rows.start
        self.out = np.empty((rows.stop - rows.start, self.count * self.size), self.dtype)
        for run in share.runs:
            self._factors(run, list(self.of(run).swapaxes(0, 1)))

    def _handed(self, finish: Callable[[slice, Any], Any], share: Share) -> Callable[[], Any]:
        """What is left to do for a share: d in the order of the weights' rows, and ``finish``."""
        out, count, size = self.out, self.count, self.size

        def work() -> Any:
            d = threads.scratch("reaching", out.shape, out.dtype)
            for run in share.runs:
                here = run._replace(start=run.start - share.rows.start)
                by_row = d[here.rows].reshape(run.steps, run.size, count, size)
                by_row.swapaxes(1, 2)[...] = here.by_gate(out, count)
            return finish(share.rows, d)

        return work

    def _joined(self, finish: Callable[[slice, Any], Any], share: Share) -> Callable[[], Any]:
        return lambda: finish(share.rows, self.steps.joined(self.found))

    def _factors(self, run: Run, into: Sequence[Any]) -> Sequence[Any]:
        given = [
            run.by_step(array) if gates == 1 else run.by_gate(array, gates).swapaxes(0, 1)
            for array, gates in self.given
        ]
        return self.formula(*given, into)

    def of(self, run: Run) -> Any:
        """The factors of a run: (steps, gates, rows, hidden)."""
        if self.raw:
            return run._replace(start=run.start - self.start).by_gate(self.out, self.count)
        return np.stack(list(self._factors(run, [None] * self.count)), 1)

    def put(self, d: Any, own: Any, *pairs: tuple[Any, Any]) -> Any:
        """A step's d: factors times what comes, one pair after the other, and ``own`` added.

        Of arrays the factors are parts of ``d``, which then is what reaches the gates.
        """
        if self.raw:
            for factors, by in pairs:
                np.multiply(factors, by, out=factors)
            if own is not None:
                d += own
            return d
        d = plus(np.concatenate([factors * by for factors, by in pairs]), own)
        rows = d.swapaxes(0, 1).reshape(d.shape[1], d.shape[0] * d.shape[2])
        self.found.append(rows)
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


def against(d: Any, *sources: Any) -> Any:
    """d^T times what was multiplied, and times 1: as one product it is faster than as several.

    ``d`` (rows, gates hidden), sources (rows, in); gives (gates hidden, all columns and 1).
    """
    one = np.ones((d.shape[0], 1), d.dtype)
    return np.matmul(d.T, np.concatenate([*sources, one], 1))


def by_source(products: Sequence[Any], *widths: int) -> list[Any]:
    """From `against` of all shares the gradients of the weights, and of the bias."""
    whole = products[0]
    for each in products[1:]:
        whole += each
    ends = [0, *itertools.accumulate(widths), whole.shape[1]]
    found = [np.copy(whole[:, a:b]) for a, b in itertools.pairwise(ends)]
    return [*found[:-1], found[-1].reshape(whole.shape[0])]


def _rnn(
    x: Raw, h: Raw, w_ih: Raw, w_hh: Raw, b_ih: Raw, b_hh: Raw, relu: bool, steps: Steps
) -> tuple[Raw, Raw]:
    bias = None if b_ih is None else b_ih + b_hh
    out, runs = entering(x, w_ih, bias, 1, steps)
    recalled = Products(w_hh.T[np.newaxis], steps)
    for run in runs:
        multiply, (product,) = recalled.sized(run.size)
        zero = np.zeros_like(product)
        row = h[: run.size]
        for (row_,) in in_order(run, steps.reverse, run.by_step(out)):
            multiply(row)
            row = row_
            row += product
            if relu:
                np.maximum(row, zero, out=row)
            else:
                np.tanh(row, out=row)
        h = replaced(h, row)
    return out, h.copy()


def _tanh_local(out: Any, into: Sequence[Any]) -> tuple[Any, ...]:
    """What a change of h' means before tanh."""
    return (np.subtract(1, np.multiply(out, out, out=into[0]), out=into[0]),)


def _relu_local(out: Any, into: Sequence[Any]) -> tuple[Any, ...]:
    """What a change of h' means before relu, which lets that of nan pass."""
    return (np.multiply(~(out <= 0), out.dtype.type(1), out=into[0]),)


def _rnn_rule(
    g: Any,
    needs: Sequence[bool],
    x: Any,
    h: Any,
    w_ih: Any,
    w_hh: Any,
    y: Any,
    relu: bool,
    steps: Steps,
) -> tuple[Any, ...]:
    out = y[0]
    g_out, g_last = g
    before = steps.before(out, h)
    reaching = Reaching(_relu_local if relu else _tanh_local, 1, steps, (out, 1))

    def finish(rows: slice, d: Any) -> Any:
        dx = np.matmul(d, w_ih) if needs[0] else None
        return dx, against(d, before[rows], x[rows])

    dh = arriving(g_last, h)
    back = Back(by_gate(w_hh, 1), steps)
    stages = reaching.stages(x.shape[1], finish)
    for run in stages:
        pull, top = back.sized(run.size), dh[: run.size]
        arrays = reaching.of(run), None if g_out is None else run.by_step(g_out)
        for d, g_row in in_order(run, not steps.reverse, *arrays):
            top = pull(reaching.put(d, None, (d, plus(top, g_row))))
        dh = replaced(dh, top)
    dxs, found = zip(*stages.results(), strict=True)
    dw_hh, dw_ih, db = by_source(found, h.shape[1], x.shape[1])
    return steps.joined(dxs) if needs[0] else None, dh, dw_ih, dw_hh, db, db


rnn = Op(
    "rnn",
    _rnn,
    "x h w_ih w_hh b_ih b_hh",
    params="relu steps",
    outputs=True,
    together=_rnn_rule,
    blas=True,
)
"""A layer h' = act(W_ih x + b_ih + W_hh h + b_hh): the state at each row, and the last ones.

x (rows, in), h (batch, hidden), w_ih (hidden, in), w_hh (hidden, hidden), biases (hidden,) or
None; act is tanh or relu.
"""
rnn.nones = True
