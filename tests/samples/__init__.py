"""The table of samples: a row for each operator, by family. `build` says how to read it."""

from tests.samples import elementwise, indexing, reductions, shape  # noqa: F401 - they fill it
from tests.samples.build import TABLE, Row, Sample

ROWS: dict[str, Row] = TABLE.rows
"""The rows by operator name, aliases included."""

CASES: list[tuple[str, Sample]] = [
    (name, sample) for name, row in ROWS.items() for sample in row.samples if name == row.names[0]
]
"""Every operator with every one of its samples; second names are the same functions."""
