"""Samples: norms."""

from __future__ import annotations

from collections.abc import Iterator

from tests.samples.build import A, Dtype, S, Sample, ints, only_here, row, strided, turned

INF = float("inf")
AWAY = (0.0,)
ORDERS = (0, 1, 2, 3, 0.5, 1.5, -1, -2.5, INF, -INF)


def of_vectors(key: str) -> Iterator[Sample]:
    """Every order, and the ways to say over which dimensions."""
    for order in ORDERS:
        yield S(A(2, 3, away=AWAY), order)
        yield S(A(2, 3, away=AWAY), order, 1)
    yield S(A(4, away=AWAY))
    yield S(A(away=AWAY))
    yield S(A(away=AWAY), 1, 0, True)
    yield S(A(2, 3, 2, away=AWAY), 3, (0, -1), True)
    yield S(A(2, 3, away=AWAY), dim=-1, keepdim=True, **{key: 1})
    yield S(turned(2, 3, away=AWAY))
    yield S(strided(2, 3, away=AWAY), 2.0, [0])
    yield S(A(2, 3, away=AWAY), 2, ())
    yield S(A(2, 3, away=AWAY), 1, dtype=Dtype("float64"))
    yield S(A(0))
    yield S(A(2, 0), 1, 1)
    yield S(A(0, 3), INF, 1)


WHOLE = (S(ints(3)), S(A(2), 2, dtype=Dtype("int64")), S())
EMPTY = (S(A(0), INF), S(A(2, 0), -INF, 1), S(A(0), -1), S(A(2, 0), -0.5, 1))

row(
    "linalg.vector_norm",
    of_vectors("ord"),
    refused=(*WHOLE, *EMPTY, S(A(2, 3), 2, 2), S(A(2, 3), 2, (0, 0)), S(A(2), "fro")),
)
row(
    "norm",
    of_vectors("p"),
    S(A(2, 3), "fro"),
    S(A(2, 3), "fro", 1),
    S(A(2, 3, 2), "fro", (0, 1), True),
    S(A(2, 3), None, 1),
    S(A(2, 3), p="fro", dim=(1,)),
    S(A(2, 3), "nuc"),
    S(A(2, 3, 2), "nuc", (0, 1), True),
    refused=(
        *WHOLE,
        *EMPTY,
        S(A(2, 3), 2, 2),
        S(A(2, 3), "other"),
        S(A(2, 3, 2), "fro", (0, 1, 2)),
        S(A(2, 3, 2), "nuc"),
        S(A(2, 3), "nuc", 0),
    ),
)
OF_MATRICES = ("fro", "nuc", 1, -1, 2, -2, INF, -INF)
row(
    "linalg.matrix_norm",
    [S(A(2, 3, away=AWAY), order) for order in OF_MATRICES],
    [S(A(2, 2, 3, away=AWAY), order, (2, 0), True) for order in OF_MATRICES],
    S(turned(3, 2, away=AWAY), ord=1, dim=(1, 0)),
    S(A(2, 3, 2, away=AWAY), "nuc", [0, 1]),
    [S(A(2, 0), order) for order in ("fro", 1, 2, INF, "nuc")],
    S(A(2, 3, away=AWAY), 1, dtype=Dtype("float64")),
    refused=(
        S(A(3)),
        S(ints(2, 2)),
        S(A(2, 3), 3),
        S(A(2, 3), 0),
        S(A(2, 3), "other"),
        S(A(2, 3), "fro", 0),
        S(A(2, 3), "fro", (0,)),
        S(A(2, 3), "fro", (0, 0)),
        S(A(2, 3), 1, (0, 2)),
        S(A(2, 0), -1),
        S(A(2, 3), 1, dtype=Dtype("float32")),
    ),
)
row(
    "linalg.norm",
    S(A(2, 3, 2)),
    S(A(4)),
    S(A(2, 3), keepdim=True),
    [S(A(2, 3, away=AWAY), order) for order in OF_MATRICES],
    [S(A(4, away=AWAY), order) for order in (0, 1, 2, 3, -1, INF)],
    S(A(2, 3, 2, away=AWAY), 3, 1),
    S(A(2, 3, 2, away=AWAY), 1, (0, 2), True),
    S(A(2, 3), dim=0),
    S(A(2, 3), dim=[0, 1]),
    S(turned(2, 3, away=AWAY), INF, -1, dtype=Dtype("float64")),
    refused=(
        S(A(2, 3, 2), 2),
        S(A(2, 3, 2), dim=(0, 1, 2)),
        S(A(3), "fro"),
        S(A(2, 3), "fro", 0),
        S(A(2, 3), 3),
        S(ints(3)),
    ),
)

row(
    "dist",
    [S(A(2, 3, away=AWAY), A(3, low=5, high=9), order) for order in (1, 2, 3, 0.5, INF, -INF)],
    only_here(S(A(2, 3), A(2, 3), 0)),
    S(A(4), A(4)),
    S(A(), A(2), p=2),
    S(turned(2, 3), A(2, 1)),
    S(A(0), A(0)),
    refused=(S(A(2), 2.0), S(A(2), A(3)), S(A(2), A(2), "fro"), S(A(0), A(0), INF)),
)
row(
    "renorm",
    [S(A(2, 3), p, 0, 1.5) for p in (1, 2, 3, 0.5, INF)],
    S(A(2, 3), 2, 1, 2.0),
    S(A(2, 3, 2), p=2, dim=-2, maxnorm=1),
    S(turned(3, 2), 2, 0, 0.5),
    S(A(2, 3), 2, 0, 100),
    S(A(0, 3), 2, 0, 1),
    refused=(
        S(A(2, 3), 0, 0, 1),
        S(A(2, 3), 2, 0, -1),
        S(A(3), 2, 0, 1),
        S(A(2, 3), 2, 2, 1),
        S(ints(2, 3), 2, 0, 1),
    ),
)
