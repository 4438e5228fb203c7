"""Samples of the operators that join tensors."""

from __future__ import annotations

from tests.samples.build import A, S, ints, row, strided, turned

row(
    "cat concat concatenate",
    S([A(2), A(3)]),
    S((A(2, 3), A(1, 3), A(0, 3))),
    S([A(2, 3), A(2, 1)], 1),
    S([A(2, 3), A(2, 1)], -1),
    S([A(2, 3), A(2, 3)], dim=0),
    S([A(2, 3), A(0)], 1),
    S([A(0), A(0)]),
    S([A(3)]),
    S([turned(2, 3), strided(2, 3)], 1),
    S([A(2, 3, 2), A(2, 1, 2)], 1),
    refused=(
        S([]),
        S([A(), A()]),
        S([A(2), A()]),
        S([A(2, 3), A(2, 4)]),
        S([A(2, 3), A(3)]),
        S([A(2), A(2)], 1),
        S([A(2), 1.0]),
        S([1.0]),
        S(A(2)),
        S(None),
        S([A(2), A(2)], 0.5),
    ),
)
row(
    "stack",
    S([A(2), A(2)]),
    S([A(2), A(2)], 1),
    S((A(2, 3), A(2, 3), A(2, 3)), -1),
    S([A(2, 3), A(2, 3)], dim=-3),
    S([A(), A()]),
    S([A(0), A(0)], 1),
    S([turned(2, 3), strided(2, 3)], 1),
    refused=(
        S([]),
        S([A(2), A(3)]),
        S([A(2), A(2)], 2),
        S([A(2), 1.0]),
        S(1.0),
        S([A(2), A(1)]),
        S([A(), A()], 1),
    ),
)
for _name in ("hstack", "vstack row_stack", "dstack", "column_stack"):
    row(
        _name,
        S([A(2), A(2)]),
        S((A(2, 3), A(2, 3))),
        S([A(2, 3, 2), A(2, 3, 2)]),
        S([A(), A()]),
        S([A(0), A(0)]),
        S([A(2)]),
        S([turned(2, 3), strided(2, 3)]),
        S([A(2), ints(2)]),
        refused=(S([]), S(A(2)), S([A(2), A(3, 4)]), S([A(2), 1.0])),
    )
row(
    "block_diag",
    S(A(2, 2), A(1, 3)),
    S(A(2), A(), A(2, 1)),
    S(A(2, 0), A(1, 1)),
    S(turned(2, 3)),
    S(A(2), ints(2)),
    S(),
    refused=(S(A(2, 2, 2)), S(1.0)),
)
row(
    "meshgrid",
    S(A(2), A(3), indexing="ij"),
    S(A(2), A(3), A(2), indexing="xy"),
    S([A(2), A()], indexing="ij"),
    S(A(2), indexing="xy"),
    S(A(0), A(2), indexing="ij"),
    S(strided(2), A(2), indexing="ij"),
    refused=(
        S(indexing="ij"),
        S(A(2, 2), indexing="ij"),
        S(A(2), ints(2), indexing="ij"),
        S(A(2), A(2), indexing="other"),
    ),
)
row(
    "cartesian_prod",
    S(A(2), A(3)),
    S(A(2), A(1), A(2)),
    S(A(2)),
    S(A(0), A(2)),
    refused=(S(), S(A()), S(A(2, 2)), S(1.0)),
)
row(
    "combinations",
    S(A(4)),
    S(A(4), 3),
    S(A(3), 2, True),
    S(A(3), r=1, with_replacement=True),
    S(A(2), 3),
    S(A(0)),
    refused=(S(A()), S(A(2, 2)), S(A(2), -1), S([1.0])),
)
row(
    "kron",
    S(A(2), A(3)),
    S(A(2, 2), A(1, 3)),
    S(A(2, 2), A(2)),
    S(A(), A(2)),
    S(A(), A()),
    S(A(2, 3, 1), A(3, 2)),
    S(A(0), A(2)),
    S(A(2), ints(2)),
    refused=(S(A(2), 1.0), S(1.0, A(2))),
)
