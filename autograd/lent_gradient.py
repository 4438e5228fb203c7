"""A gradient in memory that its owner writes into again, as a captured step does."""

from __future__ import annotations

from autograd.graph import Raw


class LentGradient:
    """Stands in a tensor's ``_grad``: whoever looks at the gradient gets a copy in its place."""

    __slots__ = ("array",)

    def __init__(self, array: Raw) -> None:
        self.array = array
