"""Images that lie pixel by pixel inside look as torch's to whoever looks at their memory."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import autograd
import nn
import nn.functional as F
from autograd import Tensor, pixels
from autograd.ops import channels, winners
from autograd.tensor import wrap


def made(requires_grad: bool = True) -> Tensor:
    """The output of a convolution large enough to lie pixel by pixel."""
    autograd.manual_seed(0)
    x = autograd.randn(16, 3, 12, 12)
    w = autograd.randn(8, 3, 3, 3, requires_grad=requires_grad)
    y = autograd.conv2d(x, w, padding=1)
    assert pixels.is_hidden(y._array)
    return y


def test_the_layout_is_kept_through_a_net_and_back() -> None:
    y = made()
    for each in (y.relu(), y + y, 2 * y, y.tanh()):
        assert pixels.is_hidden(each._array)


LOOKS: dict[str, Callable[[Tensor], Any]] = {
    "view": lambda y: y.view(16, -1),
    "flatten": lambda y: y.flatten(1),
    "stride": lambda y: y.stride(),
    "is_contiguous": lambda y: y.is_contiguous(),
    "contiguous": lambda y: y.contiguous(),
    "numpy": lambda y: y.detach().numpy(),
    "index": lambda y: y[0],
    "permute": lambda y: y.permute(0, 2, 3, 1),
    "as_strided": lambda y: y.as_strided((4, 4), (4, 1)),
    "chunk": lambda y: y.chunk(2, 1)[1],
    "detach": lambda y: y.detach(),
}


@pytest.mark.parametrize("look", LOOKS)
def test_who_looks_sees_rows(look: str) -> None:
    y = made()
    plain = autograd.tensor(np.ascontiguousarray(y._array), requires_grad=True) * 1
    found, expected = LOOKS[look](y), LOOKS[look](plain)
    if isinstance(expected, Tensor):
        assert found.stride() == expected.stride()
        assert found.is_contiguous() == expected.is_contiguous()
        found, expected = found.tolist(), expected.tolist()
    np.testing.assert_array_equal(found, expected)
    assert y._array.flags.c_contiguous


def test_views_share_memory_whenever_they_are_taken() -> None:
    y = made(requires_grad=False)
    first = y[0]
    flat = y.view(-1)
    outside = y.detach()
    array = y.numpy()
    y.zero_()
    for each in (first, flat, outside, array):
        assert not each.any()
    flat[5] = 3.0
    assert y.flatten()[5] == array.ravel()[5] == first.flatten()[5] == 3.0


def test_backward_does_not_mind_being_looked_at() -> None:
    autograd.manual_seed(0)
    x = autograd.randn(16, 3, 12, 12)
    gradients = []
    for looked in (False, True):
        autograd.manual_seed(1)
        w = autograd.randn(8, 3, 3, 3, requires_grad=True)
        y = autograd.conv2d(x, w).relu()
        if looked:
            assert y.stride()[-1] == 1
            assert y[0].shape == (8, 10, 10)
        (y**2).sum().backward()
        gradients.append(w.grad)
    assert gradients[0].allclose(gradients[1])


def test_a_change_in_place_after_a_look_is_noticed() -> None:
    y = made()
    z = y.exp()
    z.stride()
    z.mul_(2)
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        z.sum().backward()


def test_copies_and_pickles() -> None:
    y = made(requires_grad=False)
    values = y.tolist()
    for again in (copy.deepcopy(y), pickle.loads(pickle.dumps(y)), y.clone()):
        assert again.tolist() == values
        assert again.is_contiguous()


def test_the_user_s_own_memory_is_never_laid_out_anew() -> None:
    """Even where it happens to lie pixel by pixel."""
    array = np.zeros((12, 12, 16, 8), np.float32).transpose(2, 3, 0, 1)
    assert pixels.is_hidden(array)
    for x in (autograd.from_numpy(array), autograd.as_tensor(array)):
        assert np.shares_memory(x.numpy(), array)
        assert x.stride() == (8, 1, 12 * 128, 128)
        x[0, 0, 0, 0] = 5.0
        assert array[0, 0, 0, 0] == 5.0
        array[...] = 0


def test_a_leaf_s_gradient_may_lie_so() -> None:
    x = autograd.randn(16, 8, 12, 12, requires_grad=True)
    layer = nn.Conv2d(8, 8, 3)
    layer(x).sum().backward()
    assert x.grad.is_contiguous()
    assert x.grad.view(-1).shape == (16 * 8 * 144,)


def _both(x: np.ndarray[Any, Any]) -> list[Tensor]:
    """The same images row by row, and pixel by pixel."""
    inside = np.ascontiguousarray(x.transpose(2, 3, 0, 1)).transpose(2, 3, 0, 1)
    return [autograd.tensor(x, requires_grad=True), wrap(inside).requires_grad_()]


PIXELWISE: dict[str, Callable[[Tensor], Any]] = {
    "max_pool2d": lambda x: F.max_pool2d(x, 2),
    "max_pool2d, then rows": lambda x: F.max_pool2d(x, 2).flatten(1),
    "max_pool2d that overlaps": lambda x: F.max_pool2d(x, 3, 2, 1),
    "max_pool2d that leaves some out": lambda x: F.max_pool2d(x, 3, 4),
    "max_pool2d dilated": lambda x: F.max_pool2d(x, 2, 2, dilation=2),
    "adaptive_max_pool2d": lambda x: F.adaptive_max_pool2d(x, 2),
    "avg_pool2d": lambda x: F.avg_pool2d(x, 3, 2, 1),
    "batch_norm": lambda x: F.batch_norm(x, None, None, x.mean((0, 2, 3)), None, True),
    "batch_norm with weights": lambda x: F.batch_norm(
        x, None, None, autograd.arange(1.0, 5.0).double(), autograd.arange(4.0).double(), True
    ),
    "instance_norm": F.instance_norm,
    "group_norm": lambda x: F.group_norm(x, 2),
    "layer_norm": lambda x: F.layer_norm(x, (9, 10)),
    "relu": lambda x: x.relu(),
    "softmax": lambda x: x.softmax(1),
    "mean": lambda x: x.mean((2, 3)),
    "sum": lambda x: x.sum(1),
    "pad": lambda x: F.pad(x, (1, 2, 0, 1)),
    "cat": lambda x: autograd.cat([x, x], 1),
    "interpolate": lambda x: F.interpolate(x, scale_factor=2.0, mode="bilinear"),
    "flip": lambda x: x.flip(3),
    "cumsum": lambda x: x.cumsum(2),
    "max": lambda x: x.max(1).values,
    "sort": lambda x: x.sort(1).values,
    "einsum": lambda x: autograd.einsum("nchw,nchv->nwv", x, x),
    "matmul": lambda x: x @ x.mT,
    "pixel_shuffle": lambda x: F.pixel_shuffle(x, 2),
    "gather": lambda x: x.gather(1, x.argmax(1, keepdim=True)),
    "masked": lambda x: x[x > 0],
}


@pytest.mark.parametrize("part", ["whole", "small"])
@pytest.mark.parametrize("name", PIXELWISE)
def test_whatever_is_done_to_them_gives_the_same_numbers(
    name: str, part: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Forward, first and second order; in one part, and in many."""
    if part == "small":
        monkeypatch.setattr(winners, "CHUNK", 64)
        monkeypatch.setattr(winners, "SHARE", 64)
        monkeypatch.setattr(channels, "SHARE", 64)
    rng = np.random.default_rng(0)
    rows, inside = _both(rng.standard_normal((3, 4, 9, 10)))
    assert pixels.is_hidden(inside._array)
    found = []
    for x in (rows, inside):
        y = PIXELWISE[name](x)
        g = autograd.tensor(np.random.default_rng(1).standard_normal(y.shape))
        if pixels.is_hidden(y._array):
            g = wrap(np.ascontiguousarray(g._array.transpose(2, 3, 0, 1)).transpose(2, 3, 0, 1))
        (first,) = autograd.grad((y * g).sum(), x)
        (again,) = autograd.grad((PIXELWISE[name](x) * g).sum(), x, create_graph=True)
        h = autograd.tensor(np.random.default_rng(3).standard_normal(x.shape))
        (second,) = autograd.grad((again * h).sum() + (x * 0).sum(), x)
        found.append([y.detach().tolist(), first.tolist(), again.tolist(), second.tolist()])
    for mine, other in zip(*found, strict=True):
        np.testing.assert_allclose(mine, other, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("mean", [0, 1.9, 3.9, 5, 1e3])
@pytest.mark.parametrize("wide", [26, 23])
def test_normalisation_is_exact_where_means_are_far_from_0(wide: int, mean: float) -> None:
    """Beside float64; with rows that lie side by side, and with gaps between them."""
    rng = np.random.default_rng(0)
    memory = (rng.standard_normal((8, 26, 64, 32)) + mean).astype(np.float32)
    x = pixels.images(memory[:, :wide])
    g = pixels.images(rng.standard_normal(memory[:, :wide].shape).astype(np.float32))
    weight, bias = rng.standard_normal((2, 32)).astype(np.float32)
    y, center, var = channels.normalized(x, weight, bias, 1e-5)
    none = np.zeros(32, np.float32)
    found = channels.pulled(g, x, weight, center, var, 1e-5, none, none)
    wide_x = autograd.tensor(x, dtype=autograd.float64, requires_grad=True)
    w, b = (autograd.tensor(each.astype(float), requires_grad=True) for each in (weight, bias))
    exact = F.batch_norm(wide_x, None, None, w, b, True)
    exact.backward(autograd.tensor(g.astype(float)))
    far = 1 + mean / 10
    for mine, other in zip((y, *found), (exact.detach(), wide_x.grad, w.grad, b.grad), strict=True):
        error = np.abs(mine - other.numpy()).max() / np.abs(other.numpy()).max()
        assert error < 4e-7 * far


def test_sums_over_channels() -> None:
    rng = np.random.default_rng(0)
    x = pixels.images(rng.random((7, 5, 64, 32), np.float32)[:, :4])
    np.testing.assert_allclose(channels.totals(x), x.sum((0, 2, 3), dtype=np.float64), rtol=3e-7)


def test_nan_and_infinities_in_a_pool() -> None:
    x = np.zeros((2, 3, 4, 4))
    x[0, 0, 0, 1], x[1, 2, 3, 3], x[0, 1, 0, 0], x[1, 1] = np.nan, np.inf, -np.inf, -np.inf
    found = []
    for each in _both(x):
        y, where = F.max_pool2d(each, 2, return_indices=True)
        (g,) = autograd.grad(y.nan_to_num(0.0, 1.0, 1.0).sum(), each)
        found.append([y.detach().numpy(), where.numpy(), g.numpy()])
    for mine, other in zip(*found, strict=True):
        np.testing.assert_array_equal(mine, other)
