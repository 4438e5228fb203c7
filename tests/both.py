"""The same lines on both libraries, ours and torch: a program takes ``lib``, one of the two.

``lib.autograd`` is torch's package of that name, and ours by the same name.
"""

from __future__ import annotations

import builtins
import warnings
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pytest

import autograd
import nn.functional
from tests.oracle import torch

on_both = pytest.mark.parametrize(
    "lib", [pytest.param(autograd, id="autograd"), pytest.param(torch, id="torch")]
)


def leaf(lib: Any, *data: Any, dtype: str = "float64") -> Any:
    """A leaf that requires grad: of numbers, 1, 2, 3 without any, or of one list."""
    given = data[0] if len(data) == 1 and isinstance(data[0], list) else list(data)
    given = given or [1.0, 2.0, 3.0]
    return lib.tensor(given, dtype=getattr(lib, dtype), requires_grad=True)


def both(program: Callable[[Any], Any], *, exact: bool = False) -> Any:
    """Require the same result of ``program(lib)`` here and in torch; returns ours.

    Tensors have the same dtype, shape and requires_grad, and the same numbers up to rounding;
    with ``exact``, to the last bit. All else is equal.
    """
    ours = program(autograd)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # torch warns of what it allows
        theirs = program(torch)
    _same_parts(_plain(ours), _plain(theirs), exact, "result")
    return ours


def both_raise(
    program: Callable[[Any], Any],
    error: type[Exception] | tuple[type[Exception], ...],
    phrase: str,
) -> str:
    """Require that ``program(lib)`` raises ``error`` here and in torch, both with ``phrase``.

    Returns our text.
    """
    texts = []
    for lib in (torch, autograd):
        with pytest.raises(error) as caught:
            program(lib)
        texts.append(str(caught.value))
        assert phrase in texts[-1], f"{lib.__name__} says {texts[-1]!r}"
    return texts[-1]


class _Seen(NamedTuple):
    """A tensor as it was when a program had run."""

    dtype: str
    shape: tuple[int, ...]
    requires_grad: bool
    values: np.ndarray


def _plain(value: Any) -> Any:
    """Tensors as `_Seen`, sequences as tuples, all else as it is."""
    if isinstance(value, (autograd.Tensor, torch.Tensor)):
        return _Seen(dtype_of(value), tuple(value.shape), value.requires_grad, plain(value).copy())
    if isinstance(value, (tuple, list)):
        return tuple(map(_plain, value))
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    return value


def _same_parts(ours: Any, theirs: Any, exact: bool, where: str) -> None:
    assert type(ours) is type(theirs), f"{where}: {ours!r} and {theirs!r}"
    if isinstance(ours, _Seen):
        assert ours[:3] == theirs[:3], f"{where}: {ours!r} and {theirs!r}"
        rtol = 0 if exact else 1e-9 if ours.dtype == "float64" else 1e-6
        np.testing.assert_allclose(ours.values, theirs.values, rtol=rtol, atol=0, err_msg=where)
    elif isinstance(ours, tuple):
        assert len(ours) == len(theirs), f"{where}: {ours!r} and {theirs!r}"
        for number, pair in enumerate(zip(ours, theirs, strict=True)):
            _same_parts(*pair, exact, f"{where}[{number}]")
    elif isinstance(ours, dict):
        assert list(ours) == list(theirs), f"{where}: {ours!r} and {theirs!r}"
        for key in ours:
            _same_parts(ours[key], theirs[key], exact, f"{where}[{key!r}]")
    else:
        assert ours == theirs or repr(ours) == repr(theirs), f"{where}: {ours!r} and {theirs!r}"


def plain(tensor: Any) -> np.ndarray:
    """The numbers of a tensor of either library."""
    return np.asarray(tensor.numpy(force=True))


def dtype_of(tensor: Any) -> str:
    return str(tensor.dtype).removeprefix("torch.")


def tensors(result: Any) -> list[Any]:
    """The tensors in a result, in order."""
    if isinstance(result, (tuple, list)):
        return [tensor for part in result for tensor in tensors(part)]
    return [] if result is None else [result]


def same(ours: Any, theirs: Any, rtol: float = 1e-10, atol: float = 1e-12) -> None:
    """Require equal dtype and shape, and equal numbers up to rounding; nan equals nan.

    What is no tensor but a bool, as of `allclose`, is the same.
    """
    if isinstance(theirs, bool):
        assert ours is theirs
        return
    assert isinstance(ours, autograd.Tensor), type(ours)
    found, wanted = (dtype_of(ours), ours.shape), (dtype_of(theirs), tuple(theirs.shape))
    assert found == wanted, f"{found}, torch {wanted}"
    np.testing.assert_allclose(plain(ours), plain(theirs), rtol=rtol, atol=atol)


def same_result(ours: Any, theirs: Any, rtol: float = 1e-10, atol: float = 1e-12) -> None:
    """`same` for each tensor of a result, which has the same structure and field names."""
    assert isinstance(ours, tuple) == isinstance(theirs, (tuple, list)), (ours, theirs)
    if isinstance(ours, tuple):
        names = getattr(ours, "_fields", ())
        assert all(hasattr(theirs, name) for name in names), f"torch lacks {names}"
        assert names or not hasattr(theirs, "n_fields"), f"torch names its results: {theirs}"
    mine, other = tensors(ours), tensors(theirs)
    assert len(mine) == len(other)
    for a, b in zip(mine, other, strict=True):
        same(a, b, rtol, atol)


def outcome(run: Callable[[], Any]) -> Any:
    """What ``run`` returns, or the exception that it raises."""
    try:
        return run()
    except Exception as error:
        return error


def same_refusal(ours: Any, theirs: Exception) -> None:
    """Require an exception of torch's type: of the builtin that torch's is, or derives from."""
    assert isinstance(ours, Exception), f"torch raises {theirs!r}, this gives {ours!r}"
    kind = next(base for base in type(theirs).__mro__ if hasattr(builtins, base.__name__))
    kind = RuntimeError if kind is NotImplementedError else kind
    assert isinstance(ours, kind), f"torch raises {theirs!r}, this {ours!r}"


def differences(check: Callable[[], Any]) -> str:
    """What ``check`` finds wrong, in a line; empty where nothing is."""
    try:
        check()
    except AssertionError as error:
        return " ".join(str(error).split())[:300] or "not the same"
    return ""


def functional(lib: Any) -> Any:
    """Its functions of `nn.functional`."""
    return nn.functional if lib is autograd else lib.nn.functional
