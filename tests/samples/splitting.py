"""Samples of the operators that cut a tensor into views."""

from __future__ import annotations

from tests.samples.build import A, S, row, turned

row(
    "split",
    S(A(5), 2),
    S(A(4, 3), 2),
    S(A(2, 5), 3, 1),
    S(A(2, 5), 3, -1),
    S(A(2, 5), [1, 4], 1),
    S(A(2, 5), (2, 0, 3), dim=1),
    S(A(3), 7),
    S(A(0), 1),
    S(A(0), 0),
    S(turned(4, 3), 2),
    S(A(4, 2), split_size_or_sections=2),
    refused=(
        S(A(5), -1),
        S(A(5), 0),
        S(A(5), [2, 2]),
        S(A(5), [6, -1]),
        S(A(), 1),
        S(A(5), 2, 1),
        S(A(5)),
    ),
)
row(
    "chunk",
    S(A(5), 2),
    S(A(6), 3),
    S(A(5), 4),
    S(A(2, 5), 2, 1),
    S(A(2, 5), 2, dim=-1),
    S(A(3), 7),
    S(A(0), 3),
    S(turned(4, 3), 2),
    refused=(S(A(5), 0), S(A(5), -1), S(A(), 1), S(A(5), 2, 1), S(A(5))),
)
row(
    "unbind",
    S(A(3)),
    S(A(2, 3)),
    S(A(2, 3), 1),
    S(A(2, 3, 4), -2),
    S(A(2, 3), dim=0),
    S(turned(2, 3)),
    S(A(0, 2)),
    S(A(2, 0)),
    refused=(S(A()), S(A(2, 3), 2), S(1.0)),
)
for _name in ("split_with_sizes", "unsafe_split_with_sizes"):
    row(
        _name,
        S(A(5), [2, 3]),
        S(A(2, 5), (1, 4), 1),
        S(A(2, 5), (2, 0, 3), dim=-1),
        S(A(0), [0, 0]),
        S(turned(4, 3), (1, 3)),
        refused=(S(A(5), [2, 2]), S(A(5), [6, -1]), S(A(), [1]), S(A(5), [5], 1)),
    )
row(
    "unsafe_split",
    S(A(5), 2),
    S(A(2, 5), 3, -1),
    S(A(3), 7),
    S(A(0), 0),
    S(turned(4, 3), 2),
    refused=(S(A(5), -1), S(A(5), 0), S(A(), 1), S(A(5), 2, 1)),
)
row(
    "unsafe_chunk",
    S(A(5), 2),
    S(A(2, 5), 2, dim=-1),
    S(A(3), 7),
    S(A(0), 3),
    refused=(S(A(5), 0), S(A(), 1), S(A(5), 2, 1)),
)
row(
    "tensor_split",
    S(A(5), 3),
    S(A(2, 5), 2, 1),
    S(A(2, 5), (1, 3), -1),
    S(A(5), (3, 1, 9, -1)),
    S(A(5), ()),
    S(A(2), 4),
    S(A(0), 2),
    S(turned(4, 3), 2),
    refused=(S(A(), 1), S(A(5), 0), S(A(5), -1), S(A(5), 2, 1), S(A(5), A(2)), S(A(5), 1.5)),
)
row(
    "hsplit",
    S(A(4), 2),
    S(A(2, 6), 3),
    S(A(2, 6), (1, 4)),
    S(A(4), [1]),
    refused=(S(A(), 1), S(A(4), 3), S(A(4), 0), S(A(2, 3), 2)),
)
row(
    "vsplit",
    S(A(4, 2), 2),
    S(A(4, 2, 2), (1, 3)),
    refused=(S(A(4), 2), S(A(4, 2), 3), S(A())),
)
row(
    "dsplit",
    S(A(2, 2, 4), 2),
    S(A(2, 2, 4), (1, 3)),
    refused=(S(A(4, 2), 2), S(A(2, 2, 4), 3)),
)
