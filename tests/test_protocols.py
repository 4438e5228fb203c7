"""NumPy's own functions and scalars on tensors: recorded, differentiable, never detached."""
# ruff: noqa: SIM300 - the array on the left is what is tested

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

import autograd
from autograd import Tensor, tensor
from autograd.registry import FUNCTIONS, NUMPY
from tests.samples import ROWS
from tests.samples.build import Array, Sample, drawn

X = np.array([[0.5, 1.5, 2.5], [1.0, 2.0, 0.25]])
Y = np.array([[2.0, 0.5, 1.0], [3.0, 1.25, 4.0]])
MASK = X > 1

# What no row of an operator can say: NumPy's own arguments, and operators on arrays and scalars.
# Each is computed on arrays, for the value, and on tensors.
DIFFERENTIABLE: dict[str, Callable[[Any], Any]] = {
    "np.divide, number left": lambda x: np.divide(1.0, x),
    "np.power, both": lambda x: np.power(x, x),
    "np.maximum, number": lambda x: np.maximum(x, 1.2),
    "np.minimum, number left": lambda x: np.minimum(1.2, x),
    "np.clip": lambda x: np.clip(x, 0.6, 2.2),
    "np.clip, keywords": lambda x: np.clip(x, a_min=0.6, a_max=None),
    "np.nan_to_num": lambda x: np.nan_to_num(x, nan=1.0),
    "np.round": lambda x: np.round(x + 0.1),
    "np.around, decimals": lambda x: np.around(x + 0.01, 1),
    "np.sinc": np.sinc,
    "np.where": lambda x: np.where(MASK, x, 2 * x),
    "np.where, numbers": lambda x: np.where(MASK, x, 0.0),
    "np.where, array": lambda x: np.where(MASK, Y, x),
    "np.sum": np.sum,
    "np.sum, axis": lambda x: np.sum(x, axis=0),
    "np.sum, axes, keepdims": lambda x: np.sum(x, axis=(0, 1), keepdims=True),
    "np.sum, positional": lambda x: np.sum(x, 1),
    "np.sum, no axes": lambda x: np.sum(x * x, axis=()),
    "np.max, no axes": lambda x: np.max(x * x, ()),
    "np.add.reduce": np.add.reduce,
    "np.add.reduce, axis": lambda x: np.add.reduce(x, axis=1),
    "np.multiply.reduce": lambda x: np.multiply.reduce(x, axis=1),
    "np.maximum.reduce": lambda x: np.maximum.reduce(x, axis=1),
    "np.mean": np.mean,
    "np.mean, axis": lambda x: np.mean(x, axis=-1, keepdims=True),
    "np.cumsum, axis": lambda x: np.cumsum(x, axis=1),
    "np.cumprod, axis": lambda x: np.cumprod(x, axis=0),
    "np.diff, axis": lambda x: np.diff(x, axis=1),
    "np.nansum": np.nansum,
    "np.nanmean, axis": lambda x: np.nanmean(x, axis=0),
    "np.trapezoid": lambda x: np.trapezoid(x, dx=0.5),
    "np.prod": np.prod,
    "np.prod, axis": lambda x: np.prod(x, axis=1),
    "np.max": np.max,
    "np.max, axis": lambda x: np.max(x, axis=1),
    "np.min, axis": lambda x: np.min(x, axis=0, keepdims=True),
    "np.amax": lambda x: np.amax(x, axis=0),
    "np.amin": np.amin,
    "np.reshape": lambda x: np.reshape(x, (3, 2)),
    "np.reshape, -1": lambda x: np.reshape(x, -1),
    "np.ravel": np.ravel,
    "np.transpose": np.transpose,
    "np.transpose, axes": lambda x: np.transpose(x, (1, 0)),
    "np.swapaxes": lambda x: np.swapaxes(x, 0, 1),
    "np.expand_dims": lambda x: np.expand_dims(x, 1),
    "np.expand_dims, several": lambda x: np.expand_dims(x, (0, -1)),
    "np.take": lambda x: np.take(x, [[5, 0], [0, -1]]),
    "np.take, axis": lambda x: np.take(x, np.array([2, 2, 0]), axis=-1),
    "np.take, number": lambda x: np.take(x, 1, axis=1),
    "np.take_along_axis": lambda x: np.take_along_axis(x, np.array([[2, 2], [0, 0]]), 1),
    "np.sort": np.sort,
    "np.sort, axis": lambda x: np.sort(x, axis=0),
    "np.sort, all": lambda x: np.sort(x, axis=None),
    "np.squeeze": lambda x: np.squeeze(np.expand_dims(x, 0)),
    "np.squeeze, axis": lambda x: np.squeeze(np.expand_dims(x, 0), axis=0),
    "np.broadcast_to": lambda x: np.broadcast_to(x, (2, 2, 3)),
    "np.concatenate": lambda x: np.concatenate([x, Y, x]),
    "np.concatenate, axis": lambda x: np.concatenate((Y, x), axis=1),
    "np.stack": lambda x: np.stack([x, 2 * x], axis=1),
    "np.stack, array": lambda x: np.stack([Y, x]),
    "np.copy": np.copy,
    "np.atleast_1d": np.atleast_1d,
    "np.atleast_2d": lambda x: np.atleast_2d(x[0]),
    "np.atleast_3d": np.atleast_3d,
    "np.column_stack": lambda x: np.column_stack([x, Y]),
    "np.dstack": lambda x: np.dstack([x, Y]),
    "np.fliplr": np.fliplr,
    "np.flipud": np.flipud,
    "np.hstack": lambda x: np.hstack([x, Y]),
    "np.kron": lambda x: np.kron(x, x),
    "np.repeat": lambda x: np.repeat(x, 2, axis=1),
    "np.rot90": lambda x: np.rot90(x, k=3),
    "np.vstack": lambda x: np.vstack([x, Y]),
    "np.diagonal": np.diagonal,
    "np.diagonal, axes": lambda x: np.diagonal(x, offset=1, axis1=1, axis2=0),
    "np.flip": np.flip,
    "np.flip, axis": lambda x: np.flip(x, axis=1),
    "np.moveaxis": lambda x: np.moveaxis(x, 0, 1),
    "np.roll": lambda x: np.roll(x, 1),
    "np.roll, axis": lambda x: np.roll(x, shift=(1, 2), axis=(0, 1)),
    "np.tile": lambda x: np.tile(x, (2, 1)),
    "np.linalg.cholesky": lambda x: np.linalg.cholesky(x @ x.T),
    "np.linalg.det": lambda x: np.linalg.det(x @ x.T),
    "np.linalg.eigh": lambda x: np.linalg.eigh(x @ x.T).eigenvalues,
    "np.linalg.eigvalsh": lambda x: np.linalg.eigvalsh(x @ x.T),
    "np.linalg.inv": lambda x: np.linalg.inv(x @ x.T),
    "np.linalg.matrix_power": lambda x: np.linalg.matrix_power(x @ x.T, 3),
    "np.linalg.pinv": np.linalg.pinv,
    "np.linalg.slogdet": lambda x: np.linalg.slogdet(x @ x.T).logabsdet,
    "np.linalg.svd": lambda x: np.linalg.svd(x, full_matrices=False).S,
    "np.tril": lambda x: np.tril(x, k=1),
    "np.triu": np.triu,
    "np.inner": lambda x: np.inner(x, Y),
    "np.outer": lambda x: np.outer(x[0], x[1]),
    "np.einsum": lambda x: np.einsum("ij,kj->ik", x, Y),
    "np.tensordot": lambda x: np.tensordot(x, Y, axes=([1], [1])),
    "np.trace": np.trace,
    "np.vander": lambda x: np.vander(x[0], 3),
    "array + x": lambda x: Y + x,
    "array - x": lambda x: Y - x,
    "array * x": lambda x: Y * x,
    "array / x": lambda x: Y / x,
    "array ** x": lambda x: Y**x,
    "array @ x": lambda x: Y.T @ x,
    "x @ array": lambda x: x @ Y.T,
    "x + array": lambda x: x + Y,
    "x ** array": lambda x: x**Y,
    "x - array row": lambda x: x - Y[0],
    "array broadcasts": lambda x: np.ones((2, 1, 3)) * x,
    "float64 * x": lambda x: np.float64(2.5) * x,
    "float64 - x": lambda x: np.float64(2.5) - x,
    "float64 / x": lambda x: np.float64(2.5) / x,
    "float64 ** x": lambda x: np.float64(2.5) ** x,
    "x * float64": lambda x: x * np.float64(2.5),
    "float32 + x": lambda x: np.float32(2.5) + x,
    "int64 * x": lambda x: np.int64(2) * x,
    "0-d array * x": lambda x: np.array(2.5) * x,
    "a composition": lambda x: np.sum(np.exp(-np.square(x)) * np.cos(x) / (1 + np.abs(x))),
}

CONSTANT: dict[str, Callable[[Any], Any]] = {
    "np.isclose": lambda x: np.isclose(x, Y, 0.6),
    "np.isneginf": np.isneginf,
    "np.isposinf": np.isposinf,
    "np.isreal": np.isreal,
    "np.argmax": lambda x: np.argmax(x, axis=1),
    "np.argmin": np.argmin,
    "np.count_nonzero": lambda x: np.count_nonzero(x, axis=0),
    "np.all": np.all,
    "np.any": lambda x: np.any(x > 1, axis=0),
    "np.zeros_like": np.zeros_like,
    "np.ones_like": np.ones_like,
    "array > x": lambda x: Y > x,
    "array == x": lambda x: Y == x,
    "float64 < x": lambda x: np.float64(1.2) < x,
    "np.where, alone": lambda x: np.where(x > 1)[0],
    "np.argsort": lambda x: np.argsort(x, axis=0),
    "np.argwhere": lambda x: np.argwhere(x > 1),
    "np.nonzero": lambda x: np.nonzero(x > 1)[1],
    "np.searchsorted": lambda x: np.searchsorted(np.sort(X[0]), x[1], side="right"),
}


def numeric(
    function: Callable[[Any], Any], weight: np.ndarray, point: np.ndarray = X
) -> np.ndarray:
    """The gradient of ``sum(function(x) * weight)`` at ``point`` by central differences."""
    found, step = np.zeros_like(point), 1e-6
    for place in np.ndindex(point.shape):
        moved = [point.copy(), point.copy()]
        moved[0][place] += step
        moved[1][place] -= step
        ahead, behind = (np.sum(function(each) * weight) for each in moved)
        found[place] = (ahead - behind) / (2 * step)
    return found


def spellings() -> Iterator[Any]:
    """Each ufunc of the table on its operator's samples; of two arrays, either may be a tensor."""
    for ufunc, function in NUMPY.items():
        if not isinstance(ufunc, np.ufunc):
            continue
        name = next(name for name in ROWS if FUNCTIONS.get(name) is function)
        for number, sample in enumerate(ROWS[name].samples):
            places = [place for place, each in enumerate(sample.args) if isinstance(each, Array)]
            for chosen in [places] if len(places) == 1 else [places, [0], [1]]:
                if not sample.kwargs:
                    label = f"np.{ufunc.__name__}-{number}-{''.join(map(str, chosen))}"
                    yield pytest.param(ufunc, name, sample, chosen, id=label)


@pytest.mark.parametrize(("ufunc", "name", "sample", "chosen"), list(spellings()))
def test_a_ufunc_is_its_operator(
    ufunc: np.ufunc, name: str, sample: Sample, chosen: list[int]
) -> None:
    """Value and gradients, with tensors at the places ``chosen``, arrays and numbers elsewhere."""
    arrays = list(drawn(name, sample).args)
    leaves = {place: tensor(arrays[place]) for place in chosen}
    points = [place for place in chosen if leaves[place].is_floating_point()]
    for place in points:
        leaves[place].requires_grad_()
    result = ufunc(*(leaves.get(place, each) for place, each in enumerate(arrays)))
    expected = np.asarray(ufunc(*arrays))
    assert isinstance(result, Tensor)
    assert result.requires_grad == (ROWS[name].grad and bool(points))
    assert result.dtype == expected.dtype
    np.testing.assert_allclose(result.detach().numpy(), expected, rtol=1e-12)
    if not result.requires_grad:
        return
    weight = np.random.default_rng(0).uniform(0.5, 1.5, expected.shape)
    result.backward(tensor(weight))
    for place in points:

        def moved(array: np.ndarray, place: int = place) -> Any:
            return ufunc(*arrays[:place], array, *arrays[place + 1 :])

        slope = numeric(moved, weight, arrays[place])
        np.testing.assert_allclose(leaves[place].grad.numpy(), slope, rtol=1e-6, atol=1e-8)


def test_every_other_function_of_the_table_is_called() -> None:
    called = {re.match(r"np\.[\w.]+|", key)[0] for key in {**DIFFERENTIABLE, **CONSTANT}}
    others = {
        f"np{each.__module__.removeprefix('numpy')}.{each.__name__}"
        for each in NUMPY
        if not isinstance(each, np.ufunc)
    }
    assert others <= called


@pytest.mark.parametrize("name", DIFFERENTIABLE)
def test_recorded_with_the_right_value_and_gradient(name: str) -> None:
    function = DIFFERENTIABLE[name]
    x = tensor(X, requires_grad=True)
    result, expected = function(x), function(X)
    assert isinstance(result, Tensor)
    assert result.requires_grad
    assert result.dtype == np.float64
    np.testing.assert_allclose(result.detach().numpy(), expected, rtol=1e-12)
    weight = np.random.default_rng(0).uniform(0.5, 1.5, np.shape(expected))
    result.backward(tensor(weight))
    np.testing.assert_allclose(x.grad.numpy(), numeric(function, weight), rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize("name", CONSTANT)
def test_without_gradient_the_value_is_right(name: str) -> None:
    function = CONSTANT[name]
    result, expected = function(tensor(X, requires_grad=True)), function(X)
    assert isinstance(result, Tensor)
    assert not result.requires_grad
    np.testing.assert_array_equal(result.numpy(), expected)


@pytest.mark.parametrize("name", ["np.power, both", "np.prod", "a composition"])
def test_second_derivative_through_numpy(name: str) -> None:
    """What NumPy's functions recorded differentiates again: held against differences."""
    function = DIFFERENTIABLE[name]

    def slope(array: np.ndarray) -> np.ndarray:
        x = tensor(array, requires_grad=True)
        return autograd.grad(np.sum(function(x)), x)[0].numpy()

    x = tensor(X, requires_grad=True)
    (first,) = autograd.grad(np.sum(function(x)), x, create_graph=True)
    (second,) = autograd.grad(np.sum(first), x)
    np.testing.assert_allclose(
        second.numpy(), numeric(slope, np.ones_like(X)), rtol=1e-6, atol=1e-8
    )


UNSUPPORTED: dict[str, Callable[[Any], Any]] = {
    "np.fft.fft": np.fft.fft,
    "np.linalg.eig": lambda x: np.linalg.eig(x @ x.T),
    "np.histogram": np.histogram,
    "np.frexp": np.frexp,
    "np.cbrt": np.cbrt,
    "np.add.accumulate": np.add.accumulate,
    "np.add.outer": lambda x: np.add.outer(x, x),
    "np.add.at": lambda x: np.add.at(x, 0, 1.0),
    "np.add with out": lambda x: np.add(x, 1, out=np.empty_like(X)),
    "array += x": lambda x: np.ones((2, 3)).__iadd__(x),
    "np.packbits": np.packbits,
    "np.apply_along_axis": lambda x: np.apply_along_axis(np.sum, 0, x),
}


@pytest.mark.parametrize("requires_grad", [True, False])
@pytest.mark.parametrize("name", UNSUPPORTED)
def test_what_is_not_supported_raises(name: str, requires_grad: bool) -> None:
    with pytest.raises(TypeError, match=r"not supported|cannot write"):
        UNSUPPORTED[name](tensor(X, requires_grad=requires_grad))


DETACHING: dict[str, Callable[[Any], Any]] = {
    "np.asarray": np.asarray,
    "np.array": np.array,
    "np.asarray with dtype": lambda x: np.asarray(x, dtype=np.float32),
    "np.asanyarray": np.asanyarray,
    "np.ascontiguousarray": np.ascontiguousarray,
    "x.numpy": lambda x: x.numpy(),
    "np.array of a list": lambda x: np.array([x, x]),
    "array[...] = x": lambda x: np.zeros((2, 3)).__setitem__(..., x),
    "np.isin": lambda x: np.isin(x, [1.0]),
}


@pytest.mark.parametrize("name", DETACHING)
def test_nothing_is_silently_detached(name: str) -> None:
    with pytest.raises((RuntimeError, TypeError), match=r"grad|not supported"):
        DETACHING[name](tensor(X, requires_grad=True))


def test_without_a_gradient_an_array_comes_out() -> None:
    x = tensor(X)
    shared = np.asarray(x)
    assert type(shared) is np.ndarray
    assert np.shares_memory(shared, x.numpy())
    np.testing.assert_array_equal(np.array(x, dtype=np.float32), X.astype(np.float32))
    with pytest.raises(ValueError, match="copy"):
        np.asarray(x, dtype=np.float32, copy=False)


def test_arrays_in_an_operation_are_constants() -> None:
    """The array's numbers count at the time of the operation; it gets no gradient."""
    x = tensor(X, requires_grad=True)
    result = x * Y
    assert [edge is None for edge in result.grad_fn.edges] == [False, True]


def test_the_numpy_functions_of_the_table_return_tensors() -> None:
    """No function in the table hands out a bare array."""
    for function in NUMPY:
        assert callable(function)
    for result in (np.exp(tensor(X)), np.sum(tensor(X)), np.isnan(tensor(X)), Y + tensor(X)):
        assert isinstance(result, Tensor)


def test_results_of_integers_are_torchs() -> None:
    whole = tensor([1, 2, 3])
    assert np.exp(whole).dtype == np.float32
    assert np.divide(whole, 2).dtype == np.float32
    assert np.sum(tensor([True, True])).dtype == np.int64
    assert (np.float64(2.0) * tensor([1.0, 2.0])).dtype == np.float32
