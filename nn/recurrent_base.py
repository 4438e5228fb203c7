"""What recurrent layers share: their parameters, and going through layers and directions."""

from __future__ import annotations

import math
import warnings
from typing import Any, TypeAlias

import autograd
from autograd import Tensor
from autograd.ops.stepping import Steps
from nn import functional, init
from nn.module import Module
from nn.parameter import Parameter, fresh
from nn.utils.rnn import PackedSequence

__all__ = ["RNNBase"]

States: TypeAlias = tuple[Tensor, ...]
"""The states of all layers: the hidden one, and the cells of an LSTM."""


class RNNBase(Module):
    """What all recurrent layers share; ``mode`` is torch's name for the kind.

    Parameters of each layer and direction: ``weight_ih_l0`` (gates hidden, in), ``weight_hh_l0``
    (gates hidden, hidden), ``bias_ih_l0``, ``bias_hh_l0``, ``weight_hr_l0`` (proj, hidden), those
    of the other direction with ``_reverse`` behind; drawn from the uniform distribution on
    (-1/sqrt(hidden), 1/sqrt(hidden)).

    Input (T, B, in), with ``batch_first`` (B, T, in), one sequence (T, in), or packed; output
    the same with the last layer's states, of both directions beside each other. Raises
    ValueError, RuntimeError and TypeError as torch does for what does not fit.
    """

    gates = 1

    def __init__(
        self,
        mode: str,
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
        super().__init__()
        _check_arguments(input_size, hidden_size, num_layers, bias, batch_first, dropout, proj_size)
        if dropout > 0 and num_layers == 1:
            warnings.warn(
                "dropout option adds dropout after all but last recurrent layer, so non-zero "
                f"dropout expects num_layers greater than 1, but got dropout={dropout} and "
                f"num_layers={num_layers}",
                stacklevel=3,
            )
        self.mode = mode
        self.input_size = input_size
        self.hidden_size = hidden_size
        self.num_layers = num_layers
        self.bias = bias
        self.batch_first = batch_first
        self.dropout = float(dropout)
        self.bidirectional = bidirectional
        self.proj_size = proj_size
        width = proj_size or hidden_size
        for layer in range(num_layers):
            below = width * (1 + bidirectional) if layer else input_size
            shapes = {
                "weight_ih": (self.gates * hidden_size, below),
                "weight_hh": (self.gates * hidden_size, width),
                "bias_ih": (self.gates * hidden_size,),
                "bias_hh": (self.gates * hidden_size,),
                "weight_hr": (proj_size, hidden_size),
            }
            for names in self._names(layer):
                for kind, name in names.items():
                    setattr(self, name, fresh(*shapes[kind], device=device, dtype=dtype))
        self.reset_parameters()

    def _names(self, layer: int) -> list[dict[str, str]]:
        """For each direction the parameters' names, by their kind."""
        kinds = ["weight_ih", "weight_hh"]
        kinds += ["bias_ih", "bias_hh"] if self.bias else []
        kinds += ["weight_hr"] if self.proj_size else []
        ends = [f"_l{layer}", f"_l{layer}_reverse"][: 1 + self.bidirectional]
        return [{kind: kind + end for kind in kinds} for end in ends]

    def reset_parameters(self) -> None:
        """Draw all parameters anew from the default generator.

        >>> layer = nn.RNN(2, 4)
        >>> layer.reset_parameters()
        >>> bool((layer.weight_ih_l0.abs() <= 0.5).all())
        True
        """
        bound = 1 / math.sqrt(self.hidden_size)
        for parameter in self.parameters():
            init.uniform_(parameter, -bound, bound)

    def flatten_parameters(self) -> None:
        """Nothing: it is for GPUs.

        >>> nn.GRU(2, 4).flatten_parameters()
        """

    @property
    def all_weights(self) -> list[list[Parameter]]:
        """The parameters, in a list for each layer and direction.

        >>> len(nn.GRU(2, 4, num_layers=2, bidirectional=True).all_weights)
        4
        """
        return [
            [getattr(self, name) for name in names.values()]
            for layer in range(self.num_layers)
            for names in self._names(layer)
        ]

    def extra_repr(self) -> str:
        """The sizes, and what is not as usual."""
        text = f"{self.input_size}, {self.hidden_size}"
        usual = {
            "proj_size": 0,
            "num_layers": 1,
            "bias": True,
            "batch_first": False,
            "dropout": 0,
            "bidirectional": False,
        }
        for name, value in usual.items():
            if getattr(self, name) != value:
                text += f", {name}={getattr(self, name)}"
        return text

    # -- computing ---------------------------------------------------------------------

    def _layer(
        self, x: Tensor, states: States, weights: dict[str, Parameter], steps: Steps
    ) -> tuple[Tensor, States]:
        """One layer in one direction: the states at each row of ``x``, and the last ones."""
        raise NotImplementedError

    def _widths(self) -> tuple[int, ...]:
        """The length of each kind of state."""
        return (self.hidden_size,)

    def _run(self, input: Tensor | PackedSequence, hx: States | None) -> tuple[Any, States]:
        """The output and the last states, for every form of input."""
        if isinstance(input, PackedSequence):
            data, sizes, order, back = input
            self._check(data, 2)
            states = self._states(data, int(sizes[0]), hx)
            if order is not None:
                states = tuple(each.index_select(1, order) for each in states)
            out, last = self._layers(data, states, sizes.tolist())
            if back is not None:
                last = tuple(each.index_select(1, back) for each in last)
            return PackedSequence(out, sizes, order, back), last
        batched, along = input.ndim == 3, 0 if self.batch_first else 1
        if input.ndim not in (2, 3):
            name = type(self).__name__
            raise ValueError(f"{name}: Expected input to be 2D or 3D, got {input.ndim}D instead")
        if hx is not None:
            _check_ranks(hx, batched)
        x = input if batched else input.unsqueeze(along)
        if not batched and hx is not None:
            hx = tuple(each.unsqueeze(1) for each in hx)
        self._check(x, 3)
        x = x.transpose(0, 1) if self.batch_first else x
        length, batch, _ = x.shape
        if not length:
            raise RuntimeError("Expected sequence length to be larger than 0 in RNN")
        states = self._states(x, batch, hx)
        out, last = self._layers(x, states, [batch] * length)
        out = out.transpose(0, 1) if self.batch_first else out
        if batched:
            return out, last
        return out.squeeze(along), tuple(each.squeeze(1) for each in last)

    def _layers(self, x: Tensor, states: States, sizes: list[int]) -> tuple[Tensor, States]:
        """All layers, on rows or steps; ``states`` (layers directions, batch, width)."""
        plans = [Steps(sizes, reverse=False), Steps(sizes, reverse=True)]
        last: list[States] = []
        for layer in range(self.num_layers):
            outs = []
            for names, steps in zip(self._names(layer), plans, strict=False):
                first = tuple(each[len(last)] for each in states)
                weights = {kind: getattr(self, name) for kind, name in names.items()}
                out, ends = self._layer(x, first, weights, steps)
                outs.append(out)
                last.append(ends)
            x = autograd.cat(outs, -1) if self.bidirectional else outs[0]
            if self.dropout and layer < self.num_layers - 1:
                x = functional.dropout(x, self.dropout, self.training)
        return x, tuple(autograd.stack(list(kind)) for kind in zip(*last, strict=True))

    def _states(self, x: Tensor, batch: int, hx: States | None) -> States:
        """The given first states where they fit, else zeros."""
        count = self.num_layers * (1 + self.bidirectional)
        shapes = [(count, batch, width) for width in self._widths()]
        if hx is None:
            return tuple(autograd.zeros(*shape, dtype=x.dtype) for shape in shapes)
        for number, (shape, state) in enumerate(zip(shapes, hx, strict=True)):
            if state.shape != shape:
                which = f"hidden[{number}]" if len(shapes) > 1 else "hidden"
                raise RuntimeError(f"Expected {which} size {shape}, got {list(state.shape)}")
            if state.dtype != x.dtype:
                raise RuntimeError(
                    "Input and hidden tensors are not the same dtype, found input tensor with "
                    f"{x.dtype} and hidden tensor with {state.dtype}; write state.to(x.dtype)"
                )
        return hx

    def _check(self, x: Tensor, ndim: int) -> None:
        kind = self.weight_ih_l0.dtype
        if x.dtype != kind:
            raise ValueError(
                f"RNN input dtype ({x.dtype}) does not match weight dtype ({kind}). Convert input: "
                f"input.to({kind}), or convert model: model.to({x.dtype})"
            )
        if x.ndim != ndim:
            raise RuntimeError(f"input must have {ndim} dimensions, got {x.ndim}")
        if x.shape[-1] != self.input_size:
            raise RuntimeError(
                "input.size(-1) must be equal to input_size. Expected "
                f"{self.input_size}, got {x.shape[-1]}"
            )


def _check_arguments(
    input_size: Any,
    hidden_size: Any,
    num_layers: int,
    bias: Any,
    batch_first: Any,
    dropout: Any,
    proj_size: int,
) -> None:
    """Raise torch's errors for what a recurrent layer cannot be made of."""
    if isinstance(dropout, bool) or not isinstance(dropout, (int, float)) or not 0 <= dropout <= 1:
        raise ValueError(
            "dropout should be a number in range [0, 1] representing the probability of an element "
            f"being zeroed, got {dropout!r}"
        )
    for name, value, kind in (
        ("bias", bias, bool),
        ("batch_first", batch_first, bool),
        ("input_size", input_size, int),
        ("hidden_size", hidden_size, int),
    ):
        if not isinstance(value, kind):
            raise TypeError(
                f"{name} should be of type {kind.__name__}, got: {type(value).__name__}"
            )
    for name, value in (
        ("input_size", input_size),
        ("hidden_size", hidden_size),
        ("num_layers", num_layers),
    ):
        if value <= 0:
            raise ValueError(f"{name} must be greater than zero")
    if proj_size < 0:
        raise ValueError("proj_size should be a positive integer or zero to disable projections")
    if proj_size >= hidden_size:
        raise ValueError("proj_size has to be smaller than hidden_size")


def _check_ranks(hx: States, batched: bool) -> None:
    wanted = 3 if batched else 2
    ranks = [each.ndim for each in hx]
    if any(rank != wanted for rank in ranks):
        form = "batched 3-D" if batched else "unbatched 2-D"
        names, given = "hx", f"{ranks[0]}-D tensor"
        if len(ranks) > 1:
            names, given = "hx and cx", f"({ranks[0]}-D, {ranks[1]}-D) tensors"
        raise RuntimeError(f"For {form} input, {names} should also be {wanted}-D but got {given}")
