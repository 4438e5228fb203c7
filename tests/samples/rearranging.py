"""Samples of the operators that put entries into another order, or repeat them."""

from __future__ import annotations

from tests.samples.build import A, S, ints, row, strided, turned

NO_TENSOR = (S([1.0, 2.0]), S(1.0), S())

row(
    "flip",
    S(A(3), (0,)),
    S(A(2, 3), (0, 1)),
    S(A(2, 3), [-1]),
    S(A(2, 3), dims=(1,)),
    S(A(2, 3), ()),
    S(A(), (0,)),
    S(A(), ()),
    S(A(0, 2), (0, 1)),
    S(turned(2, 3), (0,)),
    S(strided(2, 3), (1,)),
    refused=(*NO_TENSOR, S(A(3), (1,)), S(A(2, 3), (0, 0)), S(A(2, 3), (0, -2)), S(A(3))),
)
row(
    "roll",
    S(A(3), 1),
    S(A(2, 3), 2),
    S(A(2, 3), 1, 0),
    S(A(2, 3), -4, -1),
    S(A(2, 3), (1, 2), (0, 1)),
    S(A(2, 3), (1, 1), (1, 1)),
    S(A(2, 3), shifts=[1], dims=[1]),
    S(A(), 1),
    S(A(0), 1),
    S(A(0, 2), 1, 1),
    S(turned(2, 3), 1),
    refused=(
        *NO_TENSOR,
        S(A(), 1, 0),
        S(A(3), (), ()),
        S(A(3), (1, 2)),
        S(A(3), 1, 1),
        S(A(3), 1.5),
        S(A(2, 3), (1,), (0, 1)),
    ),
)
row(
    "repeat",
    S(A(3), 2),
    S(A(2, 3), 2, 1),
    S(A(2, 3), (2, 1, 3)),
    S(A(), 2),
    S(A(), ()),
    S(A(3), 0),
    S(A(0), 2),
    S(turned(2, 3), 1, 2),
    refused=(S(A(2, 3), 2), S(A(3)), S(A(3), -1), S(A(3), 1.5)),
)
row(
    "tile",
    S(A(3), (2,)),
    S(A(2, 3), (2,)),
    S(A(2, 3), (2, 1, 2)),
    S(A(2, 3), dims=(1, 2)),
    S(A(2), ()),
    S(A(), (2,)),
    S(turned(2, 3), (2, 1)),
    refused=(*NO_TENSOR, S(A(3)), S(A(3), (-1,))),
)
row("fliplr", S(A(2, 3)), S(A(2, 3, 2)), S(A(2, 0)), refused=(*NO_TENSOR, S(A(3)), S(A())))
row("flipud", S(A(3)), S(A(2, 3)), S(A(0)), refused=(*NO_TENSOR, S(A())))
row(
    "rot90",
    S(A(2, 3)),
    S(A(2, 3), 2),
    S(A(2, 3), -1),
    S(A(2, 3), 4),
    S(A(2, 3, 2), 1, (2, 0)),
    S(A(2, 3, 2), k=3, dims=[-1, 1]),
    S(A(0, 2)),
    S(turned(2, 3)),
    refused=(
        *NO_TENSOR,
        S(A(3)),
        S(A(2, 3), 1, (0,)),
        S(A(2, 3), 1, (0, 0)),
        S(A(2, 3), 1, (0, -2)),
        S(A(2, 3), 1, (0, 2)),
    ),
)
COUNTS = ints(3, low=0, high=3)
row(
    "repeat_interleave",
    S(A(3), 2),
    S(A(2, 3), 2),
    S(A(2, 3), 2, 1),
    S(A(2, 3), 1, 0),
    S(A(2, 3), 0, -2),
    S(A(2, 3), COUNTS, 1),
    S(A(3), COUNTS),
    S(A(3), ints(1, low=2, high=2)),
    S(A(3), ints(low=2, high=2)),
    S(A(2, 3), 2, dim=0, output_size=4),
    S(A(), 2),
    S(A(0), 2),
    S(COUNTS),
    S(turned(2, 3), 2, 0),
    refused=(
        *NO_TENSOR,
        S(A(3), -1),
        S(A(3), ints(2, low=1)),
        S(A(3), ints(3, low=-2, high=-1)),
        S(A(3), A(3)),
        S(A(2)),
        S(A(3), ints(1, 3, low=1)),
        S(A(), 2, 0),
        S(A(3), 2, 1),
        S(A(3), COUNTS, output_size=99),
    ),
    whole=False,
)
