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
        norm, dropout = getattr(self, f"norm{number}"), getattr(self, f"dropout{number}")
        if self.norm_first:
            total: Tensor = x + dropout(block(norm(x)))
        else:
            total = norm(x + dropout(block(x)))
        return total

    def _forward_network(self, x: Tensor) -> Tensor:
        output: Tensor = self.linear2(self.dropout(self.activation(self.linear1(x))))
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

        def attend(x: Tensor) -> Tensor:
            output: Tensor = self.self_attn(
                x,
                x,
                x,
                attn_mask=src_mask,
                key_padding_mask=src_key_padding_mask,
                need_weights=False,
                is_causal=is_causal,
            )[0]
            return output

        x = self._added(src, 1, attend)
        return self._added(x, 2, self._forward_network)


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

        def attend(x: Tensor) -> Tensor:
            output: Tensor = self.self_attn(
                x,
                x,
                x,
                attn_mask=tgt_mask,
                key_padding_mask=tgt_key_padding_mask,
                need_weights=False,
                is_causal=tgt_is_causal,
            )[0]
            return output

        def remember(x: Tensor) -> Tensor:
            output: Tensor = self.multihead_attn(
                x,
                memory,
                memory,
                attn_mask=memory_mask,
                key_padding_mask=memory_key_padding_mask,
                need_weights=False,
                is_causal=memory_is_causal,
            )[0]
            return output

        x = self._added(tgt, 1, attend)
        x = self._added(x, 2, remember)
        return self._added(x, 3, self._forward_network)
