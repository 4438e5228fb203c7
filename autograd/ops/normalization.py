"""Normalisation by mean and variance, as one operation: those of batches, layers, groups."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd import pixels
from autograd.arguments import of_floats
from autograd.blocks import by_blocks, part, slices
from autograd.dtypes import wide
from autograd.graph import Raw
from autograd.operator import Op, apply
from autograd.ops import channels, line_norm, row_norm
from autograd.ops.reducing import Axes, along, count
from autograd.sums import LARGE, inner, total
from autograd.tensor import Tensor

__all__: list[str] = []


def _apart(x: Raw, mean: Raw, scale: Raw) -> Raw:
    out = np.subtract(x, mean)
    out *= scale
    return out


apart_op = Op(
    "standardized",
    _apart,
    "x mean scale",
    x=lambda g, scale: g * scale,
    mean=lambda g, scale: -(g * scale),
    scale=lambda g, x, mean: g * (x - mean),
)
"""(x - mean) * scale."""


def _less(h: Raw, apart: Raw, first: Raw, second: Raw) -> Raw:
    out = np.multiply(apart, second)
    np.subtract(h, out, out=out)
    out -= first
    return out


_less_op = Op(
    "less",
    _less,
    "h apart first second",
    h=lambda g: g,
    apart=lambda g, second: -(g * second),
    first=lambda g: -g,
    second=lambda g, apart: -(g * apart),
)
"""h - first - apart * second: what is left without the parts along 1 and along ``apart``."""


def _normalized(
    x: Raw, weight: Raw | None, bias: Raw | None, axes: Axes, eps: float, shape: Any
) -> tuple[Raw, Raw, Raw]:
    """(x - mean) / sqrt(var + eps) * weight + bias, the mean and the variance, in two passes."""
    kind = x.dtype
    if _by_channel(x, axes):
        return channels.normalized(x, weight, bias, eps)
    if _by_row(x, axes, shape):
        out, *moments = row_norm.normalized(x, weight, bias, eps, count(x.shape, axes))
        mean, var = (each.reshape(_kept(x.shape, axes)) for each in moments)
        return out, mean, var
    if _by_line(x, axes, shape):
        out, *moments = line_norm.normalized(x, weight, bias, eps)
        mean, var = (each.reshape(_kept(x.shape, axes)) for each in moments)
        return out, mean, var
    x = wide(x)
    number = count(x.shape, axes) or float("nan")
    out = np.empty_like(x)
    mean = np.empty(_kept(x.shape, axes), x.dtype)
    var = np.empty_like(mean)
    weight, bias = (None if each is None else each.reshape(shape) for each in (weight, bias))
    for index in slices(x.shape, axes):
        into, center = out[index], total(x[index], axes, True) / number
        np.subtract(x[index], center, out=into)
        square = inner(into, into, axes) / number
        mean[index], var[index] = center, square
        into *= scale_of(square, eps)
        if weight is not None:
            into *= part(weight, index)
        if bias is not None:
            into += part(bias, index)
    return out.astype(kind, copy=False), mean, var


def _is_large(x: Any) -> bool:
    """Whether an array, not of half precision, lies row by row, and is worth a kernel's calls."""
    if not isinstance(x, np.ndarray) or x.size < LARGE:
        return False
    return x.flags.c_contiguous and x.itemsize >= 4


def _by_row(x: Raw, axes: Axes, shape: tuple[int, ...]) -> bool:
    """Whether the last dimensions are normalised, with a weight for each of their entries."""
    if not _is_large(x):
        return False
    first = x.ndim - len(axes)
    each = (*(1 for _ in range(first)), *x.shape[first:])
    return axes == tuple(range(first, x.ndim)) and shape == each


def _by_line(x: Raw, axes: Axes, shape: tuple[int, ...]) -> bool:
    """Whether (batch, groups, channels, positions) is normalised by group, weighed by channel."""
    if not _is_large(x):
        return False
    return axes == (2, 3) and x.ndim == 4 and shape == (1, *x.shape[1:3], 1)


def _kept(shape: tuple[int, ...], axes: Axes) -> tuple[int, ...]:
    return tuple(1 if i in axes else n for i, n in enumerate(shape))


def scale_of(var: Any, eps: float) -> Any:
    """1 / sqrt(var + eps)."""
    return 1 / np.sqrt(var + eps)


def _by_channel(x: Any, axes: Axes) -> bool:
    """Whether images, not of half precision, are normalised by channel and lie pixel by pixel."""
    if not isinstance(x, np.ndarray) or axes != (0, 2, 3) or x.itemsize < 4:
        return False
    return pixels.is_hidden(x)


def _rule(
    g: Any,
    needs: Any,
    x: Any,
    weight: Any,
    y: Any,
    axes: Axes,
    eps: float,
    shape: Any,
    weight_shape: Any,
    bias_shape: Any,
) -> Any:
    """All three gradients."""
    if _by_channel(x, axes):
        return channels.pulled(g[0], x, weight, y[1], y[2], eps, g[1], g[2])
    raw = all(isinstance(each, np.ndarray) for each in g)
    if raw and _by_row(x, axes, shape):
        width = count(x.shape, axes)
        found = row_norm.pulled(g[0], needs, x, weight, y[1], y[2], eps, g[1], g[2], width)
        return _in_shape(found, weight_shape, bias_shape)
    if raw and _by_line(x, axes, shape):
        found = line_norm.pulled(g[0], needs, x, weight, y[1], y[2], eps, g[1], g[2])
        return _in_shape(found, weight_shape, bias_shape)
    by_x, by_weight, by_bias = needs
    g = (_laid_as(g[0], x), *g[1:])
    _, mean, var = y
    number = count(x.shape, axes) or 1

    def pulled(
        x: Any, weight: Any, mean: Any, scale: Any, g: Any, of_mean: Any, of_var: Any
    ) -> tuple[Any, Any, Any]:
        dx = dw = None
        if by_x or by_weight:
            apart = apart_op(x, mean, scale)
        if by_x:
            h = g * scale if weight is None else g * weight * scale
            first = (along(h, None, axes) - of_mean) / number
            dx = _less_op(h, apart, first, _along(h, apart, of_var, scale, axes) / number)
        if by_weight:
            dw = over_rest(g * apart, shape)
        return dx, dw, over_rest(g, shape) if by_bias else None

    wide_weight = None if weight is None else np.reshape(weight, shape)
    given = (x, wide_weight, mean, scale_of(var, eps), *g)
    found = by_blocks(pulled, (x.shape, shape, shape), axes, *given)
    return _in_shape(found, weight_shape, bias_shape)


def _laid_as(g: Any, x: Any) -> Any:
    """``g`` in the layout of ``x`` where that lies pixel by pixel, which fixes the order of sums.

    NumPy, asked for a product of two layouts, takes that of a temporary array where it can.
    """
    if not isinstance(x, np.ndarray) or g.strides == x.strides or not pixels.is_hidden(x):
        return g
    out = np.empty_like(x)
    np.copyto(out, g)
    return out


def _in_shape(found: Any, weight_shape: Any, bias_shape: Any) -> Any:
    """The gradients by input, weight and bias, each in its own shape."""
    dx, dw, db = found
    return (
        dx,
        None if dw is None else np.reshape(dw, weight_shape),
        None if db is None else np.reshape(db, bias_shape),
    )


def _along(h: Any, apart: Any, of_square: Any, scale: Any, axes: Axes) -> Any:
    """The part of the gradient along ``apart``, with what reaches the mean of the squares."""
    return along(h, apart, axes) - 2 * of_square / scale


def over_rest(g: Any, shape: tuple[int, ...]) -> Any:
    """``g`` summed where the parameters' ``shape`` has a 1."""
    rest = tuple(i for i, length in enumerate(shape) if length == 1)
    return along(g, None, rest) if rest else g


_op = Op(
    "normalized",
    _normalized,
    "x weight bias",
    params="axes eps shape",
    outputs=True,
    unkept=(0,),
    together=_rule,
)


def _rooted(x: Raw, weight: Raw | None, axes: Axes, eps: float) -> tuple[Raw, Raw]:
    """x / sqrt(mean(x**2) + eps) * weight, and the mean of the squares."""
    kind = x.dtype
    x = wide(x)
    number = count(x.shape, axes) or float("nan")
    out = np.empty_like(x)
    mean = np.empty((*x.shape[: axes[0]], *(1 for _ in axes)), x.dtype)
    for index in slices(x.shape, axes):
        square = inner(x[index], x[index], axes) / number
        mean[index] = square
        np.multiply(x[index], scale_of(square, eps), out=out[index])
        if weight is not None:
            out[index] *= weight
    return out.astype(kind, copy=False), mean


def _rooted_rule(g: Any, x: Any, weight: Any, y: Any, axes: Axes, eps: float) -> Any:
    number = count(x.shape, axes) or 1

    def pulled(x: Any, scale: Any, g: Any, of_square: Any) -> tuple[Any]:
        apart = apart_op(x, 0, scale)
        h = g * scale if weight is None else g * weight * scale
        return (_less_op(h, apart, 0, _along(h, apart, of_square, scale, axes) / number),)

    return by_blocks(pulled, (x.shape,), axes, x, scale_of(y[1], eps), *g)[0]


_rms_op = Op(
    "rms_norm",
    _rooted,
    "x weight",
    params="axes eps",
    outputs=True,
    unkept=(0,),
    x=_rooted_rule,
    weight=lambda g, x, y, eps: g[0] * apart_op(x, 0, scale_of(y[1], eps)),
)
_batch = _op.named("native_batch_norm")
_layer = _op.named("native_layer_norm")
_group = _op.named("native_group_norm")
_KINDS = {"batch_norm": _batch, "layer_norm": _layer, "group_norm": _group}


def standardized(
    name: str,
    input: Tensor,
    weight: Tensor | None,
    bias: Tensor | None,
    axes: Axes,
    eps: float,
    shape: tuple[int, ...],
) -> tuple[Tensor, Tensor, Tensor]:
    """(x - mean) / sqrt(var + eps) * weight + bias over ``axes``; the mean; the variance.

    ``weight`` and ``bias`` are reshaped to ``shape``, which has as many dimensions as the input.
    Raises NotImplementedError for integers, RuntimeError for parameters of another dtype.
    """
    check_kinds(name, input, weight, bias)
    out: tuple[Tensor, Tensor, Tensor] = apply(
        _KINDS[name], (input, weight, bias), (axes, float(eps), shape)
    )
    return out


def rms(input: Tensor, weight: Tensor | None, axes: Axes, eps: float | None) -> Tensor:
    """x / sqrt(mean(x**2) + eps) * weight over ``axes``; ``eps`` of the dtype for None."""
    of_floats("rms_norm", input)
    if eps is None:
        eps = float(np.finfo(wide(input._array).dtype).eps)
    out: Tensor = apply(_rms_op, (input, weight), (axes, eps))[0]
    return out


def check_kinds(name: str, input: Tensor, *parameters: Tensor | None) -> None:
    """Raise torch's errors for dtypes: floats alone, the parameters' that of the input.

    With half precision the parameters may be float32.
    """
    of_floats(name, input)
    allowed = (np.float16, np.float32) if input.dtype == np.float16 else (input.dtype,)
    for each in parameters:
        if each is not None and each.dtype not in allowed:
            raise RuntimeError(
                f"mixed dtype (CPU): expect parameter to have scalar type of {input.dtype}, got "
                f"{each.dtype}: write weight.to(x.dtype)"
            )
