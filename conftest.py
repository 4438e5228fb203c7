"""What every test and every docstring's example stands on."""

from __future__ import annotations

import builtins
import importlib
import os
from typing import Any

import pytest

REQUIRE_TORCH = "AUTOGRAD_REQUIRE_TORCH"


def pytest_configure() -> None:
    """Where torch is required (in CI), stop at once without it: no test may then be skipped."""
    if os.environ.get(REQUIRE_TORCH, "0") in ("", "0"):
        return
    try:
        importlib.import_module("torch")
    except ImportError as error:
        raise pytest.UsageError(
            f"{REQUIRE_TORCH} is set and torch cannot be imported ({error}): the tests held "
            "against torch would be skipped; install the 'test' extra"
        ) from error


@pytest.fixture(scope="session")
def example_names() -> dict[str, Any]:
    """What an example may use without importing it: ``np``, ``autograd`` and its public names.

    Names of Python's own builtins are left to Python: ``sum`` is not ``autograd.sum``.
    """
    autograd = importlib.import_module("autograd")
    public = {
        name: value
        for name, value in vars(autograd).items()
        if not name.startswith("_") and not hasattr(builtins, name)
    }
    return {**public, "autograd": autograd, "np": importlib.import_module("numpy")}


@pytest.fixture(autouse=True)
def _names_in_doctests(request: pytest.FixtureRequest) -> None:
    """Add these names, and the module's own package, to those that a docstring's module has."""
    if not isinstance(request.node, pytest.DoctestItem):
        return
    present = request.node.dtest.globs
    package = present["__name__"].partition(".")[0]
    offered = request.getfixturevalue("example_names") | {package: importlib.import_module(package)}
    for name, value in offered.items():
        present.setdefault(name, value)
