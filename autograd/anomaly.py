"""Anomaly mode: backward stops at the first nan, and points at the forward line behind it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd.engine import parts
from autograd.grad_mode import ImmediateSwitch, ModeSwitch, mode
from autograd.graph import Node
from autograd.operator import Op
from autograd.tensor import Tensor

_NO_TRACE = (
    "No forward pass information is available: enable anomaly detection around the forward pass "
    "too, to see the line that recorded the operation.\n"
)


class detect_anomaly(ModeSwitch):  # noqa: N801 - torch's name
    """Find where backward goes wrong (`torch.autograd.detect_anomaly`).

    Operations recorded inside remember the user's line. A ``backward`` inside raises
    RuntimeError at the first derivative that gives nan (unless ``check_nan=False``), with
    the line of the operation; an error raised inside a derivative gets that line as a note.
    Slow: for the search for an error, not for every day. Per thread, as all modes are; torch's
    warning that the mode is on is left out.

    >>> x = tensor(0.0, requires_grad=True)
    >>> with detect_anomaly():
    ...     y = (x * 0.0).sqrt() * 0.0
    ...     y.backward()  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    RuntimeError: Function 'SqrtBackward0' returned nan values in its 0th output...
    """

    def __init__(self, check_nan: bool = True) -> None:
        super().__init__()
        self.check_nan = check_nan

    def _changes(self) -> dict[str, bool]:
        return {"anomaly": True, "check_nan": self.check_nan}

    def _copy(self) -> ModeSwitch:
        return type(self)(self.check_nan)


class set_detect_anomaly(ImmediateSwitch):  # noqa: N801 - torch's name
    """Switch anomaly mode on or off, at once or for a block (`torch.autograd.set_detect_anomaly`).

    >>> with set_detect_anomaly(True):
    ...     is_anomaly_enabled()
    True
    >>> is_anomaly_enabled()
    False
    """

    def __init__(self, mode: bool, check_nan: bool = True) -> None:
        self.check_nan = check_nan
        super().__init__(mode)

    def _changes(self) -> dict[str, bool]:
        return {"anomaly": self.mode, "check_nan": self.check_nan}

    def _copy(self) -> ModeSwitch:
        return type(self)(self.mode, self.check_nan)


def is_anomaly_enabled() -> bool:
    """Whether the running thread is in anomaly mode (`torch.is_anomaly_enabled`).

    >>> is_anomaly_enabled()
    False
    """
    return mode().anomaly


def is_anomaly_check_nan_enabled() -> bool:
    """Whether backward, in anomaly mode, looks for nan.

    >>> is_anomaly_check_nan_enabled()
    True
    """
    return mode().check_nan


class Watched:
    """An operator in anomaly mode: it computes its gradients as ever, and looks at them.

    To the engine it is an operator with a joint rule, so that all that an ordinary backward
    has of this is one comparison, made before it starts.
    """

    __slots__ = ("keeps", "name", "nones", "op", "rules", "saved")
    plain = False
    together = None

    def __init__(self, op: Op, saved: Any) -> None:
        self.op = op
        self.saved = saved
        self.name = op.name
        self.keeps = op.keeps
        self.nones = op.nones
        self.rules = op.rules

    def joint(self, node: Node, g: Any, needs: Sequence[bool]) -> list[Any]:
        """The gradients of all inputs; raises as the operator does, and for nan."""
        try:
            found = parts(self.op, node, self.saved, g, needs)
        except Exception as error:
            error.add_note(_found(node))
            raise
        if mode().check_nan:
            for number, part in enumerate(found):
                if part is not None and _has_nan(part):
                    raise RuntimeError(
                        f"Function '{node.name()}' returned nan values in its {number}th "
                        f"output.\n{_found(node)}"
                    )
        return found


def _has_nan(part: Any) -> bool:
    raw = part._array if isinstance(part, Tensor) else part
    return bool(raw.dtype.kind in "fc" and np.isnan(raw).any())


def _found(node: Node) -> str:
    trace = node.extra.trace if node.extra is not None else None
    return (
        f"Error detected in {node.name()}. Traceback of forward call that caused the error:\n"
        f"{trace or _NO_TRACE}"
    )
