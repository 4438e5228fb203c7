"""Where in the user's program an operation was recorded; kept in anomaly mode only."""

from __future__ import annotations

import os
import sys
import traceback

from autograd.grad_mode import Mode
from autograd.graph import Extra

_HERE = os.path.dirname(os.path.abspath(__file__))


def user_line(now: Mode) -> Extra | None:
    """The user's stack, innermost line last, without the frames of this package."""
    if not now.anomaly:
        return None
    frames = [
        frame
        for frame in traceback.extract_stack(sys._getframe(1))
        if not os.path.abspath(frame.filename).startswith(_HERE + os.sep)
    ]
    extra = Extra()
    extra.trace = "".join(traceback.format_list(frames))
    return extra
