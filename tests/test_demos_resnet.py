"""ResNet-18: its shapes and parameters, the block's gradient, and some steps as torch does them."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import autograd
from demos import data, resnet
from nn import optim
from tests.in_torch import in_torch
from tests.oracle import torch

SMALL = ((4, 1), (6, 2))
DATA = Path(__file__).parents[2] / "shared" / "data"


def images(*shape: int) -> np.ndarray:
    return np.random.default_rng(0).standard_normal(shape).astype(np.float32)


def test_parameters_and_shapes_at_96() -> None:
    rows = resnet.shapes(resnet.resnet18(), 96)
    assert [row[1] for row in rows[:5]] == [
        f"1 x {channels} x {length} x {length}"
        for channels, length in ((64, 24), (64, 24), (128, 12), (256, 6), (512, 3))
    ]
    assert sum(row[2] for row in rows) == 11_178_378


def losses(program: Any, library: Any, optim: Any, size: int) -> Any:
    """Four steps with the demo's network in a small edition: each loss, then the outputs."""
    library.manual_seed(0)
    model = program.resnet18(stages=SMALL)
    optimizer = optim.SGD(model.parameters(), lr=0.05)
    x = program.resize(library.tensor(images(8, 1, 28, 28)), size)
    y = library.arange(8) % 10
    found = [program.common.train_epoch(model, optimizer, [(x, y)]).loss for _ in range(4)]
    return found, x.numpy(), model.eval()(x).detach().numpy()


@pytest.mark.parametrize("size", [28, 32])
def test_steps_are_those_of_torch(size: int) -> None:
    ours = losses(resnet, autograd, optim, size)
    theirs = losses(in_torch("demos.resnet"), torch, torch.optim, size)
    np.testing.assert_allclose(ours[0], theirs[0], rtol=1e-3)
    assert ours[1].shape == (8, 1, size, size)
    np.testing.assert_allclose(ours[1], theirs[1], atol=1e-5)
    np.testing.assert_allclose(ours[2], theirs[2], atol=2e-2)
    assert ours[0][-1] < ours[0][0]


def test_the_whole_network_gives_torchs_outputs() -> None:
    other = in_torch("demos.resnet")
    autograd.manual_seed(0)
    torch.manual_seed(0)
    x = images(1, 1, 32, 32)
    ours = resnet.resnet18().eval()(autograd.tensor(x))
    theirs = other.resnet18().eval()(torch.tensor(x))
    np.testing.assert_allclose(ours.detach().numpy(), theirs.detach().numpy(), atol=1e-5)


def test_a_block_that_computes_nothing_hands_on_the_image_and_the_gradient() -> None:
    """f = 0 where the last gain is 0: the block is relu(x), and its gradient that of relu."""
    block = resnet.Residual(3, 3)
    with autograd.no_grad():
        block.bn2.weight.zero_()
    x = autograd.tensor(images(2, 3, 4, 4), requires_grad=True)
    y = block(x)
    y.sum().backward()
    np.testing.assert_array_equal(y.detach().numpy(), np.maximum(x.detach().numpy(), 0))
    assert x.grad is not None
    np.testing.assert_array_equal(x.grad.numpy(), x.detach().numpy() > 0)


def test_batches_are_resized() -> None:
    loader = [(autograd.zeros(3, 1, 28, 28), autograd.zeros(3))]
    resized = resnet.Resized(loader, 40)
    assert len(resized) == 1
    assert next(iter(resized))[0].shape == (3, 1, 40, 40)


@pytest.mark.parametrize(("subset", "batches"), [(32, 2), (33, 2), (34, 3)])
def test_no_batch_is_one_image(subset: int, batches: int, monkeypatch: pytest.MonkeyPatch) -> None:
    made = data.Labelled(
        autograd.zeros(40, 1, 4, 4, dtype=autograd.uint8), autograd.zeros(40, dtype=autograd.int64)
    )
    monkeypatch.setattr(data, "fashion_mnist", lambda folder: (made, made))
    train, _ = resnet.loaders(Namespace(data=None, subset=subset, test=2, batch_size=16, size=4))
    assert len(train) == batches
    assert all(len(labels) > 1 for _, labels in train)


def test_options_and_data_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="0"):
        resnet.main(["--help"])
    with pytest.raises(FileNotFoundError, match="Fashion-MNIST is not in"):
        resnet.main([f"--data={tmp_path}"])


@pytest.mark.skipif(not DATA.is_dir(), reason="../shared/data, with Fashion-MNIST, is not there")
def test_the_program_learns(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    narrow = resnet.resnet18
    monkeypatch.setattr(resnet, "resnet18", lambda: narrow(stages=((8, 1), (16, 2))))
    settings = ["--subset=1280", "--test=200", "--epochs=2", "--batch-size=16", "--size=28"]
    assert resnet.main([f"--data={DATA}", f"--out={tmp_path}", *settings]) == 0
    said = capsys.readouterr().out
    reached = float(said.split("test accuracy ")[1].partition("%")[0])
    assert reached > 60
    train, _ = data.fashion_mnist(DATA)
    pixels = train.images.numpy() / 255
    assert pytest.approx((pixels.mean(), pixels.std()), abs=1e-4) == (resnet.MEAN, resnet.STD)
