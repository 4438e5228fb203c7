"""SciPy, which the extra ``special`` brings: asked for when a function needs it, not before."""

from __future__ import annotations

import importlib
from typing import Any


def scipy(module: str, needed_by: str) -> Any:
    """SciPy's module ``special`` or ``linalg``.

    Raises ModuleNotFoundError, naming the extra, where SciPy is not installed.
    """
    try:
        return importlib.import_module(f"scipy.{module}")
    except ImportError as error:
        raise ModuleNotFoundError(
            f"{needed_by}() is computed by scipy.{module}, and SciPy cannot be imported ({error}): "
            "pip install 'leibniz-autograd[special]'",
            name="scipy",
        ) from error
