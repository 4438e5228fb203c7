"""Samples of determinants."""

from __future__ import annotations

from tests.samples.build import A, S, ints, regular, row, turned

SHAPES = [(3, 3), (2, 2, 2), (1, 1), (0, 0), (2, 0, 0), (0, 2, 2), (2, 1, 3, 3)]
SQUARE = [*(S(regular(*shape)) for shape in SHAPES), S(regular(4, 4, layout="turned"))]
NO_HALVES = S(ints(2, 2, dtype="float16"))
NOT_SQUARE = (NO_HALVES, S(A(2, 3)), S(A(3)), S(A()), S(ints(2, 2)), S([[1.0]]), S(None), S())

row("linalg.det det", SQUARE, S(A(3, 3)), S(turned(3, 3)), refused=NOT_SQUARE, halves=False)
row("linalg.slogdet", SQUARE, S(A(3, 3)), refused=NOT_SQUARE, halves=False)
row("slogdet", SQUARE, refused=NOT_SQUARE, halves=False)
row("logdet", SQUARE, refused=NOT_SQUARE, halves=False)
