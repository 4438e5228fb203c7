"""Operations that change a tensor in place: right gradients, or an error, never a wrong one."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograd.dtypes import can_cast, fitting
from autograd.grad_mode import mode
from autograd.graph import CLOCK, Leaf, Node, Output, Raw, touch
from autograd.inplace_memory import WRITING, lending
from autograd.operator import IEEE, record
from autograd.ops.cast import cast
from autograd.ops.indexing import apart, is_basic, part_of, put, raw_index, read, setitem
from autograd.registry import METHODS
from autograd.tensor import Tensor, wrap
from autograd.views import OF_CUSTOM, overlay, vertex_of_view


def in_place(function: Callable[..., Tensor], kernel: Any = None) -> Callable[..., Tensor]:
    """The in-place form of ``function``: its result is written over the first argument.

    ``kernel`` is its ufunc, where it is one that can write straight into the array.
    """
    into = function in WRITING

    def method(self: Tensor, *args: Any, **kwargs: Any) -> Tensor:
        live = _watched(self) or any(
            isinstance(arg, Tensor) and arg._node is not None for arg in (*args, *kwargs.values())
        )
        if not live or not mode().grad or not self.is_floating_point():
            if live and type(self._node) is not Leaf:
                _separate_values(self)
            if kernel is not None and not kwargs and _direct(self, kernel, args):
                return self
            if into:
                _written_into(self, function, self, args, kwargs)
            else:
                write(self, function(self, *args, **kwargs)._array)
            return self
        check_allowed(self)
        given = [_apart(arg, self) for arg in args]
        named = {name: _apart(arg, self) for name, arg in kwargs.items()}
        if into:
            _separate_values(self)
            old = wrap(self._array, self._node)
            result = _written_into(self, function, old, given, named)
        else:
            old = wrap(np.copy(self._array), self._node)
            result = function(old, *given, **named)
            if result._array.dtype != self.dtype:
                _check_castable(result._array.dtype, self)
                result = cast(result, self.dtype)
            _separate_values(self)
            write(self, result._array)
        node = result._node
        if type(node) is Node and result._cell is not None:
            own = self._guard()
            node.cells = tuple(own if cell is result._cell else cell for cell in node.cells)
        rebase(self, node)
        return self

    return method


def _written_into(
    self: Tensor, function: Any, input: Tensor, args: Sequence[Any], kwargs: dict[str, Any]
) -> Tensor:
    """Apply a function to ``input``, the memory of ``self``, lent to it; note that it changed."""
    array = self._array
    operands = [each for arg in (*args, *kwargs.values()) for each in _arrays(arg)]
    lent = None if isinstance(array, np.ndarray) and overlaps(array) else array
    result: Tensor
    with lending(lent, operands):
        result = function(input, *args, **kwargs)
        if result._array is array:
            touch(self._guard())
        else:
            write(self, result._array)
    return result


def _arrays(arg: Any) -> list[Any]:
    """The arrays of a tensor, or of those in a tuple."""
    each = arg if isinstance(arg, (tuple, list)) else (arg,)
    return [one._array for one in each if isinstance(one, Tensor)]


def _watched(self: Tensor) -> bool:
    """Whether the memory of ``self`` belongs to a tensor with a history, its own or its base's."""
    return self._node is not None or (self._view is not None and self._view.base._node is not None)


def _apart(arg: Any, self: Tensor) -> Any:
    """``arg``, on a copy where its memory is that of ``self``, which is about to change."""
    if isinstance(arg, Tensor) and (arg is self or arg._cell is self._guard()):
        return wrap(np.copy(arg._array), arg._node)
    return arg


def _direct(self: Tensor, kernel: Any, args: tuple[Any, ...]) -> bool:
    """Let the ufunc write into the array itself; False where the slow path must do it."""
    x = self._array
    if type(x) is not np.ndarray or x.dtype.kind != "f" or not x.flags.writeable:
        return False
    if x.base is not None and overlaps(x):
        return False
    raws = []
    for arg in args:
        if type(arg) is not float and type(arg) is not int:
            arg = getattr(arg, "_array", None)
            if getattr(arg, "dtype", None) is not x.dtype:
                return False
        raws.append(arg)
    try:
        kernel(x, *raws, out=x)
    except ValueError:  # shapes that do not fit; nothing was written
        return False
    except IEEE:
        pass  # it comes after the result is written
    touch(self._guard())
    return True


def check_allowed(self: Tensor) -> None:
    """Raise torch's RuntimeError where a recorded in-place change cannot be right."""
    view = self._view
    if view is None:
        if type(self._node) is Leaf:
            raise RuntimeError(
                "a leaf Variable that requires grad is being used in an in-place operation: a "
                f"tensor of shape {self.shape}. Write `with no_grad():` around an update of "
                "parameters, or x = x + y."
            )
        return
    if view.custom:
        raise RuntimeError(
            f"An output of {view.custom} is a view and is being modified inplace. {OF_CUSTOM}"
        )
    if type(view.base._node) is Leaf or type(self._node) is Leaf:
        raise RuntimeError(
            "a view of a leaf Variable that requires grad is being used in an in-place "
            f"operation: a view of shape {self.shape}. Write `with no_grad():` around an update "
            "of parameters, or clone() first."
        )
    if view.of_many:
        raise RuntimeError(_OF_MANY)
    if not view.recorded and view.base._node is not None:
        raise RuntimeError(
            "A view was created in no_grad mode and is being modified inplace with grad mode "
            "enabled. Take the view where operations are recorded, or clone() it."
        )


_OF_MANY = (
    "This view is the output of a function that returns multiple views. Such functions do not "
    "allow the output views to be modified inplace. You should replace the inplace operation by "
    "an out-of-place one, or take the part by indexing."
)


def write(self: Tensor, values: Raw) -> None:
    """Write ``values`` into the memory of ``self``, and note that it changed."""
    array = self._array
    _check_castable(values.dtype, self)
    if values.shape != array.shape:
        raise RuntimeError(
            f"output with shape {list(array.shape)} doesn't match the broadcast shape "
            f"{list(values.shape)}: an in-place operation cannot change the shape"
        )
    with np.errstate(all="ignore"):
        if isinstance(array, np.ndarray):
            _check_writeable(array)
            np.copyto(array, values, casting="unsafe")
        else:
            self._hold(values.astype(array.dtype))
    touch(self._guard())


def _check_castable(kind: np.dtype[Any], self: Tensor) -> None:
    if not can_cast(kind, self.dtype):
        raise RuntimeError(
            f"result type {kind} can't be cast to the desired output type {self.dtype}: "
            "an in-place operation cannot change the dtype"
        )


def _check_writeable(array: np.ndarray[Any, Any]) -> None:
    if overlaps(array) or not array.flags.writeable:
        raise RuntimeError(
            "unsupported operation: more than one element of the written-to tensor refers to a "
            "single memory location. Please clone() the tensor before performing the operation."
        )


def overlaps(array: np.ndarray[Any, Any]) -> bool:
    """Whether one place in memory holds several elements, as in an expanded tensor."""
    return array.size > 0 and any(
        step == 0 and length > 1 for step, length in zip(array.strides, array.shape, strict=True)
    )


def _separate_values(self: Tensor) -> None:
    """Give the old nodes their own copy of the small values that are about to change."""
    for tensor in (self, self if self._view is None else self._view.base):
        node = tensor._node
        if isinstance(node, (Node, Output)) and type(node.value) is np.ndarray:
            node.value = node.value.copy()


def rebase(self: Tensor, node: Any) -> None:
    """Give ``self``, whose memory was just written, its new history; its family follows."""
    if type(node) is Node:
        node.tick = CLOCK[0]
    view = self._view
    if view is None:
        base = self
        base._follow(node)
    else:
        base = view.base
        part = wrap(self._array, node)
        edges = (base._node, node)
        raws = (base._array, self._array)
        base._follow(
            record(overlay, (base, part), edges, raws, base._array, (view.steps,), mode(), base)
        )
        self._follow(vertex_of_view(base, view.steps))
    for ref in getattr(base, "_views", ()):
        other = ref()
        if other is not None and other is not self and other._view is not None:
            other._follow(vertex_of_view(base, other._view.steps))


def assign(self: Tensor, index: Any, value: Any) -> None:
    """``x[index] = value``: NumPy's indexing, recorded.

    >>> x = zeros(3)
    >>> x[1:] = tensor([1.0, 2.0], requires_grad=True) * 2
    >>> x
    tensor([0., 2., 4.], grad_fn=<CopySlices>)
    """
    first, where = apart(raw_index(index), self.ndim)
    if first is not None:
        assign(read(self, first), where, value)
        return
    if not isinstance(value, Tensor):
        value = wrap(np.asarray(fitting(value, self.dtype)))
    if is_basic(where) and overlaps(self._memory()):
        METHODS["copy_"](read(self, where), value)  # the place alone, which need not overlap
        return
    live = (_watched(self) or value._node is not None) and self.is_floating_point() and mode().grad
    if live:
        check_allowed(self)
        if value.dtype != self.dtype:
            value = cast(value, self.dtype)
    if _watched(self):
        _separate_values(self)
    array = self._memory()
    basic = is_basic(where)
    target, place = (part_of(array, where), ...) if basic else (array, where)
    _check_writeable(target)
    try:
        with np.errstate(all="ignore"):  # nothing may stop between the change and its note
            put(target, place, value._array)
    except ValueError as error:
        raise RuntimeError(
            f"shape mismatch: value of shape {value.shape} cannot be written to x[index] of "
            f"shape {array[where].shape}: {error}"
        ) from None
    touch(self._guard())
    if live:
        node = record(
            setitem,
            (self, value),
            (self._node, value._node),
            (array, value._array),
            array,
            (where,),
            mode(),
            self,
        )
        rebase(self, node)


METHODS["__setitem__"] = assign


def in_place_method(function: Callable[..., Tensor]) -> Callable[..., Tensor]:
    """Register ``function`` as the method that writes its result over its first argument."""
    method = functools.wraps(function)(in_place(function))
    METHODS[function.__name__] = method
    return method
