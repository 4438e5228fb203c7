"""What a tensor is in Python: attributes, protocols, copies. The same lines here and in torch."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import autograd
from tests.both import both, both_raise, leaf, on_both

FACTS: dict[str, Callable[[Any, Any], Any]] = {
    "shape": lambda lib, x: tuple(x.shape),
    "size()": lambda lib, x: tuple(x.size()),
    "size(-1)": lambda lib, x: x.size(-1),
    "ndim": lambda lib, x: (x.ndim, x.dim()),
    "numel": lambda lib, x: (x.numel(), x.nelement()),
    "stride": lambda lib, x: (x.stride(), x.stride(0)),
    "is_contiguous": lambda lib, x: (x.is_contiguous(), x.t().is_contiguous()),
    "element_size": lambda lib, x: (x.element_size(), x.itemsize, x.nbytes),
    "is_floating_point": lambda lib, x: (x.is_floating_point(), x.long().is_floating_point()),
    "tolist": lambda lib, x: (x.tolist(), x[0, 0].tolist()),
    "item": lambda lib, x: (x[1, 2].item(), type(x[1, 2].item()) is float, x.long()[0, 1].item()),
    "len": lambda lib, x: len(x),
    "iteration": lambda lib, x: list(x),
    "unpacking": lambda lib, x: [a * 2 for row in x for a in row],
    "T": lambda lib, x: (x.T, x.mT, x.t(), x.unsqueeze(0).mT),
    "contains": lambda lib, x: (2.0 in x, 9.0 in x, x[0] in x),
    "bool": lambda lib, x: (bool(x[0, 0]), bool(x[1, 1]), bool(x[:1, 1:2])),
    "int and float": lambda lib, x: (int(x[1, 2]), float(x[1, 2]), int(x[:1, :1])),
    "index": lambda lib, x: [10, 11, 12][lib.tensor(2)],
    "range": lambda lib, x: list(range(lib.tensor(3))),
    "hash": lambda lib, x: (hash(x) == hash(x), len({x, x, x.clone()})),
    "eq": lambda lib, x: (x == x, x != 2.0, x == "a", x is not None and (x != None)),  # noqa: E711
    "dict key": lambda lib, x: {x: 1}[x],
    "format": lambda lib, x: (f"{x[1, 2]:.2f}", f"{x[0, 0]}"),
    "clone": lambda lib, x: (x.clone(), x.clone().requires_grad),
    "to float32": lambda lib, x: x.to(lib.float32),
    "to itself": lambda lib, x: (x.to(lib.float64) is x, x.to(x) is x, x.double() is x),
    "to copy": lambda lib, x: x.to(lib.float64, copy=True) is x,
    "to cpu": lambda lib, x: x.to("cpu") is x,
    "to like": lambda lib, x: (x.to(lib.ones(1, dtype=lib.int32)), x.type_as(lib.ones(1))),
    "half": lambda lib, x: x.half(),
    "float": lambda lib, x: x.float(),
    "int": lambda lib, x: (x + 0.7).int(),
    "long": lambda lib, x: (-x - 0.7).long(),
    "short": lambda lib, x: x.short(),
    "byte": lambda lib, x: x.byte(),
    "bool()": lambda lib, x: x.bool(),
    "contiguous": lambda lib, x: (x.contiguous() is x, x.t().contiguous().is_contiguous()),
    "output_nr": lambda lib, x: x.requires_grad_().split(1)[1].output_nr,
}


@pytest.mark.parametrize("name", FACTS)
def test_facts(name: str) -> None:
    def run(lib: Any) -> Any:
        return FACTS[name](lib, lib.tensor([[0.0, 1.0, 2.0], [3.0, 0.0, 5.5]], dtype=lib.float64))

    both(run, exact=True)


REFUSED: dict[str, tuple[Callable[[Any], Any], type[Exception], str]] = {
    "item": (lambda lib: lib.ones(2).item(), RuntimeError, "cannot be converted to Scalar"),
    "float": (lambda lib: float(lib.ones(2)), ValueError, "only one element tensors"),
    "int": (lambda lib: int(lib.ones(0)), ValueError, "only one element tensors"),
    "bool of many": (
        lambda lib: bool(lib.ones(2)), RuntimeError,
        "Boolean value of Tensor with more than one value is ambiguous",
    ),
    "bool of none": (
        lambda lib: bool(lib.ones(0)), RuntimeError,
        "Boolean value of Tensor with no values is ambiguous",
    ),
    "len": (lambda lib: len(lib.tensor(1.0)), TypeError, "len() of a 0-d tensor"),
    "iter": (lambda lib: iter(lib.tensor(1.0)), TypeError, "iteration over a 0-d tensor"),
    "index": (
        lambda lib: [1, 2][lib.tensor(1.0)], TypeError,
        "only integer tensors of a single element can be converted to an index",
    ),
    "contains": (lambda lib: "a" in lib.ones(2), RuntimeError, "only supports Tensor or scalar"),
    "numpy": (
        lambda lib: leaf(lib).numpy(), RuntimeError,
        "Can't call numpy() on Tensor that requires grad. Use tensor.detach().numpy() instead.",
    ),
    "asarray": (lambda lib: np.asarray(leaf(lib)), RuntimeError, "Can't call numpy() on Tensor"),
    "out of range": (lambda lib: lib.ones(2)[2], IndexError, "out of"),
    "float index": (
        lambda lib: lib.ones(2)[lib.ones(1)], IndexError,
        "tensors used as indices must be long",
    ),
    "int requires grad": (
        lambda lib: lib.tensor([1], requires_grad=True), RuntimeError, "floating point",
    ),
    "int requires_grad_": (
        lambda lib: lib.tensor([1]).requires_grad_(), RuntimeError,
        "only Tensors of floating point",
    ),
    "stop recording": (
        lambda lib: (leaf(lib) * 2).requires_grad_(False), RuntimeError,
        "you can only change requires_grad flags of leaf variables",
    ),
    "grad of another shape": (
        lambda lib: setattr(leaf(lib), "grad", lib.ones(2, dtype=lib.float64)), RuntimeError,
        "attempting to assign a gradient of size '[2]'",
    ),
    "grad of another dtype": (
        lambda lib: setattr(leaf(lib), "grad", lib.ones(3)), RuntimeError,
        "attempting to assign a gradient with dtype",
    ),
    "grad that is no tensor": (
        lambda lib: setattr(leaf(lib), "grad", 1.0), TypeError,
        "assigned grad expected to be a Tensor or None but got",
    ),
    "own grad": (
        lambda lib: (lambda x: setattr(x, "grad", x))(leaf(lib)), RuntimeError,
        "can't assign Variable as its own grad",
    ),
    "data that is no tensor": (
        lambda lib: setattr(leaf(lib), "data", 1.0), TypeError,
        "Variable data has to be a tensor, but got",
    ),
    "int data": (
        lambda lib: setattr(leaf(lib), "data", lib.tensor([1])), RuntimeError, "floating point",
    ),
    "deepcopy of a result": (
        lambda lib: copy.deepcopy(leaf(lib) * 2), RuntimeError,
        "Only Tensors created explicitly by the user",
    ),
    "mT": (lambda lib: lib.ones(2).mT, RuntimeError, "only supported on matrices"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name: str) -> None:
    both_raise(*REFUSED[name])


@on_both
def test_leaves_and_results(lib: Any) -> None:
    x, c = leaf(lib), lib.ones(3, dtype=lib.float64)
    y, d = x * 2, c * 2
    assert [t.requires_grad for t in (x, c, y, d)] == [True, False, True, False]
    assert [t.is_leaf for t in (x, c, y, d)] == [True, True, False, True]
    assert [t.grad_fn is None for t in (x, c, y, d)] == [True, True, False, True]
    assert y.requires_grad_() is y
    c.requires_grad = True
    assert (c.requires_grad, c.is_leaf) == (True, True)
    c.requires_grad = False
    assert (c * 2).requires_grad is False
    assert [fn.name() for fn, _ in y.grad_fn.next_functions if fn] == [
        "torch::autograd::AccumulateGrad"
    ]
    assert not (x > 1).requires_grad
    assert not x.long().requires_grad
    assert not y.detach().requires_grad
    assert (x.detach() is x, y.detach_() is y, y.is_leaf) == (False, True, True)


@on_both
def test_the_gradient_can_be_set(lib: Any) -> None:
    x = leaf(lib)
    given = lib.ones(3, dtype=lib.float64)
    x.grad = given
    assert x.grad is given
    (x * 2).sum().backward()
    assert x.grad is given
    assert given.tolist() == [3.0, 3.0, 3.0]
    del x.grad
    assert x.grad is None
    x.grad = None
    c = lib.ones(3)
    c.grad = lib.zeros(3)
    assert c.grad.tolist() == [0.0, 0.0, 0.0]


@on_both
def test_numpy_shares_memory(lib: Any) -> None:
    for shape in ((), (1,), (2, 3)):
        x = lib.zeros(shape) * 1
        array = x.numpy()
        array += 5
        assert x.sum().item() == 5.0 * max(x.numel(), 1)
        x.mul_(2)
        assert array.sum() == x.sum().item()
        assert np.shares_memory(x.detach().numpy(), x.reshape(-1).numpy())
    array = np.arange(6.0).reshape(2, 3)[:, ::2]
    x = lib.from_numpy(array)
    array[0, 0] = 7
    assert (x[0, 0].item(), x.dtype) == (7.0, lib.float64)
    assert np.shares_memory(lib.as_tensor(array).numpy(), array)
    assert not np.shares_memory(lib.tensor(array).numpy(), array)
    assert leaf(lib).detach().numpy().tolist() == [1.0, 2.0, 3.0]


@on_both
def test_data(lib: Any) -> None:
    x = leaf(lib)
    d = x.data
    assert (d.requires_grad, d.is_leaf) == (False, True)
    d[0] = 9.0
    assert (x.tolist(), x._version) == ([9.0, 2.0, 3.0], 0)
    new = lib.tensor([4.0, 5.0])
    x.data = new
    assert (x.tolist(), x.dtype, x.requires_grad, x.is_leaf) == (
        [4.0, 5.0],
        lib.float32,
        True,
        True,
    )
    new[0] = 6.0
    assert x.tolist() == [6.0, 5.0]
    (x * 2).sum().backward()
    assert x.grad.tolist() == [2.0, 2.0]
    assert x.grad.dtype == lib.float32


@on_both
def test_versions(lib: Any) -> None:
    x = lib.zeros(3)
    v = x[1:]
    seen = [x._version]
    for change in (
        lambda: x.add_(1), lambda: v.mul_(2), lambda: x.__setitem__(0, 1.0), lambda: v[0].zero_(),
        lambda: x.__setitem__([0], 2.0), lambda: x.detach().add_(1), lambda: x.data.add_(1),
        lambda: x.numpy().fill(3), lambda: x.copy_(lib.ones(3)), lambda: x + 1,
    ):  # fmt: skip
        change()
        seen.append(x._version)
    assert seen == [0, 1, 2, 3, 4, 5, 6, 6, 6, 7, 7]
    assert v._version == 7
    assert (x * 1)._version == 0


@on_both
def test_pickle(lib: Any) -> None:
    x = lib.tensor([[1.0, 2.0], [3.0, 4.0]], dtype=lib.float64, requires_grad=True)
    (x * x).sum().backward()
    for made in (x, x.detach(), lib.tensor([1, 2]), lib.tensor(True), x.detach().t()):
        again = pickle.loads(pickle.dumps(made))
        assert again.tolist() == made.tolist()
        assert (again.dtype, again.requires_grad) == (made.dtype, made.requires_grad)
        assert (again.is_leaf, again.grad) == (True, None)
    again = pickle.loads(pickle.dumps(x))
    (again * 3).sum().backward()
    assert again.grad.tolist() == [[3.0, 3.0], [3.0, 3.0]]
    assert x.grad.tolist() == [[2.0, 4.0], [6.0, 8.0]]


def test_pickling_a_result_is_refused() -> None:
    """torch writes a leaf in its place; here the graph is not lost silently."""
    with pytest.raises(RuntimeError, match=r"pickle y\.detach\(\)"):
        pickle.dumps(leaf(autograd) * 2)


@on_both
def test_deepcopy(lib: Any) -> None:
    x = leaf(lib)
    (x * x).sum().backward()
    pair = copy.deepcopy([x, x, x.grad])
    assert pair[0] is pair[1]
    assert pair[0] is not x
    assert (pair[0].requires_grad, pair[0].is_leaf) == (True, True)
    assert pair[0].grad.tolist() == [2.0, 4.0, 6.0]
    pair[0].grad.zero_()
    with lib.no_grad():
        pair[0].zero_()
    assert (x.tolist(), x.grad.tolist()) == ([1.0, 2.0, 3.0], [2.0, 4.0, 6.0])
    (pair[0] * 2).sum().backward()
    assert x.grad.tolist() == [2.0, 4.0, 6.0]


REPRS: dict[str, Callable[[Any], Any]] = {
    "leaf": lambda lib: lib.tensor([1.0, 2.5], requires_grad=True),
    "float64": lambda lib: leaf(lib),
    "scalar": lambda lib: lib.tensor(3.0),
    "int": lambda lib: lib.tensor([[1, 2], [3, 4]]),
    "bool": lambda lib: lib.tensor([True, False]),
    "int32": lambda lib: lib.tensor([1, 2], dtype=lib.int32),
    "empty": lambda lib: lib.zeros(0, 3),
    "add": lambda lib: lib.tensor([1.0], requires_grad=True) + 1,
    "sub": lambda lib: lib.tensor([1.0], requires_grad=True) - 1,
    "mul": lambda lib: leaf(lib) * 2,
    "div": lambda lib: leaf(lib) / 2,
    "neg": lambda lib: -leaf(lib),
    "pow": lambda lib: leaf(lib) ** 2,
    "exp": lambda lib: leaf(lib).exp(),
    "sum": lambda lib: leaf(lib).sum(),
    "mean": lambda lib: leaf(lib).mean(),
    "std": lambda lib: leaf(lib).std(),
    "slice": lambda lib: leaf(lib)[1:],
    "view": lambda lib: leaf(lib).view(3, 1),
    "transpose": lambda lib: leaf(lib).view(3, 1).transpose(0, 1),
    "cat": lambda lib: lib.cat([leaf(lib), leaf(lib)]),
    "clone": lambda lib: leaf(lib).clone(),
    "relu": lambda lib: leaf(lib).relu(),
    "where": lambda lib: lib.where(leaf(lib) > 1, leaf(lib), 0.0),
    "to": lambda lib: leaf(lib).to(lib.float32),
    "unbind": lambda lib: leaf(lib).unbind()[0],
    "in place": lambda lib: (leaf(lib) * 1).add_(2),
}


@pytest.mark.parametrize("name", REPRS)
def test_repr(name: str) -> None:
    both(lambda lib: repr(REPRS[name](lib)).replace("torch.", "autograd."))
