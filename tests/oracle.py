"""The oracle. ``from tests.oracle import torch`` skips the importing module where torch is missing.

In CI, where ``AUTOGRAD_REQUIRE_TORCH`` is set, a missing torch stops the run (conftest.py).
"""

from __future__ import annotations

import pytest

torch = pytest.importorskip(
    "torch",
    exc_type=ImportError,  # also where it is there and broken
    reason="torch, which these tests compare with, is missing: pip install -e '.[test]'",
)

# The tests are many small operations, to which a pool of threads only adds waiting.
torch.set_num_threads(1)
