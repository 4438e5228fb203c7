"""Reading and writing by index: values, gradients and second order, against torch and NumPy."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import autograd
from autograd import tensor
from tests.both import outcome, same, same_refusal
from tests.oracle import torch
from tests.samples.build import Sample, changed
from tests.samples.calls import gradients, weights

pytestmark = pytest.mark.filterwarnings("ignore:The given NumPy array is not writable:UserWarning")

ALL = slice(None)
ROWS = np.array([1, 0, 1])
PLACES = np.array([[0, 2], [3, 3]])
MASK = np.array([True, False])
MASK2 = np.array([[True, False, True], [False, False, True]])
MASK3 = np.arange(24).reshape(2, 3, 4) % 5 == 0

# Each reads from, and writes to, a tensor of shape (2, 3, 4).
INDICES: dict[str, Any] = {
    "int": 1,
    "negative int": -1,
    "ints": (1, 2, 3),
    "slice": slice(0, 1),
    "steps": (ALL, slice(None, None, 2), slice(3, 0)),
    "negative bounds": (ALL, slice(-2, None), slice(None, -1)),
    "bounds beyond the ends": slice(-9, 9),
    "empty slice": slice(2, 1),
    "int in the middle": (ALL, 1),
    "ellipsis first": (..., 1),
    "ellipsis last": (1, ...),
    "ellipsis between": (0, ..., 1),
    "ellipsis for nothing": (0, 1, 2, ...),
    "ellipsis alone": ...,
    "none": None,
    "nones": (None, 0, None, ALL, None),
    "empty tuple": (),
    "array": ROWS,
    "array of places": (ALL, ALL, PLACES),
    "two arrays": (ROWS, ROWS),
    "arrays that broadcast": (np.array([[0], [1]]), ROWS),
    "three arrays": (ROWS, ROWS, ROWS),
    "array after slice": (ALL, ROWS),
    "arrays after slice": (ALL, ROWS, ROWS),
    "arrays apart": (ROWS, ALL, ROWS),
    "array with int": (0, ROWS),
    "int and array apart": (0, ALL, ROWS),
    "array and int apart": (ROWS, ALL, 1),
    "int, array, int": (1, ROWS, 2),
    "int after array": (ALL, ROWS, 1),
    "array with none": (None, ROWS, None),
    "arrays with none between": (ROWS, None, ROWS),
    "array with ellipsis": (..., ROWS),
    "array with step": (ROWS, slice(None, None, 2)),
    "negative places": np.array([-1, 0, -2]),
    "0-d array": np.array(1),
    "0-d arrays": (np.array(1), ALL, np.array(2)),
    "empty array": np.array([], np.int64),
    "int32 places": ROWS.astype(np.int32),
    "list": [1, 0],
    "list in a tuple": (ALL, [0, 2]),
    "two lists": ([0, 1], [1, 2]),
    "empty list": [],
    "mask": MASK,
    "mask of two dims": MASK2,
    "mask of all dims": MASK3,
    "mask of nothing": np.zeros((2, 3), bool),
    "mask with int": (MASK, 1),
    "mask with slice": (MASK, slice(0, 2)),
    "mask last": (ALL, ALL, np.array([True, False, True, True])),
    "mask in the middle": (0, np.array([True, False, True])),
    "mask and array": (MASK, np.array([2])),
    "two masks": (MASK, np.array([False, True, False])),
    "list of bools": [True, False],
    "true": True,
    "false": False,
    "true with slice": (True, slice(0, 1)),
    "range": range(2),
}
NAMES = pytest.mark.parametrize("name", INDICES)


def array(*shape: int) -> np.ndarray:
    return np.random.default_rng(len(shape)).uniform(0.5, 2.0, shape)


def index_of(lib: Any, index: Any) -> Any:
    """The index with the library's tensors for arrays."""
    given = Sample(index) if not isinstance(index, tuple) else Sample(*index)
    parts = changed(given, lambda v: lib.from_numpy(v) if isinstance(v, np.ndarray) else v).args
    return tuple(parts) if isinstance(index, tuple) else parts[0]


def derivatives(lib: Any, function: Callable[..., Any], *arrays: np.ndarray) -> list[Any]:
    """The result, its gradients, and those of a random sum of the gradients."""
    leaves = [lib.from_numpy(a.copy()).requires_grad_() for a in arrays]
    result = function(*leaves)
    (weight,) = weights([result])
    first = lib.from_numpy(weight.copy()).requires_grad_()
    found = gradients(lib, [result], leaves, [first], create_graph=True)
    seconds = [lib.from_numpy(w) for w in weights(found, 1)]
    return [result, *found, *gradients(lib, found, [*leaves, first], seconds)]


@NAMES
def test_reading(name: str) -> None:
    """Squared after reading, so that the second order is not zero."""

    def run(lib: Any) -> Any:
        index = index_of(lib, INDICES[name])
        return derivatives(lib, lambda x: x[index] ** 2, array(2, 3, 4))

    for a, b in zip(run(autograd), run(torch), strict=True):
        same(a, b)


@NAMES
def test_views_are_torchs(name: str) -> None:
    """What shares memory with its source, and what is a copy."""
    source = array(2, 3, 4)
    whole = torch.from_numpy(source)
    part = autograd.from_numpy(source)[index_of(autograd, INDICES[name])]
    theirs = whole[index_of(torch, INDICES[name])]
    shares = theirs.untyped_storage().data_ptr() == whole.untyped_storage().data_ptr()
    assert np.may_share_memory(part.numpy(), source) == (shares and part.numel() > 0)


@NAMES
@pytest.mark.parametrize("kind", ["number", "whole", "row"])
def test_writing(name: str, kind: str) -> None:
    """A number, an array of the part's shape, or a row that broadcasts over it.

    Places that repeat are written in no order that torch promises: there, equal values are.
    """
    shape = np.empty((2, 3, 4))[_numpy_index(INDICES[name])].shape
    value = {"number": np.array(1.5), "whole": array(*shape), "row": array(*shape[-1:])}[kind]
    repeats = "array" in name or "places" in name or "list" in name
    if repeats:
        value = np.full_like(value, 1.5)

    def run(lib: Any) -> Any:
        index = index_of(lib, INDICES[name])

        def write(x: Any, v: Any) -> Any:
            y = x * x
            y[index] = v * v
            return y * y

        return derivatives(lib, write, array(2, 3, 4), value)

    ours, theirs = run(autograd), run(torch)
    for place, (a, b) in enumerate(zip(ours, theirs, strict=True)):
        if not (repeats and place in (2, 4)):  # which of the equal values was written last
            same(a, b)


def _numpy_index(index: Any) -> Any:
    """torch's reading of an index in NumPy's terms: for the shape only."""
    if isinstance(index, range):
        return list(index)
    if isinstance(index, list):
        return np.array(index, dtype=None if index else np.int64)
    return index


WRONG = {
    "int beyond": 2,
    "int below": -3,
    "too many": (0, 0, 0, 0),
    "too many slices": (ALL, ALL, ALL, ALL),
    "array beyond": np.array([2]),
    "array below": np.array([-3]),
    "second array beyond": (ROWS, np.array([3, 0, 0])),
    "arrays that do not broadcast": (ROWS, np.array([0, 1])),
    "mask too long": np.array([True, False, True]),
    "mask of another shape": np.ones((3, 2), bool),
    "float": 0.5,
    "float array": np.array([0.5]),
    "text": "a",
}


@pytest.mark.parametrize("writing", [False, True])
@pytest.mark.parametrize("name", WRONG)
def test_refused(name: str, writing: bool) -> None:
    def run(lib: Any) -> Any:
        x, index = lib.from_numpy(array(2, 3, 4)), index_of(lib, WRONG[name])
        if not writing:
            return x[index]
        x[index] = 1.0
        return x

    theirs = outcome(lambda: run(torch))
    assert isinstance(theirs, Exception)
    same_refusal(outcome(lambda: run(autograd)), theirs)


def test_a_value_that_does_not_fit_is_refused() -> None:
    for index, shape in ((0, (4, 3)), (slice(0, 1), (2, 3, 4)), (MASK, (2, 4)), (ROWS, (2, 4))):
        with pytest.raises(RuntimeError):
            torch.zeros(2, 3, 4)[index_of(torch, index)] = torch.zeros(shape)
        with pytest.raises(RuntimeError):
            tensor(array(2, 3, 4))[index_of(autograd, index)] = tensor(np.zeros(shape))


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_repeated_places_accumulate(dtype: str) -> None:
    x = tensor(np.zeros(4, dtype), requires_grad=True)
    places = np.array([0, 2, 2, 0, 2])
    x[places].backward(tensor(np.array([1, 2, 3, 4, 5], dtype)))
    assert x.grad.dtype == np.dtype(dtype)
    assert x.grad.tolist() == [5.0, 0.0, 10.0, 0.0]


def test_negative_and_positive_names_of_a_place_accumulate() -> None:
    x = tensor([1.0, 2.0, 3.0], requires_grad=True)
    x[[0, -3, 2, -1]].sum().backward()
    assert x.grad.tolist() == [2.0, 0.0, 2.0]


def test_nested_lists_are_numpys() -> None:
    """An array of places; torch still takes them for a tuple, and warns that it will not."""
    x = tensor(array(2, 3, 4))
    places = [[0, 1], [1, 0]]
    np.testing.assert_array_equal(x[places].numpy(), array(2, 3, 4)[places])
    with pytest.warns(UserWarning, match="will be interpreted as tensor index"):
        assert torch.zeros(2, 3, 4)[places].shape == (2, 4)


def test_two_ellipses_are_refused_as_in_numpy() -> None:
    assert torch.zeros(2, 3, 4)[..., ...].shape == (2, 3, 4)
    with pytest.raises(IndexError, match="ellipsis"):
        tensor(array(2, 3, 4))[..., ...]


def test_negative_steps_are_numpys() -> None:
    """torch refuses them; here they are views, as in NumPy."""
    x = tensor(array(2, 3, 4), requires_grad=True)
    part = x[::-1, :, ::-2]
    np.testing.assert_array_equal(part.detach().numpy(), array(2, 3, 4)[::-1, :, ::-2])
    weight = array(2, 3, 2)
    part.backward(tensor(weight))
    expected = np.zeros((2, 3, 4))
    expected[::-1, :, ::-2] = weight
    np.testing.assert_array_equal(x.grad.numpy(), expected)


def test_writing_through_a_view_reaches_its_source() -> None:
    def run(lib: Any) -> Any:
        def write(x: Any, v: Any) -> Any:
            y = x * 2
            part = y[1:, :, 1]
            part[0, index_of(lib, np.array([0, 2]))] = v
            return y * y

        return derivatives(lib, write, array(2, 3, 4), array(2))

    for a, b in zip(run(autograd), run(torch), strict=True):
        same(a, b)


def test_tensors_of_other_dtypes_as_indices() -> None:
    x = tensor([1.0, 2.0, 3.0])
    assert x[tensor([2, 0])].tolist() == [3.0, 1.0]
    assert x[tensor([True, False, True])].tolist() == [1.0, 3.0]
    assert x[tensor(1)].tolist() == 2.0
    assert x[np.int64(1)].item() == 2.0
    with pytest.raises(IndexError, match="long"):
        x[tensor([0.0])]
