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
from autograd import Tensor, pixels


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
