"""autograd.printing against torch's own repr."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from autograd.printing import format_tensor, get_printoptions, set_printoptions
from tests.oracle import torch

FLOATS = ["float16", "float32", "float64"]
WHOLE = ["int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"]
DEFAULT = np.dtype(np.float32)


@pytest.fixture(autouse=True)
def _default_options() -> Iterator[None]:
    yield
    options(profile="default")


def options(**chosen: Any) -> None:
    set_printoptions(**chosen)
    torch.set_printoptions(**chosen)


def same_text(array: np.ndarray) -> None:
    """Require torch's text for this array."""
    expected = repr(torch.from_numpy(np.array(array))).replace("torch.", "autograd.")
    assert format_tensor(array, default_dtype=DEFAULT) == expected


SHAPES = [
    (), (1,), (3,), (7,), (40,), (999,), (1000,), (1001,), (5000,), (1, 1), (2, 3), (3, 20),
    (1, 50), (7, 200), (200, 7), (6, 167), (1001, 1), (1, 1001), (2, 3, 4), (1, 1, 1), (8, 8, 8),
    (11, 10, 10), (3, 3, 300), (2, 2, 2, 2), (7, 7, 7, 7), (3, 1, 5, 1), (2, 1, 1, 600),
    (1, 2, 1, 2, 1, 2),
]  # fmt: skip


@pytest.mark.parametrize("dtype", [*FLOATS, *WHOLE, "bool"])
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_shapes_and_dtypes(shape: tuple[int, ...], dtype: str) -> None:
    rng = np.random.default_rng(len(shape))
    kind = np.dtype(dtype)
    if kind.kind in "iu":
        info = np.iinfo(kind)
        same_text(rng.integers(info.min, info.max, shape, dtype=kind, endpoint=True))
        same_text(rng.integers(0, 10, shape).astype(kind))
    elif kind.kind == "b":
        same_text(rng.integers(0, 2, shape).astype(kind))
    else:
        same_text(np.asarray(rng.standard_normal(shape)).astype(kind))
        same_text(np.asarray(rng.integers(-9, 9, shape)).astype(kind))


@pytest.mark.parametrize("dtype", [*FLOATS, *WHOLE, "bool"])
@pytest.mark.parametrize("shape", [(0,), (0, 3), (3, 0), (2, 0, 4), (0, 0)], ids=str)
def test_empty(shape: tuple[int, ...], dtype: str) -> None:
    same_text(np.zeros(shape, dtype))


SPECIAL = [
    [0.0], [-0.0], [1.0], [-1.0], [np.nan], [np.inf], [-np.inf], [np.nan, 1.0], [np.inf, 1.5],
    [-np.inf, 0.0, np.nan], [0.0, 0.5], [1.0, 2.0], [1.0, 2.5], [1e-4, 1e-3], [9e-5], [1e-5, 1.0],
    [1.0, 1000.0], [1.0, 1001.0], [0.5, 500.0], [0.5, 501.0], [1e8], [1.0001e8], [1e9, 1.0],
    [123456.789], [1e30], [1e-30], [99999.5, 1000.5], [0.99999, 1.0], [0.00005, 0.0001],
    [3e4, -6e4], [1e3, np.nan, -np.inf], [np.inf, 100000.0], [np.nan, 1e-6], [1e-7, 0.0],
    [65504.0], [6e-8], [-0.0, 3.0], [2.0**24, 1.0], [1e10, 1e10], [1 / 3] * 30,
    [-1 / 3, 1e5] * 9, [0.1] * 12,
]  # fmt: skip


@pytest.mark.parametrize("values", SPECIAL, ids=str)
def test_special_values(values: list[float]) -> None:
    for dtype in FLOATS:
        with np.errstate(over="ignore"):
            array = np.array(values, np.float64).astype(dtype)
        for shape in ((-1,), (-1, 1), (1, -1)):
            same_text(array.reshape(shape))
        same_text(array[0])
        same_text(np.tile(array, 1100))


@pytest.mark.parametrize("seed", range(150))
def test_random_arrays(seed: int) -> None:
    rng = np.random.default_rng(seed)
    shape = tuple(int(n) for n in rng.choice([1, 2, 3, 5, 6, 7, 8, 13, 30], rng.integers(0, 5)))
    values = np.asarray(rng.standard_normal(shape) * 10.0 ** rng.integers(-8, 10))
    if rng.random() < 0.3:
        values = values * 10.0 ** rng.integers(-3, 4, shape)
    if rng.random() < 0.3:
        values = np.round(values)
    for special in (np.nan, np.inf, -np.inf, 0.0):
        if rng.random() < 0.2:
            values = np.where(rng.random(shape) < 0.2, special, values)
    with np.errstate(over="ignore"):
        for dtype in FLOATS:
            same_text(np.asarray(values.astype(dtype)))


@pytest.mark.parametrize(
    "chosen",
    [
        {"precision": 2}, {"precision": 0}, {"precision": 10}, {"threshold": 5}, {"threshold": 0},
        {"edgeitems": 1, "threshold": 10}, {"edgeitems": 0, "threshold": 10}, {"edgeitems": 0},
        {"edgeitems": 5, "threshold": 10}, {"linewidth": 20}, {"linewidth": 1}, {"linewidth": 200},
        {"profile": "short"}, {"profile": "full"}, {"profile": "default"}, {"profile": "other"},
        {"profile": "short", "precision": 6}, {"sci_mode": True}, {"sci_mode": False},
        {"sci_mode": True, "precision": 1, "linewidth": 40}, {"threshold": 20, "linewidth": 30},
    ],
    ids=str,
)  # fmt: skip
def test_options(chosen: dict[str, Any]) -> None:
    rng = np.random.default_rng(0)
    options(**chosen)
    for shape in ((), (1,), (4,), (30,), (3, 4), (4, 30), (9, 9, 2), (1200,), (2, 0)):
        for scale, dtype in itertools.product((1.0, 1e-6, 1e7), ("float32", "float64")):
            same_text(np.asarray(rng.standard_normal(shape) * scale).astype(dtype))
        same_text(np.asarray(rng.integers(-50, 50, shape)))
        same_text(np.asarray(rng.integers(-50, 50, shape)).astype("float32"))


def test_options_are_kept_and_replaced_as_torch_does() -> None:
    from torch._tensor_str import get_printoptions as theirs

    assert get_printoptions() == theirs()
    for chosen in ({"precision": 7}, {"sci_mode": True}, {"linewidth": 50}, {"profile": "full"},
                   {"profile": "short", "edgeitems": 4}, {"profile": "default"}):  # fmt: skip
        options(**chosen)
        assert get_printoptions() == theirs()


def test_default_dtype() -> None:
    x = np.array([1.0, 2.5])
    assert format_tensor(x, default_dtype=np.dtype("float64")) == "tensor([1.0000, 2.5000])"
    torch.set_default_dtype(torch.float64)
    try:
        for dtype in (*FLOATS, *WHOLE, "bool"):
            for shape in ((2,), (0,), (0, 2)):
                array = np.ones(shape, dtype)
                expected = repr(torch.from_numpy(array)).replace("torch.", "autograd.")
                assert format_tensor(array, default_dtype=np.dtype("float64")) == expected
    finally:
        torch.set_default_dtype(torch.float32)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("length", [*range(1, 9), 30, 31, 2000])
def test_suffixes_break_lines_where_torch_does(length: int, dtype: str) -> None:
    for shape in ((length,), (2, length)):
        x = np.random.default_rng(length).standard_normal(shape).astype(dtype)
        leaf = torch.from_numpy(x.copy()).requires_grad_()
        text = repr(leaf).replace("torch.", "autograd.")
        assert format_tensor(x, suffixes=["requires_grad=True"], default_dtype=DEFAULT) == text
        product = leaf * 1
        text = repr(product).replace("torch.", "autograd.")
        note = f"grad_fn=<{type(product.grad_fn).__name__}>"
        assert format_tensor(x, suffixes=[note], default_dtype=DEFAULT) == text


def test_prefix_sets_the_indent() -> None:
    class LongName(torch.Tensor):
        pass

    x = np.random.default_rng(0).standard_normal((3, 40)).astype("float32")
    expected = repr(torch.from_numpy(x).as_subclass(LongName))
    assert format_tensor(x, default_dtype=DEFAULT, prefix="LongName(") == expected


def test_strided_and_read_only_arrays() -> None:
    x = np.arange(60.0, dtype=np.float32).reshape(3, 4, 5)
    for view in (x.T, x[:, ::2], x[::-1], np.broadcast_to(np.float32(2), (2, 3))):
        view = view.view()
        view.flags.writeable = False
        same_text(view)


def test_numpy_scalars() -> None:
    assert format_tensor(np.float32(1.5), default_dtype=DEFAULT) == "tensor(1.5000)"
    assert format_tensor(np.bool_(True), default_dtype=DEFAULT) == "tensor(True)"
    assert format_tensor(np.int64(3), default_dtype=DEFAULT) == "tensor(3)"


def test_only_the_edges_of_a_huge_array_are_read() -> None:
    # Half a terabyte, if it were ever copied.
    huge = np.broadcast_to(np.float32(1.5), (50, 50_000, 50_000))
    text = format_tensor(huge, default_dtype=DEFAULT)
    assert text.count("1.5000") == 6**3


@pytest.mark.parametrize("array", [np.array(["a"]), np.array([None]), np.array([1j])], ids=str)
def test_other_dtypes_are_refused(array: np.ndarray) -> None:
    with pytest.raises(TypeError, match="cannot print"):
        format_tensor(array, default_dtype=DEFAULT)
