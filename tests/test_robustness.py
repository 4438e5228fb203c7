"""What users do to a program: change dtypes, return odd things from hooks, run threads,
make warnings errors. The numbers stay right, or an error says why not."""

from __future__ import annotations

import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

import autograd
from tests.oracle import torch

BOTH = pytest.mark.parametrize("lib", [autograd, torch], ids=["autograd", "torch"])


def leaf(lib: Any, value: Any, dtype: str = "float64") -> Any:
    return lib.tensor(value, dtype=getattr(lib, dtype), requires_grad=True)


@BOTH
@pytest.mark.parametrize("narrow", ["float32", "float16"])
def test_a_scalars_gradient_has_its_dtype(lib: Any, narrow: str) -> None:
    s = leaf(lib, 2.0, narrow)
    (s.to(lib.float64) * 3).backward()
    assert s.grad.dtype == getattr(lib, narrow)
    assert s.grad.item() == 3

    s = leaf(lib, 2.0, narrow)
    (lib.ones(5, dtype=lib.float64) * s).sum().backward()
    assert s.grad.dtype == getattr(lib, narrow)
    assert s.grad.item() == 5

    s = leaf(lib, 2.0, narrow)
    y = lib.zeros(2, dtype=lib.float64)
    y[0] = s
    y[1].copy_(s)
    y.sum().backward()
    assert s.grad.dtype == getattr(lib, narrow)
    assert s.grad.item() == 2


@BOTH
def test_an_inner_scalars_gradient_has_its_dtype(lib: Any) -> None:
    s = leaf(lib, [1.0, 2.0], "float32").sum()
    seen = []
    s.register_hook(lambda grad: seen.append(grad.dtype))
    s.retain_grad()
    (s.to(lib.float64) * 3).backward()
    assert s.grad.dtype == lib.float32
    assert seen == [lib.float32]


@BOTH
@pytest.mark.parametrize(
    ("change", "error", "text"),
    [
        (lambda lib, g: g.sum(), RuntimeError, "changed the size"),
        (lambda lib, g: g[0], RuntimeError, "changed the size"),
        (lambda lib, g: g.to(lib.float32), RuntimeError, "changed the type"),
        (lambda lib, g: g > 0, RuntimeError, "changed the type"),
        (lambda lib, g: 1.0, TypeError, "hook returned 'float'"),
        (lambda lib, g: np.ones(3), TypeError, "hook returned 'numpy.ndarray'|'ndarray'"),
    ],
)
@pytest.mark.parametrize("inner", [False, True], ids=["leaf", "inner"])
def test_a_hook_may_not_change_what_a_gradient_is(
    lib: Any, change: Callable[..., Any], error: type[Exception], text: str, inner: bool
) -> None:
    x = leaf(lib, [1.0, 2.0, 3.0])
    y = x * 2
    (y if inner else x).register_hook(lambda g: change(lib, g))
    with pytest.raises(error, match=text):
        y.sum().backward()
    assert x.grad is None


@pytest.fixture
def _switching_often() -> Iterator[None]:
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


@pytest.mark.usefixtures("_switching_often")
def test_threads_lose_no_gradient_of_a_shared_leaf() -> None:
    w = leaf(autograd, 1.0)
    rounds, count = 300, 4

    def work() -> None:
        for _ in range(rounds):
            (w * 2).backward()

    threads = [threading.Thread(target=work) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert w.grad.item() == 2 * rounds * count


IEEE: dict[str, Callable[[Any], Any]] = {
    "log 0": lambda lib: lib.zeros(2).log(),
    "1 / 0": lambda lib: 1 / lib.zeros(2),
    "scalar 1 / 0": lambda lib: 1 / lib.tensor(0.0),
    "exp overflow": lambda lib: lib.tensor([1000.0, -1000.0]).exp(),
    "sqrt -1": lambda lib: lib.tensor([-1.0]).sqrt(),
    "product": lambda lib: (lib.tensor([1e30]) * 1e30) * lib.tensor([1e-30]),
    "sum": lambda lib: lib.tensor([3e38, 3e38]).sum(),
    "matmul": lambda lib: lib.tensor([[3e38, 3e38]]) @ lib.tensor([[2.0], [2.0]]),
    "made": lambda lib: lib.tensor([1e39, 1.0]),
    "made scalar": lambda lib: lib.tensor(1e300),
    "compared": lambda lib: lib.tensor([1.0, 2.0]) > 1e300,
    "assigned": lambda lib: _assigned(lib, lib.tensor(1e300, dtype=lib.float64)),
    "in place": lambda lib: lib.ones(2).div_(0),
    "halved": lambda lib: lib.tensor([1e6]).to(lib.float16),
}


def _assigned(lib: Any, value: Any) -> Any:
    x = lib.zeros(2)
    x[0] = value
    return x


@pytest.mark.parametrize("setting", ["default", "warnings", "numpy"])
@pytest.mark.parametrize("name", IEEE)
def test_what_ieee_defines_is_no_error(name: str, setting: str) -> None:
    expected = IEEE[name](torch).tolist()
    with warnings.catch_warnings(), np.errstate(all="raise" if setting == "numpy" else "warn"):
        if setting == "default":
            warnings.simplefilter("error")
            warnings.filterwarnings("ignore", module=r"autograd\b", category=RuntimeWarning)
        found = IEEE[name](autograd).tolist()
    np.testing.assert_allclose(found, expected, rtol=1e-6)


def test_a_change_is_noted_whatever_the_settings() -> None:
    x = leaf(autograd, [1.0, 2.0], "float32")
    y = x * 1
    z = (y * y).sum()
    with np.errstate(all="raise"):
        y.detach()[0] = autograd.tensor(1e300, dtype=autograd.float64)
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        z.backward()


@BOTH
@pytest.mark.parametrize("dtype", ["uint8", "int8", "int32"])
def test_integers_wrap(lib: Any, dtype: str) -> None:
    x = lib.tensor([100, 3], dtype=getattr(lib, dtype))
    expected = (np.array([100, 3]) + 300).astype(dtype).tolist()
    assert (x + 300).tolist() == expected
    assert (x * 2**20).tolist() == (np.array([100, 3]) * 2**20).astype(dtype).tolist()


@BOTH
def test_an_integer_that_does_not_fit_is_not_written(lib: Any) -> None:
    x = lib.zeros(2, dtype=lib.uint8)
    with pytest.raises(RuntimeError, match="overflow"):
        x.fill_(300)
    with pytest.raises(RuntimeError, match="overflow"):
        x[0] = 300
    assert x.tolist() == [0, 0]
    with pytest.raises(RuntimeError, match="overflow"):
        lib.zeros(2, dtype=lib.int64).fill_(2**63)
    with pytest.raises(RuntimeError, match="overflow"):
        lib.full((2,), 1e300)
    with pytest.raises(RuntimeError, match="overflow"):
        lib.zeros(2)[0] = 1e300


def test_making_a_tensor_from_tensors_says_that_the_graph_is_lost() -> None:
    x = leaf(autograd, [1.0, 2.0])
    with pytest.raises(ValueError, match=r"only one element tensors .* stack"):
        autograd.tensor([x, x * 2])
    for made in (lambda: autograd.tensor([x[0], x[1]]), lambda: autograd.tensor(x)):
        with pytest.warns(UserWarning, match="cut from the graph") as caught:
            assert made().tolist() == [1.0, 2.0]
        assert caught[0].filename == __file__
    assert autograd.tensor([x[0].detach(), 5.0]).tolist() == [1.0, 5.0]


@pytest.mark.parametrize(
    ("wrong", "error", "text"),
    [
        (lambda x: autograd.grad(x.sum(), [3.0]), TypeError, "grad.*must be Tensor, not float"),
        (lambda x: autograd.grad(3.0, x), TypeError, "grad.*must be Tensor, not float"),
        (lambda x: x.sum().backward(inputs=["x"]), TypeError, "must be Tensor, not str"),
        (lambda x: x.sum().backward(retain=True), TypeError, r"^backward\(\)"),
        (lambda x: x.sum(2), IndexError, r"but got 2\): the tensor has 1 dimensions"),
        (lambda x: autograd.randint(0, 5), TypeError, r"randint\(\) needs a size"),
        (lambda x: autograd.zeros(2, dtype="foo"), TypeError, "foo.*use one of float16"),
        (lambda x: x + None, TypeError, "must be Tensor, not NoneType$"),
        (lambda x: x + torch.ones(2), TypeError, r"not torch\.Tensor"),
        (lambda x: x.add_(1), RuntimeError, r"leaf Variable.*shape \(2,\).*no_grad"),
    ],
)
def test_mistakes_are_explained(
    wrong: Callable[[Any], Any], error: type[Exception], text: str
) -> None:
    with pytest.raises(error, match=text):
        wrong(leaf(autograd, [1.0, 2.0]))
