"""What recurrent layers share, and the plain one: a whole sequence is one operator.

The rows of a sequence lie as in a packed one: all entries of the first time step, then all of
the second, each time of those sequences that are long enough. The products with the input are
one product for all time steps; the derivative goes back through the steps and then makes the
weights' gradients in one product, too.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd.blas import SMALL_PRODUCT
from autograd.graph import Raw
from autograd.operator import Op

__all__: list[str] = []


class Steps:
    """The rows that each time step takes, from ``sizes``, in the order of the computation.

    >>> from autograd.ops.recurrent import Steps
    >>> Steps([2, 1], reverse=True).rows
    [(2, 3), (0, 2)]
    """

    __slots__ = ("even", "reverse", "rows")

    def __init__(self, sizes: Sequence[int], reverse: bool) -> None:
        ends = list(itertools.accumulate(sizes))
        self.rows = [(end - size, end) for end, size in zip(ends, sizes, strict=True)]
        self.reverse = reverse
        self.even = len(set(sizes)) == 1
        if reverse:
            self.rows.reverse()

    def before(self, states: Any, first: Any) -> Any:
        """For each row the state that its step began with: ``first``, then those of the rows."""
        if self.even:
            count = len(states) - len(first)
            parts = [states[-count:], first] if self.reverse else [first, states[:count]]
            return np.concatenate(parts) if count else first
        parts = []
        earlier, known = 0, 0
        for start, stop in self.rows:
            count = stop - start
            own = [states[earlier : earlier + min(count, known)]]
            if count > known:
                own.append(first[known:count])
            parts.append(own)
            earlier, known = start, count
        if self.reverse:
            parts.reverse()
        return np.concatenate([each for own in parts for each in own])


class Rows:
    """What the steps find, by rows: arrays are written into one, tensors joined at the end."""

    def __init__(self, steps: Steps, like: Any, count: int) -> None:
        self.parts: list[Any] = []
        self.flip = steps.reverse
        self.whole: Any = None
        if isinstance(like, np.ndarray):
            self.whole = np.empty((len(like), count), like.dtype)

    def put(self, start: int, stop: int, *columns: Any) -> Any:
        """Keep the columns beside each other as these rows, and return them."""
        if self.whole is not None:
            return np.concatenate(columns, 1, out=self.whole[start:stop])
        self.parts.append(np.concatenate(columns, 1) if len(columns) > 1 else columns[0])
        return self.parts[-1]

    def products(self, start: int, stop: int, pairs: Sequence[Any], more: Any) -> Any:
        """Keep the products of pairs beside each other, and ``more`` added, and return them."""
        if self.whole is None:
            return self.put(start, stop, plus(np.concatenate([a * b for a, b in pairs], 1), more))
        row = self.whole[start:stop]
        columns = row.reshape(stop - start, len(pairs), row.shape[1] // len(pairs))
        for k, (a, b) in enumerate(pairs):
            np.multiply(a, b, out=columns[:, k])
        if more is not None:
            row += more
        return row

    def joined(self) -> Any:
        """All of them; they were put from the last step to the first."""
        if self.whole is not None:
            return self.whole
        return np.concatenate(self.parts if self.flip else self.parts[::-1])


MANY = 8
"""From more steps on a weight is laid out anew, for products that are faster then."""


class Repeated:
    """Products of every step's rows with one matrix, in parts of its columns where that is faster.

    >>> from autograd.ops.recurrent import Repeated
    >>> from autograd.ops.recurrent import Steps
    >>> Repeated(np.eye(2), Steps([1] * 9, reverse=False)).product(np.array([[3.0, 4.0]]))
    array([[3., 4.]])
    """

    def __init__(self, matrix: Any, steps: Steps) -> None:
        self.matrix = matrix
        self.parts: Any = None
        if not isinstance(matrix, np.ndarray) or len(steps.rows) <= MANY:
            return
        depth, width = matrix.shape
        most = max((stop - start for start, stop in steps.rows), default=0)
        count = -(-most * depth * width // SMALL_PRODUCT)
        while count < width and width % count:
            count += 1
        if count > 1 and width // count >= 32:
            parts = matrix.reshape(depth, count, width // count).swapaxes(0, 1)
            self.parts = np.ascontiguousarray(parts)

    def product(self, x: Any) -> Any:
        """``x @ matrix``."""
        if self.parts is None:
            return np.matmul(x, self.matrix)
        count, _, width = self.parts.shape
        out = np.empty((len(x), count * width), x.dtype)
        np.matmul(x, self.parts, out=out.reshape(len(x), count, width).swapaxes(0, 1))
        return out


def turned(weight: Raw, steps: Steps) -> Raw:
    """W^T; laid out anew where many products follow, which then are faster."""
    return np.ascontiguousarray(weight.T) if len(steps.rows) > MANY else weight.T


def projected(x: Raw, weight: Raw, *biases: Raw | None) -> Raw:
    """x W^T and the biases, for all rows at once."""
    out = np.matmul(x, weight.T)
    given = [bias for bias in biases if bias is not None]
    if given:
        out += sum(given[1:], start=given[0])
    return out


def replaced(state: Any, top: Any) -> Any:
    """``state`` with its first rows replaced by ``top``."""
    count = len(top)
    return top if count == len(state) else np.concatenate([top, state[count:]])


def plus(x: Any, more: Any) -> Any:
    """The sum, where there is something to add."""
    return x if more is None else x + more


def part(x: Any, rows: slice) -> Any:
    """These rows, where there is an array at all."""
    return None if x is None else x[rows]


def arriving(g: Any, state: Any) -> Any:
    """The gradient of a last state: zeros where none came."""
    return np.zeros(state.shape, state.dtype) if g is None else g


def of_product(d: Any, x: Any, weight: Any, needs: Sequence[bool]) -> tuple[Any, Any, Any]:
    """The gradients of x, of the weight and of the bias in x W^T + b, where they are needed."""
    return (
        np.matmul(d, weight) if needs[0] else None,
        np.matmul(d.T, x) if needs[1] else None,
        d.sum(0) if needs[2] else None,
    )


def sigmoid_(x: Raw) -> None:
    """1 / (1 + e**-x), written over ``x``."""
    np.negative(x, out=x)
    np.exp(x, out=x)
    x += 1
    np.reciprocal(x, out=x)


def _rnn(
    x: Raw, h: Raw, w_ih: Raw, w_hh: Raw, b_ih: Raw, b_hh: Raw, relu: bool, steps: Steps
) -> tuple[Raw, Raw]:
    out = projected(x, w_ih, b_ih, b_hh)
    weight = turned(w_hh, steps)
    for start, stop in steps.rows:
        row = out[start:stop]
        row += np.matmul(h[: stop - start], weight)
        if relu:
            np.maximum(row, 0, out=row)
        else:
            np.tanh(row, out=row)
        h = replaced(h, row)
    return out, h.copy()


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
    slope = out > 0 if relu else 1 - out * out
    dh = arriving(g_last, h)
    rows = Rows(steps, out, h.shape[1])
    for start, stop in reversed(steps.rows):
        top = plus(dh[: stop - start], part(g_out, slice(start, stop)))
        d = rows.put(start, stop, top * slope[start:stop])
        dh = replaced(dh, np.matmul(d, w_hh))
    d = rows.joined()
    dx, dw_ih, db = of_product(d, x, w_ih, (needs[0], needs[2], needs[4] or needs[5]))
    dw_hh = np.matmul(d.T, steps.before(out, h)) if needs[3] else None
    return dx, dh, dw_ih, dw_hh, db, db


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
