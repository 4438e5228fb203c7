"""What a graph is made of: vertices, edges, groups, summaries of arrays; plain frozen data."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

import numpy as np

from autograd.graph import SMALL

Kind = Literal["leaf", "operation", "result", "group"]
"""Where a tensor enters; an operation that ran; one result of an operation with several; a
group that stands collapsed, as one vertex."""

View = Literal["forward", "both", "backward", "plan"]
"""The computation alone; with what flows back over it; the derivative's own operations; what a
captured step does with memory."""

WHOLE = SMALL
"""Arrays of up to this many entries are kept whole: as many as vertices keep themselves."""


@dataclass(frozen=True, slots=True)
class Values:
    """A copy of what is worth knowing of an array.

    ``entries`` holds all entries in row-major order where there are at most `WHOLE`, else
    it is None and min, mean, max and norm say how the finite entries are spread.

    >>> viz.Values.of(np.arange(3.0)).entries
    (0.0, 1.0, 2.0)
    """

    shape: tuple[int, ...]
    dtype: str
    entries: tuple[Any, ...] | None
    min: float | None = None
    mean: float | None = None
    max: float | None = None
    norm: float | None = None
    nans: int = 0
    infs: int = 0

    @classmethod
    def of(cls, array: Any) -> Values:
        """Summarise an array, a NumPy scalar or a number; nothing of it is kept."""
        if not isinstance(array, (np.ndarray, np.generic)):
            array = np.asarray(array)
        if array.size <= WHOLE:
            entries = [array.item()] if array.size == 1 else array.ravel().tolist()
            # One nan for all: two of them are not equal, but one is found equal to itself.
            entries = tuple([x if x == x else _nan(x) for x in entries])
            return cls(array.shape, dtype_name(array.dtype), entries)
        sizes = np.abs(array) if array.dtype.kind == "c" else array
        sizes = sizes.astype(np.float64, copy=False)
        finite = np.isfinite(sizes)
        nans = int(np.isnan(sizes).sum())
        infs = int(sizes.size - finite.sum()) - nans
        known = sizes if nans == infs == 0 else sizes[finite]
        if not known.size:
            return cls(array.shape, dtype_name(array.dtype), None, nans=nans, infs=infs)
        low, high = float(known.min()), float(known.max())
        scale = _scale(max(-low, high))
        if scale != 1:
            known = known / scale
        return cls(
            array.shape,
            dtype_name(array.dtype),
            None,
            min=low,
            mean=_mean(known, array.dtype) * scale,
            max=high,
            norm=float(np.linalg.norm(known)) * scale,
            nans=nans,
            infs=infs,
        )

    @property
    def size(self) -> int:
        """The number of entries of the array."""
        return math.prod(self.shape)


def _scale(largest: float) -> float:
    """What to divide by for sums of squares to stay within float64, 1 as a rule."""
    return 1.0 if 1e-100 < largest < 1e100 or not largest else largest


def _mean(known: np.ndarray[Any, Any], dtype: Any) -> float:
    """The mean; what is less than one entry's rounding error is 0, and not its noise."""
    mean = float(known.mean())
    noise = float(np.finfo(dtype).eps) if dtype.kind in "fc" else 0.0
    return 0.0 if abs(mean) < noise * float(np.abs(known).max()) else mean


def _nan(x: Any) -> Any:
    return x if isinstance(x, complex) else math.nan


@cache
def dtype_name(dtype: Any) -> str:
    """``str(dtype)``, which NumPy works out anew, and slowly, every time."""
    return str(dtype)


@dataclass(frozen=True, slots=True)
class Group:
    """What one call of a module recorded, or one order of derivative: a box around vertices.

    ``path`` is where it stands, ``Sequential.0.conv1``; a second call of the same module is a
    group of its own, whose path ends in ``#2``. ``kind`` is the module's class, or
    ``derivative`` for what backward recorded under ``create_graph``, whose ``order`` is 1, 2,
    ... (0 for all others). ``parent`` is the id of the group that it stands in. ``repeats``
    counts the equal blocks that were folded into this one. ``parameters`` is the number of
    entries of the parameters inside, ``shape`` that of the last result that leaves it, and
    ``norm`` the norm of the gradients of its parameters, None where they are not known.

    >>> viz.Group("g2", "Sequential.0", "0", "Linear", parent="g1", parameters=6).repeats
    1
    """

    id: str
    path: str
    name: str
    kind: str
    parent: str | None = None
    order: int = 0
    repeats: int = 1
    parameters: int = 0
    shape: tuple[int, ...] | None = None
    norm: float | None = None


@dataclass(frozen=True, slots=True)
class Vertex:
    """One vertex: a leaf, an operation, or one of the results of an operation with several.

    ``value`` and ``gradient`` are None where they are not known. ``seed`` is what backward
    started with here, None where it did not start here; the gradient is the seed and the
    contributions added up. ``results`` counts the results of an operation that returns
    several, which have vertices of their own; 0 for all others. ``group`` is the id of the
    innermost group that it stands in. ``order`` is 0 for the computation itself, 1 for what
    backward computed, 2 for what backward of that computed, and so on. ``where`` is the user's
    line, known of what was recorded in anomaly mode. ``expression`` says what it computes, in
    the port names of its edges: ``a ** 2``. ``constants`` has pairs of a port that has no edge
    and what stood there: a name, a number, a short array, else ``constant (2, 3)``. ``summary``
    is the group that a vertex of kind ``group`` stands for; its value and gradient are then
    those of the group's result. ``memory`` says where a call of a plan writes.

    >>> vertex = viz.trace(tensor(3.0, requires_grad=True) ** 2).vertices[1]
    >>> vertex.id, vertex.name, vertex.operation, vertex.value.entries
    ('v2', 'pow', 'pow 2', (9.0,))
    """

    id: str
    kind: Kind
    name: str
    operation: str
    shape: tuple[int, ...] | None
    dtype: str | None
    value: Values | None
    gradient: Values | None
    seed: Values | None = None
    output: bool = False
    results: int = 0
    group: str | None = None
    order: int = 0
    where: str | None = None
    expression: str | None = None
    constants: tuple[tuple[str, str], ...] = ()
    summary: Group | None = None
    memory: str | None = None


@dataclass(frozen=True, slots=True)
class Edge:
    """One use of ``source`` as an input of ``target``, both ids of vertices.

    ``port`` is the number of the input and ``port_name`` the operator's word for it.
    ``upstream`` is the gradient of ``target``, ``local`` the derivative of ``target`` by
    this input where that is a factor for each entry, ``contribution`` what flows back.
    ``formula`` is that derivative in port names, ``y`` for the result: ``1 / (2 * y)``.

    >>> (edge,) = viz.trace(tensor(3.0, requires_grad=True) ** 2).edges
    >>> edge.upstream.entries, edge.local.entries, edge.contribution.entries
    ((1.0,), (6.0,), (6.0,))
    """

    id: str
    source: str
    target: str
    port: int
    port_name: str
    upstream: Values | None
    local: Values | None
    contribution: Values | None
    formula: str | None = None
