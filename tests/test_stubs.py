"""The stub file of the methods that are joined to Tensor at run time is the registry's."""

from __future__ import annotations

import autograd  # noqa: F401 - fills the registry
from autograd import stubs


def test_the_stub_file_is_up_to_date() -> None:
    written = stubs.FILE.read_text(encoding="utf-8")
    assert written == stubs.text(), f"{stubs.FILE.name} is out of date: python -m autograd.stubs"
