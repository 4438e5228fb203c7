"""Samples of elementwise functions of three tensors."""

from tests.samples.build import A, S, bools, ints, row, strided, turned

row(
    "lerp",
    S(A(2, 3), A(2, 3), A(2, 3)),
    S(A(2, 3), A(3), A(2, 1)),
    S(A(3), A(2, 1), 0.3),
    S(A(2, 3), A(), 0.7),
    S(A(), A(), A()),
    S(A(), A(3), weight=2),
    S(A(0), A(1), 0.5),
    S(turned(3, 2), strided(3, 2), -1.5),
    refused=(
        *(S(A(2)), S(A(2), A(2)), S(A(2), 1.0, 0.5), S(A(2), A(2), "text"), S(A(2), A(2), None)),
        *(S(A(2), ints(2), 0.5), S(A(2), A(3), 0.5), S(A(2), A(2), A(3)), S(ints(2), ints(2), 0.5)),
        S(1.0, A(2), 0.5),
    ),
)
REFUSED = (
    *(S(A(2)), S(A(2), A(2)), S(A(2), 1.0, A(2)), S(A(2), A(2), 1.0), S(1.0, A(2), A(2))),
    *(S(A(2), A(3), A(2)), S(A(2), A(2), A(3)), S(A(2), A(2), A(2), value="text")),
    S(bools(2), bools(2), bools(2)),
)
for _name in ("addcmul", "addcdiv"):
    row(
        _name,
        S(A(2, 3), A(2, 3), A(2, 3, away=(0,))),
        S(A(2, 3), A(3), A(2, 1, away=(0,)), value=2),
        S(A(3), A(2, 1), A(3, away=(0,)), value=-0.5),
        S(A(), A(), A(low=0.5)),
        S(A(2, 3), A(), A(low=0.5), value=0),
        S(A(0), A(1), A(1, low=0.5)),
        S(turned(3, 2), strided(3, 2), turned(3, 2, low=0.5)),
        S(A(3), ints(3), A(3, low=0.5), value=2),
        S(ints(3), A(3), A(3, low=0.5)),
        refused=REFUSED if _name == "addcmul" else (*REFUSED, S(A(2), ints(2), ints(2))),
    )
