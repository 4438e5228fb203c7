"""Samples: pooling over windows."""

import numpy as np

from tests.samples.build import A, S, ints, only_here, row, strided, turned

SIZES = {1: (7,), 2: (4, 5), 3: (3, 4, 3)}


def _max(rank: int) -> list[S]:
    n = SIZES[rank]
    return [
        S(A(2, 2, *n), 2),
        S(A(2, *n), (2,) * (rank - 1) + (3,), 1),
        S(A(1, 2, *n), 3, 2, 1, ceil_mode=True),
        S(turned(1, 2, *n), 2, 1, 1, 2),
        S(strided(1, 1, *n), 2, (2,) * rank, dilation=1),
        S(ints(1, 1, *n, low=0, high=1), 2) if rank > 1 else S(A(1, 1, *n), 1, 3),
        S(A(0, 2, *n), 2),
    ]


def _max_refused(rank: int) -> list[S]:
    n = SIZES[rank]
    return [
        S(A(*n), 2) if rank > 1 else S(A(7), 2),
        S(A(1, 1, 1, *n), 2),
        S(A(1, 0, *n), 2),
        S(A(0, *n), 2),
        S(A(1, *n), 8),
        S(A(1, *n), 0),
        S(A(1, *n), 2, 0),
        S(A(1, *n), 2, 1, 2),
        S(A(1, *n), 2, 1, -1),
        S(A(1, *n), 2, 1, 0, 0),
        S(A(1, *n), (2,) * (rank + 1)),
        S(A(1, *n), 2.0),
        S(3.0, 2),
    ]


for _rank in (1, 2, 3):
    _n = SIZES[_rank]
    row(
        f"nn.functional.max_pool{_rank}d max_pool{_rank}d",
        _max(_rank),
        S(A(2, *_n), 2, return_indices=True),
        S(A(1, 2, *_n), 3, 1, 1, 1, True, True),
        refused=_max_refused(_rank),
    )
    row(
        f"nn.functional.max_pool{_rank}d_with_indices"
        + (" max_pool1d_with_indices" if _rank == 1 else ""),
        S(A(2, 2, *_n), 2),
        S(A(2, *_n), 3, 2, 1, 1, True),
        S(ints(1, 1, *_n, low=0, high=1), 2, 1, dilation=2),
        refused=[S(A(1, *_n), 8)],
    )
    row(
        f"nn.functional.avg_pool{_rank}d" + (" avg_pool1d" if _rank == 1 else ""),
        S(A(2, 2, *_n), 2),
        S(A(2, *_n), (2,) * (_rank - 1) + (3,), 1),
        S(A(1, 2, *_n), 3, 2, 1, ceil_mode=True),
        S(turned(1, 2, *_n), 3, 2, 1, True, False),
        S(strided(1, 2, *_n), 2, 3, ceil_mode=True),
        S(A(0, 2, *_n), 2),
        [
            S(A(2, *_n), 2, None, 1, divisor_override=3),
            S(A(2, *_n), 2, (1,), 0, True, False, -5),
        ]
        if _rank > 1
        else [],
        refused=[
            S(A(1, 1, 1, *_n), 2),
            S(A(1, 0, *_n), 2),
            S(A(1, *_n), 8),
            S(A(1, *_n), 0),
            S(A(1, *_n), 2, 0),
            S(A(1, *_n), 2, 1, 2),
            S(A(1, *_n), 2, 1, -1),
            *([S(A(1, *_n), 2, divisor_override=0)] if _rank > 1 else []),
        ],
    )
    _small, _large = (2,) * (_rank - 1) + (3,), (5,) * (_rank - 1) + (4,)
    _some = (None,) * (_rank - 1) + (3,) if _rank > 1 else 3
    _adaptive = [
        S(A(2, 2, *_n), _small),
        S(A(2, *_n), 2 if _rank > 1 else (2,)),
        S(A(1, 2, *_n), 1),
        S(turned(1, 2, *_n), _large),
        S(strided(1, 2, *_n), _some),
        S(A(1, 2, *(2 * m for m in _small)), _small),
        *only_here(S(A(2, *_n), 0)),
        S(A(0, 2, *_n), 2),
    ]
    _adaptive_refused = [
        S(A(*_n[1:]), 2) if _rank > 1 else S(A(7), 2),
        S(A(1, 1, *(0 for _ in _n)), 2),
        S(A(1, *_n), -1),
        S(A(1, *_n), (2,) * (_rank + 1)),
        S(A(1, *_n), 2.5),
    ]
    row(
        f"nn.functional.adaptive_avg_pool{_rank}d" + (" adaptive_avg_pool1d" if _rank == 1 else ""),
        _adaptive,
        refused=_adaptive_refused,
    )
    row(
        f"nn.functional.adaptive_max_pool{_rank}d",
        _adaptive,
        S(A(2, *_n), _small, True),
        S(A(1, 2, *(2 * m for m in _small)), _small, return_indices=True),
        refused=[*_adaptive_refused, S(A(1, 0, *_n), 2)],
    )
    row(
        f"nn.functional.adaptive_max_pool{_rank}d_with_indices",
        S(A(2, 2, *_n), _small),
        S(A(2, *_n), _large),
        refused=[S(A(1, 0, *_n), 2)],
    )
    row(
        f"nn.functional.lp_pool{_rank}d",
        S(A(2, 2, *_n), 2, 2),
        S(A(2, *_n, low=0.3), 3.0, 3, 1),
        S(A(1, 2, *_n, low=0.3), 1.5, 2, 2, True),
        S(A(1, 2, *_n, away=(0.0,)), float("inf"), 2),
        S(A(1, 2, *_n, away=(0.0,)), -float("inf"), 2, 1),
        refused=[S(A(1, *_n), 2, 8), S(A(1, *_n), 0, 2), S(A(1, 1, 1, *_n), 2, 2)],
    )

row("adaptive_max_pool1d", S(A(2, 2, 7), 3), S(A(2, 6), 3), refused=[S(A(1, 0, 7), 2)])


row(
    "nn.functional.max_unpool1d",
    S(A(1, 2, 1), ints(1, 2, 1, low=0, high=1), 2),
    S(A(2, 1), ints(2, 1, low=0, high=1), 2, 1, 0, (2,)),
    S(A(2, 1), ints(2, 1, low=0, high=2), (2,), 3, output_size=(2, 1, 3)),
    S(A(0, 2, 1), ints(0, 2, 1), 2),
    refused=(
        S(A(2, 1), ints(2, 1, low=5, high=6), 2),
        S(A(2, 1), ints(2, 1, low=-4, high=-1), 2),
        S(A(2, 1), ints(2, 1, low=0, high=1, dtype="int32"), 2),
        S(A(2, 2), ints(2, 1, low=0, high=1), 2),
        S(A(2), ints(2, low=0, high=1), 2),
        S(A(1, 2, 1), ints(1, 2, 1, low=0, high=1), 2, output_size=(7,)),
        S(A(1, 2, 1), ints(1, 2, 1, low=0, high=1), 2, output_size=(2, 2)),
    ),
)
row(
    "nn.functional.max_unpool2d",
    S(A(1, 1, 2, 2), np.array([[[[0, 3], [13, 10]]]]), 2),
    S(A(2, 1, 2), np.array([[[1, 2]], [[4, 7]]]), (2, 3), 2, 0, (2, 5)),
    S(A(1, 2, 2), np.array([[[0, 2], [4, 8]]]), 3, 2, 1, output_size=(4, 3)),
    S(A(0, 1, 2, 2), ints(0, 1, 2, 2), 2),
    refused=(
        S(A(1, 2, 2), np.array([[[0, 3], [13, 16]]]), 2),
        S(A(1, 2), np.array([[0, 3]]), 2),
        S(A(1, 0, 2, 2), ints(1, 0, 2, 2), 2),
        S(A(1, 1, 2), np.array([[[0, 3]]]), (2,)),
    ),
)
row(
    "nn.functional.max_unpool3d",
    S(A(1, 1, 1, 1, 2), np.array([[[[[5, 2]]]]]), 2),
    S(A(1, 1, 1, 2), np.array([[[[0, 11]]]]), 2, (2, 2, 3), 0, (2, 2, 4)),
    refused=(S(A(1, 1, 1, 2), np.array([[[[0, 11]]]]), 2, 0),),
)
for _rank, _n in ((2, (5, 6)), (3, (5, 6, 5))):
    _name = f"nn.functional.fractional_max_pool{_rank}d"
    _drawn = [
        S(A(2, 2, *_n), 2, 3),
        S(A(2, *_n), (2,) * (_rank - 1) + (1,), output_ratio=(0.5,) * _rank),
        S(A(0, 2, *_n), 2, 2),
    ]
    row(
        _name,
        _drawn,
        S(A(2, 2, *_n), 2, 3, return_indices=True),
        random=True,
        refused=(
            S(A(1, *_n), 2),
            S(A(1, *_n), 2, 5),
            S(A(1, *_n), (2,), 2),
            S(A(1, 0, *_n), 2, 2),
            S(A(1, *_n), 2, 2, _random_samples=A(1, 2, _rank, low=0, high=1)),
        ),
    )
    row(f"{_name}_with_indices", _drawn[:2], random=True, refused=(S(A(1, *_n), 2),))
