"""Where tensors live: in main memory, which torch calls the device ``"cpu"``."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any, TypeVar

from autograd import dtypes

F = TypeVar("F", bound=Callable[..., Any])


class device:  # noqa: N801 - torch's name
    """The place of a tensor, of the name "cpu"; RuntimeError for any other (`torch.device`).

    ``type`` is its kind and ``index`` its number, mostly None.

    >>> autograd.device("cpu")
    device(type='cpu')
    >>> zeros(2).device.type
    'cpu'
    """

    __slots__ = ("index", "type")
    type: str
    index: int | None

    def __init__(self, type: Any, index: int | None = None) -> None:
        check_device(type)
        kind, _, number = str(type).partition(":")
        self.type = kind
        self.index = int(number) if number else index

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, device):
            return NotImplemented
        return (self.type, self.index) == (other.type, other.index)

    def __hash__(self) -> int:
        return hash((self.type, self.index))

    def __str__(self) -> str:
        return self.type if self.index is None else f"{self.type}:{self.index}"

    def __repr__(self) -> str:
        number = "" if self.index is None else f", index={self.index}"
        return f"device(type={self.type!r}{number})"


def check_device(device: Any) -> None:
    """Raise RuntimeError for any device but the CPU, where all tensors are.

    >>> from autograd.devices import check_device
    >>> check_device("cpu")
    """
    if str(device).partition(":")[0] != "cpu":
        raise no_device(device)


def no_device(device: Any) -> RuntimeError:
    """The error for any device but the CPU."""
    return RuntimeError(
        f"no device {device!r} here: tensors live in main memory, 'cpu'; "
        f"dtypes are {', '.join(dtypes.NAMES)}"
    )


CPU = device("cpu")


WITHOUT_MEANING = ("layout", "memory_format", "pin_memory")
"""Where and how torch may keep the memory of a new tensor."""


def making(make: F) -> F:
    """``make``, a function that makes tensors, with what all of torch's take.

    That is ``device``, which can only be the CPU, sizes also as ``size=(2, 3)``, and what
    would be about memory (`WITHOUT_MEANING`).
    """
    kinds = [each.kind for each in inspect.signature(make).parameters.values()]
    sized = inspect.Parameter.VAR_POSITIONAL in kinds

    @functools.wraps(make)
    def call(*args: Any, **options: Any) -> Any:
        if options:
            place = options.pop("device", None)
            if place is not None:
                check_device(place)
            for name in WITHOUT_MEANING:
                options.pop(name, None)
            if sized and "size" in options:
                args = (*args, options.pop("size"))
        return make(*args, **options)

    return call  # type: ignore[return-value]  # the same call signature, and more names
