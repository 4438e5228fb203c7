"""torch's own database of operators: everything in it that we have gives torch's numbers."""

from __future__ import annotations

import pytest

from tests.op_db import Entry, entries, failures, gap_of, why_missing
from tests.op_db_gaps import GAPS, ONLY_TORCHS

ENTRIES = list(entries())
OURS = [entry for entry in ENTRIES if entry.ours is not None]


@pytest.mark.parametrize("entry", [pytest.param(entry, id=entry.key) for entry in OURS])
def test_as_in_torch(entry: Entry) -> None:
    """Values, gradients and second-order gradients of all samples, but for the known gaps."""
    found = [(failure, gap_of(entry, *failure[:2])) for failure in failures(entry)]
    unknown = [f"{order}({sample}): {text}" for (order, sample, text), gap in found if gap is None]
    assert not unknown, "\n".join(unknown[:10])
    needed = {gap for _, gap in found}
    idle = [gap.why for gap in GAPS.get(entry.key, ()) if gap not in needed]
    assert not idle, f"these gaps are closed, so they go from the table: {idle}"


def test_what_is_missing_has_a_reason() -> None:
    missing = {entry.name for entry in ENTRIES if entry.ours is None}
    assert not [name for name in missing if not why_missing(name)]


def test_a_reason_is_given_only_for_what_is_missing() -> None:
    missing = {entry.name for entry in ENTRIES if entry.ours is None}
    assert not [entry.key for entry in OURS if why_missing(entry.name)]
    assert all(any(why_missing(name) == why for name in missing) for why in ONLY_TORCHS.values())
    assert set(GAPS) <= {entry.key for entry in OURS}
