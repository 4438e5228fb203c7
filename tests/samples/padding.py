"""Samples of padding."""

from __future__ import annotations

from tests.samples.build import A, S, row, strided, turned

row(
    "constant_pad_nd",
    S(A(3), (1, 2)),
    S(A(2, 3), (1, 0), 2.5),
    S(A(2, 3), (-1, 1, 2, -1), value=1),
    S(A(), ()),
    S(A(2, 0), (1, 1)),
    S(turned(2, 3), (1, 1, 1, 1)),
    refused=(S([1.0], (1, 1)), S(A(3), (1,)), S(A(3), (1, 1, 1, 1)), S(A(3), (-2, -2))),
)
row(
    "nn.functional.pad",
    S(A(3), (1, 2)),
    S(A(2, 3), [1, 0], value=2.5),
    S(A(2, 3), (-1, 1, 2, -1), "constant", 1),
    S(A(3), ()),
    S(A(3), (-1, -2)),
    S(A(2, 4), (3, 2), "reflect"),
    S(A(2, 2, 4), (-1, 2), mode="reflect"),
    S(A(2, 3, 4), (1, 2, 2, 1), mode="reflect"),
    S(A(1, 2, 3, 2), (1, 1, 2, 0, 1, 1), mode="reflect"),
    S(A(2, 4), (5, 2), "replicate"),
    S(A(2, 3, 4), (-1, 2, 1, 0), mode="replicate"),
    S(A(1, 2, 3, 2), (1, 1, 2, 0, 1, 1), mode="replicate"),
    S(A(2, 4), (4, 2), "circular"),
    S(A(2, 3, 4), (-1, 2, 1, 0), mode="circular"),
    S(A(1, 2, 3, 2), (1, 1, 2, 0, 1, 1), mode="circular"),
    S(turned(2, 4), (1, 1), "reflect"),
    S(strided(2, 4), (1, 1), "replicate"),
    S(A(0, 2, 3), (1, 1), "reflect"),
    refused=(
        S(A(3), (1,)),
        S(A(3), (1, 1, 1, 1)),
        S(A(3), (-2, -2)),
        S(A(3), (1, 1), "constant", "a"),
        S(A(2, 3), (1, 1), "other"),
        S(A(2, 3), (1, 1), "reflect", 1.0),
        S(A(3), (1, 1), "reflect"),
        S(A(2, 3), (1, 1, 1, 1), "circular"),
        S(A(2, 3), (3, 0), "reflect"),
        S(A(2, 3), (0, 4), "circular"),
        S(A(2, 3), (-2, -2), "circular"),
        S(A(2, 3), (-2, -1), "replicate"),
        S(A(2, 0, 3), (1, 1), "reflect"),
        S(A(2, 3, 0), (1, 1), "replicate"),
        S([1.0], (1, 1)),
    ),
)
