"""Medians, modes, quantiles and covariance."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from autograd.arguments import a_tensor, not_implemented
from autograd.dimensions import axis
from autograd.graph import Raw
from autograd.operator import Op, apply
from autograd.ops.elementwise import where
from autograd.ops.extremes import max_over, over, over_all
from autograd.ops.gathering import gather_op
from autograd.ops.limits import clamp
from autograd.ops.powers import sqrt
from autograd.ops.products import matmul
from autograd.ops.reducing import Axes, prepared, reduction
from autograd.ops.reduction import sum
from autograd.ops.shape import reshape, squeeze
from autograd.ops.transposing import permute
from autograd.registry import public
from autograd.tensor import Tensor, wrap

__all__ = [
    "corrcoef",
    "cov",
    "median",
    "mode",
    "nanmedian",
    "nanquantile",
    "quantile",
]

_median_over = max_over.named("median", "MedianBackward1")
_nanmedian_over = max_over.named("nanmedian", "NanmedianBackward1")
_mode_over = max_over.named("mode")


def _middle(x: Raw, axes: Axes, keepdim: bool) -> Raw:
    """The lower of the two in the middle of all entries; nan where there is one, or nothing."""
    flat = np.ravel(x)
    if not flat.size:
        return x.dtype.type(np.nan if x.dtype.kind == "f" else 0)
    if x.dtype.kind == "f" and np.isnan(np.max(flat)):
        return x.dtype.type(np.nan)
    half = (flat.size - 1) // 2
    return np.partition(flat, half)[half]


_median_op = Op("median", _middle, "x", params="axes keepdim", x=over_all)
_nanmedian_op = Op(
    "nanmedian",
    lambda x, axes, keepdim: _middle(x[x == x] if x.dtype.kind == "f" else x, axes, keepdim),
    "x",
    params="axes keepdim",
    x=over_all,
)


def _place_of_median(x: Raw, dim: int) -> Raw:
    """The place of the lower of the two in the middle, or of the first nan."""
    half = (x.shape[dim] - 1) // 2
    places = np.take(np.argpartition(x, half, dim), half, dim)
    if x.dtype.kind == "f":
        unknown = np.isnan(x)
        places = np.where(unknown.any(dim), np.argmax(unknown, dim), places)
    return places


def _place_of_nanmedian(x: Raw, dim: int) -> Raw:
    """The same among what is not nan, which `np.argsort` puts last."""
    known = np.sum(x == x, dim, keepdims=True)
    order = np.argsort(x, dim, kind="stable")
    return np.take_along_axis(order, np.maximum(known - 1, 0) // 2, dim).squeeze(dim)


def _place_of_mode(x: Raw, dim: int) -> Raw:
    """The last place of the smallest of the most frequent values."""
    x = np.moveaxis(x, dim, -1)
    order = np.argsort(x, -1, kind="stable")
    ranked = np.take_along_axis(x, order, -1)
    places = np.arange(x.shape[-1])
    starts = np.ones(x.shape, np.bool_)
    starts[..., 1:] = ranked[..., 1:] != ranked[..., :-1]
    # How many equal ones there are up to each place: the first maximum ends the first longest run.
    lengths = places - np.maximum.accumulate(np.where(starts, places, 0), -1)
    longest = np.argmax(lengths, -1)
    return np.take_along_axis(order, longest[..., None], -1).squeeze(-1)


def _no_bools(name: str, input: Any) -> None:
    if a_tensor(name, input).dtype == np.bool_:
        raise not_implemented(name, input.dtype, "x.int()")


@reduction()
def median(input: Tensor, dim: int | None = None, keepdim: bool = False) -> Any:
    """The median, of an even number the lower of the two in the middle (`torch.median`).

    With ``dim`` its values and their indices. A nan makes it nan. Over the whole tensor ties
    share the gradient; over a dimension it goes to the entry at the index.

    >>> median(tensor([1.0, 7.0, 2.0, 4.0]))
    tensor(2.)
    """
    _no_bools("median", input)
    if dim is not None:
        return over(_median_over, input, dim, keepdim, _place_of_median)
    input, axes = prepared("median", input, None)
    return apply(_median_op, (input,), (axes, False))


@reduction()
def nanmedian(input: Tensor, dim: int | None = None, keepdim: bool = False) -> Any:
    """`median` of the entries that are not nan, nan where there are none (`torch.nanmedian`).

    >>> nanmedian(tensor([1.0, float("nan"), 2.0, 4.0]))
    tensor(2.)
    """
    _no_bools("nanmedian", input)
    if dim is not None:
        return over(_nanmedian_over, input, dim, keepdim, _place_of_nanmedian)
    input, axes = prepared("nanmedian", input, None)
    return apply(_nanmedian_op, (input,), (axes, False))


@reduction()
def mode(input: Tensor, dim: int = -1, keepdim: bool = False) -> Any:
    """The most frequent value along ``dim``, of several the smallest, and its last index.

    The gradient goes to the entry at the index (`torch.mode`).

    >>> mode(tensor([3.0, 1.0, 3.0, 2.0])).values
    tensor(3.)
    """
    return over(_mode_over, input, dim, keepdim, _place_of_mode)


_ROUNDED: dict[str, Any] = {"lower": np.floor, "higher": np.ceil, "nearest": np.round}
_BETWEEN = ("linear", "midpoint")


def _levels(name: str, input: Tensor, q: Any) -> Tensor:
    """The levels ``q`` as a tensor of the input's dtype, checked."""
    if input.dtype.kind != "f" or input.dtype.itemsize < 4:
        raise RuntimeError(
            f"{name}(): input tensor must be either float or double dtype, got {input.dtype}"
        )
    if not input.numel():
        raise RuntimeError(f"{name}(): input tensor must be non-empty, got shape {input.shape}")
    if isinstance(q, (int, float)) and not isinstance(q, bool):
        q = wrap(input.dtype.type(q))
    levels = a_tensor(name, q)
    if levels.dtype != input.dtype:
        raise RuntimeError(
            f"{name}(): q tensor must be same dtype as the input tensor, {input.dtype}, got "
            f"{levels.dtype}"
        )
    if levels.ndim > 1:
        raise RuntimeError(f"{name}(): q must be a scalar or 1D tensor, got {levels.ndim}D")
    if not np.all((levels._array >= 0) & (levels._array <= 1)):
        raise RuntimeError(f"{name}() q values must be in the range [0, 1]")
    return levels


def _quantile(
    name: str, input: Any, q: Any, dim: Any, keepdim: bool, interpolation: str, skip: bool
) -> Tensor:
    """Quantiles in the last dimension, which then goes to the front; ``skip``: leave nan out."""
    if interpolation not in (*_ROUNDED, *_BETWEEN):
        raise RuntimeError(
            f"{name}(): interpolation must be one of linear, lower, higher, midpoint or nearest, "
            f"but got {interpolation}"
        )
    levels = _levels(name, a_tensor(name, input), q)
    along = None if dim is None else axis(dim, input.ndim)
    shape = input.shape
    if along is None or not shape:
        rows = reshape(input, (-1,))
        rest = [1] * len(shape) if keepdim else []
    else:
        rows = permute(input, [i for i in range(len(shape)) if i != along] + [along])
        rest = [*shape[:along], *([1] if keepdim else []), *shape[along + 1 :]]
    array = rows._array
    if skip:
        last = np.maximum(np.sum(array == array, -1, keepdims=True) - 1, 0)
    else:  # a nan is last in the order, so that it is what is picked
        last = np.full((*array.shape[:-1], 1), array.shape[-1] - 1)
    ranks = reshape(levels, (-1,)) * wrap(last.astype(array.dtype))
    if not skip:
        unknown = np.isnan(array).any(-1, keepdims=True)
        ranks = where(unknown, wrap(last.astype(array.dtype)), ranks)
    order = np.argsort(array, -1, kind="stable")

    def at(places: Raw) -> Tensor:
        picked = np.take_along_axis(order, places.astype(np.int64), -1)
        entries: Tensor = apply(gather_op, (rows, picked), (rows.ndim - 1,))
        return entries

    rank = ranks._array
    if interpolation in _ROUNDED:
        found = at(_ROUNDED[interpolation](rank))
    else:
        below = np.floor(rank)
        low, high = at(below), at(np.ceil(rank))
        across = high - low
        if interpolation == "midpoint":
            found = high - across * 0.5
        else:  # from the nearer end, as torch does: an infinity at the other does not make it nan
            weight = ranks - wrap(below)
            found = where(rank - below < 0.5, low + weight * across, high - across * (1 - weight))
    moved = permute(found, [found.ndim - 1, *range(found.ndim - 1)])
    return reshape(moved, (*levels.shape, *rest))


@reduction()
def quantile(
    input: Tensor,
    q: Any,
    dim: int | None = None,
    keepdim: bool = False,
    *,
    interpolation: str = "linear",
) -> Tensor:
    """The ``q``-quantiles over ``dim``; of several levels they are the first dimension.

    ``q`` is a number or a tensor in [0, 1]. Between two entries the ``interpolation`` is
    "linear", "lower", "higher", "nearest" or "midpoint". Floats of 32 or 64 bits only
    (`torch.quantile`).

    >>> quantile(tensor([1.0, 2.0, 4.0]), 0.75)
    tensor(3.)
    """
    return _quantile("quantile", input, q, dim, keepdim, interpolation, False)


@reduction()
def nanquantile(
    input: Tensor,
    q: Any,
    dim: int | None = None,
    keepdim: bool = False,
    *,
    interpolation: str = "linear",
) -> Tensor:
    """`quantile` of the entries that are not nan (`torch.nanquantile`).

    >>> nanquantile(tensor([1.0, float("nan"), 2.0, 4.0]), 0.75)
    tensor(3.)
    """
    return _quantile("nanquantile", input, q, dim, keepdim, interpolation, True)


def _weights(given: Any, name: str, kinds: str, meaning: str, length: int) -> Tensor | None:
    """The weights of observations, checked."""
    if given is None:
        return None
    weights = a_tensor("cov", given)
    if weights.ndim > 1 or weights.numel() != length:
        raise RuntimeError(
            f"cov(): expected {name} to be a vector with a weight for each of the {length} "
            f"observations, got shape {weights.shape}"
        )
    if weights.dtype.kind not in kinds:
        raise RuntimeError(f"cov(): expected {name} to have {meaning} dtype, got {weights.dtype}")
    if weights.numel() and np.min(weights._array) < 0:
        raise RuntimeError(f"cov(): {name} cannot be negative")
    return weights


@public()
def cov(
    input: Tensor, *, correction: int = 1, fweights: Any = None, aweights: Any = None
) -> Tensor:
    """The covariances of the rows of a matrix, each a variable, its columns observations.

    ``fweights``, integers, say how often each observation counts, ``aweights`` how much.
    The sums are divided by the number of observations less ``correction`` (`torch.cov`).
    Raises RuntimeError for more than two dimensions, bools, and weights that do not fit.

    >>> cov(tensor([[0.0, 1.0, 2.0], [2.0, 1.0, 0.0]]))
    tensor([[ 1., -1.],
            [-1.,  1.]])
    """
    if a_tensor("cov", input).ndim > 2:
        raise RuntimeError(
            f"cov(): expected input to have two or fewer dimensions, got {input.ndim}"
        )
    if input.dtype == np.bool_:
        raise RuntimeError("cov(): bool dtype is not supported for input; write x.float()")
    rows = reshape(input, (1, -1)) if input.ndim < 2 else input
    count = rows.shape[1]
    often = _weights(fweights, "fweights", "iu", "integral", count)
    much = _weights(aweights, "aweights", "f", "floating point", count)
    weight = much if often is None else often if much is None else often * much
    total: Any = count if weight is None else sum(weight)
    average = sum(rows if weight is None else rows * weight, 1) / total
    number = total - correction
    if weight is not None and much is not None and correction:
        number = total - correction * sum(weight * much) / total
    if float(number) <= 0:
        warnings.warn("cov(): degrees of freedom is <= 0", UserWarning, stacklevel=2)
        number = number * 0
    apart = rows - average.unsqueeze(1)
    product = matmul(apart, (apart if weight is None else apart * weight).t())
    return squeeze(product / number)


@public()
def corrcoef(input: Tensor) -> Tensor:
    """The correlations of the rows of a matrix: `cov` divided by both deviations.

    Raises RuntimeError for more than two dimensions.
    Source: `torch.corrcoef`.

    >>> corrcoef(tensor([[0.0, 1.0, 2.0], [2.0, 1.0, 0.0]]))
    tensor([[ 1., -1.],
            [-1.,  1.]])
    """
    if a_tensor("corrcoef", input).ndim > 2:
        raise RuntimeError(
            f"corrcoef(): expected input to have two or fewer dimensions, got {input.ndim}"
        )
    products = cov(input)
    if not products.ndim:
        return products / products
    each = np.arange(len(products._array))
    deviation = sqrt(products[each, each])
    scaled = products / deviation.unsqueeze(1) / deviation.unsqueeze(0)
    return clamp(scaled, -1, 1)
