"""Activations of straight pieces: what is limited, shrunk, cut off or bent at some numbers.

``x`` is the input; the derivative at a kink is that of the flat side, torch's.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.blocks import shared
from autograd.operator import Op
from autograd.ops import activation_kernels as kernels
from autograd.ops.by_mask import choose, chosen, keep

__all__: list[str] = []  # their functions are in `activations` and in torch.nn.functional


def _leaky(x: Any, slope: float) -> Any:
    if 0 < slope <= 1:
        if kernels.plainly(x):
            return kernels.filled(kernels.leaky, x, params=(slope,))
        return np.maximum(x, x * slope)
    return chosen(x > 0, x, x * slope)


def _leaky_rule(g: Any, x: Any, slope: float) -> Any:
    if 0 <= slope <= 1 and kernels.plainly(g, x):
        return kernels.filled(kernels.leaky_pulled, g, x, params=(slope,))
    return choose(x > 0, g, g * slope)


leaky_relu = Op("leaky_relu", _leaky, "x", params="slope", x=_leaky_rule)


def _hardtanh(x: Any, low: float, high: float) -> Any:
    if x.dtype.kind == "u" and int(low) < 0:
        raise RuntimeError(f"cannot do hardtanh on an unsigned type with negative limits: {low}")
    return np.clip(x, x.dtype.type(low), x.dtype.type(high))


def _within(g: Any, x: Any, low: float, high: float, divisor: float = 1) -> Any:
    """g / divisor where x lies between the limits, 0 elsewhere."""
    if kernels.plainly(g, x):
        return kernels.filled(kernels.within_pulled, g, x, params=(low, high, divisor))
    return keep((x > low) & (x < high), g if divisor == 1 else g / divisor)


def _beyond(g: Any, x: Any, lambd: float) -> Any:
    """g where x is beyond the limits, 0 elsewhere."""
    if kernels.plainly(g, x):
        return kernels.filled(kernels.beyond_pulled, g, x, params=(lambd,))
    return keep((x < -lambd) | (x > lambd), g)


def _hardsigmoid(x: Any) -> Any:
    if kernels.plainly(x):
        return kernels.filled(kernels.hardsigmoid, x)
    return np.clip(x + 3, 0, 6) / 6


def _hardswish(x: Any) -> Any:
    if kernels.plainly(x):
        return kernels.filled(kernels.hardswish, x)
    if x.dtype == np.float16:  # where the product overflows from 10923 on
        return _hardswish(x.astype(np.float32)).astype(np.float16)
    return x * np.clip(x + 3, 0, 6) / 6


def _hardswish_rule(g: Any, x: Any) -> Any:
    if kernels.plainly(g, x):
        return kernels.filled(kernels.hardswish_pulled, g, x)
    return keep(~(x <= -3), choose(x >= 3, g, g * (x / 3 + 0.5)))


hardtanh = Op(
    "hardtanh",
    _hardtanh,
    "x",
    params="low high",
    x=lambda g, x, low, high: _within(g, x, low, high),
)
hardsigmoid = Op("hardsigmoid", _hardsigmoid, "x", x=lambda g, x: _within(g, x, -3, 3, 6))
hardswish = Op("hardswish", _hardswish, "x", x=_hardswish_rule)
softshrink = Op(
    "softshrink",
    shared(0.2)(lambda x, lambd: x - np.clip(x, -lambd, lambd)),
    "x",
    params="lambd",
    x=_beyond,
)
hardshrink = Op(
    "hardshrink",
    shared(0.4)(lambda x, lambd: keep.kernel(~((x >= -lambd) & (x <= lambd)), x)),
    "x",
    params="lambd",
    x=_beyond,
)


def _in(x: Any, number: float) -> Any:
    """A number in the dtype of ``x``; integers wrap, as in torch."""
    return np.asarray(number).astype(x.dtype)


@shared(0.5)
def _thresholded(x: Any, bound: float, value: float) -> Any:
    return chosen(~(x <= _in(x, bound)), x, np.broadcast_to(_in(x, value), x.shape))


threshold = Op(
    "threshold",
    _thresholded,
    "x",
    params="bound value",
    x=shared(0.3)(lambda g, x, bound: keep(~(x <= bound), g)),
)
prelu = Op(
    "prelu",
    lambda x, weight: chosen(x > 0, x, x * weight),
    "x weight",
    backward="PreluKernelBackward0",
    x=lambda g, x, weight: choose(x > 0, g, g * weight),
    weight=lambda g, x: keep(~(x > 0), g * x),
)
