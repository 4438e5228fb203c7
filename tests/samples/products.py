"""Samples: products of vectors and matrices."""

from typing import Any

from tests.samples.build import A, S, Sample, ints, row, strided, turned

MIXED = (S(A(2, 2), ints(2, 2)), S(A(2, 3), 2.0))


def matrices(*more: Any) -> list[Sample]:
    """Two matrices whose lengths meet."""
    return [
        S(*more, A(2, 3), A(3, 4)),
        S(*more, turned(2, 3), strided(3, 4)),
        S(*more, A(1, 1), A(1, 1)),
        S(*more, A(0, 3), A(3, 2)),
        S(*more, A(2, 0), A(0, 3)),
    ]


def stacks(*more: Any) -> list[Sample]:
    return [
        S(*more, A(2, 2, 3), A(2, 3, 4)),
        S(*more, turned(2, 2, 3), A(2, 3, 4)),
        S(*more, A(1, 2, 0), A(1, 0, 4)),
        S(*more, A(0, 2, 3), A(0, 3, 4)),
    ]


def vectors(*more: Any) -> list[Sample]:
    return [S(*more, A(3), A(3)), S(*more, strided(3), A(3)), S(*more, A(0), A(0))]


REFUSED = {
    "mm": (S(A(2, 3), A(2, 3)), S(A(3), A(3, 2)), S(A(2, 3, 4), A(4, 2))),
    "bmm": (S(A(2, 2, 3), A(3, 3, 4)), S(A(2, 3), A(3, 4)), S(A(2, 2, 3), A(2, 2, 3))),
    "mv": (S(A(2, 3), A(2)), S(A(3), A(3)), S(A(2, 3), A(3, 1))),
    "dot": (S(A(3), A(2)), S(A(2, 3), A(3)), S(A(), A(3))),
}
for _name, _samples in (("mm", matrices()), ("bmm", stacks()), ("dot", vectors())):
    row(_name, _samples, refused=(*REFUSED[_name], *MIXED))
row("vdot", vectors(), refused=REFUSED["dot"])
row(
    "mv",
    S(A(2, 3), A(3)),
    S(turned(2, 3), strided(3)),
    S(A(0, 3), A(3)),
    S(A(2, 0), A(0)),
    refused=REFUSED["mv"],
)
row(
    "inner",
    S(A(3), A(3)),
    S(A(2, 3), A(3)),
    S(A(2, 3), A(4, 3)),
    S(A(2, 2, 3), turned(4, 3)),
    S(A(), A(2)),
    S(A(2, 3), A()),
    S(A(2, 0), A(0)),
    refused=(S(A(2, 3), A(2)), S(A(2, 3), A(3, 2))),
)
row(
    "outer ger",
    S(A(3), A(2)),
    S(strided(3), A(2)),
    S(A(0), A(2)),
    refused=(S(A(2, 3), A(2)), S(A(), A(2)), S(A(2), 1.0)),
)

SHAPES = {"addmm": (2, 4), "addbmm": (2, 4), "baddbmm": (2, 2, 4)}
for _name, _shape in SHAPES.items():
    _a, _b = (A(2, 3), A(3, 4)) if _name == "addmm" else (A(2, 2, 3), A(2, 3, 4))
    row(
        _name,
        S(A(*_shape), _a, _b),
        S(A(*_shape), _a, _b, beta=0.5, alpha=2.0),
        S(turned(*_shape), _a, _b, beta=2, alpha=-3),
        # In place, torch's addbmm makes its input larger.
        [S(A(4), _a, _b, alpha=0), S(A(), _a, _b, beta=3)] if _name != "addbmm" else [],
        refused=(S(A(3), _a, _b), S(A(4), _a, _a), S(ints(4), _a, _b), S(A(5, *_shape), _a, _b)),
        whole=False,
    )
row(
    "addmv",
    S(A(2), A(2, 3), A(3)),
    S(A(), A(2, 3), A(3), beta=0.5, alpha=2.0),
    S(A(1), turned(2, 3), A(3), alpha=0.5),
    refused=(S(A(3), A(2, 3), A(3)), S(A(2), A(2, 3), A(2))),
    whole=False,
)
row(
    "addr",
    S(A(2, 3), A(2), A(3)),
    S(A(3), A(2), A(3), beta=0.5, alpha=2.0),
    S(A(2, 1), strided(2), A(3), alpha=0.5),
    refused=(S(A(2), A(2), A(3)), S(A(2, 3), A(2, 1), A(3))),
    whole=False,
)
row(
    "nn.functional.linear",
    S(A(2, 3), A(4, 3)),
    S(A(2, 3), A(4, 3), A(4)),
    S(A(3), A(4, 3), A(4)),
    S(A(2, 5, 3), A(4, 3), bias=A(4)),
    S(A(0, 3), A(4, 3), A(4)),
    refused=(S(A(2, 3), A(4, 2)), S(A(2, 3), A(4, 3), A(3))),
)
