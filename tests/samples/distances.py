"""Samples: distances between points, and the angles of vectors."""

from tests.samples.build import A, S, ints, only_here, rough, row, strided, turned

row(
    "cdist",
    S(A(2, 3), A(4, 3)),
    S(A(2, 2, 3), A(4, 3)),
    S(turned(2, 3), A(4, 3), 2.0),
    S(A(2, 3), A(4, 3), compute_mode="use_mm_for_euclid_dist"),
    S(A(26, 2), A(3, 2)),
    S(A(2, 0), A(3, 0)),
    S(A(0, 3), A(2, 3)),
    S(A(2, 3), A(4, 3), p=1.0),
    S(A(2, 3), A(4, 3), p=1.5),
    S(A(2, 3), A(4, 3), p=3.0),
    S(A(2, 3), A(4, 3), p=float("inf")),
    refused=(
        S(A(2, 3), A(4, 2)),
        S(A(3), A(4, 3)),
        S(A(2, 3), A(4, 3), p=-1.0),
        S(A(2, 3), A(4, 3), 2.0, "fast"),
        S(A(2, 2, 3), A(3, 2, 3)),
    ),
    whole=False,
)
row(
    "pdist nn.functional.pdist",
    S(A(4, 3)),
    S(turned(3, 2)),
    S(A(4, 3), p=1.0),
    S(A(4, 3), 3.0),
    S(A(4, 3), float("inf")),
    only_here(S(A(1, 3)), S(A(0, 3))),  # torch crashes in the backward of no distances
    refused=(S(A(3)), S(A(2, 2, 2)), S(A(3, 2), -1.0), S(ints(3, 2))),
    whole=False,
)
row(
    "cosine_similarity nn.functional.cosine_similarity",
    S(A(2, 3), A(2, 3)),
    S(turned(2, 3), A(3), -1),
    S(A(3), strided(3), 0),
    S(A(2, 3), A(3), -2),
    S(A(2, 3, 2), A(2, 1, 2), dim=0, eps=0.1),
    *rough(S(A(2, 3, low=-0.1, high=0.1), A(2, 3), eps=0.5)),  # its gradient is that without eps
    S(A(2, 0), A(2, 0)),
    refused=(S(A(2), A(2)), S(A(2, 3), A(2, 2)), S(ints(2, 3), ints(2, 3)), S(A(2, 3), [1.0])),
)
row(
    "pairwise_distance nn.functional.pairwise_distance",
    S(A(2, 3), A(2, 3)),
    S(turned(2, 3), A(3), 1.0),
    S(A(2, 3), A(3), 3.0, 0.1, True),
    S(A(2, 3), A(2, 3), float("inf")),
    S(A(2, 3), A(2, 3), 0),
    S(A(2, 3, 2), A(2)),
    S(A(3), A(3), keepdim=True),
    S(A(), A()),
    S(A(2, 0), A(2, 0)),
    refused=(S(A(2, 3), A(4)), S(A(2), None)),
)
row(
    "nn.functional.normalize",
    S(A(2, 3)),
    S(turned(2, 3), 1.0, 0),
    S(A(2, 3), 3, -1),
    S(A(3), dim=0),
    S(A(2, 3, 2), dim=(0, 2)),
    S(A(2, 3), dim=None),
    S(A(2, 3), float("inf")),
    S(A(2, 3, low=-0.1, high=0.1), eps=1.0),
    refused=(S(A(3)), S(A(2, 3), dim=2), S(ints(2, 3))),
)
