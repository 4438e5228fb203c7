"""torch's own database of operators, run on both libraries: an oracle that we did not write.

torch ships sample inputs for its operators. ``python -m tests.op_db [REGEX]`` calls every one
that we have, too, with each of them, and compares values, gradients and second-order gradients
in float64. `tests.op_db_gaps` lists what we leave out, and why.
"""

from __future__ import annotations

import re
import sys
import types
import warnings
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np

import autograd
import nn
from autograd.registry import FUNCTIONS, METHODS
from tests.both import dtype_of, plain, tensors
from tests.op_db_gaps import GAPS, ONLY_TORCHS, Gap
from tests.oracle import torch
from tests.samples.calls import gradients, weights

ORDERS = ("value", "gradient", "second order")

DROPPED = ("device", "layout", "pin_memory", "memory_format")
"""Keywords that say where and how memory lies; they are not given to this library."""


class Torch(types.ModuleType):
    """This library under torch's name, for the database's own wrappers of operators."""

    nn = nn
    Tensor = autograd.Tensor

    def __getattr__(self, name: str) -> Any:
        return getattr(autograd, name)


OURS = Torch("torch")


class DifferenceError(AssertionError):
    """What is not torch's."""


class Entry(NamedTuple):
    """An operator of the database: its name, with its variant, and both functions."""

    name: str
    key: str
    info: Any
    theirs: Callable[..., Any]
    ours: Callable[..., Any] | None


def entries(pattern: str = "") -> Iterator[Entry]:
    """The database's operators whose names match."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from torch.testing._internal.common_methods_invocations import op_db

    for info in op_db:
        key = f"{info.name}.{info.variant_test_name}" if info.variant_test_name else info.name
        if re.search(pattern, key):
            yield Entry(info.name, key, info, info.op, _ours(info))


def why_missing(name: str) -> str | None:
    """Why we leave an operator of torch's out, where we do."""
    for pattern, reason in ONLY_TORCHS.items():
        if re.fullmatch(pattern, name):
            return reason
    return None


def _ours(info: Any) -> Callable[..., Any] | None:
    """Our function for an entry: the database's own wrapper on our names, or ours by name."""
    function = _by_name(info.name) or next(filter(None, map(_by_name, _names(info))), None)
    op = info.op
    wrapped = isinstance(op, types.FunctionType) and op.__module__.startswith("torch.testing")
    if function is not None and wrapped and _says_torch(op.__code__):
        return _rebound(op)
    return function


def _says_torch(code: types.CodeType) -> bool:
    """Whether a function, or one that is defined in it, looks up torch by its name."""
    inner = (each for each in code.co_consts if isinstance(each, types.CodeType))
    return "torch" in code.co_names or any(map(_says_torch, inner))


def _names(info: Any) -> list[str]:
    return [alias.name for alias in info.aliases]


def _by_name(name: str) -> Callable[..., Any] | None:
    if name.startswith("nn.functional."):
        return getattr(nn.functional, name.removeprefix("nn.functional."), None)
    found: Any = FUNCTIONS.get(name) or METHODS.get(name)
    if found is None and "." not in name:
        found = getattr(autograd, name, None) or METHODS.get(f"{name}_")
        if found is None or name in ("float", "int", "bool"):  # autograd's are dtypes
            found = getattr(autograd.Tensor, name, None)
    if isinstance(found, property):
        return found.fget
    return found if callable(found) else None


def _rebound(function: Any) -> Any:
    """A function of torch's tests, with this library in the place of torch."""
    if not isinstance(function, types.FunctionType):
        return function
    if function.__name__ == "wrapper_set_seed":
        return _seeded
    cells = tuple(types.CellType(_rebound(c.cell_contents)) for c in function.__closure__ or ())
    names = {**function.__globals__, "torch": OURS, "wrapper_set_seed": _seeded}
    again = types.FunctionType(
        function.__code__, names, function.__name__, function.__defaults__, cells
    )
    again.__kwdefaults__ = function.__kwdefaults__
    return again


def _seeded(function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """The database's wrapper of what draws: both libraries start from one seed."""
    autograd.manual_seed(42)
    return function(*args, **kwargs)


def samples(entry: Entry) -> Iterator[Any]:
    """torch's sample inputs, in float64 where the operator takes it."""
    info = entry.info
    kinds = (torch.float64, torch.int64, torch.bool, torch.float32)
    kind = next((k for k in kinds if info.supports_dtype(k, "cpu")), None)
    if kind is None:
        return  # for complex tensors alone
    requires_grad = bool(info.supports_autograd) and kind == torch.float64
    torch.manual_seed(0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield from info.sample_inputs("cpu", kind, requires_grad=requires_grad)


def describe(sample: Any) -> str:
    """A sample's shapes and other arguments, on one line."""

    def short(value: Any) -> str:
        if isinstance(value, torch.Tensor):
            return f"{dtype_of(value)}{list(value.shape)}"
        if isinstance(value, (list, tuple)):
            return f"[{', '.join(map(short, value))}]"
        return repr(value)

    given = [short(each) for each in (sample.input, *sample.args)]
    return ", ".join([*given, *(f"{k}={short(v)}" for k, v in sample.kwargs.items())])


def converted(value: Any, leaves: list[Any]) -> Any:
    """torch's argument as ours; what requires grad is added to ``leaves``."""
    if isinstance(value, torch.Tensor):
        tensor = _with_memory(value)
        if value.requires_grad:
            leaves.append(tensor.requires_grad_())
        return tensor
    if isinstance(value, torch.dtype):
        return getattr(autograd, str(value).removeprefix("torch."))
    if isinstance(value, torch.Size):
        return tuple(value)
    if isinstance(value, (list, tuple)):
        parts = [converted(each, leaves) for each in value]
        return type(value)(*parts) if hasattr(value, "_fields") else type(value)(parts)
    if isinstance(value, dict):
        return {key: converted(each, leaves) for key, each in value.items()}
    if isinstance(value, types.FunctionType):
        return _rebound(value)
    if isinstance(value, torch.nn.PairwiseDistance):
        return nn.functional.pairwise_distance  # with its defaults, as the samples have it
    if value is torch.nn.functional.pairwise_distance:
        return nn.functional.pairwise_distance
    return value


def _with_memory(value: Any) -> Any:
    """torch's tensor as ours; of a part, with all of the memory that it is a part of."""
    if value.numel() == value.untyped_storage().nbytes() // max(value.element_size(), 1):
        return autograd.from_numpy(np.array(value.detach().numpy(), order="K"))
    cells = value.detach().as_strided(
        (value.untyped_storage().nbytes() // value.element_size(),), (1,), 0
    )
    memory = autograd.from_numpy(np.array(cells.numpy()))
    return memory.as_strided(tuple(value.shape), value.stride(), value.storage_offset())


def _leaves(value: Any, found: list[Any]) -> list[Any]:
    if isinstance(value, torch.Tensor) and value.requires_grad:
        found.append(value)
    elif isinstance(value, (list, tuple)):
        for each in value:
            _leaves(each, found)
    elif isinstance(value, dict):
        _leaves(list(value.values()), found)
    return found


class Run(NamedTuple):
    """One library's results: everything, what is compared of it, and the leaves."""

    lib: Any
    outputs: list[Any]
    leaves: list[Any]


def run(lib: Any, entry: Entry, sample: Any) -> Run:
    """Call the operator as the database's own checks of gradients do."""
    process = sample.output_process_fn_grad
    wrapper = entry.info.gradcheck_wrapper
    if lib is torch:
        function, args, kwargs = entry.theirs, (sample.input, *sample.args), sample.kwargs
        leaves = _leaves([list(args), kwargs], [])
    else:
        leaves = []
        args = tuple(converted(each, leaves) for each in (sample.input, *sample.args))
        kwargs = {k: converted(v, leaves) for k, v in sample.kwargs.items() if k not in DROPPED}
        function, process, wrapper = entry.ours, _rebound(process), _rebound(wrapper)
    lib.manual_seed(7)
    result = wrapper(function, *args, **kwargs)
    if "empty" in entry.name:  # what lay in the memory is nobody's result
        result = lib.zeros_like(result)
    return Run(lib, tensors(process(result)), leaves)


def first(run: Run) -> list[Any]:
    live = [each for each in run.outputs if getattr(each, "requires_grad", False)]
    grads = [run.lib.from_numpy(w) for w in weights(live)]
    return gradients(run.lib, live, run.leaves, grads, retain_graph=True)


def second(run: Run) -> list[Any]:
    live = [each for each in run.outputs if getattr(each, "requires_grad", False)]
    grads = [run.lib.from_numpy(np.array(w)).requires_grad_() for w in weights(live)]
    found = gradients(run.lib, live, run.leaves, grads, create_graph=True)
    seconds = [run.lib.from_numpy(w) for w in weights(found, 1)]
    return gradients(run.lib, found, run.leaves + grads, seconds)


def same(mine: list[Any], theirs: list[Any], close: float) -> None:
    if len(mine) != len(theirs):
        raise DifferenceError(f"{len(mine)} results, torch {len(theirs)}")
    for a, b in zip(mine, theirs, strict=True):
        if not isinstance(b, torch.Tensor):
            if not (a == b or (isinstance(b, float) and abs(a - b) <= close * (1 + abs(b)))):
                raise DifferenceError(f"{a!r}, torch {b!r}")
            continue
        found, wanted = (dtype_of(a), tuple(a.shape)), (dtype_of(b), tuple(b.shape))
        if found != wanted:
            raise DifferenceError(f"{found}, torch {wanted}")
        x, y = plain(a), plain(b)
        if not np.allclose(x, y, close, close, equal_nan=True):
            with np.errstate(all="ignore"):
                far = np.nanmax(np.abs(x.astype(np.float64) - y.astype(np.float64)), initial=0)
            raise DifferenceError(f"off by {far:.3g} (of {np.nanmax(np.abs(y)):.3g})")


def check(order: str, mine: Run, theirs: Run) -> None:
    """Raise `DifferenceError`, or whatever our side raises, where the results are not the same."""
    known = [each for each in (*theirs.outputs, *theirs.leaves) if isinstance(each, torch.Tensor)]
    loose = any(dtype_of(each) != "float64" for each in known)
    if order == "value":
        same(mine.outputs, theirs.outputs, 1e-4 if loose else 1e-8)
        return
    if not any(getattr(o, "requires_grad", False) for o in theirs.outputs) or not theirs.leaves:
        return
    derive = first if order == "gradient" else second
    try:
        wanted = derive(theirs)
    except (RuntimeError, NotImplementedError):
        return  # torch has no derivative here
    same(derive(mine), wanted, 1e-4 if loose else 1e-7)


def failures(entry: Entry) -> Iterator[tuple[str, str, str]]:
    """The order, the sample and what is wrong, of every sample that is not as in torch."""
    for sample in samples(entry):
        try:
            theirs = quietly(run, torch, entry, sample)
        except Exception:
            continue  # not an input for torch, either
        order = "value"
        try:
            mine = quietly(run, autograd, entry, sample)
            quietly(check, order, mine, theirs)
        except Exception as error:
            yield order, describe(sample), told(error)
            continue
        for order in ORDERS[1:]:
            try:
                quietly(check, order, mine, theirs)
            except Exception as error:
                yield order, describe(sample), told(error)


def quietly(function: Callable[..., Any], *args: Any) -> Any:
    """Call, without the warnings of either library."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return function(*args)


def told(error: Exception) -> str:
    return " ".join(f"{type(error).__name__}: {error}".split())[:200]


def gap_of(entry: Entry, order: str, described: str) -> Gap | None:
    """The known gap that a failure falls into."""
    for gap in GAPS.get(entry.key, ()):
        if order in gap.orders and re.search(gap.where, described):
            return gap
    return None


def main(pattern: str = "") -> int:
    """Print what differs, operator by operator; known gaps are named as such."""
    wrong = missing = held = 0
    for entry in entries(pattern):
        if entry.ours is None:
            if not why_missing(entry.name):
                missing += 1
                print(f"{entry.key}: missing")
            continue
        found = list(failures(entry))
        unknown = [f for f in found if gap_of(entry, *f[:2]) is None]
        wrong += bool(unknown)
        held += not unknown
        known = len(found) - len(unknown)
        mark = f"{len(unknown)} differ" if unknown else "ok"
        print(f"{entry.key}: {mark}{f', {known} known gaps' if known else ''}", flush=True)
        for order, described, text in unknown[:8]:
            print(f"    {order}({described}): {text}")
    print(f"{held} as in torch, {wrong} not, {missing} missing")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:2]))
