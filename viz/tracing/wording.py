"""What is said of a recorded operation beside its numbers: formulas, and where it was written."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from autograd.function_node import FunctionOp
from autograd.graph import Node, Vertex as Recorded
from viz import formulas

_FRAME = re.compile(r'^  File "(.+)", line (\d+), in (.+)(?:\n    (.+))?$', re.MULTILINE)
_PACKAGES = Path(__file__).parents[2]
_OURS = tuple(str(_PACKAGES / name) for name in ("nn/", "viz/"))
"""The user's line is not in here, though it may be called from here."""


def port_name(node: Node, port: int) -> str:
    """The operator's word for an input; its number where it takes however many.

    >>> x = tensor(3.0, requires_grad=True)
    >>> port_name((x * 2).grad_fn, 0), port_name(cat([x.view(1), x.view(1)]).grad_fn, 1)
    ('a', '1')
    """
    inputs = node.op.inputs
    return inputs[port] if port < len(inputs) else str(port)


def where(vertex: Recorded) -> str | None:
    """The user's line that recorded the operation, known in anomaly mode only.

    Of a derivative whose own line is not known, that of the operation it is the derivative of.

    >>> x = tensor(3.0, requires_grad=True)
    >>> with autograd.detect_anomaly():
    ...     y = x * x
    >>> where(y.grad_fn)
    '<doctest viz.tracing.wording.where[1]>:2 in <module>: y = x * x'
    """
    node: Any = vertex
    while isinstance(node, Node):
        if node.extra is not None and node.extra.trace is not None:
            return _line(node.extra.trace)
        scope = node.scope
        node = None if scope is None or isinstance(scope[1], type) else scope[0]()
    return None


def _line(trace: str) -> str | None:
    """The innermost line of the user's own, ``train.py:12 in step: loss = model(x)``."""
    frames = _FRAME.findall(trace)
    own = [frame for frame in frames if not frame[0].startswith(_OURS)] or frames
    if not own:
        return None
    file, line, function, code = own[-1]
    place = f"{file if file[0] == '<' else Path(file).name}:{line} in {function}"
    return f"{place}: {code}" if code else place


Said = tuple[str | None, tuple[str | None, ...]]
"""What an operation computes, and its derivative by each input, as far as they can be said."""

UNSAID: Said = None, ()


class Wording:
    """The formulas of a graph's operations, each asked for once where several are alike."""

    def __init__(self) -> None:
        self._known: dict[Any, Said] = {}

    def of(self, node: Node) -> Said:
        """What the operation computes, and its derivative by each input, in port names.

        >>> Wording().of((tensor(3.0, requires_grad=True) ** 2).grad_fn)
        ('a ** 2', ('2 * a', None))
        """
        if isinstance(node.op, FunctionOp):  # the user's own, whatever it is called
            return None, (None,) * len(node.edges)
        params = formulas.facts(node)
        ports = tuple(port_name(node, port) for port in range(len(node.edges)))
        live = tuple(edge is not None for edge in node.edges)
        key = node.op.name, ports, live, tuple(params.items())
        try:
            known = self._known.get(key)
        except TypeError:  # an array among the parameters
            return _said(node.op.name, ports, live, params)
        if known is None:
            known = self._known[key] = _said(node.op.name, ports, live, params)
        return known


def _said(
    name: str, ports: tuple[str, ...], live: tuple[bool, ...], params: dict[str, Any]
) -> Said:
    derivatives = tuple(
        formulas.formula(name, port, ports, params) if needed else None
        for port, needed in zip(ports, live, strict=True)
    )
    return formulas.expression(name, ports, params), derivatives
