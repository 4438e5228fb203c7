"""Activation functions with a derivative of their own: ``x`` is the input, ``y`` the result.

What has parameters is an operator here and a function in `nn.functional`; torch's own kinks:
the derivative at a kink is that of the flat side, unless said otherwise.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograd import error_function
from autograd.arguments import a_tensor, not_implemented, of_floats, same_dtype
from autograd.blocks import by_rows, shared
from autograd.dtypes import wide
from autograd.inplace import in_place
from autograd.operator import Op, apply
from autograd.ops import activation_kernels as kernels, piecewise
from autograd.ops.by_mask import choose, chosen, keep
from autograd.ops.error_functions import density
from autograd.ops.exponential import sigmoid
from autograd.random import Generator, current_generator
from autograd.registry import described, public
from autograd.tensor import Tensor, wrap

__all__ = [
    "celu",
    "celu_",
    "hardshrink",
    "prelu",
    "rrelu",
    "rrelu_",
    "selu",
    "selu_",
    "threshold",
    "threshold_",
]

_STEEP = math.sqrt(2 / math.pi)
_CUBE = 0.044715


def activation(op: Op, input: Any, *params: Any, floats: bool = True) -> Tensor:
    """``op`` of a tensor; raises NotImplementedError for integers (``floats``) and for bools."""
    kind = a_tensor(op.name, input).dtype.kind
    if kind != "f" and (floats or kind == "b"):
        raise not_implemented(op.name, input.dtype)
    try:
        result: Tensor = apply(op, (input,), params)
    except OverflowError as error:
        raise RuntimeError(f"{op.name}() of a {input.dtype} tensor: {error}") from None
    return result


def activation_(op: Op, input: Any, *params: Any, floats: bool = True) -> Tensor:
    """`activation`, written over the input."""
    method = in_place(lambda x, *given: activation(op, x, *given, floats=floats))
    return method(a_tensor(op.name, input), *params)


def _elu(x: Any, alpha: float, scale: float, input_scale: float) -> Any:
    if kernels.plainly(x, recorded=True):
        return kernels.filled(kernels.elu, x, params=(alpha, scale, input_scale))
    below = np.expm1(np.clip(x, -np.inf, 0) * input_scale) * (alpha * scale)
    return chosen(x > 0, x * scale, below)


def _elu_rule(g: Any, x: Any, alpha: float, scale: float, input_scale: float) -> Any:
    """The branch that is not taken sees 0, so it cannot overflow."""
    if kernels.plainly(g, x, recorded=True):
        return kernels.filled(kernels.elu_pulled, g, x, params=(alpha, scale, input_scale))
    below = np.exp(keep(~(x >= 0), x) * input_scale)
    return choose(x > 0, g * scale, g * below * (alpha * scale * input_scale))


elu = Op("elu", _elu, "x", params="alpha scale input_scale", x=_elu_rule)
"""alpha (e**x - 1) where x <= 0, there and above stretched by the two scales."""
_celu = elu.named("celu")


def _silu(x: Any) -> Any:
    if kernels.plainly(x):
        return kernels.filled(kernels.silu, x)
    if x.dtype == np.float16:  # where exp overflows from 11 on
        return _silu(x.astype(np.float32)).astype(np.float16)
    return x / kernels.one_more(x, -1)


def _silu_rule(g: Any, x: Any) -> Any:
    if kernels.plainly(g, x):
        return kernels.filled(kernels.silu_pulled, g, x)
    if x.dtype == np.float16 and not isinstance(x, Tensor):
        return _silu_rule(wide(g), wide(x)).astype(np.float16)
    s = sigmoid.op(x)
    return g * (s * (1 + x * (1 - s)))


silu = Op("silu", _silu, "x", x=_silu_rule)


@shared(1.2)
def _softplus(x: Any, beta: float, threshold: float) -> Any:
    kind, x = x.dtype, wide(x)  # of half precision exp overflows below the usual threshold
    scaled = x * beta
    found = chosen(scaled > threshold, x, np.log1p(np.exp(scaled)) / beta)
    return found.astype(kind, copy=False)


def _softplus_rule(g: Any, x: Any, beta: float, threshold: float) -> Any:
    if beta == 1 and threshold >= _FLAT and x.dtype == np.float32 and kernels.plainly(g, x):
        return kernels.filled(kernels.softplus_pulled, g, x)
    return _softplus_pulled(g, x, beta, threshold)


@shared(1.2)
def _softplus_pulled(g: Any, x: Any, beta: float, threshold: float) -> Any:
    scaled = x * beta
    return choose(scaled > threshold, g, g * sigmoid.op(scaled))


_FLAT = 18
"""From here on the sigmoid of a float32 is 1."""
softplus = Op("softplus", _softplus, "x", params="beta threshold", x=_softplus_rule)
"""log(1 + e**(beta x)) / beta; x itself where beta x is above the threshold."""


@shared(2.5)
def _mish_rule(g: Any, x: Any) -> Any:
    if x.dtype == np.float16 and not isinstance(x, Tensor):
        return _mish_rule(wide(g), wide(x)).astype(np.float16)
    t = np.tanh(softplus(x, 1.0, 20.0))
    return g * (t + x * sigmoid.op(x) * (1 - t * t))


@shared(1.2)
def _mish(x: Any) -> Any:
    kind, x = x.dtype, wide(x)
    return (x * np.tanh(np.log1p(np.exp(x)))).astype(kind, copy=False)


mish = Op("mish", _mish, "x", x=_mish_rule)


_gelu_slope = Op(
    "gelu_backward",
    error_function.gelu_slope,
    "x",
    x=lambda g, x: g * ((2 - x * x) * density(x)),
)
gelu = Op("gelu", error_function.gelu, "x", x=lambda g, x: g * _gelu_slope(x))
"""x times the share of a standard normal distribution below x."""


def _inner(x: Any) -> Any:
    return np.tanh(_STEEP * (x + _CUBE * (x * x * x)))


@shared(1.2)
def _gelu_tanh_rule(g: Any, x: Any) -> Any:
    if x.dtype == np.float16 and not isinstance(x, Tensor):  # x**3 overflows from 41 on
        return _gelu_tanh_rule(wide(g), wide(x)).astype(np.float16)
    t = _inner(x)
    slope = _STEEP * (1 + 3 * _CUBE * (x * x))
    return g * (0.5 * (1 + t) + 0.5 * x * ((1 - t * t) * slope))


@shared(0.8)
def _gelu_tanh(x: Any) -> Any:
    kind, x = x.dtype, wide(x)
    return (0.5 * x * (1 + _inner(x))).astype(kind, copy=False)


gelu_tanh = Op(
    "gelu_tanh",
    _gelu_tanh,
    "x",
    backward="GeluBackward0",
    x=_gelu_tanh_rule,
)
"""`gelu` with an approximation by tanh."""


@shared(1.2)
def _log_sigmoid(x: Any) -> Any:
    return np.clip(x, -np.inf, 0) - np.log1p(np.exp(-np.absolute(x)))


def _log_sigmoid_rule(g: Any, x: Any) -> Any:
    if kernels.plainly(g, x):
        return kernels.filled(kernels.log_sigmoid_pulled, g, x)
    return g * sigmoid.op(-x)


logsigmoid = Op(
    "log_sigmoid",
    lambda x: _log_sigmoid(by_rows(x)),
    "x",
    x=_log_sigmoid_rule,
)


@public(method=False)
def selu(input: Tensor) -> Tensor:
    """scale * elu(x, alpha), with the constants that keep mean 0 and variance 1 (`torch.selu`).

    >>> selu(tensor([0.0, 1.0]))
    tensor([0.0000, 1.0507])
    """
    return activation(elu, input, 1.6732632423543772, 1.0507009873554805, 1.0)


@public(method=False)
def celu(input: Tensor, alpha: float = 1.0) -> Tensor:
    """x above 0, alpha (exp(x/alpha) - 1) below, smooth for every alpha (`torch.celu`).

    Raises RuntimeError where alpha is 0.

    >>> celu(tensor([-1.0, 1.0]))
    tensor([-0.6321,  1.0000])
    """
    if alpha == 0:
        raise RuntimeError("ZeroDivisionError: alpha cannot be 0 for CELU")
    return activation(_celu, input, float(alpha), 1.0, 1 / alpha)


@public()
def hardshrink(input: Tensor, lambd: float = 0.5) -> Tensor:
    """x, and 0 where |x| <= lambd (`torch.hardshrink`).

    >>> hardshrink(tensor([-1.0, 0.2, 1.0]))
    tensor([-1.,  0.,  1.])
    """
    return activation(piecewise.hardshrink, input, float(lambd))


@public(method=False)
def threshold(input: Tensor, threshold: float, value: float) -> Tensor:
    """x where it is above ``threshold``, else ``value`` (`torch.threshold`).

    >>> threshold(tensor([-1.0, 0.2, 1.0]), 0.5, 9.0)
    tensor([9., 9., 1.])
    """
    return activation(piecewise.threshold, input, threshold, value, floats=False)


@public()
def prelu(input: Tensor, weight: Tensor) -> Tensor:
    """x above 0, weight * x below: one weight, or one for each channel, dimension 1.

    Raises RuntimeError where their numbers or dtypes do not match (`torch.prelu`).

    >>> prelu(tensor([[-1.0, -1.0]]), tensor([0.1, 0.2]))
    tensor([[-0.1000, -0.2000]])
    """
    a_tensor("prelu", input)
    if a_tensor("prelu", weight).ndim > 1:
        raise RuntimeError(
            f"prelu: Expected `weight` to be a scalar or 1D tensor, but got ndim = {weight.ndim}"
        )
    if weight.numel() != 1:
        channels = input.shape[1] if input.ndim > 1 else 1
        if not input.ndim or weight.numel() != channels:
            raise RuntimeError(
                "Mismatch of parameter numbers and input channel size. Found parameter numbers = "
                f"{weight.numel()} and channel size = {channels}, for an input of shape "
                f"{input.shape}: one weight, or one for each channel"
            )
    same_dtype("prelu", input, weight, "weight")
    if weight.ndim and input.ndim != 1:
        weight = weight.reshape((1, -1) + (1,) * (input.ndim - 2) if input.ndim else ())
    of_floats("prelu", input)
    result: Tensor = apply(piecewise.prelu, (input, weight))
    return result


@public(method=False)
def rrelu(
    input: Tensor,
    lower: float = 1 / 8,
    upper: float = 1 / 3,
    training: bool = False,
    generator: Generator | None = None,
) -> Tensor:
    """x above 0, a x below; a is drawn from [lower, upper) for each entry when training.

    Else it is their mean (`torch.rrelu`).
    Raises RuntimeError where ``lower`` is above ``upper``.

    >>> rrelu(tensor([-1.0, 1.0]), 0.1, 0.3)
    tensor([-0.2000,  1.0000])
    """
    if lower > upper:
        raise RuntimeError(
            f"Lower bound should be less than or equal to the upper bound: {lower} > {upper}"
        )
    if not training:
        return activation(piecewise.leaky_relu, input, (lower + upper) / 2)
    x = a_tensor("rrelu", input)._array
    if x.dtype not in (np.float32, np.float64):
        raise not_implemented("rrelu", input.dtype)
    below = x <= 0
    slopes = np.ones(x.shape, x.dtype)
    drawn = (generator or current_generator()).uniform(
        int(np.count_nonzero(below)), lower, upper, np.float64
    )
    slopes[below] = drawn.astype(x.dtype)
    return input * wrap(slopes)


def _in_place(name: str, function: Any, example: str) -> Any:
    """The in-place form that torch has as a function, and not as a method."""
    method: Any = in_place(function)

    def call(input: Tensor, *args: Any, **kwargs: Any) -> Tensor:
        result: Tensor = method(a_tensor(name, input), *args, **kwargs)
        return result

    doc = f"""`{name[:-1]}`, written over the input (`torch.{name}`).

    >>> x = tensor([-1.0, 2.0])
    >>> {name}(x{example}) is x
    True
    """
    return public(method=False)(described(call, name, doc))


celu_ = _in_place("celu_", celu, "")
rrelu_ = _in_place("rrelu_", rrelu, "")
selu_ = _in_place("selu_", selu, "")
threshold_ = _in_place("threshold_", threshold, ", 0.5, 0.0")


def gumbel_noise(input: Tensor) -> Tensor:
    """-log of exponential numbers, in the shape and dtype of ``input``."""
    x = a_tensor("gumbel_softmax", input)._array
    if x.dtype.kind != "f":
        raise RuntimeError(
            "Exponential distribution is a continuous probability distribution. dtype must be a "
            f"floating point but you specified {input.dtype}"
        )
    return wrap(-np.log(current_generator().exponential(x.shape, dtype=x.dtype)))
