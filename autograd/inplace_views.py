"""Views in place: a tensor whose dimensions change, while its memory stays (``x.t_()``)."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from autograd.grad_mode import mode
from autograd.graph import touch
from autograd.inplace import check_allowed
from autograd.ops.shape import squeeze, unsqueeze
from autograd.ops.slicing import as_strided
from autograd.ops.transposing import t, transpose
from autograd.registry import METHODS, described
from autograd.tensor import Tensor

_VIEWS: dict[str, tuple[Callable[..., Tensor], str]] = {
    "transpose_": (transpose, "0, 1"),
    "swapaxes_": (transpose, "0, 1"),
    "swapdims_": (transpose, "0, 1"),
    "t_": (t, ""),
    "squeeze_": (squeeze, ""),
    "unsqueeze_": (unsqueeze, "0"),
    "as_strided_": (as_strided, "(2, 3), (1, 1)"),
}
"""The methods, the view that each becomes, and arguments to show it with."""


def _turning(name: str, take: Callable[..., Tensor]) -> Callable[..., Tensor]:
    """The method that makes a tensor the view of itself that ``take`` gives."""

    @functools.wraps(take)
    def method(self: Tensor, *args: Any, **options: Any) -> Tensor:
        if mode().grad and self._node is not None:
            check_allowed(self)
        elif not self.is_leaf:
            raise RuntimeError(
                f"{name}() of the result of a recorded operation, outside of recording: its "
                f"gradient would keep the old dimensions; write x = x.{take.__name__}(...)"
            )
        if any(ref() is not None for ref in getattr(self, "_views", ())):
            raise RuntimeError(
                f"{name}() would change the dimensions under the views of this tensor, whose "
                f"gradients are found through it: write x = x.{take.__name__}(...) instead"
            )
        turned = take(self, *args, **options)
        if turned is self:
            return self
        self._hold(turned._memory())
        if turned._node is not None:
            self._follow(turned._node)
        if self._view is not None:
            self._view = turned._view
        touch(self._guard())
        return self

    return method


for _name, (_take, _arguments) in _VIEWS.items():
    _method = _turning(_name, _take)
    _doc = f"""`{_take.__name__}`, in place (`torch.Tensor.{_name}`).

    Raises RuntimeError for a leaf that requires grad outside `no_grad`, and where other tensors
    are views of this one.

    >>> x = ones(2, 2)
    >>> x.{_name}({_arguments}) is x
    True
    """
    described(_method, _name, _doc)
    METHODS[_name] = _method
