"""What is written for an operation: its name, the constants and parameters it was given."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.graph import Node, Vertex as Recorded
from autograd.operator import Op
from viz.model import Values
from viz.names import Names, operator_of
from viz.values import constant_at, is_absent
from viz.words import brief, number

ABSENT = "None"
"""An operand that was left out; after the others it is not mentioned."""


def operation_of(vertex: Recorded, known: Names) -> str:
    """``leaf``, ``mul``, ``div 2``, ``sub(1, _)``, ``sum axes=(0,)``, ``split[1]``.

    >>> x = tensor([1.0, 2.0], requires_grad=True)
    >>> operation_of((x / 2).grad_fn, Names({}, []))
    'div 2'
    """
    operation = operator_of(vertex)
    if not isinstance(vertex, Node):
        return operation
    if vertex.op.joint is None and None in vertex.edges:
        operands = [
            _constant(vertex, port, known) if edge is None else "_"
            for port, edge in enumerate(vertex.edges)
        ]
        while operands[-1] == ABSENT:
            operands.pop()
        if len(operands) == 2 and operands[0] == "_":
            operation += f" {operands[1]}"
        else:
            operation += f"({', '.join(operands)})"
    parameters = _parameters(vertex)
    return f"{operation} {parameters}" if parameters else operation


def _constant(node: Node, port: int, known: Names) -> str:
    """A constant operand: its name, its value where that is short, else its shape."""
    value = constant_at(node, port)
    if value is None:
        return ABSENT if is_absent(node, port) else "constant"
    name = known.constant(value)
    if name is not None:
        return name
    if isinstance(value, (int, float)):
        return number(value)
    summary = Values.of(value)
    text = brief(summary)
    if summary.entries is None or len(text) > 24:
        return f"constant {_written(summary.shape)}"
    return text


def _parameters(node: Node) -> str:
    op = node.op
    if op.joint is not None:
        # A Function's only parameter is its ctx, which is nobody's reading.
        plain = (int, float, str, tuple, list)
        return ", ".join(_written(value) for value in node.params if isinstance(value, plain))
    if not op.params:
        return ""
    shown = [
        (name, value)
        for name, value in zip(op.params, node.params, strict=False)
        if value is not None and value is not False and not _is_all_axes(node, name, value)
    ]
    if len(op.params) == 1:
        return ", ".join(_written(value) for _, value in shown)
    return ", ".join(f"{name}={_written(value)}" for name, value in shown)


def _is_all_axes(node: Node, name: str, value: Any) -> bool:
    """A reduction over all axes is the ordinary one, and needs no words."""
    source = node.edges[0]
    return name == "axes" and source is not None and len(value) == len(source.shape)


def _written(value: Any, depth: int = 0) -> str:
    """A parameter, the same in every process: never the address of an object."""
    if value is None or value is Ellipsis or isinstance(value, (bool, str)):
        return "..." if value is Ellipsis else str(value)
    if isinstance(value, (int, float, complex)):
        return number(value)
    if isinstance(value, (np.ndarray, np.generic)):
        summary = Values.of(value)
        return brief(summary) if summary.entries is not None else f"array {summary.shape}"
    if isinstance(value, slice):
        ends = ["" if end is None else _written(end) for end in (value.start, value.stop)]
        step = "" if value.step is None else f":{_written(value.step)}"
        return ":".join(ends) + step
    if isinstance(value, (tuple, list)) and depth < 4:
        words = [_written(each, depth + 1) for each in value[:8]]
        if len(value) > 8:
            words.append("...")
        inside = ", ".join(words) + ("," if len(value) == 1 and isinstance(value, tuple) else "")
        return f"({inside})" if isinstance(value, tuple) else f"[{inside}]"
    if isinstance(value, np.dtype):
        return str(value)
    if isinstance(value, Op):
        return value.name
    return type(value).__name__
