"""Hooks on tensors and retain_grad: the same lines here and in torch."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.both import both, both_raise, leaf, on_both


@on_both
def test_a_hook_sees_the_whole_gradient_once(lib: Any) -> None:
    x = leaf(lib, 3.0)
    seen: list[Any] = []
    x.register_hook(lambda g: seen.append(g.tolist()))
    y = x * 2
    y.register_hook(lambda g: seen.append(g.tolist()))
    (y * y + y).sum().backward()
    assert seen == [[13.0], [26.0]]
    assert x.grad.tolist() == [26.0]


@on_both
def test_a_hook_replaces_the_gradient(lib: Any) -> None:
    x = leaf(lib, 3.0)
    y = x * 2
    y.register_hook(lambda g: g * 10)
    x.register_hook(lambda g: g + 1)
    (y * 1).sum().backward()
    assert x.grad.tolist() == [21.0]


@on_both
def test_hooks_run_in_the_order_of_registration(lib: Any) -> None:
    x = leaf(lib, 3.0)
    x.register_hook(lambda g: g + 1)
    x.register_hook(lambda g: g * 10)
    x.register_hook(lambda g: None)
    x.sum().backward()
    assert x.grad.tolist() == [20.0]


@on_both
def test_removing(lib: Any) -> None:
    x = leaf(lib, 3.0)
    one = x.register_hook(lambda g: g * 2)
    with x.register_hook(lambda g: g * 3):
        x.sum().backward()
    assert x.grad.tolist() == [6.0]
    one.remove()
    one.remove()
    x.sum().backward()
    assert x.grad.tolist() == [7.0]


@on_both
def test_a_hook_that_removes_itself(lib: Any) -> None:
    x = leaf(lib, 3.0)
    handles: list[Any] = []

    def once(g: Any) -> Any:
        handles.pop().remove()
        return g * 5

    handles.append(x.register_hook(once))
    x.sum().backward()
    x.sum().backward()
    assert x.grad.tolist() == [6.0]


@on_both
def test_hooks_run_for_grad_and_for_inputs(lib: Any) -> None:
    x = leaf(lib, 3.0)
    x.register_hook(lambda g: g * 2)
    y = x * x
    y.register_hook(lambda g: g * 3)
    assert lib.autograd.grad((y * 1).sum(), y)[0].tolist() == [3.0]
    assert lib.autograd.grad((y * 1).sum(), x)[0].tolist() == [36.0]
    (x * 1).sum().backward(inputs=[x])
    assert x.grad.tolist() == [2.0]


@pytest.mark.xfail(strict=True, reason="torch returns y's gradient from before its hooks here")
def test_hooks_of_an_input_on_the_way_to_another() -> None:
    def run(lib: Any) -> Any:
        x = leaf(lib, 3.0)
        y = x * x
        y.register_hook(lambda g: g * 3)
        return lib.autograd.grad((y * 1).sum(), [y, x])

    both(run, exact=True)


@on_both
def test_hooks_beside_the_way_do_not_run(lib: Any) -> None:
    x, w = leaf(lib, 3.0), leaf(lib, 5.0)
    x.register_hook(lambda g: pytest.fail("no gradient of x was asked for"))
    assert lib.autograd.grad((x * w).sum(), w)[0].tolist() == [3.0]


@on_both
def test_what_a_hook_keeps_or_gives_stays_its_own(lib: Any) -> None:
    x = leaf(lib, 3.0)
    seen: list[Any] = []
    x.register_hook(lambda g: seen.append(g))
    (x * 2).sum().backward()
    (x * 3).sum().backward()
    assert [g.tolist() for g in seen] == [[2.0], [3.0]]
    assert x.grad.tolist() == [5.0]
    y, constant = leaf(lib, 3.0), lib.ones(1, dtype=lib.float64)
    y.register_hook(lambda g: constant)
    (y * 2).sum().backward()
    (y * 2).sum().backward()
    assert (y.grad.tolist(), constant.tolist()) == ([2.0], [1.0])


@on_both
@pytest.mark.filterwarnings("ignore:Using backward")
def test_the_grad_mode_in_a_hook(lib: Any) -> None:
    x = leaf(lib, 3.0)
    modes: list[bool] = []
    x.register_hook(lambda g: modes.append(lib.is_grad_enabled()))
    x.sum().backward()
    x.sum().backward(create_graph=True)
    assert modes == [False, True]


@on_both
def test_a_hook_under_create_graph_is_differentiated(lib: Any) -> None:
    x = leaf(lib, 3.0)
    y = x * x
    y.register_hook(lambda g: g * x)
    (d,) = lib.autograd.grad(y.sum(), x, create_graph=True)  # 2 x^2
    assert d.tolist() == [18.0]
    assert lib.autograd.grad(d.sum(), x)[0].tolist() == [12.0]


@on_both
def test_an_error_in_a_hook_comes_out_and_restores_the_mode(lib: Any) -> None:
    x = leaf(lib, 3.0)

    def fail(g: Any) -> None:
        raise KeyError("mine")

    x.register_hook(fail)
    with pytest.raises(KeyError, match="mine"):
        (x * x).sum().backward()
    assert lib.is_grad_enabled()


@on_both
def test_backward_inside_a_hook(lib: Any) -> None:
    x, w = leaf(lib, 3.0), leaf(lib, 5.0)

    def inner(g: Any) -> None:
        with lib.enable_grad():
            (w * w).sum().backward()

    x.register_hook(inner)
    (x * 2).sum().backward()
    assert (x.grad.tolist(), w.grad.tolist()) == ([2.0], [10.0])


def test_hook_errors() -> None:
    both_raise(
        lambda lib: lib.ones(1).register_hook(print),
        RuntimeError,
        "cannot register a hook on a tensor that doesn't require grad",
    )
    both_raise(
        lambda lib: lib.ones(1).retain_grad(),
        RuntimeError,
        "can't retain_grad on Tensor that has requires_grad=False",
    )


@on_both
def test_retain_grad(lib: Any) -> None:
    x = leaf(lib, 3.0)
    y = x * x
    assert not y.retains_grad
    y.retain_grad()
    y.retain_grad()
    assert (y.retains_grad, x.retains_grad) == (True, False)
    x.retain_grad()
    assert not x.retains_grad
    (y * 2).sum().backward(retain_graph=True)
    assert y.grad.tolist() == [2.0]
    (y * 3).sum().backward()
    assert (y.grad.tolist(), x.grad.tolist()) == ([5.0], [30.0])


@on_both
def test_retained_gradients_come_after_hooks(lib: Any) -> None:
    x = leaf(lib, 3.0)
    y = x * x
    y.retain_grad()
    y.register_hook(lambda g: g * 10)
    y.sum().backward()
    assert (y.grad.tolist(), x.grad.tolist()) == ([10.0], [60.0])


@on_both
def test_retained_gradients_own_their_memory(lib: Any) -> None:
    x = leaf(lib)
    y, z = x * 1, x * 2
    y.retain_grad()
    z.retain_grad()
    (y + z).backward(lib.ones(3, dtype=lib.float64))
    y.grad.mul_(7)
    assert z.grad.tolist() == [1.0, 1.0, 1.0]
    assert not np.shares_memory(y.grad.numpy(), z.grad.numpy())


@on_both
def test_retain_grad_under_create_graph(lib: Any) -> None:
    x = leaf(lib, 3.0)
    y = x * x
    y.retain_grad()
    (y**2).sum().backward(create_graph=True)  # y.grad = 2 y = 2 x^2
    assert y.grad.requires_grad
    assert lib.autograd.grad(y.grad.sum(), x)[0].tolist() == [12.0]


@on_both
def test_retain_grad_on_one_of_several_results(lib: Any) -> None:
    x = leaf(lib)
    a, b = (x * 1).split([1, 2])
    b.retain_grad()
    seen: list[Any] = []
    a.register_hook(lambda g: seen.append(g.tolist()))
    (a.sum() + (b * b).sum()).backward()
    assert (b.grad.tolist(), seen) == ([4.0, 6.0], [[1.0]])
    assert x.grad.tolist() == [1.0, 4.0, 6.0]


@on_both
def test_a_retained_gradient_is_that_of_the_value_after_changes(lib: Any) -> None:
    x = leaf(lib)
    y = x * x
    y.retain_grad()
    y.mul_(3)
    assert y.retains_grad
    (y * 2).sum().backward()
    assert (y.grad.tolist(), x.grad.tolist()) == ([2.0] * 3, [12.0, 24.0, 36.0])


@on_both
def test_retained_gradients_of_a_base_changed_through_a_view(lib: Any) -> None:
    x = leaf(lib)
    y = x * x
    y.retain_grad()
    y[:2].mul_(3)
    (y * 2).sum().backward()
    assert (y.grad.tolist(), x.grad.tolist()) == ([2.0] * 3, [12.0, 24.0, 12.0])


def test_retained_gradients_of_views() -> None:
    def run(lib: Any) -> Any:
        x = leaf(lib)
        y = x * x
        v, w = y[:2], y[1:]
        v.retain_grad()
        w.retain_grad()
        y.mul_(3)
        w.add_(1)
        (v * v + w).sum().backward()
        return v.retains_grad, w.retains_grad, v.grad, w.grad, x.grad

    both(run, exact=True)


@on_both
def test_a_hook_stays_with_the_value_it_was_put_on(lib: Any) -> None:
    x = leaf(lib)
    y = x * x
    seen: list[Any] = []
    y.register_hook(lambda g: seen.append(g.tolist()))
    y.mul_(3)
    y.register_hook(lambda g: seen.append(g.tolist()))
    (y * 2).sum().backward()
    assert seen == [[2.0] * 3, [6.0] * 3]


def test_a_hook_after_accumulation_returns_nothing() -> None:
    def program(lib: Any) -> Any:
        x = leaf(lib, 3.0)
        x.register_post_accumulate_grad_hook(lambda p: p.grad.mul_(2))
        (x * x).sum().backward()

    both_raise(program, RuntimeError, "post accumulate grad hooks should return None")
