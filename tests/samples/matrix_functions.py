"""Samples of powers and exponentials of matrices, reflections and random projections."""

from __future__ import annotations

from typing import Any

from tests.samples.build import A, S, ints, regular, rough, row, turned, underived
from tests.samples.determinants import NOT_SQUARE
from tests.samples.factorizations import NO_MATRICES
from tests.samples.spectral import upright

SHAPES = [(3, 3), (2, 2, 2), (1, 1), (0, 0), (0, 2, 2), (2, 0, 0)]
row(
    "linalg.matrix_exp matrix_exp",
    [S(A(*shape)) for shape in SHAPES],
    [S(turned(3, 3)), S(A(2, 2, low=-20, high=20)), S(A(2, 2, low=0, high=0))],
    refused=NOT_SQUARE[1:],
    halves=False,
)
row(
    "linalg.matrix_power matrix_power",
    [S(regular(3, 3), n) for n in (0, 1, 2, 3, 5, -1, -2, -3)],
    [S(A(*shape), 2) for shape in SHAPES],
    [S(turned(3, 3), 7), S(A(2, 2), n=2), S(ints(2, 2), 3), S(ints(2, 2), 0)],
    refused=(S(A(2, 3), 2), S(A(3), 2), S(A(2, 2), 1.5), S(A(2, 2)), S([[1.0]], 2)),
    halves=False,
    whole=False,
)

LINALG = {"halves": False, "whole": False}
PRODUCTS = [
    S(A(3, 3), A(3)),
    S(A(4, 3, low=-1, high=1), A(2)),
    S(A(2, 3, 2), A(2, 1)),
    S(A(4, 2), A(2, low=0, high=0)),
    S(turned(3, 2), A(2)),
    S(A(0, 0), A(0)),
    S(A(3, 0), A(0)),
    S(A(0, 3, 2), A(0, 2)),
]
REFUSED = (S(A(2, 3), A(2)), S(A(3, 2), A(3)), S(A(3, 2), A(2, 2)), S(ints(2, 2), A(2)), S(A(2, 2)))
row("linalg.householder_product orgqr", PRODUCTS, refused=REFUSED, **LINALG)
row(
    "ormqr",
    S(A(3, 2), A(2), A(3, 2)),
    S(A(3, 2), A(2), A(3, 2), transpose=True),
    S(A(3, 2), A(2), A(2, 3), left=False),
    S(A(3, 2), A(2), A(2, 3), False, True),
    S(A(2, 3, 2), A(2, 2), A(2, 3, 2)),
    refused=(
        S(A(3, 2), A(2), A(2, 1)),
        S(A(3, 2), A(2), A(3)),
        S(A(3, 3), A(2), A(3, 1)),
        S(A(3, 2), A(3), A(3, 2)),
        S(A(3, 2), A(2)),
    ),
    **LINALG,
)
row(
    "geqrf",
    underived(*(S(A(*shape)) for shape in [(3, 3), (4, 2), (2, 4), (2, 3, 2), (0, 3), (3, 0)])),
    underived(S(turned(3, 3))),
    refused=NO_MATRICES,
    **LINALG,
)


def signs(result: Any) -> Any:
    return upright(result, columns=(0, 2))


DRAWN = {**LINALG, "random": True, "seen": signs}
row(
    "svd_lowrank",
    rough(S(A(4, 3), q=3), S(A(3, 5), 2), S(A(2, 4, 3), q=2, niter=1), S(A(4, 3), 3, M=A(4, 3))),
    S(A(4, 3), 3, 0),
    refused=(S(ints(3, 3), 2),),
    **DRAWN,
)
row(
    "pca_lowrank",
    S(A(4, 3), center=False),
    rough(S(A(5, 3)), S(A(3, 5), q=2), S(A(2, 4, 3), 3, True, 1)),
    refused=(S(A(4, 3), q=4), S(A(4, 3), niter=-1)),
    **DRAWN,
)
