"""Gradients that stay in a plan's own memory: nobody pays for a copy at which nobody looks."""

from __future__ import annotations

from autograd.capture.entry import Entry
from autograd.capture.memory import LARGE, Room
from autograd.capture.roots import Root
from autograd.graph import Raw


def side_by_side(roots: dict[int, Root]) -> dict[int, Raw]:
    """Memory for the small ones, by their numbers: those of one dtype follow each other."""
    memory: dict[int, Raw] = {}
    small = {n: root for n, root in roots.items() if root.array.nbytes < LARGE}
    for kind in {root.array.dtype for root in small.values()}:
        alike = {n: root.array.nbytes for n, root in small.items() if root.array.dtype == kind}
        flat, start = Room(sum(alike.values())).memory, 0
        for number, size in alike.items():
            memory[number] = flat[start : start + size]
            start += size
    return memory


def lendable(entries: list[Entry]) -> dict[int, Root]:
    """The memory of gradients that is theirs alone, and complete when they are set."""
    found: dict[int, Root] = {}
    tensors: dict[int, int] = {}
    for i, entry in enumerate(entries):
        if entry.how != "grad" or not entry.args:
            continue
        (place,) = entry.args
        root = place.root
        if tensors.setdefault(root.number, id(entry.function)) != id(entry.function):
            found.pop(root.number, None)
            continue
        whole = place.array is root.array and place.array.flags.c_contiguous
        bare = whole and root.extent[1] - root.extent[0] == place.array.nbytes
        later = (out.root for each in entries[i:] for out in each.out)
        if bare and root.kind == "own" and root.array.size and root not in later:
            found[root.number] = root
    # A promise that is broken after they were written to would leave them changed.
    begun = False
    for entry in entries:
        if entry.how == "guard" and begun:
            return {}
        begun = begun or any(out.root.number in found for out in entry.out)
    return found
