"""Losses of each element by itself: of a difference, and of a probability."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.operator import Op
from autograd.ops import activation_kernels as kernels
from autograd.ops.activations import logsigmoid
from autograd.ops.exponential import sigmoid
from autograd.ops.piecewise import hardtanh

__all__: list[str] = []


def _smooth(x: Any, beta: float, scale: float) -> Any:
    if kernels.plainly(x):
        return kernels.filled(kernels.smooth, x, params=(beta, scale))
    away = np.absolute(x)
    inner = np.clip(away, 0, beta)  # several times as fast as np.minimum of a number
    return inner * (away - 0.5 * inner) * (scale / beta)


smooth_l1 = Op(
    "smooth_l1_loss",
    _smooth,
    "x",
    params="beta scale",
    x=lambda g, x, beta, scale: g * (hardtanh(x, -beta, beta) * (scale / beta)),
)
"""x**2 / (2 beta) where |x| < beta, |x| - beta/2 elsewhere, times ``scale``."""
huber = smooth_l1.named("huber_loss")


def _cross_entropy(x: Any, target: Any) -> Any:
    """torch's convention: a logarithm is at least -100."""
    if x.size and not (x.min() >= 0 and x.max() <= 1):
        raise RuntimeError("all elements of input should be between 0 and 1")
    if target.size and not (target.min() >= 0 and target.max() <= 1):
        raise RuntimeError("all elements of target should be between 0 and 1")
    some = np.maximum(np.log(x), -100)
    none = np.maximum(np.log1p(-x), -100)
    return (target - 1) * none - target * some


binary_cross_entropy = Op(
    "binary_cross_entropy",
    _cross_entropy,
    "x target",
    x=lambda g, x, target: g * ((x - target) / np.maximum((1 - x) * x, 1e-12)),
    target=lambda g, x: g * (np.log(1 - x) - np.log(x)),
)
with_logits = Op(
    "binary_cross_entropy_with_logits",
    lambda x, target: (1 - target) * x - logsigmoid.kernel(x),
    "x target",
    x=lambda g, x, target: g * (sigmoid.op(x) - target),
    target=lambda g, x: -(g * x),
)
"""-target log sigmoid(x) - (1 - target) log(1 - sigmoid(x)), without overflow."""
