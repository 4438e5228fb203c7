"""Switches of torch's libraries of kernels, which programs set and ask; here they change nothing.

>>> autograd.backends.cudnn.deterministic = True
>>> autograd.backends.mps.is_available()
False
"""

from __future__ import annotations

__all__ = ["cuda", "cudnn", "mps"]


class _Missing:
    """A library that is not there."""

    def is_available(self) -> bool:
        """False."""
        return False

    def is_built(self) -> bool:
        """False."""
        return False


class _Cudnn(_Missing):
    enabled = True
    benchmark = False
    deterministic = False
    allow_tf32 = True

    def version(self) -> None:
        """None: there is no version."""


class _Products:
    allow_tf32 = False


class _Cuda(_Missing):
    matmul = _Products()


cuda = _Cuda()
cudnn = _Cudnn()
mps = _Missing()
