"""Samples of factorisations, and of equations with triangular matrices."""

from __future__ import annotations

from collections.abc import Iterator

from tests.samples.build import (
    A,
    Array,
    S,
    Sample,
    ints,
    only_here,
    positive,
    regular,
    rough,
    row,
    strided,
    turned,
    underived,
)
from tests.samples.determinants import NO_HALVES, NOT_SQUARE

NO_MATRICES = (NO_HALVES, S(A(3)), S(A()), S(ints(2, 2)), S([[1.0]]), S(None), S())

POSITIVE = [S(positive(*n)) for n in [(3, 3), (2, 2, 2), (1, 1), (0, 0), (0, 2, 2), (4, 4)]]
POSITIVE += [S(positive(3, 3, layout="turned")), S(positive(2, 2, 2), upper=True)]
INDEFINITE = S(A(2, 2, high=-1))
REFUSED = (*NOT_SQUARE, INDEFINITE)
row("linalg.cholesky", rough(*POSITIVE), refused=REFUSED, halves=False)
row("cholesky", rough(*POSITIVE), refused=REFUSED, halves=False, whole=False)
row(
    "linalg.cholesky_ex",
    rough(*POSITIVE, S(positive(2, 2), check_errors=True)),
    refused=(*NOT_SQUARE, S(A(2, 2, high=-1), check_errors=True)),
    halves=False,
)

TALL = [(3, 3), (4, 2), (2, 3, 2), (1, 1), (0, 0), (3, 0), (0, 3, 2)]
WIDE = [(2, 4), (2, 2, 3), (0, 3), (0, 2, 3)]
row(
    "linalg.qr",
    [S(A(*shape)) for shape in TALL + WIDE],
    [S(turned(3, 3), "complete"), S(A(2, 3), mode="complete")],
    underived(S(A(4, 2), "complete")),
    underived(S(A(4, 2), "r"), S(A(2, 3), mode="r"), S(A(2, 3, 3), mode="r")),
    refused=(*NO_MATRICES, S(A(2, 2), "raw")),
    halves=False,
)
row(
    "qr",
    [S(A(*shape)) for shape in TALL + WIDE],
    [S(A(3, 3), some=False), S(A(2, 3), False)],
    refused=NO_MATRICES,
    halves=False,
)

SHAPES = [(3, 3), (4, 2), (2, 4), (2, 3, 2), (2, 2, 3), (1, 1), (0, 0), (0, 3), (3, 0), (0, 2, 2)]
PARTED = [*(S(A(*shape)) for shape in SHAPES), S(turned(3, 3)), S(A(40, 3)), S(A(3, 40))]
NO_PIVOTS = (*NO_MATRICES, S(A(2, 2), pivot=False))
LU = {"halves": False, "whole": False}
row("linalg.lu", PARTED, refused=NO_PIVOTS, **LU)
row("linalg.lu_factor", PARTED, refused=(*NO_PIVOTS, S(A(2, 2, low=0, high=0))), **LU)
row("linalg.lu_factor_ex", PARTED, S(A(2, 2), check_errors=True), refused=NO_PIVOTS, **LU)
row("lu", PARTED, S(A(3, 3), get_infos=True), refused=NO_PIVOTS, **LU)


def pivots(*shape: int) -> Array:
    """Row numbers that are there: a swap with the last but one of at least two rows."""
    return ints(*shape, low=1, high=2, dtype="int32")


row(
    "lu_unpack",
    S(A(3, 3), pivots(3)),
    S(A(2, 3, 2), pivots(2, 2)),
    S(A(2, 4), pivots(2)),
    S(A(0, 0), pivots(0)),
    only_here(S(A(3, 3), pivots(3), unpack_data=False)),
    S(A(3, 3), pivots(3), True, False),
    refused=(
        S(A(3, 3), ints(3, low=1, high=1)),
        S(A(3, 3), pivots(2)),
        S(A(3, 3), ints(3, low=0, high=0, dtype="int32")),
        S(A(3, 3), A(3)),
        S(A(3, 3)),
    ),
    **LU,
)
SOLVED = [
    (regular(3, 3), pivots(3), A(3, 2)),
    (regular(2, 3, 3), pivots(2, 3), A(2, 3, 1)),
    (regular(2, 2, 2), pivots(2, 2), A(2, 2)),
    (turned(0, 0), pivots(0), A(0, 2)),
    (regular(2, 2), pivots(2), A(3, 2, 0)),
]
row(
    "linalg.lu_solve",
    [S(*given) for given in SOLVED],
    S(regular(3, 3), pivots(3), A(2, 3), left=False),
    S(regular(3, 3), pivots(3), A(3, 2), adjoint=True),
    S(regular(2, 3, 3), pivots(2, 3), A(2, 3), left=False, adjoint=True),
    refused=(
        S(regular(3, 3), pivots(3), A(2, 2)),
        S(regular(3, 3), pivots(3), A(3)),
        S(regular(3, 3), pivots(2), A(3, 1)),
        S(A(3, 2), pivots(2), A(3, 1)),
        S(A(3, 3), pivots(3)),
    ),
    **LU,
)
row(
    "lu_solve",
    [S(b, factors, swaps) for factors, swaps, b in SOLVED],
    refused=(S(A(2, 2), regular(3, 3), pivots(3)), S(A(3), regular(3, 3), pivots(3))),
    **LU,
)


def triangular() -> Iterator[Sample]:
    for upper in (True, False):
        for unit in (False, True):
            yield S(regular(3, 3), A(3, 2), upper=upper, unitriangular=unit)
    yield S(regular(2, 3, 3), A(3, 1), upper=True)
    yield S(regular(2, 2), A(3, 2, 2), upper=False)
    yield S(regular(3, 3, layout="turned"), strided(3, 2), upper=True)
    yield S(regular(2, 1, 2, 2), A(3, 2, 1), upper=True)
    yield S(regular(0, 0), A(0, 2), upper=True)
    yield S(regular(2, 2), A(2, 0), upper=False)
    yield S(regular(0, 2, 2), A(0, 2, 1), upper=False)


row(
    "linalg.solve_triangular",
    triangular(),
    [S(regular(3, 3), A(2, 3), upper=upper, left=False) for upper in (True, False)],
    S(regular(2, 3, 3), A(2, 2, 3), upper=True, left=False, unitriangular=True),
    refused=(
        S(regular(3, 3), A(3, 2)),
        S(regular(3, 3), A(2, 2), upper=True),
        S(regular(3, 3), A(3), upper=True),
        S(A(3, 2), A(3, 2), upper=True),
        S(regular(2, 2, 2), A(3, 2, 2), upper=True),
        S(ints(2, 2), ints(2, 2), upper=True),
        S(A(2, 2), 1.0, upper=True),
    ),
    halves=False,
    whole=False,
)
row(
    "triangular_solve",
    S(A(3, 2), regular(3, 3)),
    [S(A(3, 2), regular(3, 3), upper, turn) for upper in (True, False) for turn in (True, False)],
    S(A(3, 2), regular(3, 3), unitriangular=True),
    S(A(3, 1), regular(2, 3, 3), False),
    S(A(2, 2, 1), regular(2, 2)),
    S(A(0, 2), regular(0, 0)),
    refused=(S(A(2, 2), regular(3, 3)), S(A(3), regular(3, 3)), S(A(3, 2), A(3, 2)), S(A(2, 2))),
    halves=False,
    whole=False,
)
# torch's gradients of these two read, and have entries in, the triangle that is not read.
row(
    "cholesky_solve",
    only_here(
        S(A(3, 2), regular(3, 3)),
        S(A(3, 2), regular(3, 3), True),
        S(A(3, 2), regular(3, 3), upper=False),
        S(A(3, 1), regular(2, 3, 3)),
        S(A(2, 2, 1), regular(2, 2)),
    ),
    S(A(1, 2), A(1, 1, low=1)),
    S(A(0, 2), regular(0, 0)),
    refused=(S(A(2, 2), regular(3, 3)), S(A(3), regular(3, 3)), S(A(3, 2), A(3, 2)), S(A(2, 2))),
    halves=False,
    whole=False,
)
row(
    "cholesky_inverse",
    only_here(
        S(regular(3, 3)),
        S(regular(3, 3), True),
        S(regular(2, 2, 2), upper=True),
        S(turned(2, 2, low=1)),
    ),
    S(regular(0, 0)),
    S(A(1, 1, low=1)),
    refused=(S(A(3)), S(A(2, 3)), S([[1.0]])),
    halves=False,
    whole=False,
)

SYMMETRIC = [S(A(*n)) for n in [(3, 3), (4, 4), (2, 2, 2), (1, 1), (0, 0), (0, 2, 2)]]
row("linalg.ldl_factor", underived(*SYMMETRIC), refused=NOT_SQUARE, **LU)
row("linalg.ldl_factor_ex", underived(*SYMMETRIC), refused=NOT_SQUARE, **LU)
row(
    "linalg.ldl_solve",
    underived(
        S(positive(3, 3), ints(3, low=3, high=3, dtype="int32"), A(3, 2)),
        S(regular(2, 2), ints(2, low=-2, high=-2, dtype="int32"), A(3, 2, 1)),
        S(regular(2, 2, 2), ints(2, 2, low=2, high=2, dtype="int32"), A(2, 2, 1)),
    ),
    refused=(S(A(2, 2), pivots(2), A(3, 1)), S(A(2, 2), A(2), A(2, 1)), S(A(2, 2), pivots(2))),
    **LU,
)
