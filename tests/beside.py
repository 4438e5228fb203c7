"""The same lines run on both libraries: a program takes ``lib`` and returns what it saw."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np

import autograd
from autograd import anomaly, function, functional
from autograd.gradcheck import GradcheckError, gradcheck, gradgradcheck
from tests.oracle import torch

OURS = SimpleNamespace(
    **{name: value for name, value in vars(autograd).items() if not name.startswith("__")}
    | {
        "Function": function.Function,
        "once_differentiable": function.once_differentiable,
        "functional": functional,
        "gradcheck": gradcheck,
        "gradgradcheck": gradgradcheck,
        "GradcheckError": GradcheckError,
        "detect_anomaly": anomaly.detect_anomaly,
        "set_detect_anomaly": anomaly.set_detect_anomaly,
        "is_anomaly_enabled": anomaly.is_anomaly_enabled,
    }
)
THEIRS = SimpleNamespace(
    **{name: value for name, value in vars(torch).items() if not name.startswith("__")}
    | {
        "Function": torch.autograd.Function,
        "once_differentiable": torch.autograd.function.once_differentiable,
        "functional": torch.autograd.functional,
        "gradcheck": torch.autograd.gradcheck,
        "gradgradcheck": torch.autograd.gradgradcheck,
        "GradcheckError": importlib.import_module("torch.autograd.gradcheck").GradcheckError,
        "detect_anomaly": torch.autograd.detect_anomaly,
        "set_detect_anomaly": torch.autograd.set_detect_anomaly,
        "grad": torch.autograd.grad,
        "backward": torch.autograd.backward,
    }
)

LIBRARIES = (OURS, THEIRS)


def both(program: Callable[[Any], Any]) -> Any:
    """Run ``program`` on both and require the same result; returns ours, tensors as arrays."""
    ours, theirs = (_plain(program(lib)) for lib in LIBRARIES)
    _same(ours, theirs, "result")
    return ours


def both_raise(kind: type[Exception], phrase: str, program: Callable[[Any], Any]) -> str:
    """Run ``program`` on both and require this exception and phrase; returns our text."""
    texts = []
    for lib in LIBRARIES:
        try:
            result = program(lib)
        except kind as error:
            texts.append(str(error))
        else:
            raise AssertionError(f"{'torch' if lib is THEIRS else 'autograd'} gave {result}")
    assert phrase in texts[1], f"torch says {texts[1]!r}"
    assert phrase in texts[0], f"autograd says {texts[0]!r}"
    return texts[0]


def _plain(value: Any) -> Any:
    """Tensors as (dtype, requires_grad, array)."""
    if isinstance(value, (tuple, list)):
        return tuple(map(_plain, value))
    if isinstance(value, (autograd.Tensor, torch.Tensor)):
        dtype = str(value.dtype).removeprefix("torch.")
        return dtype, value.requires_grad, np.array(value.detach().numpy())
    return value


def _same(ours: Any, theirs: Any, where: str) -> None:
    assert type(ours) is type(theirs), f"{where}: {ours!r} and {theirs!r}"
    if isinstance(ours, tuple):
        assert len(ours) == len(theirs), f"{where}: {ours!r} and {theirs!r}"
        for number, pair in enumerate(zip(ours, theirs, strict=True)):
            _same(*pair, f"{where}[{number}]")
    elif isinstance(ours, np.ndarray):
        rtol = 1e-9 if ours.dtype == np.float64 else 1e-6
        np.testing.assert_allclose(ours, theirs, rtol=rtol, atol=1e-12, err_msg=where)
        assert ours.shape == theirs.shape, where
    else:
        assert ours == theirs, f"{where}: {ours!r} and {theirs!r}"
