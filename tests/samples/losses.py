"""Samples: losses of differences and likelihoods, and those that ask for a margin."""

from tests.samples.build import A, S, ints, only_here, row, strided, turned

REDUCTIONS = ("mean", "sum", "none")
_UP, _DOWN = A(2, 3, low=1, high=2), A(2, 3, low=-2, high=-1)


def signs(*shape: int) -> object:
    """Targets -1 and 1, and 0, which counts as none of them."""
    return ints(*shape, low=-1, high=1)


for _name in ("mse_loss", "l1_loss", "smooth_l1_loss", "huber_loss"):
    row(
        f"nn.functional.{_name}",
        *(S(_UP, _DOWN, reduction=reduction) for reduction in REDUCTIONS),
        S(A(2, 3), turned(2, 3), reduction="sum"),
        S(A(low=1), A(high=-1)),
        S(A(0), A(0), reduction="sum"),
        *(
            [
                S(_UP, _DOWN, None, None, "sum"),
                S(A(2, 3), A(2, 3, low=3, high=9), reduction="none"),
            ]
            if _name != "huber_loss"
            else [S(A(2, 3), A(2, 3, low=3, high=9), "sum", 0.5)]
        ),
        *(
            [S(_UP, _DOWN, weight=A(2, 3, low=1), reduction=reduction) for reduction in REDUCTIONS]
            if _name != "smooth_l1_loss"
            else [S(A(3), A(3), beta=0.3), S(_UP, _DOWN, beta=0)]
        ),
        whole=False,
        refused=(
            S(A(2), A(2), reduction="max"),
            S(A(2), 1.0),
            *(
                [S(A(2), A(2), beta=-1.0)]
                if _name == "smooth_l1_loss"
                else [S(A(2), A(2), weight=A(1))]
            ),
            *([S(ints(2), ints(2)), S(A(2), A(2), delta=0.0)] if _name == "huber_loss" else []),
        ),
    )
_COUNTS = A(2, 3, low=1.1, high=4.0)
row(
    "nn.functional.poisson_nll_loss",
    *(S(A(2, 3), _COUNTS, reduction=reduction) for reduction in REDUCTIONS),
    S(A(2, 3), A(2, 3, low=0.1, high=4.0, away=(1.0,)), True, True),
    S(A(2, 3, low=0.5), _COUNTS, False, True, reduction="sum"),
    S(A(2, 3, low=0.5), _COUNTS, False, eps=0.1),
    refused=(S(A(2), A(2), reduction="max"),),
    whole=False,
)
_VAR = {"low": 0.5, "high": 2.0}
row(
    "nn.functional.gaussian_nll_loss",
    *(S(A(2, 3), A(2, 3), A(2, 3, **_VAR), reduction=reduction) for reduction in REDUCTIONS),
    S(A(2, 3), A(2, 3), A(2, **_VAR), True),
    S(A(2, 3), A(2, 3), A(2, 1, **_VAR)),
    S(A(2, 3), A(2, 3), 0.5),
    refused=(
        S(A(2, 3), A(2, 3), -0.5),
        S(A(2, 3), A(2, 3), 1),
        S(A(2, 3), A(2, 3), A(3, **_VAR)),
        S(A(2, 3), A(2, 3), A(2, 3, low=-2.0, high=-1.0)),
        S(A(2, 3), A(2, 3), A(2, 3, **_VAR), reduction="max"),
    ),
    whole=False,
)
row(
    "nn.functional.hinge_embedding_loss",
    *(S(A(4, away=(1.0,)), signs(4), reduction=reduction) for reduction in REDUCTIONS),
    S(turned(2, 3, away=(0.5,)), ints(2, 3, low=-1, high=-1), 0.5),
    S(A(2, 3), ints(2, 3, low=1, high=1)),
    refused=(S(A(2), ints(2), reduction="max"),),
    whole=False,
)
row(
    "nn.functional.cosine_embedding_loss",
    *(S(A(4, 3), A(4, 3), signs(4), reduction=reduction) for reduction in REDUCTIONS),
    S(turned(2, 3), A(2, 3), ints(2, low=-1, high=-1), -2.0),
    S(A(3), A(3), ints(low=1, high=1)),
    refused=(
        S(A(2, 3), A(2, 3), signs(3)),
        S(A(3), A(3), signs(1)),
        S(A(2, 3), A(2, 4), signs(2)),
        S(A(2, 3, 4), A(2, 3, 4), signs(2)),
        S(A(2, 3), A(2, 3), signs(2), reduction="max"),
    ),
    whole=False,
)
row(
    "nn.functional.margin_ranking_loss",
    *(S(A(4), A(4), ints(4, low=1, high=1), 0.3, reduction=r) for r in REDUCTIONS),
    S(turned(2, 3), A(1, 3), ints(2, 3, low=-1, high=-1), 5.0),
    refused=(S(A(2, 3), A(2, 3), A(3)), S(A(2), A(2), A(2), reduction="max")),
    whole=False,
)
row(
    "nn.functional.soft_margin_loss",
    *only_here(*(S(A(4), A(4), reduction=reduction) for reduction in REDUCTIONS)),
    S(turned(2, 3), ints(2, 3, low=1, high=1)),
    S(A(2), ints(2, low=-1, high=-1)),
    refused=(S(A(2), A(2), reduction="max"), S(A(2), A(3))),
    whole=False,
)
_PLACES = {"low": 0, "high": 2}
row(
    "nn.functional.multi_margin_loss",
    *only_here(  # torch has no second order
        *(S(A(4, 3), ints(4, **_PLACES), reduction=reduction) for reduction in REDUCTIONS),
        S(turned(2, 3), ints(2, **_PLACES), 2),
        S(A(2, 3), ints(2, **_PLACES), 1, 0.3),
        S(A(3), ints(**_PLACES), reduction="none"),
        S(A(3), ints(1, **_PLACES), reduction="none"),
    ),  # of nothing, torch sums what lies in the memory
    refused=(
        S(A(2, 3), ints(2, low=3, high=9)),
        S(A(2, 3), ints(2, low=-9, high=-1)),
        S(A(2, 3), ints(3, **_PLACES)),
        S(A(2, 3), ints(2, **_PLACES), 3),
        S(A(2, 3), ints(2, **_PLACES), weight=A(2)),
        S(A(2, 3), ints(2, **_PLACES), weight=A(3, 1)),
        S(A(2, 3), ints(2, **_PLACES), weight=ints(3)),
        S(A(2, 3), A(2)),
        S(ints(2, 3), ints(2, **_PLACES)),
        S(A(1, 2, 3), ints(1, **_PLACES)),
        S(A(2, 0), ints(2, **_PLACES)),
    ),
    whole=False,
)
_ALL = {"low": 0, "high": 2}
row(
    "nn.functional.multilabel_margin_loss",
    *only_here(
        *(S(A(4, 3), ints(4, 3, low=-1, high=2), reduction=r) for r in REDUCTIONS),
        S(turned(2, 3), ints(2, 3, **_ALL)),
        S(A(2, 3), ints(2, 3, low=-1, high=-1)),
        S(A(3), ints(3, low=-1, high=1), reduction="none"),
        S(A(), ints(low=0, high=0)),
    ),
    refused=(
        S(A(2, 3), ints(2, 3, low=3, high=9)),
        S(A(2, 3), ints(2, 3, low=-9, high=-2)),
        S(A(2, 3), ints(1, 3, **_ALL)),
        S(A(2, 3), A(2, 3)),
        S(ints(2, 3), ints(2, 3, **_ALL)),
    ),
    whole=False,
)
row(
    "nn.functional.triplet_margin_loss",
    *(S(A(2, 3), A(2, 3), A(2, 3), 4.0, reduction=reduction) for reduction in REDUCTIONS),
    S(turned(2, 3), A(1, 3), strided(2, 3), 4.0, 1.0),
    S(A(2, 3), A(2, 3), A(2, 3), 4.0, 3.0, swap=True),
    S(A(3), A(3), A(3), 4.0, eps=0.1),
    refused=(
        S(A(2), A(2), A(2), -1.0),
        S(A(2, 3), A(3), A(2, 3)),
        S(A(2), A(2), A(2), reduction="max"),
    ),
    whole=False,
)
row(
    "nn.functional.triplet_margin_with_distance_loss",
    *(S(A(2, 3), A(2, 3), A(2, 3), margin=4.0, reduction=r) for r in REDUCTIONS),
    S(
        A(2, 3),
        A(2, 3),
        A(2, 3),
        distance_function=lambda a, b: (a - b).abs().sum(-1),
        margin=9.0,
        swap=True,
    ),
    refused=(
        S(A(2), A(2), A(2), margin=0.0),
        S(A(2, 3), A(3), A(2, 3)),
        S(A(2), A(2), A(2), reduction="max"),
    ),
    whole=False,
)
