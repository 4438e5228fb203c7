"""Recurrent layers over whole sequences: plain, LSTM and GRU."""

from __future__ import annotations

from typing import Any

from autograd import Tensor
from autograd.operator import apply
from autograd.ops.gru import gru
from autograd.ops.lstm import lstm
from autograd.ops.recurrent import rnn
from autograd.ops.stepping import Steps
from nn.parameter import Parameter
from nn.recurrent_base import RNNBase, States
from nn.utils.rnn import PackedSequence

__all__ = ["GRU", "LSTM", "RNN"]


class _OneState(RNNBase):
    """Layers whose only state is the hidden one."""

    def __init__(self, mode: str, *args: Any, **kwargs: Any) -> None:
        if "proj_size" in kwargs:
            raise ValueError("proj_size argument is only supported for LSTM, not RNN or GRU")
        super().__init__(mode, *args, **kwargs)

    def forward(
        self, input: Tensor | PackedSequence, hx: Tensor | None = None
    ) -> tuple[Any, Tensor]:
        """The output and the last hidden states."""
        output, (hidden,) = self._run(input, None if hx is None else (hx,))
        return output, hidden


class RNN(_OneState):
    """h' = tanh(W_ih x + b_ih + W_hh h + b_hh), or with relu (`torch.nn.RNN`); see `RNNBase`.

    Arguments: input_size, hidden_size, num_layers, nonlinearity "tanh" or "relu", and the
    others of `RNNBase`. ``forward(input, hx=None)`` gives the output and the last hidden
    states, (layers directions, B, hidden).

    >>> output, hidden = nn.RNN(3, 4)(zeros(5, 2, 3))
    >>> output.shape, hidden.shape
    ((5, 2, 4), (1, 2, 4))
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        given = list(args)
        named = kwargs.pop("nonlinearity", "tanh")
        nonlinearity = given.pop(3) if len(given) > 3 else named
        if nonlinearity not in ("tanh", "relu"):
            raise ValueError(
                f"Unknown nonlinearity '{nonlinearity}'. Select from 'tanh' or 'relu'."
            )
        self.__dict__["nonlinearity"] = nonlinearity
        super().__init__(f"RNN_{nonlinearity.upper()}", *given, **kwargs)

    def _layer(
        self, x: Tensor, states: States, weights: dict[str, Parameter], steps: Steps
    ) -> tuple[Tensor, States]:
        relu = self.nonlinearity == "relu"
        out, last, _, _ = apply(rnn, (x, *states, *_in_order(weights)), (relu, steps))
        return out, (last,)


def _in_order(weights: dict[str, Parameter]) -> list[Parameter | None]:
    return [weights.get(kind) for kind in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")]


class LSTM(RNNBase):
    """Long short-term memory (`torch.nn.LSTM`); arguments as in `RNNBase`.

    i, f, o = sigmoid(...), g = tanh(...) of W_ih x + b_ih + W_hh h + b_hh; c' = f c + i g;
    h' = o tanh(c'), times W_hr^T with ``proj_size``. ``forward(input, hx=None)`` takes a pair of
    states (h, c), and gives the output and the pair of the last ones.

    >>> output, (hidden, cell) = nn.LSTM(3, 4, num_layers=2)(zeros(5, 2, 3))
    >>> output.shape, hidden.shape, cell.shape
    ((5, 2, 4), (2, 2, 4), (2, 2, 4))
    """

    gates = 4

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__("LSTM", *args, **kwargs)

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


class GRU(_OneState):
    """Gated recurrent unit (`torch.nn.GRU`); arguments as in `RNNBase`, without proj_size.

    r, z = sigmoid(W_ih x + b_ih + W_hh h + b_hh); n = tanh(W_in x + b_in + r (W_hn h + b_hn));
    h' = (1 - z) n + z h. ``forward(input, hx=None)`` gives the output and the last hidden states.

    >>> output, hidden = nn.GRU(3, 4, bidirectional=True)(zeros(5, 2, 3))
    >>> output.shape, hidden.shape
    ((5, 2, 8), (2, 2, 4))
    """

    gates = 3

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__("GRU", *args, **kwargs)

    def _layer(
        self, x: Tensor, states: States, weights: dict[str, Parameter], steps: Steps
    ) -> tuple[Tensor, States]:
        out, last, _, _ = apply(gru, (x, *states, *_in_order(weights)), (steps,))
        return out, (last,)
