"""What a plan does, as plain data that pictures read: its calls in order, and their memory."""

from __future__ import annotations

import weakref
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from autograd.capture.entry import Entry
from autograd.capture.memory import Room
from autograd.capture.roots import Place, Root
from autograd.tensor import Tensor

Origin = Literal["argument", "outside", "constant", "own"]
ORIGINS: Mapping[str, Origin] = {"input": "argument"}


@dataclass(frozen=True, slots=True)
class Memory:
    """A piece of memory: an argument's, a tensor's from outside, a constant's, or the plan's own.

    ``buffer`` counts the plan's buffers; several pieces have the same where it is used again,
    and None is what only blocks of a run pass through, or what is not the plan's own. ``place``
    counts the arguments, from 1; the gradient of a result has 0. ``tensor`` refers to the tensor
    from outside.
    """

    origin: Origin
    shape: tuple[int, ...]
    dtype: str
    bytes: int
    buffer: int | None = None
    place: int = 0
    tensor: weakref.ref[Tensor] | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a plan.

    ``part`` is the operator, or the derivative of one, that it belongs to; ``reads`` and
    ``writes`` are numbers of memory in the order of the arguments, and ``given`` the arguments
    of a ufunc that are numbers, empty for arrays. ``how`` is "out", "copy" or "write" of what
    computes, "draw" of what draws random numbers, "guard" of a promise, "host" of Python that is
    called as it is, and "grad" of what sets ``tensor.grad``. ``run`` numbers the calls that are
    done block by block together.
    """

    name: str
    part: str
    how: str
    reads: tuple[int, ...]
    writes: tuple[int, ...]
    given: tuple[str, ...]
    shape: tuple[int, ...] | None
    dtype: str | None
    run: int | None = None
    tensor: weakref.ref[Tensor] | None = None


@dataclass(frozen=True, slots=True)
class Description:
    """A plan: ``calls`` in order, ``memory`` by number, and the numbers of the ``results``.

    ``arguments`` is the number of tensors among the arguments.

    >>> double = autograd.compile(lambda x: x * 2 + 1)
    >>> for _ in range(3):
    ...     y = double(ones(3))
    >>> (plan,) = double.plans()
    >>> [call.name for call in plan.calls], plan.memory[plan.results[0]].bytes
    (['multiply', 'add'], 12)
    """

    title: str
    calls: tuple[Call, ...]
    memory: Mapping[int, Memory]
    results: tuple[int, ...]
    arguments: int
    dropped: int
    bytes: int
    saved: int


def described(
    runs: Sequence[Sequence[Entry]],
    values: Iterable[Place],
    inputs: Sequence[Root],
    rooms: Mapping[int, Room],
    local: Iterable[int],
    tensors: Mapping[int, Tensor],
) -> tuple[tuple[Call, ...], dict[int, Memory], tuple[int, ...]]:
    """The calls, the memory and the results of a plan; nothing of the recording is kept.

    ``tensors`` has those of memory from outside, by its number.
    """
    arguments = {root.number: place for place, root in enumerate(inputs, 1)}
    buffers: dict[Any, int] = {}
    memory: dict[int, Memory] = {}

    def number(place: Place) -> int:
        root = place.root
        if root.number not in memory:
            memory[root.number] = _memory(
                place,
                arguments.get(root.number, 0),
                tensors.get(root.number),
                None
                if root.kind != "own" or root.number in local
                else buffers.setdefault(rooms.get(root.number, root.number), len(buffers) + 1),
            )
        return root.number

    calls: list[Call] = []
    count = 0
    for run in runs:
        count += len(run) > 1
        for entry in run:
            if entry.how == "mark":
                continue
            reads = tuple(map(number, entry.reads()))
            writes = tuple(map(number, entry.out))
            first = entry.out[0].array if entry.out else None
            target = entry.function if entry.how == "grad" else None
            calls.append(
                Call(
                    entry.title(),
                    entry.part,
                    entry.how,
                    reads,
                    writes,
                    _given(entry),
                    None if first is None else first.shape,
                    None if first is None else str(first.dtype),
                    count if len(run) > 1 else None,
                    None if target is None else weakref.ref(target),
                )
            )
    return tuple(calls), memory, tuple(map(number, values))


def _memory(place: Place, argument: int, tensor: Tensor | None, buffer: int | None) -> Memory:
    root, array = place.root, place.root.array
    return Memory(
        ORIGINS.get(root.kind, root.kind),  # type: ignore[arg-type]  # the other kinds are origins
        array.shape,
        str(array.dtype),
        root.extent[1] - root.extent[0],
        buffer if root.kind == "own" else None,
        argument,
        None if tensor is None else weakref.ref(tensor),
    )


def _given(entry: Entry) -> tuple[str, ...]:
    """The numbers among what a ufunc is given; what must be true of a promise."""
    if entry.how == "guard":
        return (str(entry.result),)
    if not isinstance(entry.function, np.ufunc):
        return ()
    return tuple("" if type(each) is Place else _text(each) for each in entry.args)


def _text(given: Any) -> str:
    if isinstance(given, np.ndarray):
        return _text(given[()]) if given.ndim == 0 else ""
    return f"{given:.6g}" if isinstance(given, (float, np.floating)) else str(given)
