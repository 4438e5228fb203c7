"""What all operators on matrices share: their arguments' checks, their errors, transposes."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.arguments import a_tensor
from autograd.tensor import Tensor


class LinAlgError(RuntimeError):
    """A matrix on which the operation is not defined: singular, or not positive definite.

    Source: `torch.linalg.LinAlgError`.

    >>> try:
    ...     autograd.linalg.inv(zeros(2, 2))
    ... except autograd.linalg.LinAlgError as error:
    ...     print(str(error)[:50])
    linalg.inv: The diagonal element 1 is zero, the in
    """


def matrices(name: str, value: Any, *, half: bool = False) -> Tensor:
    """``value``, a tensor of at least two dimensions of float32 or float64.

    ``half``: float16, too. Raises TypeError for what is no tensor, RuntimeError for another.
    """
    tensor = a_tensor(name, value)
    if tensor.ndim < 2:
        raise RuntimeError(
            f"{name}: The input tensor must have at least 2 dimensions: it has shape "
            f"{tensor.shape}; unsqueeze it to a row or a column"
        )
    if tensor.dtype.kind != "f":
        raise RuntimeError(
            f"{name}: Expected a floating point tensor as input. Got {tensor.dtype}; "
            "write x.float() or x.double()"
        )
    if tensor.dtype.itemsize < 4 and not half:
        raise RuntimeError(
            f"{name}: Low precision dtypes not supported. Got {tensor.dtype}; write x.float()"
        )
    return tensor


def square(name: str, value: Any, *, half: bool = False) -> Tensor:
    """`matrices` with as many rows as columns; raises RuntimeError for others."""
    tensor = matrices(name, value, half=half)
    if tensor.shape[-1] != tensor.shape[-2]:
        raise RuntimeError(
            f"{name}: A must be batches of square matrices, but they are {by(tensor)} matrices"
        )
    return tensor


def of_one_dtype(name: str, a: Tensor, b: Tensor) -> None:
    """Raise RuntimeError where two tensors have different dtypes."""
    if a.dtype != b.dtype:
        raise RuntimeError(
            f"{name}: Expected A and B to have the same dtype, but found A of type {a.dtype} and "
            f"B of type {b.dtype} instead; write x.to(other.dtype)"
        )


def broadcast_batches(name: str, *tensors: Tensor) -> tuple[int, ...]:
    """The shape in front of the matrices, broadcast; raises RuntimeError where it is not."""
    try:
        return np.broadcast_shapes(*(tensor.shape[:-2] for tensor in tensors))
    except ValueError:
        shapes = " and ".join(str(tensor.shape) for tensor in tensors)
        raise RuntimeError(
            f"{name}: the batch dimensions of {shapes}, all but the last two, do not broadcast"
        ) from None


def equation(name: str, a: Any, b: Any, left: bool = True) -> tuple[Tensor, Tensor]:
    """Both sides of A X = B, or of X A = B, where they fit: A square, B's columns or rows as long.

    Raises RuntimeError for other shapes and for two dtypes.
    """
    a, b = square(name, a), matrices(name, b)
    of_one_dtype(name, a, b)
    if a.shape[-1] != b.shape[-2 if left else -1]:
        raise RuntimeError(
            f"{name}: Incompatible shapes of A and B for the equation "
            f"{'AX = B' if left else 'XA = B'} ({by(a)} and {by(b)})"
        )
    broadcast_batches(name, a, b)
    return a, b


def by(x: Any) -> str:
    """The size of the matrices in ``x``, for a message."""
    return f"{x.shape[-2]} by {x.shape[-1]}"


def transposed(x: Any) -> Any:
    """The transposes of the matrices in a raw array or tensor."""
    return np.swapaxes(x, -1, -2)


def expanded(x: Any) -> Any:
    """A number for each matrix, in the shape that multiplies matrices."""
    return np.expand_dims(x, (-2, -1))


def identity(x: Any, count: int | None = None) -> Any:
    """The identity matrix for the columns of ``x``, or of ``count``, in its dtype."""
    return np.eye(x.shape[-1] if count is None else count, dtype=x.dtype)


def singular(name: str, info: Any, what: str) -> LinAlgError:
    """The error for the first matrix whose ``info`` is not 0, with its place in the batch.

    ``what`` says what its number, {info}, means.
    """
    batch = np.atleast_1d(info).reshape(-1)
    place = int(np.flatnonzero(batch)[0])
    where = f"(Batch element {place}): " if np.ndim(info) else ""
    return LinAlgError(f"{name}: {where}{what.format(info=int(batch[place]))}")
