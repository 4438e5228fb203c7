"""What the extras ``special`` and ``safetensors`` bring: asked for when needed, not before."""

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


def safetensors(needed_by: str) -> Any:
    """The package ``safetensors``.

    Raises ModuleNotFoundError, naming the extra, where it is not installed.
    """
    try:
        importlib.import_module("safetensors.numpy")
        return importlib.import_module("safetensors")
    except ImportError as error:
        raise ModuleNotFoundError(
            f"{needed_by} takes the package safetensors, which cannot be imported ({error}): "
            "pip install 'leibniz-autograd[safetensors]', or write a .npz file, which needs NumPy "
            "alone",
            name="safetensors",
        ) from error
