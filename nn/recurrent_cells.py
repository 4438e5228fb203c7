"""Recurrent cells: one time step of `nn.RNN`, `nn.LSTM` and `nn.GRU`."""

from __future__ import annotations

import math
from typing import Any

import autograd
from autograd import Tensor
from autograd.operator import Op, apply
from autograd.ops.gru import gru
from autograd.ops.lstm import lstm
from autograd.ops.recurrent import rnn
from autograd.ops.stepping import Steps
from nn import init
from nn.module import Module
from nn.parameter import Parameter, fresh
from nn.recurrent_base import States

__all__ = ["GRUCell", "LSTMCell", "RNNCell", "RNNCellBase"]


class RNNCellBase(Module):
    """What the cells share: ``weight_ih weight_hh bias_ih bias_hh``, and the forms of input.

    Input (B, in) or (in,), states (B, hidden) or (hidden,), zeros where they are not given. The
    parameters are drawn from the uniform distribution on (-1/sqrt(hidden), 1/sqrt(hidden)).
    Raises ValueError and RuntimeError for what does not fit.
    """

    weight_ih: Parameter
    weight_hh: Parameter
    bias_ih: Parameter | None
    bias_hh: Parameter | None

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        bias: bool,
        num_chunks: int,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__()
        self.input_size = input_size
        self.hidden_size = hidden_size
        self.bias = bias
        rows = num_chunks * hidden_size
        self.weight_ih = fresh(rows, input_size, device=device, dtype=dtype)
        self.weight_hh = fresh(rows, hidden_size, device=device, dtype=dtype)
        for name in ("bias_ih", "bias_hh"):
            self.register_parameter(name, fresh(rows, device=device, dtype=dtype) if bias else None)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw all parameters anew from the default generator.

        >>> cell = nn.RNNCell(2, 4)
        >>> cell.reset_parameters()
        >>> bool((cell.weight_ih.abs() <= 0.5).all())
        True
        """
        bound = 1 / math.sqrt(self.hidden_size) if self.hidden_size > 0 else 0
        for parameter in self.parameters():
            init.uniform_(parameter, -bound, bound)

    def extra_repr(self) -> str:
        """The sizes, and what is not as usual."""
        text = f"{self.input_size}, {self.hidden_size}"
        return text if self.bias is True else f"{text}, bias={self.bias}"

    def _step(self, op: Op, input: Tensor, hx: States | None, count: int, *params: Any) -> States:
        """One step of ``op``: the new states, ``count`` of them."""
        name = type(self).__name__
        if input.ndim not in (1, 2):
            raise ValueError(f"{name}: Expected input to be 1D or 2D, got {input.ndim}D instead")
        for number, state in enumerate(hx or ()):
            if state.ndim not in (1, 2):
                which = f"hx[{number}]" if count > 1 else "hidden"
                raise ValueError(
                    f"{name}: Expected {which} to be 1D or 2D, got {state.ndim}D instead"
                )
        alone = input.ndim == 1
        x = input.unsqueeze(0) if alone else input
        if hx is None:
            hx = (autograd.zeros(x.shape[0], self.hidden_size, dtype=x.dtype),) * count
        elif alone:
            hx = tuple(state.unsqueeze(0) for state in hx)
        self._check(x, hx)
        operands = [x, *hx, self.weight_ih, self.weight_hh, self.bias_ih, self.bias_hh]
        if op is lstm:
            operands.append(None)
        found = apply(op, operands, (*params, Steps([x.shape[0]], reverse=False)))
        states = tuple(found[1 : 1 + count])
        return tuple(each.squeeze(0) for each in states) if alone else states

    def _check(self, x: Tensor, hx: States) -> None:
        if x.shape[1] != self.input_size:
            raise RuntimeError(
                f"input has inconsistent input_size: got {x.shape[1]} expected {self.input_size}"
            )
        for number, state in enumerate(hx):
            if state.shape[0] != x.shape[0]:
                raise RuntimeError(
                    f"Input batch size {x.shape[0]} doesn't match hidden{number} batch size "
                    f"{state.shape[0]}"
                )
            if state.shape[1:] != (self.hidden_size,):
                raise RuntimeError(
                    f"hidden{number} has inconsistent hidden_size: got {state.shape[1:]}, expected "
                    f"{self.hidden_size}"
                )
        kind = self.weight_ih.dtype
        for each in (x, *hx):
            if each.dtype != kind:
                raise RuntimeError(
                    f"expected inputs of the weights' dtype {kind}, but got {each.dtype}; write "
                    f"x.to({kind})"
                )


class RNNCell(RNNCellBase):
    """h' = tanh(W_ih x + b_ih + W_hh h + b_hh), or with relu (`torch.nn.RNNCell`).

    ``forward(input, hx=None)`` gives h'; see `nn.RNN` for the formula over time.

    >>> nn.RNNCell(3, 4)(zeros(2, 3)).shape
    (2, 4)
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        bias: bool = True,
        nonlinearity: str = "tanh",
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(input_size, hidden_size, bias, 1, device, dtype)
        self.nonlinearity = nonlinearity

    def forward(self, input: Tensor, hx: Tensor | None = None) -> Tensor:
        """The next hidden state; raises RuntimeError for another nonlinearity."""
        if self.nonlinearity not in ("tanh", "relu"):
            raise RuntimeError(f"Unknown nonlinearity: {self.nonlinearity}")
        relu = self.nonlinearity == "relu"
        (hidden,) = self._step(rnn, input, None if hx is None else (hx,), 1, relu)
        return hidden

    def extra_repr(self) -> str:
        """The sizes, and what is not as usual."""
        text = super().extra_repr()
        return text if self.nonlinearity == "tanh" else f"{text}, nonlinearity={self.nonlinearity}"


class LSTMCell(RNNCellBase):
    """One step of an LSTM (`torch.nn.LSTMCell`): ``forward(input, (h, c))`` gives (h', c').

    >>> hidden, cell = nn.LSTMCell(3, 4)(zeros(2, 3))
    >>> hidden.shape, cell.shape
    ((2, 4), (2, 4))
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        bias: bool = True,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(input_size, hidden_size, bias, 4, device, dtype)

    def forward(
        self, input: Tensor, hx: tuple[Tensor, Tensor] | None = None
    ) -> tuple[Tensor, Tensor]:
        """The next hidden state and the next cell."""
        hidden, cell = self._step(lstm, input, hx, 2)
        return hidden, cell


class GRUCell(RNNCellBase):
    """One step of a GRU (`torch.nn.GRUCell`): ``forward(input, hx=None)`` gives h'.

    >>> nn.GRUCell(3, 4)(zeros(2, 3)).shape
    (2, 4)
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        bias: bool = True,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(input_size, hidden_size, bias, 3, device, dtype)

    def forward(self, input: Tensor, hx: Tensor | None = None) -> Tensor:
        """The next hidden state."""
        (hidden,) = self._step(gru, input, None if hx is None else (hx,), 1)
        return hidden
