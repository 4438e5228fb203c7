"""Samples of the operators that change shape, dtype or place, and not the numbers."""

from __future__ import annotations

from tests.samples.build import A, Dtype, S, bools, ints, rough, row, strided, turned

NO_TENSOR = (S([1.0, 2.0]), S(1.0), S())

row(
    "reshape",
    S(A(6), (2, 3)),
    S(A(2, 3), (-1,)),
    S(A(2, 3), (3, -1)),
    S(A(), (1, 1)),
    S(A(1), ()),
    S(A(0), (0, 3)),
    S(A(2, 0), (0,)),
    S(A(2, 0), (-1,)),
    S(turned(2, 3), (6,)),
    S(turned(2, 3), (2, 1, 3)),
    S(strided(2, 3), (3, 2)),
    S(A(2, 3, 2), [4, 3]),
    S(A(2, 3), shape=(6,)),
    refused=(
        *NO_TENSOR,
        S(A(6), (4,)),
        S(A(6), (-1, -1)),
        S(A(6), (-1, 4)),
        S(A(6), (-2, 3)),
        S(A(0), (-1, 0)),
        S(A(6), (2.0, 3)),
        S(A(6), "a"),
        S(A(2)),
    ),
)
row(
    "view",
    S(A(6), 2, 3),
    S(A(6), (3, 2)),
    S(A(2, 3), -1),
    S(A(2, 3), 3, -1),
    S(A(), 1),
    S(A(0), 0, 3),
    S(turned(2, 3), 2, 1, 3),
    S(strided(2, 3), 2, 3, 1),
    S(strided(2, 3), 6),
    refused=(
        S(turned(2, 3), 6),
        S(turned(2, 3), -1),
        S(A(6), 4),
        S(A(6)),
        S(A(6), -1, -1),
        S(A(2), 2.0),
    ),
)
row("view_as", S(A(6), A(2, 3)), S(A(), A(1)), refused=(S(A(6), A(4)), S(turned(2, 3), A(6))))
row(
    "transpose swapaxes swapdims",
    S(A(2, 3), 0, 1),
    S(A(2, 3, 4), 0, -1),
    S(A(2, 3, 4), -2, 1),
    S(A(3), 0, 0),
    S(A(), 0, -1),
    S(turned(2, 3), 1, 0),
    S(A(2, 0, 3), 1, 2),
    refused=(
        *NO_TENSOR,
        S(A(2, 3), 0, 2),
        S(A(2, 3), -3, 0),
        S(A(2), 0),
        S(A(2, 3), 0, 1.0),
        S(A(), 0, 1),
    ),
)
row(
    "t", S(A(2, 3)), S(A(3)), S(A()), S(turned(3, 2)), S(A(0, 2)), refused=(S(A(2, 3, 4)), S([1.0]))
)
row("T", S(A(2, 3)), S(turned(2, 3)))
row("mH", S(A(2, 3)), S(A(4, 2, 3)), refused=(S(A(3)),))
row("H", S(A(2, 3)), S(turned(2, 3)), refused=(S(A(3)), S(A(2, 2, 2))))
row("adjoint", S(A(2, 3)), S(A(4, 2, 3)), refused=(*NO_TENSOR, S(A(3))))
row("mT", S(A(2, 3)), S(A(4, 2, 3)), refused=(S(A(3)),))
row(
    "permute",
    S(A(2, 3, 4), (2, 0, 1)),
    S(A(2, 3, 4), [0, -1, 1]),
    S(A(2, 3), (1, 0)),
    S(A(), ()),
    S(A(3), (0,)),
    S(turned(2, 3, 4), (1, 2, 0)),
    S(A(2, 3), dims=(1, 0)),
    refused=(
        *NO_TENSOR,
        S(A(2, 3), (0,)),
        S(A(2, 3), (0, 0)),
        S(A(2, 3), (0, 2)),
        S(A(2, 3), (0, 1, 2)),
        S(A(2, 3), (0.0, 1)),
    ),
)
row(
    "movedim moveaxis",
    S(A(2, 3, 4), 0, -1),
    S(A(2, 3, 4), -1, 0),
    S(A(2, 3, 4), (0, 1), (2, 0)),
    S(A(2, 3, 4), (2, 0, 1), (0, 1, 2)),
    S(A(2, 3), source=0, destination=1),
    S(A(2, 3), (), ()),
    S(A(), 0, 0),
    S(turned(2, 3, 4), 1, 2),
    refused=(
        *NO_TENSOR,
        S(A(2, 3), 0, 2),
        S(A(2, 3), (0, 0), (0, 1)),
        S(A(2, 3), (0, 1), (1, -1)),
        S(A(2, 3), (0,), (0, 1)),
    ),
)
row(
    "squeeze",
    S(A(1, 3, 1)),
    S(A(1, 3, 1), 0),
    S(A(1, 3, 1), -1),
    S(A(1, 3, 1), 1),
    S(A(1, 3, 1), (0, 2)),
    S(A(1, 3, 1), (0, 1)),
    S(A(1, 3, 1), ()),
    S(A(), 0),
    S(A(1, 1)),
    S(A(0, 1)),
    S(A(2, 3)),
    S(turned(3, 1, 2), 1),
    S(A(1, 3), dim=0),
    refused=(*NO_TENSOR, S(A(2, 3), 2), S(A(1, 1), (0, 0)), S(A(1), "a"), S(A(1), 0.0)),
)
row(
    "unsqueeze",
    S(A(3), 0),
    S(A(3), 1),
    S(A(2, 3), -1),
    S(A(2, 3), -3),
    S(A(), 0),
    S(A(), -1),
    S(A(2, 0), 1),
    S(turned(2, 3), 1),
    S(A(2, 3), dim=1),
    refused=(*NO_TENSOR, S(A(3), 2), S(A(3), -3), S(A(3)), S(A(3), 0.5)),
)
row(
    "expand",
    S(A(3), 2, 3),
    S(A(2, 1), 2, 3),
    S(A(2, 1), (4, -1, 3)),
    S(A(), 2, 2),
    S(A(2, 3), 2, 3),
    S(A(1, 3), 0, 3),
    S(A(1), 0),
    S(turned(2, 1), 2, 3),
    refused=(S(A(2), 3), S(A(2, 3), 3), S(A(3), -1, 3), S(A(2), 2.0), S(A(2), -2), S(A())),
)
row("expand_as", S(A(2, 1), A(2, 3)), S(A(), A(2)), refused=(S(A(2), A(3)),))
row(
    "broadcast_to",
    S(A(3), (2, 3)),
    S(A(2, 1), (4, 2, 3)),
    S(A(), (2,)),
    S(A(2, 1), (-1, 3)),
    refused=(*NO_TENSOR, S(A(2), (3,)), S(A(2, 3), (3,)), S(A(3), (-1, 3))),
)
row(
    "flatten",
    S(A(2, 3)),
    S(A(2, 3, 4), 1),
    S(A(2, 3, 4), 0, 1),
    S(A(2, 3, 4), -2, -1),
    S(A(2, 3, 4), 1, 1),
    S(A()),
    S(A(3)),
    S(A(2, 0, 3), 1),
    S(turned(2, 3)),
    S(A(2, 3, 4), start_dim=1, end_dim=2),
    refused=(*NO_TENSOR, S(A(2, 3), 1, 0), S(A(2, 3), 2), S(A(2, 3), 0, 2)),
)
row(
    "unflatten",
    S(A(6), 0, (2, 3)),
    S(A(2, 6), 1, (-1, 2)),
    S(A(2, 6, 2), -2, [3, 1, 2]),
    S(A(2, 3), dim=0, sizes=(2,)),
    S(A(0, 2), 0, (0, 3)),
    S(A(2, 0), 1, (-1, 2)),
    S(turned(4, 3), 0, (2, 2)),
    refused=(
        *NO_TENSOR,
        S(A(6), 0, (4, -1)),
        S(A(6), 0, (2, 2)),
        S(A(6), 0, (-1, -1)),
        S(A(6), 0, ()),
        S(A(6), 1, (2, 3)),
        S(A(), 0, (1, 1)),
        S(A(0), 0, (-1, 0)),
    ),
)
row("reshape_as", S(A(6), A(2, 3)), S(turned(2, 3), A(6)), refused=(S(A(6), A(4)),))
for _name in ("atleast_1d", "atleast_2d", "atleast_3d"):
    row(
        _name,
        S(A()),
        S(A(3)),
        S(A(2, 3)),
        S(A(2, 3, 2)),
        S(A(), A(2)),
        S([A(), A(2, 3)]),
        S(A(0)),
        S(turned(2, 3)),
        S(),
        refused=(S(1.0),),
    )
row(
    "broadcast_tensors",
    S(A(3), A(2, 1)),
    S(A(), A(2)),
    S(A(2)),
    S(),
    S(A(1), A(0)),
    refused=(S(A(2), A(3)), S(A(2), 1.0)),
)
row("ravel", S(A(2, 3)), S(A()), S(turned(2, 3)), S(strided(4)), S(A(0, 2)), refused=NO_TENSOR)
row("contiguous", S(A(2, 3)), S(turned(2, 3)), S(strided(2, 3)), S(A()))
row("detach", S(A(2, 3)), S(A()), S(turned(2, 3)), grad=False)
row("detach_", S(A(2, 3)), S(A()), grad=False)
row("__iter__", S(A(3)), S(A(2, 3)), S(A(0, 2)), refused=(S(A()),), whole=False)

FLOAT = {"whole": False}
row("double", S(A(2, 3)), S(A()), S(turned(2, 3)), S(ints(3)), S(bools(3)), **FLOAT)
row("float", rough(S(A(2, 3)), S(A()), S(turned(2, 3))), S(ints(3)), S(bools(3)), **FLOAT)
row("half", rough(S(A(2, 3)), S(A())), S(ints(3)), S(bools(3)), **FLOAT)
for _name in ("char", "short", "int", "long", "bool"):
    row(_name, S(A(2, 3)), S(A()), S(ints(3)), S(bools(3)), grad=False, **FLOAT)
row("byte", S(A(2, 3, low=0, high=9)), S(ints(3)), S(bools(3)), grad=False, **FLOAT)
row(
    "to",
    S(A(2, 3), Dtype("float64")),
    rough(S(A(2, 3), Dtype("float32")), S(A(2, 3), dtype=Dtype("float16"))),
    S(ints(3), Dtype("float64")),
    S(A(2, 3), Dtype("float64"), copy=True),
    S(A(2, 3), "cpu"),
    rough(S(A(2, 3), "cpu", Dtype("float32"))),
    S(A(2, 3), Dtype("int64")),
    S(A(2, 3), ints(1)),
    S(ints(2, 3), A(1)),
    S(A(2, 3)),
    refused=(
        S(A(2), "nowhere"),
        S(A(2), 1.5, 2),
    ),
    whole=False,
)
row("type_as", S(A(2, 3), A(1)), S(A(3), ints(1)), S(ints(3), A(1)), whole=False)

NEW = {"grad": False}
row(
    "new_zeros",
    S(A(2), 2, 3),
    S(A(2), (2, 3)),
    S(A(2), [2], dtype=Dtype("int32")),
    S(A(2), ()),
    refused=(S(A(2)), S(A(2), -1), S(A(2), 2.0)),
    **NEW,
)
row("new_ones", S(A(2), 2, 3), S(A(2), (2,)), refused=(S(A(2)), S(A(2), -1)), **NEW)
row("new_empty", S(A(2), 0, 3), S(A(2), (2, 0)), refused=(S(A(2)), S(A(2), -1)), **NEW)
row("new_empty_strided", S(A(2), (0, 3), (3, 1)), refused=(S(A(2), (2,), (1, 1)),), **NEW)
row(
    "new_full",
    S(A(2), (2, 3), 7),
    S(ints(2), (2,), 1.5),
    S(A(2), (2,), 1.5, dtype=Dtype("int64")),
    S(A(2), [], 1),
    refused=(S(A(2), (2,)), S(A(2), (-1,), 2)),
    **NEW,
)
row(
    "new_tensor",
    S(A(2), [1, 2]),
    S(ints(2), [1.5]),
    S(A(2), 3.0),
    S(A(2), [1.5], dtype=Dtype("int64")),
    refused=(S(A(2)), S(A(2), [[1], [2, 3]])),
    **NEW,
)
row("resize_", S(A(6), 2, 3), S(A(2, 3), (4,)), S(A(2, 3), (0, 2)), S(A(3), ()), **NEW)
row("resize_as_", S(A(6), A(2, 3)), S(A(2, 3), A(2)), **NEW)
