"""Scenes: functions of a library and its nn, whose results must be the same on both.

What a scene returns is compared without its library; errors count by their type.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import autograd
import nn
from tests.oracle import torch

Scene = Callable[[Any, Any], Any]


def comparable(value: Any) -> Any:
    """A result without its library: numbers for tensors, names for types."""
    if isinstance(value, (autograd.Tensor, torch.Tensor)):
        return str(value.dtype).removeprefix("torch."), value.tolist()
    if isinstance(value, (nn.Module, torch.nn.Module)):
        return repr(value)
    if isinstance(value, dict):
        return {key: comparable(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [comparable(each) for each in value]
    if isinstance(value, BaseException):
        return type(value).__name__
    return value


def error(run: Callable[[], Any]) -> Any:
    """The exception that ``run`` raises, or what it returns."""
    try:
        return run()
    except Exception as raised:
        return raised


def same_scene(run: Scene) -> None:
    """Require that ``run`` gives the same here and in torch."""
    ours, theirs = comparable(run(autograd, nn)), comparable(run(torch, torch.nn))
    if isinstance(theirs, list):
        for place, (a, b) in enumerate(zip(ours, theirs, strict=True)):
            assert a == b, place
    assert ours == theirs
