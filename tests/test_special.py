"""Special functions: without SciPy, where torch has no derivative, and how exact ours are."""

from __future__ import annotations

import math
import sys

import numpy as np
import pytest

import autograd
from autograd import error_function, special
from tests.both import both, both_raise
from tests.oracle import torch

NEEDS_SCIPY = {
    "lgamma": lambda x: autograd.lgamma(x),
    "digamma": lambda x: x.digamma(),
    "polygamma": lambda x: autograd.polygamma(1, x),
    "igamma": lambda x: autograd.igamma(x, x),
    "zeta": lambda x: special.zeta(x, 1.0),
    "modified_bessel_i0": lambda x: autograd.i0(x),
    "bessel_j0": lambda x: special.bessel_j0(x),
    "airy_ai": lambda x: special.airy_ai(x),
}
ALONE = {
    "erf": autograd.erf,
    "erfinv": lambda x: autograd.erfinv(x / 2),
    "ndtri": special.ndtri,
    "xlogy": lambda x: autograd.xlogy(x, x),
    "entr": special.entr,
    "legendre": lambda x: special.legendre_polynomial_p(x, 3),
}


@pytest.fixture
def no_scipy(monkeypatch: pytest.MonkeyPatch) -> None:
    """SciPy as if it were not installed."""
    for name in list(sys.modules):
        if name.partition(".")[0] == "scipy":
            monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "scipy", None)


@pytest.mark.usefixtures("no_scipy")
@pytest.mark.parametrize("name", NEEDS_SCIPY)
def test_without_scipy_the_extra_is_named(name: str) -> None:
    with pytest.raises(ModuleNotFoundError, match=rf"{name}\(\).*leibniz-autograd\[special\]"):
        NEEDS_SCIPY[name](autograd.tensor([0.5]))


@pytest.mark.usefixtures("no_scipy")
@pytest.mark.parametrize("name", ALONE)
def test_numpy_is_enough(name: str) -> None:
    x = autograd.tensor([0.25, 0.5], requires_grad=True)
    (first,) = autograd.grad(ALONE[name](x).sum(), x, create_graph=True)
    first.sum().backward()
    assert x.grad.isfinite().all()


@pytest.mark.parametrize("name", ["igamma", "igammac", "zeta"])
def test_no_derivative_by_the_first(name: str) -> None:
    def program(lib: object, order: int) -> object:
        function = getattr(lib, name, None) or getattr(lib.special, name)
        a = lib.tensor([1.5, 3.0], dtype=lib.float64, requires_grad=order > 0)
        return function(a, lib.tensor([0.5, 2.0], dtype=lib.float64))

    both(lambda lib: program(lib, 0))
    both_raise(lambda lib: program(lib, 1).sum().backward(), NotImplementedError, name)


ULPS = {
    "erf": (np.linspace(-6, 6, 3001), 4),
    "erfc": (np.linspace(-6, 26, 3001), 7),
    "erfinv": (np.linspace(-1, 1, 3002)[1:-1], 4),
    "erfcx": (np.linspace(0, 40, 3001), 8),
}


@pytest.mark.parametrize("name", ULPS)
def test_error_functions_to_the_last_places(name: str) -> None:
    """torch's are the reference, whose own errors count here, too."""
    points, most = ULPS[name]
    expected = getattr(torch.special, name)(torch.from_numpy(points)).numpy()
    found = getattr(error_function, name)(points)
    assert np.max(np.abs(found - expected) / np.spacing(np.abs(expected))) <= most


def test_few_and_many_are_the_same_function() -> None:
    points = np.linspace(-3, 3, 200)
    for function in (error_function.erf, error_function.erfc):
        few = np.concatenate([function(part) for part in np.split(points, 20)])
        np.testing.assert_allclose(few, function(points), rtol=2e-15, atol=0)


def test_the_tail_is_kept() -> None:
    """What is below 1e-300 has its digits, by the C library's word."""
    points = np.linspace(20, 26.5, 50)
    expected = [math.erfc(x) for x in points]
    np.testing.assert_allclose(error_function.erfc(points), expected, rtol=1e-15)


def test_bessel_functions_are_smooth_at_zero() -> None:
    """The third derivatives at 0, where a quotient by x would hide them."""
    wanted = {"i1": 0.375, "bessel_j1": -0.375, "bessel_j0": 0.0, "spherical_bessel_j0": 0.0}
    for name, value in wanted.items():
        x = autograd.tensor(0.0, requires_grad=True)
        y = getattr(special, name)(x)
        for _ in range(3):
            (y,) = autograd.grad(y, x, create_graph=True)
        assert y.item() == pytest.approx(value)
