"""Sums of products over named dimensions: einsum, two operands at a time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd.arguments import operands, tensor_or_array
from autograd.ops.cast import cast
from autograd.ops.products import matmul
from autograd.ops.slicing import diagonal
from autograd.registry import public
from autograd.tensor import Tensor

__all__ = ["einsum"]

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
Label = str | int
"""A dimension's name: a letter, or a number for one that ``...`` stands for."""


@public(method=False, numpy=(np.einsum,))
def einsum(equation: Any, *operands_: Any) -> Tensor:
    """Multiply tensors and sum, as ``equation`` says by a letter for each dimension.

    ``"ij,jk->ik"`` is the product of two matrices: dimensions of one letter go together, those
    that are not behind the arrow are summed over. A letter twice in one operand is its diagonal;
    ``...`` stands for any number of dimensions, which broadcast; without an arrow the letters
    that occur once are the result's, in alphabetical order. The letters may be given as lists of
    numbers, one behind each tensor. The operands are contracted from left to right, more than
    two of them in the order that `np.einsum_path` finds. Raises RuntimeError where the letters
    and the shapes do not fit (`torch.einsum`).

    >>> einsum("ij,j->i", tensor([[1.0, 2.0], [3.0, 4.0]]), tensor([1.0, 10.0]))
    tensor([21., 43.])
    >>> einsum("ii", tensor([[1.0, 2.0], [3.0, 4.0]]))
    tensor(5.)
    """
    if not isinstance(equation, str):
        equation, operands_ = _from_lists((equation, *operands_))
    elif len(operands_) == 1 and isinstance(operands_[0], (list, tuple)):
        operands_ = tuple(operands_[0])
    for each in operands_:
        tensor_or_array("einsum", each)
    given: list[Tensor] = operands("einsum", *operands_) if operands_ else []
    labels, output = _labels(equation, given)
    _check_sizes(equation, given, labels)
    parts = [_diagonals(x, names) for x, names in zip(given, labels, strict=True)]
    for places in _order(parts, output):
        chosen = [parts.pop(place) for place in sorted(places, reverse=True)][::-1]
        later = {*output, *(name for _, names in parts for name in names)}
        while len(chosen) > 1:
            rest = {name for _, names in chosen[2:] for name in names}
            chosen[:2] = [_contracted(*chosen[0], *chosen[1], later | rest)]
        parts.append(_without(*chosen[0], later))
    ((result, names),) = parts
    return result.permute([names.index(name) for name in output])


def _wrong(equation: str, given: Sequence[Any], why: str) -> RuntimeError:
    shapes = ", ".join(str(tuple(each.shape)) for each in given)
    return RuntimeError(f"einsum({equation!r}) of shapes {shapes}: {why}")


def _from_lists(given: Sequence[Any]) -> tuple[str, tuple[Any, ...]]:
    """The equation and the operands, where the letters came as lists of numbers."""

    def letters(numbers: Any) -> str:
        return "".join("..." if each is Ellipsis else letter(each) for each in numbers)

    def letter(number: Any) -> str:
        if not 0 <= number < len(_LETTERS):
            raise RuntimeError(
                f"einsum(): subscripts in a list are numbers from 0 to {len(_LETTERS) - 1}, or "
                f"Ellipsis, but got {number}"
            )
        return _LETTERS[number]

    count = len(given) // 2
    equation = ",".join(letters(each) for each in given[1 : 2 * count : 2])
    if len(given) % 2:
        equation += "->" + letters(given[-1])
    return equation, tuple(given[0 : 2 * count : 2])


def _labels(equation: str, given: Sequence[Any]) -> tuple[list[list[Label]], list[Label]]:
    """The names of every operand's dimensions, and of the result's."""
    text = equation.replace(" ", "")
    left, arrow, right = text.partition("->")
    terms = left.split(",") if given or left else []
    if len(terms) != len(given):
        more = "more" if len(terms) < len(given) else "fewer"
        raise _wrong(equation, given, f"{more} operands were given than the equation has terms")
    if not given:
        raise ValueError("einsum(): must specify at least one operand")
    widths = []
    for term, x in zip(terms, given, strict=True):
        letters = term.replace("...", "", 1)
        wrong = [letter for letter in letters if letter not in _LETTERS]
        if wrong:
            raise _wrong(equation, given, f"{wrong[0]!r} is not a letter; subscripts are letters")
        width = x.ndim - len(letters)
        if width < 0 or (width and "..." not in term):
            raise _wrong(
                equation,
                given,
                f"{term!r} names {len(letters)} dimensions of a tensor that has {x.ndim}",
            )
        widths.append(width)
    broad = list(range(max(widths)))  # the dimensions of ``...``, the last ones align
    labels: list[list[Label]] = []
    for term, width in zip(terms, widths, strict=True):
        before, dots, after = term.partition("...")
        hidden = broad[len(broad) - width :] if dots else []
        labels.append([*before, *hidden, *after])
    if not arrow:
        times = Counter("".join(terms).replace(".", ""))
        return labels, [*broad, *sorted(each for each, n in times.items() if n == 1)]
    output: list[Label] = []
    before, dots, after = right.partition("...")
    output = [*before, *(broad if dots else []), *after]
    known = {name for names in labels for name in names}
    for name in before + after:
        if name not in known:
            raise _wrong(equation, given, f"{name!r} of the result is in no operand")
        if output.count(name) > 1:
            raise _wrong(equation, given, f"{name!r} is in the result more than once")
    return labels, output


def _check_sizes(equation: str, given: Sequence[Any], labels: Sequence[Sequence[Label]]) -> None:
    """One length for every name; 1 broadcasts."""
    sizes: dict[Label, int] = {}
    for x, names in zip(given, labels, strict=True):
        for name, length in zip(names, x.shape, strict=True):
            known = sizes.setdefault(name, length)
            if known == 1:
                sizes[name] = length
            elif length not in (1, known):
                which = repr(name) if isinstance(name, str) else "a dimension of '...'"
                raise _wrong(
                    equation,
                    given,
                    f"{which} has length {known} in one operand, {length} in another",
                )


def _diagonals(x: Tensor, names: list[Label]) -> tuple[Tensor, list[Label]]:
    """``x`` with the diagonal in the place of dimensions of one name."""
    names = list(names)
    for name in [each for each, n in Counter(names).items() if n > 1]:
        while names.count(name) > 1:
            first = names.index(name)
            second = names.index(name, first + 1)
            if x.shape[first] != x.shape[second]:
                raise RuntimeError(
                    f"einsum(): {name!r} names two dimensions of lengths {x.shape[first]} and "
                    f"{x.shape[second]} of one operand: only equal ones have a diagonal"
                )
            x = diagonal(x, 0, first, second)
            names = [*names[:first], *names[first + 1 : second], *names[second + 1 :], name]
    return x, names


def _order(parts: Sequence[tuple[Tensor, list[Label]]], output: list[Label]) -> list[Any]:
    """Which operands go together, step by step: positions in a list that grows at its end."""
    if len(parts) < 3:
        return [tuple(range(len(parts)))]
    numbers: dict[Label, int] = {}
    flat: list[Any] = []
    for x, names in parts:
        flat += [x._array, [numbers.setdefault(name, len(numbers)) for name in names]]
    path = np.einsum_path(*flat, [numbers[name] for name in output], optimize="greedy")[0]
    return list(path[1:])


def _without(x: Tensor, names: list[Label], keep: set[Label]) -> tuple[Tensor, list[Label]]:
    """``x`` summed over the dimensions that nothing needs any more."""
    gone = [dim for dim, name in enumerate(names) if name not in keep]
    if gone:
        x = x.sum(gone)
    return x, [name for name in names if name in keep]


def _contracted(
    a: Tensor, names_a: list[Label], b: Tensor, names_b: list[Label], keep: set[Label]
) -> tuple[Tensor, list[Label]]:
    """The product of two operands, summed over what only they have: one matrix product."""
    a, names_a = _without(a, names_a, keep | set(names_b))
    b, names_b = _without(b, names_b, keep | set(names_a))
    size_a, size_b = (
        dict(zip(names_a, a.shape, strict=True)),
        dict(zip(names_b, b.shape, strict=True)),
    )
    batch = [name for name in names_a if name in size_b and name in keep]
    inner = [name for name in names_a if name in size_b and name not in keep]
    left = [name for name in names_a if name not in size_b]
    right = [name for name in names_b if name not in size_a]
    for name in [each for each in inner if size_a[each] != size_b[each]]:
        # One of them is of length 1 and broadcasts, so the other may be summed first.
        if size_a[name] == 1:
            b = b.sum(names_b.index(name), keepdim=True)
        else:
            a = a.sum(names_a.index(name), keepdim=True)
    kind = np.promote_types(a.dtype, b.dtype)  # a sum of integers has become int64
    a, b = cast(a, kind), cast(b, kind)
    a = a.permute([names_a.index(name) for name in (*batch, *left, *inner)])
    b = b.permute([names_b.index(name) for name in (*batch, *inner, *right)])
    n, m = len(batch), len(inner)
    lefts, rights = a.shape[n : n + len(left)], b.shape[n + m :]
    if not inner:
        a = a.reshape((*a.shape, *(1 for _ in right)))
        b = b.reshape((*b.shape[:n], *(1 for _ in left), *rights))
        return a * b, [*batch, *left, *right]
    length = int(np.prod(b.shape[n : n + m]))
    rows = a.reshape((*a.shape[:n], int(np.prod(lefts)), length))
    columns = b.reshape((*b.shape[:n], length, int(np.prod(rights))))
    product = matmul(rows, columns)
    return product.reshape((*product.shape[:-2], *lefts, *rights)), [*batch, *left, *right]
