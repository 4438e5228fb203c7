"""Activation functions, element by element; those that mix elements are in `softmax`."""

from __future__ import annotations

from typing import Any

import autograd
from autograd import Tensor, celu_, hardshrink, prelu, rrelu_, selu_, threshold_
from autograd.operator import Op
from autograd.ops import activations as ops, piecewise
from autograd.ops.activations import activation, activation_

__all__ = [
    "celu",
    "celu_",
    "elu",
    "elu_",
    "gelu",
    "hardshrink",
    "hardsigmoid",
    "hardswish",
    "hardtanh",
    "hardtanh_",
    "leaky_relu",
    "leaky_relu_",
    "logsigmoid",
    "mish",
    "prelu",
    "relu",
    "relu6",
    "relu_",
    "rrelu",
    "rrelu_",
    "selu",
    "selu_",
    "sigmoid",
    "silu",
    "softplus",
    "softshrink",
    "softsign",
    "tanh",
    "tanhshrink",
    "threshold",
    "threshold_",
]


def _run(op: Op, inplace: bool, input: Tensor, *params: Any, floats: bool = True) -> Tensor:
    function = activation_ if inplace else activation
    return function(op, input, *params, floats=floats)


def relu(input: Tensor, inplace: bool = False) -> Tensor:
    """max(x, 0), elementwise; written over ``input`` where ``inplace``.

    Source: `torch.nn.functional.relu`.

    >>> nn.functional.relu(tensor([-1.0, 2.0]))
    tensor([0., 2.])
    """
    return input.relu_() if inplace else autograd.relu(input)


def relu_(input: Tensor) -> Tensor:
    """`relu`, written over ``input``.

    Source: `torch.nn.functional.relu_`.

    >>> nn.functional.relu_(tensor([-1.0, 2.0]))
    tensor([0., 2.])
    """
    return input.relu_()


def relu6(input: Tensor, inplace: bool = False) -> Tensor:
    """min(max(x, 0), 6); the derivative at 0 and at 6 is 0 (`torch.nn.functional.relu6`).

    >>> nn.functional.relu6(tensor([-1.0, 2.0, 7.0]))
    tensor([0., 2., 6.])
    """
    return hardtanh(input, 0, 6, inplace)


def leaky_relu(input: Tensor, negative_slope: float = 0.01, inplace: bool = False) -> Tensor:
    """x above 0, negative_slope * x below (`torch.nn.functional.leaky_relu`).

    >>> nn.functional.leaky_relu(tensor([-1.0, 2.0]), 0.5)
    tensor([-0.5000,  2.0000])
    """
    return _run(piecewise.leaky_relu, inplace, input, float(negative_slope))


def leaky_relu_(input: Tensor, negative_slope: float = 0.01) -> Tensor:
    """`leaky_relu`, written over ``input``.

    Source: `torch.nn.functional.leaky_relu_`.

    >>> nn.functional.leaky_relu_(tensor([-1.0, 2.0]), 0.5)
    tensor([-0.5000,  2.0000])
    """
    return leaky_relu(input, negative_slope, True)


def elu(input: Tensor, alpha: float = 1.0, inplace: bool = False) -> Tensor:
    """x above 0, alpha (exp(x) - 1) below (`torch.nn.functional.elu`).

    >>> nn.functional.elu(tensor([-1.0, 2.0]))
    tensor([-0.6321,  2.0000])
    """
    return _run(ops.elu, inplace, input, float(alpha), 1.0, 1.0)


def elu_(input: Tensor, alpha: float = 1.0) -> Tensor:
    """`elu`, written over ``input``.

    Source: `torch.nn.functional.elu_`.

    >>> nn.functional.elu_(tensor([-1.0, 2.0]))
    tensor([-0.6321,  2.0000])
    """
    return elu(input, alpha, True)


def selu(input: Tensor, inplace: bool = False) -> Tensor:
    """`autograd.selu`; written over ``input`` where ``inplace``.

    Source: `torch.nn.functional.selu`.

    >>> nn.functional.selu(tensor([0.0, 1.0]))
    tensor([0.0000, 1.0507])
    """
    return selu_(input) if inplace else autograd.selu(input)


def celu(input: Tensor, alpha: float = 1.0, inplace: bool = False) -> Tensor:
    """`autograd.celu`; written over ``input`` where ``inplace``.

    Source: `torch.nn.functional.celu`.

    >>> nn.functional.celu(tensor([-1.0, 1.0]))
    tensor([-0.6321,  1.0000])
    """
    return celu_(input, alpha) if inplace else autograd.celu(input, alpha)


def rrelu(
    input: Tensor,
    lower: float = 1 / 8,
    upper: float = 1 / 3,
    training: bool = False,
    inplace: bool = False,
) -> Tensor:
    """`autograd.rrelu`; written over ``input`` where ``inplace``.

    Source: `torch.nn.functional.rrelu`.

    >>> nn.functional.rrelu(tensor([-1.0, 1.0]), 0.1, 0.3)
    tensor([-0.2000,  1.0000])
    """
    function = rrelu_ if inplace else autograd.rrelu
    result: Tensor = function(input, lower, upper, training)
    return result


def silu(input: Tensor, inplace: bool = False) -> Tensor:
    """x sigmoid(x), also called swish (`torch.nn.functional.silu`).

    >>> nn.functional.silu(tensor([0.0, 1.0]))
    tensor([0.0000, 0.7311])
    """
    return _run(ops.silu, inplace, input)


def gelu(input: Tensor, approximate: str = "none") -> Tensor:
    """x times the share of a standard normal distribution below x (`torch.nn.functional.gelu`).

    ``approximate="tanh"`` is an older, cheaper form. Raises RuntimeError for another one.

    >>> nn.functional.gelu(tensor([-1.0, 0.0, 1.0]))
    tensor([-0.1587,  0.0000,  0.8413])
    """
    if approximate not in ("none", "tanh"):
        raise RuntimeError(f"approximate argument must be either none or tanh, not {approximate!r}")
    return activation(ops.gelu if approximate == "none" else ops.gelu_tanh, input)


def mish(input: Tensor, inplace: bool = False) -> Tensor:
    """x tanh(softplus(x)) (`torch.nn.functional.mish`).

    >>> nn.functional.mish(tensor([0.0, 1.0]))
    tensor([0.0000, 0.8651])
    """
    return _run(ops.mish, inplace, input)


def softplus(input: Tensor, beta: float = 1.0, threshold: float = 20.0) -> Tensor:
    """log(1 + exp(beta x)) / beta; x where beta x is above ``threshold``.

    Source: `torch.nn.functional.softplus`.

    >>> nn.functional.softplus(tensor([0.0, 100.0]))
    tensor([  0.6931, 100.0000])
    """
    return activation(ops.softplus, input, float(beta), float(threshold))


def softsign(input: Tensor) -> Tensor:
    """x / (1 + |x|) (`torch.nn.functional.softsign`).

    >>> nn.functional.softsign(tensor([-1.0, 3.0]))
    tensor([-0.5000,  0.7500])
    """
    return input / (input.abs() + 1)


def tanhshrink(input: Tensor) -> Tensor:
    """x - tanh(x) (`torch.nn.functional.tanhshrink`).

    >>> nn.functional.tanhshrink(tensor([0.0, 1.0]))
    tensor([0.0000, 0.2384])
    """
    return input - input.tanh()


def softshrink(input: Tensor, lambd: float = 0.5) -> Tensor:
    """x moved towards 0 by lambd, and 0 where |x| <= lambd (`torch.nn.functional.softshrink`).

    Raises RuntimeError where ``lambd`` is negative.

    >>> nn.functional.softshrink(tensor([-1.0, 0.2, 1.0]))
    tensor([-0.5000,  0.0000,  0.5000])
    """
    if lambd < 0:
        raise RuntimeError(f"lambda must be greater or equal to 0, but found to be {lambd}.")
    return activation(piecewise.softshrink, input, float(lambd))


def threshold(input: Tensor, threshold: float, value: float, inplace: bool = False) -> Tensor:
    """`autograd.threshold`; written over ``input`` where ``inplace``.

    Source: `torch.nn.functional.threshold`.

    >>> nn.functional.threshold(tensor([-1.0, 0.2, 1.0]), 0.5, 9.0)
    tensor([9., 9., 1.])
    """
    function = threshold_ if inplace else autograd.threshold
    result: Tensor = function(input, threshold, value)
    return result


def hardtanh(
    input: Tensor, min_val: float = -1.0, max_val: float = 1.0, inplace: bool = False
) -> Tensor:
    """x limited to [min_val, max_val]; the derivative at the ends is 0.

    Raises ValueError where ``min_val`` is above ``max_val`` (`torch.nn.functional.hardtanh`).

    >>> nn.functional.hardtanh(tensor([-2.0, 0.5, 2.0]))
    tensor([-1.0000,  0.5000,  1.0000])
    """
    if min_val > max_val:
        raise ValueError(f"min_val cannot be greater than max_val: {min_val} > {max_val}")
    return _run(piecewise.hardtanh, inplace, input, min_val, max_val, floats=False)


def hardtanh_(input: Tensor, min_val: float = -1.0, max_val: float = 1.0) -> Tensor:
    """`hardtanh`, written over ``input``.

    Source: `torch.nn.functional.hardtanh_`.

    >>> nn.functional.hardtanh_(tensor([-2.0, 0.5]))
    tensor([-1.0000,  0.5000])
    """
    return hardtanh(input, min_val, max_val, True)


def hardsigmoid(input: Tensor, inplace: bool = False) -> Tensor:
    """x/6 + 1/2 limited to [0, 1] (`torch.nn.functional.hardsigmoid`).

    >>> nn.functional.hardsigmoid(tensor([-4.0, 0.0, 3.0]))
    tensor([0.0000, 0.5000, 1.0000])
    """
    return _run(piecewise.hardsigmoid, inplace, input)


def hardswish(input: Tensor, inplace: bool = False) -> Tensor:
    """x hardsigmoid(x) (`torch.nn.functional.hardswish`).

    >>> nn.functional.hardswish(tensor([-4.0, 0.0, 3.0]))
    tensor([-0., 0., 3.])
    """
    return _run(piecewise.hardswish, inplace, input)


def logsigmoid(input: Tensor) -> Tensor:
    """log(1 / (1 + exp(-x))), exact for every x (`torch.nn.functional.logsigmoid`).

    >>> nn.functional.logsigmoid(tensor([0.0, -10.0]))
    tensor([ -0.6931, -10.0000])
    """
    return activation(ops.logsigmoid, input)


def sigmoid(input: Tensor) -> Tensor:
    """1/(1 + exp(-x)), elementwise.

    Source: `torch.nn.functional.sigmoid`.

    >>> nn.functional.sigmoid(tensor([0.0]))
    tensor([0.5000])
    """
    return autograd.sigmoid(input)


def tanh(input: Tensor) -> Tensor:
    """The hyperbolic tangent, elementwise.

    Source: `torch.nn.functional.tanh`.

    >>> nn.functional.tanh(tensor([0.0]))
    tensor([0.])
    """
    return autograd.tanh(input)
