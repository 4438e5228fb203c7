"""Every operator of the table of samples, held against torch."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
import pytest

import autograd
from autograd.registry import INPLACE
from tests.both import (
    differences,
    dtype_of,
    outcome,
    plain,
    same,
    same_refusal,
    same_result,
    tensors,
)
from tests.oracle import torch
from tests.samples import CASES, ROWS
from tests.samples.build import Array, Sample, changed, drawn
from tests.samples.calls import call, changes_in_place, gradients, recorded, weights

pytestmark = [
    pytest.mark.filterwarnings(r"ignore:(divide by zero|invalid value|overflow):RuntimeWarning"),
    pytest.mark.filterwarnings("ignore:.*degrees of freedom:UserWarning"),
    pytest.mark.filterwarnings("ignore:.*is deprecated and will be removed:UserWarning"),
    pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel:UserWarning"),
    pytest.mark.filterwarnings(r"ignore:torch\.\w+ is deprecated in favor of:UserWarning"),
    pytest.mark.filterwarnings("ignore:size_average and reduce args will:UserWarning"),
    pytest.mark.filterwarnings("ignore:reduction. 'mean' divides the total:UserWarning"),
    pytest.mark.filterwarnings("ignore:The given NumPy array is not writable:UserWarning"),
    pytest.mark.filterwarnings("ignore:.nn.functional.upsample:UserWarning"),
    pytest.mark.filterwarnings("ignore:The reduce argument of torch.scatter:UserWarning"),
    pytest.mark.filterwarnings(r"ignore:torch.searchsorted\(\). .* non-contiguous:UserWarning"),
    pytest.mark.filterwarnings(r"ignore:index_reduce\(\) is in beta:UserWarning"),
]

IN_PLACE = [
    (name, sample)
    for name, base in INPLACE.items()
    for sample in ROWS[base].samples
    if base == ROWS[base].names[0] and isinstance(sample.args[0], Array)
]
WITH_GRADIENT = [(name, sample) for name, sample in CASES if ROWS[name].grad and sample.floats()]
DIFFERENTIABLE = WITH_GRADIENT + [
    (name, sample) for name, sample in IN_PLACE if ROWS[INPLACE[name]].grad and sample.floats()
]
DERIVED_BY_TORCH = [case for case in DIFFERENTIABLE if not case[1].only_here]
WITH_MEMORY = [
    (name, sample) for name, sample in CASES if sample.arrays() and not changes_in_place(name)
]


def cases(table: Any) -> Any:
    """Parametrize over pairs of an operator's name and a sample."""
    number: dict[str, int] = {}
    marked = []
    for name, sample in table:
        number[name] = number.get(name, -1) + 1
        marks = [pytest.mark.xfail(reason=sample.unlike, strict=True)] if sample.unlike else []
        marked.append(pytest.param(name, sample, id=f"{name}-{number[name]}", marks=marks))
    return pytest.mark.parametrize(("name", "sample"), marked)


def arrays(sample: Sample) -> list[np.ndarray]:
    """The arrays in a sample's arguments."""
    found: list[np.ndarray] = []
    changed(sample, lambda value: found.append(value) if isinstance(value, np.ndarray) else None)
    return found


@cases(CASES + IN_PLACE)
def test_value(name: str, sample: Sample) -> None:
    given = drawn(name, sample)
    before = copy.deepcopy(arrays(given))
    theirs = outcome(lambda: call(torch, name, given))
    ours = outcome(lambda: call(autograd, name, given))
    if isinstance(theirs, Exception):
        assert (name, sample) in IN_PLACE, theirs
        same_refusal(ours, theirs)
    elif isinstance(ours, Exception):
        raise ours
    else:
        same_result(ours, theirs)
    for array, old in zip(arrays(given), before, strict=True):
        np.testing.assert_array_equal(array, old, strict=True)


@cases(WITH_MEMORY)
def test_memory_is_shared_where_torch_shares_it(name: str, sample: Sample) -> None:
    given = drawn(name, sample)
    inputs: list[Any] = []
    ours, theirs = tensors(call(autograd, name, given, inputs)), tensors(call(torch, name, given))
    source = arrays(given)[0]
    place = torch.from_numpy(source).untyped_storage().data_ptr()
    for mine, other in zip(ours, theirs, strict=True):
        if isinstance(mine, autograd.Tensor) and mine.numel():
            shares = other.untyped_storage().data_ptr() == place
            assert np.may_share_memory(plain(mine), source) == shares


def first_order(
    lib: Any, name: str, given: Sample, grads: list[np.ndarray] | None = None
) -> tuple[Any, Any, list[Any]]:
    """The outputs, their gradients with random weights, and the weights."""
    leaves: list[Any] = []
    outputs = recorded(call(lib, name, given, leaves))
    if grads is None:
        grads = weights(outputs)
    found = gradients(lib, outputs, leaves, [lib.from_numpy(g) for g in grads])
    return outputs, found, grads


def precision(outputs: list[Any]) -> tuple[float, float]:
    """How close gradients must be: a result in less than float64 rounds them, too."""
    eps = max((float(np.finfo(dtype_of(output)).eps) for output in outputs), default=0.0)
    return max(1e-10, 4 * eps), max(1e-12, 4 * eps)


def lacking(theirs: Any, dtype: str = "float64") -> bool:
    """Whether torch has only the function's derivative, not its in-place form's, or no float16."""
    refused = isinstance(theirs, NotImplementedError)
    return refused and (dtype == "float16" or "inplace version" in str(theirs))


@cases(DERIVED_BY_TORCH)
def test_gradient(name: str, sample: Sample) -> None:
    given = drawn(name, sample)
    theirs = outcome(lambda: first_order(torch, name, given))
    if lacking(theirs):
        return
    if isinstance(theirs, Exception):
        same_refusal(outcome(lambda: first_order(autograd, name, given)), theirs)
        return
    outputs, mine, _ = first_order(autograd, name, given)
    close = precision(outputs)
    for a, b in zip(mine, theirs[1], strict=True):
        same(a, b, *close)


def second_order(lib: Any, name: str, given: Sample) -> Any:
    """The gradients of a random sum of the gradients, by the inputs and by the weights."""
    leaves: list[Any] = []
    outputs = recorded(call(lib, name, given, leaves))
    if not outputs:
        return []
    firsts = [lib.from_numpy(np.array(w)).requires_grad_() for w in weights(outputs)]
    found = gradients(lib, outputs, leaves, firsts, create_graph=True)
    seconds = [lib.from_numpy(w) for w in weights(found, 1)]
    return gradients(lib, found, leaves + firsts, seconds)


@cases(DERIVED_BY_TORCH)
def test_second_order(name: str, sample: Sample) -> None:
    given = drawn(name, sample)
    theirs = outcome(lambda: second_order(torch, name, given))
    if isinstance(theirs, NotImplementedError):
        return  # torch's derivative has none of its own; the finite differences check ours
    if isinstance(theirs, Exception):
        same_refusal(outcome(lambda: second_order(autograd, name, given)), theirs)
        return
    mine = second_order(autograd, name, given)
    close = precision(recorded(call(autograd, name, given, [])))
    for a, b in zip(mine, theirs, strict=True):
        same(a, b, *close)


def floats(sample: Sample) -> list[np.ndarray]:
    return [array for array in arrays(sample) if array.dtype.kind == "f"]


def with_floats(sample: Sample, values: list[np.ndarray]) -> Sample:
    """``sample`` with other numbers in its float arrays."""
    queue = iter(values)
    return changed(
        sample,
        lambda value: next(queue) if getattr(value, "dtype", None) == np.float64 else value,
    )


def along(function: Any, points: list[np.ndarray], direction: list[np.ndarray]) -> Any:
    """The derivative of ``function`` at ``points`` along ``direction``, by central differences."""
    step = 1e-6

    def at(place: float) -> float:
        moved = [np.asarray(p + place * d) for p, d in zip(points, direction, strict=True)]
        return function(moved)

    return (at(step) - at(-step)) / (2 * step)


@cases([case for case in WITH_GRADIENT if case[1].smooth])
def test_finite_differences(name: str, sample: Sample) -> None:
    """First and second order, each along one random direction."""
    given = drawn(name, sample)
    points = floats(given)
    probe = recorded(call(autograd, name, given, []))
    w, v = weights(probe), weights([autograd.from_numpy(p) for p in points], 2)
    direction = weights([autograd.from_numpy(p) for p in points], 3)

    def at(values: list[np.ndarray], create_graph: bool) -> tuple[Any, Any, list[Any]]:
        moved = with_floats(given, values)
        leaves: list[Any] = []
        outputs = recorded(call(autograd, name, moved, leaves))
        total = sum(float((plain(o) * g).sum()) for o, g in zip(outputs, w, strict=True))
        grads = [autograd.from_numpy(g) for g in w]
        found = gradients(autograd, outputs, leaves, grads, create_graph=create_graph)
        return total, found, leaves

    def slope(values: list[np.ndarray]) -> float:
        return sum(
            float((plain(g) * u).sum()) for g, u in zip(at(values, False)[1], v, strict=True)
        )

    _, found, leaves = at(points, True)
    predicted = sum(float((plain(g) * d).sum()) for g, d in zip(found, direction, strict=True))
    numeric = along(lambda values: at(values, False)[0], points, direction)
    np.testing.assert_allclose(predicted, numeric, rtol=1e-6, atol=1e-7)
    seconds = gradients(autograd, found, leaves, [autograd.from_numpy(u) for u in v])
    predicted = sum(float((plain(g) * d).sum()) for g, d in zip(seconds, direction, strict=True))
    np.testing.assert_allclose(predicted, along(slope, points, direction), rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize(("dtype", "close"), [("float32", 2e-5), ("float16", 2e-2)])
@cases(DERIVED_BY_TORCH)
def test_less_precision_stays(name: str, sample: Sample, dtype: str, close: float) -> None:
    """Results and gradients keep the input's dtype, as far as torch's do."""
    if dtype == "float16" and name in ROWS and not ROWS[name].halves:
        return
    given = drawn(name, sample, dtype)
    theirs = outcome(lambda: first_order(torch, name, given))
    if lacking(theirs, dtype):
        return
    if isinstance(theirs, Exception):
        same_refusal(outcome(lambda: first_order(autograd, name, given)), theirs)
        return
    outputs, mine, _ = first_order(autograd, name, given)
    for a, b in zip((*outputs, *mine), (*theirs[0], *theirs[1]), strict=True):
        same(a, b, close, close)


WHOLE = [
    pytest.param(
        name,
        dtype,
        marks=[pytest.mark.xfail(reason=row.bools, strict=True)]
        if row.bools and dtype == "bool"
        else [],
    )
    for name, row in ROWS.items()
    if row.whole and name == row.names[0]
    for dtype in ("int64", "int32", "uint8", "bool")
]


@pytest.mark.parametrize(("name", "dtype"), WHOLE)
def test_integers_and_bools(name: str, dtype: str) -> None:
    """The results' dtypes and numbers where the inputs are not floats, or torch's refusal."""
    wrong = {}
    for sample in ROWS[name].samples:
        if sample.unlike:
            continue
        given = drawn(name, sample, dtype)
        theirs = outcome(lambda given=given: call(torch, name, given))
        ours = outcome(lambda given=given: call(autograd, name, given))

        def check(ours: Any = ours, theirs: Any = theirs) -> None:
            if isinstance(theirs, Exception):
                same_refusal(ours, theirs)
                return
            assert not isinstance(ours, Exception), repr(ours)
            same_result(ours, theirs, 1e-5, 1e-6)

        found = differences(check)
        if found:
            wrong[repr(sample)] = found
    assert not wrong, "\n".join(f"{key}: {value}" for key, value in wrong.items())


@cases([case for case in WITH_GRADIENT if case[1].derived])
def test_incoming_gradient_may_be_read_only(name: str, sample: Sample) -> None:
    """A leaf's gradient can be written afterwards, and the array that was given stays."""
    given = drawn(name, sample)
    leaves: list[Any] = []
    outputs = recorded(call(autograd, name, given, leaves))
    ones = [
        autograd.from_numpy(np.broadcast_to(np.ones((), dtype_of(o)), o.shape)) for o in outputs
    ]
    autograd.backward(outputs, ones)
    for leaf in leaves:
        if leaf.grad is not None:
            old = plain(leaf.grad).copy()
            leaf.grad.add_(1)
            np.testing.assert_array_equal(plain(leaf.grad), old + 1)
    assert all(plain(one).min(initial=1) == plain(one).max(initial=1) == 1 for one in ones)


REFUSED = [
    (name, sample) for name, row in ROWS.items() if name == row.names[0] for sample in row.refused
]


@cases(REFUSED)
def test_refused(name: str, sample: Sample) -> None:
    given = drawn(name, sample)
    theirs = outcome(lambda: call(torch, name, given))
    assert isinstance(theirs, Exception), "torch accepts this: it belongs among the samples"
    same_refusal(outcome(lambda: call(autograd, name, given)), theirs)
