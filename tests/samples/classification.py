"""Samples: losses of a choice among classes, and of probabilities."""

from tests.samples.build import A, S, ints, only_here, rough, row, turned
from tests.samples.losses import REDUCTIONS


def _classes(*shape: int, high: int = 2) -> object:
    return ints(*shape, low=0, high=high)


_OF_CLASSES = (
    S(A(2, 3), _classes(2)),
    S(turned(4, 3), _classes(4), reduction="sum"),
    S(A(2, 3, 2), _classes(2, 2), reduction="none"),
    S(A(2, 3, 2, 2), _classes(2, 2, 2), ignore_index=1),
    S(A(4, 3), _classes(4), ignore_index=1, reduction="none"),
    S(A(3), _classes()),
    *only_here(S(A(3), _classes(1), reduction="none")),
    S(A(0, 3), _classes(0), reduction="sum"),
    S(A(0, 3), _classes(0), reduction="none"),
    S(A(2, 3), _classes(2), None, None, 0, None, "sum"),
)
_NO_CLASSES = (
    S(A(2, 3), ints(2, low=3, high=9)),
    S(A(2, 3), ints(2, low=-9, high=-1)),
    S(A(2, 3), _classes(3)),
    S(A(2, 3, 4), _classes(2, 3)),
    S(A(2, 3), A(2)),
    S(A(2, 3), ints(2, low=0, high=2, dtype="int32")),
    S(A(2, 3), _classes(2), reduction="max"),
    S(A(3), _classes(2)),
    S(A(2, 3), _classes(2), A(2)),
    S(A(2, 3), _classes(2), ints(3)),
    S(ints(2, 3), _classes(2)),
    S(A(), _classes()),
    S([1.0, 2.0], _classes()),
)
row("nn.functional.nll_loss", *_OF_CLASSES, refused=_NO_CLASSES, whole=False)
_PROBABLE = A(2, 3, low=0.1, high=0.6)
row(
    "nn.functional.cross_entropy",
    *_OF_CLASSES,
    S(A(2, 3), _PROBABLE),
    S(A(2, 3, 2), A(2, 3, 2, low=0.1, high=0.6), reduction="none"),
    S(A(2, 3), _PROBABLE, reduction="sum", label_smoothing=0.2),
    S(A(3), A(3, low=0.1, high=0.6)),
    S(A(2, 3), _classes(2), label_smoothing=0.2),
    S(A(4, 3, 2), _classes(4, 2), ignore_index=1, label_smoothing=0.2),
    S(A(4, 3), _classes(4), ignore_index=1, label_smoothing=0.2, reduction="none"),
    refused=(
        *_NO_CLASSES,
        S(A(2, 3), _classes(2), label_smoothing=1.5),
        S(A(2, 3), _PROBABLE, ignore_index=1),
        S(A(2, 3), _classes(2, 3)),
        S(A(2, 3), _PROBABLE, A(2)),
    ),
    whole=False,
)

_CLASSES = ints(2, low=0, high=2)
row(
    "nn.functional.linear_cross_entropy",
    S(A(2, 4), A(3, 4), _CLASSES),
    S(A(4), A(3, 4), ints(low=0, high=2), linear_bias=A(3)),
    S(A(2, 4), A(3, 2, 4), ints(2, 2, low=0, high=2), linear_bias=A(3, 2), reduction="none"),
    S(A(2, 4), A(3, 4), _CLASSES, label_smoothing=0.2, ignore_index=1, reduction="sum"),
    S(A(2, 4), A(3, 4), _PROBABLE),
    refused=(
        S(A(2, 2, 4), A(3, 4), _CLASSES),
        S(A(2, 4), A(4), _CLASSES),
        S(A(2, 4), A(3, 5), _CLASSES),
        S(A(2, 4), A(3, 4), _CLASSES, linear_bias=A(4)),
        S(A(4), A(3, 2, 4), _CLASSES),
        S(A(2, 4), A(3, 4), _PROBABLE, ignore_index=1),
    ),
    whole=False,
)
_INNER = {"low": 0.1, "high": 0.9}
row(
    "nn.functional.binary_cross_entropy",
    *only_here(  # torch adds 1e-12 in the second order
        *(S(A(2, 3, **_INNER), A(2, 3, **_INNER), reduction=r) for r in REDUCTIONS),
        S(turned(2, 3, **_INNER), turned(2, 3, **_INNER), None, True, False),
    ),
    S(A(0), A(0), reduction="sum"),
    S(A(**_INNER), A(**_INNER)),
    refused=(
        S(A(2, low=2, high=3), A(2, **_INNER)),
        S(A(2, **_INNER), A(2, low=-3, high=-2)),
        S(A(2, **_INNER), A(3, **_INNER)),
        S(A(2, **_INNER), ints(2, low=0, high=1)),
        S(A(2, **_INNER), A(2, **_INNER), reduction="max"),
        S(ints(2, low=0, high=1), ints(2, low=0, high=1)),
    ),
    whole=False,
)
row(
    "nn.functional.binary_cross_entropy_with_logits",
    *(S(A(2, 3), A(2, 3, **_INNER), reduction=r) for r in REDUCTIONS),
    S(turned(2, 3), turned(2, 3, **_INNER), None, True, False),
    S(A(0), A(0), reduction="sum"),
    S(A(), A(**_INNER)),
    refused=(
        S(A(2), A(3)),
        S(A(2), ints(2, low=0, high=1)),
        S(A(2), A(2), reduction="max"),
        S(ints(2, low=0, high=1), ints(2, low=0, high=1)),
    ),
    whole=False,
)
row(
    "nn.functional.kl_div",
    *(S(A(2, 3), A(2, 3, **_INNER), reduction=r) for r in (*REDUCTIONS, "batchmean")),
    S(turned(2, 3), A(1, 3), reduction="batchmean", log_target=True),
    S(A(), A(**_INNER), reduction="batchmean"),
    S(A(2, 3), A(2, 3, **_INNER), False),
    refused=(
        S(A(2), A(2), reduction="max"),
        S(A(2), ints(2), reduction="sum"),
        S(ints(2), ints(2), reduction="sum"),
    ),
    whole=False,
)
row(
    "nn.functional.multilabel_soft_margin_loss",
    *(S(A(2, 3), A(2, 3), reduction=r) for r in REDUCTIONS),
    S(turned(2, 3), ints(2, 3, low=0, high=1), A(3)),
    S(A(3), A(3), None, False),
    refused=(
        S(A(2), A(2), reduction="max"),
        S(A(), A()),
        S(A(2, 3), A(2, 4)),
        S(ints(2), ints(2)),
    ),
    whole=False,
)
_SCORES, _LABELS = A(5, 2, 4, low=-3, high=0), ints(2, 2, low=1, high=3)
row(  # the gradient is that of a log_softmax, which finite differences do not find
    "nn.functional.ctc_loss",
    *rough(
        *(S(_SCORES, _LABELS, (5, 4), (2, 1), 0, r) for r in REDUCTIONS),
        S(_SCORES, ints(3, low=1, high=3), [4, 5], (1, 2)),
        S(_SCORES, _LABELS, ints(2, low=4, high=5), ints(2, low=1, high=2)),
        S(_SCORES, ints(2, 2, low=0, high=2), [5, 5], [2, 0], 3, "none"),
        S(_SCORES, _LABELS, (5, 1), (2, 2), reduction="none", zero_infinity=True),
        S(_SCORES, _LABELS, (5, 0), (2, 0), reduction="sum"),
        S(turned(5, 4, low=-3, high=0), ints(2, low=1, high=3), (5,), (2,), reduction="none"),
    ),
    whole=False,
    refused=(
        S(_SCORES, _LABELS, (6, 5), (2, 2)),
        S(_SCORES, _LABELS, (-1, 5), (2, 2)),
        S(_SCORES, _LABELS, (5, 5), (3, 2)),
        S(_SCORES, _LABELS, (5,), (2, 2)),
        S(_SCORES, _LABELS, (5, 5), (2,)),
        S(_SCORES, _LABELS, (5, 5), (2, 2), 4),
        S(_SCORES, _LABELS, (5, 5), (2, 2), reduction="max"),
        S(_SCORES, ints(3, low=1, high=3), (5, 5), (2, 2)),
        S(_SCORES, ints(1, 2, low=1, high=3), (5, 5), (2, 2)),
        S(_SCORES, _LABELS, A(2), ints(2, low=1, high=2)),
        S(ints(5, 2, 4), _LABELS, (5, 5), (2, 2)),
        S(A(0, 2, 4), _LABELS, (0, 0), (2, 2)),
        S(A(4), _LABELS, (5, 5), (2, 2)),
    ),
)
