"""Samples of the functions that copy what others give as a view."""

from __future__ import annotations

from tests.samples.build import A, S, row, turned

row("alias_copy", S(A(2, 3)), S(A()), S(turned(2, 3)))
row(
    "as_strided_copy",
    S(A(6), (2, 3), (3, 1)),
    S(A(6), (4, 3), (1, 1)),
    refused=(S(A(2), (3,), (1,)),),
)
row("detach_copy", S(A(2, 3)), S(A()), S(turned(2, 3)), grad=False)
row("diagonal_copy", S(A(3, 3)), S(A(2, 3, 2), 1, 0, 2), refused=(S(A(3)),))
row("expand_copy", S(A(3), (2, 3)), S(A(2, 1), (-1, 3)), refused=(S(A(2), (3,)),))
row("narrow_copy", S(A(5), 0, 1, 3), S(A(2, 5), -1, 1, 2), refused=(S(A(5), 0, 3, 3),))
row("permute_copy", S(A(2, 3, 4), (2, 0, 1)), refused=(S(A(2, 3), (0,)),))
row("select_copy", S(A(2, 3), 1, -1), S(A(3), 0, 1), refused=(S(A(3), 0, 3),))
row(
    "slice_copy",
    S(A(5)),
    S(A(5, 2), 0, 1, 4),
    S(A(2, 5), -1, -3, None, 2),
    S(A(3), 0, 2, 9),
    refused=(S(A()), S(A(3), 1)),
)
row("split_copy", S(A(5), 2), S(A(2, 5), 3, 1), refused=(S(A(5), -1),))
row("split_with_sizes_copy", S(A(5), (2, 3)), S(A(2, 5), (2, 3), 1), refused=(S(A(5), (2,)),))
row("squeeze_copy", S(A(1, 3, 1)), S(A(1, 3, 1), 0), S(A(1, 3, 1), (0, 2)))
row("t_copy", S(A(2, 3)), S(A(3)), refused=(S(A(2, 2, 2)),))
row("transpose_copy", S(A(2, 3), 0, 1), S(A(2, 3, 4), 0, -1), refused=(S(A(2), 0, 1),))
row("unbind_copy", S(A(2, 3)), S(A(2, 3), 1), refused=(S(A()),))
row("unfold_copy", S(A(5), 0, 2, 1), S(A(3, 5), 1, 3, 2), refused=(S(A(2), 0, 3, 1),))
row("unsqueeze_copy", S(A(3), 0), S(A(2, 3), -1), refused=(S(A(3), 2),))
row("view_copy", S(A(6), (2, 3)), S(A(2, 3), (-1,)), refused=(S(A(6), (4,)),))
