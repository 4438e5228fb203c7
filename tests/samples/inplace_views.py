"""Samples: dimensions that change in place."""

from tests.samples.build import A, S, row

for _name in ("transpose_", "swapaxes_", "swapdims_"):
    row(_name, S(A(2, 3), 0, 1), S(A(2, 3, 4), -1, 0), refused=(S(A(2, 3), 0, 2),))
row("t_", S(A(2, 3)), S(A(3)), refused=(S(A(2, 3, 4)),))
row("squeeze_", S(A(2, 1)), S(A(1, 2, 1), 0), S(A(2, 3), 1), refused=(S(A(2, 3), 2),))
row(
    "as_strided_",
    S(A(6), (2, 3), (3, 1)),
    S(A(6), (4, 3), (1, 1)),
    S(A(2, 3), (3,), (2,), 1),
    refused=(S(A(4), (5,), (1,)),),
)
row("unsqueeze_", S(A(2, 3), 0), S(A(2, 3), -1), S(A(), 0), refused=(S(A(2), 3),))
