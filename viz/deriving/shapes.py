"""The gradient that arrives, in the shape of the input that it goes on to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from viz import formulas
from viz.model import Values


def array_of(values: Values) -> np.ndarray[Any, Any]:
    """Values that were written down, as an array again.

    >>> from viz.deriving.shapes import array_of
    >>> array_of(viz.model.Values.of(np.array([[1.0, 2.0]])))
    array([[1., 2.]])
    """
    return np.reshape(np.asarray(values.entries), values.shape)


def shaped(
    text: str, shape: tuple[int, ...], result: tuple[int, ...], params: Mapping[str, Any]
) -> str:
    """A factor times the gradient, in the input's shape.

    It is spread over what was put together, and summed over what was repeated. ``shape`` is the
    input's and ``result`` the result's; ``params`` have the axes of a reduction.

    >>> from viz.deriving.shapes import shaped
    >>> shaped("1 / 2", (2, 2), (2,), {"axes": (1,)}), shaped("b", (3,), (2, 3), {})
    ('spread(g, axis=1) * (1 / 2)', 'sum(g * b, axis=0)')
    """
    along = params.get("axes", params.get("dim"))
    if shape != result and (along is not None or np.prod(shape) > np.prod(result)):
        axis = "" if along is None else f", axis={_axes(along)}"
        return formulas.substitute(f"spread(g{axis}) * d", {"d": text})
    product = formulas.substitute("g * d", {"d": text})
    if not shape and result:
        return f"sum({product})"
    new = len(result) - len(shape)
    stretched = [new + i for i, n in enumerate(shape) if n != result[new + i]]
    if new and stretched:
        return f"sum_to({product}, {shape})"
    if new or stretched:
        kept = ", keepdims=True" if stretched else ""
        return f"sum({product}, axis={_axes((*range(new), *stretched))}{kept})"
    return product


def _axes(along: int | tuple[int, ...]) -> int | tuple[int, ...]:
    return along[0] if isinstance(along, tuple) and len(along) == 1 else along
