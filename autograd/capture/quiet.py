"""``np.errstate(all="ignore")`` in a fifth of its time, where NumPy has what that is made of."""

from __future__ import annotations

from typing import Any

import numpy as np

try:
    from numpy._core.umath import _extobj_contextvar, _make_extobj
except ImportError:  # not public, so it may go

    def quiet() -> Any:
        """Nothing that happens to numbers is worth a warning."""
        return np.errstate(all="ignore")

else:
    _ignoring = _make_extobj(all="ignore")

    class quiet:  # type: ignore[no-redef]  # noqa: N801 - used as a function
        """Nothing that happens to numbers is worth a warning."""

        __slots__ = ("_token",)

        def __enter__(self) -> None:
            self._token = _extobj_contextvar.set(_ignoring)

        def __exit__(self, *error: Any) -> None:
            _extobj_contextvar.reset(self._token)
