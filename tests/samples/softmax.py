"""Samples: softmax."""

from __future__ import annotations

from tests.samples.build import A, Dtype, S, ints, rough, row, strided, turned

for _name in ("softmax", "log_softmax"):
    row(
        f"{_name} special.{_name}",
        S(A(4), 0),
        S(A(2, 3), -1),
        S(A(2, 3), 0),
        S(A(2, 3, 2), 1),
        S(turned(2, 3), dim=1),
        S(strided(2, 3), 1),
        S(A(), 0),
        S(A(), -1),
        S(A(1), 0),
        S(A(2, 0), 1),
        S(A(2, 0), 0),
        S(A(0, 3), -1),
        S(A(2, 3), 1, dtype=Dtype("float64")),
        S(ints(2, 3), 1, Dtype("float64")),
        refused=(
            S(A(2, 3), 2),
            S(A(2, 3)),
            S(ints(3), 0),
            S([1.0], 0),
            S(A(2), 0.5),
            S(A(2), None),
        ),
        whole=False,  # torch takes integers where there are none
    )
row(
    "logsumexp special.logsumexp",
    S(A(4), 0),
    S(A(2, 3), -1),
    S(A(2, 3), 0, True),
    S(A(2, 3, 2), (0, 2)),
    S(A(2, 3, 2), [1], keepdim=True),
    S(turned(2, 3), dim=1),
    S(strided(2, 3), (0, 1)),
    S(A(), 0),
    S(A(), -1, True),
    rough(S(A(2, 0), 1)),
    S(A(2, 0), 0),
    S(ints(3), 0),
    refused=(S(A(2, 3), 2), S(A(2, 3)), S([1.0], 0), S(A(2, 3), (0, 0))),
)
