"""Indexing as NumPy does it, on indices that hypothesis makes up."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import given, settings, strategies as st
from hypothesis.extra import numpy as hnp

from autograd import tensor

SHAPES = hnp.array_shapes(min_dims=1, max_dims=4, min_side=1, max_side=4)
QUICK = settings(max_examples=150, deadline=None, derandomize=True)


def holds_as_in_numpy(shape: tuple[int, ...], index: Any) -> None:
    """Reading, its gradient, and writing, as NumPy does them."""
    numbers = np.arange(1.0, 1.0 + np.prod(shape)).reshape(shape)
    x = tensor(numbers, requires_grad=True)
    part = x[index]
    np.testing.assert_array_equal(part.detach().numpy(), numbers[index])
    weight = np.arange(1.0, 1.0 + part.numel()).reshape(part.shape)
    part.backward(tensor(weight))
    expected = np.zeros(shape)
    np.add.at(expected, index, weight)
    np.testing.assert_array_equal(x.grad.numpy(), expected)
    written, plain = tensor(numbers), numbers.copy()
    written[index] = 0.5
    plain[index] = 0.5
    np.testing.assert_array_equal(written.numpy(), plain)


@QUICK
@given(st.data())
def test_basic_indices_are_numpys(data: st.DataObject) -> None:
    shape = data.draw(SHAPES)
    holds_as_in_numpy(shape, data.draw(hnp.basic_indices(shape, allow_newaxis=True)))


@QUICK
@given(st.data())
def test_integer_arrays_are_numpys(data: st.DataObject) -> None:
    shape = data.draw(SHAPES)
    places = data.draw(hnp.integer_array_indices(shape))
    holds_as_in_numpy(shape, places)


@QUICK
@given(st.data())
def test_masks_are_numpys(data: st.DataObject) -> None:
    shape = data.draw(SHAPES)
    count = data.draw(st.integers(1, len(shape)))
    holds_as_in_numpy(shape, data.draw(hnp.arrays(bool, shape[:count])))


@QUICK
@given(st.data())
def test_mixtures_are_numpys(data: st.DataObject) -> None:
    """Slices, None, Ellipsis, and one or two integer arrays.

    No numbers: beside arrays they are arrays to NumPy, and slices to torch.
    """
    shape = data.draw(SHAPES)
    arrays = data.draw(st.sets(st.integers(0, len(shape) - 1), min_size=1, max_size=2))
    common = data.draw(hnp.array_shapes(min_dims=1, max_dims=2, max_side=3))
    index: list[Any] = []
    for dim, length in enumerate(shape):
        if data.draw(st.booleans()):
            index.append(None)
        if dim in arrays:
            places = st.integers(-length, length - 1)
            index.append(data.draw(hnp.arrays(np.int64, common, elements=places)))
        else:
            index.append(data.draw(st.slices(length)))
    if data.draw(st.booleans()):
        index.append(...)
    holds_as_in_numpy(shape, tuple(index))
