"""Recurrent layers over whole sequences: plain, LSTM and GRU."""

from __future__ import annotations

from typing import Any

from autograd import Tensor
from autograd.operator import apply
from autograd.ops.gru import gru
from autograd.ops.lstm import lstm
from autograd.ops.recurrent import Steps, rnn
from nn.parameter import Parameter
from nn.recurrent_base import RNNBase, States
from nn.utils.rnn import PackedSequence

__all__ = ["GRU", "LSTM", "RNN"]


class RNN(RNNBase):
    """h' = tanh(W_ih x + b_ih + W_hh h + b_hh), or with relu (`torch.nn.RNN`); see `RNNBase`.

    ``forward(input, hx=None)`` gives the output and the last hidden states, (layers directions,
    B, hidden).

    >>> output, hidden = nn.RNN(3, 4)(zeros(5, 2, 3))
    >>> output.shape, hidden.shape
    ((5, 2, 4), (1, 2, 4))
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        nonlinearity: str = "tanh",
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        if nonlinearity not in ("tanh", "relu"):
            raise ValueError(
                f"Unknown nonlinearity '{nonlinearity}'. Select from 'tanh' or 'relu'."
            )
        self.__dict__["nonlinearity"] = nonlinearity
        super().__init__(
            f"RNN_{nonlinearity.upper()}",
            input_size,
            hidden_size,
            num_layers,
            bias,
            batch_first,
            dropout,
            bidirectional,
            device=device,
            dtype=dtype,
        )

    def forward(
        self, input: Tensor | PackedSequence, hx: Tensor | None = None
    ) -> tuple[Any, Tensor]:
        """The output and the last hidden states."""
        output, (hidden,) = self._run(input, None if hx is None else (hx,))
        return output, hidden

    def _layer(
        self, x: Tensor, states: States, weights: dict[str, Parameter], steps: Steps
    ) -> tuple[Tensor, States]:
        relu = self.nonlinearity == "relu"
        out, last = apply(rnn, (x, *states, *_in_order(weights)), (relu, steps))
        return out, (last,)


def _in_order(weights: dict[str, Parameter]) -> list[Parameter | None]:
    return [weights.get(kind) for kind in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")]


class LSTM(RNNBase):
    """Long short-term memory (`torch.nn.LSTM`); see `RNNBase`.

    i, f, o = sigmoid(...), g = tanh(...) of W_ih x + b_ih + W_hh h + b_hh; c' = f c + i g;
    h' = o tanh(c'), times W_hr^T with ``proj_size``. ``forward(input, hx=None)`` takes a pair of
    states (h, c), and gives the output and the pair of the last ones.

    >>> output, (hidden, cell) = nn.LSTM(3, 4, num_layers=2)(zeros(5, 2, 3))
    >>> output.shape, hidden.shape, cell.shape
    ((5, 2, 4), (2, 2, 4), (2, 2, 4))
    """

    gates = 4

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
        proj_size: int = 0,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(
            "LSTM",
            input_size,
            hidden_size,
            num_layers,
            bias,
            batch_first,
            dropout,
            bidirectional,
            proj_size,
            device,
            dtype,
        )

    def forward(
        self, input: Tensor | PackedSequence, hx: tuple[Tensor, Tensor] | None = None
    ) -> tuple[Any, tuple[Tensor, Tensor]]:
        """The output, and the last hidden states and cells."""
        output, (hidden, cell) = self._run(input, hx)
        return output, (hidden, cell)

    def _widths(self) -> tuple[int, ...]:
        return (self.proj_size or self.hidden_size, self.hidden_size)

    def _layer(
        self, x: Tensor, states: States, weights: dict[str, Parameter], steps: Steps
    ) -> tuple[Tensor, States]:
        operands = (x, *states, *_in_order(weights), weights.get("weight_hr"))
        out, hidden, cell, _, _ = apply(lstm, operands, (steps,))
        return out, (hidden, cell)


class GRU(RNNBase):
    """Gated recurrent unit (`torch.nn.GRU`); see `RNNBase`.

    r, z = sigmoid(W_ih x + b_ih + W_hh h + b_hh); n = tanh(W_in x + b_in + r (W_hn h + b_hn));
    h' = (1 - z) n + z h. ``forward(input, hx=None)`` gives the output and the last hidden states.

    >>> output, hidden = nn.GRU(3, 4, bidirectional=True)(zeros(5, 2, 3))
    >>> output.shape, hidden.shape
    ((5, 2, 8), (2, 2, 4))
    """

    gates = 3

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(
            "GRU",
            input_size,
            hidden_size,
            num_layers,
            bias,
            batch_first,
            dropout,
            bidirectional,
            device=device,
            dtype=dtype,
        )

    def forward(
        self, input: Tensor | PackedSequence, hx: Tensor | None = None
    ) -> tuple[Any, Tensor]:
        """The output and the last hidden states."""
        output, (hidden,) = self._run(input, None if hx is None else (hx,))
        return output, hidden

    def _layer(
        self, x: Tensor, states: States, weights: dict[str, Parameter], steps: Steps
    ) -> tuple[Tensor, States]:
        out, last, _, _ = apply(gru, (x, *states, *_in_order(weights)), (steps,))
        return out, (last,)
