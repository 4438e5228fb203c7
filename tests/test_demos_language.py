"""The language models of the demos: the text, and both programs run in torch as they stand."""

from __future__ import annotations

import math
import re
from argparse import Namespace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import autograd
from demos import char_rnn, gpt, language, rhymes
from tests.in_torch import in_torch

SHORT = {
    "char_rnn": {"hidden": 24, "steps": 16},
    "gpt": {"features": 16, "blocks": 2, "context": 16},
}
LOSS_OF_NOTHING = math.log(len(language.read().letters))


def options(name: str, **others: Any) -> Namespace:
    small = {"seed": 3, "epochs": 2, "batch_size": 8, "lr": 0.01, "length": 40}
    return Namespace(**small | SHORT[name] | others)


def test_the_file_is_what_the_generator_writes() -> None:
    assert rhymes.FILE.read_bytes() == rhymes.corpus().encode()


def test_the_text_is_what_its_generator_promises() -> None:
    found = language.quality(rhymes.FILE.read_text("utf-8"))
    assert found == (1.0, 1.0, 1.0)


def test_numbers_and_letters() -> None:
    text = language.read()
    assert text.decode(text.encode("hare").tolist()) == "hare"
    whole = text.decode([*text.train.tolist(), *text.test.tolist()])
    assert whole == rhymes.FILE.read_text("utf-8")
    assert len(text.test) / len(whole) == pytest.approx(language.HELD_OUT, abs=1e-4)


def test_quality_of_nonsense() -> None:
    assert language.quality("qq qq qq").words == 0
    assert math.isnan(language.quality("").words)
    counted = "Ten little crows in the sun,\none ran home, and then there were {}.\n"
    assert language.quality(counted.format("nine")).countdowns == 1
    assert language.quality(counted.format("ten")).countdowns == 0
    assert language.quality("ran to the moon,\nand sang to the hat.\n").rhymes == 0


@pytest.mark.parametrize("name", ["char_rnn", "gpt"])
def test_the_same_program_gives_the_same_run_in_torch(name: str) -> None:
    """Initial values, batches, dropout, optimiser, schedule, clipping, sampling: all of it."""
    program = {"char_rnn": char_rnn, "gpt": gpt}[name]
    ours = program.learn(language.read(3000), options(name), verbose=False)
    other: Any = in_torch(f"demos.{name}")
    theirs = other.learn(other.language.read(3000), options(name), verbose=False)
    for here, there in zip(ours, theirs, strict=True):
        assert here.train == pytest.approx(there.train, rel=2e-4)
        assert here.test == pytest.approx(there.test, rel=2e-4)
        np.testing.assert_allclose(here.norms, there.norms, rtol=1e-2)
    assert ours[0].sample[:10] == theirs[0].sample[:10]
    assert ours[1].train < ours[0].train < LOSS_OF_NOTHING


def test_the_mask_of_variational_dropout_is_the_same_at_all_steps() -> None:
    dropout = char_rnn.VariationalDropout(0.5)
    y = dropout(autograd.ones(5, 3, 40)).numpy()
    assert (y == y[:1]).all()
    assert set(np.unique(y)) == {0.0, 2.0}
    assert not (y[0, 0] == y[0, 1]).all()
    assert (dropout.eval()(autograd.ones(5, 3, 40)).numpy() == 1).all()


def test_a_piece_goes_on_where_the_last_one_ended() -> None:
    autograd.manual_seed(0)
    model = char_rnn.CharRNN(10, hidden=8).eval()
    letters = autograd.randint(0, 10, (6, 2))
    whole, _ = model(letters)
    first, states = model(letters[:4])
    second, _ = model(letters[4:], char_rnn.detached(states))
    joined = autograd.cat([first, second])
    np.testing.assert_allclose(joined.detach().numpy(), whole.detach().numpy(), atol=1e-6)


def test_no_position_sees_what_comes_later() -> None:
    autograd.manual_seed(0)
    model = gpt.GPT(10, context=8, features=16).eval()
    letters = autograd.randint(0, 10, (1, 8))
    changed = letters.clone()
    changed[0, 5] = (letters[0, 5] + 1) % 10
    before, after = (model(each).detach().numpy()[0] for each in (letters, changed))
    np.testing.assert_allclose(before[:5], after[:5], atol=1e-6)
    assert (abs(before[5:] - after[5:]).max(axis=1) > 1e-4).all()


def test_attention_is_the_formula() -> None:
    """softmax(q k^T / sqrt(d)) v under the mask, by hand in float64."""
    autograd.manual_seed(1)
    layer = gpt.CausalSelfAttention(6, heads=2, p=0.0).double()
    x = autograd.randn(1, 4, 6, dtype=autograd.float64)
    w, b = (each.detach().numpy() for each in (layer.attend.weight, layer.attend.bias))
    q, k, v = np.split(x.numpy()[0] @ w.T + b, 3, axis=1)
    heads = []
    for h in (slice(0, 3), slice(3, 6)):
        scores = q[:, h] @ k[:, h].T / np.sqrt(3)
        weights = np.exp(scores) * np.tri(4)
        heads.append(weights / weights.sum(1, keepdims=True) @ v[:, h])
    w, b = (each.detach().numpy() for each in (layer.project.weight, layer.project.bias))
    expected = np.concatenate(heads, axis=1) @ w.T + b
    np.testing.assert_allclose(layer(x).detach().numpy()[0], expected, atol=1e-12)


def test_first_loss_of_the_transformer_is_that_of_knowing_nothing() -> None:
    text = language.read(2000)
    autograd.manual_seed(0)
    loss = gpt.evaluate(gpt.GPT(len(text.letters), 16), text.test, 16)
    assert loss == pytest.approx(math.log(len(text.letters)), rel=0.05)


@pytest.mark.parametrize(
    ("program", "wrong", "said"),
    [
        (char_rnn, ["--letters=3000"], "too few letters to test on: 300, and one batch takes 1025"),
        (char_rnn, ["--batch-size=900"], "too few letters to train on: 9....,"),
        (gpt, ["--letters=1000"], "too few letters to test on: 100, and one batch takes 129"),
        (gpt, ["--features=30"], "--features 30 is no multiple of the 4 heads"),
    ],
)
def test_options_that_do_not_go_together(
    program: Any, wrong: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        program.main(wrong)
    assert re.search(said, capsys.readouterr().err)


@pytest.mark.parametrize(("name", "program"), [("char_rnn", char_rnn), ("gpt", gpt)])
def test_the_whole_program(
    name: str, program: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    small = [f"--{key}={value}" for key, value in SHORT[name].items()]
    arguments = ["--epochs=1", "--letters=2000", "--length=60", f"--out={tmp_path}", *small]
    assert program.main(arguments) == 0
    said = capsys.readouterr().out
    assert "epoch   1  train loss" in said
    assert "The last sample:" in said
    assert (tmp_path / f"{name}.png").exists() or "takes matplotlib" in said
    with pytest.raises(SystemExit, match="0"):
        program.main(["--help"])
