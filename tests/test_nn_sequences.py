"""Recurrent layers and transformers in use: training, dropout, errors; packed sequences."""

from __future__ import annotations

import copy
import pickle
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

import autograd
import nn
import viz
from tests.both import plain, same, tensors
from tests.oracle import torch

BOTH = ((autograd, nn), (torch, torch.nn))
on_both = pytest.mark.parametrize(("library", "package"), BOTH, ids=["ours", "torch"])


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    """torch warns of what it could do faster."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "enable_nested_tensor|LSTM with projections")
        yield


def both(program: Callable[[Any, Any], Any], rtol: float = 1e-10, atol: float = 1e-12) -> list[Any]:
    """Require the same tensors of ``program(library, package)``, and the same of all else."""
    ours, theirs = (program(library, package) for library, package in BOTH)
    mine, other = tensors(ours), tensors(theirs)
    assert len(mine) == len(other)
    for a, b in zip(mine, other, strict=True):
        if isinstance(b, torch.Tensor):
            same(a, b, rtol, atol)
        else:
            assert a == b
    return mine


def numbers(library: Any, *shape: int, seed: int = 0, dtype: str = "float64") -> Any:
    values = np.random.default_rng(seed).uniform(-1, 1, shape).astype(dtype)
    return library.from_numpy(values)


# -- training ------------------------------------------------------------------------------


def trained(library: Any, package: Any, body: Callable[[Any], Any]) -> list[Any]:
    """Losses and parameters of 20 steps of training on one batch."""
    library.manual_seed(0)
    layer, head = body(package).double(), package.Linear(6, 2).double()
    x, wanted = numbers(library, 5, 4, 3), numbers(library, 5, 4, 2, seed=1)
    embed = package.Linear(3, 6).double()
    parameters = [*layer.parameters(), *head.parameters(), *embed.parameters()]
    optimizer = (nn if package is nn else torch).optim.Adam(parameters, lr=0.05)
    losses = []
    for _ in range(20):
        optimizer.zero_grad()
        out = layer(embed(x))
        out = out[0] if isinstance(out, tuple) else out
        loss = ((head(out) - wanted) ** 2).mean()
        loss.backward()
        optimizer.step()
        losses.append(loss.detach())
    return [*losses, *(each.detach() for each in parameters)]


def _encoder(package: Any, **kwargs: Any) -> Any:
    return package.TransformerEncoder(package.TransformerEncoderLayer(6, 2, 8, **kwargs), 2)


@pytest.mark.parametrize(
    "body",
    [
        lambda package: package.RNN(6, 6, 2),
        lambda package: package.LSTM(6, 6, 2),
        lambda package: package.LSTM(6, 3, 2, bidirectional=True, dropout=0.3),
        lambda package: package.GRU(6, 6, 2),
        lambda package: package.GRU(6, 6, 3, batch_first=True, dropout=0.5),
        lambda package: _encoder(package, dropout=0.0),
        lambda package: _encoder(package, dropout=0.2, norm_first=True, activation="gelu"),
    ],
    ids=["RNN", "LSTM", "LSTM-dropout", "GRU", "GRU-dropout", "encoder", "encoder-dropout"],
)
def test_twenty_steps_of_training(body: Any) -> None:
    # A key's bias has no gradient but rounding, which Adam makes as large as any other.
    found = both(lambda library, package: trained(library, package, body), 1e-9, atol=1e-9)
    assert found[19] < found[0]


@pytest.mark.parametrize("name", ["RNN", "LSTM", "GRU"])
def test_dropout_of_packed_sequences(name: str) -> None:
    def program(library: Any, package: Any) -> Any:
        library.manual_seed(0)
        layer = getattr(package, name)(3, 4, 3, dropout=0.5, bidirectional=True).double()
        sequences = [numbers(library, n, 3, seed=n) for n in (2, 5, 3)]
        library.manual_seed(1)
        out, _ = layer(package.utils.rnn.pack_sequence(sequences, enforce_sorted=False))
        quiet, _ = layer.eval()(package.utils.rnn.pack_sequence(sequences, enforce_sorted=False))
        return out, quiet

    both(program)


def test_dropout_of_attention() -> None:
    def program(library: Any, package: Any) -> Any:
        library.manual_seed(0)
        layer = package.MultiheadAttention(6, 2, dropout=0.5).double()
        x = numbers(library, 4, 3, 6)
        library.manual_seed(1)
        return layer(x, x, x), layer(x, x, x, need_weights=False)[0]

    both(program)


def test_dropout_of_a_whole_transformer() -> None:
    def program(library: Any, package: Any) -> Any:
        library.manual_seed(0)
        model = package.Transformer(6, 2, 1, 1, 8, dropout=0.3).double()
        library.manual_seed(1)
        mask = package.Transformer.generate_square_subsequent_mask(4, dtype=library.float64)
        return model(numbers(library, 5, 2, 6), numbers(library, 4, 2, 6, seed=1), tgt_mask=mask)

    both(program)


# -- recurrent layers ----------------------------------------------------------------------


@pytest.mark.parametrize("name", ["RNN", "LSTM", "GRU"])
def test_gradients_of_some_only(name: str) -> None:
    """What needs no gradient gets none, and the others theirs."""

    def program(library: Any, package: Any) -> Any:
        library.manual_seed(0)
        layer = getattr(package, name)(3, 4, bidirectional=True).double()
        layer.weight_hh_l0.requires_grad_(False)
        layer.bias_ih_l0_reverse.requires_grad_(False)
        out, _ = layer(numbers(library, 5, 2, 3))
        (out[0] ** 2).sum().backward()
        return [each.grad for each in layer.parameters() if each.grad is not None]

    assert len(both(program)) == 6


def test_third_order() -> None:
    def program(library: Any, package: Any) -> Any:
        library.manual_seed(0)
        layer = package.LSTM(2, 3).double()
        x = numbers(library, 3, 1, 2).requires_grad_()
        out, (_, cell) = layer(x)
        found = [(out.sum() * cell.sum())]
        for _ in range(3):
            (g,) = library.autograd.grad(found[-1], x, create_graph=True)
            found.append((g * g * library.arange(1.0, 7.0, dtype=g.dtype).reshape(3, 1, 2)).sum())
        return found

    both(program)


@pytest.mark.parametrize("name", ["RNN", "LSTM", "GRU"])
@pytest.mark.parametrize("bidirectional", [False, True])
def test_what_comes_out_may_be_changed_in_place(name: str, bidirectional: bool) -> None:
    def program(library: Any, package: Any) -> Any:
        library.manual_seed(0)
        layer = getattr(package, name)(3, 4, 2, bidirectional=bidirectional).double()
        out, last = layer(numbers(library, 5, 2, 3))
        for each in (out, *tensors(last)):
            each[0] = 0
            each.mul_(2)
        (out.sum() + sum((each**2).sum() for each in tensors(last))).backward()
        return [each.grad for each in layer.parameters()]

    both(program)


@pytest.mark.parametrize("name", ["LSTMCell", "GRUCell"])
def test_states_may_be_reset_in_place(name: str) -> None:
    def program(library: Any, package: Any) -> Any:
        library.manual_seed(0)
        cell = getattr(package, name)(3, 4).double()
        x = numbers(library, 4, 2, 3)
        states = None
        found = 0
        for t in range(3):
            states = cell(x[t], states)
            found = found + (tensors(states)[0] ** 3).sum()
        last = tensors(cell(x[3], states))
        for each in last:
            each[0] = 0
        (found + sum(each.sum() for each in last)).backward()
        return [each.grad for each in cell.parameters()]

    both(program)


def test_a_graph_is_walked_once() -> None:
    out, _ = nn.GRU(3, 4)(autograd.ones(2, 1, 3))
    out.sum().backward(retain_graph=True)
    out.sum().backward()
    with pytest.raises(RuntimeError, match="second time"):
        out.sum().backward()


@pytest.mark.parametrize("name", ["RNN", "LSTM", "GRU"])
@pytest.mark.parametrize("lengths", [(2, 2, 2), (3, 1, 2)])
def test_finite_differences(name: str, lengths: tuple[int, ...]) -> None:
    layer = getattr(nn, name)(2, 2, bidirectional=True).double()
    x = numbers(autograd, 3, 3, 2).requires_grad_()
    state = numbers(autograd, 2, 3, 2, seed=1).requires_grad_()

    def program(x: Any, state: Any, *_: Any) -> Any:
        packed = nn.utils.rnn.pack_padded_sequence(x, list(lengths), enforce_sorted=False)
        out, last = layer(packed, (state, state) if name == "LSTM" else state)
        return out.data, *tensors(last)

    assert autograd.autograd.gradcheck(program, (x, state, *layer.parameters()))
    if lengths == (3, 1, 2):
        assert autograd.autograd.gradgradcheck(program, (x, state, *layer.parameters()))


@pytest.mark.parametrize("name", ["RNN", "LSTM", "GRU"])
def test_half_precision_and_no_batch(name: str) -> None:
    def half(library: Any, package: Any) -> Any:
        library.manual_seed(0)
        layer = getattr(package, name)(3, 4, bidirectional=True).half()
        out, _ = layer(library.ones(3, 2, 3).half())
        out.sum().backward()
        return out, *(each.grad for each in layer.parameters())

    both(half, rtol=2e-2, atol=2e-3)

    def none(library: Any, package: Any) -> Any:
        layer = getattr(package, name)(3, 4, 2)
        out, last = layer(library.ones(3, 0, 3))
        out.sum().backward()
        return out, last, *(each.grad for each in layer.parameters())

    both(none)


def test_anomaly_mode_finds_nan() -> None:
    layer = nn.RNN(2, 2)
    x = autograd.full((2, 1, 2), float("nan"))
    with autograd.autograd.detect_anomaly():
        out, _ = layer(x)
        with pytest.raises(RuntimeError, match="returned nan"):
            out.sum().backward()


def test_a_layer_in_a_picture() -> None:
    out, _ = nn.LSTM(2, 3)(autograd.ones(4, 1, 2))
    text = viz.render(viz.trace(out.sum()), "txt")
    assert "lstm" in text
    assert "object at" not in text


def test_large_inputs_saturate_silently() -> None:
    for name in ("LSTM", "GRU"):
        out, _ = getattr(nn, name)(1, 2)(autograd.full((2, 1, 1), 1e6))
        out.sum().backward()
        assert np.isfinite(plain(out)).all()


def test_weights_are_listed_and_replaced() -> None:
    def program(library: Any, package: Any) -> Any:
        library.manual_seed(0)
        layer = package.LSTM(3, 4, 2, proj_size=2)
        layer.flatten_parameters()
        layer.weight_ih_l0 = package.Parameter(library.ones(16, 3))
        names = [len(each) for each in layer.all_weights]
        return layer.all_weights[0][0], layer(library.ones(2, 1, 3))[0], names, layer.mode

    both(program, rtol=1e-5)


@on_both
def test_copies_and_pickles(library: Any, package: Any) -> None:
    for layer in (package.GRU(3, 4), package.LSTMCell(3, 4), package.MultiheadAttention(4, 2)):
        for twin in (copy.deepcopy(layer), pickle.loads(pickle.dumps(layer))):
            for p, q in zip(layer.parameters(), twin.parameters(), strict=True):
                assert p is not q
                np.testing.assert_array_equal(plain(p), plain(q))


REFUSED = {
    "dropout": (ValueError, lambda lib, nn: nn.GRU(3, 4, 2, dropout=2)),
    "dropout bool": (ValueError, lambda lib, nn: nn.GRU(3, 4, 2, dropout=True)),
    "bias": (TypeError, lambda lib, nn: nn.GRU(3, 4, bias=1)),
    "batch_first": (TypeError, lambda lib, nn: nn.GRU(3, 4, batch_first=1)),
    "input_size": (TypeError, lambda lib, nn: nn.LSTM(3.0, 4)),
    "no input": (ValueError, lambda lib, nn: nn.LSTM(0, 4)),
    "no hidden": (ValueError, lambda lib, nn: nn.LSTM(3, 0)),
    "no layers": (ValueError, lambda lib, nn: nn.LSTM(3, 4, 0)),
    "proj_size": (ValueError, lambda lib, nn: nn.LSTM(3, 4, proj_size=4)),
    "negative": (ValueError, lambda lib, nn: nn.LSTM(3, 4, proj_size=-1)),
    "nonlinearity": (ValueError, lambda lib, nn: nn.RNN(3, 4, nonlinearity="sin")),
    "rank": (ValueError, lambda lib, nn: nn.RNN(3, 4)(lib.ones(3))),
    "dtype": (ValueError, lambda lib, nn: nn.RNN(3, 4)(lib.ones(2, 1, 3).double())),
    "width": (RuntimeError, lambda lib, nn: nn.RNN(3, 4)(lib.ones(2, 1, 4))),
    "no steps": (RuntimeError, lambda lib, nn: nn.RNN(3, 4)(lib.ones(0, 1, 3))),
    "states": (RuntimeError, lambda lib, nn: nn.RNN(3, 4)(lib.ones(2, 1, 3), lib.ones(1, 2, 4))),
    "ranks": (RuntimeError, lambda lib, nn: nn.RNN(3, 4)(lib.ones(2, 3), lib.ones(1, 1, 4))),
    "flat": (RuntimeError, lambda lib, nn: nn.GRU(3, 4)(lib.ones(2, 1, 3), lib.ones(1, 4))),
    "cells": (
        RuntimeError,
        lambda lib, nn: nn.LSTM(3, 4)(lib.ones(2, 1, 3), (lib.ones(1, 1, 4), lib.ones(1, 1, 3))),
    ),
    "kinds": (
        RuntimeError,
        lambda lib, nn: nn.RNN(3, 4)(lib.ones(2, 1, 3), lib.ones(1, 1, 4).double()),
    ),
    "cell rank": (ValueError, lambda lib, nn: nn.GRUCell(3, 4)(lib.ones(1, 2, 3))),
    "cell width": (RuntimeError, lambda lib, nn: nn.GRUCell(3, 4)(lib.ones(2, 4))),
    "cell state": (RuntimeError, lambda lib, nn: nn.GRUCell(3, 4)(lib.ones(2, 3), lib.ones(2, 3))),
    "cell batch": (RuntimeError, lambda lib, nn: nn.GRUCell(3, 4)(lib.ones(2, 3), lib.ones(3, 4))),
    "cell dtype": (RuntimeError, lambda lib, nn: nn.GRUCell(3, 4)(lib.ones(2, 3).double())),
    "cell act": (
        RuntimeError,
        lambda lib, nn: nn.RNNCell(3, 4, nonlinearity="sin")(lib.ones(2, 3)),
    ),
    "heads": (AssertionError, lambda lib, nn: nn.MultiheadAttention(6, 4)),
    "no heads": (ValueError, lambda lib, nn: nn.MultiheadAttention(6, 0)),
    "causal": (
        RuntimeError,
        lambda lib, nn: nn.MultiheadAttention(6, 2)(*[lib.ones(2, 1, 6)] * 3, is_causal=True),
    ),
    "activation": (
        RuntimeError,
        lambda lib, nn: nn.TransformerEncoderLayer(6, 2, activation="tanh"),
    ),
    "batches": (
        RuntimeError,
        lambda lib, nn: nn.Transformer(6, 2, 1, 1, 8)(lib.ones(3, 2, 6), lib.ones(3, 1, 6)),
    ),
    "features": (
        RuntimeError,
        lambda lib, nn: nn.Transformer(6, 2, 1, 1, 8)(lib.ones(3, 2, 4), lib.ones(3, 2, 6)),
    ),
    "pack none": (RuntimeError, lambda lib, nn: nn.utils.rnn.pad_sequence([])),
    "pack number": (RuntimeError, lambda lib, nn: nn.utils.rnn.pad_sequence(3)),
    "pad side": (
        RuntimeError,
        lambda lib, nn: nn.utils.rnn.pad_sequence([lib.ones(2)], padding_side="top"),
    ),
    "unsorted": (
        RuntimeError,
        lambda lib, nn: nn.utils.rnn.pack_padded_sequence(lib.ones(3, 2), [1, 3]),
    ),
    "count": (RuntimeError, lambda lib, nn: nn.utils.rnn.pack_padded_sequence(lib.ones(3, 2), [3])),
    "zero": (
        RuntimeError,
        lambda lib, nn: nn.utils.rnn.pack_padded_sequence(lib.ones(3, 2), [3, 0]),
    ),
    "empty": (
        RuntimeError,
        lambda lib, nn: nn.utils.rnn.pack_padded_sequence(lib.ones(0, 2), [1, 1]),
    ),
    "shorter": (
        ValueError,
        lambda lib, nn: nn.utils.rnn.pad_packed_sequence(
            nn.utils.rnn.pack_sequence([lib.ones(3)]), total_length=2
        ),
    ),
}


@pytest.mark.parametrize("name", REFUSED)
@on_both
def test_refused(library: Any, package: Any, name: str) -> None:
    error, program = REFUSED[name]
    with pytest.raises(error):
        program(library, package)


@on_both
def test_dropout_of_one_layer_warns(library: Any, package: Any) -> None:
    with pytest.warns(UserWarning, match="all but last recurrent layer") as record:
        package.LSTM(3, 4, dropout=0.5)
    assert package is not nn or record[0].filename == __file__


# -- packed sequences ----------------------------------------------------------------------


def parts(packed: Any) -> list[Any]:
    """A packed sequence without what is None."""
    return [each for each in packed if each is not None]


@pytest.mark.parametrize("batch_first", [False, True])
@pytest.mark.parametrize("given", ["list", "tensor"])
@pytest.mark.parametrize("lengths", [(4, 3, 1), (2, 2, 2), (1, 4, 2)])
def test_packing_and_padding(lengths: tuple[int, ...], given: str, batch_first: bool) -> None:
    def program(library: Any, package: Any) -> Any:
        tools = package.utils.rnn
        x = numbers(library, *((3, 4, 2) if batch_first else (4, 3, 2))).requires_grad_()
        counts = list(lengths) if given == "list" else library.tensor(lengths)
        packed = tools.pack_padded_sequence(
            x, counts, batch_first=batch_first, enforce_sorted=lengths == (4, 3, 1)
        )
        padded, back = tools.pad_packed_sequence(packed, batch_first, -1.5, 6)
        (padded**2).sum().backward()
        return [*parts(packed), padded, back, x.grad]

    both(program)


@pytest.mark.parametrize("side", ["left", "right"])
@pytest.mark.parametrize("batch_first", [False, True])
def test_lists_of_sequences(batch_first: bool, side: str) -> None:
    def program(library: Any, package: Any) -> Any:
        tools = package.utils.rnn
        given = [numbers(library, n, 2, seed=n).requires_grad_() for n in (2, 4, 1)]
        padded = tools.pad_sequence(given, batch_first, 7.0, side)
        packed = tools.pack_sequence(given, enforce_sorted=False)
        again = tools.unpack_sequence(packed)
        counts = library.tensor([2, 4, 1])
        cut = tools.unpad_sequence(padded.detach().clone(), counts, batch_first)
        ((padded**2).sum() + sum((each**3).sum() for each in again)).backward()
        return [padded, *parts(packed), *again, *cut, *(each.grad for each in given)]

    both(program)


def test_lengths_beyond_the_input_are_refused() -> None:
    """torch packs less than it says."""
    with pytest.raises(RuntimeError, match="lengths of at most 3"):
        nn.utils.rnn.pack_padded_sequence(autograd.ones(3, 2), [4, 2])


def test_labels_are_packed_too() -> None:
    def program(library: Any, package: Any) -> Any:
        packed = package.utils.rnn.pack_sequence([library.tensor([1, 2, 3]), library.tensor([4])])
        wide = packed.double()
        assert type(wide) is package.utils.rnn.PackedSequence
        assert packed.cpu() is packed
        assert packed.to(library.int64) is packed
        assert not packed.is_cuda
        return [*parts(packed), *parts(wide), *parts(packed.float())]

    both(program)


def test_a_packed_sequence_prints_as_torchs() -> None:
    texts = []
    for library, package in BOTH:
        packed = package.utils.rnn.pack_sequence(
            [library.tensor([1]), library.tensor([2, 3])], enforce_sorted=False
        )
        texts.append("".join(repr(packed).split()))
    assert texts[0] == texts[1]


def test_a_packed_sequence_is_made_of_a_pair() -> None:
    def program(library: Any, package: Any) -> Any:
        order = library.tensor([1, 0])
        pair = (library.tensor([1, 2, 3]), library.tensor([2, 1]))
        return list(package.utils.rnn.PackedSequence(pair, sorted_indices=order))

    both(program)


def test_padding_does_not_matter_where_packed() -> None:
    layer = nn.LSTM(2, 3, batch_first=True).double()
    alone = [numbers(autograd, n, 2, seed=n) for n in (4, 2, 3)]
    packed = nn.utils.rnn.pack_sequence(alone, enforce_sorted=False)
    out, (hidden, _) = layer(packed)
    for i, (sequence, found) in enumerate(
        zip(alone, nn.utils.rnn.unpack_sequence(out), strict=True)
    ):
        wanted, (last, _) = layer(sequence)
        np.testing.assert_allclose(plain(found), plain(wanted), rtol=1e-12)
        np.testing.assert_allclose(plain(hidden[:, i]), plain(last), rtol=1e-12)


# -- transformers --------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_subsequent_mask(dtype: str) -> None:
    both(
        lambda library, package: package.Transformer.generate_square_subsequent_mask(
            3, dtype=getattr(library, dtype)
        )
    )


def test_own_encoder_and_decoder() -> None:
    def program(library: Any, package: Any) -> Any:
        library.manual_seed(0)
        encoder = _encoder(package, dropout=0.0)
        model = package.Transformer(6, 2, 1, 1, 8, dropout=0.0, custom_encoder=encoder).double()
        assert model.encoder is encoder
        return model(numbers(library, 3, 1, 6), numbers(library, 2, 1, 6, seed=1))

    both(program)


def test_an_activation_that_is_a_module_belongs_to_the_layer() -> None:
    texts = []
    for _, package in BOTH:
        layer = package.TransformerEncoderLayer(4, 2, 3, activation=package.Tanh())
        texts.append(repr(package.TransformerEncoder(layer, 2, package.Identity())))
    assert texts[0] == texts[1]


def test_masks_of_two_kinds_warn() -> None:
    for library, package in BOTH:
        layer = package.MultiheadAttention(4, 2)
        x = library.ones(2, 1, 4)
        with pytest.warns(UserWarning, match="mismatched key_padding_mask and attn_mask"):
            layer(
                x,
                x,
                x,
                key_padding_mask=library.zeros(1, 2, dtype=library.bool),
                attn_mask=library.zeros(2, 2),
            )
