"""Attention: of one query to keys, and of several heads with their projections."""

from __future__ import annotations

import math
import warnings

import autograd
from autograd import Tensor
from autograd.ops.attention import attention, dropped
from nn.functional.linear import linear

__all__ = ["multi_head_attention_forward", "scaled_dot_product_attention"]


def scaled_dot_product_attention(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    attn_mask: Tensor | None = None,
    dropout_p: float = 0.0,
    is_causal: bool = False,
    *,
    scale: float | None = None,
    enable_gqa: bool = False,
) -> Tensor:
    """softmax(query key^T scale + attn_mask) value; ``scale`` is 1/sqrt(E) where it is None.

    query (..., L, E), key (..., S, E), value (..., S, V), attn_mask to broadcast with
    (..., L, S): bools, False where a key does not count, or floats, which are added. A query
    to which none counts gives 0. With ``is_causal`` a query sees no key after it; with
    ``enable_gqa`` several heads of the query, dimension -3, share one of key and value. Raises
    RuntimeError for shapes and dtypes that do not fit
    (`torch.nn.functional.scaled_dot_product_attention`).

    >>> x = tensor([[1.0], [1.0]])
    >>> nn.functional.scaled_dot_product_attention(x, x, tensor([[2.0], [4.0]]))
    tensor([[3.],
            [3.]])
    """
    if enable_gqa:
        heads = query.shape[-3]
        for each in (key, value):
            if heads % each.shape[-3]:
                raise RuntimeError(
                    "Number of heads in key and value must divide the number of heads in query: "
                    f"{each.shape[-3]} and {heads}"
                )
        key = _repeated(key, heads // key.shape[-3])
        value = _repeated(value, heads // value.shape[-3])
    return attention(query, key, value, attn_mask, dropout_p, is_causal, scale)


def _repeated(x: Tensor, times: int) -> Tensor:
    """Each head ``times`` times, one after the other."""
    if times == 1:
        return x
    shape = x.shape
    wide = x.unsqueeze(-3).expand(*shape[:-2], times, *shape[-2:])
    return wide.reshape(*shape[:-3], shape[-3] * times, *shape[-2:])


def _need(holds: bool, text: str) -> None:
    """torch's AssertionError where a condition does not hold."""
    if not holds:
        raise AssertionError(text)


def multi_head_attention_forward(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    embed_dim_to_check: int,
    num_heads: int,
    in_proj_weight: Tensor | None,
    in_proj_bias: Tensor | None,
    bias_k: Tensor | None,
    bias_v: Tensor | None,
    add_zero_attn: bool,
    dropout_p: float,
    out_proj_weight: Tensor,
    out_proj_bias: Tensor | None,
    training: bool = True,
    key_padding_mask: Tensor | None = None,
    need_weights: bool = True,
    attn_mask: Tensor | None = None,
    use_separate_proj_weight: bool = False,
    q_proj_weight: Tensor | None = None,
    k_proj_weight: Tensor | None = None,
    v_proj_weight: Tensor | None = None,
    static_k: Tensor | None = None,
    static_v: Tensor | None = None,
    average_attn_weights: bool = True,
    is_causal: bool = False,
) -> tuple[Tensor, Tensor | None]:
    """Attention of ``num_heads`` parts of the projected inputs, put together and projected.

    query (L, N, E), key and value (S, N, ...), or all without N; masks of bools say what does
    not count, those of floats are added: ``key_padding_mask`` (N, S), ``attn_mask`` (L, S) or
    (N heads, L, S). Gives the output, as the query, and with ``need_weights`` the weights,
    (N, L, S), or (N, heads, L, S) without ``average_attn_weights``. Raises AssertionError or
    RuntimeError for what does not fit (`torch.nn.functional.multi_head_attention_forward`).

    >>> x, w = ones(1, 2), eye(2)
    >>> nn.functional.multi_head_attention_forward(
    ...     x, x, x, 2, 1, autograd.cat((w, w, w)), None, None, None, False, 0.0, w, None
    ... )
    (tensor([[1., 1.]]), tensor([[1.]]))
    """
    batched = _check_dims(query, key, value, key_padding_mask, attn_mask)
    if not batched:
        alone = key is query, value is key
        query = query.unsqueeze(1)
        key = query if alone[0] else key.unsqueeze(1)
        value = key if alone[1] else value.unsqueeze(1)
        key_padding_mask = None if key_padding_mask is None else key_padding_mask.unsqueeze(0)
    length, count, width = query.shape
    source = key.shape[0]
    if is_causal and attn_mask is None:
        raise RuntimeError("Need attn_mask if specifying the is_causal hint.")
    if key_padding_mask is not None and attn_mask is not None:
        _warn_of_kinds(key_padding_mask, attn_mask)
    causal = is_causal and key_padding_mask is None and not need_weights
    mask = None if causal else _additive("attn_mask", attn_mask, query)
    padding = _additive("key_padding_mask", key_padding_mask, query)
    _need(
        width == embed_dim_to_check,
        f"was expecting embedding dimension of {embed_dim_to_check}, but got {width}",
    )
    _need(width % num_heads == 0, f"embed_dim {width} not divisible by num_heads {num_heads}")
    size = width // num_heads
    if use_separate_proj_weight:
        _need(key.shape[:2] == value.shape[:2], "key's and value's lengths and batches differ")
        maps = (q_proj_weight, k_proj_weight, v_proj_weight)
    else:
        _need(key.shape == value.shape, f"key {key.shape} does not match value {value.shape}")
        maps = (in_proj_weight, in_proj_weight, in_proj_weight)
    q, k, v = _projected(query, key, value, maps, in_proj_bias, use_separate_proj_weight)
    if mask is not None:
        mask = _of_heads(mask, count, num_heads, length, source)
    _need((bias_k is None) == (bias_v is None), "bias_k and bias_v are given together")
    if bias_k is not None and bias_v is not None:
        _need(static_k is None and static_v is None, "bias cannot be added to static keys.")
        k = autograd.cat((k, bias_k.expand(1, count, bias_k.shape[-1])))
        v = autograd.cat((v, bias_v.expand(1, count, bias_v.shape[-1])))
    q = _heads(q, num_heads, size)
    k = _static("static_k", static_k, k, num_heads, size)
    v = _static("static_v", static_v, v, num_heads, size)
    if add_zero_attn:
        zero = autograd.zeros(count, num_heads, 1, size, dtype=k.dtype)
        k, v = autograd.cat((k, zero), 2), autograd.cat((v, zero), 2)
    mask = _merged(_longer(mask, k, source), _longer(padding, k, source), k)
    dropout = dropout_p if training else 0.0
    weights = None
    if need_weights:
        scores = autograd.matmul(q * math.sqrt(1 / size), k.transpose(-2, -1))
        weights = autograd.softmax(scores if mask is None else scores + mask, -1)
        weights = dropped(weights, dropout)
        out = autograd.matmul(weights, v)
        weights = weights.mean(1) if average_attn_weights else weights
        weights = weights if batched else weights.squeeze(0)
    else:
        out = attention(q, k, v, mask, dropout, causal, None)
    out = out.permute(2, 0, 1, 3).reshape(length, count, width)
    out = linear(out, out_proj_weight, out_proj_bias)
    return out if batched else out.squeeze(1), weights


def _check_dims(
    query: Tensor, key: Tensor, value: Tensor, padding: Tensor | None, mask: Tensor | None
) -> bool:
    """Whether there is a batch; raises torch's AssertionError where dimensions do not fit."""
    ndim = query.ndim
    _need(
        ndim in (2, 3),
        f"query should be unbatched 2D or batched 3D tensor but received {ndim}-D query tensor",
    )
    _need(
        key.ndim == value.ndim == ndim,
        f"expected `key` and `value` to be {ndim}-D, as `query` is, but found {key.ndim}-D and "
        f"{value.ndim}-D tensors respectively",
    )
    _need(
        padding is None or padding.ndim == ndim - 1,
        f"For a {ndim}-D `query`, `key_padding_mask` is None or {ndim - 1}-D",
    )
    _need(mask is None or mask.ndim in (2, 3), "`attn_mask` is None, 2-D or 3-D")
    return ndim == 3


def _warn_of_kinds(padding: Tensor, mask: Tensor) -> None:
    if padding.dtype != mask.dtype:
        warnings.warn(
            "Support for mismatched key_padding_mask and attn_mask is deprecated. Use same type "
            "for both instead.",
            stacklevel=3,
        )


def _additive(name: str, mask: Tensor | None, query: Tensor) -> Tensor | None:
    """A mask as what is added: -inf where one of bools is True."""
    if mask is None or mask.dtype.kind == "f":
        return mask
    _need(mask.dtype.kind == "b", f"only bool and floating types of {name} are supported")
    return autograd.zeros(*mask.shape, dtype=query.dtype).masked_fill(mask, -math.inf)


def _of_heads(mask: Tensor, count: int, heads: int, length: int, source: int) -> Tensor:
    """An attn_mask in four dimensions: batch, heads, queries, keys."""
    wanted = (length, source) if mask.ndim == 2 else (count * heads, length, source)
    if mask.shape != wanted:
        raise RuntimeError(
            f"The shape of the {mask.ndim}D attn_mask is {mask.shape}, but should be {wanted}."
        )
    return mask.reshape(*((1, 1) if mask.ndim == 2 else (count, heads)), length, source)


def _projected(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    maps: tuple[Tensor | None, Tensor | None, Tensor | None],
    bias: Tensor | None,
    separate: bool,
) -> tuple[Tensor, Tensor, Tensor]:
    """The three inputs projected; what is one tensor is multiplied once."""
    width = query.shape[-1]
    parts = [None if bias is None else bias[i * width : (i + 1) * width] for i in range(3)]
    for each in maps:
        _need(each is not None, "a projection's weight is None")
    first, second, third = maps
    assert first is not None
    assert second is not None
    assert third is not None
    if not separate:
        if query is key is value:
            whole = linear(query, first, bias)
            return whole[..., :width], whole[..., width : 2 * width], whole[..., 2 * width :]
        first, second, third = first[:width], first[width : 2 * width], first[2 * width :]
    return (
        linear(query, first, parts[0]),
        linear(key, second, parts[1]),
        linear(value, third, parts[2]),
    )


def _heads(x: Tensor, heads: int, size: int) -> Tensor:
    """(length, batch, width) as (batch, heads, length, size)."""
    return x.reshape(x.shape[0], x.shape[1], heads, size).permute(1, 2, 0, 3)


def _static(name: str, given: Tensor | None, x: Tensor, heads: int, size: int) -> Tensor:
    """`_heads` of ``x``, or of a given key or value (batch heads, length, size) in its place."""
    if given is None:
        return _heads(x, heads, size)
    count = x.shape[1]
    _need(
        given.shape[0] == count * heads and given.shape[2] == size,
        f"expecting {name} of shape ({count * heads}, length, {size}), but got {given.shape}",
    )
    return given.reshape(count, heads, given.shape[1], size)


def _longer(mask: Tensor | None, k: Tensor, source: int) -> Tensor | None:
    """A mask with zeros for the keys that were added behind the given ones."""
    more = k.shape[2] - source
    if mask is None or more <= 0:
        return mask
    zeros = autograd.zeros(*mask.shape[:-1], more, dtype=mask.dtype)
    return autograd.cat((mask, zeros), -1)


def _merged(mask: Tensor | None, padding: Tensor | None, k: Tensor) -> Tensor | None:
    """Both masks as one that is added."""
    if padding is None:
        return mask
    wanted = (k.shape[0], k.shape[2])
    _need(
        padding.shape == wanted,
        f"Expected key_padding_mask.shape[1] to be {wanted[1]}, but got shape {padding.shape}",
    )
    padding = padding.reshape(wanted[0], 1, 1, wanted[1])
    return padding if mask is None else mask + padding
