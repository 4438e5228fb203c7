"""Views: tensors that share memory, and how the graph follows when one of them is changed.

A view knows its base and the steps that lead to it; the base knows its views weakly. All
share one version cell. When a recorded operation changes one of them in place, the base
gets a new history and every view's is made again from it.
"""

from __future__ import annotations

import weakref
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from autograd import pixels
from autograd.grad_mode import mode
from autograd.graph import Leaf, Raw, Vertex
from autograd.operator import Op, apply
from autograd.strided import as_strided, layout
from autograd.tensor import Tensor, wrap

Step = tuple[Op, tuple[Any, ...], int | None]
"""An operator that gives a view, its parameters, and which of its results it is."""


class View(NamedTuple):
    """What a view tensor knows: its base, the steps from there, and how it was made."""

    base: Tensor
    steps: tuple[Step, ...]
    recorded: bool

    @property
    def of_many(self) -> bool:
        """Whether it is one of several views that one operation returned."""
        return any(index is not None for _, _, index in self.steps)

    @property
    def custom(self) -> str | None:
        """The user's `Function` that returned it, where its own backward must not be lost."""
        return next((params[0] for op, params, _ in self.steps if op is custom_view), None)


def view(op: Op, source: Tensor, *params: Any) -> Any:
    """Apply an operator whose result shares the memory of ``source``, where it does."""
    memory = source._memory()
    result = apply(op, (source,), params)
    if op.outputs:
        for index, each in enumerate(result):
            relate(each, source, (op, params, index))
    elif result._array.base is memory or _shares(result._array, memory):
        relate(result, source, (op, params, None))
    return result


def _shares(array: Raw, memory: Raw) -> bool:
    return np.may_share_memory(array, memory) or not memory.size


def relate(result: Tensor, source: Tensor, step: Step) -> None:
    """Note that ``result`` is a view of ``source``, made by ``step``."""
    result._cell = source._guard()
    known = source._view
    base, steps = (source, ()) if known is None else (known.base, known.steps)
    steps = (*steps, step)
    if len(steps) > LONG:
        steps = _at_once(base, result, steps)
    result._view = View(base, steps, mode().grad)
    if type(base._node) is Leaf:
        return  # a leaf's history never changes, so its views need not be found again
    views = getattr(base, "_views", None)
    if views is None:
        views = base._views = []
    count = len(views)
    # Dead ones are dropped whenever the list has doubled, which costs nothing on average.
    if count >= 8 and count & (count - 1) == 0:
        views[:] = [ref for ref in views if ref() is not None]
    views.append(weakref.ref(result))


def on_users_memory(array: Any) -> Tensor:
    """A tensor on the user's own memory, which is never laid out anew (see `autograd.pixels`)."""
    shared = wrap(array)
    if pixels.is_hidden(array):
        shared._view = View(wrap(array), (), False)
    return shared


LONG = 8
"""How many steps lead to a view before they become one: a loop may view its own view for ever."""


def _at_once(base: Tensor, result: Tensor, steps: tuple[Step, ...]) -> tuple[Step, ...]:
    """One step in place of many: where the elements of ``result`` lie in the base's memory."""
    if any(index is not None or op is custom_view for op, _, index in steps):
        return steps
    memory = base._memory()
    lies, to = layout(memory, memory), layout(result._memory(), memory)
    return steps if lies is None or to is None else ((as_strided, (to, lies), None),)


def locate(array: Any, steps: Sequence[Step]) -> Any:
    """Follow ``steps`` from a raw array or a tensor."""
    for op, params, index in steps:
        array = op(array, *params)
        if index is not None:
            array = array[index]
    return array


def _overlay(x: Raw, values: Raw, steps: Sequence[Step]) -> Raw:
    out = np.copy(x)
    place = locate(out, steps)
    if np.may_share_memory(place, out):
        place[...] = values
    else:  # a reshape that needs a copy in the memory layout of this array
        places = locate(np.arange(out.size).reshape(out.shape), steps)
        out.flat[np.ravel(places)] = np.ravel(np.broadcast_to(values, places.shape))
    return out


overlay: Op = Op(
    "copy_slices",
    _overlay,
    "x values",
    backward="CopySlices",
    params="steps",
    x=lambda g, steps: overlay(g, 0, steps),
    values=lambda g, steps: locate(g, steps),
)
"""``x`` with ``values`` in the place that ``steps`` lead to."""


def _lost(node: Any, g: Any, needs: Any) -> Any:
    raise RuntimeError(
        f"An output of {node.params[0]} is a view and its base or another view of its base has "
        f"been modified inplace. {OF_CUSTOM}"
    )


custom_view = Op("custom_view", lambda x, function: x[...], "x", params="function", joint=_lost)
"""The step to a view that a user's `Function` returned; its history cannot be made again."""

OF_CUSTOM = (
    "This view was created inside a custom Function (or because an input was returned as-is) and "
    "the autograd logic to handle view+inplace would override the custom backward associated with "
    "the custom Function, leading to incorrect gradients. This behavior is forbidden. You can fix "
    "this by cloning the output of the custom Function."
)


def vertex_of_view(base: Tensor, steps: Sequence[Step]) -> Vertex | None:
    """The history of a view, made again from its base's."""
    tensor = base
    for op, params, index in steps:
        result = apply(op, (tensor,), params)
        tensor = result if index is None else result[index]
    return tensor._node
