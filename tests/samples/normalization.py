"""Samples: normalisation."""

from tests.samples.build import A, S, ints, only_here, row, turned

_CHANNELS = (A(3), A(3))  # weight and bias

row(
    "nn.functional.layer_norm",
    S(A(2, 3), (3,)),
    S(turned(2, 3), (3,), A(3), A(3)),
    S(A(2, 3, 2), (3, 2), A(3, 2), None, 0.1),
    *only_here(S(A(2, 3), [3], None, A(3))),  # torch: no second order without a weight
    S(A(4), (4,), A(4), A(4)),
    S(A(2, 3), (2, 3), A(2, 3), A(2, 3)),
    S(A(0, 3), (3,), A(3), A(3)),
    S(A(2, 1), (1,), A(1), eps=0.1),
    refused=(
        S(A(2, 3), 3),
        S(A(2, 3), ()),
        S(A(2, 3), (2,)),
        S(A(2, 3), (3,), A(2)),
        S(A(2, 3), (3,), None, A(2)),
        S(A(2, 3), (4, 2, 3)),
        S(ints(2, 3), (3,)),
        S(A(2, 3), (3,), ints(3)),
    ),
)
row(
    "nn.functional.rms_norm",
    S(A(2, 3), (3,)),
    S(turned(2, 3), (3,), A(3)),
    S(A(2, 3, 2), (3, 2), A(3, 2), 0.1),
    S(A(4), [4], A(4), 1e-3),
    S(A(0, 3), (3,), A(3)),
    whole=False,  # torch computes the mean of squares of integers, with a warning
    refused=(
        S(A(2, 3), 3),
        S(A(2, 3), ()),
        S(A(2, 3), (2,)),
        S(A(2, 3), (3,), A(2)),
        S(ints(2, 3), (3,)),
    ),
)
row(
    "nn.functional.batch_norm",
    S(A(4, 3), None, None, training=True),
    S(A(4, 3), None, None, *_CHANNELS, True),
    S(turned(2, 3, 2), None, None, *_CHANNELS, True, 0.1, 0.2),
    S(A(2, 3, 2, 2), None, None, A(3), None, training=True),
    *only_here(S(A(2, 3, 2), None, None, None, A(3), training=True)),
    refused=(
        S(A(1, 3), None, None, training=True),
        S(A(3), None, None, training=True),
        S(A(2, 3), None, None),
        S(A(2, 3), A(2), A(3)),
        S(A(2, 3), None, None, A(2), training=True),
        S(ints(4, 3), None, None, training=True),
        S(A(4, 3), None, None, ints(3), training=True),
    ),
)
row(
    "nn.functional.group_norm",
    S(A(2, 4), 2),
    S(A(2, 4), 1, A(4), A(4)),
    S(turned(2, 4, 3), 2, A(4), A(4), 0.1),
    S(A(2, 4, 2, 2), 4, A(4)),
    S(A(0, 4), 2),
    refused=(
        S(A(4), 2),
        S(A(2, 4), 3),
        S(A(2, 4), 0),
        S(A(1, 4), 4),
        S(A(2, 4), 2, A(3)),
        S(A(2, 4), 2, None, A(3)),
        S(ints(2, 4), 2),
    ),
)
row(
    "nn.functional.instance_norm",
    S(A(2, 3, 4)),
    S(turned(2, 3, 4), None, None, *_CHANNELS),
    S(A(2, 3, 2, 2), None, None, A(3), None, eps=0.1),
    refused=(
        S(A(2, 3)),
        S(A(2, 3, 1)),
        S(A(2, 3, 2), use_input_stats=False),
        S(A(2, 3, 2), A(3)),
        S(A(2, 3, 2), A(2), A(3)),
        S(A(2, 3, 2), None, None, A(2)),
        S(ints(2, 3, 2)),
    ),
)
row(
    "nn.functional.local_response_norm",
    S(A(2, 3, 2), 2),
    S(turned(2, 4, 3), 3, 0.5, 0.5, 2.0),
    S(A(1, 3, 2, 2), 5, alpha=1.0),
    S(A(0, 3, 2), 2),
    refused=(S(A(2, 3), 2),),
    whole=False,
)
