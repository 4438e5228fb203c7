"""Where in the user's program an operation was recorded; kept in anomaly mode only."""

from __future__ import annotations

import os
import sys
import traceback

import numpy as np

from autograd.grad_mode import Mode
from autograd.graph import Extra

_OURS = tuple(os.path.dirname(os.path.abspath(each)) + os.sep for each in (__file__, np.__file__))
"""The folders of this package, and of NumPy, whose functions stand between ours."""


def user_line(now: Mode) -> Extra | None:
    """The user's stack, innermost line last, without the frames of this package and of NumPy."""
    if not now.anomaly:
        return None
    frames = [
        frame
        for frame in traceback.extract_stack(sys._getframe(1))
        if not os.path.abspath(frame.filename).startswith(_OURS)
    ]
    extra = Extra()
    extra.trace = "".join(traceback.format_list(frames))
    return extra
