"""Attention of several heads, with its projections."""

from __future__ import annotations

from typing import Any

from autograd import Tensor
from nn import functional, init
from nn.linear import Linear
from nn.module import Module
from nn.parameter import Parameter, fresh

__all__ = ["MultiheadAttention"]


class NonDynamicallyQuantizableLinear(Linear):
    """`nn.Linear` under the name by which torch shows that of `MultiheadAttention`."""


class MultiheadAttention(Module):
    """softmax(q k^T / sqrt(head)) v in ``num_heads`` parts of projected inputs, projected again.

    query (L, N, embed_dim), key (S, N, kdim), value (S, N, vdim), with ``batch_first`` (N, L, ...),
    or all without N. ``in_proj_weight`` (3 embed_dim, embed_dim) holds the three projections, or
    ``q_proj_weight k_proj_weight v_proj_weight`` where the widths differ. ``add_bias_kv`` and
    ``add_zero_attn`` add a learnt key and one of zeros. The weights are drawn by
    `init.xavier_uniform_`, the biases are 0. Source: `torch.nn.MultiheadAttention`.

    >>> attention = nn.MultiheadAttention(4, 2, batch_first=True)
    >>> x = zeros(3, 5, 4)
    >>> output, weights = attention(x, x, x)
    >>> output.shape, weights.shape
    ((3, 5, 4), (3, 5, 5))
    """

    in_proj_weight: Parameter | None
    in_proj_bias: Parameter | None
    q_proj_weight: Parameter | None
    k_proj_weight: Parameter | None
    v_proj_weight: Parameter | None
    bias_k: Parameter | None
    bias_v: Parameter | None

    def __init__(
        self,
        embed_dim: int,
        num_heads: int,
        dropout: float = 0.0,
        bias: bool = True,
        add_bias_kv: bool = False,
        add_zero_attn: bool = False,
        kdim: int | None = None,
        vdim: int | None = None,
        batch_first: bool = False,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        if embed_dim <= 0 or num_heads <= 0:
            raise ValueError(
                "embed_dim and num_heads must be greater than 0, got "
                f"embed_dim={embed_dim} and num_heads={num_heads} instead"
            )
        if embed_dim % num_heads:
            raise AssertionError(
                f"embed_dim must be divisible by num_heads, got {embed_dim} and {num_heads}"
            )
        super().__init__()
        self.embed_dim = embed_dim
        self.kdim = embed_dim if kdim is None else kdim
        self.vdim = embed_dim if vdim is None else vdim
        self.num_heads = num_heads
        self.dropout = dropout
        self.batch_first = batch_first
        self.head_dim = embed_dim // num_heads
        self.add_zero_attn = add_zero_attn
        self._qkv_same_embed_dim = self.kdim == self.vdim == embed_dim
        apart = None if self._qkv_same_embed_dim else (embed_dim, self.kdim, self.vdim)
        for name, width in zip("qkv", apart or (None,) * 3, strict=True):
            weight = fresh(embed_dim, width, device=device, dtype=dtype) if width else None
            self.register_parameter(f"{name}_proj_weight", weight)
        whole = None if apart else fresh(3 * embed_dim, embed_dim, device=device, dtype=dtype)
        self.register_parameter("in_proj_weight", whole)
        self.register_parameter(
            "in_proj_bias", fresh(3 * embed_dim, device=device, dtype=dtype) if bias else None
        )
        self.out_proj = NonDynamicallyQuantizableLinear(
            embed_dim, embed_dim, bias, device=device, dtype=dtype
        )
        for name in ("bias_k", "bias_v"):
            key = fresh(1, 1, embed_dim, device=device, dtype=dtype) if add_bias_kv else None
            setattr(self, name, key)
        self._reset_parameters()

    def _reset_parameters(self) -> None:
        """Draw the weights anew; that of ``out_proj`` stays as `nn.Linear` drew it."""
        for weight in (
            self.in_proj_weight,
            self.q_proj_weight,
            self.k_proj_weight,
            self.v_proj_weight,
        ):
            if weight is not None:
                init.xavier_uniform_(weight)
        if self.in_proj_bias is not None and self.out_proj.bias is not None:
            init.zeros_(self.in_proj_bias)
            init.zeros_(self.out_proj.bias)
        for key in (self.bias_k, self.bias_v):
            if key is not None:
                init.xavier_normal_(key)

    def forward(
        self,
        query: Tensor,
        key: Tensor,
        value: Tensor,
        key_padding_mask: Tensor | None = None,
        need_weights: bool = True,
        attn_mask: Tensor | None = None,
        average_attn_weights: bool = True,
        is_causal: bool = False,
    ) -> tuple[Tensor, Tensor | None]:
        """The output, and with ``need_weights`` the weights (N, L, S), else None.

        Masks, ``key_padding_mask`` (N, S) and ``attn_mask`` (L, S) or (N heads, L, S), are True
        where a key does not count, or floats that are added. Without ``average_attn_weights``
        the weights are (N, heads, L, S). ``is_causal`` says of ``attn_mask`` that no query sees a
        key after it. See `nn.functional.multi_head_attention_forward`.
        """
        turned = self.batch_first and query.ndim == 3
        if turned:
            same_key, same_value = key is query, value is key
            query = query.transpose(0, 1)
            key = query if same_key else key.transpose(0, 1)
            value = key if same_value else value.transpose(0, 1)
        output, weights = functional.multi_head_attention_forward(
            query,
            key,
            value,
            self.embed_dim,
            self.num_heads,
            self.in_proj_weight,
            self.in_proj_bias,
            self.bias_k,
            self.bias_v,
            self.add_zero_attn,
            self.dropout,
            self.out_proj.weight,
            self.out_proj.bias,
            training=self.training,
            key_padding_mask=key_padding_mask,
            need_weights=need_weights,
            attn_mask=attn_mask,
            use_separate_proj_weight=not self._qkv_same_embed_dim,
            q_proj_weight=self.q_proj_weight,
            k_proj_weight=self.k_proj_weight,
            v_proj_weight=self.v_proj_weight,
            average_attn_weights=average_attn_weights,
            is_causal=is_causal,
        )
        return output.transpose(0, 1) if turned else output, weights
