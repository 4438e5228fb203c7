"""The spellings of arguments that ordinary torch programs use, the same lines on both."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

import autograd
import nn
from tests.both import both, outcome, same_refusal
from tests.oracle import torch


def F(lib: Any) -> Any:
    """The library's functions of neural networks."""
    return nn.functional if lib is autograd else torch.nn.functional


SAME: list[Callable[[Any], Any]] = [
    # NumPy's names for dim and keepdim
    lambda lib: lib.cat([lib.ones(2, 1), lib.zeros(2, 1)], axis=1),
    lambda lib: lib.stack(tensors=[lib.ones(2), lib.zeros(2)], axis=-1),
    lambda lib: lib.ones(2, 3).sum(axis=0, keepdims=True),
    lambda lib: lib.ones(2, 3).softmax(axis=-1),
    lambda lib: lib.ones(2).unsqueeze(axis=0),
    lambda lib: lib.ones(1, 2).squeeze(axis=0),
    lambda lib: lib.ones(1, 2).squeeze_(axis=0),
    lambda lib: tuple(lib.sort(lib.tensor([[3, 1], [2, 4]]), axis=0)),
    lambda lib: lib.tensor([[3, 1], [2, 4]]).argsort(axis=0),
    lambda lib: tuple(lib.tensor([[3, 1], [2, 4]]).topk(1, axis=0)),
    lambda lib: tuple(lib.tensor([[3.0, 1], [2, 4]]).kthvalue(1, axis=0, keepdims=True)),
    lambda lib: lib.gather(lib.ones(2, 3), axis=1, index=lib.tensor([[0], [1]])),
    lambda lib: lib.ones(4).chunk(2, axis=0),
    lambda lib: lib.ones(2, 2).unbind(axis=1),
    # by keyword
    lambda lib: lib.transpose(input=lib.ones(2, 3), dim0=0, dim1=1),
    lambda lib: lib.swapaxes(lib.ones(2, 3), axis0=0, axis1=1),
    lambda lib: lib.arange(6).split(split_size=4),
    lambda lib: lib.tensor_split(lib.arange(5), sections=2),
    lambda lib: lib.tensor_split(lib.arange(5), indices=[2]),
    lambda lib: lib.hsplit(lib.arange(4), sections=2),
    lambda lib: lib.ones(2, 3).view(size=(3, 2)),
    lambda lib: lib.ones(2, 1).expand(size=(2, 3)),
    lambda lib: lib.linalg.cholesky(input=lib.eye(2)),
    lambda lib: lib.linalg.vector_norm(input=lib.ones(2)),
    lambda lib: lib.linalg.matrix_norm(input=lib.ones(2, 2), axis=(0, 1)),
    lambda lib: lib.det(input=lib.eye(2)),
    lambda lib: lib.matrix_power(input=lib.eye(2), n=2),
    lambda lib: lib.triangular_solve(input=lib.ones(2, 1), A=lib.eye(2))[0],
    lambda lib: lib.cholesky_solve(lib.ones(2, 1), input2=lib.eye(2)),
    lambda lib: lib.linalg.lstsq(lib.eye(2), b=lib.ones(2, 1))[0],
    lambda lib: F(lib).one_hot(input=lib.tensor([0, 2])),
    lambda lib: lib.ones(2).copy_(other=lib.zeros(2)),
    # positional bools
    lambda lib: lib.std(lib.tensor([[3.0, 1.0, 2.0]]), 1, False, True),
    lambda lib: lib.var(lib.tensor([[3.0, 1.0, 2.0]]), False),
    lambda lib: lib.tensor([[3.0, 1.0, 2.0]]).std(unbiased=False),
    lambda lib: tuple(lib.max(lib.tensor([[3.0, 1.0, 2.0]]), 1, True)),
    lambda lib: tuple(lib.sort(lib.tensor([3.0, 1.0, 2.0]), 0, True)),
    # where and what tensors are made
    lambda lib: lib.zeros(size=(2, 3), device="cpu"),
    lambda lib: lib.ones(2).new_zeros(size=(3,), device=lib.device("cpu")),
    lambda lib: lib.tensor([1.0], device=lib.zeros(1).device, requires_grad=True),
    lambda lib: lib.full(size=(2,), fill_value=3.0, device="cpu"),
    lambda lib: lib.zeros_like(lib.ones(2), device="cpu", dtype=lib.int64),
    lambda lib: lib.randint(high=1, size=(2,)),
    lambda lib: lib.randint(1, size=(2,)),
    lambda lib: lib.ones(2).cpu().to(lib.device("cpu")),
    lambda lib: (str(lib.ones(2).device), lib.ones(2).device.type, repr(lib.device("cpu"))),
    lambda lib: lib.ones(2).type(lib.float64),
    # bytes of another dtype
    lambda lib: lib.tensor([[1.0, 2.0]]).view(lib.int32),
    lambda lib: lib.tensor([[1.0, 2.0]]).view(dtype=lib.float64),
    lambda lib: lib.tensor([[1.0, 2.0]], requires_grad=True).view(lib.uint8),
    lambda lib: lib.tensor(1.0).view(lib.int32),
    lambda lib: lib.ones(2).view(lib.int32).add_(1).view(lib.float32),
    # numbers
    lambda lib: (lib.pi, lib.e, lib.inf, str(lib.nan)),
    lambda lib: [(lib.finfo(each).max, lib.finfo(each).bits) for each in (lib.half, lib.float64)],
    lambda lib: (lib.finfo().eps, lib.finfo(lib.float32).tiny, lib.finfo().dtype),
    lambda lib: (repr(lib.finfo(lib.float32)), repr(lib.iinfo(lib.int32))),
    lambda lib: (lib.iinfo(lib.uint8).min, lib.iinfo(lib.int64).max),
]

REFUSED: list[Callable[[Any], Any]] = [
    lambda lib: lib.ones(2, 3).sum(0, 1),
    lambda lib: lib.ones(2, 3).mean(0, 1),
    lambda lib: lib.cat([lib.ones(2)], dim=0, axis=0),
    lambda lib: lib.ones(3).view(lib.float64),
    lambda lib: lib.ones(2, 2).t().view(lib.float64),
    lambda lib: lib.tensor(1.0).view(lib.float64),
    lambda lib: lib.zeros(2, device="nowhere"),
    lambda lib: lib.zeros(2, size=(3,)),
    lambda lib: lib.finfo(lib.int64),
    lambda lib: lib.iinfo(lib.float32),
    lambda lib: ~lib.ones(2),
    lambda lib: lib.randint(),
]


@pytest.mark.parametrize("number", range(len(SAME)))
def test_the_same_call(number: int) -> None:
    both(SAME[number])


@pytest.mark.parametrize("number", range(len(REFUSED)))
def test_the_same_refusal(number: int) -> None:
    refused = REFUSED[number]
    same_refusal(outcome(lambda: refused(autograd)), outcome(lambda: refused(torch)))


def test_bytes_of_another_dtype_are_shared() -> None:
    x = autograd.ones(2)
    x.view(autograd.int32).zero_()
    assert x.tolist() == [0.0, 0.0]
    assert x._version == 1
