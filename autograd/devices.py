"""Where tensors live: in main memory, which torch calls the device ``"cpu"``."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar

from autograd import dtypes

F = TypeVar("F", bound=Callable[..., Any])


class Device(NamedTuple):
    """What ``x.device`` is (`torch.device`).

    >>> zeros(2).device.type
    'cpu'
    """

    type: str
    index: int | None = None  # type: ignore[assignment]  # torch's name, which hides a tuple's

    def __str__(self) -> str:
        return self.type if self.index is None else f"{self.type}:{self.index}"

    def __repr__(self) -> str:
        number = "" if self.index is None else f", index={self.index}"
        return f"device(type={self.type!r}{number})"


CPU = Device("cpu")


def device(name: Any) -> Device:
    """The device of this name, or itself; RuntimeError for any but the CPU (`torch.device`).

    >>> autograd.device("cpu")
    device(type='cpu')
    """
    check_device(name)
    kind, _, number = str(name).partition(":")
    return Device(kind, int(number) if number else None)


def check_device(device: Any) -> None:
    """Raise RuntimeError for any device but the CPU, where all tensors are.

    >>> from autograd.devices import check_device
    >>> check_device("cpu")
    """
    if str(device).partition(":")[0] != "cpu":
        raise RuntimeError(
            f"no device {device!r} here: tensors live in main memory, 'cpu'; "
            f"dtypes are {', '.join(dtypes.NAMES)}"
        )


def making(make: F) -> F:
    """``make``, a function that makes tensors, with what all of torch's take.

    That is ``device``, which can only be the CPU, and sizes also as ``size=(2, 3)``.
    """
    kinds = [each.kind for each in inspect.signature(make).parameters.values()]
    sized = inspect.Parameter.VAR_POSITIONAL in kinds

    @functools.wraps(make)
    def call(*args: Any, **options: Any) -> Any:
        if options:
            place = options.pop("device", None)
            if place is not None:
                check_device(place)
            if sized and "size" in options:
                args = (*args, options.pop("size"))
        return make(*args, **options)

    return call  # type: ignore[return-value]  # the same call signature, and more names
