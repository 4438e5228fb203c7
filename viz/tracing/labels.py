"""What is written for an operation: its name, the constants and parameters it was given."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from autograd.graph import Node, Vertex as Recorded
from viz.model import Values
from viz.tracing.names import Names, operator_of
from viz.tracing.values import constant_at, is_absent
from viz.tracing.wording import port_name
from viz.words import brief, clean, number

ABSENT = "None"
"""An operand that was left out; after the others it is not mentioned."""

LONGEST = 48
"""An operation's parameters are cut to this many characters."""


Constants = tuple[tuple[str, str], ...]
"""The ports of an operation at which constants stood, and what is written for these."""


def operation_of(vertex: Recorded, constants: Constants) -> str:
    """``leaf``, ``mul``, ``div 2``, ``sub(1, _)``, ``sum axes=(0,)``, ``split[1]``.

    >>> x = tensor([1.0, 2.0], requires_grad=True)
    >>> operation_of((x / 2).grad_fn, (("b", "2"),))
    'div 2'
    """
    operation = operator_of(vertex)
    if not isinstance(vertex, Node):
        return operation
    if vertex.op.joint is None and None in vertex.edges:
        operation += _operands(vertex, dict(constants))
    parameters = _parameters(vertex)
    return f"{operation} {clean(parameters, LONGEST)}" if parameters else operation


def constants_of(vertex: Recorded, known: Names) -> Constants:
    """What stood at the inputs that are no vertices, by port; inputs left out are none.

    >>> x = tensor([1.0, 2.0], requires_grad=True)
    >>> constants_of((x * tensor([3.0, 4.0])).grad_fn, Names({}, []))
    (('b', '[3, 4]'),)
    """
    if not isinstance(vertex, Node) or vertex.op.joint is not None:
        return ()
    return tuple(
        (port_name(vertex, port), text)
        for port, edge in enumerate(vertex.edges)
        if edge is None and (text := _constant(vertex, port, known)) != ABSENT
    )


def _operands(node: Node, constants: Mapping[str, str]) -> str:
    """The constants among the inputs, ``_`` standing for the others."""
    operands = [
        constants.get(port_name(node, port), ABSENT) if edge is None else "_"
        for port, edge in enumerate(node.edges)
    ]
    while operands[-1] == ABSENT:
        operands.pop()
    telling = any(text not in ("_", ABSENT) and text[:8] != "constant" for text in operands)
    if len(node.edges) > 2 and not telling:
        return ""  # as the data that a convolution gets
    if len(operands) == 2 and operands[0] == "_":
        return f" {operands[1]}"
    return f"({', '.join(operands)})"


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
    """What the operation was told beside its inputs, where a reader can make something of it."""
    op = node.op
    given = dict(zip(JOINED.get(op.name, op.params), node.params, strict=False))
    spelled = SPELLED.get(op.name)
    if spelled is not None and given:  # a Function may bear the same name
        return spelled(given)
    for name, spelled in WINDOWS.items():
        if name in given:
            return spelled(given)
    shown = {
        name: value
        for name, value in given.items()
        if name not in FOUND
        and value is not None
        and value is not False
        and not (name in ALONE and len(given) > 1)
        and not (isinstance(value, np.ndarray) and name not in ALONE)
        and not _is_all_axes(node, name, value)
        and _is_plain(value)
    }
    if len(shown) == 1:
        ((name, value),) = shown.items()
        if name not in NAMED and value is not True:
            return _written(value)
    return ", ".join(f"{name}={_written(value)}" for name, value in shown.items())


JOINED = {"cat": ("dim", "ends"), "stack": ("dim",), "block_diag": ("ends",)}
"""The parameters of operators of however many inputs, which do not tell their names."""

FOUND = {"at", "back", "divisor", "draw", "ends", "maps", "name", "order", "paths", "source"}
"""Parameters that follow from the inputs, or say how to compute and not what."""

ALONE = {"index", "shape"}
"""Parameters that follow from the inputs, too, unless they are all that there is."""

NAMED = {"axes", "correction", "count", "dim", "p"}
"""Parameters whose names are needed to tell what they are, also where they stand alone."""


def _window(windows: Any, groups: int = 1, strides: Any = (1,)) -> str:
    """``3x3 stride 2 padding 1``: what is as usual is left out, of strides ``strides``."""
    words = ["x".join(map(str, windows.kernel))]
    for word, sizes, usual in (
        ("stride", windows.stride, strides),
        ("padding", windows.before, (0,)),
        ("dilation", windows.dilation, (1,)),
        ("groups", (groups,), (1,)),
    ):
        if sizes != usual and len({*sizes, *usual}) > 1:
            same = len(set(sizes)) == 1
            words.append(f"{word} {sizes[0] if same else 'x'.join(map(str, sizes))}")
    return " ".join(words)


def _pool(windows: Any) -> str:
    """A pool's windows: as a rule they lie side by side."""
    return _window(windows, strides=windows.kernel)


Given = Mapping[str, Any]

WINDOWS: dict[str, Callable[[Given], str]] = {
    "conv": lambda given: _window(given["conv"].windows, given["conv"].groups),
    "winners": lambda given: _pool(given["winners"].windows),
    "divisor": lambda given: _pool(given["windows"]),
    "windows": lambda given: _window(given["windows"]),
}
"""Parameters that tell of a kernel which slides, and how it is written."""

SPELLED: dict[str, Callable[[Given], str]] = {
    "t": lambda given: "",
    "transpose": lambda given: f"({given['dim0']}, {given['dim1']})",
    "as_strided": lambda given: _written(given["to"]),
    "setitem": lambda given: f"at {_written(given['index'])}",
    "native_layer_norm": lambda given: _written(given["axes"]),
    "cross_entropy_loss": lambda given: "" if given["reduction"] == "mean" else given["reduction"],
    "native_batch_norm": lambda given: "",
    "native_group_norm": lambda given: "",
    **dict.fromkeys(("elu", "celu", "selu"), lambda given: f"alpha={number(given['alpha'])}"),
    **{
        f"adaptive_avg_pool{n}d": lambda given: "x".join(map(str, given["output"]))
        for n in (1, 2, 3)
    },
}
"""Operators whose parameters are written in their own way."""


def _is_all_axes(node: Node, name: str, value: Any) -> bool:
    """A reduction over all axes is the ordinary one, and needs no words."""
    source = node.edges[0]
    return name == "axes" and source is not None and len(value) == len(source.shape)


_PLAIN = (bool, int, float, complex, str, slice, np.ndarray, np.generic, np.dtype, type(...))


def _is_plain(value: Any) -> bool:
    """Whether a reader knows what it is: no object of the library's own, at any depth."""
    waiting = [value]
    while waiting:
        each = waiting.pop()
        if type(each) in (tuple, list):
            waiting += each
        elif each is not None and not isinstance(each, _PLAIN):
            return False
    return True


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
    return str(value) if isinstance(value, np.dtype) else type(value).__name__
