"""Indexing: reading, writing, and picking along a dimension."""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np

from autograd.add_at import add_at, add_rows, in_each, put_rows
from autograd.graph import Node, Raw
from autograd.inplace_memory import owned
from autograd.operator import Op, apply
from autograd.readout import as_number
from autograd.registry import METHODS
from autograd.tensor import Tensor
from autograd.views import view


def raw_index(index: Any) -> Any:
    """An index in NumPy's form, which nobody else can change: tensors and lists become arrays.

    As in torch a 0-d integer tensor is a number, and a byte tensor is a mask.
    """
    if isinstance(index, tuple):
        return tuple(map(_raw_part, index))
    return _raw_part(index)


def _raw_part(part: Any) -> Any:
    if isinstance(part, (Tensor, np.ndarray)):
        array = np.copy(getattr(part, "_array", part))
        if array.dtype.kind not in "iub":
            raise IndexError(
                "tensors used as indices must be long, int, byte or bool tensors, "
                f"this one has dtype {array.dtype}; write index.long()"
            )
        if array.dtype == np.uint8:
            return array.astype(np.bool_)
        return array.item() if array.ndim == 0 and array.dtype.kind == "i" else array
    if isinstance(part, slice):
        ends = (part.start, part.stop, part.step)
        return part if _PLAIN.issuperset(map(type, ends)) else slice(*map(as_number, ends))
    if isinstance(part, str):
        raise TypeError(
            f"a tensor is indexed by numbers, slices, arrays, ... or None, not {part!r}"
        )
    if isinstance(part, (list, tuple, range)):
        array = np.asarray([_raw_part(each) for each in part])
        return array.astype(np.int64) if array.size == 0 else array
    return part


_PLAIN = frozenset({int, type(None)})
_BASIC = frozenset({int, slice, type(None), type(Ellipsis)})


def is_basic(index: Any) -> bool:
    """Whether an index gives a view: numbers, slices, None and ... only."""
    for part in index if type(index) is tuple else (index,):
        if type(part) not in _BASIC and not _is_integer(part):
            return False
    return True


def apart(index: Any, ndim: int) -> tuple[Any, Any]:
    """An index with arrays and numbers in it, as a basic one and one with arrays after it.

    torch takes the numbers, slices and new dimensions first; NumPy counts a number as an
    array, which moves dimensions. (None, index) where there is nothing to take apart.
    """
    if not isinstance(index, tuple) or is_basic(index):
        return None, index
    if not any(part is None or part is Ellipsis or _is_integer(part) for part in index):
        return None, index
    whole = slice(None)
    taken = sum(
        part.ndim if getattr(part, "dtype", None) == np.bool_ else part is not None
        for part in index
        if part is not Ellipsis and not isinstance(part, bool)
    )
    first: list[Any] = []
    then: list[Any] = []
    for part in index:
        if part is Ellipsis:
            first += [whole] * (ndim - taken)
            then += [whole] * (ndim - taken)
        elif part is None or isinstance(part, slice):
            first.append(part)
            then.append(whole)
        elif _is_integer(part):
            first.append(part)
        else:
            mask = isinstance(part, (bool, np.bool_)) or part.dtype == np.bool_
            first += [whole] * (np.ndim(part) if mask else 1)
            then.append(part)
    return tuple(first), tuple(then)


def _is_integer(part: Any) -> bool:
    return isinstance(part, (int, np.integer)) and not isinstance(part, bool)


def _read(x: Raw, index: Any) -> Raw:
    if type(index) is tuple and len(index) == 1:
        (index,) = index
    places = _rows(x.shape, index)
    if places is None or not x.flags.c_contiguous:
        return x[index]
    return x.reshape(_as_rows(x.shape, index)).take(places, 0)


FEW = 1024
"""Up to so many entries NumPy's own indexing is as fast as taking whole rows."""


def _rows(shape: tuple[int, ...], index: Any) -> Raw | None:
    """Which rows an array or mask of the first dimensions names; None for all else."""
    if not isinstance(index, np.ndarray) or index.size < FEW or not shape:
        return None
    if index.dtype != np.bool_:
        return index
    return np.flatnonzero(index) if index.shape == shape[: index.ndim] else None


def _as_rows(shape: tuple[int, ...], index: Raw) -> tuple[int, ...]:
    """The shape in which what the index names are rows."""
    first = index.ndim if index.dtype == np.bool_ else 1
    return (prod(shape[:first]), *shape[first:])


def part_of(x: Raw, index: Any) -> Raw:
    """Basic indexing; an element is a 0-d view, as it shares memory in torch."""
    out = x[index]
    if type(out) is np.ndarray or not isinstance(x, np.ndarray):
        return out
    return x[(*index, ...) if isinstance(index, tuple) else (index, ...)]


def _spread(g: Raw, index: Any, shape: tuple[int, ...]) -> Raw:
    """Zeros of ``shape`` with ``g`` added where ``index`` points: the adjoint of reading."""
    g = np.asarray(g)
    out = np.zeros(shape, g.dtype)
    if not _may_repeat(index):
        places = _rows(shape, index)
        if places is None or not out.size:
            out[index] = g
        else:
            table = out.reshape(prod(shape[: index.ndim]), prod(shape[index.ndim :]))
            put_rows(table, places, g.reshape(-1, table.shape[1]))
        return out
    return add_index(out, index, g)


def _may_repeat(index: Any) -> bool:
    """Whether an index can name a place twice: not by numbers, slices and one mask."""
    parts = index if isinstance(index, tuple) else (index,)
    return any(isinstance(part, np.ndarray) and part.dtype != np.bool_ for part in parts)


def add_index(out: Any, index: Any, values: Any) -> Any:
    """``out``, C-contiguous, with ``values`` added in place at ``index``, which may repeat."""
    parts = index if isinstance(index, tuple) else (index,)
    if not _may_repeat(index):
        out[index] += values
        return out
    held = [i for i, part in enumerate(parts) if isinstance(part, np.ndarray)]
    if held[-1] - held[0] >= len(held) or any(
        type(part) is not np.ndarray and part != _ALL for part in parts
    ):
        places = np.arange(out.size).reshape(out.shape)[index]
        values = np.broadcast_to(values, places.shape)
        return add_at(out, places, values)
    first = held[0]
    arrays = [each for i in held for each in _as_integers(parts[i])]
    lengths = out.shape[first : first + len(arrays)]
    wrapped = np.broadcast_arrays(*map(_from_the_start, arrays, lengths))
    found = np.ravel_multi_index(wrapped, lengths) if len(wrapped) > 1 else wrapped[0]
    ahead, rest = out.shape[:first], out.shape[first + len(arrays) :]
    before, length, width = prod(ahead), prod(lengths), prod(rest)
    values = np.broadcast_to(values, (*ahead, *found.shape, *rest))
    rows = values.reshape(before * found.size, width)
    places = in_each(found.reshape(-1), before, length)
    add_rows(out.reshape(before * length, width), places, rows)
    return out


_ALL = slice(None)


def _as_integers(part: Any) -> tuple[Any, ...]:
    """A mask as the coordinates of its true entries."""
    return np.nonzero(part) if part.dtype == np.bool_ else (part,)


def _from_the_start(places: Any, length: int) -> Any:
    """Indices that count from the start only."""
    if places.size and (places.min() < -length or places.max() >= length):
        wrong = places.max() if places.max() >= length else places.min()
        raise IndexError(f"index {wrong} is out of bounds for dimension with size {length}")
    return np.where(places < 0, places + length, places)


def _view_name(node: Node) -> str:
    """torch takes an index apart and names the result after the last part that does something."""
    (index,) = node.params
    name = "Slice"
    for part in index if isinstance(index, tuple) else (index,):
        if part is None:
            name = "Unsqueeze"
        elif _is_integer(part):
            name = "Select"
        elif isinstance(part, slice) and part != slice(None):
            name = "Slice"
    return f"{name}Backward0"


select: Op = Op(
    "slice",
    part_of,
    "x",
    backward=_view_name,
    params="index",
    x=lambda g, index, x_shape: spread(g, index, x_shape),
)
pick: Op = Op(
    "index",
    _read,
    "x",
    params="index",
    x=lambda g, index, x_shape: spread(g, index, x_shape),
)
spread: Op = Op(
    "index_backward",
    _spread,
    "g",
    params="index shape",
    g=lambda g, index: read(g, index),
)


def read(x: Any, index: Any) -> Any:
    """``x[index]`` with an index in NumPy's form, for raw arrays and tensors."""
    if not isinstance(x, Tensor):
        return x[index]
    try:
        return view(select, x, index) if is_basic(index) else apply(pick, (x,), (index,))
    except IndexError as error:
        raise IndexError(f"x[{index}] of a tensor of shape {x.shape}: {error}") from None


def getitem(self: Tensor, index: Any) -> Tensor:
    """``x[index]``: the whole of NumPy's indexing; slices and numbers give views.

    Raises IndexError where an index is out of range or of a wrong dtype.

    >>> tensor([[1.0, 2.0], [3.0, 4.0]])[:, 1]
    tensor([2., 4.])
    """
    first, where = apart(raw_index(index), self.ndim)
    result: Tensor = read(self if first is None else read(self, first), where)
    return result


METHODS["__getitem__"] = getitem


def put(out: Any, index: Any, values: Raw) -> None:
    """``out[index] = values``; dimensions of length 1 in front of the values do not count."""
    try:
        out[index] = values
    except TypeError:  # a mask of all dimensions takes no values with more of them
        shape = np.shape(values)
        if shape[:-1] != (1,) * (len(shape) - 1):
            raise ValueError(f"values of shape {shape} for the true entries of a mask") from None
        out[index] = np.reshape(values, -1)


def _assigned(x: Raw, values: Raw, index: Any) -> Raw:
    out = owned(x, "K")
    put(out, index, values)
    return out


def written(g: Any, shape: tuple[int, ...]) -> Any:
    """``g`` with the dimensions of length 1 in front that the written values had too many."""
    extra = len(shape) - len(g.shape)
    return np.reshape(g, (1,) * extra + g.shape) if extra > 0 else g


setitem: Op = Op(
    "setitem",
    _assigned,
    "x values",
    backward="CopySlices",
    params="index",
    x=lambda g, index: setitem(g, 0, index),
    values=lambda g, index, values_shape: written(read(g, index), values_shape),
)
"""``x`` with ``values`` at ``index``."""


def _take_along(x: Raw, index: Any, dim: int) -> Raw:
    return np.take_along_axis(np.asarray(x), index, dim)


def _put_along(g: Raw, index: Any, dim: int, shape: tuple[int, ...]) -> Raw:
    out = np.zeros(shape, g.dtype)
    np.put_along_axis(out, index, g, dim)
    return out


gather_one: Op = Op(
    "gather",
    _take_along,
    "x",
    params="index dim",
    x=lambda g, index, dim, x_shape: put_one(g, index, dim, x_shape),
)
"""One entry along ``dim`` for each of the others, as max and min pick them."""
put_one: Op = Op(
    "gather_backward",
    _put_along,
    "g",
    params="index dim shape",
    g=lambda g, index, dim: gather_one(g, index, dim),
)
