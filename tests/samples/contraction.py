"""Samples: contractions over several dimensions, einsum, and what is made of products."""

from tests.samples.build import A, S, ints, only_here, row, strided, turned

row(
    "einsum",
    S("ij,jk->ik", A(2, 3), A(3, 4)),
    S("ij,jk", turned(2, 3), strided(3, 4)),
    S("ii", A(3, 3)),
    S("ii->i", A(3, 3)),
    S("iji->j", A(3, 2, 3)),
    S("ij->ji", A(2, 3)),
    S("ij->", A(2, 3)),
    S("i,j->ij", A(2), A(3)),
    S("i,i->i", A(3), A(3)),
    S("i,i->", A(3), A(3)),
    S("bij,bjk->bik", A(2, 2, 3), A(2, 3, 2)),
    S("...ij,...jk->...ik", A(2, 2, 3), A(3, 2)),
    S("...i,...i", A(2, 3), A(3)),
    S("i...->...", A(2, 3)),
    S("ij,ij->ij", A(2, 1), A(2, 3)),
    S("ij,kj->ik", A(2, 1), A(4, 3)),
    S("ik,kl,lm->im", A(2, 3), A(3, 4), A(4, 2)),
    S("bn,anm,bm->ba", A(2, 3), A(5, 3, 4), A(2, 4)),
    S("ij,k->ji", A(2, 3), A(4)),
    S(",ij->ij", A(), A(2, 3)),
    S("aB,Bc", A(2, 3), A(3, 2)),
    S("i j , j", A(2, 3), A(3)),
    S(A(2, 3), [0, 1], A(3, 4), [1, 2], [0, 2]),
    S(A(2, 3), [5, 0], A(3), [0]),
    S(A(2, 2, 3), [..., 0], A(3), [0], [...]),
    S("ij,jk->ik", A(0, 3), A(3, 2)),
    S("ij,jk->ik", A(2, 0), A(0, 2)),
    S("ij,jk->ik", [A(2, 3), A(3, 4)]),
    refused=(
        S("ij,jk->ik", A(2, 3), A(2, 3)),
        S("ij,jk->ik", A(2, 3)),
        S("ij->ij", A(2, 3), A(2)),
        S("ijk", A(2, 3)),
        S("i", A(2, 3)),
        S("ij->ik", A(2, 3)),
        S("ij->ii", A(2, 3)),
        S("i1->i", A(2, 3)),
        S("ii->i", A(2, 3)),
        S("ij", 2.0),
    ),
)
row(
    "tensordot",
    S(A(2, 3, 4), A(3, 4, 2)),
    S(A(2, 3), A(3, 2), 1),
    S(A(2), A(3), 0),
    S(A(2, 3, 4), A(4, 3, 5), dims=([1, 2], [1, 0])),
    S(turned(2, 3), A(2, 4), ([0], [0])),
    S(A(2, 3, 4), A(4, 3), ((-1, 1), (0, 1))),
    S(A(2, 0), A(0, 3), 1),
    S(A(2, 1), A(3, 2), 1),
    refused=(
        S(A(2, 3), A(2, 3), 1),
        S(A(2, 3), A(3), 2),
        S(A(2), A(2), ([0], [0, 1])),
        S(A(2), A(2), -1),
    ),
)
CHAIN = (A(2, 5), A(5, 3), A(3, 4), A(4, 2))
row(
    "linalg.multi_dot",
    S([A(2, 3), A(3, 4)]),
    S(CHAIN),
    S([A(5), *CHAIN[1:]]),
    S([*CHAIN[:3], A(4)]),
    S([A(3), A(3)]),
    S([A(3), A(3, 2), A(2)]),
    refused=(
        S([A(2, 2)]),
        S([A(2, 3), A(2, 3)]),
        S([A(2, 3), A(3), A(3, 2)]),
        S([A(2, 2, 2), A(2, 2)]),
    ),
    whole=False,
)
row(
    "chain_matmul",
    S(A(2, 3)),
    S(A(2, 3), A(3, 4)),
    S(*CHAIN),
    refused=(S(), S(A(2, 3), A(2, 3)), S(A(3), A(3, 2))),
    whole=False,
)
row("linalg.matmul", S(A(2, 3), A(3)), S(A(2, 2, 3), A(3, 2)), whole=False)
row(
    "linalg.vecdot",
    S(A(3), A(3)),
    S(A(2, 3), A(3)),
    S(A(2, 3), A(2, 1), dim=0),
    S(A(2, 0), A(2, 0)),
    refused=(S(A(2, 3), A(2, 2)), S(A(3), ints(3))),
)
row(
    "bilinear nn.functional.bilinear",
    S(A(2, 3), A(2, 4), A(5, 3, 4)),
    S(A(2, 3), A(2, 4), A(5, 3, 4), A(5)),
    S(A(3), A(4), A(5, 3, 4), A(5)),
    S(A(2, 2, 3), A(2, 2, 1), A(1, 3, 1), bias=A(1)),
    S(A(0, 3), A(0, 4), A(5, 3, 4)),
    refused=(
        S(A(2, 3), A(3, 4), A(5, 3, 4)),
        S(A(2, 3), A(2, 4), A(5, 4, 3)),
        S(A(2, 3), A(2, 4), A(5, 3, 4), A(4)),
    ),
    whole=False,
)
CROSSED = (S(A(2, 3), A(2, 3)), S(A(3), A(3)), S(A(3, 2), A(3, 2), dim=0), S(A(0, 3), A(0, 3)))
row(
    "linalg.cross",
    CROSSED,
    S(A(2, 3), A(1, 3)),
    S(turned(2, 3), A(2, 3), dim=-1),
    refused=(S(A(2, 3), A(3)), S(A(2, 2), A(2, 2)), S(A(2, 3), A(2, 3), dim=0)),
)
row(
    "cross",
    CROSSED[2:3],
    S(A(2, 3), A(1, 3), dim=1),
    S(A(3, 2, 3), A(3, 2, 3), -1),
    refused=(S(A(2, 2), A(2, 2)), S(A(2, 3), A(2, 3), 0)),
)
row(
    "trace",
    S(A(3, 3)),
    S(A(2, 4)),
    S(turned(3, 2)),
    S(A(0, 2)),
    refused=(S(A(3)), S(A(2, 2, 2)), S(2.0)),
)
row(
    "linalg.vander",
    S(A(3)),
    S(A(2, 3), N=4),
    S(A(3), N=2),
    S(A(), N=2),
    refused=(S(A(3), N=1),),
)
row(
    "vander",
    only_here(S(A(3)), S(A(3), 2), S(A(3), 4, True), S(A(3), N=1)),
    refused=(S(A(2, 3)), S(A(3), -1)),
)
