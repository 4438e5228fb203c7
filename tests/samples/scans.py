"""Samples: running sums, products and extremes."""

from __future__ import annotations

from collections.abc import Iterator

from tests.samples.build import A, Dtype, S, Sample, ints, rough, row, strided, turned


def along_one() -> Iterator[Sample]:
    """One dimension, from either end."""
    yield S(A(4), 0)
    yield S(A(2, 3), -1)
    yield S(A(3, 2), 0)
    yield S(A(2, 3, 2), dim=1)
    yield S(turned(2, 3), 1)
    yield S(strided(2, 3), axis=1)
    yield S(A(), 0)
    yield S(A(), -1)
    yield S(A(1), 0)
    yield S(A(2, 0), 1)
    yield S(A(0, 3), 1)


NO_DIM = (S(A(2, 3), 2), S(A(2, 3)), S([1.0], 0), S(A(2), 0.5), S(A(2, 3), (0,)))

for _name in ("cumsum", "cumprod"):
    row(
        _name,
        along_one(),
        S(A(2, 3), 1, dtype=Dtype("float64")),
        rough(S(A(2), 0, dtype=Dtype("float32"))) if _name == "cumsum" else (),
        S(ints(2, 3), 1, dtype=Dtype("float32")),
        S(ints(2, 3), 1, dtype=Dtype("int32")),
        S(A(70, low=0.9, high=1.1), 0),
        refused=NO_DIM,
    )
for _name in ("cummax", "cummin"):
    row(_name, along_one(), S(A(5, 3), 0), refused=NO_DIM)
row(
    "logcumsumexp",
    along_one(),
    S(A(70), 0),
    refused=(*NO_DIM, S(ints(3), 0)),
    whole=False,  # torch takes integers where there are none
)
