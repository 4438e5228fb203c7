"""The table of recurrent layers and of attention: how to make each, and what to give it."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

Shapes = Any
"""A shape, or a list of them, which stands for a tuple of tensors."""


class Named(str):
    """The name of a function in nn.functional."""

    __slots__ = ()


class Row(NamedTuple):
    """A module by torch's name, its arguments, and the inputs of its forward.

    An argument may be a row, which stands for its module, or the name of a function.
    ``inputs``: shapes to be drawn. ``options``: keyword arguments of forward; arrays become
    tensors. ``lengths``: the first input is packed to these, in any order.
    """

    name: str
    args: tuple[Any, ...] = ()
    kwargs: dict[str, Any] = {}  # noqa: RUF012 - a row is never written to
    inputs: tuple[Shapes, ...] = ()
    options: dict[str, Any] = {}  # noqa: RUF012 - a row is never written to
    lengths: tuple[int, ...] = ()

    def make(self, package: Any) -> Any:
        """The module, from our nn or torch's."""

        def given(value: Any) -> Any:
            if isinstance(value, Named):
                return getattr(package.functional, value)
            return value.make(package) if isinstance(value, Row) else value

        kwargs = {key: given(value) for key, value in self.kwargs.items()}
        return getattr(package, self.name)(*map(given, self.args), **kwargs)

    def __str__(self) -> str:
        arguments = [*map(str, self.args), *(f"{k}={v}" for k, v in self.kwargs.items())]
        more = [k if isinstance(v, np.ndarray) else f"{k}={v}" for k, v in self.options.items()]
        more += [f"lengths={self.lengths}"] if self.lengths else []
        return f"{self.name}({', '.join(arguments)}){[*self.inputs]} {' '.join(more)}".rstrip()


def _layers() -> list[Row]:
    """The same forms of input for all three layers."""
    rows = []
    for name in ("RNN", "LSTM", "GRU"):

        def states(count: int, batch: int, name: str = name) -> Shapes:
            shape = (count, batch, 4)
            return [shape, shape] if name == "LSTM" else shape

        rows += [
            Row(name, (3, 4), {}, ((5, 2, 3),)),
            Row(name, (3, 4), {}, ((5, 2, 3), states(1, 2))),
            Row(name, (3, 4), {"bias": False}, ((3, 2, 3), states(1, 2))),
            Row(name, (3, 4), {"batch_first": True}, ((2, 4, 3), states(1, 2))),
            Row(name, (3, 4, 2), {}, ((3, 2, 3), states(2, 2))),
            Row(name, (3, 4), {"bidirectional": True}, ((3, 2, 3), states(2, 2))),
            Row(
                name,
                (3, 4),
                {"num_layers": 2, "bidirectional": True, "batch_first": True},
                ((2, 3, 3), states(4, 2)),
            ),
            Row(name, (3, 4), {}, ((5, 3), [(1, 4)] * 2 if name == "LSTM" else (1, 4))),
            Row(name, (3, 4), {"batch_first": True, "bidirectional": True}, ((4, 3),)),
            Row(name, (3, 4), {}, ((1, 1, 3),)),
            Row(name, (3, 4), {}, ((4, 3, 3), states(1, 3)), {}, (4, 2, 1)),
            Row(name, (3, 4), {}, ((3, 4, 3),), {}, (1, 3, 2, 3)),
            Row(
                name,
                (3, 4),
                {"bidirectional": True, "num_layers": 2},
                ((4, 4, 3), states(4, 4)),
                {},
                (2, 4, 1, 2),
            ),
            # Long enough for weights laid out anew, and for several shares of the steps.
            Row(name, (3, 4), {"bidirectional": True}, ((12, 2, 3), states(2, 2))),
            Row(name, (2, 3), {}, ((12, 64, 2),)),
        ]
    return rows


RECURRENT = [
    *_layers(),
    Row("RNN", (3, 4), {"nonlinearity": "relu"}, ((4, 2, 3), (1, 2, 4))),
    Row("RNN", (3, 4, 2, "relu", False), {}, ((4, 2, 3),)),
    Row("LSTM", (3, 4), {"proj_size": 2}, ((4, 2, 3), [(1, 2, 2), (1, 2, 4)])),
    Row(
        "LSTM",
        (3, 4),
        {"proj_size": 2, "bias": False, "bidirectional": True, "num_layers": 2},
        ((4, 3, 3), [(4, 3, 2), (4, 3, 4)]),
        {},
        (4, 1, 3),
    ),
    *(
        row
        for name in ("RNNCell", "LSTMCell", "GRUCell")
        for row in (
            Row(name, (3, 4), {}, ((2, 3),)),
            Row(name, (3, 4), {"bias": False}, ((3,),)),
            Row(name, (3, 4), {}, ((2, 3), [(2, 4)] * 2 if name == "LSTMCell" else (2, 4))),
            Row(name, (3, 4), {}, ((3,), [(4,)] * 2 if name == "LSTMCell" else (4,))),
        )
    ),
    Row("RNNCell", (3, 4), {"nonlinearity": "relu"}, ((2, 3), (2, 4))),
]


SQUARE = np.triu(np.ones((4, 4), bool), 1)
PADDING = np.array([[False, False, True, True], [False, False, False, True]])


def _finite(mask: np.ndarray) -> np.ndarray:
    """A mask of floats to be added, all of them finite."""
    return np.where(mask, -2.5, 0.25)


def _attention() -> list[Row]:
    self_attention = ((4, 2, 6),) * 3
    name = "MultiheadAttention"
    return [
        Row(name, (6, 2), {}, self_attention),
        Row(name, (6, 3), {"bias": False}, ((3, 2, 6), (4, 2, 6), (4, 2, 6))),
        Row(name, (6, 2), {"batch_first": True}, ((2, 3, 6), (2, 4, 6), (2, 4, 6))),
        Row(name, (6, 2), {"kdim": 5, "vdim": 3}, ((3, 2, 6), (4, 2, 5), (4, 2, 3))),
        Row(name, (6, 2), {"kdim": 5, "batch_first": True}, ((2, 3, 6), (2, 4, 5), (2, 4, 6))),
        Row(name, (6, 2), {"add_bias_kv": True}, self_attention),
        Row(name, (6, 2), {"add_zero_attn": True, "add_bias_kv": True}, self_attention),
        Row(name, (6, 2), {}, ((3, 6), (4, 6), (4, 6))),
        Row(name, (6, 2), {}, self_attention, {"need_weights": False}),
        Row(name, (6, 2), {}, self_attention, {"average_attn_weights": False}),
        Row(name, (6, 2), {}, self_attention, {"attn_mask": SQUARE}),
        Row(name, (6, 2), {}, self_attention, {"key_padding_mask": PADDING}),
        Row(
            name,
            (6, 2),
            {"add_bias_kv": True, "add_zero_attn": True},
            self_attention,
            {"attn_mask": SQUARE, "key_padding_mask": PADDING, "need_weights": False},
        ),
        Row(
            name,
            (6, 2),
            {},
            self_attention,
            {"attn_mask": _finite(SQUARE), "key_padding_mask": _finite(PADDING)},
        ),
        Row(
            name,
            (6, 2),
            {"dropout": 0.5},
            self_attention,
            {"attn_mask": SQUARE, "is_causal": True, "need_weights": False},
        ),
        Row(name, (6, 2), {}, self_attention, {"attn_mask": _finite(np.stack([SQUARE] * 4))}),
    ]


def _transformers() -> list[Row]:
    layer = ("TransformerEncoderLayer", (6, 2, 5))
    other = ("TransformerDecoderLayer", (6, 2, 5))
    whole = ("Transformer", (6, 2, 2, 1, 5))
    return [
        Row(*layer, {}, ((4, 2, 6),)),
        Row(*layer, {"norm_first": True, "activation": "gelu"}, ((4, 2, 6),)),
        Row(*layer, {"bias": False, "batch_first": True}, ((2, 4, 6),)),
        Row(*layer, {"activation": Named("tanh"), "layer_norm_eps": 0.1}, ((4, 6),)),
        Row(*layer, {}, ((4, 2, 6),), {"src_mask": SQUARE, "is_causal": True}),
        Row(*layer, {}, ((4, 2, 6),), {"src_mask": SQUARE, "src_key_padding_mask": PADDING}),
        Row(*other, {}, ((3, 2, 6), (4, 2, 6))),
        Row(*other, {"norm_first": True, "activation": "gelu"}, ((3, 2, 6), (4, 2, 6))),
        Row(*other, {"bias": False, "batch_first": True}, ((2, 3, 6), (2, 4, 6))),
        Row(*other, {"activation": Named("silu")}, ((3, 6), (4, 6))),
        Row(
            *other,
            {},
            ((4, 2, 6), (4, 2, 6)),
            {
                "tgt_mask": SQUARE,
                "memory_mask": _finite(SQUARE),
                "tgt_key_padding_mask": PADDING,
                "memory_key_padding_mask": _finite(PADDING),
            },
        ),
        Row("TransformerEncoder", (Row(*layer), 2), {}, ((4, 2, 6),)),
        Row(
            "TransformerEncoder",
            (Row(*layer), 1),
            {"norm": Row("LayerNorm", (6,))},
            ((4, 2, 6),),
            {"mask": SQUARE, "src_key_padding_mask": PADDING},
        ),
        Row("TransformerEncoder", (Row(*layer), 2), {}, ((4, 2, 6),), {"mask": _finite(SQUARE)}),
        Row("TransformerDecoder", (Row(*other), 2), {}, ((3, 2, 6), (4, 2, 6))),
        Row(
            "TransformerDecoder",
            (Row(*other), 1, Row("LayerNorm", (6,))),
            {},
            ((4, 2, 6), (4, 2, 6)),
            {"tgt_mask": SQUARE, "memory_key_padding_mask": PADDING, "tgt_is_causal": True},
        ),
        Row(*whole, {}, ((3, 2, 6), (4, 2, 6))),
        Row(*whole, {"batch_first": True, "norm_first": True}, ((2, 3, 6), (2, 4, 6))),
        Row(*whole, {"bias": False, "activation": "gelu"}, ((3, 6), (4, 6))),
        Row(
            *whole,
            {},
            ((4, 2, 6), (4, 2, 6)),
            {"src_mask": SQUARE, "tgt_mask": SQUARE, "src_key_padding_mask": PADDING},
        ),
    ]


ATTENTION = [*_attention(), *_transformers()]
