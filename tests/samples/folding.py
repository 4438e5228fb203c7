"""Samples: windows as columns, and columns added up."""

from tests.samples.build import A, S, row, strided

row(
    "nn.functional.unfold",
    S(A(2, 2, 3, 4), 2),
    S(A(2, 4, 5), (2, 3), (1, 2), (1, 0), (2, 1)),
    S(strided(1, 1, 3, 3), (2, 2), padding=2, stride=2, dilation=2),
    S(A(0, 2, 3, 4), 2),
    refused=(
        S(A(1, 1, 1, 4, 4), 2),
        S(A(1, 0, 4, 4), 2),
        S(A(1, 4, 4), 5),
        S(A(1, 4, 4), 0),
        S(A(1, 4, 4), 2, 0),
        S(A(1, 4, 4), 2, 1, -1),
        S(A(1, 4, 4), 2, 1, 0, 0),
        S(A(1, 4, 4), (2,)),
    ),
)
row(
    "nn.functional.fold",
    S(A(2, 4, 6), (3, 4), 2),
    S(A(6, 6), (4, 5), (1, 3), 1, (1, 0), (3, 1)),
    S(strided(1, 8, 4), 3, 2),
    S(A(1, 4, 9), (3, 3), (2, 2), padding=2, stride=2, dilation=2),
    S(A(0, 4, 6), (3, 4), 2),
    refused=(
        S(A(9), (4, 4), 2),
        S(A(1, 4, 8), (4, 4), 2),
        S(A(1, 3, 9), (4, 4), 2),
        S(A(1, 0, 9), (4, 4), 2),
        S(A(1, 4, 9), (4,), 2),
        S(A(1, 4, 9), (-4, 4), 2),
        S(A(1, 4, 9), (4, 4), 2, stride=0),
        S(A(1, 4, 1), (1, 1), 2),
    ),
)
