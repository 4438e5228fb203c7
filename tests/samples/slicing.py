"""Samples of the operators that give views of a part."""

from __future__ import annotations

from tests.samples.build import A, S, rough, row, strided, turned

NO_TENSOR = (S([1.0, 2.0]), S(1.0), S())

row(
    "diagonal",
    S(A(3, 3)),
    S(A(2, 3), 1),
    S(A(3, 2), -1),
    S(A(2, 3, 4), 1, 2, 0),
    S(A(2, 3, 4), offset=-1, dim1=-1, dim2=1),
    S(A(2, 2), 2),
    S(A(2, 2), -5),
    S(A(0, 2)),
    S(turned(3, 4)),
    S(strided(3, 4), 1),
    refused=(
        *NO_TENSOR,
        S(A(3)),
        S(A()),
        S(A(2, 3), 0, 1, 1),
        S(A(2, 3), 0, 0, -2),
        S(A(2, 3), 0, 0, 2),
    ),
)
row(
    "narrow",
    S(A(5), 0, 1, 3),
    S(A(2, 5), 1, 0, 2),
    S(A(2, 5), -1, -2, 2),
    S(A(2, 5), 1, 5, 0),
    S(A(2, 5), dim=0, start=1, length=1),
    S(A(0, 2), 0, 0, 0),
    S(turned(3, 4), 0, 1, 2),
    refused=(
        *NO_TENSOR,
        S(A(), 0, 0, 1),
        S(A(5), 0, 6, 0),
        S(A(5), 0, -6, 0),
        S(A(5), 0, 0, -1),
        S(A(5), 0, 3, 3),
        S(A(5), 1, 0, 1),
    ),
)
row(
    "select",
    S(A(3), 0, 1),
    S(A(2, 3), 1, -1),
    S(A(2, 3, 2), -2, 0),
    S(A(2, 3), dim=0, index=1),
    S(turned(3, 4), 0, 2),
    refused=(*NO_TENSOR, S(A(), 0, 0), S(A(3), 0, 3), S(A(3), 0, -4), S(A(3), 1, 0)),
)
row(
    "linalg.diagonal",
    S(A(3, 3)),
    S(A(2, 2, 3), offset=1),
    S(A(2, 3, 4), offset=-1, dim1=0, dim2=1),
    refused=(S(A(3)), S(A(2, 3), dim1=1)),
)
row(
    "unfold",
    S(A(5), 0, 2, 1),
    S(A(5), 0, 2, 3),
    S(A(6), 0, 4, 1),
    S(A(3, 5), 1, 3, 2),
    S(A(3, 5, 2), -2, 2, 1),
    S(A(4), 0, 4, 1),
    S(A(4), 0, 0, 2),
    S(A(), 0, 1, 1),
    S(A(), 0, 0, 1),
    S(A(2, 0), 0, 2, 1),
    S(turned(4, 3), 0, 3, 1),
    S(strided(2, 4), 1, 2, 1),
    refused=(
        S(A(4), 0, 5, 1),
        S(A(4), 0, -1, 1),
        S(A(4), 0, 2, 0),
        S(A(4), 1, 2, 1),
        S(A(), 0, 2, 1),
    ),
)
row(
    "as_strided",
    S(A(6), (2, 3), (3, 1)),
    S(A(6), (4, 3), (1, 1)),
    S(A(2, 3), (3,), (2,), 1),
    S(A(2, 3), (2, 2), (0, 1)),
    S(A(4), (), ()),
    S(A(4), (0,), (1,), 2),
    S(A(), (1,), (1,)),
    rough(S(turned(2, 3), (6,), (1,)), S(strided(4), (2, 2), (4, 2))),
    S(A(3, 3), size=[3], stride=[4], storage_offset=0),
    refused=(
        *NO_TENSOR,
        S(A(4), (2,), (1, 2)),
        S(A(4), (2,), (-1,)),
        S(A(4), (-1,), (1,)),
        S(A(4), (5,), (1,)),
        S(A(4), (2,), (1,), 3),
        S(A(4), (2,), (1,), -1),
    ),
)
