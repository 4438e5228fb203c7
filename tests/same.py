"""Running the same lines on this library and on torch, and comparing what comes of it."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import autograd
from tests.oracle import torch

LIBS = [pytest.param(autograd, id="autograd"), pytest.param(torch, id="torch")]
on_both = pytest.mark.parametrize("lib", LIBS)


def grad(lib: Any, *args: Any, **kwargs: Any) -> Any:
    """`autograd.grad`, which torch keeps in a module of its own."""
    return getattr(lib, "autograd", lib).grad(*args, **kwargs)


def leaf(lib: Any, *data: Any) -> Any:
    """A float64 leaf that requires grad: of numbers, 1, 2, 3 without any, or of one list."""
    given = data[0] if len(data) == 1 and isinstance(data[0], list) else list(data)
    given = given or [1.0, 2.0, 3.0]
    return lib.tensor(given, dtype=lib.float64, requires_grad=True)


def plain(result: Any) -> Any:
    """Tensors as nested lists with their dtypes, everything else as it is."""
    if isinstance(result, (autograd.Tensor, torch.Tensor)):
        kind = str(result.dtype).removeprefix("torch.")
        return kind, tuple(result.shape), result.detach().tolist()
    if isinstance(result, (list, tuple)):
        return [plain(each) for each in result]
    if isinstance(result, dict):
        return {key: plain(value) for key, value in result.items()}
    return result


def both(f: Callable[[Any], Any], *, exact: bool = True) -> Any:
    """Require that ``f(lib)`` gives the same here and in torch; returns it as plain data."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # torch warns of what it allows
        ours, theirs = plain(f(autograd)), plain(f(torch))
    if exact:
        assert ours == theirs or repr(ours) == repr(theirs)
    else:
        close(ours, theirs)
    return ours


def close(ours: Any, theirs: Any) -> None:
    if isinstance(theirs, (list, tuple)) and not all(isinstance(n, float) for n in theirs):
        assert len(ours) == len(theirs)
        for one, other in zip(ours, theirs, strict=True):
            close(one, other)
    elif isinstance(theirs, (list, tuple, float)):
        np.testing.assert_allclose(ours, theirs, rtol=1e-6)
    else:
        assert ours == theirs


def both_raise(f: Callable[[Any], Any], error: type[Exception], phrase: str) -> None:
    """Require that ``f(lib)`` raises ``error`` here and in torch, ``phrase`` in both messages."""
    for lib in (autograd, torch):
        with pytest.raises(error) as caught:
            f(lib)
        assert phrase.lower() in str(caught.value).lower(), f"{lib.__name__}: {caught.value}"
