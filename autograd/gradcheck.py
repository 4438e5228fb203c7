"""Holding derivatives against finite differences: `gradcheck` and `gradgradcheck`."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograd.backward import grad
from autograd.finite_differences import (
    Array,
    Func,
    direction,
    live_outputs,
    mover,
    outputs_of,
    place_text,
    random_weights,
    writeable,
)
from autograd.tensor import Tensor, wrap


class GradcheckError(RuntimeError):
    """What `gradcheck` raises where two derivatives differ (`torch.autograd.gradcheck`)."""


def gradcheck(
    func: Func,
    inputs: Tensor | Sequence[Any],
    *,
    eps: float = 1e-6,
    atol: float = 1e-5,
    rtol: float = 1e-3,
    raise_exception: bool = True,
    nondet_tol: float = 0.0,
    check_undefined_grad: bool = True,
    check_grad_dtypes: bool = False,
    fast_mode: bool = False,
) -> bool:
    """Whether backward through ``func`` gives what central differences give.

    Every entry of the Jacobian, ``a`` by backward, is compared with
    ``n = (func(x + eps) - func(x - eps)) / (2 eps)``: ``|a - n| <= atol + rtol * |n|``. With
    ``fast_mode`` one random projection of it, ``v . (J u)``, is, at the cost of two calls.
    ``check_undefined_grad`` looks, where there are several outputs, at backward from each
    alone, and ``nondet_tol`` is how far two runs of backward may differ.

    Inputs that require grad should be float64, as the differences of float32 are too coarse:
    others are warned of. They are changed while ``func`` runs, and put back exactly.

    Raises `GradcheckError`, which names the first wrong entry, or returns False where not
    ``raise_exception``; ValueError where no input requires grad; RuntimeError for an input
    whose memory overlaps itself.

    >>> x = tensor([1.0, 2.0], dtype=float64, requires_grad=True)
    >>> gradcheck(lambda x: (x * x).sum(), (x,))
    True
    """
    given = (inputs,) if isinstance(inputs, Tensor) else tuple(inputs)
    check = _Check(func, given, eps, atol, rtol)
    try:
        check.run(nondet_tol, check_undefined_grad, check_grad_dtypes, fast_mode)
    except GradcheckError:
        if raise_exception:
            raise
        return False
    return True


def gradgradcheck(
    func: Func,
    inputs: Tensor | Sequence[Any],
    grad_outputs: Tensor | Sequence[Tensor] | None = None,
    *,
    eps: float = 1e-6,
    atol: float = 1e-5,
    rtol: float = 1e-3,
    gen_non_contig_grad_outputs: bool = False,
    raise_exception: bool = True,
    nondet_tol: float = 0.0,
    check_undefined_grad: bool = True,
    check_grad_dtypes: bool = False,
    fast_mode: bool = False,
) -> bool:
    """`gradcheck` of the gradient: whether second derivatives are right.

    It checks the function from ``inputs`` and ``grad_outputs`` (random where None, one for
    each output, and not contiguous with ``gen_non_contig_grad_outputs``) to the gradients
    of the inputs, under ``create_graph``. In an error, inputs and outputs are numbered as
    those of that function. Raises as `gradcheck` does
    (`torch.autograd.gradgradcheck`).

    >>> x = tensor([1.0, 2.0], dtype=float64, requires_grad=True)
    >>> gradgradcheck(lambda x: x * x * x, (x,))
    True
    """
    given = (inputs,) if isinstance(inputs, Tensor) else tuple(inputs)
    count = len(given)
    if grad_outputs is None:
        weights = random_weights(outputs_of(func, given), gen_non_contig_grad_outputs)
    elif isinstance(grad_outputs, Tensor):
        weights = (grad_outputs,)
    else:
        weights = tuple(grad_outputs)

    def gradient(*args: Any) -> tuple[Tensor, ...]:
        parts, back = args[:count], args[count:]
        found = grad(
            outputs_of(func, parts),
            [part for part in parts if _checked(part)],
            back,
            create_graph=True,
            allow_unused=True,
        )
        return tuple(each for each in found if each is not None)

    return gradcheck(
        gradient,
        given + weights,
        eps=eps,
        atol=atol,
        rtol=rtol,
        raise_exception=raise_exception,
        nondet_tol=nondet_tol,
        check_undefined_grad=check_undefined_grad,
        check_grad_dtypes=check_grad_dtypes,
        fast_mode=fast_mode,
    )


class _Check:
    """One run of `gradcheck`."""

    def __init__(
        self, func: Func, inputs: tuple[Any, ...], eps: float, atol: float, rtol: float
    ) -> None:
        self.func = func
        self.inputs = inputs
        self.eps, self.atol, self.rtol = eps, atol, rtol
        self.numbers = [i for i, each in enumerate(inputs) if _checked(each)]
        self.targets: list[Tensor] = [inputs[i] for i in self.numbers]
        _check_inputs(self.numbers, self.targets)

    def run(self, nondet_tol: float, undefined: bool, dtypes: bool, fast: bool) -> None:
        """All checks; the first that fails raises."""
        outputs = outputs_of(self.func, self.inputs)
        if not outputs:
            self.constant()
            return
        if not fast or not self.projected(outputs):
            self.every_entry(outputs)
        if fast and not self.projected(outputs):
            raise GradcheckError(
                "Jacobian mismatch in fast mode: a random projection differs although every entry "
                "is within the tolerances by itself; use fast_mode=False, or larger tolerances"
            )
        self.repeated(outputs, nondet_tol)
        if dtypes:
            self.dtypes(outputs)
        if undefined and len(outputs) > 1:
            self.alone(outputs)

    def values(self) -> list[Array]:
        """The outputs of another call, with the inputs' memory as it is now, copied."""
        every = outputs_of(self.func, self.inputs, every=True)
        return [np.array(out._array, dtype=np.float64) for out in every]

    def difference(self, move: Callable[[float], Any]) -> list[Array]:
        """``(f(after move(eps)) - f(after move(-eps))) / (2 eps)``, for each live output."""
        move(self.eps)
        above = self.values()
        move(-self.eps)
        below = self.values()
        move(0.0)
        return [(a - b) / (2 * self.eps) for a, b in zip(above, below, strict=True)]

    def constant(self) -> None:
        """No output requires grad: then none may change with an input."""
        for number, x in zip(self.numbers, self.targets, strict=True):
            with writeable(x) as array:
                for place in np.ndindex(array.shape):
                    slopes = self.difference(mover(array, place))
                    if any(slope.any() for slope in slopes):
                        raise GradcheckError(
                            "Numerical gradient for function expected to be zero, as no output "
                            f"requires grad, but the outputs change with input {number} at index "
                            f"{place}: was the result detached?"
                        )

    def every_entry(self, outputs: list[Tensor]) -> None:
        """Compare the whole Jacobians."""
        numerical = self.numerical(outputs)
        for i, (output, rows) in enumerate(zip(outputs, numerical, strict=True)):
            analytical = self.analytical(output)
            for j, number in enumerate(self.numbers):
                a, n = analytical[j], rows[j]
                bad = ~np.isclose(a, n, rtol=self.rtol, atol=self.atol)
                if bad.any():
                    raise GradcheckError(self.mismatch(i, number, output, j, a, n, bad))

    def mismatch(
        self, i: int, number: int, output: Tensor, j: int, a: Array, n: Array, bad: Array
    ) -> str:
        """The text for the first wrong entry of one Jacobian."""
        shape = self.targets[j].shape
        row, column = (int(k) for k in np.argwhere(bad)[0])
        out_at = tuple(int(k) for k in np.unravel_index(row, output.shape))
        in_at = tuple(int(k) for k in np.unravel_index(column, shape))
        return (
            f"Jacobian mismatch for output {i} with respect to input {number}: "
            f"d output[{i}][{place_text(out_at)}] / d input[{number}][{place_text(in_at)}] is\n"
            f"  analytical: {a[row, column]!s} (by backward)\n"
            f"  numerical:  {n[row, column]!s} (by finite differences, eps={self.eps})\n"
            f"{int(bad.sum())} of {bad.size} entries differ by more than atol={self.atol} + "
            f"rtol={self.rtol} * |numerical|; the largest difference is "
            f"{np.nanmax(np.abs(a - n), initial=0.0)}. Output {i} has shape {output.shape}, input "
            f"{number} has shape {shape}."
        )

    def numerical(self, outputs: list[Tensor]) -> list[list[Array]]:
        """For each output and input the Jacobian (output entries, input entries)."""
        jacobians = [[np.zeros((out.numel(), x.numel())) for x in self.targets] for out in outputs]
        live = live_outputs(self.func, self.inputs)
        for j, x in enumerate(self.targets):
            with writeable(x) as array:
                for column, place in enumerate(np.ndindex(array.shape)):
                    slopes = self.difference(mover(array, place))
                    for rows, k in zip(jacobians, live, strict=True):
                        rows[j][:, column] = slopes[k].reshape(-1)
        return jacobians

    def analytical(self, output: Tensor) -> list[Array]:
        """For each input the Jacobian (output entries, input entries), by backward."""
        rows = [np.zeros((output.numel(), x.numel())) for x in self.targets]
        for row in range(output.numel()):
            weight = np.zeros(output.shape, output.dtype)
            weight.flat[row] = 1
            for jacobian, g in zip(rows, self.backward(output, weight), strict=True):
                if g is not None:
                    jacobian[row] = g._array.reshape(-1)
        return rows

    def backward(self, output: Tensor, weight: Array) -> tuple[Tensor | None, ...]:
        """The gradients of the checked inputs, of the expected shapes."""
        return grad(output, self.targets, wrap(weight), retain_graph=True, allow_unused=True)

    def projected(self, outputs: list[Tensor]) -> bool:
        """Whether ``v . (J u)`` agrees for random positive u and v, for each input and output."""
        random = np.random.default_rng(0)
        live = live_outputs(self.func, self.inputs)
        for x in self.targets:
            u = direction(random, x.shape)
            with writeable(x) as array:
                start = array.copy()

                def move(step: float, array: Array = array, start: Array = start) -> None:
                    array[...] = start + step * u  # noqa: B023 - used within this turn only

                slopes = self.difference(move)
                array[...] = start
            for output, k in zip(outputs, live, strict=True):
                v = direction(random, output.shape)
                g = grad(
                    output,
                    x,
                    wrap(v.astype(output.dtype)),
                    retain_graph=True,
                    allow_unused=True,
                )[0]
                a = 0.0 if g is None else float((g._array * u).sum())
                n = float((slopes[k] * v).sum())
                atol = self.atol * float(u.sum()) * float(v.sum())
                if not np.isclose(a, n, rtol=self.rtol, atol=atol):
                    return False
        return True

    def repeated(self, outputs: list[Tensor], tolerance: float) -> None:
        """Two runs of backward must agree."""
        for i, output in enumerate(outputs):
            weight = direction(np.random.default_rng(0), output.shape).astype(output.dtype)
            first, again = self.backward(output, weight), self.backward(output, weight)
            for number, a, b in zip(self.numbers, first, again, strict=True):
                if a is None or b is None:
                    continue
                apart = float(np.max(np.abs(a._array - b._array), initial=0.0))
                if apart > tolerance:
                    raise GradcheckError(
                        "Backward is not reentrant, i.e., running backward with same input and "
                        "grad_output multiple times gives different values, although analytical "
                        f"gradient matches numerical gradient: output {i}, input {number}, "
                        f"{apart} apart. The tolerance for nondeterminism was {tolerance}."
                    )

    def dtypes(self, outputs: list[Tensor]) -> None:
        """A gradient must have its input's dtype."""
        for output in outputs:
            found = self.backward(output, np.ones(output.shape, output.dtype))
            for number, x, g in zip(self.numbers, self.targets, found, strict=True):
                if g is not None and g.dtype != x.dtype:
                    raise GradcheckError(
                        f"Gradient of input {number} has dtype {g.dtype}, the input {x.dtype}"
                    )

    def alone(self, outputs: list[Tensor]) -> None:
        """Backward from one output, with zeros, must run without the others and give zeros."""
        for i, output in enumerate(outputs):
            try:
                found = self.backward(output, np.zeros(output.shape, output.dtype))
            except Exception as error:
                raise GradcheckError(
                    "Expected backward function to handle undefined output grads: with a gradient "
                    f"for output {i} alone it raised {error!r}"
                ) from error
            for number, g in zip(self.numbers, found, strict=True):
                if g is not None and (g._array != 0).any():
                    raise GradcheckError(
                        "Expected all input grads to be undefined or zero when all output grads "
                        f"are undefined or zero: input {number}, from output {i} alone"
                    )


def _checked(value: Any) -> bool:
    return isinstance(value, Tensor) and value.requires_grad


def _check_inputs(numbers: list[int], targets: list[Tensor]) -> None:
    if not targets:
        raise ValueError(
            "gradcheck expects at least one input tensor to require gradient, but none of them "
            "have requires_grad=True."
        )
    for number, x in zip(numbers, targets, strict=True):
        if x.dtype != np.float64:
            warnings.warn(
                f"Input #{number} requires gradient and is not a double precision floating point: "
                f"it has dtype {x.dtype}, whose finite differences are too coarse, so this check "
                "will likely fail; write x.double()",
                stacklevel=4,
            )
        memory = x._memory()
        if any(step == 0 and n > 1 for step, n in zip(memory.strides, memory.shape, strict=True)):
            raise RuntimeError(
                f"The {number}th input has a dimension with stride 0. gradcheck only supports "
                "inputs that are non-overlapping to be able to compute the numerical gradients "
                "correctly. You should call .contiguous on the input before passing it to "
                "gradcheck."
            )
