"""Changing the dtype."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.operator import Op


def _astype(x: Any, dtype: np.dtype[Any]) -> Any:
    return x.astype(dtype) if isinstance(x, (np.ndarray, np.generic)) else dtype.type(x)


cast = Op("to", _astype, "x", params="dtype", label="to_copy", x=lambda g: g)
