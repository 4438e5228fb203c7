"""Every way of computing a convolution gives torch's numbers, in however many parts.

The samples of the table of operators are too small to be cut up, and each is computed in the one
way that is chosen for it.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from autograd import pixels, threads
from autograd.ops import convolving, patches, rowwise, tiling, winograd
from autograd.ops.convolving import KERNELS, forced
from autograd.ops.problem import Convolution, Problem
from autograd.ops.windowing import Windows
from tests.on_threads import on_threads
from tests.oracle import torch

# The batch, channels, filters, size, kernel, stride, padding, dilation and groups.
PROBLEMS: list[tuple[Any, ...]] = [
    (5, 2, 3, (6, 7), (3, 2), (1, 1), (0, 0), (1, 1), 1),
    (3, 4, 6, (7, 5), (2, 3), (2, 3), (1, 2), (1, 1), 2),
    (4, 2, 2, (9, 8), (3, 3), (2, 1), (3, 0), (3, 2), 1),
    (3, 3, 3, (5, 6), (1, 2), (3, 3), (0, 1), (1, 1), 3),
    (7, 2, 4, (12,), (4,), (2,), (2,), (2,), 1),
    (2, 2, 3, (4, 5, 4), (2, 3, 2), (1, 2, 1), (1, 0, 1), (1, 1, 2), 1),
    (3, 4, 5, (7, 6), (1, 1), (1, 1), (0, 0), (1, 1), 1),
    (3, 4, 5, (7, 6), (1, 1), (2, 3), (0, 0), (1, 1), 1),
    (2, 3, 4, (8, 8), (7, 7), (2, 2), (3, 3), (1, 1), 1),
    (4, 5, 3, (11, 6), (3, 3), (1, 1), (0, 0), (1, 1), 1),
    (3, 2, 7, (5, 10), (3, 3), (1, 1), (1, 1), (1, 1), 1),
    (1, 3, 2, (3, 3), (3, 3), (1, 1), (2, 2), (1, 1), 1),
    (2, 1, 3, (9, 9), (3, 3), (1, 1), (1, 0), (1, 1), 1),
]

# What float32 may differ from torch's float64, for numbers of about 1: Winograd's transforms lose
# up to two digits more than products do.
SINGLE = {"winograd": 4e-5}


def poisoned(name: str, shape: tuple[int, ...], dtype: Any) -> Any:
    """An array to work in: no kernel may count on what it holds."""
    return np.full(shape, np.nan, dtype)


def _cases() -> list[Any]:
    cases = []
    for name, way in KERNELS.items():
        for problem in PROBLEMS:
            for dtype in ("float64", "float32"):
                if way.can(_problem(problem, dtype)):
                    cases.append(pytest.param(name, problem, dtype, id=f"{name}-{problem}-{dtype}"))
    return cases


def _windows(problem: tuple[Any, ...]) -> Windows:
    _, _, _, size, taps, stride, padding, dilation, _ = problem
    output = tuple(
        (n + 2 * p - d * (k - 1) - 1) // s + 1
        for n, k, s, p, d in zip(size, taps, stride, padding, dilation, strict=True)
    )
    return Windows(size, taps, output, stride, dilation, padding)


def _problem(problem: tuple[Any, ...], dtype: str) -> Problem:
    batch, channels, filters, *_, groups = problem
    return Problem(_windows(problem), groups, batch, channels, filters, dtype)


def _reference(problem: tuple[Any, ...]) -> tuple[Any, ...]:
    """Float64 inputs, a bias, and torch's output and gradients."""
    batch, channels, filters, size, taps, stride, padding, dilation, groups = problem
    rng = np.random.default_rng(0)
    x = rng.standard_normal((batch, channels, *size))
    w = rng.standard_normal((filters, channels // groups, *taps))
    b = rng.standard_normal(filters)
    given = [torch.from_numpy(each).requires_grad_() for each in (x, w)]
    options = (stride, padding, dilation, groups)
    forward = getattr(torch.nn.functional, f"conv{len(size)}d")
    y = forward(*given, torch.from_numpy(b), *options)
    g = rng.standard_normal(tuple(y.shape))
    by_input, by_weight = torch.autograd.grad(y, given, torch.from_numpy(g))
    return x, w, b, g, y.detach().numpy(), by_input.numpy(), by_weight.numpy()


@pytest.mark.parametrize("pixelwise", [False, True])
@pytest.mark.parametrize("part", ["whole", "small"])
@pytest.mark.parametrize(("name", "problem", "dtype"), _cases())
def test_as_in_torch(
    name: str, problem: tuple[Any, ...], dtype: str, part: str, pixelwise: bool, monkeypatch: Any
) -> None:
    if part == "small":
        for module, constant, value in (
            (rowwise, "SMALL_PRODUCT", 3_000),
            (rowwise, "COLUMNS", 1 << 12),
            (rowwise, "LARGE", 1),
            (patches, "SMALL_PRODUCT", 500),
            (patches, "PART", 1 << 8),
            (patches, "SHARED", 0),
            (patches, "RUN", 1),
            (tiling, "SMALL_PRODUCT", 500),
            (winograd, "CACHED", 1),
        ):
            monkeypatch.setattr(module, constant, value)
        monkeypatch.setattr(threads, "scratch", poisoned)
        tiling.planned.cache_clear()
    x, w, b, g, *expected = _reference(problem)
    x, w, b, g = (each.astype(dtype) for each in (x, w, b, g))
    if pixelwise and x.ndim == 4:
        x, g = (pixels.images(np.ascontiguousarray(each.transpose(2, 3, 0, 1))) for each in (x, g))
    conv = Convolution(_windows(problem), problem[-1])
    zeros = np.zeros(problem[1], dtype)
    try:
        with forced(name):
            found = [
                convolving.convolved(x, w, b, conv),
                convolving.input_of(g, w, None, conv),
                convolving.weight_of(g, x, conv),
                convolving.input_of(g, w, zeros + 1, conv) - 1,
            ]
    finally:
        tiling.planned.cache_clear()
    assert found[2].base is None  # a leaf keeps a gradient in its own memory as it comes
    tolerance = 1e-12 if dtype == "float64" else SINGLE.get(name, 1e-5)
    for mine, other in zip(found, (*expected, expected[1]), strict=True):
        assert mine.dtype == dtype
        scale = max(1.0, float(np.abs(other).max(initial=0.0)))
        np.testing.assert_allclose(mine, other, rtol=0, atol=tolerance * scale)


BEHIND = {n: Windows((4, 5), (n, n), (4, 5), (1, 1), (1, 1), (0, 0)) for n in (2, 3)}


@pytest.mark.parametrize(
    ("name", "taps"),
    [
        (name, taps)
        for name in KERNELS
        for taps, windows in BEHIND.items()
        if KERNELS[name].can(Problem(windows, 1, 3, 2, 4, "float32"))
    ],
)
def test_padding_behind_the_images_alone(name: str, taps: int, monkeypatch: Any) -> None:
    """As padding="same" has it for kernels of even size."""
    monkeypatch.setattr(threads, "scratch", poisoned)
    rng = np.random.default_rng(0)
    x, w, g = (rng.standard_normal(s) for s in ((3, 2, 4, 5), (4, 2, taps, taps), (3, 4, 4, 5)))
    given = [torch.from_numpy(each).requires_grad_() for each in (x, w)]
    padded = torch.nn.functional.pad(given[0], (0, taps - 1, 0, taps - 1))
    y = torch.nn.functional.conv2d(padded, given[1])
    by_input, by_weight = torch.autograd.grad(y, given, torch.from_numpy(g))
    x, w, g = (each.astype("float32") for each in (x, w, g))
    conv = Convolution(BEHIND[taps], 1)
    with forced(name):
        found = [
            convolving.convolved(x, w, None, conv),
            convolving.input_of(g, w, None, conv),
            convolving.weight_of(g, x, conv),
        ]
    for mine, other in zip(found, (y.detach(), by_input, by_weight), strict=True):
        np.testing.assert_allclose(mine, other.numpy(), rtol=0, atol=1e-4)


WINOGRAD = [each for each in PROBLEMS if KERNELS["winograd"].can(_problem(each, "float32"))]


@pytest.mark.parametrize("cached", [winograd.CACHED, 1])
@pytest.mark.parametrize("adjoint", [False, True])
@pytest.mark.parametrize(
    "problem",
    [
        *WINOGRAD,
        (3, 2, 4, (13, 6), (3, 3), (1, 1), (0, 1), (1, 1), 1),
        (2, 3, 2, (4, 3), (3, 3), (1, 1), (4, 3), (1, 1), 1),
    ],
    ids=str,
)
def test_the_gradient_by_the_input_by_either_way_of_tiles(
    problem: tuple[Any, ...], adjoint: bool, cached: int, monkeypatch: Any
) -> None:
    """As a sum of tiles that overlap, or as a convolution."""
    monkeypatch.setattr(winograd, "_adjoint_pays", lambda size: adjoint)
    monkeypatch.setattr(winograd, "CACHED", cached)
    _, w, _, g, _, by_input, _ = _reference(problem)
    single = [each.astype("float32") for each in (g, w, np.ones(problem[1]))]
    with forced("winograd"):
        found = convolving.input_of(*single, Convolution(_windows(problem), 1))
    scale = float(np.abs(by_input).max())
    np.testing.assert_allclose(found - 1, by_input, rtol=0, atol=4e-5 * max(1.0, scale))


@pytest.mark.parametrize("name", ["flat", "exact", "columns"])
def test_the_gradient_by_the_input_as_a_convolution(name: str, monkeypatch: Any) -> None:
    """Whether or not that is the cheaper way."""
    monkeypatch.setattr(convolving, "_turning_pays", lambda size, turned: True)
    problem = PROBLEMS[0]
    _, w, _, g, _, by_input, _ = _reference(problem)
    with forced(name):
        found = convolving.input_of(g, w, None, Convolution(_windows(problem), 1))
    np.testing.assert_allclose(found, by_input, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("name", KERNELS)
def test_nan_and_infinities_go_where_they_go_in_torch(name: str) -> None:
    problem = PROBLEMS[9]
    if not KERNELS[name].can(_problem(problem, "float32")):
        problem = PROBLEMS[6]
    x, w, b, g, *_ = (each.astype("float32") for each in _reference(problem))
    x[0, 0, 5, 3], x[1, 1, 0, 0] = np.nan, np.inf
    g[0, 0, 1, 1], g[1, 1, 0, 0] = np.nan, -np.inf
    given = [torch.from_numpy(each).requires_grad_() for each in (x, w)]
    y = torch.nn.functional.conv2d(*given, torch.from_numpy(b))
    by_input, by_weight = torch.autograd.grad(y, given, torch.from_numpy(g))
    conv = Convolution(_windows(problem), 1)
    with forced(name), np.errstate(all="ignore"):
        for mine, other in (
            (convolving.convolved(x, w, b, conv), y.detach()),
            (convolving.input_of(g, w, None, conv), by_input),
            (convolving.weight_of(g, x, conv), by_weight),
        ):
            np.testing.assert_allclose(mine, other.numpy(), rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize(
    ("problem", "expected"),
    [
        ((32, 64, 64, (24, 24), (3, 3), (1, 1), (1, 1), (1, 1), 1), "winograd"),
        ((32, 512, 512, (3, 3), (3, 3), (1, 1), (1, 1), (1, 1), 1), "shifted"),
        ((32, 64, 128, (24, 24), (1, 1), (2, 2), (0, 0), (1, 1), 1), "pixels"),
        ((64, 1, 6, (28, 28), (5, 5), (1, 1), (2, 2), (1, 1), 1), "columns"),
        ((32, 64, 128, (24, 24), (3, 3), (2, 2), (1, 1), (1, 1), 1), "patches"),
        ((1, 1, 1, (8, 8), (3, 3), (1, 1), (0, 0), (1, 1), 1), "gathered"),
        ((1, 3, 8, (32, 32), (3, 3), (1, 1), (0, 0), (1, 1), 1), "flat"),
        ((4, 512, 512, (3, 3), (3, 3), (1, 1), (1, 1), (1, 1), 1), "unrolled"),
        ((2, 8, 8, (64,), (1,), (1,), (0,), (1,), 1), "pointwise"),
        ((2, 64, 64, (6, 6, 6), (3, 3, 3), (1, 1, 1), (1, 1, 1), (1, 1, 1), 1), "exact"),
    ],
    ids=str,
)
def test_which_is_taken_when(problem: tuple[Any, ...], expected: str) -> None:
    assert convolving.chosen(_problem(problem, "float32")) == expected


def test_every_kernel_of_the_table_is_tested() -> None:
    assert {case.values[0] for case in _cases()} == set(KERNELS)


@pytest.mark.parametrize("name", ["winograd", "patches", "columns", "shifted", "unrolled", "flat"])
def test_the_same_bits_for_the_same_number_of_threads(name: str) -> None:
    """And nearly the same for another."""
    problem = (8, 16, 16, (12, 12), (3, 3), (1, 1), (1, 1), (1, 1), 1)
    x, w, _, g, _, _, by_weight = _reference(problem)
    x, w, g = (each.astype("float32") for each in (x, w, g))
    conv = Convolution(_windows(problem), 1)
    found = []
    for count in (1, 2, 2, 3):
        with on_threads(count), forced(name):
            found.append(convolving.weight_of(g, x, conv))
    np.testing.assert_array_equal(found[1], found[2])
    for each in found:
        np.testing.assert_allclose(each, by_weight, rtol=0, atol=1e-5 * np.abs(by_weight).max())
