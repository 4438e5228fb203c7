"""Conventions: what operators give at zeros, infinities, nan, ties, kinks and nothing."""

from tests.special_values import (  # noqa: F401 - they fill the table
    activations,
    basic,
    elementwise,
    indexing,
    linalg,
    losses,
    norms,
    reductions,
    scans,
    shape,
    special,
    statistics,
    vision,
)
from tests.special_values.build import CASES as CASES, Case as Case
