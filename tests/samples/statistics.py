"""Samples: medians, modes, quantiles, covariance, counts, differences."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from tests.samples.build import A, S, Sample, bools, ints, only_here, rough, row, strided, turned


def over_one(*more: object) -> Iterator[Sample]:
    """One dimension, with and without keepdim."""
    yield S(A(4), *more, 0)
    yield S(A(5, 3), *more, 0)
    yield S(A(2, 3), *more, -1, True)
    yield S(A(2, 3, 2), *more, dim=1, keepdim=True)
    yield S(turned(2, 3), *more, 1)
    yield S(strided(2, 3), *more, 0)
    yield S(A(), *more, 0)
    yield S(A(), *more, -1, True)


BAD_DIMS = (S(A(2, 3), 2), S(A(2, 3), -3), S([1.0]), S(A(2, 0), 1), S(A(2, 3), (0, 1)))

for _name in ("median", "nanmedian"):
    row(
        _name,
        S(A(5)),
        S(A(2, 3)),
        S(A()),
        S(turned(2, 2)),
        S(A(0, 3), 1),
        over_one(),
        refused=(*BAD_DIMS, S(bools(3)), S(bools(3), 0)),
        whole=False,  # of equal entries torch gives any index
    )
row("mode", S(A(4)), over_one(), S(A(0, 3), 1), refused=BAD_DIMS)
LEVELS = np.array([0.1, 0.3, 0.55, 0.9])
ENDS = np.array([0.0, 0.5, 1.0])
BETWEEN = ("linear", "lower", "higher", "nearest", "midpoint")
for _name in ("quantile", "nanquantile"):
    row(
        _name,
        over_one(0.3),
        over_one(LEVELS),
        S(A(2, 3), 0.4),
        S(A(2, 3), 1),
        rough(S(A(2, 3), ENDS, 0)),
        S(A(2, 3), 0.4, keepdim=True),
        S(A(2, 3), LEVELS, None, True),
        S(A(2, 3), A(2, low=0.1, high=0.9), 1),
        S(A(2, 3), A(low=0.1, high=0.9)),
        S(A(2, 3), np.zeros(0), 1),
        [S(A(2, 4), q, 1, interpolation=each) for each in BETWEEN for q in (0.2, 0.6)],
        refused=(
            S(A(2, 3), 1.5),
            S(A(2, 3), np.array([1.5])),
            S(A(2, 3), np.array([0.5], np.float32)),
            S(A(2, 3), [0.5]),
            S(A(2, 3), np.zeros((1, 1))),
            S(A(0), 0.5),
            S(A(2, 3), 0.5, 2),
            S(A(2, 3), 0.5, interpolation="cubic"),
            S(ints(3), 0.5),
        ),
    )
OFTEN, MUCH = ints(4, low=1, high=3), A(4, low=0.5, high=2.0)
row(
    "cov",
    S(A(3, 4)),
    S(A(4)),
    S(A(3, 4), correction=0),
    S(A(3, 4), fweights=OFTEN),
    S(A(3, 4), aweights=MUCH),
    S(A(3, 4), correction=0, aweights=MUCH),
    S(turned(2, 4), correction=2, fweights=OFTEN, aweights=MUCH),
    S(ints(2, 4)),
    refused=(
        S(A(2, 3, 4)),
        S(A(3, 4), fweights=ints(3, low=1)),
        S(A(3, 4), fweights=MUCH),
        S(A(3, 4), aweights=OFTEN),
        S(A(3, 4), fweights=ints(4, low=-3, high=-1)),
        S(A(3, 4), aweights=A(1, 4)),
        S(bools(2, 3)),
    ),
)
row(
    "corrcoef",
    S(A(3, 4)),
    S(A(4)),
    S(turned(2, 4)),
    S(ints(2, 4)),
    refused=(S(A(2, 3, 4)), S([1.0])),
)

row(
    "count_nonzero",
    S(ints(2, 3, low=-1, high=1)),
    S(ints(2, 3, low=-1, high=1), 0),
    S(ints(2, 3, 2, low=-1, high=1), (0, -1)),
    S(bools(4), dim=0),
    S(ints(low=0, high=1)),
    S(A(2, 0), 1),
    S(A(2, 3), ()),
    refused=(S(A(2, 3), 2), S(A(2, 3), (0, 0)), S([1.0])),
    grad=False,
)
WHOLE = ints(5, low=0, high=6)
row(
    "bincount",
    S(WHOLE),
    S(WHOLE, None, 9),
    S(ints(5, low=0, high=6, dtype="uint8"), minlength=2),
    only_here(S(WHOLE, A(5)), S(WHOLE, weights=A(5), minlength=9)),
    S(WHOLE, ints(5)),
    S(ints(0), minlength=2),
    refused=(
        S(A(3)),
        S(bools(3)),
        S(ints(3, low=-2, high=-1)),
        S(ints(2, 3, low=0)),
        S(WHOLE, minlength=-1),
        S(WHOLE, A(4)),
    ),
    whole=False,
)
row(
    "histc",
    S(A(20), 4),
    S(A(20)),
    S(A(4, 5), 3, -1, 1),
    S(A(20), bins=5, min=-3, max=2.5),
    S(np.ones(3), 4),
    S(A(0), 3),
    S(turned(3, 2), 4),
    refused=(S(A(3), 0), S(A(3), 3, 3, 1), S(ints(3), 3), S(np.array([np.nan, 1.0]), 3)),
    grad=False,
    whole=False,
)
EDGES = np.array([-2.0, -1.0, 0.5, 1.5])
row(
    "histogram",
    S(A(20), 4),
    S(A(20)),
    S(A(4, 5), bins=3, range=(-1.0, 1.0), density=True),
    S(A(20), EDGES),
    S(A(4, 5), EDGES, weight=A(4, 5, low=0.5), density=True),
    S(np.ones(3), 4),
    S(A(0), 3),
    refused=(
        S(A(3), 0),
        S(A(3), 3, range=(3.0, 1.0)),
        S(ints(3), 3),
        S(A(3), np.ones((1, 2))),
        S(A(3), np.ones(2, np.float32)),
        S(A(3), 3, weight=A(2)),
    ),
    grad=False,
    whole=False,
)
row(
    "histogramdd",
    S(A(9, 2), [2, 3]),
    S(A(3, 3, 2), 3),
    S(A(9, 2), [2, 3], [-1.0, 1.0, -2.0, 2.0], density=True),
    S(A(9, 2), [EDGES, EDGES[1:]], weight=A(9, low=0.5)),
    S(A(9, 1), [4]),
    refused=(
        S(A(9), [2]),
        S(A(9, 2), [2]),
        S(A(9, 2), [2, 0]),
        S(A(9, 2), [2, 3], [0.0, 1.0]),
        S(A(9, 2), [2, 3], weight=A(8)),
    ),
    grad=False,
    whole=False,
)
row(
    "diff",
    S(A(4)),
    S(A(4), 2),
    S(A(2, 3), 1, 0),
    S(A(2, 3), dim=-1),
    S(A(2, 3), n=0),
    S(A(2, 3), 5),
    S(turned(2, 3), 1, 1, A(2, 2)),
    S(A(2, 3), prepend=A(2, 1), append=A(2, 2)),
    S(A(2, 3), 1, 0, None, A(1, 3)),
    S(A(0)),
    S(bools(4)),
    refused=(
        S(A()),
        S(A(3), -1),
        S(A(3), dim=1),
        S(A(3), prepend=0.0),
        S(A(3), prepend=A(1, 1)),
        S(A(2, 3), prepend=A(1, 1)),
    ),
)
for _name in ("trapezoid trapz", "cumulative_trapezoid"):
    row(
        _name,
        S(A(4)),
        S(A(2, 3)),
        S(A(2, 3), dim=0),
        S(A(4), dx=0.5),
        S(A(2, 3), A(3)),
        S(A(2, 3), x=A(2), dim=0),
        S(A(2, 3), A(2, 3), dim=-2),
        S(A(2, 3, 4), A(3, 4), dim=1),
        S(turned(2, 3), A(1, 3)),
        S(A(1)),
        [S(A(0)), S(A(2, 0))] if "cumulative" in _name else (),
        refused=(
            S(A()),
            S(A(3), A(4)),
            S(A(3), dim=1),
            S(A(3), A(3), dx=1.0),
            S(bools(3)),
            S(A(3), 2.0),
            S(A(2, 3), A(2, 1, 3)),
        ),
    )
row(
    "gradient",
    S(A(4)),
    S(A(2, 3)),
    S(A(2, 3), dim=1),
    S(A(3, 4), spacing=0.5, dim=(0, -1)),
    S(A(3, 4), spacing=[2.0, 0.5], edge_order=2),
    S(A(3, 4), spacing=(A(3), A(4)), edge_order=1),
    S(A(5), spacing=[A(5, low=1, high=9)], edge_order=2),
    S(A(3), edge_order=2),
    S(turned(3, 4), spacing=[1.5], dim=0),
    refused=(
        S(A(2), edge_order=2),
        S(A(1)),
        S(A(3), edge_order=3),
        S(A(3, 3), dim=(0, 0)),
        S(A(3, 3), dim=2),
        S(A(3, 3), spacing=[1.0]),
        S(A(3), spacing=A(3)),
    ),
)
