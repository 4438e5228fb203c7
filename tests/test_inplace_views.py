"""In-place operations on views and bases, mixed: the same lines here and in torch."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

import autograd
from autograd.views import LONG
from tests.both import both, leaf


def changed(f: Callable[[Any, Any, Any], Any]) -> Callable[[Any], Any]:
    """Run ``f(lib, x, y)`` with y = x * 1, then backward; torch's error as text."""

    def run(lib: Any) -> Any:
        x = leaf(lib)
        y = x * 1
        out = f(lib, x, y)
        out.sum().backward()
        return x.grad, y

    return run


def through_base(lib: Any, x: Any, y: Any) -> Any:
    v = y[1:]
    y.mul_(lib.tensor([2.0, 3.0, 4.0], dtype=lib.float64))
    return v * v


def through_view(lib: Any, x: Any, y: Any) -> Any:
    y[1:].mul_(x[:2])
    return y * y


def through_sister(lib: Any, x: Any, y: Any) -> Any:
    a, b, c = y[:2], y[1:], y.reshape(3, 1)
    b.mul_(10)
    a.add_(x[1:])
    assert a.grad_fn is not None
    return a.sum() + (b * b).sum() + c.sum()


def view_of_view(lib: Any, x: Any, y: Any) -> Any:
    v = y.reshape(3, 1)
    w = v[1:].t()
    w[0, 1:].mul_(7)
    return (v * v).sum() + w.sum() + y.sum()


def before_and_after(lib: Any, x: Any, y: Any) -> Any:
    before = y * 3
    y.add_(before)
    after = y * 2
    y.mul_(x)
    return before + after + y


def transposed_base(lib: Any, x: Any, y: Any) -> Any:
    m = (y.reshape(3, 1) * lib.tensor([[1.0, 2.0]], dtype=lib.float64)).t() * 1
    m.t().reshape(-1)[1:4] *= 5.0
    m.t().view(3, 2)[0].add_(x[:2])
    return m * lib.tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]], dtype=lib.float64)


def plain_base(lib: Any, x: Any, y: Any) -> Any:
    base = lib.zeros(2, 3, dtype=lib.float64)
    row, other = base[0], base[1]
    row.add_(x)
    other[0] = y[2]
    assert base.requires_grad
    assert other.requires_grad
    return base * base


def by_itself(lib: Any, x: Any, y: Any) -> Any:
    y += y
    y -= y * 0.5
    y.copy_(y)
    return y * y


def iterated(lib: Any, x: Any, y: Any) -> Any:
    total = x.sum() * 0
    for k in range(5):
        y[k % 3] *= 2
        total += y.sum() * k
    return total


def expanded_rows(lib: Any, x: Any, y: Any) -> Any:
    y.expand(2, 3)[0].mul_(3)
    y.expand(3).add_(1)
    y[:1].expand(3)[0] = x[2]
    return y * y


def detached(lib: Any, x: Any, y: Any) -> Any:
    d = y.detach()
    d += 5
    d *= x  # d gets a history of its own
    assert d.requires_grad
    return (y + 1) * 2 + d


def scalar(lib: Any, x: Any, y: Any) -> Any:
    total = y[0] * 1
    for k in range(3):
        total += y[k] * k
        total *= 2
    v = y[1]
    v += total
    return y.sum() * v


def viewed_for_ever(lib: Any, x: Any, y: Any) -> Any:
    v = m = (y.reshape(3, 1) * lib.tensor([[1.0, 2.0]], dtype=lib.float64)).t() * 1
    for k in range(12):
        v = v.t() if k % 2 else v.reshape(2, 3)[:, :].transpose(0, 1)
        v[0, 1:].mul_(2)
        if lib is autograd:
            assert len(v._view.steps) <= LONG
    v = v.as_strided((2, 2), (3, 1), 1)
    v.mul_(x[:2])
    return m * m + v.sum()


def windows(lib: Any, x: Any, y: Any) -> Any:
    w = y.unfold(0, 2, 1)
    w[0].mul_(3)
    y.mul_(x)
    w[1].add_(y[:2] * 1)
    return (w * w).sum() + y.sum()


def diagonals(lib: Any, x: Any, y: Any) -> Any:
    m = y.reshape(3, 1) * x
    m.diagonal().mul_(x)
    m.diagonal(1).fill_(0)
    m.t().select(0, 2).add_(x)
    m.narrow(1, 1, 2).movedim(0, 1)[0].copy_(y)
    return m * m


def any_strides(lib: Any, x: Any, y: Any) -> Any:
    m = y.reshape(3, 1) * x
    a = m.as_strided((2, 2), (2, 3), 1)
    a.mul_(x[1:])
    m.t().as_strided((3,), (4,)).add_(y)
    m[1:].as_strided((2,), (1,), 0).zero_()  # outside of the part, inside its memory
    overlapping = m.as_strided((4, 3), (1, 1))
    return a * a + overlapping.sum() + (overlapping * overlapping).sum()


def parts(lib: Any, x: Any, y: Any) -> Any:
    a, b = y.tensor_split(2)
    a.mul_(x[1:])
    b.add_(a.sum())
    y.unflatten(0, (3, 1))[0].neg_()
    lib.atleast_3d(y)[:, 1].mul_(2)
    return y * y


MIXTURES = [
    through_base, through_view, through_sister, view_of_view, before_and_after, transposed_base,
    plain_base, by_itself, iterated, expanded_rows, detached, scalar, viewed_for_ever, windows,
    diagonals, any_strides, parts,
]  # fmt: skip


@pytest.mark.parametrize("f", MIXTURES, ids=lambda f: f.__name__)
def test_views_and_changes_mixed(f: Callable[[Any, Any, Any], Any]) -> None:
    both(changed(f))
