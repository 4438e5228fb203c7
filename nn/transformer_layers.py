"""One layer of a transformer: attention, then a network of two linear layers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from autograd import Tensor
from nn import functional
from nn.attention import MultiheadAttention
from nn.dropout import Dropout
from nn.linear import Linear
from nn.module import Module
from nn.normalization import LayerNorm

__all__ = ["TransformerDecoderLayer", "TransformerEncoderLayer"]

Activation: TypeAlias = str | Callable[[Tensor], Tensor]
"""A function of a tensor, or "relu" or "gelu"."""


class _Layer(Module):
    """What the layers of encoder and decoder share; ``attentions`` are the names of theirs."""

    attentions: tuple[str, ...]
    activation: Callable[[Tensor], Tensor]
    self_attn: MultiheadAttention

    def __init__(
        self,
        d_model: int,
        nhead: int,
        dim_feedforward: int = 2048,
        dropout: float = 0.1,
        activation: Activation = functional.relu,
        layer_norm_eps: float = 1e-5,
        batch_first: bool = False,
        norm_first: bool = False,
        bias: bool = True,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__()
        for name in self.attentions:
            attention = MultiheadAttention(
                d_model,
                nhead,
                dropout,
                bias,
                batch_first=batch_first,
                device=device,
                dtype=dtype,
            )
            setattr(self, name, attention)
        self.linear1 = Linear(d_model, dim_feedforward, bias, device=device, dtype=dtype)
        self.dropout = Dropout(dropout)
        self.linear2 = Linear(dim_feedforward, d_model, bias, device=device, dtype=dtype)
        self.norm_first = norm_first
        numbers = range(1, len(self.attentions) + 2)
        for number in numbers:
            norm = LayerNorm(d_model, layer_norm_eps, bias=bias, device=device, dtype=dtype)
            setattr(self, f"norm{number}", norm)
        for number in numbers:
            setattr(self, f"dropout{number}", Dropout(dropout))
        self.activation = _function(activation) if isinstance(activation, str) else activation

    def _added(self, x: Tensor, number: int, block: Callable[[Tensor], Tensor]) -> Tensor:
        """``x`` plus what ``block`` makes of it, normalised before or after."""
        norm = getattr(self, f"norm{number}")
        total: Tensor = x + block(norm(x)) if self.norm_first else norm(x + block(x))
        return total

    def _attention(
        self,
        number: int,
        x: Tensor,
        memory: Tensor,
        attn_mask: Tensor | None,
        key_padding_mask: Tensor | None,
        is_causal: bool,
    ) -> Tensor:
        attention = getattr(self, self.attentions[number - 1])
        found = attention(
            x,
            memory,
            memory,
            attn_mask=attn_mask,
            key_padding_mask=key_padding_mask,
            need_weights=False,
            is_causal=is_causal,
        )[0]
        output: Tensor = getattr(self, f"dropout{number}")(found)
        return output

    # The blocks have torch's names, because subclasses put others in their place.

    def _sa_block(
        self,
        x: Tensor,
        attn_mask: Tensor | None,
        key_padding_mask: Tensor | None,
        is_causal: bool = False,
    ) -> Tensor:
        """Attention to itself."""
        return self._attention(1, x, x, attn_mask, key_padding_mask, is_causal)

    def _ff_block(self, x: Tensor) -> Tensor:
        """Linear, activation, linear."""
        x = self.linear2(self.dropout(self.activation(self.linear1(x))))
        output: Tensor = getattr(self, f"dropout{len(self.attentions) + 1}")(x)
        return output


def _function(name: str) -> Callable[[Tensor], Tensor]:
    if name == "relu":
        return functional.relu
    if name == "gelu":
        return functional.gelu
    raise RuntimeError(f"activation should be relu/gelu, not {name}")


class TransformerEncoderLayer(_Layer):
    """Attention of a sequence to itself, then linear, activation, linear, each added to its input.

    x = norm1(x + attention(x)), x = norm2(x + linear2(activation(linear1(x)))), or with
    ``norm_first`` x + attention(norm1(x)), ...; with dropout inside. Input and output
    (S, N, d_model), with ``batch_first`` (N, S, d_model), or (S, d_model). ``activation`` is a
    function, "relu" or "gelu"; raises RuntimeError for another name. Source:
    `torch.nn.TransformerEncoderLayer`.

    >>> nn.TransformerEncoderLayer(4, 2, dim_feedforward=8)(zeros(5, 3, 4)).shape
    (5, 3, 4)
    """

    attentions = ("self_attn",)

    def forward(
        self,
        src: Tensor,
        src_mask: Tensor | None = None,
        src_key_padding_mask: Tensor | None = None,
        is_causal: bool = False,
    ) -> Tensor:
        """The sequence with masks as in `nn.MultiheadAttention`."""
        x = self._added(
            src, 1, lambda x: self._sa_block(x, src_mask, src_key_padding_mask, is_causal)
        )
        return self._added(x, 2, self._ff_block)


class TransformerDecoderLayer(_Layer):
    """As `nn.TransformerEncoderLayer`, with attention to ``memory`` between the two steps.

    Input and output (T, N, d_model), memory (S, N, d_model). Source:
    `torch.nn.TransformerDecoderLayer`.

    >>> layer = nn.TransformerDecoderLayer(4, 2, dim_feedforward=8)
    >>> layer(zeros(5, 3, 4), zeros(6, 3, 4)).shape
    (5, 3, 4)
    """

    attentions = ("self_attn", "multihead_attn")
    multihead_attn: MultiheadAttention

    def forward(
        self,
        tgt: Tensor,
        memory: Tensor,
        tgt_mask: Tensor | None = None,
        memory_mask: Tensor | None = None,
        tgt_key_padding_mask: Tensor | None = None,
        memory_key_padding_mask: Tensor | None = None,
        tgt_is_causal: bool = False,
        memory_is_causal: bool = False,
    ) -> Tensor:
        """The sequence with masks as in `nn.MultiheadAttention`."""
        x = self._added(
            tgt, 1, lambda x: self._sa_block(x, tgt_mask, tgt_key_padding_mask, tgt_is_causal)
        )
        x = self._added(
            x,
            2,
            lambda x: self._mha_block(
                x, memory, memory_mask, memory_key_padding_mask, memory_is_causal
            ),
        )
        return self._added(x, 3, self._ff_block)

    def _mha_block(
        self,
        x: Tensor,
        mem: Tensor,
        attn_mask: Tensor | None,
        key_padding_mask: Tensor | None,
        is_causal: bool = False,
    ) -> Tensor:
        """Attention to the memory."""
        return self._attention(2, x, mem, attn_mask, key_padding_mask, is_causal)
