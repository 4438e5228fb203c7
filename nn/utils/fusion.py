"""A layer and the batch normalisation behind it as one layer, for evaluation."""

from __future__ import annotations

import copy
from typing import Any, TypeVar

from autograd import Tensor, ones_like, rsqrt, zeros_like
from nn.linear import Linear
from nn.module import Module
from nn.parameter import Parameter

M = TypeVar("M", bound=Module)


def fuse_conv_bn_eval(conv: M, bn: Any, transpose: bool = False) -> M:
    """A convolution that does what ``conv`` and then ``bn`` do (`torch.nn.utils.fusion`).

    ``transpose`` for a transposed convolution. Both must be in evaluation, and ``bn`` have
    running statistics, else AssertionError.

    >>> conv, bn = nn.Conv2d(1, 2, 3).eval(), nn.BatchNorm2d(2).eval()
    >>> fused = nn.utils.fuse_conv_bn_eval(conv, bn)
    >>> x = ones(1, 1, 3, 3)
    >>> allclose(fused(x), bn(conv(x)))
    True
    """
    return _fused(conv, bn, transpose)


def fuse_linear_bn_eval(linear: Linear, bn: Any) -> Linear:
    """A linear layer that does what ``linear`` and then ``bn`` do; see `fuse_conv_bn_eval`.

    Raises AssertionError where ``bn`` has neither one channel nor one for each output.

    >>> linear, bn = nn.Linear(3, 2).eval(), nn.BatchNorm1d(2).eval()
    >>> fused = nn.utils.fuse_linear_bn_eval(linear, bn)
    >>> allclose(fused(ones(1, 3)), bn(linear(ones(1, 3))))
    True
    """
    if bn.num_features not in (linear.out_features, 1):
        raise AssertionError(
            "To fuse, linear.out_features == bn.num_features or bn.num_features == 1: got "
            f"{linear.out_features} and {bn.num_features}"
        )
    return _fused(linear, bn, False)


def fuse_conv_bn_weights(
    conv_w: Tensor,
    conv_b: Tensor | None,
    bn_rm: Tensor,
    bn_rv: Tensor,
    bn_eps: float,
    bn_w: Tensor | None,
    bn_b: Tensor | None,
    transpose: bool = False,
) -> tuple[Parameter, Parameter]:
    """Weight and bias of a convolution fused with a normalisation; see `fuse_conv_bn_eval`.

    >>> weight, bias = nn.utils.fuse_conv_bn_weights(
    ...     ones(1, 1, 1), None, zeros(1), 4 * ones(1), 0.0, None, None)
    >>> weight.item(), bias.item()
    (0.5, 0.0)
    """
    scale = rsqrt(bn_rv + bn_eps) * (ones_like(bn_rm) if bn_w is None else bn_w)
    shape = [1] * conv_w.ndim
    shape[1 if transpose else 0] = -1
    bias = zeros_like(bn_rm) if conv_b is None else conv_b
    moved = (bias - bn_rm) * scale + (0 if bn_b is None else bn_b)
    weight = (conv_w * scale.reshape(shape)).to(conv_w.dtype)
    kind = conv_w.dtype if conv_b is None else conv_b.dtype
    return (
        Parameter(weight.detach(), conv_w.requires_grad),
        Parameter(moved.to(kind).detach(), bias.requires_grad),
    )


def fuse_linear_bn_weights(
    linear_w: Tensor,
    linear_b: Tensor | None,
    bn_rm: Tensor,
    bn_rv: Tensor,
    bn_eps: float,
    bn_w: Tensor | None,
    bn_b: Tensor | None,
) -> tuple[Parameter, Parameter]:
    """Weight and bias of a linear layer fused with a normalisation; see `fuse_linear_bn_eval`.

    >>> weight, bias = nn.utils.fuse_linear_bn_weights(
    ...     ones(1, 2), None, zeros(1), 4 * ones(1), 0.0, None, None)
    >>> weight.tolist(), bias.tolist()
    ([[0.5, 0.5]], [0.0])
    """
    return fuse_conv_bn_weights(linear_w, linear_b, bn_rm, bn_rv, bn_eps, bn_w, bn_b)


def _fused(layer: M, bn: Any, transpose: bool) -> M:
    if layer.training or bn.training:
        raise AssertionError("Fusion only for eval!: write model.eval() first")
    if bn.running_mean is None or bn.running_var is None:
        raise AssertionError("to fuse, the normalisation must have running statistics")
    fused: Any = copy.deepcopy(layer)
    fused.weight, fused.bias = fuse_conv_bn_weights(
        fused.weight,
        fused.bias,
        bn.running_mean,
        bn.running_var,
        bn.eps,
        bn.weight,
        bn.bias,
        transpose,
    )
    made: M = fused
    return made
