"""Samples of the operators on triangles and diagonals of matrices."""

from __future__ import annotations

from tests.samples.build import A, Dtype, S, row, strided, turned

NO_TENSOR = (S([1.0, 2.0]), S(1.0), S())

row(
    "tril",
    S(A(3, 3)),
    S(A(2, 3), 1),
    S(A(3, 2), -1),
    S(A(2, 2, 3), diagonal=-1),
    S(A(3, 3), 7),
    S(A(3, 3), -7),
    S(A(0, 3)),
    S(turned(3, 4), 1),
    S(strided(3, 4)),
    refused=(*NO_TENSOR, S(A(3)), S(A()), S(A(2, 2), 1.5)),
)
row(
    "triu",
    S(A(3, 3)),
    S(A(2, 3), 1),
    S(A(3, 2), -1),
    S(A(2, 2, 3), diagonal=-1),
    S(A(2, 0)),
    S(turned(3, 4), -1),
    refused=(*NO_TENSOR, S(A(3)), S(A())),
)
row(
    "diag",
    S(A(3)),
    S(A(2), 1),
    S(A(2), -2),
    S(A(2, 3)),
    S(A(3, 3), 1),
    S(A(3, 2), diagonal=-2),
    S(A(2, 2), 5),
    S(A(0)),
    S(A(0), 1),
    S(turned(3, 3), 1),
    S(strided(3)),
    refused=(*NO_TENSOR, S(A()), S(A(2, 2, 2))),
)
row(
    "diag_embed",
    S(A(3)),
    S(A(2, 3)),
    S(A(2, 3), 1),
    S(A(2, 3), -2),
    S(A(2, 3), 1, 0, 2),
    S(A(2, 3), dim1=0, dim2=1),
    S(A(2, 3), -1, 2, 0),
    S(A(0)),
    S(turned(3, 2)),
    refused=(*NO_TENSOR, S(A()), S(A(3), 0, 1, 1), S(A(3), 0, 1, -1), S(A(3), 0, 0, 2)),
)
row(
    "diagflat",
    S(A(3)),
    S(A(2, 2), 1),
    S(A(), -1),
    S(A(0)),
    S(turned(2, 2)),
    refused=NO_TENSOR,
)
for _name in ("tril_indices", "triu_indices"):
    row(
        _name,
        S(3, 3),
        S(2, 3, 1),
        S(3, 2, -1),
        S(2, 2, offset=5),
        S(0, 2),
        S(2, 2, dtype=Dtype("int32")),
        refused=(S(-1, 2), S(2, -1), S(2, 2, dtype=Dtype("float32")), S(2)),
        grad=False,
        whole=False,
    )
row(
    "fill_diagonal_",
    S(A(3, 3), 2.0),
    S(A(2, 4), 1),
    S(A(5, 2), 1.5),
    S(A(5, 2), 1.5, True),
    S(A(2, 2, 2), 3, wrap=False),
    S(A(0, 0), 1),
    S(turned(3, 4), 1),
    refused=(S(A(3), 1), S(A(), 1), S(A(2, 2, 3), 1), S(A(2, 2), "a"), S(A(2, 2))),
    whole=False,
)
