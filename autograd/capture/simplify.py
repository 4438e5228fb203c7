"""A tape without what nobody needs, and with nothing that is computed twice."""

from __future__ import annotations

from autograd.capture.entry import Entry
from autograd.capture.indexed import flat
from autograd.capture.reuse import Reuse
from autograd.capture.roots import Place, Root


def simplified(entries: list[Entry], values: list[Place]) -> tuple[list[Entry], list[Place]]:
    """The entries that the values need, or a program can see; and where the values are then."""
    found = sorted(needed(entries, values), key=lambda entry: not entry.early)
    once = Reuse(flat(found), values)
    return needed(once.entries, once.values), once.values


def needed(entries: list[Entry], values: list[Place]) -> list[Entry]:
    """Those that something visible depends on."""
    wanted = {place.root.number for place in values}
    kept = []
    for entry in reversed(entries):
        if (
            entry.how in ("out", "copy", "write")
            and not entry.kept
            and not any(
                place.root.number in wanted or place.root.kind == "outside" for place in entry.out
            )
        ):
            continue
        kept.append(entry)
        wanted.update(place.root.number for place in (*entry.reads(), *entry.out))
    return kept[::-1]


def used(entries: list[Entry], values: list[Place]) -> dict[int, Root]:
    """The memory that the entries and the values are about, by its number."""
    places = [place for entry in entries for place in (*entry.reads(), *entry.out)]
    return {place.root.number: place.root for place in (*places, *values)}
