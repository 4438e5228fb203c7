"""What the dtypes can hold, and the constants of mathematics under torch's names."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt

from autograd import dtypes

inf, nan, pi, e = math.inf, math.nan, math.pi, math.e


class finfo:  # noqa: N801 - torch's name
    """The range and precision of a float dtype, the default one if none is given.

    Raises TypeError for another dtype (`torch.finfo`).

    >>> finfo(float64).eps
    2.220446049250313e-16
    """

    def __init__(self, type: npt.DTypeLike | None = None) -> None:
        kind = dtypes.get_default_dtype() if type is None else dtypes.checked(type)
        if kind.kind != "f":
            raise TypeError(f"finfo() requires a floating point dtype, not {kind}; write iinfo()")
        known: Any = np.finfo(kind)
        self.dtype = str(kind)
        self.bits = int(known.bits)
        self.eps, self.max, self.min = float(known.eps), float(known.max), float(known.min)
        self.tiny = self.smallest_normal = float(known.smallest_normal)
        self.resolution = float(known.resolution)

    def __repr__(self) -> str:
        shown = ("resolution", "min", "max", "eps", "smallest_normal", "tiny")
        parts = ", ".join(f"{name}={getattr(self, name):g}" for name in shown)
        return f"finfo({parts}, dtype={self.dtype})"


class iinfo:  # noqa: N801 - torch's name
    """The range of an integer dtype; TypeError for another (`torch.iinfo`).

    >>> iinfo(uint8).max
    255
    """

    def __init__(self, type: npt.DTypeLike) -> None:
        kind = dtypes.checked(type)
        if kind.kind not in "iu":
            raise TypeError(f"iinfo() requires an integer dtype, not {kind}; write finfo()")
        known: Any = np.iinfo(kind)
        self.dtype = str(kind)
        self.bits, self.max, self.min = int(known.bits), int(known.max), int(known.min)

    def __repr__(self) -> str:
        return f"iinfo(min={self.min:g}, max={self.max:g}, dtype={self.dtype})"
