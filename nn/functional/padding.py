"""Padding."""

from __future__ import annotations

from autograd.ops.padding import pad

__all__ = ["pad"]
