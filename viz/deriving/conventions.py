"""Where a formula has not the value that the engine has: at kinks and poles, by convention."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from viz import formulas
from viz.deriving.chain_rule import Symbol
from viz.deriving.shapes import array_of
from viz.model import Values


def by_convention(
    formula: str, symbols: Sequence[Symbol], params: Mapping[str, Any], engine: Values
) -> tuple[bool, ...]:
    """For each entry whether the formula has another value than the engine's; empty if nowhere.

    What differs by rounding alone does not count, as all finite numbers may in dtypes that are less
    precise than float64, nor what the engine says is infinite or nan; and a formula that cannot
    be evaluated here is believed.

    >>> from viz.deriving.conventions import by_convention
    >>> x = Symbol("x", "x", viz.model.Values.of(np.array([0.0, 2.0])))
    >>> by_convention("x / x", [x], {}, viz.model.Values.of(np.array([0.0, 1.0])))
    (True, False)
    """
    known = {port: each for port, each in params.items() if isinstance(each, np.ndarray)}
    for symbol in symbols:
        if symbol.values is not None and symbol.values.entries is not None:
            known[symbol.port] = array_of(symbol.values)
    found = formulas.value_of(formula, known)
    if found is None or engine.entries is None:
        return ()
    expected = array_of(engine)
    try:
        found = np.broadcast_to(found, expected.shape)
    except ValueError:
        return ()
    close = np.isclose(found, expected, rtol=1e-2, atol=1e-3) | ~np.isfinite(expected)
    if engine.dtype != "float64":
        close |= np.isfinite(found)
    return () if close.all() else tuple((~close).ravel().tolist())
