"""Samples of singular values and eigenvalues."""

from __future__ import annotations

from typing import Any

from tests.samples.build import A, S, ints, positive, rough, row, turned
from tests.samples.determinants import NO_HALVES


def upright(result: Any, rows: tuple[int, ...] = (), columns: tuple[int, ...] = ()) -> Any:
    """A result in which every vector's largest entry is positive: its sign is chosen freely.

    The vectors are the rows and columns of the matrices at these places; the first one decides.
    """
    parts = list(result)
    if not parts[-1].numel():
        return result
    for place in rows:
        parts[place] = parts[place].mT
    deciding = parts[(*rows, *columns)[0]].detach()
    sign = deciding.gather(-2, deciding.abs().argmax(-2, keepdim=True)).sign()
    for place in (*rows, *columns):
        parts[place] = parts[place] * sign
    for place in rows:
        parts[place] = parts[place].mT
    return type(result)(*parts) if hasattr(result, "_fields") else type(result)(parts)


ONE_TRIANGLE = [S(positive(*shape)) for shape in [(3, 3), (2, 2, 2), (1, 1), (0, 0), (0, 2, 2)]]
ONE_TRIANGLE += [S(A(3, 3)), S(turned(3, 3)), S(A(2, 3, 3), UPLO="U"), S(A(2, 2), "l")]
SHAPES = [(3, 3), (4, 2), (2, 4), (2, 3, 2), (1, 1), (0, 0), (0, 3), (2, 0, 3), (0, 2, 3)]
RECTANGULAR = [S(A(*shape)) for shape in SHAPES]
BAD = (NO_HALVES, S(A(3)), S(A()), S(ints(2, 2)), S([[1.0]]), S(None), S(A(2, 2), driver="gesvd"))

row("linalg.svdvals", RECTANGULAR, S(turned(3, 2)), refused=BAD, halves=False)
row(
    "linalg.svd",
    [S(A(*shape), full_matrices=False) for shape in SHAPES],
    [S(A(3, 3)), S(turned(3, 3)), S(A(3, 2), False)],
    refused=BAD,
    halves=False,
    seen=lambda result: upright(result, rows=(2,), columns=(0,)),
)
row(
    "svd",
    RECTANGULAR,
    S(A(3, 3), some=False),
    refused=BAD[:-1],
    halves=False,
    seen=lambda result: upright(result, columns=(0, 2)),
)
row(
    "linalg.eigh",
    rough(*ONE_TRIANGLE),
    refused=(S(A(2, 3)), S(A(2, 2), "X"), *BAD[:-1]),
    halves=False,
    whole=False,
    seen=lambda result: upright(result, columns=(1,)),
)
row(
    "linalg.eigvalsh",
    rough(*ONE_TRIANGLE),
    refused=(S(A(2, 3)), S(A(2, 2), "X"), *BAD[:-1]),
    halves=False,
    whole=False,
)
