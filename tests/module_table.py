"""The module table: for every module of nn, how to make it and what to give it."""

from __future__ import annotations

from tests.module_rows import activations, lazy, losses, normalizations, windows
from tests.module_rows.build import Row

MODULES: list[Row] = [
    *activations.ROWS,
    *lazy.ROWS,
    *losses.ROWS,
    *normalizations.ROWS,
    *windows.ROWS,
]
