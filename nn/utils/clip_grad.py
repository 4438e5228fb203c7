"""Clipping of gradients: by the norm of all together, or every entry by itself."""

from __future__ import annotations

import types
import warnings
from collections.abc import Iterable
from typing import Any

from autograd import Tensor, clamp, linalg, no_grad, stack, tensor

SMALL = 1e-6
"""Added to the norm that is divided by."""


def clip_grad_norm_(
    parameters: Tensor | Iterable[Tensor],
    max_norm: float,
    norm_type: float = 2.0,
    error_if_nonfinite: bool = False,
    foreach: bool | None = None,
) -> Tensor:
    """Scale all gradients by one factor, so that their norm is at most ``max_norm``.

    `torch.nn.utils.clip_grad_norm_`; the norm is that of all entries together, of any order,
    as if they stood in one vector. Returns the norm before. ``foreach`` changes nothing here.

    Raises RuntimeError for a norm that is infinite or NaN where ``error_if_nonfinite``.

    >>> w = nn.Parameter(tensor([3.0, 4.0]))
    >>> (w * w / 2).sum().backward()
    >>> nn.utils.clip_grad_norm_([w], max_norm=1.0)
    tensor(5.)
    >>> w.grad
    tensor([0.6000, 0.8000])
    """
    given = _several(parameters)
    if not given and isinstance(parameters, types.GeneratorType):
        warnings.warn(
            "`parameters` is an empty generator, no gradient clipping will occur: it is used up, "
            "or the module has none",
            stacklevel=2,
        )
    total = get_total_norm(_gradients(given), norm_type, error_if_nonfinite)
    clip_grads_with_norm_(given, max_norm, total)
    return total


def get_total_norm(
    tensors: Tensor | Iterable[Tensor],
    norm_type: float = 2.0,
    error_if_nonfinite: bool = False,
    foreach: bool | None = None,
) -> Tensor:
    """The norm of all entries of several tensors together (`torch.nn.utils.get_total_norm`).

    It is 0 where there are no tensors. ``foreach`` changes nothing here. Raises RuntimeError
    for a norm that is infinite or NaN where ``error_if_nonfinite``.

    >>> nn.utils.get_total_norm([tensor([2.0, 1.0]), tensor([2.0])])
    tensor(3.)
    """
    order = float(norm_type)
    with no_grad():
        norms = [linalg.vector_norm(each, order) for each in _several(tensors)]
        total = linalg.vector_norm(stack(norms), order) if norms else tensor(0.0)
    if error_if_nonfinite and not total.isfinite():
        raise RuntimeError(
            f"The total norm of order {order} for gradients from `parameters` is non-finite "
            f"({total.item()}), so it cannot be clipped. To scale the gradients by it anyway, set "
            "`error_if_nonfinite=False`"
        )
    return total


def clip_grads_with_norm_(
    parameters: Tensor | Iterable[Tensor],
    max_norm: float,
    total_norm: Tensor,
    foreach: bool | None = None,
) -> None:
    """Scale all gradients by max_norm / (total_norm + 1e-6), where that is below 1.

    `torch.nn.utils.clip_grads_with_norm_`: the second half of `clip_grad_norm_`, for a norm
    that is known already. ``foreach`` changes nothing here.

    >>> w = nn.Parameter(tensor([3.0, 4.0]))
    >>> (w * w / 2).sum().backward()
    >>> nn.utils.clip_grads_with_norm_([w], 1.0, tensor(5.0))
    >>> w.grad
    tensor([0.6000, 0.8000])
    """
    with no_grad():
        factor = clamp(float(max_norm) / (total_norm + SMALL), max=1.0)
        for grad in _gradients(_several(parameters)):
            grad.mul_(factor)


def clip_grad_value_(
    parameters: Tensor | Iterable[Tensor], clip_value: float, foreach: bool | None = None
) -> None:
    """Bring every entry of the gradients between -clip_value and clip_value.

    `torch.nn.utils.clip_grad_value_`. ``foreach`` changes nothing here.

    >>> w = nn.Parameter(tensor([3.0, -0.5]))
    >>> (w * w / 2).sum().backward()
    >>> nn.utils.clip_grad_value_([w], 1.0)
    >>> w.grad
    tensor([ 1.0000, -0.5000])
    """
    bound = float(clip_value)
    with no_grad():
        for grad in _gradients(_several(parameters)):
            grad.clamp_(-bound, bound)


def _several(tensors: Tensor | Iterable[Tensor]) -> list[Tensor]:
    return [tensors] if isinstance(tensors, Tensor) else list(tensors)


def _gradients(parameters: list[Tensor]) -> list[Any]:
    return [each.grad for each in parameters if each.grad is not None]
