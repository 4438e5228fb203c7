r"""Formulas of operators: what each computes, and its derivative by each input.

`viz.formulas.table` has them, written once, in Python's syntax and the operator's own names.
Here they are looked up with what is known put in, and written as plain text or LaTeX.

>>> from viz import formulas
>>> formulas.formula("sqrt", "x", ("x",), {})
'1 / (2 * y)'
>>> formulas.latex("1 / (2 * y)", {"y": "std"})
'\\frac{1}{2\\,\\mathrm{std}}'
"""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from autograd.graph import Node
from autograd.ops.class_losses import Places
from viz.formulas import table
from viz.formulas.numeric import folded, value_of
from viz.formulas.rendering import plain
from viz.formulas.syntax import names_in, parse, replaced
from viz.formulas.tex import Tex, latex, symbol, upright

__all__ = [
    "Tex",
    "expression",
    "facts",
    "folded",
    "formula",
    "is_factor",
    "latex",
    "names_in",
    "parse",
    "plain",
    "substitute",
    "symbol",
    "upright",
    "value_of",
]


def expression(op_name: str, ports: Sequence[str], params: Mapping[str, Any]) -> str | None:
    """What an operator computes, in the names of its inputs; None where the table has no row.

    ``params`` has parameters and constant inputs by name; the numbers among them are put in.

    >>> from viz import formulas
    >>> formulas.expression("pow", ("a", "b"), {"b": 2})
    'a ** 2'
    """
    if op_name in table.JOINING:
        return f"{table.JOINING[op_name]}({', '.join(ports)})" if ports else None
    row = table.row(op_name, tuple(ports), params)
    return None if row is None else _written(row[0], params, vanishing=False)


def formula(op_name: str, port: str, ports: Sequence[str], params: Mapping[str, Any]) -> str | None:
    """The derivative of an operator's result ``y`` by its input ``port``; None where it has none.

    Where ``g`` stands in it, it is no factor but what the gradient ``g`` of the result becomes on
    its way back; `is_factor` tells. ``params`` as for `expression`.

    >>> from viz import formulas
    >>> formulas.formula("pow", "a", ("a", "b"), {"b": 2})
    '2 * a'
    >>> formulas.formula("mm", "a", ("a", "b"), {})
    'g @ b.T'
    """
    if op_name in table.JOINING:
        return "part(g)"
    row = table.row(op_name, tuple(ports), params)
    if row is None or port not in ports:
        return None
    return _written(row[1 + list(ports).index(port)], params)


def is_factor(text: str) -> bool:
    """Whether a derivative is a factor for each entry, ``upstream x local = contribution``.

    >>> from viz import formulas
    >>> formulas.is_factor("1 / (2 * y)"), formulas.is_factor("g @ b.T")
    (True, False)
    """
    return "g" not in names_in(parse(text))


def substitute(text: str, values: Mapping[str, Any]) -> str:
    """A formula with numbers, or other formulas (strings), in the place of names; simplified.

    >>> from viz import formulas
    >>> formulas.substitute("b * a ** (b - 1)", {"a": "x1 - m", "b": 3})
    '3 * (x1 - m) ** 2'
    """
    trees = {
        name: parse(value) if isinstance(value, str) else value for name, value in values.items()
    }
    return ast.unparse(replaced(parse(text), trees))


def _written(text: str | None, params: Mapping[str, Any], *, vanishing: bool = True) -> str | None:
    if text is None:
        return None
    return ast.unparse(replaced(parse(text), params, vanishing=vanishing))


def facts(node: Node) -> dict[str, Any]:
    """What is known of a recorded operation beside its inputs, as ``params`` of these functions.

    Its parameters and constants by name, the shapes of its inputs (``x_shape``), and for a
    reduction ``n``, how many entries it puts together.

    >>> from viz import formulas
    >>> formulas.facts((tensor([1.0, 2.0], requires_grad=True) ** 2).grad_fn)["b"]
    2
    """
    op = node.op
    if op.joint is not None and op.together is None:
        return {}
    known: dict[str, Any] = dict(zip(op.params, node.params, strict=False))
    for plan, args in zip(op.plans, node.saved or (), strict=False):
        for source, value in zip(plan.sources, args or (), strict=False):
            if source < len(op.inputs) and node.edges[source] is None:
                known[op.inputs[source]] = value
    if not op.params:
        for port, value in zip(op.inputs, node.params, strict=False):
            if value is not None:
                known[port] = value
    for port, edge in zip(op.inputs, node.edges, strict=False):
        if edge is not None:
            known[f"{port}_shape"] = tuple(edge.shape)
        elif known.get(port) is not None:
            known[f"{port}_shape"] = np.shape(known[port])
    axes = known.get("axes")
    if isinstance(axes, tuple) and "x_shape" in known:
        known["n"] = int(np.prod([known["x_shape"][i] for i in axes], dtype=int))
    at = known.pop("at", None)
    if isinstance(at, Places):  # the targets of a loss
        known.update(dim=at.dim, target=at.index, weighted=at.scale is not None)
        known.update(weight=at.scale, ignored=at.ignored)
    if op.name in table.OF_TARGETS and len(known.get("x_shape", ())) == 2:
        known["rows"] = np.arange(known["x_shape"][0])
        if known.get("target") is not None:
            known["target"] = np.reshape(known["target"], -1)
    return known
